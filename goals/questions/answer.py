"""An answer: one object for the page, Slack, the API and the terminal."""

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from goals import words
from goals.tracking.standing import Standing
from goals.words import Message


@dataclass(frozen=True)
class Choice:
    """A question offered instead of an answer; a name as label stands as it is."""

    label: str | Message
    question: str


@dataclass(frozen=True)
class Receipt:
    """The evidence line under an answer."""

    id: str
    text: Message
    formula: Message
    numerator: Decimal | None
    denominator: Decimal | None
    n: int
    as_of: datetime
    source: str | None

    def to_json(self, reader: words.Reader, url: str | None) -> dict[str, Any]:
        """Return the receipt in the contract's shape."""
        return {
            "id": self.id,
            "text": words.render(self.text, reader),
            "formula": words.render(self.formula, reader),
            "numerator": self.numerator,
            "denominator": self.denominator,
            "n": self.n,
            "as_of": self.as_of,
            "source": self.source,
            "url": url,
        }


@dataclass(frozen=True)
class Point:
    """A line under an answer with its receipt; of a driver also its numbers, unrounded.

    `effect` is what the driver adds to the gap, `actual` and `plan` what it was and what it is
    compared with.
    """

    text: Message
    receipt: str | None = None
    id: str | None = None
    effect: Decimal | None = None
    actual: Decimal | None = None
    plan: Decimal | None = None

    def to_json(self, reader: words.Reader) -> dict[str, Any]:
        """Return the point for programs; numbers stand beside drivers alone."""
        shown = {"text": words.render(self.text, reader), "receipt": self.receipt}
        if self.id is None:
            return shown
        numbers = {"effect": self.effect, "actual": self.actual, "plan": self.plan}
        return {"id": self.id, **shown, **numbers}


@dataclass(frozen=True)
class Answer:
    """What is said to a question; `goal` is set when it is about one, `goals` for lists.

    `points` are what an answer to "why" or "what can be done" is made of.

    `value` is the number that is told where it is not the goal's own of today, and `metric` the one
    that it is about without a goal. `is_past` tells that it is of other days than the goal's, so
    that neither its target nor its status goes with it.

    `rest` are the words that were not understood, "" where no single one is to blame and None where
    the question was understood.

    `silence` stands beside the text: the numbers have become old since they were judged. It is
    None where they have not.
    """

    kind: str
    intent: str
    text: Message
    read_as: str | None = None
    goal: Standing | None = None
    goals: tuple[Standing, ...] = ()
    choices: tuple[Choice, ...] = ()
    receipt: Receipt | None = None
    period: tuple[date, date] | None = None
    hints: tuple[Message, ...] = field(default=())
    points: tuple[Point, ...] = ()
    silence: Message | None = None
    value: Decimal | None = None
    metric: str | None = None
    is_past: bool = False
    rest: str | None = None

    def to_json(self, reader: words.Reader, base_url: str = "") -> dict[str, Any]:
        """Return the answer in the contract's shape, its texts in the reader's language."""
        about = self.goal
        seen = about.evaluation if about is not None else None
        period = None
        if self.period is not None:
            first, last = self.period
            label = words.format_value(words.DayRange(first, last), reader)
            period = {"from": first, "to": last, "label": label}
        receipt = None
        if self.receipt is not None:
            receipt = self.receipt.to_json(reader, f"{base_url}/receipts/{self.receipt.id}")
        found = {
            "kind": self.kind,
            "intent": self.intent,
            "text": words.render(self.text, reader),
            "lang": reader.locale,
            "read_as": self.read_as,
            "goal": None if about is None else {"id": str(about.goal.id), "name": about.goal.name},
            "metric": about.goal.metric if about is not None else self.metric,
            "value": self.value if seen is None or self.is_past else seen.actual,
            "target": None if about is None or self.is_past else about.terms.target_value,
            "status": None if about is None or self.is_past else about.status,
            "period": period,
            "goals": [one.to_json(reader) for one in self.goals],
            "choices": [
                {"label": words.format_value(one.label, reader), "question": one.question}
                for one in self.choices
            ],
            "receipt": receipt,
        }
        if self.points:
            found["points"] = [one.to_json(reader) for one in self.points]
        return found
