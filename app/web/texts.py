"""Texts on pages: messages from below, numbers, money and days, in the reader's language."""

import re
from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache

from flask import Flask, url_for
from flask_babel import LazyString
from markupsafe import Markup, escape

from app.web import frame
from goals import words

_RECEIPT = re.compile(r"rcp_[0-9a-f]+")
#: Where a line could end between a sign and the currency behind it, and what keeps them together.
_PARTED = re.compile("(?<=[+\u2212])(?=[$\u00a3\u00a5\u0e3f\u20a0-\u20cf])")
WORD_JOINER = "\u2060"
#: So much of a receipt is enough to tell two apart.
SHORT = len("rcp_8c7e")


def install(app: Flask) -> None:
    """Give templates the filters that render values."""
    app.jinja_env.filters.update(say=say, amount=amount, compact=compact, day=day, instant=instant)
    app.jinja_env.filters.update(written=written, signed=signed, translated=gettext)
    app.jinja_env.filters["said_with_receipts"] = said_with_receipts
    app.jinja_env.globals["status_word"] = status_word
    # The same catalogues as Flask-Babel's own functions, without a search for each word.
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]
        _translated, _translated_many, newstyle=True, pgettext=_translated_in
    )
    # A page says dozens of words; Jinja's own way goes through the template's context for each.
    app.jinja_env.globals["_"] = _said
    app.jinja_env.globals["lang_tag"] = lang_tag


def _translated(text: str) -> str:
    return words.translate(frame.reader().locale, text)


def _translated_in(context: str, text: str) -> str:
    return _translated(words.C_(context, text))


def _translated_many(one: str, many: str, num: int) -> str:
    return words.translate(frame.reader().locale, one, many, num)


def _said(text: str, **values: object) -> Markup:
    return _marked(frame.reader().locale, text) % values


@lru_cache(maxsize=8192)
def _marked(locale: str, text: str) -> Markup:
    return Markup(words.translate(locale, text))


def gettext(text: str, **values: object) -> str:
    """Return a text of a page in the reader's language."""
    found = _translated(text)
    return found % values if values else found


def ngettext(one: str, many: str, num: int, **values: object) -> str:
    """Return a text that depends on a number, which it may show as %(num)s."""
    return _translated_many(one, many, num) % {"num": num, **values}


def lazy_gettext(text: str) -> LazyString:
    """Return a text that is put into the reader's language when it is shown."""
    return LazyString(gettext, text)


def together(text: str) -> str:
    """Return a text whose signs stay on the line of their amounts, as in \u2212\u0e3f1,200."""
    return _PARTED.sub(WORD_JOINER, text)


def say(message: words.Message | str | None) -> str:
    """Return a message in the reader's language; "" for None."""
    if message is None:
        return ""
    if isinstance(message, str):
        return message
    return together(words.render(message, frame.reader()))


def listed(parts: Iterable[words.Message | str]) -> str:
    """Return several things in a row, parted as the reader's language does."""
    return together(words.format_value(list(parts), frame.reader()))


def said_with_receipts(message: words.Message | None) -> Markup:
    """Return a message whose receipts lead to their pages, each called by its first letters."""

    def link(found: re.Match[str]) -> str:
        address = url_for("metrics.receipt", receipt=found.group())
        return Markup('<a href="{}">{}</a>').format(address, found.group()[:SHORT])

    return Markup(_RECEIPT.sub(link, str(escape(say(message)))))


def amount(value: Decimal | None, unit: str, currency: str | None = None) -> str:
    """Return a value with its unit; a dash for no data."""
    return together(words.format_value(words.amount(value, unit, currency), frame.reader()))


def compact(value: Decimal | None, unit: str, currency: str | None = None) -> str:
    """Return a value with its unit, large ones shortened."""
    found = words.amount(value, unit, currency, compact=True)
    return together(words.format_value(found, frame.reader()))


def written(value: object) -> str:
    """Return any value that a message can carry as the reader writes it."""
    return together(words.format_value(value, frame.reader()))


def signed(value: Decimal, unit: str, currency: str | None = None) -> str:
    """Return a difference with its sign; that of two rates is in points."""
    change = words.RatePoints(value) if unit == "rate" else words.amount(value, unit, currency)
    assert change is not None
    return together(words.format_value(words.Signed(change), frame.reader()))


def day(value: date | None) -> str:
    """Return a day as the reader writes it."""
    return "" if value is None else words.format_value(words.Day(value), frame.reader())


def instant(value: datetime | None) -> str:
    """Return an instant as local day and time."""
    return "" if value is None else words.format_value(words.Instant(value), frame.reader())


def status_word(status: str) -> str:
    """Return the word for a status."""
    return words.render(words.status(status), frame.reader())


def lang_tag() -> str:
    """Return the language tag of the page."""
    return {"zh_Hans": "zh-Hans"}.get(frame.locale(), frame.locale())
