"""What staff type about a project. The rules between fields are those of terms.py; here are their words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import Field, FieldList, HiddenField, SelectMultipleField, StringField, TextAreaField
from wtforms.widgets import CheckboxInput, ListWidget

from matchmaker.forms import Characters, DayField, Form, PickField, WanField, required, stripped
from matchmaker.projects.sources import SEPARATORS, FoundProblems, is_number
from matchmaker.projects.terms import (
    FIELDS,
    MOST_PARTNERS,
    TEXT_LENGTH,
    TITLE_LENGTH,
    Fault,
    ProjectTerms,
    faults,
    terms_of,
)
from matchmaker.projects.wording import FAULTS, LISTS
from matchmaker.vocabulary.service import Vocabulary
from matchmaker.wording import label
from models import Organisation, Problem, Project, ProjectLevel, ProjectStatus, User

NOTE_LENGTH = 2000
REASON_LENGTH = 500


class SourcesField(SelectMultipleField):
    """Problems by number, each with a box to tick."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()

    def __init__(self, label: Any, **options: Any) -> None:
        super().__init__(label, coerce=int, choices=[], **options)

    def pre_validate(self, form: Any) -> None:
        """What is not among the choices is nobody's problem, and left out."""


class ProjectForm(Form):
    """Organisations are given by name, from the list of verified ones."""

    title = StringField(
        _("项目名称"),
        [required(), Characters(4, TITLE_LENGTH)],
        description=_("说明共性技术和用在哪里，例如：低浓度大风量VOCs浓缩治理共性技术研究与应用"),
    )
    field = PickField(_("技术领域"))
    programme = PickField(_("科技专项"), description=_("入库前要选定"))
    plan = PickField(_("申报计划"), description=_("推荐申报前要选定"))
    level = PickField(_("申报级别"), description=_("入库前要选定"))
    sources = SourcesField(_("来源难题"))
    more_sources = StringField(
        _("再加难题"),
        [Characters(most=200)],
        description=_(
            "输入难题名称里的词查找，在找到的前面打勾；知道编号的，也可以直接填编号。只能加公开的难题"
        ),
    )
    lead = StringField(
        _("牵头单位"), description=_("一般是能解决它的高校院所，或需求最迫切的企业。从列表中选择")
    )
    partners = FieldList(
        StringField(_("参与单位"), filters=[stripped]), label=_("参与单位"), max_entries=MOST_PARTNERS
    )
    budget = WanField(_("项目预算（万元）"), description=_("精确到百元；推荐申报前要填写"))
    starts_on = DayField(_("开始日期"))
    ends_on = DayField(_("结束日期"))
    necessity = TextAreaField(
        _("立项依据与必要性"),
        [Characters(most=TEXT_LENGTH)],
        description=_("哪些企业缺什么，为什么值得一起做；推荐以后参与单位会看到，请不要写保密内容"),
    )
    expected_results = TextAreaField(
        _("预期成果与考核指标"), [Characters(most=TEXT_LENGTH)], description=_("每行一项，写清数值和单位")
    )
    approval_number = StringField(_("立项编号"), [Characters(most=60)])
    broker = PickField(_("经办人"))
    version = HiddenField()
    last_event = HiddenField()
    looked_up = FoundProblems()
    """What `more_sources` says."""

    def offer(
        self,
        vocabulary: Vocabulary,
        problems: Mapping[int, Problem],
        brokers: Iterable[User],
        looked_up: FoundProblems,
    ) -> None:
        """Fill the lists; what the project holds stays on offer even if it was retired."""
        self.looked_up = looked_up
        problems = {**problems, **{each.id: each for each in looked_up.problems}}
        for name, kind in LISTS.items():
            field: Field = self[name]
            field.choices = [("", ""), *vocabulary.choices(kind, keep=field.object_data or None)]
        self.level.choices = [("", ""), *((each.value, label(each)) for each in ProjectLevel)]
        self.sources.choices = [
            (number, f"{number} {problem.title} · {problem.organisation.name}")
            for number, problem in problems.items()
        ]
        self.broker.choices = [("", ""), *((str(each.id), each.name) for each in brokers)]

    @property
    def numbers(self) -> list[int]:
        """Of every problem that is a source, or might be."""
        ticked = [int(each) for each in self.sources.raw_data or () if is_number(str(each))]
        known = self.sources.object_data or ()
        return list(dict.fromkeys((*known, *ticked)))

    def show_found(self) -> None:
        """Tick what can only be meant; several that may be meant are there to choose from."""
        if self.looked_up.certain:
            self.sources.data = [*(self.sources.data or ()), *self._added]
            self.more_sources.data = ""
        elif not self.looked_up.problems:
            self.more_sources.errors = [FAULTS[Fault.UNKNOWN_PROBLEM]]

    @property
    def _added(self) -> list[int]:
        return [each.id for each in self.looked_up.problems] if self.looked_up.certain else []

    def _says_which(self) -> bool:
        """Whether it is clear what problems are added, if any."""
        ticked = set(self.sources.data or ())
        if not self.more_sources.data or self.looked_up.certain:
            return True
        if not self.looked_up.problems or all(map(is_number, SEPARATORS.split(self.more_sources.data))):
            self.more_sources.errors = [FAULTS[Fault.UNKNOWN_PROBLEM]]
            return False
        if not ticked & {each.id for each in self.looked_up.problems}:
            self.more_sources.errors = [_("找到几项难题，请在“来源难题”里打勾选择")]
            return False
        return True

    def terms(self, organisations: Mapping[str, Organisation]) -> ProjectTerms:
        """Organisations that are nobody's name are number 0, which terms refuse."""
        values = {name: self[name].data for name in FIELDS}
        for name in ("title", "approval_number", "necessity", "expected_results"):
            values[name] = values[name] or ""
        level = values.pop("level")
        named = [each for each in (entry.data for entry in self.partners) if each]
        ticked = [each for each in self.sources.data or () if each in dict(self.sources.choices)]
        return ProjectTerms(
            **values,
            level=ProjectLevel(level) if level in list(ProjectLevel) else None,
            lead=_number_of(self.lead.data, organisations) if self.lead.data else None,
            partners=tuple(_number_of(each, organisations) for each in named),
            sources=tuple(dict.fromkeys((*ticked, *self._added))),
            broker_id=int(self.broker.data) if self.broker.data and not self.broker.errors else None,
        )

    def check(self, organisations: Mapping[str, Organisation], status: ProjectStatus) -> bool:
        """Every field, and what they say together, in one round."""
        right: bool = self.validate()
        right = self._says_which() and right
        found = faults(self.terms(organisations), status)
        self.show_faults(found)
        for entry in self.partners:
            if entry.data and entry.data not in organisations:
                entry.errors = [FAULTS[Fault.UNKNOWN_ORGANISATION]]
                right = False
        if self.lead.data and self.lead.data not in organisations:
            self.lead.errors = [FAULTS[Fault.UNKNOWN_ORGANISATION]]
            right = False
        return right and not found

    def show_faults(self, found: Iterable[tuple[str, Fault]]) -> None:
        """Put each at its field; a field that is wrong in itself keeps its message."""
        for name, fault in found:
            field: Field = self._at_fault(name, fault)
            if not field.errors:
                field.errors = [FAULTS[fault]]

    def _at_fault(self, name: str, fault: Fault) -> Field:
        if name == "sources" and fault is Fault.UNKNOWN_PROBLEM:
            found: Field = self.more_sources
        elif name == "partners" and len(self.partners):
            named = [each for each in self.partners if each.data]
            seen = {self.lead.data}
            for entry in named:
                if entry.data in seen:
                    return entry
                seen.add(entry.data)
            found = named[0] if named else self.partners[0]
        else:
            found = self[name]
        return found

    def add_blank_rows(self, count: int) -> None:
        """So many empty rows after what was typed."""
        filled = sum(1 for each in self.partners if each.data)
        while len(self.partners) < min(filled + count, MOST_PARTNERS):
            self.partners.append_entry()

    def renewed(self, project: Project) -> ProjectForm:
        """What was typed, on top of the project as it stands now: saving it again overwrites knowingly."""
        self.version.raw_data = self.last_event.raw_data = None
        self.version.data, self.last_event.data = project.version, project.events[-1].id
        return self

    @classmethod
    def of(cls, project: Project) -> ProjectForm:
        """Filled with the project as it stands."""
        names = {each.organisation_id: each.organisation.name for each in project.participants}
        last = project.events[-1].id if project.events else 0
        return cls._filled(terms_of(project), names, version=project.version, last_event=last)

    @classmethod
    def proposed(cls, terms: ProjectTerms, organisations: Mapping[str, Organisation]) -> ProjectForm:
        """Of a project that is not there yet."""
        return cls._filled(terms, {each.id: name for name, each in organisations.items()})

    @classmethod
    def _filled(cls, terms: ProjectTerms, names: Mapping[int, str], **beside: Any) -> ProjectForm:
        values = {name: getattr(terms, name) for name in FIELDS} | beside
        values |= {
            "level": terms.level.value if terms.level else None,
            "lead": names.get(terms.lead or 0, ""),
            "partners": [names[each] for each in terms.partners if each in names],
            "sources": list(terms.sources),
            "broker": str(terms.broker_id) if terms.broker_id else None,
        }
        return cls(data=values)


def _number_of(name: str, organisations: Mapping[str, Organisation]) -> int:
    return organisations[name].id if name in organisations else 0


class StepForm(Form):
    """A step that may be taken with a word, or none."""

    note = TextAreaField(_("说明"), [Characters(most=NOTE_LENGTH)])


class ApproveForm(Form):
    approval_number = StringField(_("立项编号"), [Characters(most=60)])
    note = TextAreaField(_("说明"), [Characters(most=NOTE_LENGTH)], description=_("批文、支持经费等"))


class ReasonForm(Form):
    note = TextAreaField(_("原因"), [required(_("请写明原因")), Characters(most=REASON_LENGTH)])


class NoteForm(Form):
    note = TextAreaField(
        _("进展说明"),
        [required(_("请写明进展")), Characters(most=NOTE_LENGTH)],
        description=_("只有科技局内部看得到"),
    )
