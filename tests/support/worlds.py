"""The companies that the labelled questions are about, with a history of their numbers."""

import json
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import Any

from sqlmodel import Session, col, select

from app.db import Database
from goals import workspace
from goals.alerts import review
from goals.fiscal import FiscalCalendar
from goals.questions import aliases
from goals.records.company import Quota
from goals.records.demand import Lead
from goals.records.figures import ManualReading
from goals.records.record import DirtyDay
from goals.records.sales import Deal, Owner, Product
from goals.records.service import Activity
from goals.table import key
from goals.tracking import goals
from goals.tracking.drafts import Draft
from goals.workspace import Member, Person, Team, Workspace
from tests.support import company

DATA = Path(__file__).parent.parent / "goals" / "questions" / "data"
#: Words of the labels for metrics that are not our ids -> ours, with the variant.
METRICS: dict[str, tuple[str, dict[str, str]]] = {
    "won_revenue": ("revenue", {}),
    "net_revenue_retention": ("nrr", {}),
    "customer_retention": ("retention_rate", {}),
    "average_deal_size": ("avg_deal_size", {}),
    "leads": ("leads_new", {}),
    "first_response_time": ("resolution_time", {"resolution": "first"}),
}
Label = dict[str, Any]


@dataclass(frozen=True)
class World:
    """A company: its people, goals and numbers, and the questions about them."""

    folder: str

    @cached_property
    def its(self) -> dict[str, Any]:
        """Return what is written about the company."""
        text = (DATA / self.folder / "workspace.json").read_text(encoding="utf-8")
        found: dict[str, Any] = json.loads(text)
        return found

    @property
    def fiscal(self) -> FiscalCalendar:
        """Return the company's year."""
        named = self.its.get("fiscal_year_named", "end")
        return FiscalCalendar(self.its["fiscal_year_start_month"], named=named)

    @property
    def today(self) -> date:
        """Return the day on which the questions are asked."""
        return date.fromisoformat(self.its["today"])

    @cached_property
    def keys(self) -> dict[str, str]:
        """Return the keys of the goals by their names."""
        return {one["name"]: one["key"] for one in self.its["goals"]}

    @cached_property
    def goals(self) -> dict[str, dict[str, Any]]:
        """Return the goals by their keys."""
        return {one["key"]: one for one in self.its["goals"]}

    def window(self, goal: str) -> tuple[date, date]:
        """Return the first and last day of a goal."""
        one = self.goals[goal]
        return date.fromisoformat(one["from"]), date.fromisoformat(one["to"])

    def metric(self, goal: str) -> str:
        """Return the metric of a goal."""
        return ours(self.goals[goal]["metric"])

    def labels(self, name: str) -> list[Label]:
        """Return the labelled questions of one file, which is JSON or a line each."""
        file = DATA / self.folder / f"{name}.json"
        if file.exists():
            found: list[Label] = json.loads(file.read_text(encoding="utf-8"))
            return found
        lines = file.with_suffix(".txt").read_text(encoding="utf-8").splitlines()
        return [
            self._label(line, number)
            for number, line in enumerate(line for line in lines if not line.startswith("#"))
        ]

    def later(self, language: str) -> list[Label]:
        """Return the questions that were written later, none where there are no such."""
        if not (DATA / self.folder / f"{language}-later.txt").exists():
            return []
        many = len(self.labels(language))
        return [
            {**one, "after": one["after"] + many if one["after"] is not None else None}
            for one in self.labels(f"{language}-later")
        ]

    def _label(self, line: str, number: int) -> Label:
        """Return a label from "who | answer intent goals period, name=value | text".

        Behind // stands what is right as well. Who asks may be two words, an asker and a place.
        """
        who, said, text = line.split(" | ", 2)
        first, *others = (self._right(one.strip()) for one in said.split(" // "))
        label: Label = {**first, "text": text, "who": who, "or": others}
        label["after"] = number - 1 if who == ">" else None
        label["asker"], _, label["place"] = who.partition(" ") if " " in who else (None, "", None)
        return label

    def _right(self, said: str) -> Label:
        """Return what is expected of an answer: "answer intent goals period, name=value"."""
        expect, *rest = said.split()
        label: Label = {"expect": expect, "intent": "unknown", "goals": [], "period": None}
        for place, word in enumerate(rest):
            name, is_named, value = word.partition("=")
            if place == 0:
                label["intent"] = word
            elif set(word.split(",")) <= set(self.goals):
                label["goals"] = word.split(",")
            elif word == "negated":
                label["negated"] = True
            elif is_named and name == "filter":
                label["filter"] = value
            elif is_named and name in ("metric", "against", "people"):
                label[name] = value
            elif is_named:
                label["scope"] = self._of(name, self._whole(said, name))
            elif word in ("mine", "team", "channel", "all"):
                label["whose"] = word
            elif (
                word in ("today", "yesterday")
                or word[0].isdigit()
                or "_" in word
                or word.startswith("FY")
            ):
                label["period"] = word
        return label

    @staticmethod
    def _whole(said: str, name: str) -> str:
        return said.partition(f"{name}=")[2]

    def _of(self, kind: str, name: str) -> list[str]:
        found = [one["key"] for one in self.its["goals"] if one[kind] == name]
        assert found, (kind, name)
        return found

    def make(self, database: Database) -> int:
        """Make the company with people, goals, other words, deals and reviews; returns its id."""
        here = company.make(database, name=self.folder.title(), zone=self.its["time_zone"])
        with database.system() as system:
            found = system.get(Workspace, here)
            assert found is not None
            found.fiscal_start, found.fiscal_named = self.fiscal.start_month, self.fiscal.named
            people = {}
            for one in self.its["members"]:
                person = Person(email=one["email"], name=one["name"], created_at=company.NOW)
                system.add(person)
                system.flush()
                people[one["name"]] = person.id
        for number, name in enumerate(self.its["sellers"]):
            start = date(2025, 1, 3)
            every = self.its.get("days_between_deals", 9)
            wins = [
                (start + timedelta(days=every * n + number), 900 + n) for n in range(684 // every)
            ]
            company.win(database, here, wins, owner=name)
        with database.session(here) as session:
            self._fill(session, here, people)
            day = self.today
            review.review(session, now=workspace.of(session).end_of(day), today=day)
        return here

    def _fill(self, session: Session, here: int, people: dict[str, int]) -> None:
        teams: dict[str, int] = {}
        for one in self.its["teams"]:
            channel = next(
                (c["id"] for c in self.its["channels"] if c["team"] == one["name"]), None
            )
            team = Team(workspace_id=here, name=one["name"], channel=channel)
            session.add(team)
            session.flush()
            teams[one["name"]] = team.id
            for word in one["aliases"]:
                aliases.add(session, word, "team", team.id, company.NOW)
        members = {}
        for one in self.its["members"]:
            member = Member(
                workspace_id=here,
                person_id=people[one["name"]],
                role="editor",
                team_id=teams[one["team"]],
                sells_as=one["name"],
                created_at=company.NOW,
            )
            session.add(member)
            session.flush()
            members[one["name"]] = member.id
            for word in one["aliases"]:
                aliases.add(session, word, "member", member.id, company.NOW)
        self._sold(session, here)
        for number, one in enumerate(self.its["goals"]):
            metric, params = METRICS.get(one["metric"], (one["metric"], {}))
            first, last = self.window(one["key"])
            goal = goals.add(
                session,
                Draft(
                    name=one["name"],
                    metric=metric,
                    params=params,
                    segment={one["dimension"]: one["segment"]} if one["segment"] else {},
                    target_kind="target",
                    target_input=Decimal(5 + number),
                    first_day=first,
                    last_day=last,
                    owner_id=members[one["owner"]],
                    team_id=teams[one["team"]],
                ),
                by=None,
                today=self.today,
                now=company.NOW,
            )
            for word in (*one.get("en", ()), *one.get("th", ()), *one.get("zh", ())):
                aliases.add(session, word, "goal", goal.id, company.NOW)

    def _sold(self, session: Session, here: int) -> None:
        """Give people quotas and regions, and the numbers that nobody counts readings."""
        connection = company.connection_of(session, here).id
        for owner in session.exec(select(Owner).where(col(Owner.workspace_id) == here)):
            owner.region = self.its["regions"].get(owner.name, "EMEA")
            session.add(owner)
            session.add(
                Quota(
                    workspace_id=here,
                    connection_id=connection,
                    recorded_at=company.NOW,
                    run_id=1,
                    id=key(connection, "quota", owner.name),
                    external_id=owner.name,
                    owner_id=owner.id,
                    first_day=date(2026, 10, 1),
                    last_day=date(2026, 12, 31),
                    amount=Decimal(20000),
                )
            )
        for column in ("first_day", "last_day"):
            session.merge(
                DirtyDay(workspace_id=here, record="quota", column=column, day=date(2026, 10, 1))
            )
        self._split_by_product(session, here, connection)
        self._met(session, here, connection)
        for number in range(400):
            day = self.today - timedelta(days=2 * number)
            session.add(
                Lead(
                    workspace_id=here,
                    connection_id=connection,
                    recorded_at=company.NOW,
                    run_id=1,
                    id=key(connection, "lead", str(number)),
                    external_id=str(number),
                    created_on=day,
                    source=self.its["sources"][number % 2],
                )
            )
            session.merge(DirtyDay(workspace_id=here, record="lead", column="created_on", day=day))
        for metric, value in self.its["read"].items():
            self._read(session, here, connection, metric, Decimal(value), None)
        for metric, part in self.its.get("read_of", {}).items():
            value = Decimal(self.its["read"][metric])
            self._read(session, here, connection, metric, value, part)
        session.flush()

    def _read(
        self,
        session: Session,
        here: int,
        connection: int,
        metric: str,
        value: Decimal,
        part: dict[str, str] | None,
    ) -> None:
        """Enter a metric's value of the whole, or of a part, every so many days."""
        every = self.its.get("days_between_readings", 7)
        name = metric if part is None else f"{metric} {part}"
        for number in range(700 // every):
            day = self.today - timedelta(days=every * number)
            session.add(
                ManualReading(
                    workspace_id=here,
                    connection_id=connection,
                    run_id=1,
                    id=key(connection, "reading", f"{name}-{day}"),
                    external_id=f"{name}-{day}",
                    metric=metric,
                    day=day,
                    value=value,
                    segment=part,
                    recorded_at=datetime(day.year, day.month, day.day, 12, tzinfo=UTC),
                )
            )

    def _met(self, session: Session, here: int, connection: int) -> None:
        """Let the one who meets customers do so every third day, where there is such a one."""
        days = [self.today - timedelta(days=3 * number) for number in range(230)]
        for day in days if "meets" in self.its else ():
            session.add(
                Activity(
                    workspace_id=here,
                    connection_id=connection,
                    recorded_at=company.NOW,
                    run_id=1,
                    id=key(connection, "activity", str(day)),
                    external_id=str(day),
                    kind="meeting",
                    at=datetime(day.year, day.month, day.day, 12, tzinfo=UTC),
                    day=day,
                    owner_id=key(connection, "owner", self.its["meets"]),
                )
            )
            session.merge(DirtyDay(workspace_id=here, record="activity", column="day", day=day))

    def _split_by_product(self, session: Session, here: int, connection: int) -> None:
        """Let deals be about the company's products in turn, where it has any."""
        products = []
        for name in self.its.get("products", ()):
            products.append(key(connection, "product", name))
            session.add(
                Product(
                    workspace_id=here,
                    connection_id=connection,
                    recorded_at=company.NOW,
                    run_id=1,
                    id=products[-1],
                    external_id=name,
                    name=name,
                )
            )
        mine = select(Deal).where(col(Deal.workspace_id) == here).order_by(col(Deal.id))
        for number, deal in enumerate(session.exec(mine) if products else ()):
            deal.product_id = products[number % len(products)]
            session.add(deal)


def ours(metric: str) -> str:
    """Return our id of a metric of the labels."""
    return METRICS.get(metric, (metric, {}))[0]


AURORA, KESTREL, LOTUS = World("aurora"), World("kestrel"), World("lotus")
DENTALIS, BRIGHTPANE, FERNMILL = World("dentalis"), World("brightpane"), World("fernmill")
