"""The scores of systems against needs as one table, read from the answers.

Each score is a row of a question of its own, so that two people can fill in one table at the
same time; its key is made of the vendor's and the need's. Ease of use stands beside the needs:
its score is kept with the vendor.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from goals.words import N_, Message
from strategy.worksheets.book import Book, Row, short
from strategy.worksheets.rules import crm_needs, selection
from strategy.worksheets.rules.selection import Need, Result

SECTION = "crm_selection"
VENDORS = f"{SECTION}.vendors"
SCORES = f"{SECTION}.scores"
USABILITY = f"{SECTION}.usability"
EASE = f"{SECTION}.ease"

#: The key of ease of use among the needs.
EASE_KEY = "ease"
EASE_NAME = N_("Easy to use")
EASE_WEIGHT = 3


@dataclass(frozen=True)
class Criterion:
    """A line of the table: a need, or ease of use.

    `weighed_in` and `weighed_at` say where its weight is kept; `chosen` is that weight as it
    was chosen, and `usual` the one that counts while it is "".
    """

    need: Need
    name: str | Message
    team: Message | None
    priority: str
    weighed_in: str
    weighed_at: str
    chosen: str
    usual: int
    version: int


@dataclass(frozen=True)
class Cell:
    """A score and what was seen; where it is kept, and in which version (0: nowhere yet)."""

    question: str
    item: str
    score: int | None
    evidence: str
    version: int


@dataclass(frozen=True)
class Matrix:
    """All lines and columns with their cells, by vendor and need, and what comes of them."""

    vendors: Mapping[str, str | Message]
    criteria: tuple[Criterion, ...]
    cells: Mapping[tuple[str, str], Cell]
    result: Result

    def vendor(self, key: str) -> str | Message:
        """Return the name of a vendor."""
        return self.vendors[key]

    def need(self, key: str) -> Need:
        """Return the need of a line."""
        return next(one.need for one in self.criteria if one.need.key == key)

    def names(self, keys: Iterable[str]) -> list[str | Message]:
        """Return the names of needs."""
        known = {one.need.key: one.name for one in self.criteria}
        return [known[key] for key in keys]


Rows = Mapping[str, Row]


def of(book: Book) -> Matrix:
    """Return the table of the answers."""
    vendors = book.names(VENDORS)
    scored = {row.item: row for row in book.of(SCORES)}
    tried = {row.item: row for row in book.of(VENDORS)}
    criteria = tuple(_criteria(book)) if crm_needs.needs(book) else ()
    cells = {
        (vendor, one.need.key): _cell(scored, tried, vendor, one.need.key)
        for one in criteria
        for vendor in vendors
    }
    scores = {place: one.score for place, one in cells.items() if one.score is not None}
    result = selection.compare(vendors, [one.need for one in criteria], scores)
    return Matrix(vendors, criteria, cells, result)


def item_of(vendor: str, need: str) -> str:
    """Return the key of the row that holds a score."""
    return f"{vendor}-{need}"


def _criteria(book: Book) -> Iterable[Criterion]:
    for row in crm_needs.needs(book):
        priority = str(row.value.get("priority") or "")
        team = crm_needs.TEAMS.get(str(row.value.get("team")))
        yield Criterion(
            need=Need(row.item, crm_needs.weight(row.value), priority == crm_needs.MUST),
            name=short(str(row.value["requirement"])),
            team=None if team is None else Message(team),
            priority=priority,
            weighed_in=crm_needs.WEIGHING,
            weighed_at=row.item,
            chosen=str(row.value.get("weight") or ""),
            usual=crm_needs.weight({"priority": priority}),
            version=row.version,
        )
    ease = next(iter(book.of(EASE)), None)
    chosen = str(ease.value.get("weight") or "") if ease is not None else ""
    yield Criterion(
        need=Need(EASE_KEY, int(chosen) if chosen in ("1", "2", "3", "4", "5") else EASE_WEIGHT),
        name=Message(EASE_NAME),
        team=None,
        priority="",
        weighed_in=EASE,
        weighed_at="",
        chosen=chosen,
        usual=EASE_WEIGHT,
        version=0 if ease is None else ease.version,
    )


def _cell(scored: Rows, tried: Rows, vendor: str, need: str) -> Cell:
    if need == EASE_KEY:
        question, item, row = USABILITY, vendor, tried.get(vendor)
    else:
        item = item_of(vendor, need)
        question, row = SCORES, scored.get(item)
    values = {} if row is None else row.value
    score = str(values.get("score") or "")
    return Cell(
        question=question,
        item=item,
        score=int(score) if score in ("0", "1", "2", "3", "4", "5") else None,
        evidence=str(values.get("evidence") or ""),
        version=0 if row is None else row.version,
    )
