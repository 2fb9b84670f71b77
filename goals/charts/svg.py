"""Pieces of SVG as text: colours are classes, geometry stands in attributes, no style."""

from collections.abc import Iterable
from html import escape

XY = tuple[float, float]

#: Widths of characters as shares of the text size, a little generous: the page's font is the
#: reader's own. Digits, capitals and the rest are told apart, combining marks take no room.
_NARROW = frozenset(" .,:;'|!ijl()[]ftI\u00a0")
_WIDE = frozenset("mwMW%@")
_THAI_MARKS = frozenset("ัิีึืฺุู็่้๊๋์ํ๎")
_FIRST_WIDE = "\u2e80"


def esc(text: str) -> str:
    """Return a text safe between tags and inside attributes."""
    return escape(text, quote=True)


def points(line: Iterable[XY]) -> str:
    """Return coordinates as a `points` attribute holds them."""
    return " ".join([f"{x:.1f},{y:.1f}" for x, y in line])


def polyline(name: str, line: Iterable[XY]) -> str:
    """Return an open line of a class."""
    return f'<polyline class="{name}" points="{points(line)}"/>'


def polygon(name: str, line: Iterable[XY]) -> str:
    """Return an area of a class."""
    return f'<polygon class="{name}" points="{points(line)}"/>'


def line(name: str, start: XY, end: XY) -> str:
    """Return a straight line of a class."""
    return (
        f'<line class="{name}" x1="{start[0]:.1f}" x2="{end[0]:.1f}" '
        f'y1="{start[1]:.1f}" y2="{end[1]:.1f}"/>'
    )


def circle(name: str, centre: XY, radius: float) -> str:
    """Return a circle of a class."""
    return f'<circle class="{name}" cx="{centre[0]:.1f}" cy="{centre[1]:.1f}" r="{radius:g}"/>'


def text(words: str, at: XY, name: str = "", anchor: str = "start", size: float = 12) -> str:
    """Return a line of text; sizes other than the 12 px of pages stand in an attribute."""
    kind = f' class="{name}"' if name else ""
    end = f' text-anchor="{anchor}"' if anchor != "start" else ""
    big = f' font-size="{size:g}"' if size != 12 else ""
    return f'<text{kind} x="{at[0]:.1f}" y="{at[1]:.1f}"{end}{big}>{esc(words)}</text>'


def picture(name: str, width: float, height: float, label: str, parts: Iterable[str]) -> str:
    """Return a picture with a sentence that says what it shows."""
    kind = f'class="{name}" ' if name else ""
    return (
        f'<svg {kind}viewBox="0 0 {width:g} {height:g}" role="img" aria-label="{esc(label)}">'
        f"{''.join(parts)}</svg>"
    )


def width_of(words: str, size: float = 12, strong: bool = False) -> float:
    """Return about how wide a text is, in pixels."""
    units = 0.0
    for sign in words:
        if sign in _NARROW:
            units += 0.33
        elif sign in _THAI_MARKS:
            continue
        elif sign >= _FIRST_WIDE:
            units += 1.0
        elif sign in _WIDE:
            units += 0.92
        else:
            units += 0.66 if sign.isupper() else 0.6
    return units * size * (1.06 if strong else 1.0)


def cut(words: str, room: float, size: float = 12) -> str:
    """Return a text, shortened with an ellipsis where it is wider than its room."""
    if width_of(words, size) <= room:
        return words
    short = words
    while short and width_of(f"{short}…", size) > room:
        short = short[:-1]
    return f"{short.rstrip()}…"
