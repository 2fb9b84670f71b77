"""What an import says: its counts, what was detected, and what is wrong with which row."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from goals import words
from goals.errors import Refusal
from goals.records.convert import Format
from goals.words import P_, Message

#: Problems that are listed; the others are counted.
MOST_PROBLEMS = 100
#: Characters of a cell that a problem shows.
_SHOWN = 80
#: Lines and values that stand for all those with the same problem.
_EXAMPLES = 4


def shown(value: str) -> str:
    """Return as much of a cell as a problem shows."""
    return value if len(value) <= _SHOWN else f"{value[:_SHOWN]}…"


class NotImported(Refusal):
    """A file cannot be imported as it stands; `extra` is what helps to mend that."""

    def __init__(
        self,
        code: str,
        text: str,
        params: dict[str, object] | None = None,
        *,
        fix: Message | None = None,
        field: str | None = None,
        extra: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(code, text, params, fix=fix, field=field, misused=False)
        self.extra = dict(extra or {})


@dataclass(frozen=True)
class Problem:
    """What is wrong with a cell, a row (`column` None) or the file (`line` None)."""

    line: int | None
    column: str | None
    value: str | None
    problem: Message
    fix: Message

    def to_json(self, reader: words.Reader | str) -> dict[str, Any]:
        """Return the problem in the contract's shape."""
        return {
            "line": self.line,
            "column": self.column,
            "value": None if self.value is None else shown(self.value),
            "problem": words.render(self.problem, reader),
            "fix": words.render(self.fix, reader),
        }


@dataclass
class Repair:
    """Problems that are mended in one way: how many, with the first lines and values of them."""

    first: Problem
    count: int = 0
    lines: list[int] = field(default_factory=list)
    values: list[str] = field(default_factory=list)

    def add(self, one: Problem) -> None:
        """Take a problem in."""
        self.count += 1
        if one.line is not None and len(self.lines) < _EXAMPLES and one.line not in self.lines:
            self.lines.append(one.line)
        if one.value and one.value not in self.values and len(self.values) < _EXAMPLES:
            self.values.append(shown(one.value))


@dataclass
class Problems:
    """The first problems of a file, how many there were, and all of them by what mends them."""

    listed: list[Problem] = field(default_factory=list)
    count: int = 0
    by_repair: dict[tuple[str | None, ...], Repair] = field(default_factory=dict)

    def add(self, found: Iterable[Problem]) -> None:
        """Take problems in."""
        for one in found:
            self.count += 1
            if len(self.listed) < MOST_PROBLEMS:
                self.listed.append(one)
            key = (one.column, repr(one.problem), repr(one.fix))
            if key in self.by_repair or len(self.by_repair) < MOST_PROBLEMS:
                self.by_repair.setdefault(key, Repair(one)).add(one)

    def repairs(self) -> list[Repair]:
        """Return the problems by what mends them, those of most rows first."""
        return sorted(self.by_repair.values(), key=lambda one: -one.count)

    def to_json(self, reader: words.Reader | str) -> list[dict[str, Any]]:
        """Return the problems by line, with a last entry that counts those left out."""
        ordered = sorted(self.listed, key=lambda one: (one.line is not None, one.line or 0))
        found = [one.to_json(reader) for one in ordered]
        if self.count > len(ordered):
            more = P_("%(n)s more problem is not listed.", "%(n)s more problems are not listed.")
            note = Problem(
                None,
                None,
                None,
                Message.counted(more, self.count - len(ordered)),
                Message(words.N_("Mend these first and import the file again.")),
            )
            found.append(note.to_json(reader))
        return found


@dataclass
class ImportResult:
    """What became of a file; `import_id` is None for a dry run, which leaves nothing behind.

    `letters` are those above the columns of a workbook; `is_cut` tells that there are more rows
    than were looked at. `deleted` counts what rows said is gone. `there` are the ids of all rows,
    also of those that were left out; None where nobody asked, or one cannot be told.
    """

    record: str
    detected: Format
    dry_run: bool
    rows: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    rejected: int = 0
    stubs: int = 0
    deleted: int = 0
    problems: Problems = field(default_factory=Problems)
    rejects_file: str | None = None
    import_id: int | None = None
    letters: Mapping[str, str] = field(default_factory=dict)
    is_cut: bool = False
    there: set[int] | None = None

    @property
    def failed(self) -> bool:
        """Tell whether there were rows and every one of them was rejected."""
        return self.rejected == self.rows > 0

    def counts(self) -> dict[str, int]:
        """Return the counts of rows by what became of them."""
        names = ("rows", "created", "updated", "unchanged", "rejected", "stubs")
        return {name: getattr(self, name) for name in names}

    def to_json(self, reader: words.Reader | str = "en") -> dict[str, Any]:
        """Return the result in the contract's shape."""
        return {
            "record": self.record,
            **self.counts(),
            "dry_run": self.dry_run,
            "detected": self.detected.to_json(),
            "problems": self.problems.to_json(reader),
            "rejects_file": self.rejects_file,
            "import_id": None if self.import_id is None else str(self.import_id),
        }
