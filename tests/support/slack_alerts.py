"""Alerts that arrived in a fake Slack, with people who may do something about them."""

from typing import Any

from sqlmodel import col, select

from goals.alerts import ruling, stories
from goals.alerts.outbox import Outbox
from goals.alerts.rule import AlertAct, AlertStory
from goals.table import new_id
from goals.tracking import facts, goals, standing
from goals.tracking.checkins.table import Checkin
from goals.tracking.goal import Goal
from goals.workspace import Member
from tests.fakes.slack.user import SlackUser
from tests.fakes.slack.world import Channel, Message
from tests.support.slack import Desk


class Alerted:
    """A goal at risk whose alert stands in a channel that is on."""

    def __init__(self, desk: Desk, name: str = "New business", **also: Any) -> None:
        self.desk = desk
        self.goal_id = desk.goal(name, **also)
        self.channel: Channel = desk.slack.add_channel("sales")
        desk.switch_on(self.channel)
        key = desk.message(self.goal_id, self.channel.id)
        with desk.session() as session:
            # As a goal that was added by its form has it.
            goals.keep_currency(session, "THB")
            [rule] = ruling.every(session, desk.moment)
            story = stories.begin(
                session,
                rule,
                str(self.goal_id),
                goal_id=self.goal_id,
                now=desk.moment,
                today=desk.moment.date(),
            )
            stories.told(session, story, "at_risk", desk.moment)
            self.story_id = story.id
            row = session.exec(
                select(Outbox).where(
                    col(Outbox.workspace_id) == desk.workspace_id, col(Outbox.dedupe_key) == key
                )
            ).one()
            row.facts = {**row.facts, "story": str(story.id)}
            row.story_id = story.id
            session.add(row)
        desk.deliver()

    @property
    def card(self) -> Message:
        """The alert as it stands in the channel."""
        return self.desk.slack.messages(self.channel)[0]

    @property
    def shown(self) -> str:
        """What the alert says now."""
        return self.desk.slack.screen_text(self.card)

    @property
    def thread(self) -> list[str]:
        """What was said in the alert's thread, the alert itself left out."""
        found = self.desk.slack.messages(self.channel, thread=self.card.ts)
        return [self.desk.slack.screen_text(one) for one in found if one.ts != self.card.ts]

    @property
    def labels(self) -> list[str]:
        """What can be pressed under the alert, menus with what they offer."""
        found = []
        for block in self.card.blocks:
            for one in block.get("elements", ()) if block["type"] == "actions" else ():
                options = [each["text"]["text"] for each in one.get("options", ())]
                label = (one.get("text") or one.get("placeholder") or {}).get("text", "")
                found.append(f"{label}: {', '.join(options)}" if options else label)
        return found

    def member(self, name: str, role: str = "commenter", **also: Any) -> SlackUser:
        """A linked member who is in the channel."""
        made = self.desk.user(self.desk.person(name, role, **also))
        self.channel.members.add(made.id)
        return made

    def stranger(self, name: str = "Eve", **also: Any) -> SlackUser:
        """Somebody in the channel whom nobody knows."""
        made = self.desk.user(self.desk.slack.add_user(name, **also))
        self.channel.members.add(made.id)
        return made

    def story(self) -> AlertStory:
        """How the story stands."""
        with self.desk.session() as session:
            return session.get_one(AlertStory, (self.desk.workspace_id, self.story_id))

    def acts(self, kind: str) -> list[str | None]:
        """What was said in the acts of a kind."""
        with self.desk.session() as session:
            statement = select(AlertAct).where(
                col(AlertAct.workspace_id) == self.desk.workspace_id, col(AlertAct.kind) == kind
            )
            return [one.text for one in session.exec(statement)]

    def change(self, **terms: Any) -> None:
        """Change fields of the goal."""
        with self.desk.session() as session:
            goal = session.get_one(Goal, (self.desk.workspace_id, self.goal_id))
            for name, value in terms.items():
                setattr(goal, name, value)
            session.add(goal)

    def end(self) -> None:
        """Let the story be over."""
        with self.desk.session() as session:
            story = session.get_one(AlertStory, (self.desk.workspace_id, self.story_id))
            stories.close(session, story, self.desk.moment)

    def owner(self) -> int | None:
        """Whose goal it is."""
        with self.desk.session() as session:
            return session.get_one(Goal, (self.desk.workspace_id, self.goal_id)).owner_id

    def checkins(self) -> list[Checkin]:
        """What was said of the goal, the first one first."""
        with self.desk.session() as session:
            statement = (
                select(Checkin)
                .where(col(Checkin.workspace_id) == self.desk.workspace_id)
                .order_by(col(Checkin.id))
            )
            return list(session.exec(statement))

    def members(self) -> dict[int, int]:
        """The members' ids, by the ids of their persons."""
        with self.desk.session() as session:
            statement = select(Member).where(col(Member.workspace_id) == self.desk.workspace_id)
            return {one.person_id: one.id for one in session.exec(statement)}

    def remind(self) -> Message:
        """Let a reminder of a check-in arrive in the channel."""
        with self.desk.session() as session:
            goal = session.get_one(Goal, (self.desk.workspace_id, self.goal_id))
            session.add(
                Outbox(
                    id=new_id(),
                    workspace_id=self.desk.workspace_id,
                    dedupe_key=f"checkin:{goal.id}:2026-11-22",
                    kind="checkin",
                    destination=self.channel.id,
                    goal_id=goal.id,
                    facts={
                        "goal": facts.of_standing(standing.one(session, goal)),
                        "checkin": {
                            "due_on": "2026-11-22",
                            "cadence": "weekly",
                            "last_on": None,
                            "confidence": None,
                        },
                        "continues": None,
                    },
                    next_attempt_at=self.desk.moment,
                    created_at=self.desk.moment,
                )
            )
        self.desk.parts.recent.pop(f"post:{self.channel.id}", None)
        self.desk.deliver()
        return self.desk.slack.messages(self.channel)[-1]
