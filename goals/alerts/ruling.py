"""Rules of a workspace: the one that is always there, those that people make, what they cover."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session, col, select

from goals import words, workspace
from goals.alerts import drafts, timing
from goals.alerts.drafts import Draft
from goals.alerts.rule import AlertRule
from goals.alerts.timing import Hours
from goals.calendar import Period
from goals.errors import Refusal
from goals.records import holidays
from goals.table import id_from, key, workspace_of
from goals.tracking.goal import Goal
from goals.words import N_, Message

#: What the rule that is always there is called.
DEFAULT_NAME = N_("Changes of status")
#: What a rule is called by which one person follows one goal.
FOLLOWED = N_("A followed goal")
#: A rule that could not be evaluated so often in a row switches itself off.
MOST_FAILURES = 3


def every(session: Session, now: datetime) -> list[AlertRule]:
    """Return the rules of the workspace, the default one first; it is made where it is missing."""
    found = _rows(session)
    if not any(one.is_default for one in found):
        workspace.hold(session)
        found = _rows(session)
        if not any(one.is_default for one in found):
            here = workspace_of(session)
            session.add(
                AlertRule(
                    id=key(here, "alert_rule", "default"),
                    workspace_id=here,
                    name="",
                    kind="status_change",
                    is_default=True,
                    routes=[{"kind": "goal", "to": ""}],
                    created_at=now,
                    changed_at=now,
                )
            )
            session.flush()
            found = _rows(session)
    return found


def _rows(session: Session) -> list[AlertRule]:
    statement = select(AlertRule).where(
        col(AlertRule.workspace_id) == workspace_of(session), col(AlertRule.archived_at).is_(None)
    )
    return sorted(session.exec(statement), key=lambda one: (not one.is_default, one.id))


def active(session: Session, kinds: Iterable[str], now: datetime) -> list[AlertRule]:
    """Return the rules of some kinds that are switched on."""
    wanted = frozenset(kinds)
    return [one for one in every(session, now) if one.is_on and one.kind in wanted]


def name(rule: AlertRule) -> Message:
    """Return what a rule is called."""
    if not rule.name and not rule.is_default:
        return Message(FOLLOWED)
    # What a person typed is not looked up in any language.
    return Message("%(name)s", {"name": rule.name}) if rule.name else Message(DEFAULT_NAME)


def find(session: Session, text: str, now: datetime) -> AlertRule:
    """Return the rule with this id or unique name.

    Raises Refusal `unknown_rule` or `ambiguous_rule`.
    """
    found = every(session, now)
    number = id_from(text)
    chosen = [one for one in found if one.id == number] or [
        one for one in found if text in (one.name, "default" if one.is_default else one.name)
    ]
    if len(chosen) == 1:
        return chosen[0]
    if chosen:
        ids = ", ".join(str(one.id) for one in chosen)
        raise Refusal(
            "ambiguous_rule",
            N_("More than one rule is named %(name)s."),
            {"name": text},
            fix=Message(N_("Use one of these ids: %(ids)s."), {"ids": ids}),
            field="rule",
        )
    raise Refusal("unknown_rule", N_("There is no rule %(name)s."), {"name": text}, field="rule")


def add(
    session: Session,
    draft: Draft,
    *,
    by: int | None,
    now: datetime,
    is_on: bool = True,
    secrets: str | None = None,
) -> AlertRule:
    """Make a rule; raises Refusal at what is wrong."""
    columns = drafts.read(session, draft)
    _is_free(session, columns["name"], now)
    rule = AlertRule(
        workspace_id=workspace_of(session),
        is_on=is_on,
        secrets=secrets,
        created_by=by,
        created_at=now,
        changed_at=now,
        # A digest tells from now on, not what was before.
        last_on=workspace.of(session).local_day(now) if draft.kind == "digest" else None,
        **columns,
    )
    session.add(rule)
    session.flush()
    return rule


def change(
    session: Session,
    rule: AlertRule,
    draft: Draft,
    *,
    now: datetime,
    secrets: str | None = None,
) -> None:
    """Give a rule other terms, which makes another version of it; its kind stays.

    Raises Refusal at what is wrong.
    """
    columns = drafts.read(session, draft)
    if columns.pop("kind") != rule.kind:
        raise Refusal("kind_fixed", N_("The kind of a rule stays."), field="kind")
    if columns["name"] != rule.name:
        _is_free(session, columns["name"], now, but=rule)
    for column, value in columns.items():
        setattr(rule, column, value)
    rule.secrets = secrets if secrets is not None else rule.secrets
    _changed(session, rule, now)


def tune(
    session: Session, rule: AlertRule, settings: dict[str, Any], cool_down: int, now: datetime
) -> None:
    """Give a rule other settings, which makes another version of it; all else stays."""
    rule.settings, rule.cool_down = settings, cool_down
    _changed(session, rule, now)


def switch(session: Session, rule: AlertRule, on: bool, now: datetime) -> None:
    """Switch a rule on or off; why it switched itself off is forgotten."""
    if rule.is_on == on and rule.off_reason is None:
        return
    rule.is_on, rule.off_reason, rule.failures = on, None, 0
    if on and rule.kind == "digest":
        rule.last_on = workspace.of(session).local_day(now)
    _changed(session, rule, now)


def archive(session: Session, rule: AlertRule, now: datetime) -> None:
    """Take a rule out of the list; raises Refusal `default_rule` for the one that always is."""
    if rule.is_default:
        raise Refusal(
            "default_rule",
            N_("This rule is always there. Switch it off instead."),
            misused=False,
        )
    rule.archived_at, rule.is_on = now, False
    _changed(session, rule, now)


def _changed(session: Session, rule: AlertRule, now: datetime) -> None:
    rule.version += 1
    rule.changed_at = now
    session.add(rule)
    session.flush()


def _is_free(session: Session, called: str, now: datetime, but: AlertRule | None = None) -> None:
    if any(one.name == called and one is not but for one in every(session, now)):
        raise Refusal(
            "name_taken", N_("Another rule is named %(name)s."), {"name": called}, field="name"
        )


def covers(rule: AlertRule, goal: Goal) -> bool:
    """Tell whether a goal is in a rule's scope."""
    return all(
        wanted is None or wanted == has
        for wanted, has in (
            (rule.goal_id, goal.id),
            (rule.team_id, goal.team_id),
            (rule.owner_id, goal.owner_id),
            (rule.metric, goal.metric),
        )
    )


def hours(session: Session, rule: AlertRule, now: datetime, until: datetime | None = None) -> Hours:
    """Return when messages of a rule may leave, seen from an instant or any up to another one."""
    here = workspace.of(session)
    days = None
    if rule.workdays_only:
        last = here.local_day(until or now) + timedelta(days=timing.LONGEST + 1)
        days = holidays.workdays(session, Period(here.local_day(now) - timedelta(days=1), last))
    return Hours(
        here.zone, timing.wall_time(rule.quiet_from), timing.wall_time(rule.quiet_to), days
    )


def to_json(rule: AlertRule, reader: words.Reader) -> dict[str, Any]:
    """Return a rule as plain JSON; an address for programs is shown, its secret never."""

    def text(value: object) -> str | None:
        return None if value is None else str(value)

    return {
        "id": str(rule.id),
        "name": words.render(name(rule), reader),
        "kind": rule.kind,
        "on": rule.is_on,
        "default": rule.is_default,
        "version": rule.version,
        "settings": dict(rule.settings),
        "scope": {
            "goal": text(rule.goal_id),
            "team": text(rule.team_id),
            "owner": text(rule.owner_id),
            "metric": rule.metric,
        },
        "routes": [dict(one) for one in rule.routes],
        "quiet": None if rule.quiet_from is None else f"{rule.quiet_from}-{rule.quiet_to}",
        "workdays_only": rule.workdays_only,
        "cool_down": rule.cool_down,
        "weekly_most": rule.weekly_most,
        "ladder": [dict(one) for one in rule.ladder],
        "off_reason": None
        if rule.off_reason is None
        else words.render(words.from_json(rule.off_reason), reader),
    }
