"""The two ways in which the outside fails: a source that gives no data, a message not delivered."""

from datetime import datetime
from typing import Any

from goals.words import Message


class OutsideError(Exception):
    """A failure outside Headway, with words for the person who must act.

    `permanent` tells an error that a person must mend from one that passes by itself;
    `resume_after` is the earliest instant at which trying again makes sense (None: soon);
    `wait` is a pause in seconds after which the same try may go on (None: none was asked);
    `field` is the setting or secret at fault (None: no single one).
    """

    def __init__(
        self,
        code: str,
        message: Message,
        *,
        fix: Message | None = None,
        permanent: bool = False,
        resume_after: datetime | None = None,
        wait: float | None = None,
        field: str | None = None,
    ) -> None:
        super().__init__(code)
        self.code = code
        self.message = message
        self.fix = fix
        self.permanent = permanent
        self.resume_after = resume_after
        self.wait = wait
        self.field = field


class SourceError(OutsideError):
    """A CRM or a file could not be read."""


class DeliveryError(OutsideError):
    """A channel did not take a message.

    `outage` tells trouble of the whole other side, which may last for hours, from an error
    about this message.
    """

    def __init__(self, code: str, message: Message, *, outage: bool = False, **also: Any) -> None:
        super().__init__(code, message, **also)
        self.outage = outage


class Refusal(Exception):
    """What was asked cannot be done as it stands; says what to do, at the field where it arose.

    `code` is for programs; `field` is the contract's word for the argument, None where no
    single one is at fault. `misused` tells words that were not understood (an unknown id, a
    wrong argument) from a wish that the present state does not allow.
    """

    def __init__(
        self,
        code: str,
        text: str,
        params: dict[str, object] | None = None,
        *,
        fix: Message | None = None,
        field: str | None = None,
        misused: bool = True,
    ) -> None:
        super().__init__(code)
        self.code = code
        self.message = Message(text, params or {})
        self.fix = fix
        self.field = field
        self.misused = misused
