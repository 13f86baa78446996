"""What staff type about a cooperation record. The rules between fields are those of terms.py; here are their words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, ClassVar

from flask_babel import lazy_gettext as _
from wtforms import (
    Field,
    FieldList,
    FormField,
    HiddenField,
    IntegerField,
    StringField,
    TextAreaField,
)
from wtforms import (
    Form as PlainForm,
)

from matchmaker.cooperation.seen import SeenForm
from matchmaker.cooperation.steps import Results
from matchmaker.cooperation.terms import (
    MILESTONE_FIELDS,
    MILESTONE_NAME_LENGTH,
    TERM_FIELDS,
    TITLE_LENGTH,
    Fault,
    MilestoneTerms,
    Parties,
    RecordTerms,
    faults,
)
from matchmaker.cooperation.wording import FAULTS, LISTS
from matchmaker.forms import (
    Characters,
    DayField,
    Form,
    PickField,
    WanField,
    add_error,
    required,
    stripped,
)
from matchmaker.vocabulary.service import Vocabulary
from models import CooperationRecord, Milestone, Organisation, PartyRole, User

NOTE_LENGTH = 2000
REASON_LENGTH = 500
MOST_COUNTED = 1_000_000
MOST_ROWS = 30


class CountField(IntegerField):
    """A whole number of things."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        typed = str(valuelist[0]).strip() if valuelist else ""
        self.data = None
        if not typed:
            return
        # the length first: Python refuses to read thousands of digits, in words of its own
        if not (typed.isascii() and typed.isdigit()) or len(typed) > 9 or int(typed) > MOST_COUNTED:
            raise ValueError(_("请填写整数，没有就填 0"))
        self.data = int(typed)


class Part(PlainForm):
    """Fields that belong together; where all of them are empty they are passed over. `NEEDED` else must be filled."""

    NEEDED: ClassVar[tuple[tuple[str, Any], ...]] = ()

    @property
    def is_blank(self) -> bool:
        return not any((field.raw_data or [""])[0].strip() for field in self)

    def validate(self, extra_validators: Any = None) -> bool:
        right: bool = super().validate(extra_validators)
        if self.is_blank:
            return True
        for name, message in self.NEEDED:
            field = self[name]
            if not field.data and not field.errors:
                field.errors = [message]
                right = False
        return right


class MilestoneRow(Part):
    """A row of the list of milestones."""

    NEEDED = (("name", _("请填写名称")), ("due_on", _("请填写应完成日期")))

    name = StringField(_("名称"), [Characters(most=MILESTONE_NAME_LENGTH)], filters=[stripped])
    due_on = DayField(_("应完成日期"))
    payment = WanField(_("应付金额（万元）"))


class TermsForm(SeenForm):
    """A record as agreed. Organisations are given by name, from the list of verified ones."""

    title = StringField(
        _("项目名称"),
        [required(), Characters(4, TITLE_LENGTH)],
        description=_("一般与合同名称一致，例如：铝合金压铸件气孔在线检测装置委托开发"),
    )
    party_a = StringField(
        _("甲方"), [required()], description=_("委托方，一般是企业。输入几个字后从列表中选择")
    )
    party_b = StringField(_("乙方"), [required()], description=_("承担方，一般是高校或科研院所"))
    party_c = StringField(_("丙方"))
    party_d = StringField(_("丁方"))
    leader_a = StringField(_("甲方负责人"), [Characters(most=60)])
    leader_b = StringField(_("乙方负责人"), [Characters(most=60)])
    mode = PickField(_("合作方式"), [required(_("请选择合作方式"))])
    contract_category = PickField(_("技术合同类别"), description=_("签约前可以先不选"))
    contract_number = StringField(_("合同编号"), [Characters(most=60)])
    registration_number = StringField(_("认定登记号"), [Characters(most=60)])
    registered_on = DayField(_("认定登记日期"))
    amount = WanField(_("合同金额（万元）"), description=_("精确到百元，例如 86.50；尚未商定可不填"))
    technology_amount = WanField(_("其中技术交易额（万元）"), description=_("不大于合同金额"))
    paid = WanField(_("已付金额（万元）"))
    field = PickField(_("技术领域"))
    programme = PickField(_("科技专项"))
    signed_on = DayField(_("签约日期"))
    starts_on = DayField(_("开始日期"))
    ends_on = DayField(_("结束日期"))
    milestones = FieldList(FormField(MilestoneRow), label=_("里程碑"), min_entries=0, max_entries=MOST_ROWS)
    broker = PickField(_("经办人"))
    version = HiddenField()

    def offer(self, vocabulary: Vocabulary, brokers: Iterable[User] = ()) -> None:
        """Fill the lists; what the record holds stays on offer even if it was retired."""
        for name, kind in LISTS.items():
            field: Field = self[name]
            field.choices = [("", ""), *vocabulary.choices(kind, keep=field.object_data or None)]
        self.broker.choices = [(str(each.id), each.name) for each in brokers]

    def roles(self) -> list[tuple[PartyRole, Field]]:
        return [(role, self[f"party_{role.value}"]) for role in PartyRole]

    def parties(self, organisations: Mapping[str, Organisation]) -> Parties:
        """(role, id) of the organisations named; 0 where the name is nobody's, which terms refuse."""
        return tuple(
            (role, organisations[field.data].id if field.data in organisations else 0)
            for role, field in self.roles()
            if field.data
        )

    def terms(self, organisations: Mapping[str, Organisation]) -> RecordTerms:
        shared = {name: self[name].data for name in TERM_FIELDS if name != "paid"}
        texts = [name for name in shared if isinstance(self[name], StringField)]
        shared |= {name: shared[name] or "" for name in texts if not isinstance(self[name], WanField)}
        rows = [row.form for row in self.milestones if row.form.name.data and row.form.due_on.data]
        return RecordTerms(
            **shared,
            paid=self.paid.data or Decimal(0),
            parties=self.parties(organisations),
            milestones=tuple(
                MilestoneTerms(row.name.data, row.due_on.data, row.payment.data) for row in rows
            ),
            broker_id=int(self.broker.data) if self.broker.data and not self.broker.errors else None,
        )

    def check(self, organisations: Mapping[str, Organisation], today: date) -> bool:
        """Every field, and what they say together, in one round: nobody likes to be told twice."""
        right: bool = self.validate()
        unknown = [field for _role, field in self.roles() if field.data and field.data not in organisations]
        found = faults(self.terms(organisations), today)
        if unknown:
            found.append(("parties", Fault.UNKNOWN_ORGANISATION))
        self.show_faults(found, organisations)
        return right and not found

    def show_faults(
        self, found: Iterable[tuple[str, Fault]], organisations: Mapping[str, Organisation]
    ) -> None:
        """Put each at its field, or at the parties it is true of; a field that is wrong in itself keeps its message."""
        for name, fault in found:
            for field in self._parties_at_fault(fault, organisations) if name == "parties" else [self[name]]:
                if not field.errors:
                    add_error(field, FAULTS[fault])

    def _parties_at_fault(self, fault: Fault, organisations: Mapping[str, Organisation]) -> list[Field]:
        given = [field for _role, field in self.roles() if field.data]
        if fault is Fault.UNKNOWN_ORGANISATION:
            return [field for field in given if field.data not in organisations]
        if fault is Fault.PARTY_TWICE:
            return [
                field
                for place, field in enumerate(given)
                if field.data in {each.data for each in given[:place]}
            ]
        return [self.party_b]

    def add_blank_rows(self, count: int) -> None:
        """So many empty rows after what was typed."""
        filled = [row for row in self.milestones if not row.form.is_blank]
        while len(self.milestones) < min(len(filled) + count, MOST_ROWS):
            self.milestones.append_entry()

    def drawn(self, record: CooperationRecord) -> None:
        super().drawn(record)
        self.version.data = str(record.version)

    @classmethod
    def of(cls, record: CooperationRecord) -> TermsForm:
        """Filled with the record as it stands."""
        parties = {f"party_{party.role.value}": party.organisation.name for party in record.parties}
        broker = str(record.broker_id) if record.broker_id else None
        values = {name: getattr(record, name) for name in TERM_FIELDS}
        return cls(data=values | parties | {"broker": broker}).marked(record)


class SignForm(SeenForm):
    signed_on = DayField(_("签约日期"), [required()])
    contract_category = PickField(_("技术合同类别"), [required(_("请选择技术合同类别"))])
    contract_number = StringField(_("合同编号"), [Characters(most=60)])

    def offer(self, vocabulary: Vocabulary) -> None:
        choices = vocabulary.choices("contract_category", keep=self.contract_category.object_data)
        self.contract_category.choices = [("", ""), *choices]


class StartForm(SeenForm):
    starts_on = DayField(_("开始日期"), [required()])
    note = TextAreaField(_("说明"), [Characters(most=NOTE_LENGTH)])


class AcceptForm(SeenForm):
    result_patents = CountField(_("新增知识产权（件）"))
    result_products = CountField(_("新产品（个）"))
    result_standards = CountField(_("标准（项）"))
    result_jobs = CountField(_("新增就业（人）"))
    result_output_value = WanField(_("新增年产值（万元）"))
    result_tax = WanField(_("新增年税收（万元）"))
    note = TextAreaField(
        _("验收意见"),
        [required(), Characters(most=NOTE_LENGTH)],
        description=_("谁在哪天验收、指标完成情况和结论"),
    )

    def results(self) -> Results:
        return Results(**{name: self[f"result_{name}"].data for name in Results.__dataclass_fields__})


class ReasonForm(SeenForm):
    reason = TextAreaField(_("原因"), [required(_("请写明原因")), Characters(most=REASON_LENGTH)])


class NoteForm(Form):
    note = TextAreaField(
        _("进展说明"),
        [required(_("请写明进展")), Characters(most=NOTE_LENGTH)],
        description=_("双方单位也能看到，请不要写保密内容"),
    )


class MilestoneForm(SeenForm):
    name = StringField(_("名称"), [required(), Characters(2, MILESTONE_NAME_LENGTH)])
    due_on = DayField(_("应完成日期"), [required()])
    payment = WanField(_("应付金额（万元）"), description=_("完成后应付的合同款，没有可不填"))

    def terms(self) -> MilestoneTerms:
        return MilestoneTerms(self.name.data, self.due_on.data, self.payment.data)

    @classmethod
    def of(cls, milestone: Milestone) -> MilestoneForm:
        values = {name: getattr(milestone, name) for name in MILESTONE_FIELDS}
        return cls(data=values).marked(milestone.record)


class CompleteForm(SeenForm):
    done_on = DayField(_("完成日期"), [required()])
    evidence = TextAreaField(
        _("完成依据"),
        [Characters(most=NOTE_LENGTH)],
        description=_("例如验收单、测试报告编号；文件可在下方附件中上传"),
    )
    received = WanField(_("本次到账（万元）"), description=_("计入已付金额，没有可不填"))


def show_faults(form: PlainForm, found: Sequence[tuple[str, Fault]]) -> None:
    """Put each at its field, or above the form where it has no such field."""
    for name, fault in found:
        if name in form:
            add_error(form[name], FAULTS[fault])
        else:
            form.form_errors.append(FAULTS[fault])
