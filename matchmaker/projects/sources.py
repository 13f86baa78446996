"""Problems that a project may take as sources, by words of their titles or by their numbers: public ones only."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import and_, select

from matchmaker.policy import Action, condition, public, require
from matchmaker.work import Work
from models import Problem

MOST_FOUND = 20
LONGEST_NUMBER = 9
SEPARATORS = re.compile(r"[\s,，、;；]+")


@dataclass(frozen=True)
class FoundProblems:
    """Of what was typed. `certain`: just these can be meant, and nobody need choose among them."""

    problems: Sequence[Problem] = ()
    certain: bool = False


def look_up(work: Work, typed: str) -> FoundProblems:
    """By numbers where there are only numbers, else by all the words in the title; the newest first."""
    require(work.actor, Action.PROJECT_EDIT)
    words = [each for each in SEPARATORS.split(typed.replace("\x00", "")) if each]
    if not words:
        return FoundProblems()
    numbers = {int(each) for each in words if is_number(each)} if all(map(is_number, words)) else set()
    named = (
        Problem.id.in_(numbers)
        if numbers
        else and_(*(Problem.title.icontains(each, autoescape=True) for each in words))
    )
    wanted = select(Problem).where(
        public(Problem), condition(work.actor, Action.PROBLEM_READ, Problem), named
    )
    found = work.session.scalars(wanted.order_by(Problem.id.desc()).limit(MOST_FOUND)).unique().all()
    if numbers:
        return FoundProblems(found, certain=len(found) == len(numbers))
    same = [each for each in found if each.title == typed]
    return FoundProblems(same or found, certain=len(same or found) == 1)


def is_number(word: str) -> bool:
    return word.isascii() and word.isdigit() and len(word) <= LONGEST_NUMBER
