"""Sentences that are translated later than they are written down."""

from __future__ import annotations


def N_(sentence: str) -> str:
    """Marks a sentence for translators; whoever shows it translates it, with what belongs into its places."""
    return sentence
