"""What people type about capabilities."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar

from flask_babel import lazy_gettext as _
from wtforms import Form as PlainForm
from wtforms import FormField, SelectField, StringField, TextAreaField
from wtforms.validators import ValidationError

from matchmaker.capabilities.service import MATURITY_KINDS
from matchmaker.forms import Characters, choices_of, stripped
from matchmaker.postings import forms as pieces
from matchmaker.vocabulary.service import Vocabulary

SUMMARY, LONG, AWARDS, TEAM, SCHOOL = 2000, 2000, 1000, 200, 120
PATENT_COLUMNS = ("kind", "number", "state", "holder")


class PatentRow(PlainForm):
    """发明专利 ZL202310123456.7 授权 合肥工业大学."""

    complete = True

    kind = SelectField(_("类型"), choices=choices_of([("", "")]), validate_choice=False)
    number = StringField(_("专利号或登记号"), filters=[stripped], validators=[Characters(0, 60)])
    state = StringField(_("状态"), filters=[stripped], validators=[Characters(0, 20)])
    holder = StringField(_("权利人"), filters=[stripped], validators=[Characters(0, 100)])

    @property
    def is_empty(self) -> bool:
        return not (self.number.data or self.state.data or self.holder.data)

    def validate_kind(self, field: Any) -> None:
        if field.data and field.data not in {value for value, *_rest in field.choices}:
            raise ValidationError(_("请从列表中选择"))
        if self.complete and not self.is_empty and not field.data:
            raise ValidationError(_("请选择类型"))

    def validate_number(self, field: Any) -> None:
        if self.complete and not self.is_empty and not field.data:
            raise ValidationError(_("请填写专利号或登记号，尚未取得的写“申请中”"))


class CapabilityForm(pieces.PostingForm):
    """科技成果与科研能力信息表, in the order of its page."""

    COLUMNS: ClassVar[tuple[str, ...]] = (
        "title",
        "kind",
        "summary",
        "field",
        "subfield",
        "innovation",
        "advantage",
        "economics",
        "application",
        "trl",
        "stage",
        "awards",
        "cases",
        "valid_until",
        "team",
        "school",
        "county",
        "contact_name",
        "contact_phone",
        "contact_email",
    )
    CODES = pieces.PostingForm.CODES | {"kind", "stage"}

    version = pieces.version_field()
    title = pieces.title_field(
        _("成果名称"),
        _("4–60 个字，写明技术和用途。例如：压铸件内部缺陷 X 射线智能检测。不必写“先进”“国际领先”。"),
    )
    kind = pieces.Choice(_("类型"), validators=[pieces.Needed(_("请选择类型"))])
    summary = TextAreaField(
        _("简介"),
        description=_("30–2000 个字。做什么用、怎么做的、做到什么程度，写给厂里的技术人员看。"),
        validators=[pieces.Needed(), pieces.Size(30, SUMMARY)],
    )
    field = pieces.first_level()
    subfield = pieces.second_level()
    innovation = TextAreaField(
        _("创新点"),
        description=_("和过去的做法相比，真正新的是哪一点。"),
        validators=[pieces.Size(0, LONG)],
    )
    advantage = TextAreaField(
        _("与现有技术对比（建议填写）"),
        description=_(
            "用数字和厂里现在用的办法比。例如：漏检率由人工抽检的 5 % 降到 0.3 %。企业评审常跳过没有这一项的成果。"
        ),
        validators=[pieces.Size(0, LONG)],
    )
    economics = TextAreaField(
        _("经济性（建议填写）"),
        description=_(
            "投入、成本、得率、回收期，同主要的替代方案比。例如：单工位 21 万元，顶替六名检验工，一年半收回。"
        ),
        validators=[pieces.Size(0, LONG)],
    )
    targets = pieces.targets_field(
        _("技术指标"), _("已经做到的数，一行一项。例如：检出率 ≥ 99.7 %；单件节拍 ≤ 3.8 秒。")
    )
    application = TextAreaField(
        _("应用领域与前景"),
        description=_("适合哪些产品、哪些工序，用之前厂里要具备什么条件。"),
        validators=[pieces.Size(0, LONG)],
    )
    trl = pieces.Choice(_("技术成熟度"), description=_("按做过的试验选，成果和专利必填。"))
    stage = pieces.Choice(_("所处阶段"), description=_("已经稳定做到的那一步。"))
    patents = pieces.Rows(
        FormField(PatentRow),
        _("知识产权"),
        description=_("一行一件，写清楚是否授权、归谁所有，受让企业首先要核对这两项。"),
        min_entries=1,
        max_entries=pieces.MOST_ROWS,
    )
    cases = TextAreaField(
        _("应用案例"),
        description=_("在哪类企业用过、用了多久、效果怎样。不便写企业名称的可以写“某轴承厂”。"),
        validators=[pieces.Size(0, LONG)],
    )
    awards = TextAreaField(
        _("获奖与鉴定"),
        description=_("奖项、鉴定或验收结论，注明年份。"),
        validators=[pieces.Size(0, AWARDS)],
    )
    modes = pieces.modes_field(_("可合作方式"), _("可以选几种。"))
    money_kind = pieces.money_kind_field(
        _("合作价格"), _("转让、许可或一次开发的大致价格，单位万元。写一个区间，企业更愿意来谈。")
    )
    money_low = pieces.money_low_field()
    money_high = pieces.money_high_field()
    valid_until = pieces.valid_until_field(_("到期后自动下架，可以延长后重新提交。"))
    team = StringField(
        _("负责人与团队"),
        description=_("例如：张某某教授课题组，教授 2 人、副教授 3 人、工程师 2 人。"),
        validators=[pieces.Size(0, TEAM)],
    )
    school = StringField(_("所在学院或实验室"), validators=[pieces.Size(0, SCHOOL)])
    county = pieces.Choice(
        _("在本市的地点"),
        description=_("团队在本市设有研究院、基地或中试线的，选它所在的县（市、区）；没有的不选。"),
    )
    contact_name = pieces.contact_name_field()
    contact_phone = pieces.contact_phone_field()
    contact_email = pieces.contact_email_field()

    def prepare(self, vocabulary: Vocabulary, today: date) -> None:
        super().prepare(vocabulary, today)
        for name, terms in (("kind", "capability_kind"), ("stage", "stage")):
            self[name].choices = pieces.listed(vocabulary, terms, self[name].data)
        self.trl.choices = [
            (code, f"{code} {text}" if code else text)
            for code, text in pieces.listed(vocabulary, "trl", self.trl.data)
        ]
        for entry in self.patents.entries:
            entry.form.kind.choices = pieces.listed(vocabulary, "patent_kind", entry.form.kind.data)

    def values(self) -> dict[str, Any]:
        found = super().values()
        if "trl" in found:
            found["trl"] = int(found["trl"]) if found["trl"] else None
        if not self.patents.errors:
            found["patents"] = [
                {name: entry.form[name].data or "" for name in PATENT_COLUMNS}
                for entry in self.patents.entries
                if not entry.form.is_empty
            ]
        return found

    def validate_trl(self, field: Any) -> None:
        if self.complete and self.kind.data in MATURITY_KINDS and not field.data and not field.errors:
            raise ValidationError(_("请选择技术成熟度"))
