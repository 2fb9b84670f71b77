"""The port through which messages leave: what a channel takes and what it may answer."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

#: The code of a message that is not there to be changed, or cannot be any more.
GONE = "message_gone"


@dataclass(frozen=True)
class Outgoing:
    """A message on its way: what it says, where it goes and what makes it one of a kind.

    `channel_kind` says what the destination is: a Slack channel, a member (by direct message
    or e-mail), a rule whose address is called, or nothing.
    `thread` is the remote id of the message that it continues (None: it stands alone).
    `since` is when it was decided: no try can have arrived earlier (None: not known).
    `is_repeat` tells that an earlier try may have arrived and nobody could check.
    `replaces` is the remote id of the message that it takes the place of (None: it is posted).
    `until` is the latest instant at which it may still be sent: later another worker may have
    it (None: nobody else can).
    """

    workspace_id: int
    dedupe_key: str
    kind: str
    destination: str
    facts: dict[str, Any] = field(default_factory=dict)
    thread: str | None = None
    since: datetime | None = None
    is_repeat: bool = False
    channel_kind: str = "slack"
    until: datetime | None = None
    replaces: str | None = None

    def is_too_late(self, now: datetime) -> bool:
        """Tell whether the right to send it has ended."""
        return self.until is not None and now >= self.until


class CannotTell(Exception):
    """The channel has no way to look for a message that may have arrived."""


class TooLate(Exception):
    """The right to send a message ended before it left: another worker may have it by now."""


class AlertChannel(Protocol):
    """Somewhere messages can be posted."""

    def send(self, message: Outgoing) -> str:
        """Post a message and return its remote id; raises goals.errors.DeliveryError.

        Whether it is too late is looked at last of all before it leaves; then TooLate.
        """

    def find(self, message: Outgoing) -> str | None:
        """Return the remote id of this message if an earlier try arrived, else None.

        Raises CannotTell where the channel does not let us look.
        """

    def withdraw(self, message: Outgoing, remote: str) -> None:
        """Take a message away that another worker posted as well, where a channel can.

        What cannot be taken away stays; nothing is raised for that.
        """


class Preview:
    """The channel of an installation without Slack: messages are kept to be looked at."""

    def send(self, message: Outgoing) -> str:
        """Keep the message; the outbox row is all there is to keep."""
        return f"preview:{message.dedupe_key}"

    def find(self, message: Outgoing) -> str | None:
        """Return None: keeping a message twice is the same as keeping it once."""
        return None

    def withdraw(self, message: Outgoing, remote: str) -> None:
        """Do nothing: what is kept twice is there once."""
