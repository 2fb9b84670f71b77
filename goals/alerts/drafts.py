"""What a person gives to make or change a rule, checked before it becomes a row."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import time
from typing import Any

from sqlmodel import Session, col, select

from goals import names
from goals.alerts import timing
from goals.alerts.rule import KINDS, ROUTES
from goals.errors import Refusal
from goals.metrics import library
from goals.table import id_from, workspace_of
from goals.tracking.goal import Goal
from goals.tracking.terms import CHANNEL_ID
from goals.words import N_, Message
from goals.workspace import Member, Team

MOST_NAME = 120
MOST_ROUTES, MOST_STEPS = 10, 5
OWNER = "owner"


@dataclass(frozen=True)
class Number:
    """A setting of a kind of rule: what it is without a choice, its limits, whole or not."""

    usual: float
    least: float
    most: float
    whole: bool = False
    only: tuple[float, ...] = ()

    def read(self, name: str, given: object) -> float | int:
        """Return a number as given; raises Refusal for one that is none or out of its limits."""
        try:
            found = float(str(given))
        except ValueError:
            found = float("nan")
        is_one = self.least <= found <= self.most and (not self.only or found in self.only)
        if not is_one or (self.whole and found != int(found)):
            raise Refusal(
                "setting_wrong",
                N_("%(name)s is a number from %(least)s to %(most)s."),
                {"name": name, "least": self.least, "most": self.most},
                field=name,
            )
        return int(found) if self.whole else found


#: The settings of each kind of rule.
SETTINGS: Mapping[str, Mapping[str, Number]] = {
    "status_change": {},
    "recovery": {},
    "milestone": {"every": Number(0.25, 0.05, 1)},
    "pace_gap": {"gap": Number(0.1, 0.01, 0.95), "days": Number(7, 1, 45, whole=True)},
    "chance_below": {"below": Number(0.5, 0.01, 0.99), "days": Number(2, 1, 45, whole=True)},
    "stale_data": {"days": Number(1, 1, 60, whole=True)},
    "failing_source": {"hours": Number(24, 0, 720, whole=True)},
    "missed_checkin": {},
    "digest": {
        "every": Number(7, 1, 7, whole=True, only=(1, 7)),
        "weekday": Number(0, 0, 6, whole=True),
        "hour": Number(8, 0, 23, whole=True),
    },
}
#: What holds back any rule: hours of rest after an alert, and alerts in seven days.
LIMITS = {
    "cool_down": Number(0, 0, 720, whole=True),
    "weekly_most": Number(1, 1, 500, whole=True),
}
#: Kinds that are not about one goal, so that a scope says nothing to them.
WHOLE = frozenset(("stale_data", "failing_source"))


@dataclass(frozen=True)
class Draft:
    """A rule as given: texts and ids as they come, nothing checked yet."""

    name: str
    kind: str
    settings: Mapping[str, object] = field(default_factory=dict)
    goal_id: int | None = None
    team_id: int | None = None
    owner_id: int | None = None
    metric: str | None = None
    routes: Sequence[Mapping[str, str]] = ()
    quiet_from: str | None = None
    quiet_to: str | None = None
    workdays_only: bool = False
    cool_down: object = 0
    weekly_most: object | None = None
    ladder: Sequence[Mapping[str, Any]] = ()


def read(session: Session, draft: Draft) -> dict[str, Any]:
    """Return the columns of a rule; raises Refusal at the first thing that is wrong."""
    if draft.kind not in KINDS:
        raise Refusal(
            "kind_wrong",
            N_("There is no kind of rule %(kind)s."),
            {"kind": draft.kind},
            fix=Message(N_("The kinds are: %(kinds)s."), {"kinds": ", ".join(KINDS)}),
            field="kind",
        )
    start, end = _quiet(draft)
    return {
        "name": _name(draft.name),
        "kind": draft.kind,
        "settings": settings(draft.kind, draft.settings),
        **_scope(session, draft),
        "routes": _routes(session, draft),
        "quiet_from": start,
        "quiet_to": end,
        "workdays_only": bool(draft.workdays_only),
        "cool_down": int(LIMITS["cool_down"].read("cool_down", draft.cool_down)),
        "weekly_most": None
        if draft.weekly_most is None
        else int(LIMITS["weekly_most"].read("weekly_most", draft.weekly_most)),
        "ladder": _ladder(session, draft),
    }


def _name(text: str) -> str:
    called = names.clean(text)
    if not called or len(called) > MOST_NAME:
        raise Refusal(
            "name_wrong",
            N_("Give the rule a name of at most %(max)s characters."),
            {"max": MOST_NAME},
            field="name",
        )
    return called


def settings(kind: str, given: Mapping[str, object]) -> dict[str, float | int]:
    """Return the settings of a kind of rule, what is not given as it usually is.

    Raises Refusal for one that the kind does not have, or that is out of its limits.
    """
    known = SETTINGS[kind]
    for name in given:
        if name not in known:
            raise Refusal(
                "setting_unknown",
                N_("This kind of rule has no setting %(name)s."),
                {"name": name},
                fix=Message(N_("It has: %(names)s."), {"names": ", ".join(known) or "-"}),
                field="set",
            )
    return {
        name: number.read(name, given.get(name, number.usual)) for name, number in known.items()
    }


def _scope(session: Session, draft: Draft) -> dict[str, Any]:
    scope: dict[str, Any] = {
        "goal_id": draft.goal_id,
        "team_id": draft.team_id,
        "owner_id": draft.owner_id,
        "metric": draft.metric or None,
    }
    if draft.kind in WHOLE and any(one is not None for one in scope.values()):
        raise Refusal(
            "scope_wrong",
            N_("A rule about sources holds for all of them."),
            field="scope",
        )
    for table, name in ((Goal, "goal"), (Team, "team"), (Member, "owner")):
        wanted = scope[f"{name}_id"]
        if wanted is not None and not _there(session, table, wanted):
            raise Refusal("scope_unknown", N_("What the rule is about is not there."), field=name)
    if scope["metric"] is not None:
        scope["metric"] = library.find(session, scope["metric"]).id
    return scope


def _there(session: Session, table: type[Goal] | type[Team] | type[Member], wanted: int) -> bool:
    statement = select(table.id).where(
        col(table.workspace_id) == workspace_of(session), col(table.id) == wanted
    )
    return session.exec(statement).first() is not None


def _routes(session: Session, draft: Draft) -> list[dict[str, str]]:
    found: list[dict[str, str]] = []
    for one in draft.routes or ({"kind": "goal"},):
        kind, to = one.get("kind", ""), one.get("to", "").strip()
        if kind not in ROUTES:
            raise _route(N_("A message goes to a channel, a person or an address."))
        if kind == "goal":
            to = ""
        elif kind == "slack" and not CHANNEL_ID.fullmatch(to):
            raise _route(N_("A Slack channel is given by its id, such as C0123456789."))
        elif kind in ("direct", "email"):
            to = _person(session, to)
        elif kind == "webhook" and not to.startswith(("https://", "http://")):
            raise _route(N_("An address begins with https://."))
        entry = {"kind": kind, "to": to}
        if entry not in found:
            found.append(entry)
    if len(found) > MOST_ROUTES or sum(one["kind"] == "webhook" for one in found) > 1:
        raise _route(N_("A rule writes to at most ten places, one of them an address."))
    return found


def _person(session: Session, to: str) -> str:
    if to == OWNER:
        return to
    member = id_from(to)
    if member is None or not _there(session, Member, member):
        raise _route(N_("There is no such member."))
    return str(member)


def _route(text: str) -> Refusal:
    return Refusal("route_wrong", text, field="routes")


def _quiet(draft: Draft) -> tuple[str | None, str | None]:
    texts = (draft.quiet_from or "").strip(), (draft.quiet_to or "").strip()
    try:
        start, end = map(timing.wall_time, texts)
    except ValueError as error:
        raise Refusal(
            "quiet_wrong", N_("Write times of the day such as 20:00."), field="quiet_from"
        ) from error
    if (start is None) != (end is None):
        raise Refusal(
            "quiet_wrong",
            N_("Quiet hours need a beginning and an end."),
            field="quiet_to" if end is None else "quiet_from",
        )
    if start is None or end is None or start == end:
        return None, None
    return _written(start), _written(end)


def _written(at: time) -> str:
    return at.strftime("%H:%M")


def _ladder(session: Session, draft: Draft) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for one in draft.ladder:
        hours = int(Number(24, 1, 720, whole=True).read("ladder", one.get("hours")))
        if found and hours <= found[-1]["hours"]:
            raise Refusal(
                "ladder_wrong", N_("Each step of the ladder comes later than the one before."),
                field="ladder",
            )  # fmt: skip
        found.append({"hours": hours, "to": _person(session, str(one.get("to", "")))})
    if len(found) > MOST_STEPS:
        raise Refusal("ladder_wrong", N_("A ladder has at most five steps."), field="ladder")
    return found
