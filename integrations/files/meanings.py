"""What the stages of a file mean: open, won or lost."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from goals.records import convert
from goals.records.source import Stage
from goals.words import N_, P_, Message
from integrations.files.result import Problem

#: What to do about a stage of a file that is not known, and about one of a connection.
SAY = N_("Say what it means, on the page or in the mapping: %(example)s.")
SAY_THERE = N_(
    "Say what it means in a column named status (open, won or lost), or under stages in a mapping "
    "file: %(example)s."
)


@dataclass
class Meanings:
    """Knows stages from the mapping, from earlier imports and by their usual names.

    `seen` keeps the stages that occurred with their pipelines, and `unknown` those of which
    nobody knows what they mean, each with the first line and the number of rows.
    """

    told: Mapping[str, str]
    known: Mapping[str, str]
    seen: dict[tuple[str, str], str | None] = field(default_factory=dict)
    unknown: dict[str, list[int]] = field(default_factory=dict)

    def of(self, stage: str) -> str | None:
        """Return what a stage means, None if nobody knows."""
        found = self.told.get(stage) or self.known.get(stage)
        if found is None:
            try:
                found = convert.status(stage)
            except convert.Unreadable:
                return None
        return found

    def note(self, stage: str, pipeline: str, meaning: str | None) -> None:
        """Remember a stage that occurred."""
        self.seen.setdefault((pipeline, stage), meaning)

    def miss(self, stage: str, line: int, column: str | None) -> Problem:
        """Remember a row that has to be left out for its stage, and return the reason."""
        self.unknown.setdefault(stage, [line, 0])[1] += 1
        return _problem(stage, line, column, 1)

    def stages(self) -> list[Stage]:
        """Return the stages that occurred, in the order of the mapping."""
        order = {name: place for place, name in enumerate(self.told)}
        return [
            Stage(pipeline, name, "", order.get(name, len(order)), meaning)
            for (pipeline, name), meaning in self.seen.items()
        ]

    def problems(self, column: str | None) -> list[Problem]:
        """Return one problem for each stage that is not known."""
        return [_problem(stage, line, column, rows) for stage, (line, rows) in self.unknown.items()]


def _problem(stage: str, line: int, column: str | None, rows: int) -> Problem:
    text = P_(
        "It is not known whether the stage %(stage)s is open, won or lost (%(n)s row).",
        "It is not known whether the stage %(stage)s is open, won or lost (%(n)s rows).",
    )
    example = f'"stages": {{"{stage}": "open"}}'
    return Problem(
        line,
        column,
        stage,
        Message.counted(text, rows, {"stage": stage}),
        Message(SAY, {"example": example}),
    )
