"""A company whose people write Greek, so that whatever is in Latin letters is the product's own.

Its numbers are those of the sample CRM. Every question of the worksheets is answered, twice where
it repeats: once plainly, once with the last of all choices, so that the checks find something.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from sqlmodel import Session, col, select

from app import work
from app.accounts import people
from goals import workspace
from goals.alerts import review
from goals.alerts.outbox import Channel
from goals.metrics import authoring
from goals.tracking import goals
from goals.tracking.checkins import keeping
from goals.tracking.checkins.keeping import Said
from goals.tracking.drafts import Draft
from goals.tracking.goal import GoalStep
from goals.tracking.remedies import attempts
from goals.workspace import Workspace
from integrations import connections
from integrations.crm.sample import names
from strategy import reminders
from strategy.worksheets import approval, assigning, commenting, fields, items, library, saving
from strategy.worksheets import book as books
from strategy.worksheets import setting as settings
from strategy.worksheets.content import LISTS, Asked, Field

NOW = datetime(2023, 5, 20, 10, 0, tzinfo=UTC)
QUARTER = (date(2023, 4, 1), date(2023, 6, 30))
OWNER = "owner@acme.example"
CHANNEL = "C0GREEK01"
MEMBERS = (("Νίκος", "nikos@a.example", "editor"), ("Άννα", "anna@a.example", "viewer"))
#: Names in the workspace that tests begin with.
OF_BARE = ("Olga Owner", "Olga", "OO", "Acme")
FIGURES = {
    "number": ("7", "3"),
    "money": ("1500", "900"),
    "percent": ("20%", "85%"),
    "quantity": ("12", "5"),
}
#: The id of the metric that the company made itself.
OWN = "own"
#: Each kind of goal that is judged otherwise: name, metric, and the terms that differ.
GOALS: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("Πωλήσεις", "revenue", {"target_input": Decimal(27_000_000), "plan": "seasonal"}),
    ("Λίγα", "revenue", {"target_input": Decimal(100_000), "segment": {"source": "Referral"}}),
    ("Πελάτες", "new_customers", {"target_input": Decimal(28)}),
    ("Κύκλος", "sales_cycle", {"kind": "level", "direction": "down", "target_kind": "relative",
                               "target_input": Decimal("-0.1")}),
    ("Νίκες", "win_rate", {"kind": "level", "target_kind": "points",
                           "target_input": Decimal("0.04")}),
    ("Γνώμη", "nps", {"kind": "level", "target_input": Decimal(50), "baseline": Decimal(20)}),
    ("Πέρυσι", "revenue", {"target_input": Decimal(90_000_000), "first_day": date(2023, 1, 1),
                           "last_day": date(2023, 3, 31)}),
    ("Δικός μας", OWN, {"kind": "level", "target_input": Decimal(50)}),
)  # fmt: skip


def known() -> list[str]:
    """Return the names in the sample CRM, the longest first."""
    found = {word for word in _strings(vars(names)) if word and word[0].isupper()}
    # The sample CRM's own word for a kind of customer.
    found |= {one.strip() for one in names.PLACES if one} | {"business"}
    return sorted(found, key=len, reverse=True)


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, one in value.items():
            if not str(key).startswith("__"):
                yield from _strings([key, one]) if str(key)[:1].isupper() else ()
    elif isinstance(value, (tuple, list)):
        for one in value:
            yield from _strings(one)


class Writer:
    """Answers questions in Greek, each answer in a transaction of the caller's."""

    def __init__(self, session: Session, by: int, now: datetime) -> None:
        self.session, self.by, self.now = session, by, now
        self.about = settings.of(session)

    def write(self) -> None:
        """Answer every question of every section."""
        for asked in library.worksheets().asked.values():
            if asked.question.repeat is not None:
                for turn in range(2):
                    self.row(asked, turn)
            elif asked.question.of is not None:
                for turn, row in enumerate(books.load(self.session).of(asked.store)):
                    self.answer(asked, row.item, row.version, turn)
            else:
                self.answer(asked, "", 0, 0)

    def row(self, asked: Asked, turn: int) -> None:
        item = items.add_item(self.session, asked.address, by=self.by, now=self.now)
        self.answer(asked, item, 1, turn)

    def answer(self, asked: Asked, item: str, version: int, turn: int) -> None:
        rows = books.load(self.session).choosable(asked, item)
        given = {one.key: self.value(one, turn, rows) for one in asked.question.typed}
        saving.save_answer(
            self.session, asked.address, item, given, version, by=self.by, now=self.now,
            autosave=True,
        )  # fmt: skip

    def value(self, field: Field, turn: int, rows: fields.Rows) -> Any:
        if field.kind in FIGURES:
            return FIGURES[field.kind][turn]
        if field.kind == "date":
            return ("2023-04-03", "2023-05-10")[turn]
        choices = list(fields.choices(field, self.about, rows))
        if field.kind in LISTS and choices:
            return choices[:40] if turn else choices[:2]
        if choices:
            return choices[-1] if turn else choices[0]
        if field.kind in ("text", "long_text"):
            return f"Λόγος {field.key.translate(_GREEK)} {turn}"
        return [f"Γραμμή {number}" for number in (1, 2)] if field.kind in LISTS else ""


_GREEK = str.maketrans("abcdefghijklmnopqrstuvwxyz_", "αβκδεφγηιξκλμνοπθρστυβωχυζ ")


def make(site: Any) -> None:
    """Fill the workspace of a site that has an owner and nothing else."""
    with site.database.system() as system:
        place = system.exec(select(Workspace).where(col(Workspace.id) == site.here)).one()
        place.name, place.zone, place.currency = "Ακρόπολη", "Asia/Bangkok", "THB"
        system.add(place)
    with site.session() as session:
        _people(session, site.now)
        session.add(
            Channel(
                workspace_id=site.here, external_id=CHANNEL, name="κανάλι", is_on=True,
                clearance="workspace", created_at=site.now,
            )
        )  # fmt: skip
        made = connections.add(
            session, "sample", "Πηγή", settings={}, secrets={}, vault=site.wiring.vault,
            now=site.now,
        )  # fmt: skip
        work.plan(session, site.now)
        connection = made.id
    work.sync_now(site.wiring, site.here, connection)
    with site.session() as session:
        owner = people.with_email(session, OWNER)
        _goals(session, owner.id, site.now)
    for day in (date(2023, 4, 10), date(2023, 5, 18), date(2023, 5, 19), date(2023, 5, 20)):
        with site.session() as session:
            here = workspace.of(session)
            review.review(session, now=min(site.now, here.end_of(day)), today=day)
    with site.session() as session:
        Writer(session, owner.id, site.now).write()
    with site.session() as session:
        reminders.remind(session, now=site.now, today=date(2023, 5, 20))
        for address in ("proposition.usp", "crm_selection.scores"):
            commenting.add(
                session, address, "", "Είναι αλήθεια; @Όλγα", settings.of(session), by=owner.id,
                now=site.now,
            )  # fmt: skip
        assigning.assign(
            session, "proposition", str(owner.id), settings.of(session), by=owner.id, now=site.now
        )
        approval.approve(session, "Πρώτη", "Για αρχή", by=owner.id, now=site.now, allow_open=True)


def _people(session: Session, now: datetime) -> None:
    people.add_team(session, "Ομάδα", CHANNEL)
    people.add_team(session, "Άλλοι")
    for name, email, role in MEMBERS:
        people.add(session, email=email, name=name, role=role, team="Ομάδα", now=now)
    owner = people.with_email(session, OWNER)
    person = people.person_with(session, OWNER)
    assert person is not None
    person.name = "Όλγα"
    owner.team_id = people.team_named(session, "Ομάδα").id
    session.add_all([owner, person])
    session.flush()


def _goals(session: Session, owner: int, now: datetime) -> None:
    team = people.team_named(session, "Ομάδα").id
    own = authoring.Draft(
        OWN, "Δικό μας", "(revenue - 100) / max(contracts_signed, 1)", "Για τη δουλειά μας", "up"
    )
    authoring.add(session, own, by=owner, now=now)
    for name, metric, terms in GOALS:
        given: dict[str, Any] = {
            "kind": "cumulative", "direction": "up", "target_kind": "target",
            "first_day": QUARTER[0], "last_day": QUARTER[1], "owner_id": owner, "team_id": team,
            "why": "Γιατί όχι", "actions": ("Πρώτα αυτό",), **terms,
        }  # fmt: skip
        draft = Draft(name=name, metric=metric, **given)
        last = goals.add(session, draft, by=None, today=QUARTER[0], now=now)
    session.add(
        GoalStep(workspace_id=last.workspace_id, goal_id=last.id, name="Βήμα", due_on=QUARTER[1])
    )
    said = Said("50", "Αργά.", "Χρόνος", "Κι άλλο", QUARTER[1])
    keeping.add(session, last, said, by=owner, today=QUARTER[0], now=now)
    attempts.take(
        session, last, "Κλήση", owner_id=owner, due_on=QUARTER[1], by=owner, today=QUARTER[0],
        now=now,
    )  # fmt: skip
