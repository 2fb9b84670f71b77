"""The sample company in its small Slack: who is there, which channels, and where goals are told."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, update
from sqlmodel import Session, col, select

from app import work
from app.demo.slack.stage import Json, Stage
from app.wiring import Wiring
from goals import workspace
from goals.alerts.outbox import Channel
from goals.table import new_id, workspace_of
from goals.tracking.goal import Goal
from goals.workspace import Member, Person, Team
from integrations.slack import links, manifest
from integrations.slack.tables import SlackLink, SlackTeam

TEAM, BOT = "T0SAMPLE", "U0HEADWAY"
#: Channel by team, and those of no team: id, name, and who is in it (None: everybody).
OF_TEAMS = {
    "Sales": ("C0SALES", "sales"),
    "Marketing": ("C0MARKETING", "marketing"),
    "Service": ("C0SERVICE", "service"),
}
EVERYBODY = ("C0COMPANY", "company")
LEADERS = ("G0LEADERS", "leadership")
_OURS = [EVERYBODY[0], LEADERS[0], *(one for one, _ in OF_TEAMS.values())]


def settle(session: Session, stage: Stage, base_url: str, now: datetime) -> None:
    """Bring the workspace's members into the small Slack, and its channels into the workspace.

    What is there already stays as people left it.
    """
    here = workspace.of(session)
    statement = (
        select(Member, Person, Team.name)
        .join(Person, col(Person.id) == col(Member.person_id))
        .outerjoin(
            Team,
            (col(Team.workspace_id) == col(Member.workspace_id))
            & (col(Team.id) == col(Member.team_id)),
        )
        .where(col(Member.workspace_id) == here.id, col(Person.disabled_at).is_(None))
        .order_by(col(Member.created_at), col(Member.id))
    )
    everybody = list(session.exec(statement))
    with stage.changing() as data:
        data["team"] = {
            "id": TEAM, "name": here.name, "bot_user_id": BOT, "bot_id": "B0HEADWAY",
            "app_id": "A0HEADWAY", "home": base_url, "url": f"{base_url}/slack",
            "workspace": here.id,
        }  # fmt: skip
        data["users"] = {user_of(one): _user(one, person, here) for one, person, _ in everybody}
        for channel_id, name, kind, inside in _channels(everybody):
            there = data["channels"].get(channel_id)
            members = sorted({*inside, *(there["members"] if there else ())} & set(data["users"]))
            data["channels"][channel_id] = {
                "id": channel_id, "name": name, "kind": kind, "members": members,
            }  # fmt: skip
        for user in data["users"]:
            stage.direct(user)
        channels = list(data["channels"].values())
    for member, _, _ in everybody:
        if links.user_of(session, TEAM, member.id) != user_of(member):
            links.link(session, TEAM, user_of(member), member, now)
    _open(session, channels, now)
    for name, (channel_id, _) in OF_TEAMS.items():
        its = (col(Team.workspace_id) == here.id, col(Team.name) == name)
        session.execute(
            update(Team).where(*its, col(Team.channel).is_(None)).values(channel=channel_id)
        )


def granted(stage: Stage) -> Json:
    """Return what Slack's consent page would grant for the small Slack."""
    team = stage.data["team"]
    return {
        "team": {"id": team["id"], "name": team["name"]}, "access_token": stage.token,
        "bot_user_id": team["bot_user_id"], "bot_id": team["bot_id"],
        "scope": ",".join((*manifest.BOT_SCOPES, *manifest.OPTIONAL_SCOPES)),
    }  # fmt: skip


def user_of(member: Member) -> str:
    """Return the user that a member is in the small Slack."""
    return f"U{member.id:X}"


def _user(member: Member, person: Person, here: workspace.Workspace) -> Json:
    return {
        "id": user_of(member), "name": person.email.partition("@")[0], "real_name": person.name,
        "email": person.email, "role": member.role, "zone": here.zone,
        "locale": (person.locale or here.locale).replace("_", "-"),
    }  # fmt: skip


def _channels(
    everybody: Sequence[tuple[Member, Person, str | None]],
) -> list[tuple[str, str, str, list[str]]]:
    """Return the channels: id, name, kind, members."""
    users = [user_of(member) for member, _, _ in everybody]
    owners = [user_of(member) for member, _, _ in everybody if member.role == "owner"]
    editors = [user_of(m) for m, _, team in everybody if m.role == "editor" and team == "Sales"]
    found = [(*EVERYBODY, "public", users)]
    for team, (channel_id, name) in OF_TEAMS.items():
        inside = [user_of(member) for member, _, its in everybody if its == team]
        found.append((channel_id, name, "public", [*owners, *inside]))
    return [*found, (*LEADERS, "private", [*owners, *editors])]


def _open(session: Session, channels: Sequence[Json], now: datetime) -> None:
    """Know the channels in the workspace, switched on as an owner would."""
    here = workspace_of(session)
    there = select(Channel).where(
        col(Channel.workspace_id) == here, col(Channel.external_id).in_(_OURS)
    )
    known = {one.external_id: one for one in session.exec(there)}
    for one in channels:
        if one["kind"] == "im":
            continue
        row = known.get(one["id"])
        if row is None:
            row = Channel(
                id=new_id(), workspace_id=here, external_id=one["id"], name=one["name"],
                is_on=True, is_private=one["kind"] == "private", created_at=now,
            )  # fmt: skip
        row.members, row.members_at = one["members"], now
        session.add(row)
    session.flush()


def place_goals(session: Session) -> None:
    """Let goals without a place be told in the channel of their owner's team."""
    here = workspace_of(session)
    statement = (
        select(Goal, Team.channel)
        .join(
            Member,
            (col(Member.workspace_id) == col(Goal.workspace_id))
            & (col(Member.id) == col(Goal.owner_id)),
        )
        .join(
            Team,
            (col(Team.workspace_id) == col(Member.workspace_id))
            & (col(Team.id) == col(Member.team_id)),
        )
        .where(
            col(Goal.workspace_id) == here,
            col(Goal.channel).is_(None),
            col(Goal.team_id).is_(None),
        )
    )
    for goal, channel in session.exec(statement):
        goal.channel = channel
        session.add(goal)
    session.flush()


def tell(wiring: Wiring, stage: Stage, workspace_id: int, at: datetime) -> None:
    """Deliver what was decided on an earlier day, on that day."""
    # Nobody here is slowed down who posts on different days.
    wiring.slack.recent.clear()
    with stage.at(at):
        work.run_deliveries(wiring, workspace_id, "demo", lambda: at)


def leave(wiring: Wiring, workspace_id: int) -> None:
    """Take the small Slack out of the workspace, where a real one takes its place."""
    with wiring.database.system() as system:
        system.execute(delete(SlackTeam).where(col(SlackTeam.team_id) == TEAM))
    with wiring.database.session(workspace_id) as session:
        its = (col(SlackLink.workspace_id) == workspace_id, col(SlackLink.team_id) == TEAM)
        session.execute(delete(SlackLink).where(*its))
        of_teams = (col(Team.workspace_id) == workspace_id, col(Team.channel).in_(_OURS))
        session.execute(update(Team).where(*of_teams).values(channel=None))
        of_goals = (col(Goal.workspace_id) == workspace_id, col(Goal.channel).in_(_OURS))
        session.execute(update(Goal).where(*of_goals).values(channel=None))
        ours = (col(Channel.workspace_id) == workspace_id, col(Channel.external_id).in_(_OURS))
        session.execute(update(Channel).where(*ours).values(is_on=False))
