"""A: whether it can be reached, measured by means, limits, history and arithmetic (pure)."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from goals import words
from goals.tracking.smart.lint import Finding
from goals.tracking.smart.rules.facts import Facts
from goals.tracking.smart.rules.feasible import Need
from goals.tracking.smart.rules.measurable import sides
from goals.words import N_, Message, Number

#: A change this many times the best one ever made is doubted.
STRETCH = 2


@dataclass(frozen=True)
class Standing:
    """How a needed change compares with all earlier ones over as long a span.

    `share` is the part of the earlier changes that it exceeds, from 0 to 1; `best` the
    greatest change in its direction.
    """

    share: Decimal
    best: Decimal
    count: int


def standing(needed: Decimal, past: Sequence[Decimal]) -> Standing | None:
    """Return how a change compares with earlier ones in its direction; None without any."""
    if not past:
        return None
    sign = 1 if needed >= 0 else -1
    turned = [one * sign for one in past]
    beaten = sum(one < needed * sign for one in turned)
    return Standing(Decimal(beaten) / len(turned), max(turned) * sign, len(turned))


def _no_absolute(facts: Facts) -> Iterator[Finding]:
    if facts.absolute:
        yield facts.find(
            "smart-A1",
            "fail",
            Message(N_("Nobody can promise all or nothing where people decide.")),
            Message(N_("Write how many, or how much less, would be a success.")),
            quote="absolute",
        )


def _possible(facts: Facts) -> Iterator[Finding]:
    low, high = facts.limits
    best = high if facts.towards == "up" else low
    bounded = facts.unit == "rate" or (facts.unit == "points" and best is not None)
    # In a sentence even a time or a count of zero is the end of the scale.
    to_nothing = facts.from_text and facts.target == 0 and facts.towards == "down"
    at_limit = bounded and facts.target is not None and facts.target == best
    if at_limit or to_nothing or (facts.from_text and facts.out_of_range):
        yield facts.find(
            "smart-A2",
            "fail",
            Message(
                N_("%(target)s is the most this number can ever be."),
                {"target": facts.amount(facts.target)},
            )
            if not facts.out_of_range
            else Message(N_("No effort can bring a number beyond its range.")),
            Message(N_("Choose a step that somebody has reached before.")),
            quote="number",
        )


def _has_been_done(facts: Facts) -> Iterator[Finding]:
    needed = _needed(facts)
    if needed is None or facts.past_changes is None:
        return
    found = standing(needed, facts.past_changes)
    if found is None:
        yield facts.find(
            "smart-A3",
            "warn",
            Message(N_("There is no history to compare this change with.")),
            Message(N_("Let a first period pass, or say where the number comes from.")),
        )
    elif abs(needed) > STRETCH * abs(found.best) or found.best * needed <= 0:
        yield facts.find(
            "smart-A3",
            "warn",
            Message(N_("The change is more than twice the best one ever made in as long a time.")),
            Message(N_("Take a smaller step, a longer time, or say what is different this time.")),
            evidence=_stands(facts, needed, found),
        )


def _needed(facts: Facts) -> Decimal | None:
    """Return the change that is asked for, None without one or in the wrong direction."""
    if facts.target is None or facts.baseline is None or facts.on_wrong_side:
        return None
    return (facts.target - facts.baseline) or None


def known(facts: Facts) -> Iterator[Message]:
    """Yield what is known of whether it can be reached, be it for or against."""
    needed = _needed(facts)
    found = standing(needed, facts.past_changes or ()) if needed is not None else None
    if needed is not None and found is not None:
        yield _stands(facts, needed, found)
    for one in facts.needs:
        # Said as a finding where it falls short.
        if not one.is_short:
            yield _takes(facts, one)


def _stands(facts: Facts, needed: Decimal, found: Standing) -> Message:
    told: dict[str, object] = {"needed": facts.step(needed), "best": facts.step(found.best)}
    said = Message(
        N_("It needs %(needed)s; the only change over as long a time was %(best)s."), told
    )
    if found.count > 1:
        said = Message(
            N_(
                "It needs %(needed)s; the best of %(count)s changes over as long a time was"
                " %(best)s, and %(share)s of them were smaller."
            ),
            {**told, "count": Number(Decimal(found.count)), "share": _percent(found.share)},
        )
    if facts.best_seen is None:
        return said
    return Message("%(said)s %(seen)s", {"said": said, "seen": facts.best_seen})


def _has_means(facts: Facts) -> Iterator[Finding]:
    means = facts.means or ("named" if facts.has_actions else "none")
    if means == "none":
        yield facts.find(
            "smart-A4",
            "fail",
            Message(N_("Nothing is named that would bring it about.")),
            Message(N_("Name a tool, people, a budget or a way of working.")),
        )
    elif means == "wish":
        yield facts.find(
            "smart-A4",
            "weak",
            Message(N_("The way to it is only another wish.")),
            Message(
                N_("Name what somebody will do: a tool, people, a budget or a way of working.")
            ),
            quote="means",
        )


_SHORT = {
    "leads": N_("It needs %(needed)s leads; %(expected)s are expected."),
    "deals": N_("It needs %(needed)s deals; %(expected)s are expected."),
    "meetings": N_("It needs %(needed)s meetings; %(expected)s are expected."),
    "customers": N_("At this spend it needs %(needed)s customers; %(expected)s are expected."),
    "spend": N_("For these customers %(expected)s may be spent; %(needed)s is planned."),
    "budget": N_("It needs a budget of %(needed)s; %(expected)s is planned."),
}
_TAKES = {
    "leads": N_("It takes %(needed)s leads at a conversion of %(each)s."),
    "deals": N_("It takes %(needed)s deals of %(each)s each."),
    "meetings": N_("It takes %(needed)s meetings at %(each)s for a deal."),
    "customers": N_("At this spend it takes %(needed)s customers."),
    "spend": N_("It takes a spend of %(needed)s."),
    "budget": N_("It takes a budget of %(needed)s at %(each)s for a customer."),
}
_AS_BEFORE = N_("“Expected” is what came in the period before, which was as long.")


def _adds_up(facts: Facts) -> Iterator[Finding]:
    for one in facts.needs:
        # More deals than before are what such a goal is for; the means to them count. What a
        # sentence itself counts on is another matter.
        if one.is_short and (one.kind != "deals" or facts.from_text):
            yield facts.find(
                "smart-A5",
                "warn",
                Message(_SHORT[one.kind], _amounts(facts, one)),
                Message(N_("Plan for what it takes, or set a target that fits what you have.")),
                evidence=_reckoned(facts, one),
                quote=f"needs_{one.kind}",
            )


def _reckoned(facts: Facts, one: Need) -> Message:
    if facts.from_text:
        return _takes(facts, one)
    if one.kind in ("leads", "meetings"):
        return Message(
            "%(takes)s %(before)s", {"takes": _takes(facts, one), "before": Message(_AS_BEFORE)}
        )
    return Message(_AS_BEFORE)


def _takes(facts: Facts, one: Need) -> Message:
    return Message(_TAKES[one.kind], _amounts(facts, one))


def _amounts(facts: Facts, one: Need) -> dict[str, object]:
    def said(value: Decimal, unit: str) -> object:
        return words.amount(value, unit, facts.currency)

    unit = "money" if one.kind in ("spend", "budget") else "count"
    each = {"leads": "rate", "meetings": "number"}.get(one.kind, "money")
    amounts = {"needed": said(one.needed, unit), "each": said(one.each, each)}
    if one.expected is not None:
        amounts["expected"] = said(one.expected, unit)
    return amounts


def _right_side(facts: Facts) -> Iterator[Finding]:
    if facts.on_wrong_side:
        yield facts.find(
            "smart-A6",
            "fail",
            Message(N_("The target lies on the wrong side of where it starts.")),
            Message(N_("Set a target beyond the baseline in the direction of the goal.")),
            evidence=sides(facts),
            quote="number",
        )


def _percent(share: Decimal) -> str:
    return f"{int(share * 100)}%"


RULES: tuple[Callable[[Facts], Iterator[Finding]], ...] = (
    _no_absolute,
    _possible,
    _has_been_done,
    _has_means,
    _adds_up,
    _right_side,
)
