"""Evidence from splitting a goal's own number: who is lowest and highest, and what fell."""

from decimal import Decimal

from goals import calendar, words, workspace
from goals.calendar import Period
from goals.metrics import notes, readings, segments
from goals.metrics.result import Result
from goals.tracking.remedies.fact import Fact, Part, lacking
from goals.tracking.remedies.look import Look, amount, days, dimension
from goals.words import N_, Message

LOWEST = N_("lowest %(member)s %(value)s of %(n)s")
HIGHEST = N_("highest %(member)s %(value)s of %(n)s")


def of(look: Look, name: str) -> Fact:
    """Return what a split by a dimension shows, or why it shows nothing."""
    metric = look.metric
    if not metric.is_counted:
        return lacking(
            N_("%(metric)s is entered as a whole, so it cannot be split by %(dimension)s."),
            metric=metric.name,
            dimension=dimension(name),
        )
    if name in look.one.goal.segment:
        return lacking(
            N_(
                "The goal counts %(member)s alone, so there is nothing to compare by %(dimension)s."
            ),
            member=look.one.goal.segment[name],
            dimension=dimension(name),
        )
    return _fallen(look, name) if metric.kind == "flow" else _spread(look, name)


def _spread(look: Look, name: str) -> Fact:
    """Return the lowest and the highest member beside the whole, where enough was counted."""
    for period in (look.window, look.year):
        split = look.read(period, by=name)
        found = [
            (figure.value, key)
            for key, figure in split.segments or ()
            if figure.value is not None and figure.n >= notes.SMALL and key != segments.NOBODY
        ]
        if len(found) >= 2:
            return _ranked(look, name, period, found)
    return lacking(
        N_(
            "We cannot compare by %(dimension)s: fewer than two have %(least)s closed or more, in"
            " the window and in the past year."
        ),
        dimension=dimension(name),
        least=notes.SMALL,
    )


def _ranked(look: Look, name: str, period: Period, found: list[tuple[Decimal, str]]) -> Fact:
    # The one that a person should look at first stands first.
    ends = [(LOWEST, min(found)[1]), (HIGHEST, max(found)[1])]
    if look.one.goal.direction in ("down", "at_most"):
        ends.reverse()
    return Fact(
        Message(
            N_("%(metric)s by %(dimension)s, %(days)s:"),
            {"metric": look.metric.name, "dimension": dimension(name), "days": days(period)},
        ),
        (
            *(_part(text, look, period, name, member) for text, member in ends),
            _whole(look, period),
        ),
    )


def _part(text: str, look: Look, period: Period, name: str, member: str) -> Part:
    read = look.read(period, narrowed={name: member})
    return Part(Message(text, _said(read, member)), read.receipt)


def _whole(look: Look, period: Period) -> Part:
    read = look.read(period)
    return Part(Message(N_("all %(value)s of %(n)s"), _said(read)), read.receipt)


def _said(read: Result, member: str = "") -> dict[str, object]:
    return {"member": member, "value": amount(read), "n": words.Number(Decimal(read.figure.n))}


def _fallen(look: Look, name: str) -> Fact:
    """Return the member that lost most against the same days of the period before."""
    whole = Period.of(look.one.terms.first_day, look.one.terms.last_day)
    before = workspace.of(look.session).fiscal.previous(whole)
    pair = calendar.like_for_like(whole, look.window.last, before)
    goal = look.one.goal
    known = readings.earliest(look.session, goal.metric, goal.params, goal.segment)
    if pair is None or known is None or known > before.first:
        return lacking(
            N_(
                "We cannot compare by %(dimension)s: the records do not reach back to the period"
                " before, %(days)s."
            ),
            dimension=dimension(name),
            days=days(before),
        )
    now, then = pair
    ours, theirs = (
        {key: figure.value or Decimal() for key, figure in look.read(one, by=name).segments or ()}
        for one in (now, then)
    )
    sign = -1 if goal.direction in ("down", "at_most") else 1
    lost = sorted(
        (sign * (ours.get(key, Decimal()) - theirs.get(key, Decimal())), key)
        for key in {*ours, *theirs} - {segments.NOBODY}
    )
    # A single member is the whole once more.
    if len(lost) < 2:
        return lacking(
            N_("We cannot compare by %(dimension)s: the records do not say it."),
            dimension=dimension(name),
        )
    head = Message(
        N_("%(metric)s by %(dimension)s, %(days)s against %(before)s:"),
        {
            "metric": look.metric.name,
            "dimension": dimension(name),
            "days": days(now),
            "before": days(then),
        },
    )
    everything = _pair(look, now, then, None, None)
    if lost[0][0] >= 0:
        return Fact(head, (Part(Message(N_("nothing is behind the period before"))), *everything))
    return Fact(head, (*_pair(look, now, then, name, lost[0][1]), *everything))


def _pair(
    look: Look, now: Period, then: Period, name: str | None, member: str | None
) -> tuple[Part, Part]:
    narrowed = {name: member} if name is not None and member is not None else None
    ours, theirs = (look.read(one, narrowed=narrowed) for one in (now, then))
    text = N_("%(member)s %(value)s") if member is not None else N_("all %(value)s")
    return (
        Part(Message(text, _said(ours, member or "")), ours.receipt),
        Part(Message(N_("before %(value)s"), _said(theirs)), theirs.receipt),
    )
