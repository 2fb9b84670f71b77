"""The stages that deals went through: from the deal itself, or from its changelog.

A changelog costs tokens of a daily budget that the company shares, so histories are their own
stream, read after everything else: first of deals that moved since the last pull, then, newest
deals first, of all others, as far as a day's share allows. Where it stops it goes on.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from goals.errors import SourceError
from goals.records.source import Cursor, Entry, Page
from integrations.crm.pipedrive import fields, limits, lists
from integrations.rest import values
from integrations.rest.fields import Item
from integrations.rest.place import OVERLAP
from integrations.rest.stream import Asked, Batch, Row

#: Tokens for a page of a changelog, and the share of a day's tokens that goes into them.
COST, SHARE = 20, 0.3
#: A day of the smallest plan with one seat, where nothing tells what is left.
SMALLEST = 30_000
#: Histories that are stored together.
PORTION = 25
#: The lists of deals, read one after the other.
DEALS = ("/deals", "/deals/archived")
#: Changes that mean a move.
STAGE, STATUS = "stage_id", "status"


def entry(source: Any, stage: Any, status: str, at: datetime) -> Entry:
    """Return a deal's entry into a stage."""
    return Entry(source.stage_name(stage) or "", at.astimezone(source.zone).date(), at, status)


def stands(source: Any, row: Row, item: Item) -> Entry | None:
    """Return where a deal stands and since when, which holds until its history is read."""
    told = item.get("stage_change_time") or item.get("add_time")
    at = fields.closed_at(item) or (None if told is None else values.instant(str(told)))
    if at is None or row["stage"] is None:
        return None
    return entry(source, item["stage_id"], row["status"], at)


def unmoved(source: Any, items: Sequence[Item]) -> dict[str, Sequence[Entry]]:
    """Return the histories of deals that are still in their first stage, which need no asking."""
    return {
        str(one["id"]): history(source, one, ())
        for one in items
        if not one.get("stage_change_time") and one.get("add_time") and one.get("stage_id")
    }


def history(source: Any, deal: Item, changes: Sequence[Item]) -> list[Entry]:
    """Return a deal's stages from its changes, in whatever order these come.

    The first stage is what the first move left. Where the newest change does not lead to where
    the deal stands, what lies between is not known, and it came there when the deal says.
    Raises ValueError for times that mean nothing.
    """
    moves = sorted(
        (values.instant(str(one["time"])), place, one)
        for place, one in enumerate(reversed(changes))
        if one.get("field_key") in (STAGE, STATUS) and one.get("new_value") is not None
    )
    status, now = "open", str(deal.get(STAGE))
    left = [one.get("old_value") for _, _, one in moves if one["field_key"] == STAGE]
    stage = str(left[0]) if left and left[0] else now
    added = deal.get("add_time")
    found = [] if added is None else [entry(source, stage, status, values.instant(str(added)))]
    for at, _, one in moves:
        new = str(one["new_value"])
        if one["field_key"] == STAGE:
            stage = new
        elif new in fields.STATUSES:
            status = new
        else:
            continue
        found.append(entry(source, stage, status, at))
    closed = fields.closed_at(deal)
    ends_closed = bool(moves) and moves[-1][2]["field_key"] == STATUS and status != "open"
    told = deal.get("stage_change_time") or added
    if (stage, status) != (now, fields.status_of(deal)):
        since = closed or (None if told is None else values.instant(str(told)))
        found += [] if since is None else [entry(source, now, fields.status_of(deal), since)]
    elif ends_closed and closed is not None:
        # Whoever sets the day of a win by hand means that the deal was won then.
        found[-1] = entry(source, stage, status, closed)
    return found


def look(source: Any, asked: Asked) -> Batch:
    """Ask for the changelog of one deal, to see whether any can be read."""
    batch = lists.listed(DEALS[0])(source, asked)
    for one in batch.items:
        lists.page(source, _path(one), {"limit": 1}, None)
    return batch


def pages(source: Any, cursor: Cursor, now: datetime) -> Iterator[Page]:
    """Yield the histories of moved deals and, as far as the day allows, of older ones."""
    reading = _Reading(source, dict(cursor))
    reading.begin(now)
    for step in (reading.moved, reading.older):
        yield from reading.portions(step())
    yield Page("deal", cursor=reading.cursor)


@dataclass
class _Reading:
    """One run's reading; its cursor says which moves were read, and how far down the others.

    `mark` is the move read last, as [instant, id]. `list` is the list of deals that is read
    down, None when both are done, `page` the place of its page and `below` the id read last.
    `day` and `left` are what one day allows, in tokens.
    """

    source: Any
    cursor: Cursor
    found: dict[str, Sequence[Entry]] = field(default_factory=dict)
    rejected: int = 0
    has_turned: bool = False

    def begin(self, now: datetime) -> None:
        """Set out: the first time from now on, and with a new day's share."""
        if "mark" not in self.cursor:
            since = (now - OVERLAP).replace(microsecond=0).isoformat()
            self.cursor |= {"mark": [since, 0], "list": DEALS[0], "page": None, "below": None}
        # The header is told with every answer, so one has been seen, or is on the way.
        told = limits.left(self.source.client.told)
        share = int((SMALLEST if told is None else told) * SHARE)
        today = now.date().isoformat()
        before = self.cursor.get("left", 0) if self.cursor.get("day") == today else share
        self.cursor |= {"day": today, "left": min(before, share)}

    def portions(self, steps: Iterator[None]) -> Iterator[Page]:
        """Yield what was read in portions; what was read before a failure comes first."""
        try:
            for _ in steps:
                if len(self.found) + self.rejected >= PORTION or self.has_turned:
                    yield self._page()
        except SourceError:
            if self.found or self.rejected:
                yield self._page()
            raise
        if self.found or self.rejected:
            yield self._page()

    def _page(self) -> Page:
        made = Page("deal", histories=self.found, cursor=dict(self.cursor), rejected=self.rejected)
        self.found, self.rejected, self.has_turned = {}, 0, False
        return made

    def moved(self) -> Iterator[None]:
        """Read the deals that moved after the mark, oldest move first."""
        mark = self.cursor["mark"]
        since = datetime.fromisoformat(mark[0])
        waiting: list[tuple[str, int, Item]] = []
        for path in DEALS:
            for one in self._all(lists.listed(path), since):
                at = _moved_at(one)
                if at is not None and [at, one["id"]] > mark:
                    waiting.append((at, one["id"], one))
        for at, key, one in sorted(waiting, key=lambda found: found[:2]):
            if not self._read(one):
                return
            self.cursor["mark"] = [at, key]
            yield

    def older(self) -> Iterator[None]:
        """Read on down the lists of all deals."""
        while self.cursor["list"] is not None:
            batch = self._further()
            for one in batch.items:
                below = self.cursor["below"]
                if not one.get("id") or (below is not None and one["id"] >= below):
                    continue
                if one.get("stage_change_time") and not self._read(one):
                    return
                self.cursor["below"] = one["id"]
                yield
            if batch.after is not None:
                # Pages of deals that never moved are a way as well, which is not gone twice.
                self.cursor["page"], self.has_turned = batch.after, True
                continue
            following = DEALS.index(self.cursor["list"]) + 1
            path = DEALS[following] if following < len(DEALS) else None
            self.cursor |= {"list": path, "page": None, "below": None}

    def _further(self) -> Batch:
        """Ask for the page to go on with; a place that is not taken any more begins at the top."""
        ask = lists.listed(self.cursor["list"], sort_by="id", sort_direction="desc")
        try:
            return ask(self.source, Asked(after=self.cursor["page"]))
        except SourceError as error:
            if error.code != "refused_400" or self.cursor["page"] is None:
                raise
            self.cursor["page"] = None
            return ask(self.source, Asked())

    def _all(self, ask: Callable[[Any, Asked], Batch], since: datetime) -> Iterator[Item]:
        after = None
        while True:
            batch = ask(self.source, Asked(since, after))
            yield from (one for one in batch.items if isinstance(one.get("id"), int))
            if batch.after is None or batch.after == after:
                return
            after = batch.after

    def _read(self, deal: Item) -> bool:
        """Read a deal's changelog; False when the day's share does not allow it."""
        changes: list[Item] = []
        after: str | None = None
        if deal.get("stage_change_time"):
            while True:
                if self.cursor["left"] < COST:
                    return False
                self.cursor["left"] -= COST
                try:
                    batch = lists.page(self.source, _path(deal), {"limit": lists.PAGE}, after)
                except SourceError as error:
                    if error.code != "refused_404":
                        raise
                    # Deleted meanwhile, which the list of deals tells.
                    return True
                changes += batch.items
                if batch.after is None or batch.after == after:
                    break
                after = batch.after
        try:
            self.found[str(deal["id"])] = history(self.source, deal, changes)
        except (ValueError, KeyError):
            self.rejected += 1
        return True


def _path(deal: Mapping[str, Any]) -> str:
    return f"/api/v1/deals/{deal['id']}/changelog"


def _moved_at(deal: Item) -> str | None:
    """Return when a deal moved last, as far as it says itself; a deal that was not closed too."""
    told = [deal.get(name) for name in ("stage_change_time", "won_time", "lost_time")]
    try:
        known = [values.instant(str(one)) for one in told if one]
    except ValueError:
        return None
    return max(known).isoformat() if known else None
