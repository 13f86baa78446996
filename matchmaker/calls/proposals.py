"""Proposals 揭榜方案: written, handed in under seal, replaced and withdrawn, all until the closing time.

Until the call is opened a proposal is its proposer's alone. Its steps are audited without a name, an address or a
word of it: only a digest of it, salted, by which anybody can check later that what was opened is what came in.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace

from sqlalchemy import func, select

from matchmaker.attachments import service as attachments
from matchmaker.attachments.service import Reason, Refused, Upload
from matchmaker.audit import service as audit
from matchmaker.calls import sealing, steps
from matchmaker.calls.content import Content, FileNote, faults
from matchmaker.calls.errors import (
    BadTerms,
    CallNotFound,
    NotAddressed,
    StaleProposal,
    TooLate,
    TooManyProposals,
)
from matchmaker.policy import Action, allow, condition, require
from matchmaker.work import Work
from models import (
    Call,
    Capability,
    CapabilityStatus,
    Proposal,
    ProposalEvent,
    ProposalFile,
    ProposalStatus,
    advance,
)

MOST_PROPOSALS = 10
MOST_FILES = 5
MOST_FILE_MB = 10
EDITABLE = (ProposalStatus.DRAFT, ProposalStatus.SEALED, ProposalStatus.WITHDRAWN)


def find(work: Work, proposal_id: int, action: Action = Action.PROPOSAL_READ) -> Proposal:
    """One to do this with. Raises CallNotFound, also for one that is sealed against the actor, and Forbidden."""
    proposal = work.session.get(Proposal, proposal_id)
    if proposal is None or not allow(work.actor, Action.PROPOSAL_READ, proposal):
        raise CallNotFound(proposal_id)
    require(work.actor, action, proposal)
    return proposal


def mine(work: Work, call: Call | None = None) -> Sequence[Proposal]:
    """Those of the actor's organisation, for this call or for all, the newest first."""
    wanted = select(Proposal).where(condition(work.actor, Action.PROPOSAL_EDIT, Proposal))
    if call is not None:
        wanted = wanted.where(Proposal.call_id == call.id)
    return work.session.scalars(wanted.order_by(Proposal.id.desc())).unique().all()


def own_capabilities(work: Work) -> Sequence[Capability]:
    """The published ones of the actor's organisation, which a proposal may rest on."""
    wanted = select(Capability).where(
        Capability.organisation_id == work.person.organisation_id,
        Capability.status == CapabilityStatus.PUBLISHED,
    )
    return work.session.scalars(wanted.order_by(Capability.title)).unique().all()


def start(work: Work, call: Call, content: Content, uploads: Iterable[Upload] = ()) -> Proposal:
    """A draft of the actor's organisation, also after the closing: what was typed is never lost.

    Raises TooManyProposals, Refused.
    """
    steps.begin(work, call, Action.CALL_ANSWER)
    count = select(func.count(Proposal.id)).where(
        Proposal.call_id == call.id, Proposal.organisation_id == work.person.organisation_id
    )
    if (work.session.scalar(count) or 0) >= MOST_PROPOSALS:
        raise TooManyProposals
    proposal = Proposal(
        call=call, organisation=work.person.organisation, author=work.person, created_at=work.now()
    )
    work.session.add(proposal)
    work.session.flush()
    _write(work, proposal, content, uploads, ())
    return proposal


def save(
    work: Work,
    proposal: Proposal,
    content: Content,
    version: int,
    uploads: Iterable[Upload] = (),
    removed: Collection[int] = (),
) -> None:
    """Keep what is typed, whole or not; what was handed in stays as it is until this is handed in.

    `content.files` is passed over: files stay, but for the `removed` ids, and `uploads` come to them.
    Raises StaleProposal, Refused, TooLate once it was opened.
    """
    _begin(work, proposal, version)
    if proposal.status not in EDITABLE:
        raise TooLate(proposal.call, work.now())
    _write(work, proposal, content, uploads, removed)


def hand_in(work: Work, proposal: Proposal) -> None:
    """Seal the draft, or the draft in place of what was handed in before.

    The server's clock decides. Raises TooLate (the draft stays), BadTerms while something is missing, NotAddressed.
    """
    _begin(work, proposal)
    call, present = proposal.call, work.now()
    if not call.accepts(present):
        raise TooLate(call, present)
    if not allow(work.actor, Action.CALL_ANSWER, call):
        raise NotAddressed(call)
    if proposal.draft is None and proposal.status is ProposalStatus.SEALED:
        return
    content = draft_of(work, proposal)
    if missing := faults(content):
        raise BadTerms(missing)
    replaced = proposal.status is ProposalStatus.SEALED
    proposal.sealed, proposal.draft = proposal.draft, None
    proposal.handed_in_at, proposal.author = present, work.person
    advance(proposal, "hand_in")
    _drop_unused(work, proposal, content.files)
    _note(work, proposal, "replace" if replaced else "hand_in")


def withdraw(work: Work, proposal: Proposal) -> None:
    """Take it back before the closing; its words stay with its author as a draft. Raises TooLate, IllegalStep."""
    _begin(work, proposal)
    if not proposal.call.accepts(work.now()):
        raise TooLate(proposal.call, work.now())
    advance(proposal, "withdraw")
    _note(work, proposal, "withdraw")
    proposal.draft, proposal.sealed = proposal.draft or proposal.sealed, None
    work.session.flush()


def draft_of(work: Work, proposal: Proposal) -> Content:
    """What its author works on: the draft, else what was handed in. Raises Unreadable."""
    require(work.actor, Action.PROPOSAL_EDIT, proposal)
    written = proposal.draft or proposal.sealed
    return sealing.opened(work.session, proposal, written) if written else Content()


def handed_in_content(work: Work, proposal: Proposal) -> Content | None:
    """What was handed in, for whom the policy lets read it. Raises Forbidden, Unreadable."""
    require(work.actor, Action.PROPOSAL_READ, proposal)
    return None if proposal.sealed is None else sealing.opened(work.session, proposal, proposal.sealed)


def file_of(work: Work, proposal: Proposal, file_id: int) -> tuple[FileNote, bytes]:
    """A file that what the reader may read names. Raises CallNotFound, Forbidden, Unreadable."""
    contents = [handed_in_content(work, proposal)]
    if allow(work.actor, Action.PROPOSAL_EDIT, proposal):
        contents.append(draft_of(work, proposal))
    notes = {each.id: each for content in contents if content for each in content.files}
    row = work.session.get(ProposalFile, file_id)
    if row is None or row.proposal_id != proposal.id or file_id not in notes:
        raise CallNotFound(file_id)
    return notes[file_id], sealing.opened_file(work.session, row)


def _begin(work: Work, proposal: Proposal, version: int | None = None) -> None:
    require(work.actor, Action.PROPOSAL_EDIT, proposal)
    steps.renew(work, proposal.call)
    if version is not None and version != proposal.version:
        raise StaleProposal(proposal)


def _write(
    work: Work, proposal: Proposal, content: Content, uploads: Iterable[Upload], removed: Collection[int]
) -> None:
    """Files that are refused are told of after the rest was kept."""
    kept = [each for each in _files_of(work, proposal) if each.id not in removed]
    refused: Refused | None = None
    for upload in uploads:
        if upload.filename:
            try:
                kept.append(_receive(work, proposal, upload, len(kept)))
            except Refused as error:
                refused = refused or error
    content = replace(content, files=tuple(kept), salt=secrets.token_hex(16))
    proposal.draft = sealing.closed(work.session, proposal, content)
    work.session.flush()
    in_seal = handed_in_content(work, proposal)
    _drop_unused(work, proposal, (*kept, *(in_seal.files if in_seal else ())))
    if refused is not None:
        raise refused


def _files_of(work: Work, proposal: Proposal) -> tuple[FileNote, ...]:
    return draft_of(work, proposal).files


def _receive(work: Work, proposal: Proposal, upload: Upload, count: int) -> FileNote:
    """Encrypt a file into its row. Raises Refused."""
    if count >= MOST_FILES:
        raise Refused(Reason.MANY, upload.filename or "")
    seen = attachments.examine(upload, MOST_FILE_MB)
    row = ProposalFile(proposal_id=proposal.id, content=b"", created_at=work.now())
    work.session.add(row)
    work.session.flush()
    row.content = sealing.closed_file(work.session, row, seen.data)
    work.session.flush()
    return FileNote(row.id, seen.name, seen.media_type, len(seen.data), hashlib.sha256(seen.data).hexdigest())


def _drop_unused(work: Work, proposal: Proposal, used: Iterable[FileNote]) -> None:
    kept = {each.id for each in used}
    for row in work.session.scalars(select(ProposalFile).where(ProposalFile.proposal_id == proposal.id)):
        if row.id not in kept:
            work.session.delete(row)
    work.session.flush()


def _note(work: Work, proposal: Proposal, action: str) -> None:
    digest = sealing.digest(work.session, proposal)
    work.session.add(
        ProposalEvent(
            proposal_id=proposal.id,
            actor_id=work.person.id,
            action=action,
            digest=digest,
            created_at=work.now(),
        )
    )
    audit.record(steps.as_nobody(work), f"proposal.{_AUDITED[action]}", proposal.call, digest=digest)


_AUDITED = {"hand_in": "handed_in", "replace": "replaced", "withdraw": "withdrawn"}
