"""A fake ActiveCampaign: API v3 as the vendor's reference and its OpenAPI file describe it.

Written from there, not from the connector. What it enforces: the `Api-Token` header (a wrong
one is a 403, as everything that is not allowed), 20 rows a page unless `limit` says more and
never more than `largest`, filters by whole days of the account's zone, ids after another for
contacts alone, and five requests a second with `Retry-After`. All values are texts; an
account's times carry its own offset, and a date that was never set is all zeros. Without an
order, lists come in another order each time.
"""

import itertools
from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime, timedelta, timezone

from tests.fakes.vendor import FakeVendor, RefusedError
from tests.fakes.wire import Request

#: The account's own offset, in which all its times are told.
HERE = timezone(timedelta(hours=-6))
NEVER = "0000-00-00 00:00:00"
LARGEST = 100
OPEN, WON, LOST = "0", "1", "2"


class FakeActiveCampaign(FakeVendor):
    """An account with its pipelines, deals and people."""

    def __init__(self, token, *, now, rate=None):
        super().__init__(now=now, rate=rate)
        self.token = token
        self.largest = LARGEST
        self.ids: dict[str, Iterator[int]] = defaultdict(lambda: itertools.count(1))
        self.turn = itertools.count()
        #: Resources that answer an error with status 200, and those that are not allowed.
        self.odd: set[str] = set()
        self.forbidden: set[str] = set()
        self.tables: dict[str, dict[int, dict]] = {
            name: {}
            for name in (
                "dealGroups dealStages users accounts contacts deals dealActivities dealTasks "
                "dealTasktypes taskOutcomes campaigns accountContacts"
            ).split()
        }
        self.pipeline = self.add("dealGroups", title="Sales", currency="usd")
        self.stages = {
            title: self.add("dealStages", title=title, group=self.pipeline, order=str(order))
            for order, title in enumerate(("Prospecting", "Proposal", "Negotiation"), 1)
        }
        self.call = self.add("dealTasktypes", title="Call")
        self.interested = self.add("taskOutcomes", title="Interested", sentiment="POSITIVE")

    # --- What people do in the account ------------------------------------------------------

    def add(self, kind, **parts):
        key = next(self.ids[kind])
        self.tables[kind][key] = {"id": str(key), "links": {}, **parts}
        return str(key)

    def told(self, at=None):
        """Return an instant as the account tells it."""
        return (at or self.stamp()).astimezone(HERE).isoformat(timespec="seconds")

    def add_user(self, first, last, email):
        return self.add("users", username=email, firstName=first, lastName=last, email=email)

    def add_account(self, name, url=None):
        now = self.told()
        return self.add(
            "accounts", name=name, accountUrl=url, createdTimestamp=now, updatedTimestamp=now
        )

    def add_contact(self, email, first="", last="", account=None):
        now = self.told()
        key = self.add(
            "contacts",
            email=email,
            firstName=first,
            lastName=last,
            cdate=now,
            udate=now,
            deleted="0",
            deleted_at=NEVER,
        )
        if account is not None:
            self.add("accountContacts", account=account, contact=key, createdTimestamp=now)
        return key

    def add_deal(self, title, value="0", *, owner="", account=None, stage="Prospecting", at=None):
        now = self.told(at)
        key = self.add(
            "deals",
            title=title,
            value=value,
            currency="usd",
            owner=owner,
            account=account,
            group=self.pipeline,
            stage=self.stages[stage],
            status=OPEN,
            cdate=now,
            mdate=now,
            edate=NEVER,
            nextdate=None,
            winProbability=None,
            percent="0",
        )
        self._log(key, "", "add", "", "0", now)
        return key

    def change(self, kind, key, *, at=None, **parts):
        """Change parts of a row, which stamps it."""
        stamp = {"deals": "mdate", "contacts": "udate", "dealTasks": "udate"}.get(
            kind, "updatedTimestamp"
        )
        self.tables[kind][int(key)] |= {**parts, stamp: self.told(at)}

    def move(self, key, stage, at=None):
        """Move a deal to another stage, which the account logs."""
        before = self.tables["deals"][int(key)]["stage"]
        self.change("deals", key, at=at, stage=self.stages[stage])
        self._log(key, "stage", "update", before, self.stages[stage], self.told(at))

    def close(self, key, status, at=None):
        """Say that a deal is won, lost or open again, which the account logs."""
        before = self.tables["deals"][int(key)]["status"]
        self.change("deals", key, at=at, status=status)
        self._log(key, "status", "update", before, "0", self.told(at), data=status)

    def _log(self, key, kind, action, before, stage, at, data="0"):
        self.add(
            "dealActivities",
            d_id=key,
            deal=key,
            d_stageid=stage,
            dataType=kind,
            dataAction=action,
            dataId=stage if kind == "stage" else data,
            dataOldval=before,
            cdate=at,
            deleted="0",
        )

    def add_task(self, kind, key, *, assignee="", due=None, done=False, outcome=None):
        now = self.told()
        return self.add(
            "dealTasks",
            reltype=kind,
            relid=key,
            owner={"type": "deal" if kind == "Deal" else "contact", "id": key},
            dealTasktype=self.call,
            duedate=self.told(due),
            edate=self.told(due),
            status=1 if done else 0,
            cdate=now,
            udate=now,
            user="1",
            assignee=assignee,
            outcomeId=outcome,
        )

    def delete(self, kind, key):
        del self.tables[kind][int(key)]

    # --- What the API answers ---------------------------------------------------------------

    def limited(self, request, seconds):
        headers = {"Retry-After": str(max(1, round(seconds))), "RateLimit-Remaining": "0"}
        return RefusedError(429, {"message": "Too many requests"}, headers)

    def route(self, request: Request):
        if request.headers.get("api-token") != self.token:
            raise RefusedError(403, {"message": "You are not authorized."})
        place = request.path.removeprefix("/api/3/")
        if request.method != "GET" or place == request.path:
            raise RefusedError(404, {"message": "No Result found"})
        if place == "users/me":
            return {"user": {"id": "1", "username": "admin"}}
        if place in self.forbidden:
            raise RefusedError(403, {"message": "You do not have permission."})
        if place in self.odd:
            return {"errors": [{"title": "Something went wrong", "code": "unknown"}]}
        if place not in self.tables:
            raise RefusedError(404, {"message": "No Result found"})
        return self._list(place, {name: one[-1] for name, one in request.query.items()})

    def _list(self, kind, asked):
        limit, offset = min(self.largest, int(asked.get("limit", 20))), int(asked.get("offset", 0))
        rows = self._ordered(kind, asked, list(self.tables[kind].values()))
        if "deal" in asked and kind == "dealActivities":
            rows = [one for one in rows if one["d_id"] == asked["deal"]]
        if "id_greater" in asked and kind == "contacts":
            rows = [one for one in rows if int(one["id"]) > int(asked["id_greater"])]
        after = asked.get("filters[updated_after]")
        if after is not None and kind in ("deals", "contacts"):
            stamp = "mdate" if kind == "deals" else "udate"
            day = date.fromisoformat(after[:10])
            rows = [one for one in rows if datetime.fromisoformat(one[stamp]).date() >= day]
        return {kind: rows[offset : offset + limit], "meta": {"total": str(len(rows))}}

    def _ordered(self, kind, asked, rows):
        if asked.get("orders[id]") == "ASC" and kind == "contacts":
            return sorted(rows, key=lambda one: int(one["id"]))
        if asked.get("orders[cdate]") == "ASC" and kind in ("deals", "contacts"):
            return sorted(rows, key=lambda one: datetime.fromisoformat(one["cdate"]))
        if kind in ("deals", "contacts") and next(self.turn) % 2:
            return rows[::-1]
        return rows
