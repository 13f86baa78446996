"""The form of an agreement made elsewhere: its terms, and what is new with it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import Field, FormField, StringField, TextAreaField

from matchmaker.cooperation.entered import Entered, NewOrganisation, NewPosting, PartyTaken
from matchmaker.cooperation.forms import Part, TermsForm
from matchmaker.cooperation.terms import Fault, RecordTerms
from matchmaker.cooperation.wording import FAULTS
from matchmaker.forms import Characters, PickField, add_error, optional, stripped
from matchmaker.organisations.forms import CreditCode
from matchmaker.organisations.naming import plain_code, plain_name
from matchmaker.organisations.service import REGISTRABLE
from matchmaker.vocabulary.service import Vocabulary
from matchmaker.wording import label
from models import Organisation, OrganisationKind, PartyRole, User

TITLE, SUMMARY = (4, 60), (30, 2000)
NEW_PARTIES = (PartyRole.A, PartyRole.B)


class NewParty(Part):
    """An organisation that is not registered yet; its name is the party's."""

    NEEDED = (("code", _("请填写统一社会信用代码")), ("kind", _("请选择单位类型")))

    code = StringField(
        _("统一社会信用代码"),
        [optional(), CreditCode()],
        filters=[plain_code],
        description=_("18 位，在营业执照或法人证书上"),
    )
    kind = PickField(_("单位类型"))
    county = PickField(_("所在县（市、区）"))


class NewText(Part):
    NEEDED = (("title", _("请填写名称")), ("summary", _("请填写简介")))

    title = StringField(_("名称"), [optional(), Characters(*TITLE)], filters=[stripped])
    summary = TextAreaField(
        _("简介"),
        [optional(), Characters(*SUMMARY)],
        filters=[stripped],
        description=_("写明技术内容，会公开显示，请不要写保密内容"),
    )
    field = PickField(_("技术领域"), description=_("不选就和合作记录一样"))

    def posting(self) -> NewPosting | None:
        if self.is_blank:
            return None
        return NewPosting(self["title"].data, self["summary"].data, self["field"].data)


class EntryForm(TermsForm):
    """Party A and B may be new, with a problem of A and a capability of B."""

    new_a = FormField(NewParty, _("甲方单位"))
    new_b = FormField(NewParty, _("乙方单位"))
    problem = FormField(NewText, _("甲方的难题"))
    capability = FormField(NewText, _("乙方的成果"))

    def offer(self, vocabulary: Vocabulary, brokers: Iterable[User] = ()) -> None:
        super().offer(vocabulary, brokers)
        for role in NEW_PARTIES:
            part = self.part(role)
            part["kind"].choices = [("", ""), *((each.value, label(each)) for each in REGISTRABLE)]
            part["county"].choices = [("", ""), *vocabulary.choices("county")]
        for text in (self.problem, self.capability):
            text.form["field"].choices = [("", ""), *vocabulary.choices("field")]

    def part(self, role: PartyRole) -> Any:
        return self[f"new_{role.value}"].form

    def check(self, organisations: Mapping[str, Organisation], today: date) -> bool:
        """As of any terms; a new party need not be known, and one that is known is not new."""
        right = super().check(self._with_new(organisations), today)
        for role in NEW_PARTIES:
            name, part = self._name(role), self.part(role)
            if not part.is_blank and name.data in organisations:
                add_error(part["code"], _("这家单位已经登记，请清空这几栏"))
                right = False
        return right

    def unknown_parties(self) -> list[Field]:
        """Those whose name nobody verified bears."""
        said = str(FAULTS[Fault.UNKNOWN_ORGANISATION])
        return [field for _role, field in self.roles() if said in map(str, field.errors)]

    def explain_unknown(self, now_called: Mapping[str, str]) -> None:
        """Say what to do: the name that one bears now, or where to enter one that is new."""
        for field in self.unknown_parties():
            name = now_called.get(field.data)
            if name is not None:
                field.errors = [_("这家单位现在叫“%(name)s”，请改填这个名称", name=name)]
            elif field.name in {self._name(role).name for role in NEW_PARTIES}:
                field.errors = [
                    _(
                        "没有找到这家已通过审核的单位。请从列表中选择，或者打开下面的“%(role)s还没有登记为单位”填写",
                        role=field.label.text,
                    )
                ]

    def known_terms(self, organisations: Mapping[str, Organisation]) -> RecordTerms:
        """The terms with the parties that are known; those that are new come with `entered`."""
        terms = self.terms(self._with_new(organisations))
        return replace(terms, parties=tuple(each for each in terms.parties or () if each[1] > 0))

    def entered(self) -> Entered:
        new = {
            role: NewOrganisation(
                plain_name(self._name(role).data) or "",
                OrganisationKind(self.part(role)["kind"].data),
                self.part(role)["code"].data,
                self.part(role)["county"].data,
            )
            for role in NEW_PARTIES
            if not self.part(role).is_blank
        }
        return Entered(new, self.problem.form.posting(), self.capability.form.posting())

    def show_taken(self, taken: PartyTaken) -> None:
        """Put it where it can be put right."""
        if taken.field == "code":
            add_error(
                self.part(taken.role)["code"],
                _("已有单位使用这个代码。请核对，或者在上面填写那家单位的名称"),
            )
        else:
            add_error(self._name(taken.role), _("已有同名单位，可能还没有通过审核，请先到“单位”里核对"))

    def _name(self, role: PartyRole) -> Field:
        return self[f"party_{role.value}"]

    def _with_new(self, organisations: Mapping[str, Organisation]) -> dict[str, Organisation]:
        """By name, with those that are still to be entered; these have no number yet."""
        new = {
            self._name(role).data: Organisation(id=-place)
            for place, role in enumerate(NEW_PARTIES, 1)
            if not self.part(role).is_blank and self._name(role).data
        }
        return new | dict(organisations)
