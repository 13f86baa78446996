"""The seal: proposals and their files are encrypted under a key outside the database, each bound to its row."""

from __future__ import annotations

import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from matchmaker.calls.content import Content
from matchmaker.calls.errors import Unreadable
from matchmaker.settings import Settings
from models import Proposal, ProposalFile

NONCE = 12


def closed(settings: Settings, proposal: Proposal, content: Content) -> bytes:
    """The ciphertext of what a proposal says; it opens as that of this proposal only."""
    return _encrypt(settings, content.written(), _proposal(proposal))


def opened(settings: Settings, proposal: Proposal, ciphertext: bytes) -> Content:
    """What a ciphertext of the proposal says. The caller asked the policy. Raises Unreadable."""
    return Content.read(_decrypt(settings, ciphertext, _proposal(proposal)))


def closed_file(settings: Settings, file: ProposalFile, data: bytes) -> bytes:
    return _encrypt(settings, data, _file(file))


def opened_file(settings: Settings, file: ProposalFile) -> bytes:
    """The bytes of a file. The caller asked the policy. Raises Unreadable."""
    return _decrypt(settings, file.content, _file(file))


def _proposal(proposal: Proposal) -> bytes:
    return f"proposal {proposal.id} of {proposal.organisation_id} for {proposal.call_id}".encode()


def _file(file: ProposalFile) -> bytes:
    return f"file {file.id} of proposal {file.proposal_id}".encode()


def _encrypt(settings: Settings, plain: bytes, bound_to: bytes) -> bytes:
    nonce = os.urandom(NONCE)
    return nonce + AESGCM(_key(settings)).encrypt(nonce, plain, bound_to)


def _decrypt(settings: Settings, ciphertext: bytes, bound_to: bytes) -> bytes:
    try:
        return AESGCM(_key(settings)).decrypt(ciphertext[:NONCE], ciphertext[NONCE:], bound_to)
    except (InvalidTag, ValueError):
        raise Unreadable from None


def _key(settings: Settings) -> bytes:
    path = settings.data_dir / "sealing_key"
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    try:
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(AESGCM.generate_key(256))
    except FileExistsError:
        pass
    return path.read_bytes()
