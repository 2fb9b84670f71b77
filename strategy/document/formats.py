"""The formats of the document: what each is called, how it is sent, and who writes it.

The libraries of a format are loaded when it is written.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import import_module
from typing import cast

from goals.words import N_
from strategy.document.model import Document, Listing


@dataclass(frozen=True)
class Format:
    """A format: its ending, what it is called, its media type and the module that writes it.

    `pace` is how many characters a second it writes on a small machine, measured.
    """

    ending: str
    name: str
    media_type: str
    module: str
    pace: int = 500_000


_OFFICE = "application/vnd.openxmlformats-officedocument"
FORMATS = {
    one.ending: one
    for one in (
        Format("pdf", N_("PDF"), "application/pdf", "pdf", 20_000),
        Format("docx", N_("Word"), f"{_OFFICE}.wordprocessingml.document", "text", 60_000),
        Format(
            "pptx", N_("PowerPoint"), f"{_OFFICE}.presentationml.presentation", "slides", 40_000
        ),
        Format("xlsx", N_("Excel"), f"{_OFFICE}.spreadsheetml.sheet", "sheets"),
        Format("md", N_("Markdown"), "text/markdown; charset=utf-8", "markdown"),
        Format("html", N_("Web page"), "text/html; charset=utf-8", "page"),
        Format("json", N_("JSON"), "application/json", "interchange"),
    )
}


def seconds(document: Document, ending: str) -> int:
    """Return about how long it takes to write the document in a format."""
    return sum(map(len, _texts(document))) // FORMATS[ending].pace


def _texts(document: Document) -> Iterator[str]:
    for section in document.sections:
        for part in section.parts:
            if isinstance(part, Listing):
                yield from (cell.text for row in part.rows for cell in row.cells)
            else:
                yield from (one.cell.text for one in part.answers)


def write(document: Document, ending: str) -> bytes:
    """Return the document in a format; raises Refusal where it cannot be made on this machine."""
    module = import_module(f"strategy.document.{FORMATS[ending].module}")
    return cast(Callable[[Document], bytes], module.write)(document)


def file_name(document: Document, ending: str) -> str:
    """Return what the file is called."""
    return f"{document.slug}.{ending}"
