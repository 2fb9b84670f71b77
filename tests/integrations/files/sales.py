"""A year of sales as two files, one for each way of writing dates; real ones where at hand."""

import json
import random
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

SHARED = Path(__file__).resolve().parents[4] / "shared" / "data" / "maven_crm"
COLUMNS = "opportunity_id,sales_agent,product,account,deal_stage,engage_date,close_date,close_value"
#: The mapping of the contract, word for word but for what the file itself shows.
MAPPING: dict[str, Any] = json.loads("""
{"columns":{"external_id":"opportunity_id","owner":"sales_agent","stage":"deal_stage",
  "created_on":"engage_date","closed_on":"close_date","amount":"close_value","product":"product",
  "account":"account"},
 "stages":{"Prospecting":"open","Engaging":"open","Won":"won","Lost":"lost"},
 "events":[{"stage":"Engaging","on":"engage_date"},{"stage":"@stage","on":"close_date"}],
 "constants":{"currency":"USD","pipeline":"Sales"},"aliases":{"product":{"GTXPro":"GTX Pro"}},
 "key":["external_id"],
 "format":{"encoding":"utf-8","delimiter":",","date_order":"ymd|mdy|dmy","decimal":".",
  "thousands":""}}
""")


@dataclass(frozen=True)
class Sales:
    """The two files and what is known of them."""

    iso: bytes
    american: bytes
    won: int
    lost: int
    engaging: int
    prospecting: int

    @property
    def deals(self) -> int:
        """Return the number of deals."""
        return self.won + self.lost + self.engaging + self.prospecting

    @property
    def events(self) -> int:
        """Return the number of stage events: an entry for each engaged deal, an end if closed."""
        return 2 * (self.won + self.lost) + self.engaging


def made() -> Sales:
    """Return sales of our own making."""
    chance = random.Random(7)
    rows: dict[str, list[str]] = {"iso": [COLUMNS], "american": [COLUMNS]}
    stages = ["Won"] * 42 + ["Lost"] * 25 + ["Engaging"] * 16 + ["Prospecting"] * 5
    for number, stage in enumerate(stages):
        engaged = date(2026, 1, 1) + timedelta(days=chance.randrange(300))
        closed = engaged + timedelta(days=chance.randrange(1, 120))
        for name, write in (("iso", date.isoformat), ("american", american)):
            cells = [
                f"D{number:03}",
                f"Agent {number % 5}",
                chance.choice(["GTXPro", "MG Special"]) if name == "iso" else "",
                f"Account {number % 9}" if stage in ("Won", "Lost") else "",
                stage,
                write(engaged) if stage != "Prospecting" else "",
                write(closed) if stage in ("Won", "Lost") else "",
                {"Won": str(number * 10), "Lost": "0"}.get(stage, ""),
            ]
            cells[2] = cells[2] or rows["iso"][-1].split(",")[2]
            rows[name].append(",".join(cells))
    files = ["\n".join(rows[name]).encode() + b"\n" for name in ("iso", "american")]
    return Sales(files[0], files[1], 42, 25, 16, 5)


def american(day: date) -> str:
    """Return a day with the month first."""
    return f"{day.month}/{day.day}/{day.year}"


def found() -> list[Sales]:
    """Return our own sales, and the real ones if they are there."""
    files = [SHARED / "sales_pipeline.csv", SHARED / "us_dates_variant" / "sales_pipeline.csv"]
    own = [made()]
    if all(file.exists() for file in files):
        iso, us = (file.read_bytes() for file in files)
        own.append(Sales(iso, us, 4238, 2473, 1589, 500))
    return own
