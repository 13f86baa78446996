"""Which field a label of a form means: the headings of spreadsheets and their synonyms, and what forms call them besides."""

from __future__ import annotations

import re
from collections.abc import Mapping

from matchmaker.spreadsheets.import_fields import FIELDS, As, Field
from matchmaker.spreadsheets.values import heading, plain
from models import ImportKind

MORE: Mapping[ImportKind, Mapping[str, tuple[str, ...]]] = {
    ImportKind.PROBLEM: {
        "title": ("技术需求项目名称", "需求课题名称", "攻关项目名称", "拟解决技术难题名称", "需求题名"),
        "background": ("需求提出背景", "项目背景", "立项必要性", "现状及背景", "现状描述", "企业现状"),
        "statement": (
            "技术难题内容",
            "技术需求说明",
            "需解决的技术难题",
            "需解决的关键技术问题",
            "需要解决的技术难题",
            "拟解决的技术难题",
            "拟解决的问题",
            "技术难点",
            "主要技术难题",
            "难题简介",
            "需求简介",
            "技术需求简介",
            "难点描述",
        ),
        "targets": ("技术指标要求", "主要技术经济指标", "预期技术指标", "主要考核指标", "主要性能指标"),
        "targets_text": ("预期要求", "预期达到的目标", "达到的技术指标和效果", "验收要求", "拟达到的目标"),
        "basis": ("已开展的工作", "企业现有条件", "已具备的条件", "现有技术基础", "前期工作基础"),
        "field": ("所属产业", "所属高新技术领域", "需求所属领域"),
        "modes": ("拟采用合作方式", "意向合作模式", "产学研合作方式", "希望的合作方式", "合作意向"),
        "money": (
            "投入预算",
            "预算投入",
            "拟投入资金总额",
            "计划投入资金",
            "预计投入资金",
            "项目预算",
            "经费投入",
        ),
        "wanted_by": (
            "期望完成日期",
            "要求完成时间",
            "计划完成时间",
            "拟完成时间",
            "需求期限",
            "希望解决时间",
        ),
        "acceptable_partners": ("希望合作的高校院所", "拟合作高校院所", "期望合作单位", "意向专家或团队"),
    },
    ImportKind.CAPABILITY: {
        "title": ("项目成果名称", "技术成果名称", "成果项目名称", "专利技术名称"),
        "summary": ("成果简述", "技术成果简介", "成果主要内容", "项目概述", "成果基本情况", "主要技术内容"),
        "innovation": ("技术创新点", "创新点及优势", "主要特点"),
        "advantage": ("与同类技术比较", "与现有技术的比较", "国内外比较", "技术先进性说明"),
        "economics": ("预期经济效益", "效益预测", "投资估算", "投资规模及效益"),
        "application": ("应用领域及前景", "应用前景及市场", "适用领域", "可应用领域", "市场前景分析"),
        "trl": ("技术成熟程度", "成果成熟度"),
        "modes": ("拟转化合作方式", "期望合作方式", "合作需求"),
        "money": ("合作价格或转让费", "预期价格", "拟转让价格", "期望转让价格"),
        "patents": ("专利及知识产权", "知识产权形式", "专利授权情况"),
        "team": ("成果第一完成人", "第一完成人", "团队情况", "研发团队情况"),
        "cases": ("转化应用情况", "已应用情况", "典型应用"),
        "awards": ("获奖及荣誉", "成果获奖情况"),
    },
}
NOT_ASKED = (
    "填表日期", "填表时间", "填报日期", "填报时间", "填表人", "填报人", "填报人姓名", "审核人", "审核意见",
    "职务", "职位", "职称", "传真", "传真号码", "邮编", "邮政编码", "单位地址", "通讯地址",
    "统一社会信用代码", "社会信用代码", "信用代码", "组织机构代码", "法定代表人", "法人代表", "注册资本", "成立时间",
    "职工人数", "职工总数", "员工人数", "从业人数", "资金来源", "需求来源", "成果来源",
)  # fmt: skip
"""Labels of what the forms of this service do not ask: what stands behind them is left to be copied."""
TITLE_OR_WHOLE: Mapping[ImportKind, tuple[str, frozenset[str]]] = {
    ImportKind.PROBLEM: ("statement", frozenset({"技术难题", "技术需求", "难题", "需求"})),
    ImportKind.CAPABILITY: ("summary", frozenset({"成果", "科技成果", "技术成果"})),
}
"""Labels behind which the title stands, or all that is to be said: which, and of which field that is."""
SHORTEST_PART = 4
"""Characters of a known label that may stand inside a longer one: 主要技术难题描述及要求."""
LONGEST_LABEL = 24
"""Characters beyond which a text is no label, whatever it begins with."""
LONGEST_UNKNOWN = 16
_WORDS_ALONE = re.compile(
    r"[\u4e00-\u9fffA-Za-z()（）、/\s*＊]*[\u4e00-\u9fff][\u4e00-\u9fffA-Za-z()（）、/\s*＊]*[:：]?"
)
LONG = frozenset({As.TEXT, As.TARGETS, As.PATENTS})
SHORT_TEXTS = frozenset({"title", "contact_name", "team", "school", "address"})


class Labels:
    """The labels of one kind of form. `kind`: PROBLEM or CAPABILITY."""

    def __init__(self, kind: ImportKind) -> None:
        more = MORE[kind]
        self.fields: dict[str, Field] = {field.name: field for field in FIELDS[kind] if not field.export_only}
        self._known = {
            heading(each): name
            for name, field in self.fields.items()
            for each in (field.label, *field.synonyms, *more.get(name, ()))
        }
        whole, either = TITLE_OR_WHOLE[kind]
        self._whole, self._either = whole, either
        self._known = dict.fromkeys(either, "title") | self._known
        # by themselves only: 需求来源 is not asked, 需求来源及背景 is the background
        self._exactly = dict.fromkeys(NOT_ASKED, "remark") | self._known

    def exactly(self, text: str) -> str | None:
        """The name of the field whose label this is, and nothing else."""
        return self._exactly.get(heading(text)) if 0 < len(text) <= 2 * LONGEST_LABEL else None

    def nearly(self, text: str) -> str | None:
        """As `exactly`, also for a longer label that has a known one in it."""
        wanted = heading(text)
        if not wanted or len(wanted) > LONGEST_LABEL:
            return None
        if wanted in self._exactly:
            return self._exactly[wanted]
        parts = [each for each in self._known if len(each) >= SHORTEST_PART and each in wanted]
        return self._known[max(parts, key=len)] if parts else None

    def tells_itself(self, name: str) -> bool:
        """Whether a value of the field is known by its looks: after its label a blank is enough."""
        return self.fields[name].read in (As.PHONE, As.EMAIL, As.MONEY, As.DAY)

    def whole(self, label: str) -> str | None:
        """Of a label behind which a title stands or all that is to be said: the name of the field of the latter."""
        return self._whole if heading(label) in self._either else None

    def looks_like_one(self, text: str) -> bool:
        """Whether a cell may be a label that nobody knows: short, of words alone, no sentence."""
        return 2 <= len(plain(text)) <= LONGEST_UNKNOWN and _WORDS_ALONE.fullmatch(text.strip()) is not None

    def takes_lines(self, name: str) -> bool:
        """Whether a value of the field may go over several lines."""
        return self.fields[name].read in LONG and name not in SHORT_TEXTS
