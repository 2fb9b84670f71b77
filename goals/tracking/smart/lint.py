"""What the coach found: findings by rule, a verdict by letter (pure)."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from goals import words
from goals.words import Message

LETTERS = ("S", "M", "A", "R", "T")
#: Severities from mild to grave; a warning still passes.
SEVERITIES = ("warn", "weak", "fail")


@dataclass(frozen=True)
class Finding:
    """One thing to mend: the rule that says so, what was seen, and what to do.

    `span` is where in a statement the words stand that it is about, None where none do.
    """

    rule: str
    severity: str
    message: Message
    fix: Message
    evidence: Message | None = None
    span: tuple[int, int] | None = None

    @property
    def letter(self) -> str:
        """Return the letter of SMART that the rule belongs to."""
        return self.rule.removeprefix("smart-")[0]

    def to_json(self, reader: words.Reader) -> dict[str, Any]:
        """Return the finding in the contract's shape."""
        return {
            "rule": self.rule,
            "letter": self.letter,
            "severity": self.severity,
            "message": words.render(self.message, reader),
            "evidence": words.render(self.evidence, reader) if self.evidence else None,
            "fix": words.render(self.fix, reader),
        }


@dataclass(frozen=True)
class Read:
    """How the coach understood the goal; None where it says nothing."""

    metric: str | None = None
    direction: str | None = None
    target: Decimal | None = None
    change_type: str | None = None
    deadline: date | None = None

    def to_json(self) -> dict[str, Any]:
        """Return it in the contract's shape."""
        return {
            "metric": self.metric,
            "direction": self.direction,
            "target": self.target,
            "change_type": self.change_type,
            "deadline": self.deadline,
        }


@dataclass(frozen=True)
class Lint:
    """The coach's view of a goal; letters outside `examined` are not judged.

    `rewrite` is the goal as it could be written, in the language of its writer; `known` tells
    what is known of whether it can be reached where nothing is found against it.
    """

    findings: tuple[Finding, ...] = ()
    examined: frozenset[str] = frozenset(LETTERS)
    read: Read = field(default_factory=Read)
    rewrite: str | None = None
    known: tuple[Message, ...] = ()

    @property
    def letters(self) -> dict[str, str | None]:
        """Return each letter's worst finding as pass, weak or fail; None: not examined."""
        return {letter: self._letter(letter) for letter in LETTERS}

    def _letter(self, letter: str) -> str | None:
        if letter not in self.examined:
            return None
        found = {one.severity for one in self.findings if one.letter == letter}
        if "fail" in found:
            return "fail"
        return "weak" if "weak" in found else "pass"

    @property
    def verdict(self) -> str:
        """Return "smart", "nearly" (only weak letters) or "not_smart" (a letter fails)."""
        shown = set(self.letters.values())
        if "fail" in shown:
            return "not_smart"
        return "nearly" if "weak" in shown else "smart"

    @property
    def has_failed(self) -> bool:
        """Tell whether a letter fails."""
        return self.verdict == "not_smart"

    def to_json(self, reader: words.Reader) -> dict[str, Any]:
        """Return the lint in the contract's shape."""
        return {
            "letters": self.letters,
            "verdict": self.verdict,
            "findings": [one.to_json(reader) for one in self.findings],
            "rewrite": self.rewrite,
            "read": self.read.to_json(),
        }

    def to_text(self, reader: words.Reader) -> str:
        """Return the lint as lines for a terminal."""
        marks = " ".join(f"{letter}:{result or '-'}" for letter, result in self.letters.items())
        lines = [f"{self.verdict}  {marks}"]
        for one in self.findings:
            lines.append(f"{one.rule} {one.severity}: {words.render(one.message, reader)}")
            if one.evidence is not None:
                lines.append(f"  {words.render(one.evidence, reader)}")
            lines.append(f"  {words.render(one.fix, reader)}")
        lines += [words.render(one, reader) for one in self.known]
        if self.rewrite is not None:
            lines.append(self.rewrite)
        return "\n".join(lines)
