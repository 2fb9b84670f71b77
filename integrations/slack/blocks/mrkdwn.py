"""Slack's own mark-up, written so that nothing a person typed can ping, link or break it (pure)."""

import re
import unicodedata
from dataclasses import dataclass, field
from typing import Any

Block = dict[str, Any]

#: Slack's limits less a tenth, because Slack may count other units than we do.
SECTION = 2700
CONTEXT = 1800
LABEL = 67
VALUE = 1800
TEXT = 3500

_ADDRESS = re.compile(r"^(https?://|www\.)|^[\w-]+(\.[\w-]+)*\.[a-z]{2,}(/|$)", re.IGNORECASE)
# Characters that turn the direction of what follows could show another text than there is.
_TURNS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_JOINER = "\u200d"
_MORE = "\u2026"


@dataclass(frozen=True)
class Post:
    """A message: its text, which notifications and screen readers give, and its blocks."""

    text: str
    blocks: list[Block] = field(default_factory=list)

    def payload(self) -> dict[str, Any]:
        """Return the arguments that every method of posting shares."""
        return {"text": self.text, "blocks": self.blocks}


def escape(text: str) -> str:
    """Return what somebody typed as mark-up that shows it and does nothing else."""
    safe = "".join(
        " " if unicodedata.category(one) in ("Cc", "Cs", "Zl", "Zp") else one
        for one in text
        if one not in _TURNS
    )
    for mark, entity in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;")):
        safe = safe.replace(mark, entity)
    return safe


def clip(text: str, most: int) -> str:
    """Return text that escaped has at most so many UTF-16 units, never cut inside a character.

    A character is what a reader takes for one: a letter with its accents, a Thai consonant
    with its vowels and tone, a family emoji.
    """
    if _size(escape(text)) <= most:
        return text
    kept, room = "", most - 1
    for part in clusters(text):
        room -= _size(escape(part))
        if room < 0:
            break
        kept += part
    return kept.rstrip() + _MORE


def clip_marked(marked_up: str, most: int) -> str:
    """Return plain mark-up cut to a size, never inside a character or an entity."""
    if _size(marked_up) <= most:
        return marked_up
    plain = marked_up.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    return escape(clip(plain, most))


def clusters(text: str) -> list[str]:
    """Return the characters of a text as readers see them."""
    found: list[str] = []
    for one in text:
        if found and _joins(found[-1], one):
            found[-1] += one
        else:
            found.append(one)
    return found


def _joins(before: str, one: str) -> bool:
    if unicodedata.category(one) in ("Mn", "Mc", "Me") or one == _JOINER:
        return True
    if before.endswith(_JOINER) or one in "\u0e33\u0eb3":
        return True
    code = ord(one)
    if 0x1F3FB <= code <= 0x1F3FF or 0xE0020 <= code <= 0xE007F or 0x1160 <= code <= 0x11FF:
        return True
    flags = sum(0x1F1E6 <= ord(each) <= 0x1F1FF for each in before)
    return 0x1F1E6 <= code <= 0x1F1FF and flags % 2 == 1 and flags == len(before)


def _size(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def name(text: str, most: int = 200) -> str:
    """Return a name that somebody gave, to stand inside of mark-up."""
    return escape(clip(" ".join(text.split()), most)).replace("*", "\u2217").replace("`", "'")


def bold(marked_up: str) -> str:
    """Return mark-up in bold."""
    return f"*{marked_up}*"


def link(url: str, label: str) -> str:
    """Return a name in bold that leads somewhere; one that looks like an address leads nowhere."""
    shown = bold(name(label))
    if _ADDRESS.search(label.strip()):
        return shown
    return f"<{url}|{shown}>"


def section(*lines: str) -> Block:
    """Return a section of lines that are mark-up already."""
    return {"type": "section", "text": _text(_whole(lines, SECTION))}


def context(*parts: str) -> Block:
    """Return a small grey line of parts that are mark-up already."""
    return {"type": "context", "elements": [_text(_whole([" · ".join(parts)], CONTEXT))]}


def actions(*buttons: Block) -> Block:
    """Return a row of buttons."""
    return {"type": "actions", "elements": list(buttons)}


def button(action: str, label: str, value: str, *, url: str | None = None) -> Block:
    """Return a button; with a URL it opens a page."""
    made: Block = {
        "type": "button",
        "action_id": action,
        "text": {"type": "plain_text", "text": clip(label, LABEL) or "?", "emoji": False},
        "value": value[:VALUE],
    }
    return made if url is None else {**made, "url": url}


def _text(marked_up: str) -> Block:
    return {"type": "mrkdwn", "text": marked_up, "verbatim": True}


def _whole(lines: Any, most: int) -> str:
    """Return the lines that fit; mark-up is never cut in two."""
    kept: list[str] = []
    for line in lines:
        if line and _size("\n".join([*kept, line])) <= most:
            kept.append(line)
    return "\n".join(kept) or _MORE
