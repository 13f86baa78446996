"""Calls for solutions: put up, answered under seal, opened after the closing, judged, announced, awarded.

Other packages import from here; the modules beside this one are its rooms.
"""

from __future__ import annotations

from matchmaker.calls.content import Content, FileNote
from matchmaker.calls.deciding import (
    announce,
    answer,
    award,
    decide,
    end_without_award,
    object_to,
    reconsider,
)
from matchmaker.calls.drafting import (
    CallTerms,
    cancel,
    create,
    edit,
    extend,
    is_editable,
    live_call,
    publish,
    send_back,
    submit,
    terms_of,
)
from matchmaker.calls.proposals import (
    draft_of,
    file_of,
    hand_in,
    handed_in_content,
    own_capabilities,
    save,
    start,
    withdraw,
)
from matchmaker.calls.proposals import find as find_proposal
from matchmaker.calls.reviewing import (
    Mark,
    Ranked,
    declare,
    finish,
    name_reviewer,
    ranking,
    remove_reviewer,
    save_scores,
)
from matchmaker.calls.steps import find, proposal_count
from matchmaker.calls.unsealing import close_due, follow, remind_due, unseal

__all__ = [
    "CallTerms",
    "Content",
    "FileNote",
    "Mark",
    "Ranked",
    "announce",
    "answer",
    "award",
    "cancel",
    "close_due",
    "create",
    "decide",
    "declare",
    "draft_of",
    "edit",
    "end_without_award",
    "extend",
    "file_of",
    "find",
    "find_proposal",
    "finish",
    "follow",
    "hand_in",
    "handed_in_content",
    "is_editable",
    "live_call",
    "name_reviewer",
    "object_to",
    "own_capabilities",
    "proposal_count",
    "publish",
    "ranking",
    "reconsider",
    "remind_due",
    "remove_reviewer",
    "save",
    "save_scores",
    "send_back",
    "start",
    "submit",
    "terms_of",
    "unseal",
    "withdraw",
]
