"""Cooperation records: opened from a pairing or by hand, taken through their steps, amended, followed, listed.

Other packages import from here; the modules beside this one are its rooms.
"""

from __future__ import annotations

from matchmaker.amendments import FieldChange
from matchmaker.cooperation.entered import (
    Entered,
    NewOrganisation,
    NewPosting,
    PartyTaken,
    capability_of,
    enter,
    problem_of,
)
from matchmaker.cooperation.events import AMENDMENTS, changes_in
from matchmaker.cooperation.leaving import hand_over_all
from matchmaker.cooperation.merged_parties import note_merged_party
from matchmaker.cooperation.milestones import RecordClosed, find_milestone
from matchmaker.cooperation.milestones import add as add_milestone
from matchmaker.cooperation.milestones import amend as amend_milestone
from matchmaker.cooperation.milestones import complete as complete_milestone
from matchmaker.cooperation.milestones import reopen as reopen_milestone
from matchmaker.cooperation.milestones import waive as waive_milestone
from matchmaker.cooperation.records import (
    AlreadyRecorded,
    ChangedMeanwhile,
    NothingToNote,
    RecordNotFound,
    add_note,
    agreed_payments,
    amend,
    brokers_to_choose,
    create,
    find,
    happened_since,
    now_called,
    open_record,
    organisations_to_choose,
)
from matchmaker.cooperation.register import late_milestone
from matchmaker.cooperation.steps import (
    RUNNING,
    OpenMilestones,
    Results,
    accept,
    possible,
    reopen,
    sign,
    start,
    terminate,
)
from matchmaker.cooperation.terms import BadTerms, Fault, MilestoneTerms, RecordTerms, faults, terms_of

__all__ = [
    "AMENDMENTS",
    "RUNNING",
    "AlreadyRecorded",
    "BadTerms",
    "ChangedMeanwhile",
    "Entered",
    "Fault",
    "FieldChange",
    "MilestoneTerms",
    "NewOrganisation",
    "NewPosting",
    "NothingToNote",
    "OpenMilestones",
    "PartyTaken",
    "RecordClosed",
    "RecordNotFound",
    "RecordTerms",
    "Results",
    "accept",
    "add_milestone",
    "add_note",
    "agreed_payments",
    "amend",
    "amend_milestone",
    "brokers_to_choose",
    "capability_of",
    "changes_in",
    "complete_milestone",
    "create",
    "enter",
    "faults",
    "find",
    "find_milestone",
    "hand_over_all",
    "happened_since",
    "late_milestone",
    "note_merged_party",
    "now_called",
    "open_record",
    "organisations_to_choose",
    "possible",
    "problem_of",
    "reopen",
    "reopen_milestone",
    "sign",
    "start",
    "terminate",
    "terms_of",
    "waive_milestone",
]
