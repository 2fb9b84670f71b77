"""Records of every kind at random, made from the kinds' own fields, and any edits of them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from goals.records import kinds
from goals.records.field import Field
from tests.goals.metrics.company import LOADED, Company

#: Readings are entered, not counted; stage history is written as a whole, with its deal.
KINDS = tuple(name for name in kinds.KINDS if name not in ("reading", "stage_event"))
#: What is never of a deal that is in the other state.
STAGES = {"open": ("Talk", "Offer"), "won": ("Won",), "lost": ("Lost",)}
#: Words that some metric looks for, beside words that it does not know.
WORDS: dict[str, tuple[Any, ...]] = {
    "activity.kind": ("Call", "E-Mail", "Incoming call", "Meeting", "demo", "task", "whistle"),
    "activity.outcome": (None, None, "done", "no show"),
    "lead.type": (None, "mql", "sql", "iql", "trial", "?"),
    "lead.source": (None, "web", "fair", "Referral"),
    "lead_event.kind": ("mql", "sql", "trial", "call", "type"),
    "lead_event.value": (None, "sql", "12"),
    "deal.source": (None, "web", "fair"),
    "deal.lost_reason": (None, "price", "time"),
    "ticket.status": (None, "new", "Closed"),
    "account.customer_type": (None, "partner", "direct"),
    "email_event.message": ("spring", "autumn", None),
    "email_event.recipient": ("a@x.example", "b@x.example", "c@x.example", None),
    "stage.pipeline": ("Sales",),
    "stage.status": ("open",),
    "currency": (None, "USD", "USD", "EUR", "THB", "JPY"),
    "campaign": (None, "spring", "autumn"),
    "pipeline": (None, "Sales", "Partners"),
    "region": (None, "North", "South"),
    "team": (None, "A", "B"),
    "manager": (None, "Mo", "Nia"),
    "plan": (None, "Basic", "Pro"),
    "scale": (None, None, "0-10", "1-5"),
    "country": ("US", "TH"),
    "email": (None, "who@x.example"),
}
#: What a customer's own records name is there for real; the others may name what nobody knows.
REAL = {"account_id": ("purchase", "subscription")}
Row = dict[str, Any]


@dataclass
class Everything:
    """Rows of any kind for a company, over some days, of at most so many names of a kind.

    `told` is what stands: kind -> external id -> the row as it was last written.
    """

    company: Company
    draw: Random
    first: date
    last: date
    names: int = 6
    at: datetime = LOADED
    told: dict[str, dict[str, Row]] = field(default_factory=dict)

    def day(self) -> date:
        """Return any of the days."""
        return self.first + timedelta(days=self.draw.randint(0, (self.last - self.first).days))

    def row(self, record: str, name: str) -> Row:
        """Return a row of a kind, with a value or none in each of its fields."""
        kind = kinds.KINDS[record]
        made: Row = {"external_id": name}
        for one in kind.fields:
            if one.name != "external_id":
                value = self._value(record, one)
                if value is not None or not one.required:
                    made[one.column] = value
        return _SENSE.get(record, lambda everything, row: row)(self, made)

    def fill(self, count: int) -> None:
        """Write so many records of each kind, some of them stubs, undated or deleted again."""
        for record in KINDS:
            several = min(count, SCARCE.get(record, count))
            self.put(record, [self.row(record, f"{record}{n}") for n in range(several)])
        for record in KINDS:
            known = sorted(self.told[record])
            if record not in SCARCE:
                self.remove(record, self.draw.sample(known, len(known) // 12))

    def edit(self) -> None:
        """Change something: new rows, other values, records gone, a rate, or a deal's history."""
        self.at += timedelta(minutes=1)
        record = self.draw.choice(KINDS)
        known = sorted(self.told.get(record, ()))
        if known and self.draw.random() < 0.2:
            self.remove(record, [self.draw.choice(known)])
            return
        several = {f"{record}{self.draw.randrange(self.names)}" for _ in range(3)}
        rows = [self.row(record, name) for name in sorted(several)]
        if self.draw.random() < 0.3:
            rows = [self._part(one) if one["external_id"] in known else one for one in rows]
        self.put(record, rows)

    def put(self, record: str, rows: Sequence[Row]) -> None:
        """Write rows, and the histories of those that are deals."""
        self.company.write(record, rows, at=self.at)
        held = self.told.setdefault(record, {})
        for one in rows:
            held[one["external_id"]] = {**held.get(one["external_id"], {}), **one}
        if record == "deal":
            told = {one["external_id"]: self._history(held[one["external_id"]]) for one in rows}
            self.company.histories({name: one for name, one in told.items() if one}, at=self.at)

    def remove(self, record: str, names: Sequence[str]) -> None:
        """Delete records."""
        if names:
            self.company.delete(record, names, at=self.at)
        for one in names:
            del self.told[record][one]

    def _part(self, row: Row) -> Row:
        """Return a row of which only some columns are said again."""
        rest = [one for one in row if one != "external_id" and row[one] is not None]
        kept = self.draw.sample(rest, min(2, len(rest)))
        whole = {"status", "stage", "closed_on"} if "stage" in row else set()
        return {name: row[name] for name in row if name in {"external_id", *kept, *whole}}

    def _history(self, deal: Row) -> list[tuple[str, str, date]]:
        created, closed = deal.get("created_on"), deal.get("closed_on")
        if created is None:
            return []
        end = closed or self.last
        between = max((end - created).days, 0)
        steps = [("Talk", "open", created)]
        for stage in ("Offer", "Talk")[: self.draw.randrange(3)]:
            later = steps[-1][2] + timedelta(days=self.draw.randint(0, between // 3))
            steps.append((stage, "open", later))
        if deal["status"] != "open" and closed is not None:
            steps.append((deal["stage"], deal["status"], max(closed, steps[-1][2])))
        return steps

    def _value(self, record: str, one: Field) -> Any:
        told = WORDS.get(f"{record}.{one.name}")
        if told is None and one.refers_to is None:
            told = WORDS.get(one.name)
        if told is not None:
            return self.draw.choice(told)
        if one.name == "name":
            return f"{record.capitalize()} {self.draw.randrange(10**6)}"
        made = _VALUES[one.type](self, record, one)
        return made if one.required or self.draw.random() < 0.85 else None

    def _reference(self, record: str, one: Field) -> str:
        assert one.refers_to is not None
        several = min(self.names, SCARCE.get(one.refers_to, self.names))
        # The one beyond the last is known by its id alone.
        beyond = record not in REAL.get(one.column, ()) and self.draw.random() < 0.1
        return f"{one.refers_to}{several if beyond else self.draw.randrange(several)}"


def _instant(of: Everything) -> datetime:
    at = datetime.combine(of.day(), time(), UTC)
    return at + timedelta(minutes=of.draw.randrange(24 * 60))


#: Kinds of which there are few, whatever the number of the others.
SCARCE = {"owner": 8, "account": 60, "product": 5, "campaign": 4, "stage": 2, "rate": 12}
_VALUES: dict[str, Callable[[Everything, str, Field], Any]] = {
    "text": lambda of, record, one: of.draw.choice(["x", "y", "z"]),
    "code": lambda of, record, one: of.draw.choice(["EUR", "THB"]),
    "money": lambda of, record, one: Decimal(of.draw.randint(0, 90_000)) / 4,
    "number": lambda of, record, one: Decimal(of.draw.randint(0, 40)) / 4,
    "positive": lambda of, record, one: Decimal(of.draw.randint(1, 160)) / 4,
    "share": lambda of, record, one: of.draw.randrange(0, 11) / 10,
    "integer": lambda of, record, one: of.draw.randrange(40),
    "boolean": lambda of, record, one: of.draw.random() < 0.5,
    "date": lambda of, record, one: of.day(),
    "instant": lambda of, record, one: _instant(of),
    "reference": lambda of, record, one: of._reference(record, one),
    "word": lambda of, record, one: of.draw.choice(one.words),
    "status": lambda of, record, one: of.draw.choice(("won", "won", "lost", "open")),
}


# --- What makes some sense of a row ----------------------------------------------------------


def _deal(of: Everything, row: Row) -> Row:
    row["status"] = status = row.get("status") or "open"
    row["stage"] = of.draw.choice(STAGES[status])
    if status == "open":
        row["closed_on"] = None
    elif row.get("created_on") is not None and of.draw.random() < 0.95:
        row["closed_on"] = row["created_on"] + timedelta(days=of.draw.randrange(120))
    row["custom"] = of.draw.choice(({}, {"size": "big"}, {"size": "small"}))
    return row


def _named(of: Everything, row: Row) -> Row:
    """A name of its own tells a record from the others of its kind."""
    return {**row, "name": row["external_id"].capitalize()}


def _campaign(of: Everything, row: Row) -> Row:
    names = ("spring", "autumn", "summer", "winter")
    number = int(row["external_id"].removeprefix("campaign"))
    return {**row, "name": names[number % len(names)]}


def _stage(of: Everything, row: Row) -> Row:
    return {**row, "name": of.draw.choice(STAGES["open"])}


def _owner(of: Everything, row: Row) -> Row:
    return {**_named(of, row), "is_active": of.draw.random() < 0.7}


def _rate(of: Everything, row: Row) -> Row:
    # Yen have no rate at all, and the others one from a day that may come late.
    return {**row, "currency": of.draw.choice(("EUR", "THB"))}


def _ending(began: str, ended: str) -> Callable[[Everything, Row], Row]:
    def sense(of: Everything, row: Row) -> Row:
        if row.get(ended) is not None and of.draw.random() < 0.9:
            row[ended] = row[began] + timedelta(days=of.draw.randrange(200))
        return row

    return sense


def _quota(of: Everything, row: Row) -> Row:
    row["last_day"] = row["first_day"] + timedelta(days=of.draw.randrange(120))
    return row


def _subscription(of: Everything, row: Row) -> Row:
    row = _ending("started_on", "ended_on")(of, row)
    return row if row.get("due_on") is None else _ending("due_on", "renewed_on")(of, row)


def _flag(column: str, share: float) -> Callable[[Everything, Row], Row]:
    def sense(of: Everything, row: Row) -> Row:
        return {**row, column: of.draw.random() < share}

    return sense


_SENSE: dict[str, Callable[[Everything, Row], Row]] = {
    "owner": _owner,
    "account": _named,
    "product": _named,
    "campaign": _campaign,
    "stage": _stage,
    "deal": _deal,
    "rate": _rate,
    "lead": _ending("created_on", "converted_on"),
    "quota": _quota,
    "ticket": _ending("opened_at", "solved_at"),
    "subscription": _subscription,
    "purchase": _flag("is_refund", 0.15),
}
