"""A company whose metrics are read as others read them: through the command and the page."""

import csv
import json
import os
import re
from collections.abc import Mapping, Sequence
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from html import unescape
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlencode

from app.cli import main
from app.db import Database
from tests.goals.metrics import company as companies
from tests.goals.metrics.company import NOW, TODAY, Company
from tests.support.site import Site

#: How a number is shortened on a page.
TIMES = {"": Decimal(1), "k": Decimal(1_000), "M": Decimal(1_000_000), "%": Decimal("0.01")}
_NUMBER = r"(−|-)?[^\d−-]*([\d,]+(?:\.\d+)?)\s?(k|M|%)?"
_HEAD = re.compile(r"<h1>(.*?)</h1>", re.DOTALL)
_BAR = re.compile(r"<li><span[^>]*>([^<]*)</span>.*?<b class=\"num\">([^<]*)</b>", re.DOTALL)


@dataclass
class Answer:
    """What a command told of a metric, with the parts that a reading of the library has."""

    told: dict[str, Any]

    @property
    def value(self) -> float | None:
        found: float | None = self.told["value"]
        return found

    @property
    def notes(self) -> list[Any]:
        return [
            SimpleNamespace(
                code=one["code"], n=one["n"], message=SimpleNamespace(id=one["message"])
            )
            for one in self.told["note"]
        ]

    def to_json(self) -> dict[str, Any]:
        return self.told


class ByCommand(Company):
    """Brings records in with `import`, and asks `metric value`."""

    def bring(self, record: str, rows: Sequence[Mapping[str, Any]], mapping: Any = None) -> None:
        """Import a file of rows, every one of which is kept."""
        with TemporaryDirectory() as folder, _installed(self.database):
            file = Path(folder) / f"{record}.csv"
            with file.open("w", encoding="utf-8", newline="") as written:
                writer = csv.DictWriter(written, list(rows[0]))
                writer.writeheader()
                writer.writerows(rows)
            words = ["import", str(file), "--as", record, "--json"]
            if mapping is not None:
                described = Path(folder) / "mapping.json"
                described.write_text(json.dumps(mapping), encoding="utf-8")
                words += ["--mapping", str(described)]
            out = StringIO()
            with redirect_stdout(out):
                code = main.main(words)
        told = json.loads(out.getvalue())
        assert (code, told["rejected"], told["created"]) == (0, 0, len(rows)), told

    def read(  # type: ignore[override]
        self,
        metric: str,
        first: date,
        last: date,
        *,
        where: dict[str, str] | None = None,
        by: str | None = None,
        **params: Any,
    ) -> Answer:
        words = ["metric", "value", metric, "--from", str(first), "--to", str(last)]
        for dim, member in (where or {}).items():
            words += ["--where", f"{dim}={member}"]
        for name, value in params.items():
            words += ["--set", f"{name}={value}"]
        words += ["--by", by] if by else []
        return Answer(told(self.database, *words))


class ByPage(ByCommand):
    """Asks the command and sees that the page of the metric shows the same numbers."""

    def read(  # type: ignore[override]
        self,
        metric: str,
        first: date,
        last: date,
        *,
        where: dict[str, str] | None = None,
        by: str | None = None,
        **params: Any,
    ) -> Answer:
        answer = super().read(metric, first, last, where=where, by=by, **params)
        narrowed = [f"{dim}={member}" for dim, member in (where or {}).items()]
        asked = {
            "from": first,
            "to": last,
            "where": narrowed,
            **params,
            **({"by": by} if by else {}),
        }
        address = f"/metric/{metric}?{urlencode(asked, doseq=True)}"
        html = self.visitor().client.get(address, follow_redirects=True).text
        [head] = _HEAD.findall(html)
        if answer.value is None:
            assert " is " not in head
        else:
            assert _shows(unescape(head).split(" is ")[1], answer.value), (head, answer.value)
        bars = {unescape(name): text for name, text in _BAR.findall(html)}
        for one in answer.told.get("segments") or ():
            if one["value"] is not None:
                assert _shows(unescape(bars[one["key"]]), one["value"]), (one, bars[one["key"]])
        return answer

    def visitor(self) -> Any:
        """Return somebody who is signed in at the company's pages."""
        if not hasattr(self, "_visitor"):
            url = self.database.engine.url.render_as_string(hide_password=False)
            site = Site(url, Path(os.environ.get("TMPDIR", "/tmp")), self.workspace_id, NOW)
            self._site, self._visitor = site, site.browser(site.add("Reader", "viewer"))
        return self._visitor

    def page(self, address: str) -> str:
        """Return a page as an owner of the workspace sees it."""
        self.visitor()
        found: str = self._site.browser(self._site.add("Boss", "owner")).get(address)
        return found

    def close(self) -> None:
        """Let go of the pages' own connections to the database."""
        if hasattr(self, "_site"):
            self._site.database.dispose()


def found(database: Database, way: type[Company]) -> Company:
    """Found a company in an empty database whose metrics are asked for in a way."""
    made = companies.found(database)
    return way(made.database, made.workspace_id, made.connection_id, made.runs)


def told(database: Database, *words: object) -> Any:
    """Return the JSON of a command that must work."""
    out = StringIO()
    with _installed(database), redirect_stdout(out):
        code = main.main([*map(str, words), "--today", str(TODAY), "--json"])
    found = json.loads(out.getvalue())
    assert code == 0, found
    return found


def _shows(text: str, value: float) -> bool:
    """Tell whether a text on a page is a number, rounded to the digits that it has."""
    match = re.search(_NUMBER, text)
    assert match is not None, text
    minus, digits, unit = match.groups()
    digits = digits.replace(",", "")
    scale = TIMES[unit or ""]
    shown = Decimal(digits) * scale * (-1 if minus else 1)
    places = len(digits.partition(".")[2])
    half = Decimal(1).scaleb(-places) * scale / 2
    return abs(shown - Decimal(repr(value))) <= half * Decimal("1.000001")


@contextmanager
def _installed(database: Database) -> Any:
    """Let commands work in a database."""
    before = os.environ.get("HEADWAY_DATABASE_URL")
    os.environ["HEADWAY_DATABASE_URL"] = database.engine.url.render_as_string(hide_password=False)
    try:
        yield
    finally:
        if before is None:
            del os.environ["HEADWAY_DATABASE_URL"]
        else:
            os.environ["HEADWAY_DATABASE_URL"] = before
