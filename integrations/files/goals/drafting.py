"""From the values of a row to the terms of a goal, and from a goal back to its terms."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from sqlmodel import Session

from goals.errors import Refusal
from goals.metrics import readings
from goals.tracking import plan_file, terms, typed
from goals.tracking.drafts import Draft
from goals.tracking.visibility import Audience
from goals.words import N_, Message
from integrations.files.goals.columns import GOAL, parts

#: The words of refusals that are called otherwise in a file.
_COLUMNS = {"params": "set", "segment": "where", "steps": "step", "actions": "action"}


@dataclass(frozen=True)
class Hand:
    """Who brings goals in: what they may see and how they name people.

    `owner` and `team` find the id of a member by address and of a team by name, and raise
    Refusal. `load` reads the file of a plan, None where no file of this machine may be named.
    `by` is the member, None for the command line.
    """

    who: Audience
    owner: Callable[[str], int]
    team: Callable[[str], int]
    load: Callable[[Path], bytes] | None
    by: int | None
    today: date


def column_of(error: Refusal, values: Mapping[str, Any]) -> str | None:
    """Return the column at which a refusal arose."""
    name = _COLUMNS.get(error.field or "", error.field)
    if name is not None and GOAL.field(name) is None and values.get("set"):
        # What is wrong with one of the metric's own words is called by that.
        name = "set"
    return "change" if name == "target" and values.get("change") else name


def drafted(
    values: Mapping[str, Any], before: Draft | None, hand: Hand
) -> tuple[Draft, list[tuple[str | None, Refusal]]]:
    """Return the terms that a row asks for and what is wrong, each with its column.

    `before` are the terms that the goal has, None for a new one: a field that the row has no
    column for stays as it is there. The parent is not looked at.
    """
    row = _Row(values, before or Draft(name=""), before is None, hand)
    return row.draft(), row.wrong


class _Row:
    """One row on its way to a draft."""

    def __init__(self, values: Mapping[str, Any], before: Draft, is_new: bool, hand: Hand) -> None:
        self.values = values
        self.before = before
        self.is_new = is_new
        self.hand = hand
        self.told: dict[str, Any] = {}
        self.wrong: list[tuple[str | None, Refusal]] = []

    def draft(self) -> Draft:
        """Return the draft; what could not be read is as before."""
        before = self.before
        self._take("name", lambda text: {"name": text or ""})
        # A blank leaves these alone: no goal is without them.
        self._take("metric", lambda text: {"metric": text or before.metric})
        self._take("kind", lambda word: {"kind": word or before.kind})
        self._take("direction", lambda word: {"direction": word or before.direction})
        self._take("visibility", lambda word: {"visibility": word or before.visibility})
        self._take("judge", self._judge)
        self._take("set", lambda text: {"params": typed.pairs("set", _tight(text))})
        self._take("where", lambda text: {"segment": typed.pairs("where", _tight(text))})
        self._aim()
        self._take("from", lambda day: {"first_day": day})
        self._take("to", lambda day: {"last_day": day})
        self._take("commit", lambda value: {"commit": value})
        self._take("stretch", lambda value: {"stretch": value})
        self._take("low", lambda value: {"low": value})
        self._take("high", lambda value: {"high": value})
        self._take("baseline", self._baseline)
        self._take("owner", self._owner)
        self._take("team", lambda text: {"team_id": self.hand.team(text) if text else None})
        self._take("channel", lambda text: {"channel": text})
        self._take("plan", self._plan)
        self._take("why", lambda text: {"why": _same(text, before.why)})
        self._take("action", self._actions)
        self._take("done_when", lambda text: {"done_when": _same(text, before.done_when)})
        self._take("rollup", lambda word: {"rollup": word or before.rollup})
        self._take("weight", lambda value: {"weight": value or before.weight})
        self._take("every", lambda word: {"every": word})
        self._take("step", lambda text: {"steps": tuple(map(typed.step, parts(text)))})
        draft = replace(before, **self.told)
        if self.is_new:
            self._needs(draft)
        try:
            typed.check_milestone(draft.kind, steps=draft.steps, done_when=draft.done_when)
        except Refusal as error:
            self._refuse(error)
        return draft

    def _refuse(self, error: Refusal) -> None:
        self.wrong.append((column_of(error, self.values), error))

    def _take(self, column: str, read: Callable[[Any], dict[str, Any]]) -> None:
        if column not in self.values:
            return
        try:
            self.told |= read(self.values[column])
        except Refusal as error:
            self.wrong.append((column, error))

    def _aim(self) -> None:
        target, change = (self.values.get(one) for one in ("target", "change"))
        if target is not None and change:
            text = N_("The target is said twice, as a number and as a change.")
            self.wrong.append(
                ("change", Refusal("target_twice", text, fix=Message(N_("Empty one of the two."))))
            )
        elif change:
            self._take(
                "change",
                lambda text: dict(
                    zip(("target_kind", "target_input"), typed.change(text), strict=True)
                ),
            )
        elif target is not None:
            # What was typed as the whole way from nothing is the target, whatever it was called.
            self.told |= {"target_kind": "target", "target_input": target}
        elif "target" in self.values or "change" in self.values:
            kind = self.before.target_kind or "target"
            if ("target" if kind == "target" else "change") in self.values:
                self.told |= {"target_kind": "target", "target_input": None}

    def _judge(self, word: str | None) -> dict[str, Any]:
        # How a goal is judged was chosen when it began.
        return {"judge": self.before.judge if word in (None, "auto") else word}

    def _baseline(self, value: Any) -> dict[str, Any]:
        if value == self.before.baseline:
            return {}
        return {"baseline": value, "baseline_from": None, "baseline_to": None}

    def _owner(self, text: str | None) -> dict[str, Any]:
        if text:
            return {"owner_id": self.hand.owner(text)}
        if self.before.owner_id is not None:
            raise _needed("owner")
        return {}

    def _plan(self, text: str | None) -> dict[str, Any]:
        text = text or "linear"
        if "=" in text:
            return _planned(plan_file.cell(text, parts(text)))
        if self.hand.load is None and text.lower().endswith(".csv"):
            raise Refusal(
                "plan_unreadable",
                N_("A file on your computer cannot be read from here."),
                fix=Message(
                    N_("Write the points into the cell: 2026-06-30=0.4; 2026-12-31=1."),
                ),
                field="plan",
            )
        return _planned(plan_file.read(text, self.hand.load or Path.read_bytes))

    def _actions(self, text: str | None) -> dict[str, Any]:
        found = parts(text)
        there = self.before.actions
        if list(map(_plain, found)) == [_plain(one) for one in there if _plain(one)]:
            return {}
        return {"actions": tuple(found)}

    def _needs(self, draft: Draft) -> None:
        """Note what a new goal of its kind cannot do without, as `goal add` does."""
        told = {one for one, _ in self.wrong}
        needed: list[tuple[str, object]] = [("owner", draft.owner_id)]
        needed += [("from", draft.first_day), ("kind", draft.kind)]
        if draft.every is None:
            needed.append(("to", draft.last_day))
        if draft.kind != "milestone":
            needed += [("metric", draft.metric), ("direction", draft.direction)]
        if lacks_aim(draft):
            needed.append(("target", None))
        for name, value in needed:
            if value is None and name not in told and not (name == "target" and "change" in told):
                self.wrong.append((name, _needed(name)))


def lacks_aim(draft: Draft) -> bool:
    """Tell whether a goal has no number to reach although one of its kind needs it."""
    is_done = draft.kind == "milestone" and draft.metric in (None, "milestone")
    return draft.target_input is None and not is_done and draft.direction != "band"


def same(session: Session, before: Draft, after: Draft) -> bool:
    """Tell whether two drafts ask for one and the same goal."""
    if before == after:
        return True
    try:
        checked = [terms.checked(one, terms.metric_of(session, one)) for one in (before, after)]
    except Refusal:
        return False
    # What a table comes to is no part of the plan once it was held against the target.
    return checked[0] == replace(checked[1], plan_total=checked[0].plan_total)


def identified(
    session: Session, before: Draft, after: Draft
) -> tuple[Draft, list[tuple[str | None, Refusal]]]:
    """Return a draft with the number and population of the goal, and what would be others.

    Another number or population is another goal.
    """
    metric = terms.metric_of(session, after)
    has = {
        "metric": (before.metric, metric.id),
        "set": (before.params, readings.resolved(metric, after.params)),
        "where": (before.segment, after.segment),
        "kind": (before.kind, after.kind),
        "direction": (before.direction, after.direction),
    }
    wrong: list[tuple[str | None, Refusal]] = [
        (name, _another()) for name, (was, wanted) in has.items() if was != wanted
    ]
    return replace(after, metric=before.metric, params=before.params), wrong[:1]


def _planned(given: plan_file.Given) -> dict[str, Any]:
    return {"plan": given.plan, "plan_points": given.points, "plan_total": given.total}


def _another() -> Refusal:
    return Refusal(
        "goal_another",
        N_("With another number, part, kind or direction it is another goal."),
        fix=Message(N_("Give it a name or an id of its own to add it, and archive the old one.")),
    )


def _needed(name: str) -> Refusal:
    return Refusal(
        "goal_incomplete",
        N_("A goal needs %(field)s."),
        {"field": name},
        fix=Message(N_("Fill the cell.")),
    )


def _tight(text: str | None) -> Sequence[str]:
    """Return pairs without the blanks around their signs."""
    return ["=".join(one.strip() for one in part.split("=", 1)) for part in parts(text)]


def _plain(text: str) -> str:
    return "\n".join(text.strip().splitlines())


def _same(text: str | None, before: str | None) -> str | None:
    """Return a text as it is kept, where the file says the same with other line ends."""
    return before if _plain(text or "") == _plain(before or "") else text
