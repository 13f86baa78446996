"""What an intermediary reads of the problem, capability or record that a request is about: this, and nothing else.

Only columns named here are ever shown or sent. Confidential details, present basis, contacts, partners, brokers and
attachments are not among them, whatever the requester ticked.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from models import Capability, CooperationRecord, Problem, RequestStatus, ServiceRequest

Subject = Problem | Capability | CooperationRecord

TEXTS: Mapping[type, Sequence[str]] = {
    Problem: ("background", "statement", "targets_text"),
    Capability: ("summary", "innovation", "advantage", "economics", "application"),
    CooperationRecord: (),
}
CODES: Mapping[type, Sequence[tuple[str, str]]] = {
    Problem: (("field", "field"), ("need", "need"), ("county", "county")),
    Capability: (("field", "field"), ("kind", "capability_kind"), ("stage", "stage")),
    CooperationRecord: (
        ("mode", "mode"),
        ("contract_category", "contract_category"),
        ("field", "field"),
    ),
}
"""(column, list of the vocabulary)."""
ENDED_UNDONE = (RequestStatus.DECLINED, RequestStatus.WITHDRAWN)
COMMON_RUN = 12
"""So many characters in a row are no coincidence."""


@dataclass(frozen=True)
class Shared:
    """The wish and the public parts that the requester chose to show; without content the title alone of those."""

    title: str
    wish: str = ""
    texts: Sequence[tuple[str, str]] = ()
    """(column, text)."""
    targets: Sequence[Mapping[str, str]] = ()
    codes: Sequence[tuple[str, str, str]] = ()
    """(column, list of the vocabulary, code)."""
    money: Subject | None = None
    """Whose amount is shown."""


def shared(request: ServiceRequest) -> Shared:
    """For the intermediary; of a request that was declined or withdrawn only the title is left."""
    about = request.about
    if request.status in ENDED_UNDONE:
        return Shared(about.title)
    money = about if request.shows_money else None
    if not request.shows_content:
        return Shared(about.title, request.wish, money=money)
    return Shared(
        title=about.title,
        wish=request.wish,
        texts=[(name, getattr(about, name)) for name in TEXTS[type(about)] if getattr(about, name)],
        targets=[] if isinstance(about, CooperationRecord) else about.targets,
        codes=[
            (name, kind, getattr(about, name)) for name, kind in CODES[type(about)] if getattr(about, name)
        ],
        money=money,
    )


def repeats_confidential(about: Subject, text: str) -> bool:
    """Whether the text holds a passage of what is confidential in it."""
    if not isinstance(about, Problem):
        return False
    hidden, said = _bare(about.confidential), _bare(text)
    if 0 < len(hidden) < COMMON_RUN:
        return hidden in said
    return any(hidden[at : at + COMMON_RUN] in said for at in range(len(hidden) - COMMON_RUN + 1))


def _bare(text: str) -> str:
    return "".join(text.split())
