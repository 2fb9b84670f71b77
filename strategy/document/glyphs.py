"""The characters for which no font here has a shape: in the PDF a box stands in their place."""

import logging
import threading
import unicodedata
from functools import lru_cache

from goals.charts.png import FONTS
from goals.words import N_, Message
from strategy.document import page, pdf
from strategy.document.model import Document

#: So many are named, the others counted.
NAMED = 12
#: What has no shape of its own: controls, joiners, and the ends of lines.
_SHAPELESS = ("Cc", "Cf", "Zl", "Zp")
#: How WeasyPrint reports a character that is drawn as a box: itself and its number.
_BOX = ".notdef"

SAID = N_(
    "No font here can show %(signs)s: in the PDF a box stands in their place. Who looks after this"
    " machine can install a font that has them; Word, PowerPoint and the web page use the"
    " reader's fonts."
)


def characters(document: Document) -> tuple[str, ...]:
    """Return them in the order of their numbers; raises Refusal `no_pdf` as the PDF does."""
    pdf.weasyprint()
    foreign = {
        one
        for one in set(page.text(document)) - _own()
        if unicodedata.category(one) not in _SHAPELESS
    }
    return _boxes("".join(sorted(foreign)))


def said(found: tuple[str, ...]) -> Message | None:
    """Return what to tell about them, None where there are none."""
    if not found:
        return None
    named = [f"{one} (U+{ord(one):04X})" for one in found[:NAMED]]
    if len(found) > NAMED:
        rest = Message(N_("%(count)s more"), {"count": len(found) - NAMED})
        return Message(SAID, {"signs": [*named, rest]})
    return Message(SAID, {"signs": named})


@lru_cache(maxsize=64)
def _boxes(text: str) -> tuple[str, ...]:
    """Return those of some characters that WeasyPrint, asked to print them, has no font for."""
    if not text:
        return ()
    log = logging.getLogger("weasyprint")
    heard = _Heard(threading.get_ident())
    log.addHandler(heard)
    try:
        pdf.printed(f"<p>{' '.join(text)}</p>")
    finally:
        log.removeHandler(heard)
    return tuple(sorted(heard.found))


@lru_cache(maxsize=1)
def _own() -> frozenset[str]:
    """Return what the fonts of the product have."""
    from fontTools.ttLib import TTFont

    found: set[str] = set()
    for _family, _weight, name in pdf.FACES:
        with TTFont(FONTS / name, lazy=True) as font:
            found.update(map(chr, font.getBestCmap()))
    return frozenset(found)


class _Heard(logging.Handler):
    """Gathers what WeasyPrint reports while one thread prints."""

    def __init__(self, thread: int) -> None:
        super().__init__(logging.WARNING)
        self.thread = thread
        self.found: set[str] = set()

    def emit(self, record: logging.LogRecord) -> None:
        here = record.thread == self.thread and str(record.msg).startswith(_BOX)
        if here and isinstance(record.args, tuple) and record.args:
            self.found.add(str(record.args[0]))
