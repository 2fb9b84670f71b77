"""A page of objects: what else has to be asked for it, and what becomes of it."""

from collections.abc import Iterator, Sequence
from typing import Any

from goals.records.source import Cursor, Entry, Page
from integrations.crm.hubspot import fields, links, paths, shapes
from integrations.crm.hubspot.fields import Mapper
from integrations.crm.hubspot.shapes import Item
from integrations.http import Client
from integrations.rest.source import loop

#: What of a line item tells a deal's product and list price.
_LINE = ["hs_product_id", "price", "quantity"]


class Pages:
    """What reads pages of any type; `history` says whether deals come with their stages."""

    def __init__(self, client: Client, *, history: bool) -> None:
        """Take the client of a source."""
        self.client = client
        self._history = history

    def with_history(self, mapper: Mapper) -> bool:
        """Tell whether the stages that a row went through are read."""
        return self._history and mapper.kind.name == "deals"

    def made(self, mapper: Mapper, items: Sequence[Item], place: Cursor) -> Page:
        """Return a page with the place after it."""
        gone = [one for one in items if mapper.gone(one)] if mapper.gone is not None else []
        away = {one.id for one in gone}
        living = [one for one in items if one.id not in away] if gone else items
        if mapper.known.with_lines:
            self._add_lines(living)
        rows, kept = mapper.rows(living)
        read = {one.id for one in kept}
        histories: dict[str, list[Entry]] = {}
        merged: list[str] = []
        for number, item in enumerate(kept):
            if item.properties_with_history is not None:
                histories[item.id] = mapper.history(item) or mapper.stand_in(rows[number])
            if item.properties and item.properties.get(fields.MERGED):
                merged += mapper.merged(item)
        return Page(
            mapper.kind.record,
            rows,
            histories=histories,
            deleted=[*merged, *mapper.ids(gone)],
            cursor=place,
            rejected=len(living) - len(kept),
            unread=[one.id for one in living if one.id not in read],
        )

    def complete(self, mapper: Mapper, items: Sequence[Item]) -> None:
        """Add what a search does not give: stage history and what rows are linked to."""
        if self.with_history(mapper):
            self.fill(mapper, items, [])
        if not mapper.links:
            return
        by_id = {one.id: one for one in items}
        linked: dict[str, dict[str, str | None]] = {one.id: {} for one in items}
        for _, to in mapper.links:
            for link in self._links(mapper.kind.name, to, list(by_id)):
                linked.get(str(link.from_.get("id")), {})[to] = links.of_batch(link.to)
        for id_, one in by_id.items():
            one.linked = linked[id_]

    def fill(self, mapper: Mapper, items: Sequence[Item], properties: list[str]) -> None:
        """Read properties, and of deals the stage history, of rows of which the ids are known."""
        with_history = self.with_history(mapper)
        by_id = {one.id: one for one in items}
        history = ["dealstage"] if with_history else []
        for found in self._read(mapper.kind.name, list(by_id), properties, history):
            # A row that was merged meanwhile answers under another id.
            item = by_id.get(found.id)
            if item is None:
                continue
            if properties:
                item.properties = found.properties
            if with_history:
                item.properties_with_history = found.properties_with_history

    def following(self, paging: shapes.Paging | None, before: set[str]) -> str | None:
        """Return where the next page starts, None on the last; no place may come twice."""
        told = paging.next.after if paging is not None and paging.next is not None else None
        if told in (None, ""):
            return None
        after = str(told)
        if after in before:
            raise loop(self.client.vendor.name)
        before.add(after)
        return after

    def _add_lines(self, items: Sequence[Item]) -> None:
        """Give deals the line items that tell their product and list price."""
        of: dict[str, list[str]] = {}
        for link in self._links("deals", "line_items", [one.id for one in items]):
            ids = [str(one["toObjectId"]) for one in link.to or () if one.get("toObjectId")]
            of[str(link.from_.get("id"))] = ids
        wanted = list(dict.fromkeys(id_ for ids in of.values() for id_ in ids))
        lines = {one.id: one for one in self._read("line_items", wanted, _LINE, [])}
        for one in items:
            one.lines = [lines[id_] for id_ in of.get(one.id, ()) if id_ in lines]

    def _links(self, kind: str, to: str, ids: list[str]) -> Iterator[shapes.Link]:
        path = paths.associations(kind, to)
        for start in range(0, len(ids), paths.ASSOCIATIONS):
            part = ids[start : start + paths.ASSOCIATIONS]
            body: dict[str, Any] = {"inputs": [{"id": one} for one in part]}
            yield from self.client.post(path, body, shapes.Links).results

    def _read(
        self, kind: str, ids: list[str], properties: list[str], history: list[str]
    ) -> Iterator[Item]:
        size = paths.BATCH if history else paths.BATCH_WITHOUT
        for start in range(0, len(ids), size):
            body = {
                "inputs": [{"id": one} for one in ids[start : start + size]],
                "properties": properties,
                "propertiesWithHistory": history,
            }
            path = f"{paths.objects(kind)}/batch/read"
            yield from self.client.post(path, body, shapes.Listing).results
