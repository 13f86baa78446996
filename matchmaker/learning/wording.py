"""What commands that learn say of the decision log."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import gettext

from matchmaker.learning.decisions import Decision, kept


def of_log(decided: Sequence[Decision], passed_over: Sequence[Decision]) -> str:
    """How much there is to learn from."""
    return str(
        gettext(
            "决定 %(decided)d 项（采纳 %(kept)d 项），涉及 %(problems)d 个难题；看过没有处理的推荐 %(passed_over)d 项。",
            decided=len(decided),
            kept=kept(decided),
            problems=len({each.problem for each in decided}),
            passed_over=len(passed_over),
        )
    )


def of_lacking(decisions: int, problems: int) -> list[str]:
    """Sentences that say how many decisions and telling problems it takes more."""
    found = [gettext("决定还太少，不学习。")]
    if decisions:
        found.append(gettext("还差 %(decisions)d 项决定。", decisions=decisions))
    if problems:
        found.append(gettext("还差 %(problems)d 个既有采纳又有不合适的难题。", problems=problems))
    return found
