"""What can go wrong with services and requests through a person's doing. The pages word it."""

from __future__ import annotations

from models import Service, ServiceRequest


class NotOffered(LookupError):
    """No such service, request or object of one, or none that the reader may know of."""


class ChangedMeanwhile(Exception):
    """Somebody saved a newer version since the form was opened; nothing was written."""

    def __init__(self, service: Service) -> None:
        super().__init__(f"service {service.id} is at version {service.version}")
        self.service = service


class NotEditable(Exception):
    """In its present status nobody edits it."""


class NoIntermediary(Exception):
    """Only an intermediary offers services."""


class NotVerified(Exception):
    """The organisation has not been verified: it neither publishes nor asks."""


class ServiceGone(Exception):
    """The service is not offered any more."""


class ConsentMissing(ValueError):
    """Nothing is asked for without the requester's consent to open its contact."""


class ContactMissing(ValueError):
    """An intermediary that accepts must know whom to call."""


class AgreementMissing(ValueError):
    """Staff who give somebody's contact away say who of them agreed, when and in which way."""


class AgreedLater(ValueError):
    """Nobody has agreed on a day that is still to come."""


class NotOpen(Exception):
    """The request has ended: nobody is called any more, and its contact stays as it was."""


class ContactChanged(Exception):
    """The request was changed since the form was opened; nothing was written. Carries it."""

    def __init__(self, request: ServiceRequest) -> None:
        super().__init__(f"request {request.id} is at version {request.version}")
        self.request = request


class HoldsConfidential(ValueError):
    """What was written repeats a passage of the confidential details."""


class NoParty(ValueError):
    """On behalf of whom a service is asked for must be a party of the record."""


class ReasonMissing(ValueError):
    """Declining, and sending back, takes a reason."""


class ResultMissing(ValueError):
    """What is done has a result."""


class AlreadyAsked(Exception):
    """This service has been asked for about the same, and that request is open. Carries it."""

    def __init__(self, request: ServiceRequest) -> None:
        super().__init__(f"request {request.id}")
        self.request = request
