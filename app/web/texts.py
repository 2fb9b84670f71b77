"""Texts on pages: messages from below, numbers, money and days, in the reader's language."""

from datetime import date, datetime
from decimal import Decimal

import flask_babel
from flask import Flask

from app.web import frame
from goals import words


def install(app: Flask) -> None:
    """Give templates the filters that render values."""
    app.jinja_env.filters.update(say=say, amount=amount, compact=compact, day=day, instant=instant)
    app.jinja_env.globals["status_word"] = status_word
    app.jinja_env.globals["lang_tag"] = lang_tag


def gettext(text: str, **values: object) -> str:
    """Return a text of a page in the reader's language."""
    return str(flask_babel.gettext(text, **values))


def ngettext(one: str, many: str, num: int, **values: object) -> str:
    """Return a text that depends on a number, which it may show as %(num)s."""
    return str(flask_babel.ngettext(one, many, num, **values))


def say(message: words.Message | str | None) -> str:
    """Return a message in the reader's language; "" for None."""
    if message is None:
        return ""
    if isinstance(message, str):
        return message
    return words.render(message, frame.reader())


def amount(value: Decimal | None, unit: str, currency: str | None = None) -> str:
    """Return a value with its unit; a dash for no data."""
    return words.format_value(words.amount(value, unit, currency), frame.reader())


def compact(value: Decimal | None, unit: str, currency: str | None = None) -> str:
    """Return a value with its unit, large ones shortened."""
    return words.format_value(words.amount(value, unit, currency, compact=True), frame.reader())


def signed(value: Decimal, unit: str, currency: str | None = None) -> str:
    """Return a difference with its sign; that of two rates is in points."""
    change = words.RatePoints(value) if unit == "rate" else words.amount(value, unit, currency)
    assert change is not None
    return words.format_value(words.Signed(change), frame.reader())


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
