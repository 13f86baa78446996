"""What people type about calls: the call itself, a proposal, scores, and the words that each step asks for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import (
    DateTimeLocalField,
    FieldList,
    FormField,
    HiddenField,
    IntegerField,
    MultipleFileField,
    RadioField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms import Form as PlainForm
from wtforms.validators import InputRequired, NumberRange, ValidationError
from wtforms.widgets import CheckboxInput, HiddenInput, ListWidget

from matchmaker.calls.content import (
    MOST_MONTHS,
    PLAN_LENGTH,
    TEAM_LENGTH,
    TITLE_LENGTH,
    Content,
    FileNote,
)
from matchmaker.calls.deciding import OBJECTION_LENGTH, REASONS_LENGTH
from matchmaker.calls.drafting import (
    DEFAULT_OBJECTION_DAYS,
    REASON_LENGTH,
    REQUIREMENTS_LENGTH,
    CallTerms,
)
from matchmaker.calls.drafting import faults as faults_of_terms
from matchmaker.calls.errors import Fault
from matchmaker.calls.reading import Opened
from matchmaker.calls.reviewing import DECLARATION_LENGTH, MOST_POINTS, WORD_LENGTH, Mark
from matchmaker.calls.wording import FAULTS
from matchmaker.forms import Characters, Form, PickField, WanField, choices_of, optional, required, stripped
from matchmaker.wording import ANSWERERS
from matchmaker.work import LOCAL_ZONE
from models import Answerers, Call, Capability, Criterion, Organisation, Problem

MOST_CRITERIA = 10
FIRST_CRITERIA = ((_("技术先进性"), 40), (_("可实施性"), 30), (_("团队与条件"), 20), (_("报价"), 10))
NOBODY = "none"


class MomentField(DateTimeLocalField):
    """A day and a time of the bureau's zone. `data` is naive, as it is typed; `moment` is aware."""

    def __init__(self, label: Any, validators: Any = None, **options: Any) -> None:
        formats = ["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M:%S"]
        super().__init__(label, validators or [optional()], format=formats, **options)

    def process_formdata(self, valuelist: list[Any]) -> None:
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError(_("请填写日期和时间，例如 2026-11-24 17:00")) from None
        if self.data is not None and not 1990 <= self.data.year <= 2100:
            raise ValueError(_("请核对年份"))

    @property
    def moment(self) -> datetime | None:
        return None if self.data is None else self.data.replace(tzinfo=LOCAL_ZONE)


class WholeField(IntegerField):
    """A whole number; what is none is told in our words."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        typed = str(valuelist[0]).strip() if valuelist else ""
        self.data = None
        if not typed:
            return
        if not (typed.isascii() and typed.isdigit()) or len(typed) > 6:
            raise ValueError(_("请填写整数"))
        self.data = int(typed)


class Boxes(SelectMultipleField):
    """Several of a list, as check boxes."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()

    def pre_validate(self, form: Any) -> None:
        known = {str(value) for value, *_rest in self.choices or ()}
        if any(each not in known for each in self.data or ()):
            raise ValidationError(_("请从列表中选择"))


class CriterionRow(PlainForm):
    """A criterion and its weight; a row without a name is passed over."""

    name = StringField(_("标准名称"), [Characters(most=60)], filters=[stripped])
    weight = WholeField(_("权重"), [optional(), NumberRange(1, 100, _("请填写 1 到 100"))])

    def validate(self, extra_validators: Any = None) -> bool:
        right: bool = super().validate(extra_validators)
        if self.name.data and self.weight.data is None and not self.weight.errors:
            self.weight.errors = [_("请填写权重")]
            return False
        return right


class Faulty(Form):
    """Shows faults that a service found at their fields."""

    def show_faults(self, found: Iterable[tuple[str, Fault]]) -> None:
        for name, fault in found:
            field = self[name]
            if not field.errors:
                field.errors = [*field.errors, FAULTS[fault]]


class CallForm(Faulty):
    title = StringField(_("招标名称"), [required(), Characters(4, TITLE_LENGTH)])
    requirements = TextAreaField(
        _("揭榜要求"),
        [required(), Characters(most=REQUIREMENTS_LENGTH)],
        description=_("要达到的指标、交付什么、怎样验收、对揭榜单位的条件。张榜后公开，请不要写保密内容"),
    )
    reward = WanField(
        _("揭榜金额（万元）"),
        [required()],
        description=_("中榜单位完成后得到的金额，精确到百元，例如 120.50"),
    )
    closes_at = MomentField(
        _("截止时间"), [required()], description=_("北京时间。到时自动截止，以服务器时间为准，逾期不收")
    )
    answerers = RadioField(
        _("谁可以揭榜"),
        [required()],
        choices=choices_of((each.value, ANSWERERS[each]) for each in Answerers),
        default=Answerers.ACADEMIC.value,
    )
    named = Boxes(_("指定的单位"))
    criteria = FieldList(FormField(CriterionRow), label=_("评审标准"), max_entries=MOST_CRITERIA)
    objection_days = WholeField(
        _("公示期（天）"),
        [required(), NumberRange(1, 60, _("请填写 1 到 60"))],
        default=DEFAULT_OBJECTION_DAYS,
    )
    version = HiddenField()

    def offer(self, organisations: Iterable[Organisation]) -> None:
        self.named.choices = [(str(each.id), each.name) for each in organisations]

    def terms(self) -> CallTerms:
        rows = [row.form for row in self.criteria]
        return CallTerms(
            title=self.title.data or "",
            requirements=self.requirements.data or "",
            reward=self.reward.data,
            closes_at=self.closes_at.moment,
            answerers=Answerers(self.answerers.data),
            named=tuple(int(each) for each in self.named.data or ()),
            criteria=tuple(
                (row.name.data, row.weight.data) for row in rows if row.name.data and row.weight.data
            ),
            objection_days=self.objection_days.data or DEFAULT_OBJECTION_DAYS,
        )

    def check(self, present: datetime) -> bool:
        """Every field, and what they say together, in one round."""
        right: bool = self.validate()
        if self.answerers.errors or self.named.errors:
            return False
        found = faults_of_terms(self.terms(), present)
        self.show_faults(found)
        return right and not found

    def add_blank_rows(self, count: int) -> None:
        filled = sum(bool(row.form.name.data) for row in self.criteria)
        while len(self.criteria) < min(filled + count, MOST_CRITERIA):
            self.criteria.append_entry()

    def renewed(self, call: Call) -> CallForm:
        """What was typed, on top of the call as it stands now."""
        self.version.raw_data, self.version.data = None, call.version
        return self

    @classmethod
    def of(cls, call: Call) -> CallForm:
        closes = call.closes_at.astimezone(LOCAL_ZONE).replace(tzinfo=None) if call.closes_at else None
        return cls(
            data={
                "title": call.title,
                "requirements": call.requirements,
                "reward": call.reward,
                "closes_at": closes,
                "answerers": call.answerers.value,
                "named": [str(each.organisation_id) for each in call.named],
                "criteria": [{"name": each.name, "weight": each.weight} for each in call.criteria],
                "objection_days": call.objection_days,
                "version": call.version,
            }
        )

    @classmethod
    def for_problem(cls, problem: Problem) -> CallForm:
        """With what the problem says already, and criteria to begin with."""
        rows = [{"name": str(name), "weight": weight} for name, weight in FIRST_CRITERIA]
        return cls(
            data={"title": problem.title, "reward": problem.money_high or problem.money_low, "criteria": rows}
        )


class ProposalForm(Faulty):
    """Nothing is asked for while it is a draft; what is missing is told when it is handed in."""

    title = StringField(_("方案名称"), [Characters(most=TITLE_LENGTH)])
    plan = TextAreaField(
        _("技术方案"),
        [Characters(most=PLAN_LENGTH)],
        description=_("技术路线、怎样达到指标、步骤和交付物。截止前只有贵单位能看到，在服务器上加密保存"),
    )
    team = TextAreaField(
        _("团队"), [Characters(most=TEAM_LENGTH)], description=_("负责人、成员、设备和以往类似的工作")
    )
    price = WanField(_("报价（万元）"))
    months = WholeField(_("完成需要（月）"), [optional(), NumberRange(1, MOST_MONTHS, _("请填写 1 到 60"))])
    capability = PickField(
        _("依托的成果"), description=_("中榜后以它建立匹配。可以从贵单位已发布的成果中选择，也可以中榜时再定")
    )
    files = MultipleFileField(_("附件"), description=_("最多 5 个，每个不超过 10 MB，同样加密保存"))
    removed = Boxes(_("移除附件"))
    version = HiddenField()

    def offer(self, capabilities: Iterable[Capability], files: Iterable[FileNote]) -> None:
        self.capability.choices = [("", ""), *[(str(each.id), each.title) for each in capabilities]]
        self.removed.choices = [(str(each.id), each.name) for each in files]

    def content(self) -> Content:
        return Content(
            title=self.title.data or "",
            plan=self.plan.data or "",
            team=self.team.data or "",
            price=self.price.data,
            months=self.months.data,
            capability_id=int(self.capability.data) if self.capability.data else None,
        )

    def renewed(self, version: int) -> ProposalForm:
        self.version.raw_data, self.version.data = None, version
        self.removed.data = []
        return self

    @classmethod
    def of(cls, content: Content, version: int) -> ProposalForm:
        names = ("title", "plan", "team", "price", "months")
        values = {name: getattr(content, name) for name in names}
        capability = str(content.capability_id) if content.capability_id else None
        return cls(data=values | {"capability": capability, "version": version})


class StepForm(Faulty):
    """A step that asks for nothing but that one looked at what stands now."""

    version = IntegerField(widget=HiddenInput(), validators=[InputRequired()])


class ReasonForm(StepForm):
    reason = TextAreaField(_("原因"), [required(_("请写明原因")), Characters(most=REASON_LENGTH)])


class ExtendForm(StepForm):
    closes_at = MomentField(_("新的截止时间"), [required()])
    reason = TextAreaField(_("原因"), [required(_("请写明原因")), Characters(most=REASON_LENGTH)])


class DecideForm(StepForm):
    winner = RadioField(_("中榜方案"), [required(_("请选择"))])
    reasons = TextAreaField(
        _("理由"),
        [required(_("请写明理由")), Characters(most=REASONS_LENGTH)],
        description=_("依据评分和方案说明；会在公示中公开，请不要写方案的内容"),
    )

    def offer(self, opened: Sequence[Opened]) -> None:
        self.winner.choices = [
            *[(str(each.proposal.id), each.proposal.organisation.name) for each in opened],
            (NOBODY, _("没有方案中榜")),
        ]


class AwardForm(StepForm):
    capability = PickField(
        _("中榜单位的成果"), [required(_("请选择成果"))], description=_("与难题确认匹配，合作记录由此建立")
    )

    def offer(self, capabilities: Iterable[Capability]) -> None:
        self.capability.choices = [(str(each.id), each.title) for each in capabilities]


class ReviewerForm(Faulty):
    login = StringField(
        _("评审人的登录邮箱或手机号"),
        [required(), Characters(most=120)],
        description=_("科技局工作人员，或通过审核的单位的账号；提交了方案的单位的账号不能参加"),
    )


class DeclareForm(Form):
    conflicted = RadioField(
        _("您和您的单位与任何揭榜单位或发布单位有没有利益关系？"),
        [required(_("请选择"))],
        choices=choices_of([("no", _("没有，我可以公正地评审")), ("yes", _("有，我回避"))]),
    )
    declaration = TextAreaField(_("说明"), [Characters(most=DECLARATION_LENGTH)])


class ScoreRow(PlainForm):
    points = WholeField(_("评分"), [optional(), NumberRange(0, MOST_POINTS, _("请填写 0 到 100"))])
    word = TextAreaField(_("评语"), [Characters(most=WORD_LENGTH)], filters=[stripped])


class ScoresForm(Form):
    """One row for each criterion, in their order."""

    rows = FieldList(FormField(ScoreRow))

    def marks(self, criteria: Sequence[Criterion]) -> dict[int, Mark]:
        pairs = zip(criteria, self.rows, strict=False)
        return {
            each.id: Mark(row.form.points.data, row.form.word.data or "")
            for each, row in pairs
            if row.form.points.data is not None
        }

    @classmethod
    def of(cls, criteria: Sequence[Criterion], marks: Mapping[int, Mark]) -> ScoresForm:
        rows = [
            {"points": marks[each.id].points, "word": marks[each.id].word} if each.id in marks else {}
            for each in criteria
        ]
        return cls(data={"rows": rows})


class ObjectionForm(Faulty):
    text = TextAreaField(
        _("异议"),
        [required(_("请写明异议和依据")), Characters(most=OBJECTION_LENGTH)],
        description=_("只有科技局能看到；答复会通知您"),
    )


class AnswerForm(Faulty):
    answer = TextAreaField(_("答复"), [required(_("请写明答复")), Characters(most=OBJECTION_LENGTH)])
