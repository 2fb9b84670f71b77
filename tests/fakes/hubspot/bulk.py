"""A range of deals that is made on demand: a million of them cost no memory.

What a deal says depends on its place in a period (10,000 deals by default), its id and its
modification stamp. So the bytes of a row are kept per place with gaps for id and stamp, and a page
is one formatting of bytes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable
from datetime import UTC, datetime, timedelta
from operator import itemgetter
from random import Random

from tests.fakes.hubspot import schema, stamps
from tests.fakes.hubspot.render import Shape
from tests.fakes.hubspot.store import Change, Record, Values

# Stand-ins for id and stamp that nothing else in a row can equal.
KEY = 777_777_777_777_777
STAMP = stamps.to_ms("9999-12-31T23:59:59.999Z")
GAP = re.compile(rb"%d|%s" % (KEY, re.escape(stamps.iso(STAMP).encode())))
PAGES_KEPT = 512

FIRST_DAY = datetime(2024, 1, 1, tzinfo=UTC)
PRODUCTS = ("GTX Basic", "GTX Pro", "GTX Plus Basic", "GTX Plus Pro", "MG Special", "MG Advanced")

Template = Callable[[Record, Shape], bytes]


class Bulk:
    """Deals `first_id`..`first_id + count - 1`; runs of `share` of them share one stamp."""

    def __init__(
        self,
        first_id: int,
        count: int,
        *,
        seed: int,
        period: int,
        share: int,
        modified: datetime,
        pipeline: schema.Pipeline,
        owners: list[str],
        companies: list[int],
    ) -> None:
        self.ids = range(first_id, first_id + count)
        self.period = max(1, min(period, count))
        self.share = share
        self._seed = seed
        self._modified = stamps.to_ms(modified)
        self._pipeline = pipeline
        self._owners = owners
        self._companies = companies
        self._rows: dict[Shape, dict[int, bytes]] = {}
        self._picks: dict[Shape, Callable[[tuple[bytes, bytes]], tuple[bytes, ...]]] = {}
        self._pages: dict[tuple[Shape, int, int], bytes] = {}
        # Which places of the period meet which filters; kept here by the search.
        self.fits: dict[Hashable, list[bool]] = {}

    def modified(self, key: int) -> int:
        """The modification stamp; it never falls with rising ids."""
        return self._modified + (key - self.ids.start) // self.share * 1000

    def from_stamp(self, stamp: int) -> int:
        """The first id whose stamp is not below the given one."""
        runs = -((self._modified - stamp) // 1000)
        key = self.ids.start + max(0, runs) * self.share
        return min(key, self.ids.stop)

    def slot(self, key: int) -> int:
        """The deal's place in the period."""
        return (key - self.ids.start) % self.period

    def links(self, key: int) -> dict[str, int]:
        """The deal's associations: type name to id."""
        return self._linked(self.slot(key))

    def _linked(self, slot: int) -> dict[str, int]:
        if not self._companies:
            return {}
        return {"companies": self._companies[slot * 7 % len(self._companies)]}

    def record(self, key: int) -> Record:
        """The deal as a record."""
        return self._make(self.slot(key), key, self.modified(key))

    def values(self, slot: int) -> Values:
        """What the deals at a place have in common: all but id and stamp."""
        return self._make(slot, KEY, STAMP).values

    def row(self, key: int, want: Shape, template: Template) -> bytes:
        """One deal as bytes."""
        row = self._row(self.slot(key), want, template)
        stamp = stamps.iso(self.modified(key)).encode()
        return row % self._pick(want)((b"%d" % key, stamp))

    def page(self, run: range, want: Shape, template: Template) -> bytes:
        """A run of deals as comma-separated bytes."""
        name = (want, self.slot(run.start), len(run))
        page = self._pages.get(name)
        if page is None:
            page = b",".join(self._row(self.slot(key), want, template) for key in run)
            if len(self._pages) >= PAGES_KEPT:
                self._pages.clear()
            self._pages[name] = page
        pick = self._pick(want)
        fill: list[bytes] = []
        stamp, until = b"", run.start
        for key in run:
            if key >= until:
                stamp = stamps.iso(self.modified(key)).encode()
                until = key + self.share - (key - self.ids.start) % self.share
            fill += pick((b"%d" % key, stamp))
        return page % tuple(fill)

    def _row(self, slot: int, want: Shape, template: Template) -> bytes:
        rows = self._rows.setdefault(want, {})
        if slot not in rows:
            raw = template(self._make(slot, KEY, STAMP), want)
            if want not in self._picks:
                places = [0 if gap == b"%d" % KEY else 1 for gap in GAP.findall(raw)]
                self._picks[want] = itemgetter(*places)
            rows[slot] = GAP.sub(b"%s", raw.replace(b"%", b"%%"))
        return rows[slot]

    def _pick(self, want: Shape) -> Callable[[tuple[bytes, bytes]], tuple[bytes, ...]]:
        return self._picks[want]

    def _make(self, slot: int, key: int, stamp: int) -> Record:
        chance = Random(self._seed * 1_000_003 + slot)
        prospecting, engaging, won, lost = self._pipeline.stages
        start = FIRST_DAY + timedelta(days=chance.randrange(600), seconds=chance.randrange(86400))
        path = [(prospecting, start)]
        if chance.random() < 0.85:
            path.append((engaging, start + timedelta(hours=chance.randrange(1, 400))))
            if chance.random() < 0.75:
                end = won if chance.random() < 0.6 else lost
                path.append((end, path[-1][1] + timedelta(hours=chance.randrange(1, 3000))))
        stage, entered = path[-1]
        closed_at = stamps.to_ms(entered.replace(hour=0, minute=0, second=0))
        amount = (
            str(chance.randrange(50, 30_000)) if stage.closed or chance.random() < 0.7 else None
        )
        owner = chance.choice(self._owners) if self._owners else None
        record = Record(key, stamps.to_ms(start), stamp)
        record.links = self._linked(slot)
        record.values = {
            "amount": "0" if stage is lost else amount,
            "closedate": stamps.iso(closed_at) if stage.closed else None,
            "createdate": stamps.iso(record.created),
            "deal_currency_code": "USD",
            "dealname": f"Deal {key}",
            "dealstage": stage.id,
            "hs_createdate": stamps.iso(record.created),
            "hs_deal_stage_probability": stage.probability,
            "hs_is_closed": _flag(stage.closed),
            "hs_is_closed_lost": _flag(stage.closed and not stage.won),
            "hs_is_closed_won": _flag(stage.won),
            "hs_lastmodifieddate": stamps.iso(stamp),
            "hs_object_id": str(key),
            "hubspot_owner_id": owner,
            "pipeline": self._pipeline.id,
            "product": chance.choice(PRODUCTS),
        }
        for place, (entry, at) in enumerate(path):
            record.values[f"hs_v2_date_entered_{entry.id}"] = stamps.iso(stamps.to_ms(at))
            if place:
                left = f"hs_v2_date_exited_{path[place - 1][0].id}"
                record.values[left] = stamps.iso(stamps.to_ms(at))
        created = {
            name: [Change(value, record.created)]
            for name, value in record.values.items()
            if value is not None and not name.startswith("hs_")
        }
        stages = [Change(entry.id, stamps.to_ms(at)) for entry, at in path]
        record.changes = {**created, "dealstage": stages}
        return record


def _flag(value: bool) -> str:
    return "true" if value else "false"
