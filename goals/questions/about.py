"""Answers about one goal: how it stands, how it will end, whose it is, by when, how fresh."""

from datetime import timedelta

from goals import formatting, words
from goals.calendar import Period
from goals.metrics.catalogue import MILESTONE
from goals.questions.answer import Answer
from goals.questions.room import Room
from goals.tracking import freshness, status
from goals.tracking.standing import Standing
from goals.words import N_, P_, Day, Message


def stands(room: Room, one: Standing) -> Answer:
    """Return how a goal stands, with its target and against its first terms."""
    told = _told(one)
    told["reason"] = one.reason
    text = Message(N_("%(goal)s: %(status)s. %(reason)s"), told)
    if one.goal.kind in ("cumulative", "level") and one.target is not None:
        target = words.amount(one.terms.target_value, one.unit, one.currency)
        text = Message(
            N_("%(goal)s: %(status)s. %(reason)s Target %(target)s by %(day)s."),
            {**told, "target": target, "day": Day(one.terms.last_day)},
        )
    if one.against_original is not None:
        text = Message(N_("%(text)s %(against)s"), {"text": text, "against": one.against_original})
    return _answer(room, one, "status", text)


def forecast(room: Room, one: Standing) -> Answer:
    """Return how a goal is likely to end, or why that cannot be said."""
    seen, told = one.evaluation, _told(one)
    if seen is None or seen.final or seen.likely_end is None:
        text = Message(N_("%(goal)s: %(status)s. %(reason)s"), {**told, "reason": one.reason})
        if seen is not None and not seen.final and seen.projection is not None:
            end = words.amount(seen.projection, one.unit, one.currency)
            text = Message(
                N_(
                    "%(goal)s: %(status)s. At this pace it ends at %(end)s. There is too little"
                    " history for a chance."
                ),
                {**told, "end": end},
            )
        return _answer(room, one, "forecast", text)
    likely, low, high = (
        words.amount(value, one.unit, one.currency)
        for value in (seen.likely_end, seen.low_end, seen.high_end)
    )
    ends = {**told, "likely": likely, "low": low, "high": high, "day": Day(one.terms.last_day)}
    text = Message(
        N_(
            "%(goal)s: likely end %(likely)s on %(day)s, 8 in 10 between %(low)s and %(high)s."
            " %(status)s."
        ),
        ends,
    )
    if seen.chance is not None and one.aim is not None:
        chance = words.Chance(formatting.decimal(seen.chance))
        text = Message(
            N_(
                "%(goal)s: likely end %(likely)s on %(day)s, 8 in 10 between %(low)s and %(high)s."
                " Chance to reach %(target)s: %(chance)s. %(status)s."
            ),
            {**ends, "chance": chance, "target": one.aim},
        )
    if one.grounds is not None:
        text = Message(N_("%(text)s %(grounds)s"), {"text": text, "grounds": one.grounds})
    return _answer(room, one, "forecast", text)


def owner(room: Room, one: Standing) -> Answer:
    """Return who owns a goal, and which team."""
    told: dict[str, object] = {
        "goal": one.goal.name,
        "owner": one.owner_name,
        "team": one.team_name,
    }
    texts = {
        (True, True): N_("%(goal)s belongs to %(owner)s, in the team %(team)s."),
        (True, False): N_("%(goal)s belongs to %(owner)s."),
        (False, True): N_("%(goal)s has no owner. It belongs to the team %(team)s."),
        (False, False): N_("%(goal)s has no owner."),
    }
    text = texts[one.owner_name is not None, one.team_name is not None]
    return _answer(room, one, "owner", Message(text, told))


def due(room: Room, one: Standing) -> Answer:
    """Return by when a goal is due, and how many days that leaves."""
    told: dict[str, object] = {"goal": one.goal.name, "day": Day(one.terms.last_day)}
    today = room.today
    left = None if today is None else (one.terms.last_day - today).days
    if left is None:
        text = Message(N_("%(goal)s is due on %(day)s."), told)
    elif left < 0:
        text = Message(N_("%(goal)s was due on %(day)s."), told)
    elif left == 0:
        text = Message(N_("%(goal)s is due today, %(day)s."), told)
    else:
        text = Message.counted(
            P_(
                "%(goal)s is due on %(day)s, %(n)s day is left.",
                "%(goal)s is due on %(day)s, %(n)s days are left.",
            ),
            left,
            told,
        )
    return _answer(room, one, "due", text)


def stale(room: Room, one: Standing) -> Answer:
    """Return how fresh the data of a goal are, and where they come from."""
    told: dict[str, object] = _told(one)
    if one.status in status.PLUMBING or room.instant is None or one.metric is MILESTONE:
        said = Message(N_("%(goal)s: %(status)s. %(reason)s"), {**told, "reason": one.reason})
        return _answer(room, one, "stale", said)
    window = Period.of(one.terms.first_day, one.terms.last_day)
    bucket = timedelta(days=room.here.fiscal.buckets(window)[0].days)
    feed = freshness.of_metric(room.session, one.metric, bucket, room.instant)
    seen = one.evaluation
    told["sources"] = list(feed.names)
    told["day"] = Day(feed.data_to) if feed.data_to is not None else None
    told["at"] = words.Instant(seen.evaluated_at) if seen is not None else None
    text = N_("%(goal)s: nothing is missing. It was last read %(at)s.")
    if feed.data_to is not None:
        text = N_("%(goal)s: the newest data are from %(day)s. It was last read %(at)s.")
        if feed.names:
            text = N_(
                "%(goal)s: the newest data are from %(day)s and come from %(sources)s. It was last"
                " read %(at)s."
            )
    if feed.broken:
        told["sources"] = list(feed.broken)
        text = N_("%(goal)s: the connection %(sources)s is broken. It was last read %(at)s.")
    return _answer(room, one, "stale", Message(text, told))


def _told(one: Standing) -> dict[str, object]:
    return {"goal": one.goal.name, "status": words.status(one.status)}


def _answer(room: Room, one: Standing, intent: str, text: Message) -> Answer:
    kept = one.evaluation
    return Answer(
        "answer",
        intent,
        text,
        goal=one,
        receipt=room.receipt(kept.receipt) if kept is not None else None,
        period=(one.terms.first_day, one.terms.last_day),
    )
