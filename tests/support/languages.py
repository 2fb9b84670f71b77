"""Finds words in Latin letters in what a page shows, for pages that should show none.

A page is read as its reader meets it: texts, options, headings of tables, what stands in a box
before anything is typed, what is said beside the pointer and to a screen reader, and what scripts
will say. What is typed into boxes, and codes to be copied, are not read.
"""

import io
import re
import zipfile
from collections.abc import Iterable
from html.parser import HTMLParser

#: Attributes that are read out or shown beside the pointer.
SPOKEN = {"title", "aria-label", "aria-description", "aria-roledescription", "aria-valuetext"}
SPOKEN |= {"placeholder", "alt", "label", "summary", "hx-confirm"}
ALONE = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source"}
SILENT = {"script", "style", "template", "textarea", "code", "kbd", "pre", "noscript"}
#: Attributes for scripts that name events or places on the page and are never shown.
UNSHOWN = {"data-any", "data-points"}

_RUN = re.compile(r"[!-~\u2019]+")
_WORD = re.compile(r"[A-Za-z]+(?:['\u2019][A-Za-z]+)*")
#: An address, a file, a number with its unit, the name of a variable: written alike everywhere.
_CODE = re.compile(
    r"https?:\S*|/\S*|\S*@\S*|\S*\w[.:=]\w\S*|\S*\d\S*|[A-Z0-9]+(?:_[A-Z0-9]+)+|\W*", re.ASCII
)


class _Reader(HTMLParser):
    """Collects what a page shows, each text with the element it stands in."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[tuple[str, bool]] = []
        self.found: list[tuple[str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        for name, value in given.items():
            if value.strip() and _is_shown(tag, name, given):
                self.found.append((f"{tag} {name}", value))
        if tag not in ALONE:
            silent = bool(self.open) and self.open[-1][1]
            # A language's own name stands in that language.
            foreign = tag != "html" and given.get("lang") == "en"
            self.open.append((tag, silent or foreign or tag in SILENT))

    def handle_endtag(self, tag: str) -> None:
        for place in range(len(self.open) - 1, -1, -1):
            if self.open[place][0] == tag:
                del self.open[place:]
                return

    def handle_data(self, data: str) -> None:
        tag, silent = self.open[-1] if self.open else ("", False)
        if data.strip() and not silent:
            self.found.append((tag, data))


def _is_shown(tag: str, name: str, given: dict[str, str]) -> bool:
    if name in SPOKEN:
        return True
    if name == "value":
        return (
            tag == "input"
            and given.get("type") in ("submit", "button", "reset")
            and (given.get("tabindex") != "-1")
        )
    if name == "content":
        return given.get("name") in ("description", "application-name")
    # A sentence for scripts has more than one word; a heading of a narrow table may have one.
    sentence = name.startswith("data-") and " " in given[name].strip()
    return name == "data-label" or (
        sentence and name not in UNSHOWN and not name.startswith("data-hx-")
    )


def shown(html: str) -> list[tuple[str, str]]:
    """Return what a page shows, each text with the element or attribute that it stands in."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return [(where, " ".join(text.split())) for where, text in reader.found]


def latin(text: str, known: Iterable[str] = ()) -> list[str]:
    """Return the words in Latin letters of a text, those that are `known` left out.

    A known name may have several words. Codes and single letters are no words.
    """
    for name in known:
        text = re.sub(rf"(?<![A-Za-z]){re.escape(name)}(?![A-Za-z])", " ", text)
    return [
        word
        for run in _RUN.findall(text)
        if not _CODE.fullmatch(run.strip("()[]{}.,:;!?\"'*<>-\u2019"))
        for word in _WORD.findall(run)
        if len(word) > 1
    ]


def of_office(content: bytes) -> list[tuple[str, str]]:
    """Return the texts of a Word, PowerPoint or Excel file with the parts they stand in."""
    found = []
    with zipfile.ZipFile(io.BytesIO(content)) as file:
        for name in file.namelist():
            if re.fullmatch(r"(word|ppt/slides|xl)/[\w/]+\.xml", name):
                xml = file.read(name).decode()
                texts = re.findall(r"<(?:[wa]:)?t(?: [^>]*)?>([^<]+)<", xml)
                found += [(name, text) for text in texts]
    return found
