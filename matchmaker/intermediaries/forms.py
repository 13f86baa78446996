"""What people type about services and requests."""

from __future__ import annotations

from typing import Any, ClassVar, Self

from flask_babel import lazy_gettext as _
from flask_wtf.file import FileField
from wtforms import BooleanField, HiddenField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import ValidationError

from matchmaker.forms import (
    Characters,
    DayField,
    Form,
    PickField,
    WanField,
    choices_of,
    email_address,
    optional,
    phone_number,
    required,
)
from matchmaker.intermediaries.service import Agreed, Ask, Contact, ServiceFacts
from matchmaker.typed_numbers import number
from matchmaker.vocabulary.service import Vocabulary
from matchmaker.wording import WAYS, label
from models import ConsentWay, MoneyKind, Organisation, Service
from models.consent import PERSON_LENGTH

TITLE_LENGTH = 60
DESCRIPTION_LENGTH = 2000
WISH_LENGTH = 1000
REASON_LENGTH = 500
RESULT_LENGTH = 4000


class ServiceForm(Form):
    organisation = SelectField(_("服务机构"), [required(_("请选择服务机构"))])
    kind = SelectField(_("服务类型"), [required(_("请选择服务类型"))])
    title = StringField(
        _("服务名称"),
        [required(), Characters(4, TITLE_LENGTH)],
        description=_("写明做什么，例如：压铸件X射线无损检测"),
    )
    description = TextAreaField(
        _("服务说明"),
        [required(), Characters(20, DESCRIPTION_LENGTH)],
        description=_("服务内容、资质、周期、需要对方准备什么"),
    )
    money_kind = RadioField(
        _("服务价格"),
        [required(_("请选择一种"))],
        choices=[],
        default=MoneyKind.NEGOTIABLE.value,
    )
    money_low = WanField(_("金额或下限（万元）"))
    money_high = WanField(_("上限（万元）"))
    version = HiddenField()

    def offer(self, vocabulary: Vocabulary, organisations: list[Organisation] | None = None) -> Self:
        """Fill the lists. With `organisations` staff choose for whom; without, the field is not asked."""
        self.money_kind.choices = [(each.value, label(each)) for each in MoneyKind]
        self.kind.choices = [("", ""), *vocabulary.choices("service_kind", keep=self.kind.object_data)]
        if organisations is None:
            del self.organisation
        else:
            self.organisation.choices = [("", ""), *((str(each.id), each.name) for each in organisations)]
        return self

    @property
    def seen(self) -> int:
        """The version that the form was opened with; 0, which no row has, if it does not say."""
        return number(self.version.data) or 0

    def renewed(self, version: int) -> None:
        """What was typed, on top of the version as it stands now: saving it again overwrites knowingly."""
        self.version.raw_data, self.version.data = None, str(version)

    def validate_money_low(self, field: Any) -> None:
        if self.money_kind.data != MoneyKind.NEGOTIABLE and field.data is None and not field.errors:
            raise ValidationError(_("请填写金额；还没有定的话请选“面议”"))

    def validate_money_high(self, field: Any) -> None:
        if self.money_kind.data != MoneyKind.RANGE or field.errors:
            return
        if field.data is None:
            raise ValidationError(_("请填写上限；只有一个数的话请选“确定金额”"))
        if self.money_low.data is not None and field.data < self.money_low.data:
            raise ValidationError(_("上限不能低于下限"))

    def facts(self) -> ServiceFacts:
        kind = MoneyKind(self.money_kind.data)
        return ServiceFacts(
            kind=self.kind.data,
            title=self.title.data,
            description=self.description.data,
            money_kind=kind,
            money_low=None if kind is MoneyKind.NEGOTIABLE else self.money_low.data,
            money_high=self.money_high.data if kind is MoneyKind.RANGE else None,
        )

    @classmethod
    def of(cls, service: Service, formdata: Any = None) -> ServiceForm:
        """Filled with the service as it stands, under what was typed."""
        names = ("kind", "title", "description", "money_kind", "money_low", "money_high", "version")
        return cls(formdata=formdata, data={name: getattr(service, name) for name in names})


class ReturnForm(Form):
    reason = TextAreaField(
        _("退回原因"),
        [required(_("请写明退回的原因，对方才知道改哪里")), Characters(most=REASON_LENGTH)],
    )


class _ContactFields(Form):
    """Whom the intermediary calls; staff, who give it for somebody else, also say how that side agreed."""

    contact_name = StringField(_("联系人"), [required(_("请填写联系人")), Characters(most=40)])
    contact_phone = StringField(_("联系电话"), [optional(), Characters(most=40), phone_number()])
    contact_email = StringField(_("电子邮箱"), [optional(), Characters(most=120), email_address()])
    agreed_person = StringField(
        _("谁同意的"),
        [required(_("请填写对方谁同意的")), Characters(2, PERSON_LENGTH)],
        description=_("姓名和职务，例如：王工，技术部"),
    )
    agreed_day = DayField(_("哪一天同意的"), [required(_("请填写哪一天同意的"))])
    agreed_way = PickField(
        _("怎么说的"),
        [required(_("请选择怎么说的"))],
        choices=choices_of([("", ""), *((each.value, text) for each, text in WAYS.items())]),
    )
    agreed_note = StringField(
        _("说明"),
        [optional(), Characters(most=REASON_LENGTH)],
        description=_("申请单位能看到，服务机构看不到"),
    )

    PLAIN: ClassVar = ("contact_name", "contact_phone", "contact_email")

    def of(self, for_others: bool) -> Self:
        """Who gives their own contact agrees by sending the form, and is not asked how."""
        if not for_others:
            del self.agreed_person, self.agreed_day, self.agreed_way, self.agreed_note
        return self

    @property
    def agreed(self) -> Agreed | None:
        if "agreed_person" not in self:
            return None
        return Agreed(
            self.agreed_person.data,
            self.agreed_day.data,
            ConsentWay(self.agreed_way.data),
            self.agreed_note.data or "",
        )


class ContactForm(_ContactFields):
    version = HiddenField()

    @property
    def seen(self) -> int:
        """The version that the form was opened with; 0, which no row has, if it does not say."""
        return number(self.version.data) or 0

    def renewed(self, version: int) -> None:
        """What was typed, on top of the request as it stands now: sending it again is a decision on that."""
        self.version.raw_data, self.version.data = None, str(version)

    def contact(self) -> Contact:
        return Contact(*(self[name].data or "" for name in self.PLAIN))


class AskForm(_ContactFields):
    requester = SelectField(_("申请单位"), [required(_("请选择申请单位"))])
    wish = TextAreaField(
        _("希望对方做什么"),
        [required(_("请写明希望对方做什么")), Characters(10, WISH_LENGTH)],
        description=_("服务机构会看到这段话，请不要写保密内容"),
    )
    shows_content = BooleanField(
        _("让服务机构看到公开内容"),
        description=_("不勾选时，对方只能看到名称。保密内容和附件任何时候都不会给对方"),
    )
    shows_money = BooleanField(_("让服务机构看到金额"))
    consent = BooleanField(
        _("同意在服务机构受理以后，向它开放以上联系方式"),
        [required(_("不同意开放联系方式时不能申请，服务机构无法联系您"))],
        description=_("受理之前对方看不到联系方式；撤回申请或对方谢绝以后重新关闭"),
    )

    def offer(self, requesters: list[Organisation]) -> Self:
        """With one possible requester there is nothing to choose."""
        if len(requesters) < 2:
            del self.requester
        else:
            self.requester.choices = [("", ""), *((str(each.id), each.name) for each in requesters)]
        return self

    def asked(self, pairing_id: int | None) -> Ask:
        return Ask(
            wish=self.wish.data,
            shows_content=bool(self.shows_content.data),
            shows_money=bool(self.shows_money.data),
            consent=bool(self.consent.data),
            requester_id=number(self.requester.data) if "requester" in self else None,
            pairing_id=pairing_id,
            agreed=self.agreed,
            **{name: self[name].data or "" for name in self.PLAIN},
        )


class NoteForm(Form):
    note = StringField(_("说明"), [Characters(most=200)])


class DeclineForm(Form):
    reason = TextAreaField(
        _("谢绝的原因"),
        [required(_("请写明原因，对方才好另想办法")), Characters(most=REASON_LENGTH)],
    )


class ResultForm(Form):
    result = TextAreaField(
        _("服务结果"),
        [required(_("请写明结果")), Characters(most=RESULT_LENGTH)],
        description=_("结论、编号、取件方式等；申请单位和科技局能看到"),
    )
    file = FileField(_("结果文件"), description=_("例如检测报告、评估报告，可以不传；以后也能在附件里补"))
