"""What a delivery says, by its purpose."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from matchmaker.accounts import invitations, resets
from matchmaker.accounts import service as accounts
from matchmaker.mail import Letter
from matchmaker.notices import letters
from matchmaker.webhooks import service as webhooks
from matchmaker.webhooks.posting import Push
from matchmaker.work import Work
from models import Channel, Delivery

LETTERS: Mapping[str, Callable[[Work, Delivery], Letter]] = {
    accounts.LOCKED: accounts.letter_of_lock,
    invitations.INVITATION: invitations.letter,
    letters.DIGEST: letters.digest,
    letters.NOTICE: letters.at_once,
    resets.RESET: resets.letter,
}


def of(work: Work, delivery: Delivery) -> Letter | Push:
    """The letter or message as it is to be sent now. Raises Unwanted."""
    if delivery.channel is Channel.WEBHOOK:
        return webhooks.push(work, delivery)
    return LETTERS[delivery.purpose](work, delivery)
