"""Who may see which goal: the same rule for pages, answers, channels and hints."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, false, or_, true
from sqlmodel import col

from goals.tracking.goal import Goal


@dataclass(frozen=True)
class Viewer:
    """A member who looks; a workspace owner sees every goal."""

    member_id: int
    role: str
    team_id: int | None = None


@dataclass(frozen=True)
class Audience:
    """Everybody who would read an answer; a goal is shown only if each of them may see it.

    `clearance` stands for readers who are not known one by one: "none" (nothing), "team"
    (goals open to the workspace and those of `team_id`) or "workspace". It is None where
    `viewers` is complete.
    """

    viewers: tuple[Viewer, ...] = ()
    clearance: str | None = None
    team_id: int | None = None


#: Somebody who runs commands on the server sees what an owner sees.
OWNER = Audience(viewers=(Viewer(0, "owner"),))


def audience(viewers: Iterable[Viewer]) -> Audience:
    """Return the audience of people who are all known."""
    return Audience(viewers=tuple(viewers))


def may_see(who: Audience) -> ColumnElement[bool]:
    """Return the condition that holds for the goals an audience may see.

    Where people differ the narrower right counts: it may hide a goal that each of them
    could open alone, never show one that somebody may not see.
    """
    if who.clearance is not None:
        return _cleared(who)
    if not who.viewers:
        return false()
    plain = [one for one in who.viewers if one.role != "owner"]
    if not plain:
        return true()
    allowed: list[ColumnElement[bool]] = [col(Goal.visibility) == "workspace"]
    teams = {one.team_id for one in plain}
    if len(teams) == 1 and None not in teams:
        allowed.append(and_(col(Goal.visibility) == "team", col(Goal.team_id) == teams.pop()))
    if len(plain) == 1:
        allowed.append(col(Goal.owner_id) == plain[0].member_id)
    return or_(*allowed)


def _cleared(who: Audience) -> ColumnElement[bool]:
    if who.clearance == "workspace":
        return col(Goal.visibility) == "workspace"
    if who.clearance == "team":
        mine = and_(col(Goal.visibility) == "team", col(Goal.team_id) == who.team_id)
        return or_(col(Goal.visibility) == "workspace", mine)
    return false()


def sees(here: int, who: Audience) -> ColumnElement[bool]:
    """Return the condition for a workspace's living goals that an audience may see."""
    return and_(
        col(Goal.workspace_id) == here,
        col(Goal.archived_at).is_(None),
        may_see(who),
    )
