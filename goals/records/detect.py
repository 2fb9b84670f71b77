"""What kind of file this is: text or not, its encoding, the sign between its cells (pure)."""

import codecs
import csv
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from goals.words import N_, Message

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
#: How other files that are no tables begin.
_OTHERS = (b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"\x1f\x8b", b"\x7fELF", b"SQLite format")
#: How pages begin, which some programs send under the name of a workbook.
_PAGES = (b"<!doctype", b"<html", b"<table", b"<?xml", b"mime-version:")
#: What is wrong with a file that can be read in no encoding, and what to do.
NO_TEXT = (
    Message(N_("This file does not hold text.")),
    Message(
        N_("Import an Excel workbook (.xlsx), or a CSV file: text with a sign between the cells.")
    ),
)
DELIMITERS = (",", ";", "\t", "|")
#: Encodings that are offered beside those that the statistics name, for our three languages.
_USUAL = ("cp874", "gb18030", "big5", "cp1252", "cp932")
#: Characters of a preview, and choices that the statistics name.
_PREVIEW, _LIKELY = 60, 3


@dataclass(frozen=True)
class Choice:
    """An encoding in which a file can be read, and a line of it read so."""

    encoding: str
    preview: str


def trouble(head: bytes) -> tuple[str, Message, Message] | None:
    """Return why a file is no table of text by its first bytes: code, what it is, what to do."""
    if head.removeprefix(codecs.BOM_UTF8).lstrip()[:20].lower().startswith(_PAGES):
        return (
            "not_text",
            Message(N_("This is a web page or XML, even if its name says that it is a table.")),
            Message(N_("Open it in Excel, save it as a workbook (.xlsx), and import that file.")),
        )
    zeros = head.count(0) * 10 > len(head) and marked(head) is None and wide(head) is None
    if zeros or head.startswith(_OTHERS):
        return ("not_text", *NO_TEXT)
    return None


def marked(head: bytes) -> str | None:
    """Return the encoding that a file's byte-order mark names, None without one."""
    return next((name for mark, name in _MARKS if head.startswith(mark)), None)


def wide(head: bytes) -> str | None:
    """Return the encoding of two bytes a character that a file without a mark seems to have."""
    even, odd = head[::2].count(0), head[1::2].count(0)
    if max(even, odd) * 10 > len(head) and min(even, odd) * 100 <= max(even, odd):
        return "utf-16-be" if even else "utf-16-le"
    return None


def choices(sample: bytes) -> list[Choice]:
    """Return the encodings in which a sample could be read, the likelier ones first."""
    from charset_normalizer import from_bytes

    likely = [wide(sample)] if wide(sample) else [one.encoding for one in from_bytes(sample)]
    made: list[Choice] = []
    for name in filter(None, dict.fromkeys([*likely[:_LIKELY], *_USUAL])):
        preview = _preview(sample, name)
        if preview is not None and preview not in [one.preview for one in made]:
            made.append(Choice(name, preview))
    return made


def _preview(sample: bytes, encoding: str) -> str | None:
    """Return a line in which the encoding matters, None if the sample is not in it."""
    try:
        # The sample may end in the middle of a character.
        text = codecs.getincrementaldecoder(encoding)().decode(sample)
    except (UnicodeError, LookupError):
        return None
    lines = [line for line in text.splitlines() if not line.isascii() or "\0" not in line]
    telling = [line for line in lines if not line.isascii()] or lines
    return telling[0][:_PREVIEW] if telling and "\0" not in telling[0] else None


def delimiter(sample: str) -> str:
    """Return the sign between cells: the one that cuts most lines into the same number."""
    best, most = ",", (0.0, 0)
    for sign in DELIMITERS:
        widths = Counter(_widths(sample, sign))
        width, times = max(widths.items(), key=lambda one: one[1], default=(0, 0))
        score = (times / max(widths.total(), 1), width)
        if width > 1 and score > most:
            best, most = sign, score
    return best


def _widths(sample: str, sign: str) -> Iterator[int]:
    lines = sample.splitlines(keepends=True)
    try:
        for row in csv.reader(lines, delimiter=sign):
            if row:
                yield len(row)
    except csv.Error:
        return
