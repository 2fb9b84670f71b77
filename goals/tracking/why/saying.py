"""Why a goal is where it is, in a sentence: the gap and what it is made of."""

from decimal import Decimal

from goals import words
from goals.tracking.drivers import exact
from goals.tracking.standing import Standing
from goals.tracking.why.terms import AGAINST, Explained, Term
from goals.words import N_, Message

#: Parts told in a sentence; the page has all of them.
MOST = 4


def sentence(found: Explained) -> Message:
    """Return the gap with its largest parts, the ones that weigh most first."""
    ordered = sorted((one for one in found.terms if one.effect), key=lambda one: -abs(one.effect))
    told = [_part(found, one) for one in ordered[:MOST]]
    if len(ordered) > MOST:
        rest = exact.total([one.effect for one in ordered[MOST:]])
        told.append(Message(N_("all else %(amount)s"), {"amount": change(found.one, rest)}))
    if not found.gap or not told:
        return Message(N_("Exactly on the plan."))
    return Message(N_("%(gap)s: %(parts)s."), {"gap": head(found), "parts": told})


def head(found: Explained) -> Message:
    """Return how large the gap is, and on which side."""
    amount = words.amount(abs(found.gap), found.one.unit, found.one.currency, compact=True)
    if found.one.unit == "rate":
        amount = words.RatePoints(abs(found.gap))
    is_kept = found.one.goal.kind == "maintain"
    if found.one.goal.direction in ("down", "at_most", "band") or is_kept:
        return Message(_SIDES[is_kept, found.gap > 0], {"amount": amount})
    text = N_("%(amount)s ahead of the plan") if found.gap > 0 else N_("%(amount)s behind the plan")
    return Message(text, {"amount": amount})


#: Of a goal that is better low, or is to be kept, one says where it stands.
_SIDES = {
    (False, True): N_("%(amount)s above the plan"),
    (False, False): N_("%(amount)s below the plan"),
    (True, True): N_("%(amount)s above what is to be kept"),
    (True, False): N_("%(amount)s below what is to be kept"),
}


def compared(found: Explained) -> Message:
    """Return what stands for the plan of the drivers, and what does not."""
    goals = [
        one.plan.goal.goal.name
        for one in found.terms
        if one.plan is not None and one.plan.goal is not None
    ]
    days = {
        "against": Message(AGAINST[found.against]),
        "days": words.DayRange(found.before.first, found.before.last),
    }
    if goals:
        text = N_(
            "Drivers with a goal of their own are compared with its plan (%(goals)s), the others"
            " with %(against)s, %(days)s."
        )
        return Message(text, {**days, "goals": goals})
    return Message(N_("Compared with %(against)s, %(days)s."), days)


def change(one: Standing, effect: Decimal) -> object:
    """Return an effect on a goal as it is written, with its sign."""
    return signed(effect, one.unit, one.currency, compact=True)


def signed(effect: Decimal, unit: str, currency: str | None, *, compact: bool = False) -> object:
    """Return a change with its sign; that of a rate is in points."""
    if unit == "rate":
        return words.Signed(words.RatePoints(effect))
    amount = words.amount(effect, unit, currency, compact=compact)
    return None if amount is None else words.Signed(amount)


def _part(found: Explained, one: Term) -> Message:
    return Message(
        "%(driver)s %(amount)s", {"driver": one.said, "amount": change(found.one, one.effect)}
    )
