"""The document as PDF, where WeasyPrint and what it stands on are installed."""

import warnings
from typing import Any

from goals.charts.png import FONTS
from goals.errors import Refusal
from goals.words import N_, Message
from strategy.document import page
from strategy.document.model import Document

#: The fonts that come with the product, so that Latin and Thai look the same everywhere.
FACES = (
    ("Noto Sans", 400, "NotoSans-Regular.ttf"),
    ("Noto Sans", 700, "NotoSans-SemiBold.ttf"),
    ("Noto Sans Thai", 400, "NotoSansThai-Regular.ttf"),
    ("Noto Sans Thai", 700, "NotoSansThai-SemiBold.ttf"),
)


def write(document: Document) -> bytes:
    """Return the PDF; raises Refusal `no_pdf` where it cannot be made on this machine."""
    return printed(page.text(document))


def printed(text: str) -> bytes:
    """Return a page as PDF, with the fonts of the product; raises Refusal `no_pdf`."""
    printer = weasyprint()
    faces = "".join(
        f'@font-face {{ font-family: "{family}"; font-weight: {weight};'
        f" src: url({(FONTS / name).as_uri()}) }}\n"
        for family, weight, name in FACES
    )
    from weasyprint.text.fonts import FontConfiguration

    fonts = FontConfiguration()
    own = _fetcher()
    made: bytes = printer.HTML(string=text, url_fetcher=own).write_pdf(
        stylesheets=[printer.CSS(string=faces, font_config=fonts, url_fetcher=own)],
        font_config=fonts,
    )
    return made


def weasyprint() -> Any:
    """Return the library; raises Refusal `no_pdf` with what to install."""
    try:
        with warnings.catch_warnings():
            # That it will want another library some day helps nobody who wants a document now.
            warnings.simplefilter("ignore", DeprecationWarning)
            import weasyprint as found
    except (ImportError, OSError) as error:
        raise Refusal(
            "no_pdf",
            N_("PDF needs WeasyPrint and Pango, which are not installed here."),
            misused=False,
            fix=Message(
                N_(
                    "Type: pip install 'headway[pdf]' and, on Debian, apt-get install"
                    " libpangoft2-1.0-0. Or print the web page."
                )
            ),
        ) from error
    return found


def _fetcher() -> Any:
    """Return what loads the product's own fonts and nothing else."""
    from weasyprint.urls import URLFetcher

    class Own(URLFetcher):  # type: ignore[misc]
        def fetch(self, url: str, headers: Any = None) -> Any:
            if not url.startswith(FONTS.as_uri() + "/"):
                raise ValueError("the document loads nothing")
            return super().fetch(url, headers)

    return Own(allowed_protocols={"file"})
