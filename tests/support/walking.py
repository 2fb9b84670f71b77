"""Walks through the sections of the strategy by keyboard, and answers each question from a file."""

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import Locator, Page, expect

from goals import words
from goals.metrics import catalogue
from strategy.worksheets import library
from strategy.worksheets.content import WORDY, Asked, Field, Piped, Repeat, Section, Text
from tests.support.keyboard import Keyboard

BOXES = ("text", "long_text", "texts", "number", "money", "percent", "quantity")
#: The scores of all systems are filled in on one page, with what is asked on it.
TABLE = "crm_selection.scores"


class Walk:
    """One writer on the way through the strategy; `answers` hold the rows of each question."""

    def __init__(self, page: Page, file: Path) -> None:
        self.page, self.keys = page, Keyboard(page)
        self.answers: dict[str, dict[str, list[dict[str, Any]]]] = tomllib.loads(file.read_text())
        self.asked: set[str] = set()
        self.typed: list[str] = []
        self.begun: set[str] = set()
        self.done: set[str] = set()

    def rows(self, address: str) -> list[dict[str, Any]]:
        section, _, question = address.partition(".")
        rows = self.answers.get(section, {}).get(question)
        assert rows, f"Nobody has answered {address}: add it to the file of answers."
        return rows

    def section(self, section: Section) -> None:
        """Answer all questions of a section, from the list of sections to its checking page."""
        assert section.key not in self.begun, f"{section.title} was not finished before."
        self.begun.add(section.key)
        link = self.page.get_by_role("main").get_by_role("link", name=section.title, exact=True)
        self.keys.follow(link)
        while True:
            asked, item = self._here()
            if asked is None:
                break
            if asked.address == TABLE:
                self._table()
            elif asked.question.repeat is not None and item is None:
                self._list(asked)
            else:
                self._question(asked, 0)
        heading = self.page.get_by_role("heading", level=1)
        expect(heading).to_have_text("Check your answers")
        self.done.add(section.key)

    def _here(self) -> tuple[Asked | None, str | None]:
        """Return the question of the page, None on the last page, and the row it is about."""
        url = urlsplit(self.page.url)
        parts = url.path.strip("/").split("/")
        if len(parts) < 3:
            return None, None
        asked = library.worksheets().find(".".join(parts[1:3]))
        return asked, parse_qs(url.query).get("item", [None])[0]

    def _list(self, asked: Asked) -> None:
        """Add the rows of a list one after the other, and answer what is asked about each."""
        repeat = asked.question.repeat
        assert repeat is not None
        count = len(self.rows(asked.address))
        for number in range(count):
            self.keys.follow(self.page.get_by_role("button", name=repeat.add, exact=True))
            here, item = self._here()
            mine = item
            while here is not None and here.store == asked.store and item == mine:
                self._question(here, number)
                here, item = self._here()
            if number + 1 < count:
                self.keys.follow(self._to_list(repeat))

    def _to_list(self, repeat: Repeat) -> Locator:
        """Return the link back to a list: beside a question, or on the page that ends a section."""
        beside = self.page.get_by_role("complementary")
        beside = beside.get_by_role("link", name=repeat.title, exact=True)
        return beside.or_(self.page.get_by_role("link", name=repeat.add, exact=True)).last

    def _question(self, asked: Asked, number: int) -> None:
        """Fill in a page and save it with its button."""
        rows = self.rows(asked.address)
        self.asked.add(asked.address)
        for field in asked.question.typed:
            assert field.key in rows[number], f"Nobody has answered {asked.address}.{field.key}"
            if rows[number][field.key] != "":
                self._fill(asked, field, rows[number][field.key])
        self._save(asked.address)

    def _save(self, address: str) -> None:
        before = self.page.url
        self.keys.follow(self.page.get_by_role("button", name="Save and continue").last)
        assert self.page.url != before, f"{address}: {self._complaint()}"

    def _complaint(self) -> str:
        return " ".join(self.page.locator(".errors, .msg-error").all_inner_texts())

    def _fill(self, asked: Asked, field: Field, value: Any) -> None:
        lone = len(asked.question.fields) == 1
        name = called(asked.question.title if lone else field.label, lone=lone)
        if field.kind in WORDY:
            self.typed += [value] if isinstance(value, str) else value
        if field.kind in BOXES:
            self.keys.write(self.page.get_by_role("textbox", name=name), value)
        elif field.kind == "date":
            group = self.page.get_by_role("group", name=name)
            for part, text in zip(("Day", "Month", "Year"), value, strict=True):
                self.keys.write(group.get_by_label(part, exact=True), text)
        elif field.kind == "choice" and len(field.options) <= 6:
            self.keys.pick(self.page.get_by_role("group", name=name), _label(field, value))
        elif field.kind in ("choices", "metrics", "references"):
            group = self.page.get_by_role("group", name=name)
            for one in value:
                self._tick(group, _label(field, one))
        else:
            box = self.page.get_by_role("combobox", name=name)
            self.keys.choose(box, _label(field, value))

    def _tick(self, group: Locator, label: str) -> None:
        box = group.get_by_role("checkbox", name=label, exact=True)
        find = group.get_by_role("searchbox")
        if find.count():
            self.keys.write(find, label)
        self.keys.tick(box)

    def _table(self) -> None:
        """Fill in scores and weights, from cell to cell."""
        needs = self.rows("crm_needs.requirements")
        vendors = self.rows("crm_selection.vendors")
        weights = self.rows("crm_needs.weighing")
        for need, weight in zip(needs, weights, strict=True):
            self._weigh(need["requirement"], weight["weight"])
            for row in self.rows(TABLE):
                if row["requirement"] == need["requirement"]:
                    self._score(row["vendor"], row["requirement"], row)
        self._weigh("Easy to use", self.rows("crm_selection.ease")[0]["weight"])
        for vendor, row in zip(vendors, self.rows("crm_selection.usability"), strict=True):
            self._score(vendor["vendor"], "Easy to use", row)
        self.asked |= {TABLE, "crm_needs.weighing", "crm_selection.ease", "crm_selection.usability"}
        self._save(TABLE)

    def _weigh(self, need: str, weight: str) -> None:
        box = self.page.get_by_role("combobox", name=f"Weight, {need}", exact=True)
        self.keys.choose(box, weight)

    def _score(self, vendor: str, need: str, row: Mapping[str, str]) -> None:
        place = f"{vendor}, {need}"
        score = self.page.get_by_role("textbox", name=f"Score, {place}", exact=True)
        self.keys.write(score, row["score"])
        seen = self.page.get_by_role("textbox", name=f"What was seen, {place}", exact=True)
        self.keys.write(seen, row["evidence"])


def called(text: Text, *, lone: bool = False) -> re.Pattern[str]:
    """Return how a field is called on its page; earlier answers stand in some names."""
    ways = [text.text, text.otherwise] if isinstance(text, Piped) else [text]
    names = [re.sub(r"%\\\((\w+)\\\)s", ".+", re.escape(one)) for one in ways]
    end = "" if lone else r"(?: \(optional\))?"
    return re.compile(f"^(?:{'|'.join(names)}){end}$")


def _label(field: Field, value: str) -> str:
    """Return the words of an option; of other choices the file has the words themselves."""
    if field.kind in ("metric", "metrics"):
        return words.render(catalogue.METRICS[value].name, "en")
    return next((one.label for one in field.options if one.value == value), value)
