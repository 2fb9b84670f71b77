"""What something that somebody should look after lacks: an owner, and one thing more (pure)."""

from dataclasses import dataclass

from goals.words import Message


@dataclass(frozen=True)
class Words:
    """What to say when the first thing, the second, or both are missing; %(name)s is what of."""

    first: str
    second: str
    both: str
    fix: Message

    def message(self, name: str, has_first: bool, has_second: bool) -> Message | None:
        """Return what to say, None when nothing is missing."""
        if has_first and has_second:
            return None
        text = self.both
        if has_first or has_second:
            text = self.second if has_first else self.first
        return Message(text, {"name": name})
