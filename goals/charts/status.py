"""The shape of each status: a symbol of the sprite, a tone, and a mark for plain text."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Shape:
    """How a status looks beside its word, which is never left out.

    `symbol` is the id in the sprite, `tone` the end of the class `t-...` (ok, warn, bad,
    none), `mark` the sign that stands before the word in Slack and in the terminal.
    """

    symbol: str
    tone: str
    mark: str


#: Round is fine, pointed is to be looked at, square is closed, hollow is not known.
SHAPES = {
    "achieved": Shape("s-achieved", "ok", "✓"),
    "ahead": Shape("s-ahead", "ok", "●"),
    "on_track": Shape("s-ontrack", "ok", "●"),
    "at_risk": Shape("s-atrisk", "warn", "▲"),
    "off_track": Shape("s-offtrack", "bad", "◆"),
    "missed": Shape("s-missed", "bad", "■"),
    "too_early": Shape("s-early", "none", "○"),
    "no_data": Shape("s-nodata", "none", "○"),
    "stale": Shape("s-stale", "none", "○"),
    "source_broken": Shape("s-broken", "none", "○"),
}


def status_shape(status: str) -> Shape:
    """Return the shape of a status; raises KeyError for what is none."""
    return SHAPES[status]
