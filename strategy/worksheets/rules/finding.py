"""What a rule found (pure)."""

from dataclasses import dataclass

from goals.words import Message

#: From harmless to grave: a warning never holds anything up, the other two need attention.
SEVERITIES = ("warn", "weak", "fail")


@dataclass(frozen=True)
class Finding:
    """Something in an answer that a reader should look at.

    `evidence` quotes the writer's words, None where something is missing altogether.
    `question` and `item` say where it is mended (item None: in the list of the rows), `field`
    which box.
    """

    rule: str
    severity: str
    message: Message
    fix: Message
    question: str
    item: str | None = ""
    field: str | None = None
    evidence: str | None = None

    @property
    def open(self) -> bool:
        """Tell whether it should be settled before the strategy is approved."""
        return self.severity != "warn"
