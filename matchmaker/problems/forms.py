"""What people type about problems."""

from __future__ import annotations

from typing import Any, ClassVar

from flask_babel import lazy_gettext as _
from wtforms import IntegerField, RadioField, TextAreaField
from wtforms.validators import NumberRange, ValidationError

from matchmaker import wording
from matchmaker.forms import choices_of
from matchmaker.postings import forms as pieces
from matchmaker.postings.service import months_after
from matchmaker.vocabulary.service import Vocabulary
from models import BudgetReaders, Urgency

BACKGROUND, STATEMENT, TARGETS_TEXT, BASIS, CONFIDENTIAL, PARTNERS = 2000, 4000, 2000, 2000, 4000, 500


class ProblemForm(pieces.PostingForm):
    """技术难题征集表, in the order of its page."""

    COLUMNS: ClassVar[tuple[str, ...]] = (
        "title",
        "need",
        "urgency",
        "background",
        "statement",
        "targets_text",
        "basis",
        "field",
        "subfield",
        "industry",
        "county",
        "budget_readers",
        "wanted_by",
        "valid_until",
        "acceptable_partners",
        "confidential",
        "contact_name",
        "contact_phone",
        "contact_email",
    )
    CODES = pieces.PostingForm.CODES | {"need", "industry"}

    version = pieces.version_field()
    title = pieces.title_field(
        _("难题名称"),
        _("4–60 个字，写明要解决的技术点。例如：铝合金压铸壳体气孔在线检测。不必写“寻求合作”“急需”。"),
    )
    need = pieces.Choice(_("需求类型"), validators=[pieces.Needed(_("请选择需求类型"))])
    urgency = RadioField(
        _("紧迫程度"),
        description=_("“卡脖子”指没有它就停产、断供，或受制于国外。"),
        choices=choices_of((each.value, wording.LABELS[each]) for each in Urgency),
        default=Urgency.NORMAL.value,
        validators=[pieces.Needed(_("请选择紧迫程度"))],
    )
    background = TextAreaField(
        _("需求背景"),
        description=_("30–2000 个字。在什么产品、什么工序上遇到的，现在怎么做，损失有多大。"),
        validators=[pieces.Needed(), pieces.Size(30, BACKGROUND)],
    )
    statement = TextAreaField(
        _("拟解决的关键技术问题"),
        description=_(
            "30–4000 个字。难在哪里，试过什么办法，希望做到什么程度。所有人都能看到，商业秘密请写在下面的“保密内容”里。"
        ),
        validators=[pieces.Needed(), pieces.Size(30, STATEMENT)],
    )
    targets = pieces.targets_field(
        _("主要技术指标"), _("验收时要考核的数，一行一项。例如：检出率 ≥ 98 %；单件节拍 ≤ 4.5 秒。")
    )
    targets_text = TextAreaField(
        _("指标补充说明"),
        description=_("写不成一行的要求，例如工况、标准、验收办法。"),
        validators=[pieces.Size(0, TARGETS_TEXT)],
    )
    basis = TextAreaField(
        _("现有工作基础"),
        description=_("已有的设备、样件、数据、人员和做过的试验。登录用户可见。"),
        validators=[pieces.Size(0, BASIS)],
    )
    field = pieces.first_level()
    subfield = pieces.second_level()
    industry = pieces.Choice(_("所属行业"), validators=[pieces.Needed(_("请选择所属行业"))])
    county = pieces.county_field()
    modes = pieces.modes_field(_("拟合作方式"), _("可以选几种。"))
    money_kind = pieces.money_kind_field(
        _("计划投入"), _("准备为解决这个难题花的钱，单位万元。写明金额更容易找到合适的团队。")
    )
    money_low = pieces.money_low_field()
    money_high = pieces.money_high_field()
    budget_readers = RadioField(
        _("计划投入给谁看"),
        choices=choices_of((each.value, wording.LABELS[each]) for each in BudgetReaders),
        default=BudgetReaders.ALL.value,
        validators=[pieces.Needed(_("请选择一种"))],
    )
    wanted_by = pieces.DayField(_("期望完成日期"))
    wanted_months = IntegerField(_("或者几个月以内完成"), validators=[pieces.IfGiven()])
    valid_until = pieces.valid_until_field(_("到期后不再公开，可以延长后重新提交。"))
    acceptable_partners = TextAreaField(
        _("意向合作单位"),
        description=_("已有联系或希望接触的高校、院所。只有本单位和科技局能看到。"),
        validators=[pieces.Size(0, PARTNERS)],
    )
    confidential = TextAreaField(
        _("保密内容"),
        description=_(
            "客户、图号、配方、价格等，加密保存。只有本单位、科技局的经办人，以及双方都同意洽谈后的对方能看到，每次查看都有记录，贵单位可以查。匹配时会参考，任何推荐理由和搜索结果都不显示其中的文字。"
        ),
        validators=[pieces.Size(0, CONFIDENTIAL)],
    )
    contact_name = pieces.contact_name_field()
    contact_phone = pieces.contact_phone_field()
    contact_email = pieces.contact_email_field()

    def prepare(self, vocabulary: Vocabulary, today: Any) -> None:
        super().prepare(vocabulary, today)
        for name in ("need", "industry"):
            self[name].choices = pieces.listed(vocabulary, name, self[name].data)

    def values(self) -> dict[str, Any]:
        found = super().values()
        for name, enumeration in (("urgency", Urgency), ("budget_readers", BudgetReaders)):
            if name in found:
                found[name] = enumeration(found[name])
        months = self.wanted_months
        if "wanted_by" in found and not found["wanted_by"] and months.data and not months.errors:
            found["wanted_by"] = months_after(self.today, months.data)
        return found

    def validate_wanted_by(self, field: Any) -> None:
        if not self.complete or field.errors:
            return
        if field.data is None and not self.wanted_months.data and not self.wanted_months.errors:
            raise ValidationError(_("请填写期望完成的日期，或者几个月以内"))
        if field.data is not None and field.data <= self.today:
            raise ValidationError(_("请填写今天以后的日期"))

    def validate_wanted_months(self, field: Any) -> None:
        if field.data is not None:
            NumberRange(1, 120, message=_("请填写 1 到 120 之间的整数"))(self, field)
