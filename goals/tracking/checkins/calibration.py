"""How well people foresaw the end of a goal, beside its forecast on the same days (pure).

The measure is the Brier score: the mean square of what was said less what came, from 0 (always
right and sure) over 0.25 (even odds all along) to 1.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from goals.words import N_, Day, Message, Rate

#: So many check-ins make a score; fewer are luck.
LEAST = 4
#: Scores that differ by less are as good as each other.
CLOSE = 0.02


@dataclass(frozen=True)
class Call:
    """What a person said of a goal on a day, and the forecast's chance then (None: it had none)."""

    day: date
    said: float
    chance: float | None = None


@dataclass(frozen=True)
class Score:
    """How well the end of a goal was foreseen: Brier scores, and since when it was seen rightly.

    `forecast` is over the same check-ins as `human`, None where too few of them had one. The
    days are those from which all that followed leaned to what came; None: not even at last.
    """

    n: int
    human: float
    forecast: float | None
    right_since: date | None
    forecast_since: date | None

    @property
    def message(self) -> Message:
        """Return it in a sentence that a person likes to read."""
        if self.forecast is None:
            return Message(
                N_("Over %(n)s check-ins the score is %(score)s: 0 is foreseen, 0.25 is a coin."),
                {"n": self.n, "score": _shown(self.human)},
            )
        told = {"human": _shown(self.human), "forecast": _shown(self.forecast), "n": self.n}
        return Message(
            N_("%(words)s Score %(human)s, forecast %(forecast)s, over %(n)s check-ins."),
            {**told, "words": self._beside()},
        )

    def _beside(self) -> Message:
        assert self.forecast is not None
        mine, its = self.right_since, self.forecast_since
        if mine is not None and (its is None or mine < its):
            if its is None:
                return Message(
                    N_("You were right from %(day)s on, the forecast never was."),
                    {"day": Day(mine)},
                )
            return Message(
                N_("You were right earlier than the forecast: from %(day)s on, it from %(its)s."),
                {"day": Day(mine), "its": Day(its)},
            )
        if abs(self.human - self.forecast) < CLOSE:
            return Message(N_("You and the forecast saw it equally well."))
        if self.human < self.forecast:
            return Message(N_("You saw it more clearly than the forecast."))
        return Message(N_("The forecast saw it more clearly this time."))


def _shown(score: float) -> str:
    return f"{score:.2f}"


def score(calls: Sequence[Call], *, achieved: bool) -> Score | None:
    """Return how well the end was foreseen, None with too few check-ins to say."""
    if len(calls) < LEAST:
        return None
    ordered = sorted(calls, key=lambda one: one.day)
    both = [one for one in ordered if one.chance is not None]
    came = float(achieved)
    # Only what both said on the same days can be laid side by side.
    used = both if len(both) >= LEAST else ordered
    forecast = None
    if used is both:
        forecast = _brier([one.chance or 0.0 for one in both], came)
    return Score(
        n=len(used),
        human=_brier([one.said for one in used], came),
        forecast=forecast,
        right_since=_since([(one.day, one.said) for one in used], came),
        forecast_since=None
        if forecast is None
        else _since([(one.day, one.chance or 0.0) for one in both], came),
    )


def _brier(said: Sequence[float], came: float) -> float:
    return sum((one - came) ** 2 for one in said) / len(said)


def _since(said: Sequence[tuple[date, float]], came: float) -> date | None:
    found = None
    for day, chance in reversed(said):
        if (chance > 0.5) != (came > 0.5) or chance == 0.5:
            break
        found = day
    return found


@dataclass(frozen=True)
class Bin:
    """How often what was said with one confidence came true."""

    confidence: str
    n: int
    came: int

    @property
    def share(self) -> Rate:
        """Return the share that came true."""
        return Rate(Decimal(self.came) / self.n, 0)


def bins(said: Iterable[tuple[str, bool]]) -> list[Bin]:
    """Return for each confidence how often the goal was reached, the surest first."""
    counts: dict[str, list[bool]] = {}
    for confidence, achieved in said:
        counts.setdefault(confidence, []).append(achieved)
    return [Bin(one, len(counts[one]), sum(counts[one])) for one in sorted(counts, reverse=True)]
