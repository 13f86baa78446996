"""What can stand in the columns of a table that is imported, by kind: headings, their synonyms, how cells are read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from flask_babel import gettext

from matchmaker.sentences import N_
from models import ImportKind


class As(StrEnum):
    """How the cells of a column are read."""

    TEXT = "text"
    TERM = "term"
    """One of a list."""
    TERMS = "terms"
    COUNTY = "county"
    """From the list, or from an address."""
    MONEY = "money"
    """An amount, a range or 面议."""
    WAN = "wan"
    """One amount."""
    DAY = "day"
    NAME = "name"
    """An organisation's."""
    CODE = "code"
    """A unified social credit code."""
    PHONE = "phone"
    EMAIL = "email"
    TARGETS = "targets"
    """A line for each: 检出率 ≥ 98 %."""
    PATENTS = "patents"
    """A line for each: 发明专利 ZL202310123456.7 授权 合肥工业大学."""
    IGNORED = "ignored"
    """Known, and of no use here: a running number, a remark."""


@dataclass(frozen=True)
class Field:
    """`label` is Chinese, as tables are. `list`: the vocabulary's. `most`: characters. `example` is the template's."""

    name: str
    label: str
    read: As = As.TEXT
    synonyms: tuple[str, ...] = ()
    needed: bool = False
    list: str = ""
    most: int = 0
    example: str = ""
    export_only: bool = False
    """A column that our own exports have beside another one; nobody is asked to fill it in."""

    @property
    def shown(self) -> str:
        """The label in the reader's language."""
        return str(gettext(self.label))


_CONTACT = (
    Field("contact_name", N_("联系人"), synonyms=("联系人姓名", "联系人员", "姓名", "负责人", "企业联系人", "项目联系人", "联系方式姓名", "联系人联系人"), most=40, example="张三"),
    Field("contact_phone", N_("联系电话"), As.PHONE, ("电话", "手机", "手机号", "手机号码", "联系手机", "电话号码", "联系方式", "联系人电话", "联系方式电话", "联系人手机"), most=40, example="0556-1234567"),
    Field("contact_email", N_("电子邮箱"), As.EMAIL, ("邮箱", "email", "e-mail", "电子邮件", "邮件", "联系邮箱", "联系方式邮箱", "联系人邮箱"), most=120, example="zhang@example.com"),
)  # fmt: skip
_IGNORED = (
    Field("number", N_("序号"), As.IGNORED, ("编号", "no", "行号", "顺序号", "项目编号")),
    Field("remark", N_("备注"), As.IGNORED, ("说明", "其他说明", "附注", "不能导入的原因", "状态", "发布时间", "提交时间", "更新时间")),
)  # fmt: skip
_PLACE = (
    Field("county", N_("所在县（市、区）"), As.COUNTY, ("所在地", "县区", "县市区", "区县", "所属县区", "地区", "所在区域", "属地", "所在县区", "所属区域", "所属县市区"), list="county", example="宜秀区"),
)  # fmt: skip
_OWNER = Field(
    "organisation", N_("单位名称"), As.NAME, ("单位", "企业名称", "企业", "公司名称", "公司", "需求单位", "提出单位", "需求单位名称", "需求方", "所属单位", "申报单位", "需求企业", "填报单位", "完成单位", "成果单位", "持有单位", "高校", "院校", "高校院所", "学校", "研发单位", "成果持有单位", "成果完成单位", "单位全称", "企业全称", "单位单位名称"), needed=True, most=100, example="安庆市示例机械有限公司",
)  # fmt: skip

ORGANISATION = (
    Field("name", N_("单位名称"), As.NAME, (*_OWNER.synonyms, "名称", "全称", "机构名称"), True, most=100, example="安庆市示例机械有限公司"),
    Field("code", N_("统一社会信用代码"), As.CODE, ("信用代码", "社会信用代码", "统一信用代码", "代码", "组织机构代码", "统一代码"), True, most=18, example="91340800MA2000001X"),
    Field("kind", N_("单位类型"), As.TERM, ("类型", "单位性质", "性质", "机构类型", "类别"), list="organisation_kind", example="企业"),
    *_PLACE,
    Field("address", N_("地址"), synonyms=("单位地址", "注册地址", "通讯地址", "详细地址", "联系地址", "企业地址", "公司地址", "办公地址"), most=200, example="安庆市宜秀区文苑路 1 号"),
    Field("industry", N_("所属行业"), As.TERM, ("行业", "行业类别", "国民经济行业", "行业分类", "所属行业门类"), list="industry", example="汽车制造业"),
    Field("tags", N_("单位标签"), As.TERMS, ("标签", "资质", "企业资质", "荣誉资质", "资格"), list="organisation_tag", example="高新技术企业、科技型中小企业"),
    Field("introduction", N_("单位简介"), synonyms=("简介", "单位介绍", "企业简介", "企业介绍", "公司简介", "主营业务", "经营范围", "主要产品"), most=2000, example="主要生产汽车零部件铝合金压铸件，现有员工 120 人。"),
    *_CONTACT, *_IGNORED,
)  # fmt: skip

PROBLEM = (
    _OWNER,
    Field("title", N_("难题名称"), synonyms=("需求名称", "技术需求名称", "项目名称", "题目", "标题", "名称", "技术需求", "技术难题", "难题", "需求题目", "课题名称", "技术难题名称", "需求项目名称", "技术需求题目"), needed=True, most=60, example="铝合金压铸壳体气孔在线检测"),
    Field("need", N_("需求类型"), As.TERM, ("类型", "需求类别", "难题类型", "需求分类", "技术需求类型"), list="need", example="检验检测"),
    Field("background", N_("需求背景"), synonyms=("背景", "背景描述", "需求背景描述", "立项背景", "技术背景", "难题背景", "行业背景"), most=2000, example="壳体月产六万件，气孔在机加工以后才发现，报废损失大，客户要求出厂前逐件判定，人工看片跟不上节拍。"),
    Field("statement", N_("拟解决的关键技术问题"), synonyms=("关键技术问题", "需求内容", "技术需求内容", "需求描述", "难题描述", "主要内容", "内容", "具体内容", "技术难题描述", "需求详情", "问题描述", "需解决的问题", "关键技术", "需求内容描述", "技术需求描述", "难题内容", "需求说明", "研究内容", "需要解决的问题"), needed=True, most=4000, example="需要在压铸后三十秒内判定直径 0.5 毫米以上的气孔并给出位置，适应五种壳体换型，试过人工看片和单视角成像。"),
    Field("targets", N_("主要技术指标"), As.TARGETS, ("技术指标", "考核指标", "指标", "主要指标", "技术参数"), example="检出率 ≥ 98 %；单件节拍 ≤ 4.5 秒"),
    Field("targets_text", N_("指标补充说明"), synonyms=("预期目标", "预期效果", "目标", "技术要求", "指标说明", "预期成果", "验收标准"), most=2000),
    Field("basis", N_("现有工作基础"), synonyms=("现有基础", "工作基础", "研究基础", "前期基础", "现有条件", "已有基础", "基础条件"), most=2000, example="已有双工位压铸岛和 200 件带气孔标注的样件。"),
    Field("field", N_("技术领域"), As.TERM, ("领域", "所属领域", "所属技术领域", "高新技术领域", "产业领域", "需求领域", "技术类别"), list="field", example="先进制造与自动化"),
    Field("subfield", N_("二级领域"), As.TERM, ("技术领域二级", "领域二级", "细分领域", "二级技术领域"), list="subfield", example="先进制造工艺与装备"),
    Field("industry", N_("所属行业"), As.TERM, ("行业", "行业类别", "国民经济行业", "行业分类"), list="industry", example="汽车制造业"),
    *_PLACE,
    Field("address", N_("地址"), synonyms=("单位地址", "详细地址", "企业地址", "通讯地址", "联系地址"), most=200),
    Field("modes", N_("拟合作方式"), As.TERMS, ("合作方式", "意向合作方式", "合作模式", "期望合作方式", "合作形式", "拟采取的合作方式"), list="mode", example="委托开发、检测与中试"),
    Field("money", N_("计划投入（万元）"), As.MONEY, ("计划投入", "预算", "投入资金", "拟投入", "拟投入资金", "投入", "资金预算", "研发投入", "经费预算", "预计投入", "投资额", "经费", "拟投入经费", "资金投入", "计划投资", "需求预算", "金额", "悬赏金额"), example="60-90"),
    Field("money_low", N_("计划投入：金额或下限"), As.WAN, export_only=True),
    Field("money_high", N_("计划投入：上限"), As.WAN, export_only=True),
    Field("wanted_by", N_("期望完成时间"), As.DAY, ("完成时间", "期望完成日期", "截止时间", "完成期限", "期限", "需求时限", "时限要求", "完成时限", "解决期限", "预计完成时间", "期望解决时间", "时间要求"), example="2027-06-30"),
    Field("valid_until", N_("有效期至"), As.DAY, ("有效期", "需求有效期", "有效期限")),
    Field("urgency", N_("紧迫程度"), As.TERM, ("紧急程度", "迫切程度", "紧迫性", "是否卡脖子"), list="urgency", example="一般"),
    Field("acceptable_partners", N_("意向合作单位"), synonyms=("意向单位", "意向高校", "拟合作单位", "合作单位", "意向高校院所"), most=500),
    Field("confidential", N_("保密内容"), synonyms=("保密信息", "涉密内容", "商业秘密", "不公开内容"), most=4000),
    *_CONTACT, *_IGNORED,
)  # fmt: skip

CAPABILITY = (
    _OWNER,
    Field("title", N_("成果名称"), synonyms=("成果", "科技成果", "科技成果名称", "项目名称", "技术名称", "名称", "标题", "题目", "专利名称", "能力名称", "成果能力名称"), needed=True, most=60, example="压铸件内部缺陷 X 射线智能检测"),
    Field("kind", N_("类型"), As.TERM, ("成果类型", "类别", "成果类别", "成果形式"), list="capability_kind", example="科技成果"),
    Field("summary", N_("简介"), synonyms=("成果简介", "成果介绍", "项目简介", "技术简介", "内容", "成果内容", "主要内容", "成果描述", "技术描述", "项目介绍", "技术内容", "成果概述", "简要介绍"), needed=True, most=2000, example="面向铝合金压铸壳体，采用双视角 X 射线成像与深度学习识别气孔、缩松，单件二十秒，可定位缺陷并输出报告。"),
    Field("innovation", N_("创新点"), synonyms=("主要创新点", "技术创新点", "创新性", "技术特点", "特点", "关键技术"), most=2000),
    Field("advantage", N_("与现有技术对比"), synonyms=("技术优势", "优势", "先进性", "技术水平", "竞争优势", "技术先进性"), most=2000, example="漏检率由人工抽检的 5% 降到 0.3%。"),
    Field("economics", N_("经济性"), synonyms=("经济效益", "效益分析", "成本效益", "经济效益分析", "投资与效益"), most=2000),
    Field("targets", N_("技术指标"), As.TARGETS, ("主要技术指标", "指标", "主要指标", "技术参数"), example="检出率 ≥ 99.7 %；单件节拍 ≤ 3.8 秒"),
    Field("application", N_("应用领域与前景"), synonyms=("应用领域", "应用前景", "市场前景", "应用范围", "适用范围", "推广前景", "市场分析"), most=2000),
    Field("field", N_("技术领域"), As.TERM, ("领域", "所属领域", "所属技术领域", "高新技术领域", "行业领域"), list="field", example="先进制造与自动化"),
    Field("subfield", N_("二级领域"), As.TERM, ("细分领域", "二级技术领域", "领域二级"), list="subfield", example="高性能智能化仪器仪表"),
    Field("trl", N_("技术成熟度"), As.TERM, ("成熟度", "trl", "成熟度等级", "技术成熟度等级", "技术就绪度"), list="trl", example="7"),
    Field("stage", N_("所处阶段"), As.TERM, ("阶段", "成果阶段", "研发阶段", "成果所处阶段", "转化阶段"), list="stage", example="中试"),
    Field("patents", N_("知识产权"), As.PATENTS, ("专利", "专利情况", "知识产权情况", "专利号", "知识产权状况"), example="发明专利 ZL202310123456.7 授权"),
    Field("modes", N_("可合作方式"), As.TERMS, ("合作方式", "拟合作方式", "转化方式", "合作模式", "拟转化方式", "成果转化方式", "意向合作方式"), list="mode", example="委托开发、转让与许可"),
    Field("money", N_("合作价格（万元）"), As.MONEY, ("合作价格", "价格", "转让价格", "意向价格", "转让费", "报价", "拟转化价格", "金额"), example="面议"),
    Field("money_low", N_("合作价格：金额或下限"), As.WAN, export_only=True),
    Field("money_high", N_("合作价格：上限"), As.WAN, export_only=True),
    Field("team", N_("负责人与团队"), synonyms=("团队", "负责人", "项目负责人", "成果负责人", "团队负责人", "完成人", "主要完成人", "研发团队", "团队介绍"), most=200, example="张某某教授课题组"),
    Field("school", N_("所在学院或实验室"), synonyms=("学院", "实验室", "所在学院", "院系", "部门", "所属学院", "二级单位"), most=120, example="机械工程学院"),
    Field("cases", N_("应用案例"), synonyms=("案例", "应用情况", "推广应用情况", "转化案例", "应用实例"), most=2000),
    Field("awards", N_("获奖与鉴定"), synonyms=("获奖情况", "获奖", "鉴定情况", "奖项", "获奖及鉴定情况"), most=1000),
    Field("county", N_("在本市的地点"), As.COUNTY, ("所在县市区", "所在地", "本市地点"), list="county"),
    Field("valid_until", N_("有效期至"), As.DAY, ("有效期", "有效期限")),
    *_CONTACT, *_IGNORED,
)  # fmt: skip

RECORD = (
    Field("title", N_("项目名称"), synonyms=("合作项目", "合同名称", "合作名称", "名称", "标题", "合作项目名称", "合作内容", "技术合同名称"), needed=True, most=120, example="压铸壳体气孔在线检测系统委托开发"),
    Field("party_a", N_("甲方"), As.NAME, ("甲方单位", "委托方", "甲方名称", "企业名称", "买方", "受让方", "需求方", "技术需求方"), True, most=100, example="安庆市示例机械有限公司"),
    Field("party_b", N_("乙方"), As.NAME, ("乙方单位", "受托方", "乙方名称", "高校院所", "卖方", "让与方", "合作单位", "供给方", "高校名称", "技术供给方"), True, most=100, example="安徽示例大学"),
    Field("party_c", N_("丙方"), As.NAME, ("丙方单位", "丙方名称"), most=100),
    Field("mode", N_("合作方式"), As.TERM, ("合作模式", "合作类型", "合作形式"), list="mode", example="委托开发"),
    Field("contract_category", N_("技术合同类别"), As.TERM, ("合同类别", "合同类型", "技术合同类型"), list="contract_category", example="技术开发（委托）"),
    Field("contract_number", N_("合同编号"), synonyms=("合同号", "协议编号"), most=60, example="HT-2026-018"),
    Field("registration_number", N_("认定登记号"), synonyms=("合同登记号", "登记号", "技术合同登记号", "登记编号", "认定登记编号"), most=60),
    Field("registered_on", N_("认定登记日期"), As.DAY, ("登记日期", "登记时间", "认定登记时间")),
    Field("amount", N_("合同金额（万元）"), As.WAN, ("合同金额", "金额", "合同额", "合同总额", "合作金额", "成交额", "合同成交额", "成交金额", "合同总金额"), example="86.5"),
    Field("technology_amount", N_("其中技术交易额（万元）"), As.WAN, ("技术交易额", "其中技术交易额", "技术交易金额"), example="80"),
    Field("paid", N_("已付金额（万元）"), As.WAN, ("已付金额", "到账金额", "已到账", "已支付金额")),
    Field("field", N_("技术领域"), As.TERM, ("领域", "所属领域", "所属技术领域"), list="field", example="先进制造与自动化"),
    Field("programme", N_("科技专项"), As.TERM, ("专项", "所属专项"), list="programme"),
    Field("signed_on", N_("签约日期"), As.DAY, ("签订日期", "签订时间", "签约时间", "合同签订日期", "合同签订时间", "签署日期"), example="2026-03-15"),
    Field("starts_on", N_("开始日期"), As.DAY, ("开始时间", "起始日期", "合作起始时间", "起始时间")),
    Field("ends_on", N_("结束日期"), As.DAY, ("结束时间", "终止日期", "截止日期", "到期日期", "截止时间")),
    Field("leader_a", N_("甲方负责人"), synonyms=("甲方联系人", "委托方负责人", "企业负责人"), most=60),
    Field("leader_b", N_("乙方负责人"), synonyms=("乙方联系人", "受托方负责人", "项目负责人"), most=60),
    *_IGNORED,
)  # fmt: skip

FIELDS: Mapping[ImportKind, tuple[Field, ...]] = {
    ImportKind.ORGANISATION: ORGANISATION,
    ImportKind.PROBLEM: PROBLEM,
    ImportKind.CAPABILITY: CAPABILITY,
    ImportKind.RECORD: RECORD,
}


SECOND_MEANINGS: Mapping[str, str] = {"技术难题": "statement", "技术需求": "statement", "难题": "statement"}
"""What a heading means where another column has its first meaning: 技术难题 beside 难题名称 is the text."""
