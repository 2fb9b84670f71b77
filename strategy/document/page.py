"""The document as a page that stands by itself: one file, its style inside, ready for print."""

from functools import lru_cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from goals.charts import png
from strategy.document import terms
from strategy.document.model import Document

TEMPLATES = Path(__file__).resolve().parents[2] / "templates"
STYLE = Path(__file__).with_name("page.css")


def write(document: Document) -> bytes:
    """Return the page as UTF-8 text."""
    return text(document).encode()


def text(document: Document) -> str:
    """Return the page."""
    return (
        _environment()
        .get_template("document/page.html")
        .render(**context(document), style=Markup("<style>%s</style>") % Markup(style(document)))
    )


def context(document: Document) -> dict[str, object]:
    """Return what the templates of the document show."""
    return {
        "document": document,
        "terms": terms,
        "_": lambda text: document.say(text),
        "chart": lambda picture: Markup(png.painted(picture)) if picture else "",
    }


def style(document: Document) -> str:
    """Return the style, with the running head of printed pages."""
    head = f"{document.company} \u00b7 {document.title}"
    return STYLE.read_text(encoding="utf-8") + (
        f"@page {{ @top-left {{ content: {quoted(head)} }}"
        f" @bottom-left {{ content: {quoted(document.edition)} }} }}\n"
    )


def quoted(text: str) -> str:
    """Return a text as a string of a style sheet, from which nothing leads out."""
    safe = "".join(one if one.isalnum() or one in " .,:;-" else f"\\{ord(one):x} " for one in text)
    return f'"{safe}"'


@lru_cache(maxsize=1)
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
