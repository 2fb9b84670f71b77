"""What the sample company wrote: a strategy that is approved, goals, and what came after.

The answers stand in the files of `answers`, one for each section, as they are typed. Rows have
keys of their own, by which others refer to them; people are named by their address and teams by
their names, as in a strategy that was sent as a file. "@first", "@last" and "@today" are the
ends of the quarter and the day on which the company is made, "@today-6" six days before it;
"{first+14}" is such a day within a text.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
from sqlmodel import Session

from app.accounts import people
from goals import workspace
from goals.calendar import Period
from goals.tracking import goals
from goals.tracking.goal import Goal
from strategy import proposals
from strategy.document import exchange, intake
from strategy.worksheets import approval, assigning, commenting, keeping, library
from strategy.worksheets import setting as settings
from strategy.worksheets.saving import Conflict, save_answer

FOLDER = Path(__file__).parent / "answers"
#: The strategy was written, and then approved, so many days before its quarter began.
WRITTEN, APPROVED = 9, 2
#: Goals whose plan follows past quarters, by metric.
SEASONAL = frozenset({"revenue"})

DANA, ALEX, NOK, WEI = (f"{name}@northbay.example" for name in ("dana", "alex", "nok", "wei"))

_DAY = re.compile(r"@(first|last|today)([+-]\d+)?")
_DAY_WITHIN = re.compile(r"\{(first|last|today)([+-]\d+)?\}")


@dataclass(frozen=True)
class Said:
    """A comment on a question about a row ("" where it has none)."""

    question: str
    item: str
    by: str
    text: str


#: Which goal follows an answer: question, row, field, and the name of the goal.
LINKS = (
    ("gaps.close", "proposals", "linked_goal_id", "Raise the win rate by 4 points"),
    ("gaps.close", "names", "linked_goal_id", "Bring in 900 leads this quarter"),
    ("gaps.close", "waiting", "linked_goal_id", "Shorten the sales cycle by a tenth"),
    ("retention.care", "second", "linked_goal_id", "Sell ฿27 M of new business this quarter"),
    ("retention.care", "renew", "linked_goal_id", "Sell ฿27 M of new business this quarter"),
    ("retention.care", "quiet", "linked_goal_id", "Sell ฿27 M of new business this quarter"),
    ("retention.care", "thanks", "linked_goal_id", "Referral deals worth ฿7 M"),
)
ASSIGNED = {
    "gaps": ALEX,
    "journey": WEI,
    "content_plan": WEI,
    "implementation": NOK,
    "terms": NOK,
    "data_governance": NOK,
    "competitors": ALEX,
}
COMMENTS = (
    Said(
        "proposition.usp",
        "",
        WEI,
        "May we still say “in the region”? Purline measures in the capital now.",
    ),
    Said(
        "terms.signature",
        "service",
        NOK,
        "@Dana Keller Service signs as soon as plants of partners are settled.",
    ),
    Said(
        "implementation.standing",
        "merge",
        ALEX,
        "Four of the doubles are one plant under two owners. I will decide on them.",
    ),
)


def write(session: Session, quarter: Period, now: datetime) -> None:
    """Write the whole strategy for a quarter and approve it, some days before the quarter."""
    here = workspace.of(session)
    written, approved = (
        here.end_of(quarter.first - timedelta(days=days)) - timedelta(hours=8)
        for days in (WRITTEN, APPROVED)
    )
    days = {"first": quarter.first, "last": quarter.last, "today": here.local_day(now)}
    dana = people.with_email(session, DANA).id
    file = {"headway_strategy": exchange.FORM, "answers": dict(answers(days))}
    intake.take_in(session, msgspec.json.encode(file), by=dana, now=written)
    approval.approve(session, "The new hall", None, by=dana, now=approved, allow_open=True)


def answers(days: Mapping[str, date]) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """Yield the rows of each question as a file of a strategy holds them."""
    for section in library.worksheets().sections:
        text = (FOLDER / f"{section.key}.toml").read_text(encoding="utf-8")
        for question, written in tomllib.loads(text).items():
            rows = written if isinstance(written, list) else [written]
            yield f"{section.key}.{question}", [_row(one, days) for one in rows]


def _row(written: dict[str, Any], days: Mapping[str, date]) -> dict[str, Any]:
    values = {key: _said(value, days) for key, value in written.items() if key != "item"}
    return {"item": written.get("item", ""), "values": values}


def _said(value: Any, days: Mapping[str, date]) -> Any:
    if isinstance(value, list):
        return [_said(one, days) for one in value]
    whole = _DAY.fullmatch(value)
    if whole is not None:
        return _day(whole, days).isoformat()
    return _DAY_WITHIN.sub(lambda found: _in_words(_day(found, days)), value)


def _in_words(day: date) -> str:
    return f"{day.day} {day:%B}"


def _day(found: re.Match[str], days: Mapping[str, date]) -> date:
    return days[found[1]] + timedelta(days=int(found[2] or 0))


def make_goals(session: Session, now: datetime) -> list[Goal]:
    """Make a goal of every answer that asks for a number, as the page of proposals does."""
    today = workspace.of(session).local_day(now)
    found = []
    for one in proposals.proposals(session, today=today):
        draft = proposals.placed(session, one, now=now)
        plan = "seasonal" if draft.metric in SEASONAL else "linear"
        found.append(goals.add(session, replace(draft, plan=plan), by=None, today=today, now=now))
    return found


def carry_on(session: Session, now: datetime) -> None:
    """Do what follows an approval: link goals, share out sections, talk, and change a little."""
    about = settings.of(session)
    by_name = {name: id for id, name in about.goals.items()}
    for question, item, field, name in LINKS:
        _save(session, question, item, ALEX, now, **{field: by_name[name]})
    _save(session, "readiness.data", "", NOK, now, data_clean="3")
    for section, email in ASSIGNED.items():
        member = str(people.with_email(session, email).id)
        assigning.assign(session, section, member, about, by=None, now=now)
    for one in COMMENTS:
        author = people.with_email(session, one.by).id
        commenting.add(session, one.question, one.item, one.text, about, by=author, now=now)


def _save(
    session: Session, question: str, item: str, email: str, now: datetime, **values: str
) -> None:
    there = keeping.find(session, library.worksheets().find(question), item)
    saved = save_answer(
        session,
        question,
        item,
        values,
        there.version if there is not None else 0,
        by=people.with_email(session, email).id,
        now=now,
        autosave=True,
    )
    assert not isinstance(saved, Conflict)
