"""What staff type about carriers, alliances and R&D bodies."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, ClassVar, Self

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import BooleanField, HiddenField, IntegerField, StringField, TextAreaField
from wtforms.validators import NumberRange, ValidationError

from matchmaker.carriers.service import AllianceFacts, BodyFacts, CarrierFacts
from matchmaker.forms import Characters, DayField, Form, PickField, optional, required
from matchmaker.typed_numbers import number
from matchmaker.vocabulary.service import Vocabulary
from matchmaker.wording import label
from models import Organisation, RecognitionLevel

NAME_LENGTH = 100
TEXT_LENGTH = 4000
NOTE_LENGTH = 200
EARLIEST_YEAR = 1949


class YearField(IntegerField):
    """A year in digits. What was typed is kept on failure."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        self.data = None
        typed = str(valuelist[0]).strip() if valuelist else ""
        if not typed:
            return
        if not (typed.isascii() and typed.isdigit() and len(typed) == len("2026")):
            raise ValueError(_("请填写四位年份，例如 2026"))
        self.data = int(typed)


class Registered(Form):
    """Base: lists are filled with `offer`, organisations are named, and two people's versions are compared."""

    LISTS: ClassVar[Mapping[str, str]] = {}
    """Fields whose choices are a list of the vocabulary."""

    version = HiddenField()

    def offer(self, vocabulary: Vocabulary, organisations: Mapping[str, Organisation] | None = None) -> Self:
        """Fill the lists; what is chosen stays on offer even if it was retired."""
        self.organisations = organisations or {}
        for name, kind in self.LISTS.items():
            self[name].choices = [("", ""), *vocabulary.choices(kind, keep=self[name].object_data or None)]
        if "level" in self:
            self.level.choices = [("", ""), *((each.value, label(each)) for each in RecognitionLevel)]
        return self

    @property
    def seen(self) -> int:
        """The version that the form was opened with; 0, which no row has, if it does not say."""
        return number(self.version.data) or 0

    def renewed(self, version: int) -> None:
        """What was typed, on top of the version as it stands now: saving it again overwrites knowingly."""
        self.version.raw_data, self.version.data = None, str(version)

    def differences(self, present: Registered) -> list[tuple[str, str]]:
        """(label, what it is now) of the fields in which this form differs from one filled with what is stored."""
        return [
            (str(field.label.text), _shown(present[field.short_name]))
            for field in self
            if field.short_name not in ("version", "csrf_token")
            and (field.data or None) != (present[field.short_name].data or None)
        ]

    def named(self, field: Any) -> Organisation | None:
        return self.organisations.get(field.data or "")

    def refuse_unknown(self, field: Any) -> None:
        if field.data and self.named(field) is None:
            raise ValidationError(_("没有找到这个单位，请从列表中选择已通过审核的单位"))


def _shown(field: Any) -> str:
    if isinstance(field, BooleanField):
        return str(gettext("是") if field.data else gettext("否"))
    if isinstance(field, PickField):
        return str(dict(field.choices or ()).get(field.data, "")) or str(gettext("（空）"))
    if isinstance(field.data, date):
        return field.data.isoformat()
    return str(field.data or "") or str(gettext("（空）"))


class CarrierForm(Registered):
    LISTS: ClassVar[Mapping[str, str]] = {"kind": "carrier_kind", "county": "county", "field": "field"}

    kind = PickField(_("载体类型"), [required(_("请选择载体类型"))])
    name = StringField(_("载体名称"), [required(), Characters(4, NAME_LENGTH)])
    level = PickField(_("认定级别"))
    year = YearField(_("认定年份"), [optional(), NumberRange(EARLIEST_YEAR, 2200, _("请核对年份"))])
    county = PickField(_("所在县（市、区）"))
    field = PickField(_("主要技术领域"))
    industry = StringField(
        _("主导产业"), [Characters(most=120)], description=_("例如：汽车零部件、石油化工、船用装备")
    )
    operator = StringField(
        _("运营单位"),
        [Characters(most=NAME_LENGTH)],
        description=_("在本系统注册过的单位，可以不填"),
    )
    introduction = TextAreaField(_("简介"), [Characters(most=TEXT_LENGTH)])
    active = BooleanField(_("正常运行"), description=_("停止运行或撤销认定以后不再公开，成员单位的记录保留"))

    def validate_operator(self, field: Any) -> None:
        self.refuse_unknown(field)

    def facts(self) -> CarrierFacts:
        operator = self.named(self.operator)
        return CarrierFacts(
            kind=self.kind.data,
            name=self.name.data,
            level=_level(self.level.data),
            year=self.year.data,
            county=self.county.data,
            field=self.field.data,
            industry=self.industry.data or "",
            introduction=self.introduction.data or "",
            operator_id=operator.id if operator else None,
            active=bool(self.active.data),
        )

    @classmethod
    def of(cls, carrier: Any, formdata: Any = None) -> CarrierForm:
        """Filled with the carrier as it stands, under what was typed."""
        known = {name: getattr(carrier, name) for name in _CARRIER_COLUMNS}
        known["operator"] = carrier.operator.name if carrier.operator else ""
        return cls(formdata=formdata, data=known | {"version": carrier.version})


_CARRIER_COLUMNS = ("kind", "name", "level", "year", "county", "field", "industry", "introduction", "active")


class AllianceForm(Registered):
    LISTS: ClassVar[Mapping[str, str]] = {"field": "field"}

    name = StringField(_("联盟名称"), [required(), Characters(4, NAME_LENGTH)])
    lead = StringField(
        _("牵头单位"),
        [required(_("请填写牵头单位")), Characters(most=NAME_LENGTH)],
        description=_("同时是联盟成员"),
    )
    level = PickField(_("认定级别"))
    field = PickField(_("技术领域"))
    founded_on = DayField(_("成立日期"))
    introduction = TextAreaField(
        _("简介"), [Characters(most=TEXT_LENGTH)], description=_("公开。写明联盟要解决的共性技术问题")
    )
    agreed_on = DayField(_("协议签订日期"))
    agreement_until = DayField(_("协议有效期至"))
    agreement = TextAreaField(
        _("联盟协议要点"),
        [Characters(most=TEXT_LENGTH)],
        description=_("只有成员单位和科技局能看到；协议文本可以作为附件上传"),
    )
    active = BooleanField(_("正常运行"), description=_("解散以后不再公开，成员单位的记录保留"))

    def validate_lead(self, field: Any) -> None:
        self.refuse_unknown(field)

    def validate_agreement_until(self, field: Any) -> None:
        if field.data and self.agreed_on.data and field.data < self.agreed_on.data:
            raise ValidationError(_("有效期不能早于签订日期"))

    def facts(self) -> AllianceFacts:
        lead = self.named(self.lead)
        assert lead is not None
        return AllianceFacts(
            name=self.name.data,
            lead_id=lead.id,
            level=_level(self.level.data),
            field=self.field.data,
            founded_on=self.founded_on.data,
            introduction=self.introduction.data or "",
            agreement=self.agreement.data or "",
            agreed_on=self.agreed_on.data,
            agreement_until=self.agreement_until.data,
            active=bool(self.active.data),
        )

    @classmethod
    def of(cls, alliance: Any, formdata: Any = None) -> AllianceForm:
        """Filled with the alliance as it stands, under what was typed."""
        known = {name: getattr(alliance, name) for name in _ALLIANCE_COLUMNS}
        return cls(formdata=formdata, data=known | {"lead": alliance.lead.name, "version": alliance.version})


_ALLIANCE_COLUMNS = (
    "name",
    "level",
    "field",
    "founded_on",
    "introduction",
    "agreed_on",
    "agreement_until",
    "agreement",
    "active",
)


class BodyForm(Registered):
    LISTS: ClassVar[Mapping[str, str]] = {"kind": "research_body_kind"}

    kind = PickField(_("研发机构类型"), [required(_("请选择研发机构类型"))])
    level = PickField(_("认定级别"), [required(_("请选择认定级别"))])
    name = StringField(_("机构名称"), [required(), Characters(4, NAME_LENGTH)])
    year = YearField(_("认定年份"), [optional(), NumberRange(EARLIEST_YEAR, 2200, _("请核对年份"))])

    def facts(self) -> BodyFacts:
        return BodyFacts(
            kind=self.kind.data,
            level=RecognitionLevel(self.level.data),
            name=self.name.data,
            year=self.year.data,
        )

    @classmethod
    def of(cls, body: Any, formdata: Any = None) -> BodyForm:
        """Filled with the R&D body as it stands, under what was typed."""
        known = {name: getattr(body, name) for name in ("kind", "level", "name", "year", "version")}
        return cls(formdata=formdata, data=known)


class StageForm(Registered):
    LISTS: ClassVar[Mapping[str, str]] = {"stage": "member_stage"}

    organisation = StringField(_("单位"), [required(_("请填写单位")), Characters(most=NAME_LENGTH)])
    stage = PickField(_("阶段"), [required(_("请选择阶段"))])
    since = DayField(_("从哪天起"), [required(_("请填写日期"))])
    note = StringField(_("说明"), [Characters(most=NOTE_LENGTH)])

    def validate_organisation(self, field: Any) -> None:
        self.refuse_unknown(field)


class MemberForm(Registered):
    organisation = StringField(_("单位"), [required(_("请填写单位")), Characters(most=NAME_LENGTH)])
    since = DayField(_("从哪天起"), [required(_("请填写日期"))])
    note = StringField(_("说明"), [Characters(most=NOTE_LENGTH)], description=_("例如：副理事长单位"))

    def validate_organisation(self, field: Any) -> None:
        self.refuse_unknown(field)


class EndForm(Form):
    until = DayField(_("退出日期"), [required(_("请填写日期"))])


def _level(code: str | None) -> RecognitionLevel | None:
    return RecognitionLevel(code) if code else None
