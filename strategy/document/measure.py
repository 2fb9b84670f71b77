"""How much room a text takes on a slide, a little generously (pure). Lengths are points."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from goals.charts.svg import width_of

#: Size of the letters by kind, and the room above a line.
SIZES = {"head": 18.0, "name": 15.0, "label": 12.0, "body": 14.0, "bullet": 14.0}
ABOVE = {"head": 14.0, "name": 8.0, "label": 5.0, "body": 4.0, "bullet": 2.0}
INDENT = 16.0
#: Lines stand this far apart: Thai needs more than Latin.
LEADING = 1.35
#: Nobody knows which font a reader has.
DOUBT = 1.06


@dataclass(frozen=True)
class Line:
    """A paragraph on a slide: its text, its kind (a key of SIZES), and a label before it."""

    text: str
    kind: str
    label: str = ""

    @property
    def is_head(self) -> bool:
        """Tell whether it belongs to what follows."""
        return self.kind in ("head", "name", "label")


def rows(text: str, size: float, width: float, strong: bool = False) -> int:
    """Return how many rows a text fills in a width; a word longer than that is broken."""
    count = 0
    for part in text.split("\n"):
        used, needed = 0.0, 1
        for word in _words(part):
            wide = width_of(word, size, strong) * DOUBT
            if used + wide > width and used:
                needed, used = needed + 1, 0.0
            while wide > width:
                needed, wide = needed + 1, wide - width
            used += wide
        count += needed
    return count


def _words(text: str) -> Iterator[str]:
    """Yield the pieces after which a line may break; scripts without blanks break anywhere."""
    piece = ""
    for sign in text:
        piece += sign
        if sign.isspace() or sign >= "\u2e80" or sign == "-":
            yield piece
            piece = ""
    if piece:
        yield piece


def height(line: Line, width: float) -> float:
    """Return how tall a paragraph is."""
    size = SIZES[line.kind]
    inner = width - (INDENT if line.kind == "bullet" else 0)
    count = rows(line.label + line.text, size, inner, strong=line.is_head)
    return ABOVE[line.kind] + count * size * LEADING


def split(line: Line, width: float, most: float) -> Iterator[Line]:
    """Yield a paragraph in pieces of which none is taller than a slide."""
    while height(line, width) > most:
        text = line.text
        low, high = 1, len(text)
        while low < high:
            middle = (low + high + 1) // 2
            fits = height(replace(line, text=text[:middle]), width) <= most
            low, high = (middle, high) if fits else (low, middle - 1)
        blank = text.rfind(" ", low // 2, low + 1)
        end = blank if blank > 0 else low
        yield replace(line, text=text[:end].rstrip())
        line = replace(line, text=text[end:].lstrip(), label="")
    yield line
