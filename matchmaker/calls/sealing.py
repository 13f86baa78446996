"""The seal: proposals and their files are encrypted with the keys of confidential texts, which no database holds.

Inside each ciphertext stands the row that it belongs to: one that was moved to another row does not open there.
"""

from __future__ import annotations

from sqlalchemy.orm import Session

from matchmaker.calls.content import Content
from matchmaker.calls.errors import Unreadable
from models import Proposal, ProposalFile
from models.sealed import keys_of


def closed(session: Session, proposal: Proposal, content: Content) -> bytes:
    """The ciphertext of what a proposal says; it opens as that of this proposal only. Raises NoKey."""
    return _encrypt(session, _proposal(proposal), content.written())


def opened(session: Session, proposal: Proposal, ciphertext: bytes) -> Content:
    """What a ciphertext of the proposal says. The caller asked the policy. Raises Unreadable."""
    return Content.read(_decrypt(session, _proposal(proposal), ciphertext))


def digest(session: Session, proposal: Proposal) -> str:
    """Of what was handed in; nothing where no key opens it."""
    try:
        return opened(session, proposal, proposal.sealed).digest if proposal.sealed else ""
    except Unreadable:
        return ""


def closed_file(session: Session, file: ProposalFile, data: bytes) -> bytes:
    """Raises NoKey."""
    return _encrypt(session, _file(file), data)


def opened_file(session: Session, file: ProposalFile) -> bytes:
    """The bytes of a file. The caller asked the policy. Raises Unreadable."""
    return _decrypt(session, _file(file), file.content)


def _proposal(proposal: Proposal) -> bytes:
    return f"proposal {proposal.id} of {proposal.organisation_id} for {proposal.call_id}".encode()


def _file(file: ProposalFile) -> bytes:
    return f"file {file.id} of proposal {file.proposal_id}".encode()


def _encrypt(session: Session, belongs_to: bytes, plain: bytes) -> bytes:
    ciphertext, _key = keys_of(session.get_bind().dialect).seal_file(belongs_to + b"\n" + plain)
    return ciphertext


def _decrypt(session: Session, belongs_to: bytes, ciphertext: bytes) -> bytes:
    written = keys_of(session.get_bind().dialect).open_file(ciphertext)
    head, _, plain = (written or b"").partition(b"\n")
    if head != belongs_to:
        raise Unreadable
    return plain
