"""Goal arithmetic: targets, progress, pace, projection and the rate still needed (pure)."""

from decimal import Decimal

#: Pace from which a goal counts as on track, and below it as at risk (domain practice,
#: fixed for all goals so that a word means the same everywhere).
ON_TRACK = 0.90
AT_RISK = 0.70


def target_from(kind: str, given: Decimal, baseline: Decimal | None) -> Decimal | None:
    """Return what a target comes to, None where it needs a baseline that is not known.

    `kind` is "target" or "absolute" (the value itself), "relative" (-0.25 is a quarter
    less), "points" (added to a rate: -0.02 is two percentage points less) or "delta"
    (added to the baseline).
    """
    if kind in ("target", "absolute"):
        return given
    if baseline is None:
        return None
    if kind == "relative":
        return baseline * (1 + given)
    return baseline + given


def is_cap(kind: str, direction: str) -> bool:
    """Tell whether a goal adds up to something that its target only limits."""
    return kind == "cumulative" and direction in ("down", "at_most")


def is_held(kind: str, direction: str | None, baseline: Decimal | None, target: Decimal) -> bool:
    """Tell whether the baseline meets the target already, so that it is only to be kept."""
    if kind == "cumulative" or direction is None or baseline is None:
        return False
    return reached(direction, baseline, target)


def bounds(
    direction: str, target: Decimal | None, low: Decimal | None, high: Decimal | None
) -> tuple[Decimal | None, Decimal | None]:
    """Return the lowest and the highest value that a maintained goal allows, None for no end."""
    if direction == "band":
        return low, high
    return (None, target) if direction in ("down", "at_most") else (target, None)


def is_kept(value: Decimal, low: Decimal | None, high: Decimal | None) -> bool:
    """Tell whether a value lies within bounds; landing exactly on one does."""
    return (low is None or value >= low) and (high is None or value <= high)


def closeness(value: Decimal, low: Decimal | None, high: Decimal | None) -> float:
    """Return 1 within bounds, and outside how near to the bound in shares of it, at least 0."""
    if is_kept(value, low, high):
        return 1.0
    bound = low if low is not None and value < low else high
    assert bound is not None
    return 0.0 if bound == 0 else max(0.0, 1 - float(abs(value - bound) / abs(bound)))


def progress(
    kind: str,
    actual: Decimal,
    baseline: Decimal | None,
    target: Decimal,
    direction: str | None = None,
) -> float | None:
    """Return the share of the way from baseline to target; negative when moving away.

    A cumulative goal starts at zero. None where the baseline is unknown. When the baseline
    meets the target already there is no way to go: holding the target is 1, missing it 0.
    """
    start = Decimal() if kind == "cumulative" else baseline
    if start is None:
        return None
    if direction is not None and is_held(kind, direction, baseline, target):
        return 1.0 if reached(direction, actual, target) else 0.0
    if target == start:
        return 1.0 if actual == target else 0.0
    return float((actual - start) / (target - start))


def pace(share: float | None, expected: float) -> float | None:
    """Return progress over expectation; None before anything is expected."""
    if share is None or expected <= 0:
        return None
    return share / expected


def pace_of_cap(actual: Decimal, target: Decimal, expected: float) -> float | None:
    """Return the pace of a goal whose target is a limit; None before anything is expected.

    As much as the plan is 1, and as much above it as the plan allows is as much below 1. What
    is over its limit cannot come back: 0.
    """
    if actual > target:
        return 0.0
    if expected <= 0:
        return None
    return 1.0 if target <= 0 else 2.0 - float(actual / target) / expected


def value_at(
    kind: str,
    share: float,
    baseline: Decimal | None,
    target: Decimal,
    direction: str | None = None,
) -> Decimal | None:
    """Return the value that a share of the way stands for, None without a baseline.

    Where the baseline meets the target already, the target is what counts all along.
    """
    start = Decimal() if kind == "cumulative" else baseline
    if start is None:
        return None
    if is_held(kind, direction, baseline, target):
        return target
    return start + (target - start) * Decimal(str(share))


def projection(
    kind: str,
    actual: Decimal,
    baseline: Decimal | None,
    target: Decimal,
    expected: float,
    limits: tuple[Decimal | None, Decimal | None] = (None, None),
) -> Decimal | None:
    """Return where the goal ends if the rest of the plan is met at the present pace.

    Clamped to the range the metric can have; None before anything is expected.
    """
    start = Decimal() if kind == "cumulative" else baseline
    if start is None or expected <= 0:
        return None
    end = start + (actual - start) / Decimal(str(expected))
    low, high = limits
    if low is not None:
        end = max(low, end)
    if high is not None:
        end = min(high, end)
    return end


def required_rate(actual: Decimal, target: Decimal, days_left: int) -> Decimal | None:
    """Return the change still needed a day; None when no day is left."""
    if days_left <= 0:
        return None
    return (target - actual) / days_left


def reached(direction: str, actual: Decimal, target: Decimal) -> bool:
    """Tell whether a value meets its target; landing exactly on it does."""
    if direction in ("down", "at_most"):
        return actual <= target
    return actual >= target
