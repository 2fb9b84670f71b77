"""M: the number, where it comes from, and whether it can be what the goal asks for (pure)."""

from collections.abc import Callable, Iterator
from decimal import ROUND_HALF_EVEN, Decimal

from goals.tracking.smart.lint import Finding
from goals.tracking.smart.rules.facts import Facts
from goals.words import N_, Message, Rate

#: "By half" and "from 4 to 2" may differ by what rounding makes of a percentage.
ROUNDING = Decimal("0.01")


def _has_number(facts: Facts) -> Iterator[Finding]:
    if facts.given is None and not facts.is_milestone:
        yield facts.find(
            "smart-M1",
            "fail",
            Message(N_("There is no number to reach.")),
            Message(N_("Write the value, or the change, that would be a success.")),
        )
    elif facts.given is None and facts.from_text:
        yield facts.find(
            "smart-M1",
            "weak",
            Message(N_("It is done or not done; no number shows how far it is.")),
            Message(
                N_("Say how anybody can see that it is done, or name a number it should move.")
            ),
            quote="milestone",
        )


def _metric_known(facts: Facts) -> Iterator[Finding]:
    if facts.metric is not None and not facts.metric_known:
        yield facts.find(
            "smart-M2",
            "fail",
            Message(
                N_("%(metric)s is not a number that is measured here."), {"metric": facts.metric}
            ),
            Message(N_("Choose one from the catalogue, or enter its readings by hand.")),
        )
    if facts.metric is None and facts.from_text and facts.given is not None:
        yield facts.find(
            "smart-M2",
            "warn",
            Message(N_("Which of the numbers measured here it is about is not certain.")),
            Message(N_("Choose one from the catalogue, or enter its readings by hand.")),
            quote="number",
        )


def _one_metric(facts: Facts) -> Iterator[Finding]:
    if facts.given is None:
        return
    if facts.is_ambiguous:
        yield facts.find(
            "smart-M2",
            "weak",
            Message(N_("This can be measured in several ways.")),
            Message(N_("Name the number that is meant, such as deals won for each seller.")),
            quote="metric",
        )
    elif facts.objectives > 1:
        yield facts.find(
            "smart-M2",
            "weak",
            Message(N_("Two numbers in one goal cannot be judged as one.")),
            Message(N_("Keep the number that matters most and give the other its own goal.")),
            quote="metrics",
        )


def _has_baseline(facts: Facts) -> Iterator[Finding]:
    counts_up = facts.unit == "count" or facts.adds_up
    starts_at_zero = facts.from_text and facts.change == "target" and counts_up
    needs_none = facts.is_milestone or facts.is_kept or starts_at_zero
    if facts.baseline is None and not needs_none:
        if facts.from_text and facts.given is None:
            return
        yield facts.find(
            "smart-M3",
            "warn",
            Message(N_("Where it starts from is not known.")),
            Message(N_("Take the baseline from the records, or write it down with its source.")),
            quote="number",
        )


def _relative_or_points(facts: Facts) -> Iterator[Finding]:
    if facts.change != "relative" or facts.unit != "rate" or facts.given is None or facts.is_part:
        return
    if facts.metric is None and facts.from_text:
        # "Readers by 20%": that the change is a percentage says nothing of the number.
        return
    evidence = None
    if facts.baseline is not None:
        evidence = Message(
            N_("From %(baseline)s: relative gives %(relative)s, points give %(points)s."),
            {
                "baseline": facts.amount(facts.baseline),
                "relative": facts.amount(facts.baseline * (1 + facts.given)),
                "points": facts.amount(facts.baseline + facts.given),
            },
        )
    yield facts.find(
        "smart-M4",
        "warn",
        Message(N_("A percentage of a percentage can be read in two ways.")),
        Message(N_("Say whether you mean a share of today's value or percentage points.")),
        evidence=evidence,
        quote="number",
    )


def _within_range(facts: Facts) -> Iterator[Finding]:
    low, high = facts.limits
    if facts.out_of_range:
        yield facts.find(
            "smart-M5",
            "fail",
            Message(
                N_("%(target)s is outside what this number can be."),
                {"target": facts.amount(facts.target)},
            ),
            Message(N_("Write a target within its range.")),
            evidence=Message(
                N_("It runs from %(low)s to %(high)s."),
                {"low": facts.amount(low), "high": facts.amount(high)},
            ),
            quote="number",
        )


def _direction_fits(facts: Facts) -> Iterator[Finding]:
    towards = facts.towards
    if towards is not None and facts.better is not None and towards != facts.better:
        yield facts.find(
            "smart-M6",
            "fail",
            Message(N_("The goal moves this number the wrong way.")),
            Message(N_("Turn the direction round, or choose another number.")),
            evidence=_better(facts),
            quote="verb",
        )
    if facts.on_wrong_side:
        yield facts.find(
            "smart-M6",
            "fail",
            Message(N_("The target and the direction contradict each other.")),
            Message(N_("Correct the target or the direction.")),
            evidence=sides(facts),
            quote="number",
        )


def _text_agrees(facts: Facts) -> Iterator[Finding]:
    """The sentence and the fields beside it must say the same."""
    way = facts.said_direction
    turned = way is not None and facts.towards is not None and way != facts.towards
    other = facts.said_target is not None and facts.target is not None
    if turned or (other and not _near(facts.said_target, facts.target)):
        yield facts.find(
            "smart-M6",
            "fail",
            Message(N_("The sentence and the number beside it do not agree.")),
            Message(N_("Correct whichever of the two is wrong.")),
            quote="number" if not turned else "verb",
        )


#: What is wrong with the source of a number: how grave it is, what is said, what mends it.
_SOURCES = {
    "none": (
        "fail",
        N_("No connected system delivers this number."),
        N_("Connect a source, import a file, or choose a number you have."),
    ),
    "empty": (
        "weak",
        N_("This number is entered by hand, and nothing has been entered yet."),
        N_("Enter a first reading, or connect a source that delivers it."),
    ),
    "poor": (
        "weak",
        N_("The data behind this number are below your quality gate."),
        N_("Clean the data first, or judge the goal with care."),
    ),
    "late": (
        "weak",
        N_("The data behind this number are out of date."),
        N_("Have the source read again, or enter a newer reading."),
    ),
    "broken": (
        "weak",
        N_("The source of this number does not let us in."),
        N_("Connect it again under Data."),
    ),
}


def _has_source(facts: Facts) -> Iterator[Finding]:
    if facts.source in _SOURCES:
        severity, said, fix = _SOURCES[facts.source]
        yield facts.find(
            "smart-M7", severity, Message(said), Message(fix), evidence=facts.source_seen
        )


def _is_defined(facts: Facts) -> Iterator[Finding]:
    for missing in facts.undefined:
        yield facts.find(
            "smart-M8",
            "warn",
            missing,
            Message(N_("Write the definition down, so that the number cannot drift.")),
            quote="metric",
        )


def _changes_agree(facts: Facts) -> Iterator[Finding]:
    """A change that is said twice must be the same change."""
    if facts.stated is None or facts.baseline is None or facts.target is None:
        return
    if not facts.baseline:
        return
    real = (facts.target - facts.baseline) / abs(facts.baseline)
    if abs(real - facts.stated) > ROUNDING:
        yield facts.find(
            "smart-M9",
            "fail",
            Message(
                N_("The two ways of saying the change do not agree: %(said)s and %(real)s."),
                {"said": Rate(facts.stated), "real": Rate(_rounded(real))},
            ),
            Message(N_("Keep the right one.")),
            quote="number",
        )


def sides(facts: Facts) -> Message:
    """Return where a goal starts and where it aims, as a sentence."""
    return Message(
        N_("It starts at %(baseline)s and aims at %(target)s."),
        {"baseline": facts.amount(facts.baseline), "target": facts.amount(facts.target)},
    )


def _better(facts: Facts) -> Message:
    text = N_("%(metric)s is better higher.")
    if facts.better == "down":
        text = N_("%(metric)s is better lower.")
    return Message(text, {"metric": facts.metric_name or facts.metric})


def _near(one: Decimal | None, other: Decimal | None) -> bool:
    if one is None or other is None:
        return True
    return abs(one - other) <= max(abs(one), abs(other)) * ROUNDING


def _rounded(value: Decimal) -> Decimal:
    return value.quantize(Decimal("0.0001"), rounding=ROUND_HALF_EVEN)


RULES: tuple[Callable[[Facts], Iterator[Finding]], ...] = (
    _has_number,
    _metric_known,
    _one_metric,
    _has_baseline,
    _relative_or_points,
    _within_range,
    _direction_fits,
    _text_agrees,
    _has_source,
    _is_defined,
    _changes_agree,
)
