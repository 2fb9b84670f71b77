"""Slack's own mark-up, written so that nothing a person typed can ping, link or break it (pure).

Slack has no way to escape the marks of bold, italic, struck and code. Bold of ours is therefore
kept under marks that nobody can type, and a section in which somebody typed marks of their own
becomes rich text, which has none.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

Block = dict[str, Any]

#: Slack's limits less a tenth, because Slack may count other units than we do.
SECTION = 2700
CONTEXT = 1800
LABEL = 67
VALUE = 1800
TEXT = 3500
ALT = 1800

_ADDRESS = re.compile(r"^(https?://|www\.)|^[\w-]+(\.[\w-]+)*\.[a-z]{2,}(/|$)", re.IGNORECASE)
# Characters that turn the direction of what follows could show another text than there is.
_TURNS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_JOINER = "\u200d"
#: Where bold of ours begins and ends; `escape` leaves no such characters in what was typed.
_BOLD, _PLAIN = "\x01", "\x02"
_PIECE = re.compile(f"<(https?://[^|>]+)\\|([^>]*)>|<@([A-Z0-9]+)>|([{_BOLD}{_PLAIN}])")
# What Slack would take for a mark: of a style, an emoji, or a quotation.
_STYLED = re.compile(r"[*~`]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])|:[\w+'-]+:|^&gt;", re.MULTILINE)
_MORE = "\u2026"


@dataclass(frozen=True)
class Picture:
    """A picture that Slack has, by its id there, and what it shows in words."""

    file_id: str
    words: str


@dataclass(frozen=True)
class Post:
    """A message: its text, which notifications and screen readers give, and its blocks."""

    text: str
    blocks: list[Block] = field(default_factory=list)

    def payload(self) -> dict[str, Any]:
        """Return the arguments that every method of posting shares."""
        return {"text": self.text, "blocks": self.blocks}

    @property
    def has_picture(self) -> bool:
        """Tell whether it shows a picture."""
        return any(one["type"] == "image" for one in self.blocks)

    def without_pictures(self) -> "Post":
        """Return the same message without its pictures."""
        return Post(self.text, [one for one in self.blocks if one["type"] != "image"])


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
    return escape(clip(_typed(marked_up), most))


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
    return escape(clip(" ".join(text.split()), most)).strip()


def bold(marked_up: str) -> str:
    """Return mark-up in bold."""
    return f"{_BOLD}{marked_up}{_PLAIN}"


def link(url: str, label: str) -> str:
    """Return a name in bold that leads somewhere; one that looks like an address leads nowhere."""
    shown = bold(name(label))
    if _ADDRESS.search(label.strip()):
        return shown
    return f"<{url}|{shown}>"


def section(*lines: str) -> Block:
    """Return a section of lines that are mark-up already."""
    whole = _whole(lines, SECTION)
    if any(_STYLED.search(one) for one in _words(whole)):
        return _rich(whole)
    marked_up = whole.replace(_BOLD, "*").replace(_PLAIN, "*")
    return {"type": "section", "text": {"type": "mrkdwn", "text": marked_up, "verbatim": True}}


def sections(lines: Iterable[str]) -> list[Block]:
    """Return sections with all of some lines, as many as they need."""
    parts: list[list[str]] = []
    for line in lines:
        if not parts or _size("\n".join([*parts[-1], line])) > SECTION:
            parts.append([])
        parts[-1].append(line)
    return [section(*part) for part in parts]


def context(*parts: str) -> Block:
    """Return a small grey line of parts that are escaped already."""
    whole = _typed(_whole([" · ".join(parts)], CONTEXT))
    return {
        "type": "context",
        "elements": [{"type": "plain_text", "text": whole, "emoji": False}],
    }


def image(picture: Picture) -> Block:
    """Return a picture with its words for those who do not see it."""
    alt = _typed(escape(clip(picture.words, ALT)))
    return {"type": "image", "slack_file": {"id": picture.file_id}, "alt_text": alt}


def actions(*buttons: Block) -> Block:
    """Return a row of buttons."""
    return {"type": "actions", "elements": list(buttons)}


def beside(section: Block, button: Block) -> list[Block]:
    """Return a section with a button at its side, or under it where it is rich text."""
    if section["type"] == "section":
        return [{**section, "accessory": button}]
    return [section, actions(button)]


def button(action: str, label: str, value: str, *, url: str | None = None) -> Block:
    """Return a button; with a URL it opens a page."""
    made: Block = {
        "type": "button",
        "action_id": action,
        "text": {"type": "plain_text", "text": clip(label, LABEL) or "?", "emoji": False},
        "value": value[:VALUE],
    }
    return made if url is None else {**made, "url": url}


def _typed(escaped: str) -> str:
    """Return what was escaped as it was typed."""
    return escaped.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def _words(marked_up: str) -> list[str]:
    """Return the texts in mark-up, without what is ours."""
    labels = [found.group(2) or "" for found in _PIECE.finditer(marked_up)]
    return [_PIECE.sub(" ", one) for one in (marked_up, *labels)]


def _rich(marked_up: str) -> Block:
    """Return mark-up as rich text, in which all that was typed stands as it is."""
    elements: list[Block] = []
    is_bold, end = False, 0

    def add(kind: str, **more: str) -> None:
        style = {"style": {"bold": True}} if is_bold else {}
        elements.append({"type": kind, **more, **style})

    for found in [*_PIECE.finditer(marked_up), None]:
        between = marked_up[end : None if found is None else found.start()]
        if between:
            add("text", text=_typed(between))
        if found is None:
            break
        url, label, user, mark = found.groups()
        end = found.end()
        if mark:
            is_bold = mark == _BOLD
        elif url:
            is_bold = _BOLD in label
            add("link", url=url, text=_typed(_PIECE.sub("", label)))
            is_bold = False
        else:
            add("user", user_id=user)
    inside = {"type": "rich_text_section", "elements": elements}
    return {"type": "rich_text", "elements": [inside]}


def _whole(lines: Any, most: int) -> str:
    """Return the lines that fit; mark-up is never cut in two."""
    kept: list[str] = []
    for line in lines:
        if line and _size("\n".join([*kept, line])) <= most:
            kept.append(line)
    return "\n".join(kept) or _MORE
