"""A status in Slack: a typographic mark and always the word (pure)."""

from goals import words

MARKS = {
    "achieved": "✓",
    "ahead": "●",
    "on_track": "●",
    "at_risk": "▲",
    "off_track": "◆",
    "missed": "■",
}
#: What is not known is hollow.
UNKNOWN = "○"


def marked(status: str, reader: words.Reader) -> str:
    """Return the mark and the word of a status."""
    return f"{MARKS.get(status, UNKNOWN)} {words.render(words.status(status), reader)}"
