"""What the rules look at: the terms of a goal and what is known around it (pure)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from goals import words
from goals.tracking.smart.lint import Finding
from goals.tracking.smart.rules.feasible import Need
from goals.words import N_, Message


@dataclass(frozen=True)
class Quote:
    """Words of the writer, and where they stand in the statement."""

    text: str
    start: int
    end: int

    def message(self) -> Message:
        """Return the words between quotation marks."""
        return Message(N_("“%(words)s”"), {"words": self.text})


@dataclass(frozen=True)
class Facts:
    """What a goal says of itself and what is known around it; None where nothing is known.

    `limits` is the range its metric can have and `better` the metric's own direction ("up",
    "down" or None where neither is better). `means` is "named", "wish" or "none"; `reason`
    "given", "empty", "obvious" or "none". `source` is "live", "poor" (below the data-quality
    gate), "late", "broken", "empty" (entered by hand, nothing yet) or "none", and `source_seen`
    what shows it. `past_changes` are all changes over earlier spans of the same length and
    `best_seen` says which was the best; `needs` is what the target takes. `reacts_in` is the
    days a number takes to answer, and `matures_after` the months after its end until a reading
    is complete. `cadence` is how often it is looked at, "none" for never. `was_in_time`
    tells of terms that were set when their last day was still ahead. `unsure` holds letters that
    cannot be judged. `is_kept` tells that nothing is to change: the number is to stay where it
    should be. `is_part` tells that the change is a part or a multiple ("by a quarter"), which
    cannot mean points. `adds_up` tells of a sentence that its number starts from nothing.
    """

    metric: str | None
    metric_known: bool
    metric_name: Message | None
    unit: str
    currency: str | None
    better: str | None
    limits: tuple[Decimal | None, Decimal | None]
    direction: str | None
    change: str | None
    given: Decimal | None
    target: Decimal | None
    baseline: Decimal | None
    first_day: date | None
    last_day: date | None
    today: date
    has_owner: bool
    has_actions: bool
    is_milestone: bool = False
    is_kept: bool = False
    adds_up: bool = False
    objectives: int = 1
    is_ambiguous: bool = False
    is_part: bool = False
    means: str | None = None
    reason: str | None = None
    parent_metrics: tuple[str, ...] = ()
    source: str | None = None
    source_seen: Message | None = None
    undefined: tuple[Message, ...] = ()
    stated: Decimal | None = None
    said_direction: str | None = None
    said_target: Decimal | None = None
    absolute: bool = False
    is_vague: bool = False
    past_changes: tuple[Decimal, ...] | None = None
    best_seen: Message | None = None
    needs: tuple[Need, ...] = ()
    open_time: bool = False
    reacts_in: int | None = None
    matures_after: int | None = None
    cadence: str | None = None
    was_in_time: bool = False
    unsure: frozenset[str] = frozenset()
    from_text: bool = False
    quotes: Mapping[str, Quote] = field(default_factory=dict)

    def amount(self, value: Decimal | None) -> object:
        """Return a value with the metric's unit."""
        return words.amount(value, self.unit, self.currency)

    def step(self, value: Decimal) -> object:
        """Return a change of the metric with its sign and unit; that of a rate is in points."""
        if self.unit == "rate":
            return words.Signed(words.RatePoints(value))
        quantity = words.amount(value, self.unit, self.currency)
        return words.Signed(quantity) if quantity is not None else None

    @property
    def towards(self) -> str | None:
        """Return "up" or "down" for the direction of the goal."""
        if self.direction in ("up", "at_least"):
            return "up"
        return "down" if self.direction in ("down", "at_most") else None

    @property
    def on_wrong_side(self) -> bool:
        """Tell whether the target lies behind the baseline; holding it is a goal too."""
        if self.target is None or self.baseline is None or self.is_kept:
            return False
        if self.towards == "up":
            return self.target < self.baseline
        return self.towards == "down" and self.target > self.baseline

    @property
    def out_of_range(self) -> bool:
        """Tell whether the target is nothing that the metric can be."""
        low, high = self.limits
        if self.target is None:
            return False
        return (low is not None and self.target < low) or (high is not None and self.target > high)

    def find(
        self,
        rule: str,
        severity: str,
        message: Message,
        fix: Message,
        *,
        evidence: Message | None = None,
        quote: str | None = None,
    ) -> Finding:
        """Return a finding; `quote` names the writer's words that it is about."""
        words_said = self.quotes.get(quote) if quote else None
        if evidence is None and words_said is not None:
            evidence = words_said.message()
        span = (words_said.start, words_said.end) if words_said is not None else None
        return Finding(rule, severity, message, fix, evidence, span)
