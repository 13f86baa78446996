from __future__ import annotations

from tests.models.objects import objects

__all__ = ["objects"]
