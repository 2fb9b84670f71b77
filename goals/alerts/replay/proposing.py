"""Other settings that would have been clearly better, proposed to a person and never taken alone.

The caller commits.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from goals import words
from goals.alerts import ruling
from goals.alerts.drafts import LIMITS
from goals.alerts.replay import saying
from goals.alerts.replay.past import Replay
from goals.alerts.replay.score import Score
from goals.alerts.rule import AlertRule, RuleTuning
from goals.errors import Refusal
from goals.words import N_, Message

#: Nothing is proposed from fewer firings whose goals have ended, or fewer goals that were missed.
FIRINGS, MISSED = 5, 3
#: Clearly fewer false alarms: so many, and at least this share of them.
FEWER, SHARE = 2, 0.25

_QUIETER = N_(
    "With “%(settings)s” it would have caught as many missed goals (%(caught)s of %(missed)s) with"
    " %(after)s false alarms instead of %(before)s."
)
_SHARPER = N_(
    "With “%(settings)s” it would have caught %(after)s of %(missed)s missed goals instead of"
    " %(before)s, with no more false alarms."
)


@dataclass(frozen=True)
class Proposal:
    """Settings in place of those that a rule has, and why."""

    settings: Mapping[str, Any]
    why: Message


def of(found: Replay) -> Proposal | None:
    """Return the best of the settings that would have been clearly better, None for none.

    Better is as many missed goals caught with clearly fewer false alarms, or more of them caught
    with no more false alarms. Too little that has ended proposes nothing.
    """
    now = found.score
    ended = len(now.firings) - now.open
    if now.caught is None or ended < FIRINGS or now.missed < MISSED:
        return None
    better = [one for one in found.tried if _is_better(one[1], now)]
    if not better:
        return None
    settings, then = max(better, key=lambda one: _worth(one[1]))
    called = saying.named(found.rule.kind, settings, found.rule.cool_down)
    told: dict[str, object] = {"settings": called, "missed": now.missed}
    if then.caught == now.caught:
        told |= {"caught": then.caught, "after": then.false_alarms, "before": now.false_alarms}
        return Proposal(settings, Message(_QUIETER, told))
    told |= {"after": then.caught, "before": now.caught}
    return Proposal(settings, Message(_SHARPER, told))


def _is_better(then: Score, now: Score) -> bool:
    caught, had = then.caught or 0, now.caught or 0
    false, were = then.false_alarms or 0, now.false_alarms or 0
    if caught > had:
        return false <= were
    return caught == had and were - false >= max(FEWER, SHARE * were)


def _worth(one: Score) -> tuple[int, int, float]:
    return one.caught or 0, -(one.false_alarms or 0), one.lead_days or 0.0


def take(
    session: Session, rule: AlertRule, proposal: Proposal, *, by: int | None, now: datetime
) -> RuleTuning:
    """Give a rule the settings of a proposal, and keep who took it and why."""
    tuning = RuleTuning(
        workspace_id=rule.workspace_id,
        rule_id=rule.id,
        before=_of_rule(rule),
        after=_with(rule, proposal.settings),
        why=words.to_json(proposal.why),
        by_id=by,
        at=now,
    )
    session.add(tuning)
    _set(session, rule, tuning.after, now)
    return tuning


def undo(
    session: Session, rule: AlertRule, tuning: RuleTuning, *, by: int | None, now: datetime
) -> None:
    """Give a rule back the settings that it had before a proposal was taken.

    Raises Refusal `changed_since` where it has been changed in another way since.
    """
    if tuning.undone_at is not None:
        return
    if _of_rule(rule) != tuning.after:
        raise Refusal(
            "changed_since",
            N_("The rule was changed since. Change it by its fields."),
            misused=False,
        )
    tuning.undone_by, tuning.undone_at = by, now
    session.add(tuning)
    _set(session, rule, tuning.before, now)


def taken(session: Session, rule: AlertRule) -> list[RuleTuning]:
    """Return the proposals that were taken for a rule, the latest first."""
    statement = (
        select(RuleTuning)
        .where(
            col(RuleTuning.workspace_id) == rule.workspace_id, col(RuleTuning.rule_id) == rule.id
        )
        .order_by(col(RuleTuning.at).desc(), col(RuleTuning.id).desc())
    )
    return list(session.exec(statement))


def _of_rule(rule: AlertRule) -> dict[str, Any]:
    return {**rule.settings, "cool_down": rule.cool_down}


def _with(rule: AlertRule, settings: Mapping[str, Any]) -> dict[str, Any]:
    return {**_of_rule(rule), **settings}


def _set(session: Session, rule: AlertRule, values: Mapping[str, Any], now: datetime) -> None:
    own = {name: value for name, value in values.items() if name not in LIMITS}
    ruling.tune(session, rule, own, int(values["cool_down"]), now)
