"""The domain: classes, vocabularies and state machines. Imports SQLAlchemy and nothing of ours."""

from models.attachment import Attachment, AttachmentOwner
from models.audit import AuditEvent
from models.base import Base, now
from models.board import (
    FILTER_NAME_LENGTH,
    FILTER_QUERY_LENGTH,
    BulkChange,
    BulkItem,
    BulkKind,
    SavedFilter,
)
from models.call import (
    ENDED,
    Answerers,
    Call,
    CallEvent,
    CallStatus,
    Criterion,
    NamedOrganisation,
    Objection,
    Reviewer,
    Score,
)
from models.capability import Capability, CapabilityMode, CapabilityStatus
from models.checking import CheckClaim, CheckKind
from models.consent import (
    ConsentStatus,
    ConsentWay,
    DeclineReason,
    Interest,
    Undertaking,
    UndertakingAcceptance,
)
from models.cooperation import (
    CooperationRecord,
    Milestone,
    MilestoneStatus,
    PartyRole,
    RecordEvent,
    RecordParty,
    RecordStatus,
)
from models.delivery import Channel, Delivery, DeliveryStatus, PayloadFormat, Webhook
from models.duplicate import LikelyDuplicate
from models.indexing import EmbeddingRow, EncoderOrigin, EncoderState, EncoderVersion, IndexedDocument
from models.job import ENDED_JOBS, Job, JobFile, JobStatus
from models.notice import Frequency, Notice, NoticeChoice, Reminder
from models.organisation import FormerName, Organisation, OrganisationKind, Verification
from models.pairing import (
    OPEN_STATUSES,
    Pairing,
    PairingEvent,
    PairingStatus,
    Side,
)
from models.posting import MoneyKind, Revision
from models.problem import BudgetReaders, Problem, ProblemMode, ProblemStatus, Urgency
from models.proposal import (
    UNSEALED_STATUSES,
    Proposal,
    ProposalEvent,
    ProposalFile,
    ProposalStatus,
)
from models.ranking import LearntRanking, RankingState
from models.service_setting import ServiceSetting
from models.spreadsheet import (
    Handling,
    ImportKind,
    ImportRow,
    Likeness,
    RowOutcome,
    RowState,
    SpreadsheetImport,
)
from models.state import IllegalStep, StateMachine, advance
from models.thread import (
    NOTE_KINDS,
    WHAT_LENGTH,
    Audience,
    EntryKind,
    NextStep,
    StepStatus,
    ThreadEntry,
)
from models.user import Invitation, Role, User
from models.vocabulary import Term, VocabularyKind

__all__ = [
    "ENDED",
    "ENDED_JOBS",
    "FILTER_NAME_LENGTH",
    "FILTER_QUERY_LENGTH",
    "NOTE_KINDS",
    "OPEN_STATUSES",
    "UNSEALED_STATUSES",
    "WHAT_LENGTH",
    "Answerers",
    "Attachment",
    "AttachmentOwner",
    "Audience",
    "AuditEvent",
    "Base",
    "BudgetReaders",
    "BulkChange",
    "BulkItem",
    "BulkKind",
    "Call",
    "CallEvent",
    "CallStatus",
    "Capability",
    "CapabilityMode",
    "CapabilityStatus",
    "Channel",
    "CheckClaim",
    "CheckKind",
    "ConsentStatus",
    "ConsentWay",
    "CooperationRecord",
    "Criterion",
    "DeclineReason",
    "Delivery",
    "DeliveryStatus",
    "EmbeddingRow",
    "EncoderOrigin",
    "EncoderState",
    "EncoderVersion",
    "EntryKind",
    "FormerName",
    "Frequency",
    "Handling",
    "IllegalStep",
    "ImportKind",
    "ImportRow",
    "IndexedDocument",
    "Interest",
    "Invitation",
    "Job",
    "JobFile",
    "JobStatus",
    "LearntRanking",
    "LikelyDuplicate",
    "Likeness",
    "Milestone",
    "MilestoneStatus",
    "MoneyKind",
    "NamedOrganisation",
    "NextStep",
    "Notice",
    "NoticeChoice",
    "Objection",
    "Organisation",
    "OrganisationKind",
    "Pairing",
    "PairingEvent",
    "PairingStatus",
    "PartyRole",
    "PayloadFormat",
    "Problem",
    "ProblemMode",
    "ProblemStatus",
    "Proposal",
    "ProposalEvent",
    "ProposalFile",
    "ProposalStatus",
    "RankingState",
    "RecordEvent",
    "RecordParty",
    "RecordStatus",
    "Reminder",
    "Reviewer",
    "Revision",
    "Role",
    "RowOutcome",
    "RowState",
    "SavedFilter",
    "Score",
    "ServiceSetting",
    "Side",
    "SpreadsheetImport",
    "StateMachine",
    "StepStatus",
    "Term",
    "ThreadEntry",
    "Undertaking",
    "UndertakingAcceptance",
    "Urgency",
    "User",
    "Verification",
    "VocabularyKind",
    "Webhook",
    "advance",
    "now",
]
