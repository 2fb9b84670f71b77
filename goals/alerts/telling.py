"""From a decision to messages: who is told, where, in which story it belongs, and when."""

from datetime import datetime
from typing import Any

from sqlmodel import Session, and_, col, or_, select

from goals import words
from goals.alerts import holding, routing, ruling
from goals.alerts import rules as statuses
from goals.alerts.outbox import Outbox
from goals.alerts.routing import Place
from goals.alerts.rule import AlertRule, AlertStory
from goals.table import new_id, workspace_of
from goals.tracking import facts, standing
from goals.tracking.goal import Goal
from goals.tracking.status import Verdict
from goals.words import Message

#: What held a story's first message so that nobody has heard of it.
_UNHEARD = frozenset((holding.DOUBTFUL, holding.OVERTAKEN, holding.MUTED))
#: Kinds of message that begin a story.
OPENERS = ("alert", "source", "stale", "missed")
#: Kinds of message that say how well a goal stands.
GOOD_NEWS = ("recovery", "achieved", "progress")


def tell(
    session: Session,
    rule: AlertRule,
    goal: Goal | None,
    what: str,
    content: dict[str, Any],
    ref: str,
    *,
    now: datetime,
    opens: bool,
    story: AlertStory | None = None,
    evaluation_id: int | None = None,
    doubt: Message | None = None,
    jump: Message | None = None,
) -> int:
    """Put a message of a rule in the outbox for each place; returns how many will be sent.

    `ref` makes it one of a kind for the rule, `opens` tells that it begins a story. A message
    that may not go to its channel is held: kept to be seen, never sent. So is bad news by a
    number in `doubt`, and good news by one that made a `jump`, until `settle` or a person lets
    them go; while bad news waits for a place, nothing else that is bad is told there.
    """
    is_bad = what not in GOOD_NEWS
    taken = set()
    if is_bad and goal is not None:
        # Bad news that waits will say how things stand by then; good news hides nothing.
        waiting = holding.waiting(session, goal, rule)
        taken = {
            Place(row.channel_kind, row.destination) for row in waiting if row.kind not in GOOD_NEWS
        }
    queued = 0
    for place in routing.places(session, rule, goal, routing.EVENT[what]):
        if place in taken:
            continue
        opener = None if opens else _opener(session, rule, goal, story, place)
        if opener is not None and not is_bad and holding.code(opener) in _UNHEARD:
            continue
        queued += queue(
            session,
            goal,
            what,
            f"{ref}:{what}:{place.kind}:{place.destination}",
            {**content, "continues": None if opener is None else opener.dedupe_key},
            now,
            place=place,
            rule=rule,
            story=story,
            evaluation_id=evaluation_id,
            doubt=doubt if is_bad else jump,
        )
    return queued


def settle(
    session: Session, goal: Goal, verdict: Verdict, *, now: datetime, doubt: Message | None
) -> int:
    """Decide anew on alerts that wait because of their data; returns how many will be sent.

    They are sent once the number is no longer in doubt and the goal still stands as they say; else
    they go on waiting, with the reason of today. Where it stands well by now, or badly where the
    news was good, they are kept to be seen. A new status that waits for its second day lets them
    wait too. What they say is always how the goal stands.
    """
    if verdict.status not in statuses.BAD | statuses.GOOD:
        return 0
    rows = holding.waiting(session, goal)
    for row in rows:
        told = statuses.GOOD if row.kind in GOOD_NEWS else statuses.BAD
        if row.kind == "achieved":
            told = frozenset(("achieved",))
        if verdict.status not in told:
            row.error = {**(row.error or {}), "code": holding.OVERTAKEN}
        else:
            stands = facts.of_standing(standing.one(session, goal))
            row.facts = {**row.facts, "goal": stands, "doubt": _kept(doubt)}
            if doubt is not None:
                row.error = holding.doubtful(doubt)
            elif verdict.judged in told:
                row.state, row.error = "new", None
                defer(session, row, None, now)
        session.add(row)
    session.flush()
    return sum(row.state == "new" for row in rows)


def _kept(doubt: Message | None) -> dict[str, Any] | None:
    return None if doubt is None else words.to_json(doubt)


def queue(
    session: Session,
    goal: Goal | None,
    what: str,
    key: str,
    content: dict[str, Any],
    now: datetime,
    *,
    place: Place | None = None,
    rule: AlertRule | None = None,
    story: AlertStory | None = None,
    evaluation_id: int | None = None,
    doubt: Message | None = None,
    quiet: AlertRule | None = None,
) -> int:
    """Put a message in the outbox, for a goal's channel unless a place is given.

    Returns 1 if it will be sent. `key` makes it one of a kind: what is there is not put there
    again. What may not go to its place is held, and what is in doubt. In a rule's quiet hours it
    waits for their end: those of its own rule, or of `quiet`.
    """
    here = workspace_of(session)
    same = select(Outbox.id).where(col(Outbox.workspace_id) == here, col(Outbox.dedupe_key) == key)
    if session.exec(same).first() is not None:
        return 0
    if place is None:
        place = routing.PREVIEW if goal is None else routing.of_goal(session, goal)
    row = Outbox(
        id=new_id(),
        workspace_id=here,
        dedupe_key=key,
        kind=what,
        channel_kind=place.kind,
        destination=place.destination,
        goal_id=None if goal is None else goal.id,
        evaluation_id=evaluation_id,
        rule_id=None if rule is None else rule.id,
        story_id=None if story is None else story.id,
        facts=content if doubt is None else {**content, "doubt": _kept(doubt)},
        next_attempt_at=now,
        created_at=now,
    )
    kept_by = holding.reason(session, row)
    if kept_by is not None:
        row.state, row.error = "held", {"code": kept_by}
    elif doubt is not None:
        row.state, row.error = "held", holding.doubtful(doubt)
    else:
        defer(session, row, quiet if quiet is not None else rule, now)
    session.add(row)
    session.flush()
    return 1 if row.state == "new" else 0


def defer(session: Session, row: Outbox, rule: AlertRule | None, now: datetime) -> None:
    """Let a message leave now, or when its rule's quiet hours are over."""
    if rule is None and row.rule_id is not None:
        rule = session.get(AlertRule, (row.workspace_id, row.rule_id))
    leaves = now if rule is None else ruling.hours(session, rule, now).earliest(now)
    row.next_attempt_at = leaves
    row.deferred_until = leaves if leaves > now else None


def _opener(
    session: Session, rule: AlertRule, goal: Goal | None, story: AlertStory | None, place: Place
) -> Outbox | None:
    """Return the message that opened the present story at a place, None where none did."""
    mine = [] if story is None else [col(Outbox.story_id) == story.id]
    if rule.is_default and goal is not None:
        # Before there were stories, an alert was known by its goal alone.
        mine.append(and_(col(Outbox.goal_id) == goal.id, col(Outbox.rule_id).is_(None)))
    if not mine:
        return None
    statement = (
        select(Outbox)
        .where(
            col(Outbox.workspace_id) == rule.workspace_id,
            col(Outbox.channel_kind) == place.kind,
            col(Outbox.destination) == place.destination,
            col(Outbox.kind).in_(OPENERS),
            or_(*mine),
        )
        .order_by(col(Outbox.id).desc())
    )
    return session.exec(statement).first()
