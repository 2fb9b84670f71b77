"""Evidence from open deals and leads: where deals stand, how far they reach, who has leads."""

from decimal import ROUND_UP, Decimal

from goals import words
from goals.calendar import Period
from goals.metrics import notes, readings, segments
from goals.tracking.remedies.fact import Fact, Part, lacking
from goals.tracking.remedies.look import Look, amount, days
from goals.tracking.selling import pipeline as selling
from goals.tracking.selling import reaching
from goals.words import N_, Message


def stages(look: Look) -> Fact:
    """Return the stage with the largest share of open deals, and how old they are there."""
    at = Period.of(look.today, look.today)
    split = look.read(at, metric="open_deals", by="stage")
    counted = [
        (figure.value, key)
        for key, figure in split.segments or ()
        if figure.value and key != segments.NOBODY
    ]
    if not counted:
        return lacking(N_("We cannot see where deals stand: no open deal has a stage with a day."))
    _count, stage = max(counted)
    there = {"stage": stage}
    many = look.read(at, metric="open_deals", narrowed=there)
    age = look.read(at, metric="open_deals", narrowed=there, params={"measure": "age"})
    every = look.read(at, metric="open_deals")
    share = None
    if many.value is not None and every.value:
        share = words.Rate(many.value / every.value, 0)
    parts = [
        Part(
            Message(
                N_("%(stage)s holds %(count)s, %(share)s"),
                {"stage": stage, "count": amount(many), "share": share},
            ),
            many.receipt,
        ),
        Part(Message(N_("of %(count)s"), {"count": amount(every)}), every.receipt),
    ]
    if age.value is not None:
        parts.append(Part(Message(N_("%(age)s old on average"), {"age": amount(age)}), age.receipt))
    return Fact(Message(N_("Open deals on %(day)s:"), {"day": words.Day(look.today)}), tuple(parts))


def coverage(look: Look) -> Fact:
    """Return how often the open deals cover what is missing, and how many wins that takes."""
    seen, target = look.one.evaluation, look.one.terms.target_value
    if seen is None or seen.actual is None or target is None or target <= seen.actual:
        return lacking(N_("We cannot see how far the open deals reach: nothing is missing."))
    reached = _reach(look) if selling.unfit(look.one) is None else None
    if reached is not None:
        return reached
    missing = target - seen.actual
    gap = Part(
        Message(
            N_("%(amount)s missing to the target"),
            {"amount": words.amount(missing, seen.unit, seen.currency, compact=True)},
        ),
        seen.receipt,
    )
    at = Period.of(look.today, look.today)
    if seen.unit != "money":
        held = look.read(at, metric="open_deals")
        if held.value is None:
            return lacking(N_("We cannot see how far the open deals reach: no deal is open."))
        reach = Part(Message(N_("%(count)s open deals"), {"count": amount(held)}), held.receipt)
        return Fact(Message(N_("How far the open deals reach:")), (gap, reach))
    held = look.read(at, metric="open_deals", params={"measure": "value"})
    if not held.value:
        return lacking(N_("We cannot see how far the open deals reach: they carry no amounts."))
    times = words.Number(Decimal(f"{held.value / missing:.1f}"))
    parts = [
        gap,
        Part(
            Message(
                N_("open deals of %(amount)s, %(times)s times that"),
                {"amount": amount(held), "times": times},
            ),
            held.receipt,
        ),
    ]
    for period in (look.window, look.year):
        size = look.read(period, metric="avg_deal_size")
        if size.value and size.figure.n >= notes.SMALL:
            wins = (missing / size.value).to_integral_value(ROUND_UP)
            parts.append(
                Part(
                    Message(
                        N_("%(wins)s more wins of %(size)s, the average of %(n)s, %(days)s"),
                        {
                            "wins": words.Number(wins),
                            "size": amount(size),
                            "n": words.Number(Decimal(size.figure.n)),
                            "days": days(period),
                        },
                    ),
                    size.receipt,
                )
            )
            break
    return Fact(Message(N_("How far the open deals reach:")), tuple(parts))


def _reach(look: Look) -> Fact | None:
    """Return how far the deals reach that are due in the rest of the window, as the page says.

    None where no open deal is due in it, such as where deals have no expected close.
    """
    reach = selling.of(look.session, look.one, today=look.today, now=look.now)
    if not reach.gap or not reach.open.figure.n:
        return None
    parts = (
        Part(reaching.covered(reach), reach.open.receipt),
        Part(reaching.needed(reach), reach.rate.receipt),
        Part(reaching.closing(reach), reach.open.receipt),
    )
    return Fact(Message(N_("How far the open deals reach:")), parts)


def load(look: Look) -> Fact:
    """Return who got the most and the fewest leads of the window."""
    if readings.earliest(look.session, "leads_new", {}, {}) is None:
        return lacking(N_("We cannot see how many leads each person has: there are no leads."))
    split = look.read(look.window, metric="leads_new", by="owner")
    found = sorted(
        (figure.value or Decimal(), key)
        for key, figure in split.segments or ()
        if key != segments.NOBODY
    )
    if len(found) < 2:
        return lacking(N_("We cannot see how many leads each person has: leads have no owners."))
    parts = []
    for text, (_value, key) in (
        (N_("most %(member)s %(value)s"), found[-1]),
        (N_("fewest %(member)s %(value)s"), found[0]),
    ):
        read = look.read(look.window, metric="leads_new", narrowed={"owner": key})
        parts.append(Part(Message(text, {"member": key, "value": amount(read)}), read.receipt))
    head = Message(N_("New leads for each person, %(days)s:"), {"days": days(look.window)})
    return Fact(head, tuple(parts))
