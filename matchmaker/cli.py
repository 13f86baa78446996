"""`flask` commands, each a thin call of a service."""

from __future__ import annotations

from flask import Flask


def install(app: Flask) -> None:
    """Register the commands."""
