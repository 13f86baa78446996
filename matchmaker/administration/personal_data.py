"""Everything that the service holds about a person, to be taken away: what they are, did, said and were told."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from matchmaker.administration.erasure import contacts_of
from matchmaker.audit import service as audit
from matchmaker.policy import Action, Forbidden, require
from matchmaker.work import LOCAL_ZONE, Work
from models import (
    Attachment,
    AuditEvent,
    Briefing,
    BriefingSection,
    CallEvent,
    Capability,
    CooperationRecord,
    Delivery,
    Interest,
    Invitation,
    Job,
    NextStep,
    Notice,
    NoticeChoice,
    Objection,
    PairingEvent,
    Problem,
    Project,
    ProjectEvent,
    Proposal,
    RecordEvent,
    Reviewer,
    SavedFilter,
    Score,
    ServiceRequest,
    ServiceRequestEvent,
    SpreadsheetImport,
    ThreadEntry,
    UndertakingAcceptance,
    User,
)

Section = Sequence[Mapping[str, Any]]
PROBLEM_TEXT = ("background", "statement", "targets", "targets_text", "basis", "acceptable_partners")
CAPABILITY_TEXT = (
    *("summary", "innovation", "advantage", "economics", "application", "targets"),
    *("patents", "team", "school", "cases", "awards"),
)
MONEY = ("money_low", "money_high")
OWN_WORDS = frozenset(
    {
        *("text", "note", "declaration", "query", "word", "wish", "result"),
        *(PROBLEM_TEXT + CAPABILITY_TEXT + MONEY),
    }
)
"""What somebody wrote: in their own copy, and not in one that an administrator makes for them to look through."""
SECTIONS: Mapping[str, tuple[Any, Any, tuple[str, ...]]] = {
    # Which rows, by the column that names the person, and what of them. What a problem keeps confidential and what
    # is in a proposal are the organisation's secrets, sealed where they are: no file that lies about holds them.
    "problems": (
        Problem,
        Problem.author_id,
        ("id", "created_at", "title", "status", *PROBLEM_TEXT, *MONEY),
    ),
    "capabilities": (
        Capability,
        Capability.author_id,
        ("id", "created_at", "title", "status", *CAPABILITY_TEXT, *MONEY),
    ),
    "messages": (ThreadEntry, ThreadEntry.author_id, ("created_at", "pairing_id", "kind", "text")),
    "pairing_steps": (PairingEvent, PairingEvent.actor_id, ("created_at", "pairing_id", "action", "note")),
    "consents": (Interest, Interest.user_id, ("created_at", "pairing_id", "side", "status")),
    "undertakings": (
        UndertakingAcceptance,
        UndertakingAcceptance.user_id,
        ("created_at", "pairing_id", "undertaking_id"),
    ),
    "records_followed": (CooperationRecord, CooperationRecord.broker_id, ("id", "number", "title", "status")),
    "record_steps": (RecordEvent, RecordEvent.actor_id, ("created_at", "record_id", "action", "note")),
    "projects_followed": (Project, Project.broker_id, ("id", "number", "title", "status")),
    "project_steps": (ProjectEvent, ProjectEvent.actor_id, ("created_at", "project_id", "action", "note")),
    "service_requests": (
        ServiceRequest,
        ServiceRequest.consented_by_id,
        ("id", "created_at", "service_id", "status", "wish", "result"),
    ),
    "service_request_steps": (
        ServiceRequestEvent,
        ServiceRequestEvent.actor_id,
        ("created_at", "request_id", "action", "note"),
    ),
    "next_steps": (NextStep, NextStep.owner_id, ("created_at", "pairing_id", "due_on", "status")),
    "call_steps": (CallEvent, CallEvent.actor_id, ("created_at", "call_id", "action", "note")),
    "proposals": (Proposal, Proposal.author_id, ("id", "call_id", "status", "handed_in_at")),
    "reviews": (Reviewer, Reviewer.user_id, ("call_id", "declared_at", "declaration", "finished_at")),
    "scores": (
        Score,
        select(Reviewer.user_id).where(Reviewer.id == Score.reviewer_id).scalar_subquery(),
        ("created_at", "proposal_id", "points", "word"),
    ),
    "objections": (Objection, Objection.user_id, ("created_at", "call_id", "text")),
    "files": (Attachment, Attachment.uploaded_by_id, ("id", "created_at", "name", "size")),
    "briefings": (Briefing, Briefing.author_id, ("id", "created_at", "title")),
    "briefing_texts": (
        BriefingSection,
        BriefingSection.editor_id,
        ("briefing_id", "kind", "edited_at", "text"),
    ),
    "imports": (SpreadsheetImport, SpreadsheetImport.user_id, ("id", "created_at", "kind", "file_name")),
    "jobs": (Job, Job.user_id, ("created_at", "kind", "status", "address")),
    "invited_others": (Invitation, Invitation.invited_by_id, ("created_at", "email", "accepted_at")),
    "notices": (Notice, Notice.user_id, ("created_at", "kind", "details", "read_at")),
    "notice_choices": (NoticeChoice, NoticeChoice.user_id, ("topic", "frequency")),
    "saved_filters": (SavedFilter, SavedFilter.user_id, ("created_at", "name", "query")),
    "deliveries": (Delivery, Delivery.user_id, ("created_at", "channel", "purpose", "status", "sent_at")),
    "actions": (
        AuditEvent,
        AuditEvent.actor_id,
        ("id", "at", "action", "object_kind", "object_id", "address"),
    ),
}


def export(work: Work, user: User) -> Mapping[str, Section]:
    """Section by section. The person gets all of it; an administrator none of what they wrote.

    It is recorded. Raises Forbidden for anybody else.
    """
    own = work.actor is user
    require(work.actor, Action.ACCOUNT_MANAGE_OWN if own else Action.ACCOUNT_ERASE, user)
    if user.erased_at is not None:
        raise Forbidden(Action.ACCOUNT_ERASE, user)
    found: dict[str, Section] = {"account": [_account(user)], "contact_of": _contact_of(work, user)}
    for name, (model, column, fields) in SECTIONS.items():
        shown = [field for field in fields if own or field not in OWN_WORDS]
        rows = work.session.scalars(select(model).where(column == user.id).order_by(model.id))
        found[name] = [{field: _plain(getattr(row, field)) for field in shown} for row in rows]
    if user.email:
        invited = select(Invitation).where(Invitation.email == user.email).order_by(Invitation.id)
        found["invited"] = [
            {"created_at": _plain(each.created_at), "organisation": each.organisation.name}
            for each in work.session.scalars(invited)
        ]
    audit.record(work, "account.data_exported", user)
    return found


def packed(found: Mapping[str, Section], page: str) -> bytes:
    """A .zip of the same as JSON, for programs, and as a page, for people."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("personal-data.json", json.dumps(found, ensure_ascii=False, indent=1))
        archive.writestr("personal-data.html", page)
    return made.getvalue()


def _account(user: User) -> dict[str, Any]:
    fields = ("id", "name", "email", "mobile", "role", "language", "active", "created_at")
    said = {field: _plain(getattr(user, field)) for field in fields}
    return said | {
        "organisation": user.organisation.name,
        "last_sign_in_at": _plain(user.last_sign_in_at),
        "password_changed_at": _plain(user.password_changed_at),
        "second_factor": user.totp_secret is not None,
    }


def _contact_of(work: Work, user: User) -> Section:
    return [
        {
            "kind": table,
            "id": row.id,
            "contact_name": row.contact_name,
            "contact_phone": row.contact_phone,
            "contact_email": row.contact_email,
        }
        for table, row in contacts_of(work, user)
    ]


def _plain(value: Any) -> Any:
    """As JSON takes it; times in the bureau's zone."""
    if hasattr(value, "astimezone"):
        return value.astimezone(LOCAL_ZONE).isoformat(timespec="seconds")
    if hasattr(value, "isoformat"):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value
