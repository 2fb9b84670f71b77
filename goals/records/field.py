"""A field of a record kind: its word in files and sources, its type, what it refers to (pure)."""

from dataclasses import dataclass
from typing import Literal

#: `number` is any decimal number, `positive` one above zero, `share` a fraction of one (60% is
#: 0.6), `members` a choice
#: of dimension and member such as region=West, `word` one of a few words, `scale` the lowest and
#: the highest number that can be given, such as 1-5.
Type = Literal[
    "text",
    "code",
    "money",
    "number",
    "positive",
    "share",
    "integer",
    "boolean",
    "date",
    "instant",
    "reference",
    "members",
    "status",
    "word",
    "scale",
]


@dataclass(frozen=True)
class Field:
    """A field under its canonical name.

    `column` is where it is kept; `required` means required when a record is created;
    `refers_to` is the kind of record that a reference means, None for other types; `words`
    are those that a `word` can be, and `least` is what a number cannot be below.
    """

    name: str
    type: Type = "text"
    column: str = ""
    required: bool = False
    refers_to: str | None = None
    words: tuple[str, ...] = ()
    least: int | None = None

    def __post_init__(self) -> None:
        """Keep a field under its own name unless another was given."""
        if not self.column:
            own = f"{self.name}_id" if self.type == "reference" else self.name
            object.__setattr__(self, "column", own)
