"""When two that are alike matter to anybody."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from models import Capability, CapabilityStatus, Problem, ProblemStatus

LIVE: Mapping[Any, tuple[StrEnum, ...]] = {
    Problem: (ProblemStatus.SUBMITTED, ProblemStatus.PUBLISHED, ProblemStatus.IN_COOPERATION),
    Capability: (CapabilityStatus.SUBMITTED, CapabilityStatus.PUBLISHED),
}
"""Statuses in which a copy costs somebody work."""
