"""What is said of how far open deals reach, the same on pages, in answers and in commands."""

from decimal import Decimal

from goals import words
from goals.tracking.selling.pipeline import Candidate, Reach
from goals.tracking.selling.team import times_of
from goals.words import N_, Message


def sentences(found: Reach) -> list[Message]:
    """Return what is missing, how far the open deals reach, and what must happen."""
    gap = found.gap
    if not gap:
        return [Message(N_("Nothing is missing to the target."))]
    said = [covered(found)]
    if found.open.figure.n:
        said.append(needed(found))
    said.append(closing(found))
    late = [one for one in found.candidates if one.is_late]
    if late:
        said.append(past(late))
    return said


def covered(found: Reach) -> Message:
    """Return what is missing, and how often the open deals cover it if there are any."""
    if not found.open.figure.n:
        return Message(N_("%(gap)s missing to the target."), {"gap": _amount(found, found.gap)})
    times = None if found.coverage is None else times_of(found.coverage)
    return Message(
        N_("%(gap)s missing to the target; open deals of %(open)s cover it %(times)s times."),
        {"gap": _amount(found, found.gap), "open": _amount(found, found.worth), "times": times},
    )


def needed(found: Reach) -> Message:
    """Return which coverage the own win rate asks for, and whether it is there."""
    if found.needed is None:
        return Message(
            N_(
                "How much coverage it takes cannot be said yet: too few deals closed in the last "
                "365 days."
            )
        )
    text = N_(
        "At the win rate of the last 365 days, %(rate)s, it takes %(times)s times: that is not "
        "there."
    )
    if found.coverage is not None and found.coverage >= found.needed:
        text = N_(
            "At the win rate of the last 365 days, %(rate)s, it takes %(times)s times: that is "
            "there."
        )
    rate = None if found.rate.value is None else words.Rate(found.rate.value, 0)
    return Message(text, {"rate": rate, "times": times_of(found.needed)})


def closing(found: Reach) -> Message:
    """Return how many of the open deals must be won, or what is left even if all of them are."""
    n = found.open.figure.n
    counted = [one for one in found.candidates if not one.is_late and one.worth]
    if not n:
        return Message(N_("No open deal is due in the rest of the window."))
    if found.left is not None:
        return Message.counted(
            words.P_(
                "Even the %(n)s open deal there is, %(open)s, leaves %(left)s missing.",
                "Even all %(n)s open deals, %(open)s, leave %(left)s missing.",
            ),
            n,
            {"open": _amount(found, found.worth), "left": _amount(found, found.left)},
        )
    return Message(
        N_("At least %(fewest)s of these %(n)s open deals must be won."),
        {
            "fewest": words.Number(Decimal(found.fewest or 0)),
            "n": words.Number(Decimal(len(counted))),
        },
    )


def past(late: list[Candidate]) -> Message:
    """Return how many open deals are past their expected close, which count nowhere here."""
    return Message.counted(
        words.P_(
            "%(n)s open deal is past its expected close and is not counted: give it a new day, "
            "or close it.",
            "%(n)s open deals are past their expected close and are not counted: give them a new "
            "day, or close them.",
        ),
        len(late),
    )


def _amount(found: Reach, value: Decimal | None) -> object:
    return words.amount(value, found.unit, found.currency, compact=True)
