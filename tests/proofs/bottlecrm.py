"""The real BottleCRM: what it has is what we have, and what moves in it becomes a history."""

import tempfile
import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from app import bootstrap, db, installer
from app.db import Database
from tests.live import bottlecrm
from tests.live.bottlecrm import BottleCRM
from tests.support.crm import Desk

DEALS = "/api/opportunities/?limit=1000"


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
                print(f"  installed, migrated and served after {time.monotonic() - started:.0f} s")
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
        desk = Desk(
            *(database, crm, Clock(), "bottlecrm"), {"base_url": crm.url}, {"token": crm.token}
        )
        return all([whole(desk, crm), moved(desk, crm), again(desk)])
    finally:
        database.dispose()


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
    """Make a deal, win it between two pulls, and delete another."""
    other = crm.ask("GET", DEALS)["opportunities"][0]["id"]
    body = {"name": "Proof", "amount": "9000.00", "currency": "USD", "stage": "PROSPECTING"}
    before = set(desk.rows("deal"))
    crm.ask("POST", "/api/opportunities/", {**body, "closed_on": "2026-12-31"})
    desk.later(60)
    [made] = set(desk.rows("deal")) - before
    won = {"stage": "CLOSED_WON", "closed_on": datetime.now(UTC).date().isoformat()}
    crm.ask("PATCH", f"/api/opportunities/{made}/", won)
    crm.ask("DELETE", f"/api/opportunities/{other}/")
    desk.later(60)
    deals = desk.rows("deal")
    stages = [stage for stage, _ in desk.visits(deals[made])]
    same = len(stages) == 2 and deals[made].status == "won" and other not in deals
    print(f"  moved       {' -> '.join(stages)}; one deleted: {_said(same)}")
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
