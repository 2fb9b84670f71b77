"""How far the open deals of a goal reach: coverage, commit, weighted, and what closes its gap."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import and_, func, select
from sqlmodel import Session, col

from goals.errors import Refusal
from goals.metrics import catalogue, keeping, notes, readings, recipes, stage_odds
from goals.metrics import refresh as rollups
from goals.metrics.figures import forecast
from goals.metrics.formulas import Figure
from goals.metrics.notes import Note
from goals.metrics.query import Query
from goals.metrics.recipes import money
from goals.metrics.result import Result
from goals.metrics.scope import scope_of
from goals.records.sales import Account, Deal, Owner, StageEvent
from goals.table import workspace_of
from goals.tracking.selling import choosing
from goals.tracking.standing import Standing
from goals.words import N_, Message

#: Metrics to which every deal that is won adds, and whether by its amount.
ADDED_TO = {"revenue": True, "contracts_signed": False}
#: What is read, by name: the metric (None: the goal's own) and its parameters.
_READ: dict[str, tuple[str, dict[str, str]]] = {
    "open": ("forecast", {"odds": "full", "part": "open"}),
    "weighted": ("forecast", {"odds": "history", "part": "open"}),
    "commit": ("forecast", {"odds": "commit"}),
}


@dataclass(frozen=True)
class Candidate:
    """An open deal that is due by the end of the goal's window.

    `worth` is what it would add to the goal, None where that is not known; `chance` how often
    such deals were won here, None for too few. `is_late` tells that its expected close has
    passed, `is_stale` that it stands in its stage longer than nearly all that were won.
    """

    id: int
    name: str
    account: str | None
    owner: str | None
    stage: str | None
    age: int | None
    closes_on: date
    amount: Decimal | None
    worth: Decimal | None
    chance: float | None
    url: str | None
    is_late: bool
    is_stale: bool
    is_commit: bool
    is_fewest: bool = False
    is_likeliest: bool = False

    @property
    def expected(self) -> Decimal | None:
        """Return the worth times the chance, None where either is not known."""
        if self.worth is None or self.chance is None:
            return None
        return self.worth * Decimal(str(self.chance))


@dataclass(frozen=True)
class Reach:
    """How far the open deals of a goal reach on a day; amounts are in the goal's unit.

    `gap` is what is missing to the target (None without a target), `open` what the open deals
    due in the rest of the window are worth, `weighted` that by the own win rate of each stage
    (None for a number of deals), `commit` what was won and what the CRM's category commits to
    (None: the CRM has no such category), `rate` the share of deals won in the last 365 days.
    """

    unit: str
    currency: str | None
    target: Decimal | None
    won: Result
    open: Result
    weighted: Result | None
    commit: Result | None
    rate: Result
    candidates: Sequence[Candidate] = field(default_factory=tuple)
    fewest: int | None = None

    @property
    def gap(self) -> Decimal | None:
        """Return what is missing to the target, 0 where nothing is; None without a target."""
        if self.target is None:
            return None
        return max(Decimal(), self.target - (self.won.value or Decimal()))

    @property
    def worth(self) -> Decimal:
        """Return what the open deals would add."""
        return worth_of(self.open.figure, self.unit)

    @property
    def coverage(self) -> Decimal | None:
        """Return how often the open deals cover the gap, None where nothing is missing."""
        return self.worth / self.gap if self.gap else None

    @property
    def needed(self) -> Decimal | None:
        """Return the coverage that the own win rate asks for; None for too few closed deals."""
        rate = self.rate.value
        return 1 / rate if rate and self.rate.figure.n >= notes.SMALL else None

    @property
    def left(self) -> Decimal | None:
        """Return what is missing even if every open deal is won, None where they would do."""
        return self.gap - self.worth if self.gap is not None and self.gap > self.worth else None

    @property
    def committed(self) -> Decimal | None:
        """Return what was won with what the CRM's category commits to, in the goal's unit."""
        return None if self.commit is None else worth_of(self.commit.figure, self.unit)

    @property
    def notes(self) -> list[Note]:
        """Return what to know about the open deals that were counted."""
        return [one for one in self.open.notes if one.code != "partial"]

    def to_json(self) -> dict[str, Any]:
        """Return the answer of the command."""
        return {
            "unit": self.unit,
            "currency": self.currency,
            "target": self.target,
            "actual": _part(self.won.value, self.won),
            "gap": self.gap,
            "open": {**_part(self.worth, self.open), "n": self.open.figure.n},
            "coverage": self.coverage,
            "needed_coverage": self.needed,
            "win_rate": _part(self.rate.value, self.rate),
            "weighted": None
            if self.weighted is None
            else _part(self.weighted.value, self.weighted),
            "commit_crm": None if self.commit is None else _part(self.committed, self.commit),
            "left": self.left,
            "fewest": self.fewest,
            "deals": [
                {
                    "id": str(one.id),
                    "name": one.name,
                    "account": one.account,
                    "owner": one.owner,
                    "stage": one.stage,
                    "age": one.age,
                    "closes_on": one.closes_on,
                    "amount": one.amount,
                    "chance": one.chance,
                    "expected": one.expected,
                    "late": one.is_late,
                    "stale": one.is_stale,
                    "fewest": one.is_fewest,
                    "likeliest": one.is_likeliest,
                    "url": one.url,
                }
                for one in self.candidates
            ],
        }


def _part(value: Decimal | None, result: Result) -> dict[str, Any]:
    return {"value": value, "receipt": result.receipt}


def worth_of(figure: Figure, unit: str) -> Decimal:
    """Return what deals add to a goal: their amounts, or their number."""
    return Decimal(figure.n) if unit == "count" else figure.value or Decimal()


def unfit(one: Standing) -> Message | None:
    """Return why open deals say nothing about a goal, None where they do."""
    if one.goal.metric not in ADDED_TO or one.goal.kind != "cumulative":
        return Message(
            N_(
                "Open deals can be added up for goals on revenue or on contracts signed that grow "
                "over their window. This one is a level, a rate or counts something else."
            )
        )
    if one.terms.target_value is None:
        return Message(N_("The goal has no target yet."))
    return None


def of(
    session: Session, one: Standing, *, today: date, now: datetime, listed: bool = True
) -> Reach:
    """Return how far the open deals of a goal reach, with the deals themselves unless not `listed`.

    What is read is kept with its receipt. Raises Refusal for a part of the goal to which open
    deals cannot be narrowed.
    """
    why_not = unfit(one)
    if why_not is not None:
        raise Refusal("pipeline_unfit", why_not.id, misused=False)
    first, last = one.terms.first_day, one.terms.last_day
    where = one.goal.segment
    asked = {
        "won": Query(one.goal.metric, first, last, one.goal.params, where),
        "rate": Query("win_rate", today - timedelta(days=364), today, {}, where),
        **{name: Query(id_, first, last, given, where) for name, (id_, given) in _READ.items()},
    }
    if not _commits(session, first, last):
        del asked["commit"]
    read = readings.read_all(session, list(asked.values()), today=today, now=now)
    kept = {
        name: keeping.keep(session, result, now=now)
        for name, result in zip(asked, read, strict=True)
    }
    is_money = ADDED_TO[one.goal.metric]
    found = Reach(
        unit="money" if is_money else "count",
        currency=kept["open"].currency if is_money else None,
        target=one.terms.target_value,
        won=kept["won"],
        open=kept["open"],
        weighted=kept["weighted"] if is_money else None,
        commit=kept.get("commit"),
        rate=kept["rate"],
    )
    return _with_deals(session, one, found, asked["open"], today) if listed else found


def _commits(session: Session, first: date, last: date) -> bool:
    """Tell whether any open deal has a forecast category that its owner gave it in the CRM."""
    statement = (
        select(col(Deal.id))
        .where(
            col(Deal.workspace_id) == workspace_of(session),
            col(Deal.deleted_at).is_(None),
            col(Deal.status) == "open",
            func.coalesce(forecast.category(), "") != "",
        )
        .limit(1)
    )
    return session.execute(statement).first() is not None


def _with_deals(session: Session, one: Standing, found: Reach, query: Query, today: date) -> Reach:
    every = _candidates(session, query, today, is_money=found.unit == "money")
    gap = found.gap
    counted = [place for place, each in enumerate(every) if not each.is_late and each.worth]
    worth = [every[place].worth or Decimal() for place in counted]
    chances = [every[place].chance for place in counted]
    fewest = choosing.fewest(worth, gap) if gap else None
    likeliest = choosing.likeliest(worth, chances, gap) if gap else None
    in_fewest = {counted[place] for place in fewest or ()}
    in_likeliest = {counted[place] for place in likeliest or ()}
    marked = [
        replace(each, is_fewest=place in in_fewest, is_likeliest=place in in_likeliest)
        for place, each in enumerate(every)
    ]
    marked.sort(key=_first)
    return replace(found, candidates=marked, fewest=None if fewest is None else len(fewest))


def _first(one: Candidate) -> tuple[Any, ...]:
    """Return the place of a deal: the likeliest, the fewest, then by what is expected of it."""
    expected = one.expected if one.expected is not None else one.worth or Decimal()
    return one.is_late, not one.is_likeliest, not one.is_fewest, -expected, one.name, one.id


def _candidates(session: Session, query: Query, today: date, *, is_money: bool) -> list[Candidate]:
    metric, params = catalogue.resolve(query.metric, query.params)
    asked = replace(query, params=params, matured=today)
    subjects = recipes.of(metric.id, params).subjects
    scope = scope_of(session, rollups.base_of(session), asked.where, None, subjects)
    entered = (
        select(func.min(col(StageEvent.entered_on)))
        .where(
            col(StageEvent.workspace_id) == workspace_of(session),
            col(StageEvent.deal_id) == col(Deal.id),
            col(StageEvent.stage) == col(Deal.stage),
            col(StageEvent.deleted_at).is_(None),
        )
        .scalar_subquery()
    )
    columns = (
        Deal.id, Deal.name, Deal.external_id, Deal.account_id, Deal.owner_id, Deal.stage,
        Deal.created_on, Deal.expected_close_on, Deal.url, entered,
    )  # fmt: skip
    rows = session.execute(forecast.due(scope, asked, *columns)).all()
    owners = _names(session, Owner, {row[7] for row in rows})
    accounts = _names(session, Account, {row[6] for row in rows})
    odds = stage_odds.of(session, today)
    found = []
    for row in rows:
        units, late, commit, id_, name, external, account, owner, stage, created, due, url, in_ = (
            row
        )
        since = in_ or created
        age = None if since is None else max(0, (today - since).days)
        amount = None if units is None else money(int(units))
        found.append(
            Candidate(
                id=id_,
                name=name or external,
                account=accounts.get(account),
                owner=owners.get(owner),
                stage=stage,
                age=age,
                closes_on=due,
                amount=amount,
                worth=amount if is_money else Decimal(1),
                chance=odds.chance(stage, age),
                url=url,
                is_late=bool(late),
                is_stale=odds.is_stale(stage, age),
                is_commit=bool(commit),
            )
        )
    return found


def _names(session: Session, table: Any, ids: set[int | None]) -> Mapping[int | None, str]:
    wanted = [one for one in ids if one is not None]
    if not wanted:
        return {}
    statement = select(col(table.id), col(table.name)).where(
        and_(col(table.workspace_id) == workspace_of(session), col(table.id).in_(wanted))
    )
    return dict(session.execute(statement).all())
