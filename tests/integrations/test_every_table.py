"""Tables as sources, and what people enter: killed at any commit, they come to the same rows.

A table is kept with its place in one commit, so that whoever is killed before it kept nothing,
and whoever is killed behind it is done. `kill -9` is an error that nothing catches, raised at
each place where something is about to be committed, or just was.
"""

import json
import sqlite3
import sys
from collections.abc import Callable
from contextlib import closing, contextmanager
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any

import pytest
from sqlalchemy import event
from sqlmodel import Session

from goals.table import new_id
from integrations.files import by_hand
from tests.support import workbooks
from tests.support.crm import NOW, Desk
from tests.support.records import Room
from tests.support.sources import KilledError

DEALS = [
    ("external_id", "name", "stage", "status", "amount", "created_on", "closed_on"),
    *(
        (f"D{n}", f"ข้อตกลง {n}", "Won", "won", f"{n}.25", "2026-10-01", f"2026-10-{n + 10}")
        for n in range(12)
    ),
]
TAP = """
import json
for row in json.load(open({file!r})):
    print(json.dumps({{"type": "RECORD", "stream": "deal", "record": row}}))
print(json.dumps({{"type": "STATE", "value": {{"at": 1}}}}))
"""


class Still:
    """The other side, which has no clock of its own."""

    def advance(self, seconds):
        pass


class Allowed(Desk):
    """A workspace of an installation that lets sources run commands."""

    def pull(self, **options):
        return super().pull(**{"allow_commands": True, **options})


def records():
    head, *rows = DEALS
    return [dict(zip(head, row, strict=True)) for row in rows]


def of_csv(folder):
    path = folder / "deals.csv"
    path.write_text("".join(f"{','.join(one)}\n" for one in DEALS), encoding="utf-8")
    return "csv", {"path": str(path), "record": "deal"}, {}


def of_xlsx(folder):
    path = folder / "deals.xlsx"
    path.write_bytes(workbooks.workbook(*DEALS))
    return "csv", {"path": str(path), "record": "deal"}, {}


def of_sql(folder, **settings):
    path = folder / "deals.db"
    with closing(sqlite3.connect(path)) as made, made:
        made.execute(f"CREATE TABLE IF NOT EXISTS deals ({', '.join(DEALS[0])})")
        made.execute("DELETE FROM deals")
        made.executemany(f"INSERT INTO deals VALUES ({', '.join('?' * 7)})", DEALS[1:])
    settings = {"query": "SELECT * FROM deals", "record": "deal", **settings}
    return "sql", settings, {"dsn": f"sqlite:///{path}"}


def of_singer(folder):
    (folder / "rows.json").write_text(json.dumps(records()), encoding="utf-8")
    path = folder / "tap.py"
    path.write_text(TAP.format(file=str(folder / "rows.json")), encoding="utf-8")
    return "singer", {"command": f"{sys.executable} {path}"}, {}


TABLES: dict[str, Callable[..., Any]] = {
    "csv": of_csv,
    "xlsx": of_xlsx,
    "sql": of_sql,
    "sql from a watermark": partial(of_sql, watermark="external_id"),
    "singer": of_singer,
}


@contextmanager
def killed(number, when):
    """Raise what nothing catches at the commit of this number; tell whether it came to that."""
    seen = {"left": number}

    def commit(_):
        seen["left"] -= 1
        if seen["left"] == 0:
            raise KilledError

    event.listen(Session, when, commit)
    try:
        yield seen
    finally:
        event.remove(Session, when, commit)


def at_every_commit(make, work, content):
    """Kill `work` of a fresh room at each commit, do it again, and compare what is there."""
    clean = make()
    work(clean)
    whole = content(clean)
    assert whole
    for when in ("before_commit", "after_commit"):
        number = 0
        while True:
            number += 1
            room = make()
            try:
                with killed(number, when):
                    work(room)
            except KilledError:
                work(room)
                assert content(room) == whole, (when, number)
                work(room)
                assert content(room) == whole, (when, number)
                continue
            assert number > 1, "nothing was committed"
            break


@pytest.mark.parametrize("name", TABLES)
def test_a_table_that_is_killed_at_any_commit_comes_to_the_same(shop, clock, tmp_path, name):
    provider, settings, secrets = TABLES[name](tmp_path)

    def make():
        return Allowed(shop, Still(), clock, provider, settings, secrets)

    def content(desk):
        found = desk.everything_named()
        assert len(found["deal"]) == 12
        return found

    at_every_commit(make, lambda desk: desk.done(), content)


@pytest.mark.parametrize("name", TABLES)
def test_a_table_in_any_order_is_the_same(shop, clock, tmp_path, name, monkeypatch):
    def content():
        provider, settings, secrets = TABLES[name](tmp_path)
        desk = Allowed(shop, Still(), clock, provider, settings, secrets)
        desk.done()
        return desk.everything_named()

    before = content()
    head, *rows = DEALS
    monkeypatch.setattr(f"{__name__}.DEALS", [head, *reversed(rows)])
    assert content() == before


def test_what_people_enter_is_kept_whole_or_not_at_all(shop, clock):
    entries = [
        by_hand.Entry(date(2026, 10, day), Decimal(day) / 4, f"Letter {day}") for day in range(1, 9)
    ]

    def enter(room):
        with room.session() as session:
            by_hand.enter(session, "nps", entries, by=None, now=NOW)

    def content(room):
        return sorted(
            (row["day"], row["value"], row["evidence"]) for row in room.content("reading").values()
        )

    at_every_commit(lambda: Room(shop, f"Acme {new_id()}"), enter, content)
