"""The real BottleCRM: what it has is what we have, and what moves in it becomes a history."""

import tempfile
import time
from collections import Counter
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from app import bootstrap, db, installer
from app.db import Database
from goals.metrics import readings
from goals.metrics.query import Query
from integrations import sync
from integrations.crm.bottlecrm import source
from tests.live import bottlecrm
from tests.live.bottlecrm import BottleCRM
from tests.support.crm import Desk
from tests.support.sources import killed_anywhere_comes_to_the_same

DEALS, GOALS = "/api/opportunities/?limit=1000", "/api/opportunities/goals/"


class Clock:
    """The real time, and what the proof lets pass of it."""

    hub = None
    passed = timedelta(0)

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.passed

    def advance(self, seconds: float) -> None:
        """Let time pass."""
        self.passed += timedelta(seconds=seconds)


def run(*, seed: int = 1) -> bool:
    """Install it where it can be, drive it and print what was seen; False if anything differs."""
    lacks = bottlecrm.missing()
    if lacks:
        print("  NOT RUN: this machine lacks what BottleCRM needs:")
        for one in lacks:
            print(f"    {one}")
        return False
    started = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        try:
            with bottlecrm.serving(Path(folder)) as crm:
                print(
                    f"  installed, migrated and served after {time.monotonic() - started:.0f} s",
                    flush=True,
                )
                return compare(crm, Path(folder) / "headway.db")
        except (installer.InstallError, bootstrap.BootstrapError) as error:
            print(f"  NOT RUN: BottleCRM could not be installed: {error}")
            return False


def compare(crm: BottleCRM, file: Path) -> bool:
    """Pull, move and delete deals, and compare after each."""
    url = f"sqlite:///{file}"
    db.upgrade(url)
    database = Database(url)
    try:
        desk = linked(database, crm)
        return all(
            [
                whole(desk, crm),
                moved(desk, crm),
                figures(desk, crm),
                again(desk),
                killed(lambda: linked(database, crm)),
            ]
        )
    finally:
        database.dispose()


def linked(database: Database, crm: BottleCRM) -> Desk:
    """Return one more workspace that reads the CRM."""
    return Desk(*(database, crm, Clock(), "bottlecrm"), {"base_url": crm.url}, {"token": crm.token})


def whole(desk: Desk, crm: BottleCRM) -> bool:
    """Compare deals by stage, amounts and cases after the first pull."""
    desk.done()
    there = crm.ask("GET", DEALS)["opportunities"]
    here = list(desk.rows("deal").values())
    stages = Counter(one["stage_label"] for one in there)
    same = stages == Counter(one.stage for one in here)
    same &= _sum(one["amount"] for one in there) == _sum(one.amount for one in here)
    cases = crm.ask("GET", "/api/cases/?limit=1000")["cases"]
    same &= {one["id"] for one in cases} == set(desk.rows("ticket"))
    print(f"  first pull  {len(here)} deals of {len(there)}, {len(cases)} cases: {_said(same)}")
    return bool(same)


def moved(desk: Desk, crm: BottleCRM) -> bool:
    """Make deals, win one and lose one between two pulls, and delete another."""
    other = crm.ask("GET", DEALS)["opportunities"][0]["id"]
    body = {"amount": "9000.00", "currency": "USD", "stage": "PROSPECTING"}
    before = set(desk.rows("deal"))
    for name in ("Won", "Lost"):
        crm.ask("POST", "/api/opportunities/", {**body, "name": name, "closed_on": "2026-12-31"})
    desk.later(60)
    made = {one.name: key for key, one in desk.rows("deal").items() if key not in before}
    today = datetime.now(UTC).date().isoformat()
    for name, stage in (("Won", "CLOSED_WON"), ("Lost", "CLOSED_LOST")):
        path = f"/api/opportunities/{made[name]}/"
        crm.ask("PATCH", path, {"stage": stage, "closed_on": today})
    crm.ask("DELETE", f"/api/opportunities/{other}/")
    desk.later(60)
    deals = desk.rows("deal")
    same = other not in deals and len(deals) == crm.ask("GET", DEALS)["opportunities_count"]
    for name, key in made.items():
        stages = [stage for stage, _ in desk.visits(deals[key])]
        same &= len(stages) == 2 and deals[key].status == name.lower()
        print(f"  moved       {' -> '.join(stages)}: {_said(same)}")
    print(f"  deleted     {len(deals)} deals are left in both: {_said(same)}")
    return bool(same)


def figures(desk: Desk, crm: BottleCRM) -> bool:
    """Compare what was won with the CRM's own goals, and the conversion with its own stages.

    BottleCRM reports no conversion; its goals count what was won in a period, in money and in
    deals, and its stages say which deals are won and lost.
    """
    today = datetime.now(UTC).date()
    first = date(today.year - 2, 1, 1)
    told = {}
    for kind in ("REVENUE", "DEALS_CLOSED"):
        goal = {"name": kind, "goal_type": kind, "target_value": "1", "currency": "USD"}
        span = {"period_start": first.isoformat(), "period_end": today.isoformat()}
        crm.ask("POST", GOALS, {**goal, **span, "period_type": "CUSTOM"})
    for one in crm.ask("GET", f"{GOALS}?limit=1000")["goals"]:
        if one["name"] == one["goal_type"]:
            told[one["name"]] = Decimal(str(one["progress_value"]))

    def read(metric: str) -> dict[str, Any]:
        with desk.session() as session:
            query = Query(metric, first, today, {})
            found = readings.read(session, query, today=today, now=desk.clock(), keep=False)
            return dict(found.to_json())

    revenue, rate = read("revenue")["value"], read("win_rate")
    kinds = Counter(
        one["stage_kind"]
        for one in crm.ask("GET", DEALS)["opportunities"]
        if one["closed_on"] and first.isoformat() <= one["closed_on"] <= today.isoformat()
    )
    same = [
        Decimal(str(revenue)) == told["REVENUE"],
        Decimal(rate["numerator"]) == told["DEALS_CLOSED"] == kinds["won"],
        rate["denominator"] == kinds["won"] + kinds["lost"],
    ]
    print(f"  its goals   won {revenue} ({told['REVENUE']} there): {_said(same[0])}")
    print(f"              {rate['numerator']} deals ({told['DEALS_CLOSED']}): {_said(same[1])}")
    print(
        f"  conversion  {rate['numerator']} of {rate['denominator']} that ended"
        f" ({kinds['won']} of {kinds['won'] + kinds['lost']} there): {_said(same[2])}"
    )
    return all(same)


def killed(make: Callable[[], Desk]) -> bool:
    """Kill a first pull after each of its portions, and see that the next completes it."""
    before = sync.PORTION, source.PAGE, source.AGAIN
    sync.PORTION, source.PAGE, source.AGAIN = 1, 25, 5
    try:
        killed_anywhere_comes_to_the_same(make)
        same = True
    except AssertionError as error:
        print(f"  {error}")
        same = False
    finally:
        sync.PORTION, source.PAGE, source.AGAIN = before
    print(f"  killed      at every page, then gone on: {_said(same)}")
    return same


def again(desk: Desk) -> bool:
    """Pull again and see that nothing changes."""
    found = desk.done()
    same = not any(one.created + one.updated + one.deleted for one in found.streams)
    print(f"  again       nothing changes: {_said(same)}")
    return same


def _sum(amounts: Any) -> Decimal:
    return sum((Decimal(one) for one in amounts if one is not None), Decimal(0))


def _said(same: bool) -> str:
    return "equal" if same else "DIFFERENT"
