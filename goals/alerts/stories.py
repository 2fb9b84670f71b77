"""Stories that rules tell: begun, taken on, put off, commented, over.

The caller commits. Whoever looks for a running story and begins one holds the workspace, so
that there is one at a time.
"""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from sqlmodel import Session, col, func, select

from goals.alerts.rule import AlertAct, AlertRule, AlertStory
from goals.errors import Refusal
from goals.table import workspace_of
from goals.words import N_

#: A comment holds at most so many characters.
MOST_TEXT = 2000
#: Nothing is put off for longer.
LONGEST_SNOOZE = timedelta(days=90)
#: What is kept beside "opened" where a story goes on that was thought to be over.
AGAIN = "again"


class Kept:
    """The stories of a rule as they are kept; those that begin are about `goal_id` (None: none)."""

    def __init__(self, session: Session, rule: AlertRule, goal_id: int | None) -> None:
        self.session, self.terms, self.goal_id = session, rule, goal_id

    def begin(self, subject: str, now: datetime, today: date) -> AlertStory:
        """Begin a story; it waits until it is told."""
        about = self.goal_id
        return begin(self.session, self.terms, subject, goal_id=about, now=now, today=today)

    def told(self, story: AlertStory, word: str, now: datetime) -> None:
        """Keep that a story was told, and what was told last."""
        told(self.session, story, word, now)

    def close(self, story: AlertStory, now: datetime) -> None:
        """End a story."""
        close(self.session, story, now)

    def ended(self, subject: str) -> datetime | None:
        """Return when the latest story about a subject that was told ended, None for none."""
        return last_closed(self.session, self.terms, subject)

    def told_since(self, since: datetime) -> list[datetime]:
        """Return when stories were first told after an instant, the oldest first."""
        return told_since(self.session, self.terms, since)


def running(session: Session, rule: AlertRule, subject: str) -> AlertStory | None:
    """Return the story of a rule and subject that is not over, None where there is none."""
    statement = (
        select(AlertStory)
        .where(
            col(AlertStory.workspace_id) == rule.workspace_id,
            col(AlertStory.rule_id) == rule.id,
            col(AlertStory.subject) == subject,
            col(AlertStory.state) != "closed",
        )
        .order_by(col(AlertStory.id).desc())
    )
    return session.exec(statement).first()


def all_running(session: Session, rule: AlertRule) -> list[AlertStory]:
    """Return the stories of a rule that are not over."""
    statement = select(AlertStory).where(
        col(AlertStory.workspace_id) == rule.workspace_id,
        col(AlertStory.rule_id) == rule.id,
        col(AlertStory.state) != "closed",
    )
    return list(session.exec(statement))


def last_closed(session: Session, rule: AlertRule, subject: str) -> datetime | None:
    """Return when the latest story of a rule and subject that was told ended, None for none."""
    statement = select(func.max(AlertStory.closed_at)).where(
        col(AlertStory.workspace_id) == rule.workspace_id,
        col(AlertStory.rule_id) == rule.id,
        col(AlertStory.subject) == subject,
        col(AlertStory.told_at).is_not(None),
    )
    return session.exec(statement).one()


def told_since(session: Session, rule: AlertRule, since: datetime) -> list[datetime]:
    """Return when stories of a rule were first told from an instant on, the oldest first."""
    statement = (
        select(AlertStory.told_at)
        .where(
            col(AlertStory.workspace_id) == rule.workspace_id,
            col(AlertStory.rule_id) == rule.id,
            col(AlertStory.told_at) > since,
        )
        .order_by(col(AlertStory.told_at))
    )
    return [at for at in session.exec(statement) if at is not None]


def begin(
    session: Session,
    rule: AlertRule,
    subject: str,
    *,
    goal_id: int | None,
    now: datetime,
    today: date,
) -> AlertStory:
    """Begin a story; it waits until it is told."""
    story = AlertStory(
        workspace_id=rule.workspace_id,
        rule_id=rule.id,
        subject=subject,
        goal_id=goal_id,
        state="waiting",
        opened_on=today,
        opened_at=now,
    )
    session.add(story)
    session.flush()
    note(session, story, "opened", now)
    return story


def told(session: Session, story: AlertStory, word: str, now: datetime) -> None:
    """Keep that a story was told, and what was told last."""
    if story.told_at is None:
        story.told_at = now
    if story.state == "waiting" or (story.state == "snoozed" and story.snoozed_until is None):
        story.state = "firing"
    story.word = word
    session.add(story)
    note(session, story, "told", now, text=word or None)


def close(session: Session, story: AlertStory, now: datetime) -> None:
    """End a story."""
    story.state, story.closed_at, story.wake_at = "closed", now, None
    session.add(story)
    note(session, story, "closed", now)


def acknowledge(session: Session, story: AlertStory, *, by: int | None, now: datetime) -> bool:
    """Let a member take a story on, which ends its ladder; False where that was done before.

    Raises Refusal `story_over` for one that is over.
    """
    _is_running(story)
    if story.state == "acknowledged":
        return False
    story.state, story.acknowledged_by, story.acknowledged_at = "acknowledged", by, now
    story.snoozed_until = story.wake_at = None
    session.add(story)
    note(session, story, "acknowledged", now, by=by)
    return True


def snooze(
    session: Session, story: AlertStory, until: datetime, *, by: int | None, now: datetime
) -> None:
    """Put a story off: until then nothing is told of it but that it is over.

    Raises Refusal `story_over`, or `until` for an instant that is past or too far away.
    """
    _is_running(story)
    if not now < until <= now + LONGEST_SNOOZE:
        raise Refusal(
            "until",
            N_("Choose a time within the next 90 days."),
            field="until",
        )
    story.state, story.snoozed_until, story.wake_at = "snoozed", until, until
    session.add(story)
    note(session, story, "snoozed", now, by=by, text=until.isoformat())


def comment(
    session: Session, story: AlertStory, text: str, *, by: int | None, now: datetime
) -> AlertAct:
    """Keep what a member says to a story; raises Refusal `comment` for none or too much."""
    said = text.strip()
    if not said:
        raise Refusal("comment", N_("Write a comment."), field="text")
    if len(said) > MOST_TEXT:
        raise Refusal(
            "comment",
            N_("Use at most %(max)s characters."),
            {"max": MOST_TEXT},
            field="text",
        )
    return note(session, story, "comment", now, by=by, text=said)


def note(
    session: Session,
    story: AlertStory,
    kind: str,
    now: datetime,
    *,
    by: int | None = None,
    text: str | None = None,
) -> AlertAct:
    """Keep something that happened in a story."""
    act = AlertAct(
        workspace_id=story.workspace_id, story_id=story.id, kind=kind, text=text, by_id=by, at=now
    )
    session.add(act)
    session.flush()
    return act


def acts(session: Session, stories: Iterable[AlertStory]) -> list[AlertAct]:
    """Return what happened in some stories, the oldest first."""
    statement = (
        select(AlertAct)
        .where(
            col(AlertAct.workspace_id) == workspace_of(session),
            col(AlertAct.story_id).in_([one.id for one in stories]),
        )
        .order_by(col(AlertAct.at), col(AlertAct.id))
    )
    return list(session.exec(statement))


def find(session: Session, story_id: int) -> AlertStory | None:
    """Return a story by its id, held until the transaction ends; None where there is none."""
    statement = select(AlertStory).where(
        col(AlertStory.workspace_id) == workspace_of(session), col(AlertStory.id) == story_id
    )
    return session.exec(statement.with_for_update()).first()


def of_goal(session: Session, goal_id: int) -> list[AlertStory]:
    """Return the running stories of a goal that were told, the oldest first."""
    statement = (
        select(AlertStory)
        .where(
            col(AlertStory.workspace_id) == workspace_of(session),
            col(AlertStory.goal_id) == goal_id,
            col(AlertStory.state).in_(("firing", "acknowledged", "snoozed")),
        )
        .order_by(col(AlertStory.id))
    )
    return list(session.exec(statement))


def told_of(session: Session, goal_id: int) -> list[AlertStory]:
    """Return every story of a goal that was told, over or not, the oldest first."""
    statement = (
        select(AlertStory)
        .where(
            col(AlertStory.workspace_id) == workspace_of(session),
            col(AlertStory.goal_id) == goal_id,
            col(AlertStory.told_at).is_not(None),
        )
        .order_by(col(AlertStory.id))
    )
    return list(session.exec(statement))


def _is_running(story: AlertStory) -> None:
    if story.state == "closed":
        raise Refusal("story_over", N_("This alert is over."), misused=False)
