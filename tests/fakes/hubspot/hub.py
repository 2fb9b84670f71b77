"""The HubSpot account: what tests put in, change, break and look at."""

from __future__ import annotations

import itertools
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from threading import RLock
from typing import Any, Self

from tests.fakes import wire
from tests.fakes.hubspot import access, faults, limits, render, schema, stamps
from tests.fakes.hubspot.api import Api, Call
from tests.fakes.hubspot.marketing import Campaign, Marketing
from tests.fakes.hubspot.owners import Owner, Team
from tests.fakes.hubspot.records import Records
from tests.fakes.hubspot.store import Record, Table

PORTAL = 62515


class FakeHubSpot(Records, Marketing):
    """An account behind a server on loopback; use it in a `with`.

    `rate_limit` is (requests, seconds), `search_rate` searches a second, `daily_limit` calls a day
    of `time_zone`; None is no limit. `tells_rate` False leaves the limits out of the headers.
    `page_delay` and `search_lag` are seconds, a page's from when it is asked for. `now` is the time
    of the account, None for the real one. `scopes` None grants all.
    """

    def __init__(
        self,
        token: str = "pat-na1-fake",
        *,
        port: int = 0,
        rate_limit: tuple[int, float] | None = None,
        search_rate: float | None = None,
        daily_limit: int | None = None,
        retry_after: bool = True,
        tells_rate: bool = True,
        page_delay: float = 0.0,
        search_lag: float = 0.0,
        size_limits: limits.Limits | None = None,
        scopes: Iterable[str] | None = None,
        oauth: access.OAuthApp | None = None,
        now: datetime | None = None,
        time_zone: str = "UTC",
        currency: str = "USD",
        merged_ids: str = "gone",
        control: bool = False,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.token = token
        self.lock = RLock()
        self.portal = PORTAL
        self.time_zone = time_zone
        self.currency = currency
        self.page_delay = page_delay
        self.search_lag = search_lag
        self.limits = size_limits or limits.Limits()
        self.oauth = oauth or access.OAuthApp()
        granted = None if scopes is None else set(scopes)
        self.access = access.Access(token, self.oauth, granted, PORTAL)
        day = limits.Day(daily_limit, time_zone)
        self.rates = limits.Rates(rate_limit, search_rate, day, clock, retry_after, tells_rate)
        self.faults = faults.Faults()
        self.requests: deque[Call] = deque(maxlen=200_000)
        self.hooks: list[faults.PageHook] = []
        self.types = schema.object_types()
        self.pipelines = schema.pipelines()
        self.tables = {name: Table(kind.first_id) for name, kind in self.types.items()}
        self.owners: list[Owner] = []
        self.teams: dict[str, Team] = {}
        self.campaigns: dict[str, Campaign] = {}
        self.links: dict[tuple[str, str], dict[int, dict[int, bool]]] = {}
        self.merged: dict[tuple[str, int], int] = {}
        self.merged_ids = merged_ids
        self.version = 0
        self.pages = render.PageCache()
        self.renderer = render.Renderer(PORTAL, self.linked)
        self.renderer.keep = self.limits.history
        self.correlations = itertools.count(1)
        self._frozen: int | None = None if now is None else stamps.to_ms(now)
        self._ahead = 0
        for name in schema.STAGE_PROPERTY:
            self.define_stages(name)
        self._api = Api(self, control=control)
        self._port = port
        self._server: wire.Server | None = None

    def start(self) -> Self:
        """Listen."""
        self._server = wire.Server(self._api.handle, self._port)
        return self

    def stop(self) -> None:
        """Close the server and every connection."""
        if self._server is not None:
            self._server.stop()
            self._server = None

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def port(self) -> int:
        """Port on 127.0.0.1."""
        assert self._server is not None, "the server is not started"
        return self._server.port

    @property
    def url(self) -> str:
        """Base address, without a slash at the end."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def now(self) -> datetime:
        """Time of the account: modification stamps, token lives and the day come from it."""
        return datetime.fromtimestamp(0, UTC) + timedelta(milliseconds=self.now_ms)

    @now.setter
    def now(self, moment: datetime | None) -> None:
        """Stop the clock at a moment, or let it run on with the real one (None)."""
        self._frozen = None if moment is None else stamps.to_ms(moment)

    @property
    def now_ms(self) -> int:
        """`now` in epoch milliseconds."""
        if self._frozen is not None:
            return self._frozen
        return time.time_ns() // 1_000_000 + self._ahead

    @contextmanager
    def still(self) -> Iterator[None]:
        """Stop the account's clock inside a `with`."""
        before, self._frozen = self._frozen, self.now_ms
        try:
            yield
        finally:
            self._frozen = before

    def advance(self, seconds: float) -> None:
        """Let time pass for the account."""
        if self._frozen is not None:
            self._frozen += int(seconds * 1000)
        else:
            self._ahead += int(seconds * 1000)

    def sleep(self, seconds: float) -> None:
        """Wait in the thread of a request, no longer than the server lives."""
        if self._server is not None:
            self._server.wait(seconds)

    def after_page(
        self, page: int, run: Callable[[], object], path: str = "/crm/objects/2026-09/deals"
    ) -> None:
        """Run something once page number `page` (from now on) of a listing has been made."""
        self.hooks.append(faults.PageHook(path, page, run))

    def expire_token(self, after: int = 0) -> None:
        """Let the current tokens run out after so many further calls (401)."""
        self.access.expire(after)

    def revoke_token(self, text: str | None = None) -> None:
        """Take a token back, or all of them (401)."""
        self.access.revoke(text)

    def grant(self, scopes: Iterable[str] | None) -> None:
        """Set the scopes of all tokens; None grants everything."""
        self.access.scopes = None if scopes is None else set(scopes)

    def calls(self, path: str = "/", status: int | None = None) -> list[Call]:
        """Logged calls whose path starts so, optionally with one status."""
        return [
            call
            for call in list(self.requests)
            if call.path.startswith(path) and status in (None, call.status)
        ]

    def objects(self, kind: str, *, archived: bool = False) -> list[dict[str, Any]]:
        """All records of a type with every property: the truth to compare a copy with."""
        with self.lock:
            known, table = self.types[kind], self.tables[kind]
            want = render.shape(known, known.properties)
            keys = table.after(0, archived=archived)
            found = (table.get(key) for key in keys)
            return [self.renderer.row(known, record, want) for record in found if record]

    def linked(self, kind: str, record: Record, to: str) -> list[dict[str, str]]:
        """A record's associations to a type as a listing shows them, one entry a label."""
        target = self.types[to]
        pair = f"{self.types[kind].singular}_to_{target.singular}"
        labelled = schema.ASSOCIATION_TYPES.get((kind, to), (None, 0))[0] is not None
        shown = []
        for key, primary in self.links_of(kind, record.id, to, record.links).items():
            if primary and labelled:
                shown.append({"id": str(key), "type": pair})
            suffix = "_unlabeled" if labelled else ""
            shown.append({"id": str(key), "type": pair + suffix})
        return shown
