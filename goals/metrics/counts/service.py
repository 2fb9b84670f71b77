"""Measures of service: tickets as they come in and are solved, and what people answer."""

from dataclasses import replace
from decimal import Decimal
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    BigInteger,
    Subquery,
    and_,
    case,
    func,
    literal,
    null,
    or_,
    select,
    type_coerce,
)
from sqlalchemy.orm import aliased
from sqlmodel import col

from goals.metrics import amounts, hours, rows
from goals.metrics.counts.measure import Measure
from goals.metrics.query import Query
from goals.metrics.rows import Base, Expression, Rows
from goals.metrics.sql import seconds
from goals.records.record import RecordVersion
from goals.records.sales import Account
from goals.records.service import SurveyAnswer, Ticket

#: Words by which sources say that a ticket needs nothing more.
DONE = ("closed", "solved", "resolved", "done", "completed")
#: The scale that a survey has where none is said: the usual one.
USUAL = {"nps": "0-10", "csat": "1-5"}
#: From which score on an answer promotes, and up to which it detracts, by scale.
BANDS = {"0-10": (9, 6), "1-5": (4, 2)}


def tickets(base: Base) -> Rows:
    """Return the living tickets."""
    return Rows(
        Ticket.__table__,  # type: ignore[attr-defined]
        and_(col(Ticket.workspace_id) == base.workspace_id, col(Ticket.deleted_at).is_(None)),
        {"owner": rows.text_of(Ticket.owner_id), **_account_dims(Ticket)},
        rows.column(Ticket.id),
    )


def answers(base: Base) -> Rows:
    """Return the living answers to surveys."""
    return Rows(
        SurveyAnswer.__table__,  # type: ignore[attr-defined]
        and_(
            col(SurveyAnswer.workspace_id) == base.workspace_id,
            col(SurveyAnswer.deleted_at).is_(None),
        ),
        _account_dims(SurveyAnswer),
        rows.column(SurveyAnswer.id),
    )


def _account_dims(record: Any) -> dict[str, Expression]:
    return {
        "account": rows.text_of(record.account_id),
        "account.region": rows.of_account(Account.region, record),
        "customer_type": rows.of_account(Account.customer_type, record),
    }


# --- Tickets ---------------------------------------------------------------------------------

_OPENED: Expression = seconds(col(Ticket.opened_at))
_SOLVED: Expression = seconds(col(Ticket.solved_at))
#: It was solved, and not opened again since.
SOLVED = and_(
    col(Ticket.solved_at).is_not(None),
    or_(col(Ticket.reopened_at).is_(None), col(Ticket.reopened_at) <= col(Ticket.solved_at)),
)
#: Somebody closed it, but nobody wrote down when.
SOLVED_SOMETIME = and_(
    col(Ticket.solved_at).is_(None), func.lower(func.coalesce(Ticket.status, "")).in_(DONE)
)
#: Its days are in order, so that it came before it went.
_STANDS = and_(
    ~SOLVED_SOMETIME,
    or_(col(Ticket.solved_on).is_(None), col(Ticket.solved_on) >= col(Ticket.opened_on)),
)


def _waited() -> Expression:
    """Return the seconds spent waiting for the customer; hours are kept in ten-thousandths."""
    return func.coalesce(amounts.units(col(Ticket.waiting_hours)), 0) * 9 // 25


def _first_solved(base: Base) -> Expression:
    """Return when a ticket was solved first, in seconds; null where nobody knows.

    A ticket that was opened again keeps only the day it was solved at last. What was known of
    it before tells when that was the first time.
    """
    text = RecordVersion.data["solved_at"].as_string()
    before = seconds(text)
    known = (
        select(func.min(before))
        .where(
            col(RecordVersion.workspace_id) == base.workspace_id,
            col(RecordVersion.record) == "ticket",
            col(RecordVersion.record_id) == col(Ticket.id),
            col(RecordVersion.valid_from) < col(Ticket.recorded_at),
            text.is_not(None),
            before <= seconds(col(Ticket.reopened_at)),
        )
        .scalar_subquery()
    )
    again = and_(
        col(Ticket.reopened_at).is_not(None), col(Ticket.reopened_at) <= col(Ticket.solved_at)
    )
    return case((again, known), else_=_SOLVED)


@lru_cache(maxsize=32)
def _spans(base: Base, resolution: str) -> Subquery:
    """Return each solved ticket with its seconds from opening to its solution.

    `began` and `ended` are the same on the clock of the workspace; `left` is the span without
    waiting for the customer.
    """
    end, waited = _SOLVED, _waited()
    if resolution == "first":
        # What was waited for later is not told apart from what was waited for before.
        end = _first_solved(base)
        waited = case((col(Ticket.reopened_at).is_(None), waited), else_=0)
    instants = (
        select(
            col(Ticket.id).label("id"),
            _OPENED.label("opened"),
            type_coerce(end, BigInteger).label("solved"),
            type_coerce(waited, BigInteger).label("waited"),
        )
        .where(col(Ticket.workspace_id) == base.workspace_id, col(Ticket.solved_at).is_not(None))
        .subquery("instants")
    )
    opened, solved = instants.c.opened, instants.c.solved
    return (
        select(
            instants.c.id,
            (solved - opened).label("span"),
            (solved - opened - instants.c.waited).label("left"),
            hours.local(opened, base.zone).label("began"),
            hours.local(solved, base.zone).label("ended"),
        )
        .where(solved >= opened + instants.c.waited)
        .subquery("spans")
    )


_REQUESTS = Measure(
    "requests",
    "ticket",
    "opened_on",
    tickets,
    rows.column(Ticket.opened_on),
    col(Ticket.id).is_not(None),
)
_CASES = replace(
    _REQUESTS,
    id="cases_in",
    only=_STANDS,
    value=amounts.ordinal(col(Ticket.opened_on)),
    unit="since",
    leaves=case((SOLVED, col(Ticket.solved_on)), else_=null()),
    came=_REQUESTS.day,
    stood=_STANDS,
)
_AT_SOLUTION = Measure(
    "solved",
    "ticket",
    "solved_on",
    tickets,
    rows.column(Ticket.solved_on),
    col(Ticket.solved_at).is_not(None),
)


def resolved(resolution: str, clock: str) -> Measure:
    """Return the hours to the last or the first solution, of the clock or of business.

    Waiting for the customer is taken off. Nobody says when that was, so business hours lose
    the same share to it as the hours of the clock do. A ticket that was solved before it was
    opened, or waited for longer than it was open, has no hours.
    """

    def timed(base: Base) -> Rows:
        spans, plain = _spans(base, resolution), tickets(base)
        source = plain.source.join(spans, spans.c.id == col(Ticket.id))
        return replace(plain, source=source)

    def spent(base: Base) -> Expression:
        one = _spans(base, resolution).c
        if clock == "calendar":
            return one.left
        worked = type_coerce(hours.between(one.began, one.ended, base), BigInteger)
        # Where no time passed, none was worked.
        share = type_coerce(worked * one.left, BigInteger)
        return func.coalesce(share // type_coerce(func.nullif(one.span, 0), BigInteger), 0)

    return replace(
        _AT_SOLUTION,
        id=f"resolved_{resolution}_{clock}",
        rows=timed,
        only=SOLVED if resolution == "full" else _AT_SOLUTION.only,
        value=spent,
        unit="hours",
    )


_TICKETS = (
    _REQUESTS,
    _CASES,
    replace(_CASES, id="cases_out", column="solved_on", day=_AT_SOLUTION.day,
            only=and_(SOLVED, _STANDS)),
    replace(_REQUESTS, id="solved_sometime", only=SOLVED_SOMETIME, seldom=True),
    _AT_SOLUTION,
    replace(_AT_SOLUTION, id="solved_for_good", only=SOLVED, seldom=True),
    resolved("full", "calendar"),
)  # fmt: skip


# --- Answers ---------------------------------------------------------------------------------

_ANSWERED = rows.column(SurveyAnswer.day)
_ANSWERS = Measure(
    "answers", "survey_answer", "day", answers, _ANSWERED, col(SurveyAnswer.id).is_not(None)
)


def _asked(kind: str, scale: str | None, answer: Any = SurveyAnswer) -> Expression:
    """Return the condition that an answer is to a kind of survey, on a scale or on any.

    Where the kind is not said, the scale tells it, and the other way round; an answer of which
    neither is said is to none.
    """
    usual = USUAL[kind]
    said = func.coalesce(answer.kind, case((answer.scale == usual, kind), else_=""))
    if scale is None:
        return said == kind
    lowest, highest = (Decimal(one) for one in scale.split("-"))
    on_it = func.coalesce(answer.scale, usual) == scale
    return and_(said == kind, on_it, answer.score >= lowest, answer.score <= highest)


def surveyed(kind: str, scale: str) -> Measure:
    """Return the answers to a kind of survey on a scale, with their scores."""
    return replace(
        _ANSWERS,
        id=f"{kind}_{scale}",
        only=_asked(kind, scale),
        value=lambda base: amounts.units(col(SurveyAnswer.score)),
        unit="points",
    )


def promoting(base: Base, query: Query, *, decided: bool = False) -> Measure:
    """Return the latest answer of each customer: 100 who promotes, -100 who detracts, else 0.

    An answer that names no customer stands for itself. `decided` counts those alone who do
    either.
    """
    scale = str(query.params["scale"])
    later: Any = aliased(SurveyAnswer)
    newer = (
        select(later.id)
        .where(
            later.workspace_id == base.workspace_id,
            later.account_id == col(SurveyAnswer.account_id),
            later.deleted_at.is_(None),
            later.day.between(query.first_day, query.last_day),
            _asked("nps", scale, later),
            or_(
                later.at > col(SurveyAnswer.at),
                and_(later.at == col(SurveyAnswer.at), later.id > col(SurveyAnswer.id)),
            ),
        )
        .correlate(SurveyAnswer)
        .exists()
    )
    promotes, detracts = (Decimal(one) for one in BANDS[scale])
    score = col(SurveyAnswer.score)
    only = and_(
        _asked("nps", scale),
        _ANSWERED.between(query.first_day, query.last_day),
        or_(col(SurveyAnswer.account_id).is_(None), ~newer),
    )
    if decided:
        only = and_(only, or_(score >= promotes, score <= detracts))
    verdict = case((score >= promotes, 100), (score <= detracts, -100), else_=0)
    return replace(
        _ANSWERS,
        id="promoting",
        only=only,
        value=lambda base: verdict,
        unit="whole",
        # Whoever answered twice counts once, in one source.
        decides=literal(query.last_day),
    )


_SURVEYS = (
    _ANSWERS,
    *(replace(_ANSWERS, id=kind, only=_asked(kind, None)) for kind in USUAL),
    surveyed("csat", USUAL["csat"]),
    surveyed("nps", USUAL["nps"]),
)

MEASURES = (*_TICKETS, *_SURVEYS)


def find(name: str) -> Measure | None:
    """Return a measure that is made when asked for, None for a name that is none of them."""
    kind, _, rest = name.partition("_")
    if kind == "resolved":
        return resolved(*rest.split("_"))
    if kind in USUAL and rest:
        return surveyed(kind, rest)
    return None
