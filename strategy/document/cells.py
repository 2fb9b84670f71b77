"""From messages to cells: the text for the reader, and the day or number behind it."""

from datetime import date
from decimal import Decimal

from goals import formatting, words
from goals.words import Message, Reader
from strategy.document.model import Cell, clean
from strategy.worksheets.display import Shown


def say(message: Message | str | None, reader: Reader) -> str:
    """Return a message for the reader, "" for None."""
    if message is None:
        return ""
    return clean(message if isinstance(message, str) else words.render(message, reader))


def of_shown(shown: Shown, reader: Reader) -> Cell:
    """Return an answer as a cell; days and numbers keep what stands behind their text."""
    lines = tuple(line for one in shown.lines if (line := say(one, reader)))
    if len(lines) == 1 and not shown.is_list:
        message = shown.lines[0]
        if message.id == "%(value)s":
            return of_value(message.params.get("value"), reader)
    return Cell(lines, shown.is_list)


def of_value(value: object, reader: Reader) -> Cell:
    """Return any value that a message can carry as a cell; nothing for None."""
    if value is None or value == "":
        return Cell()
    text = clean(words.format_value(value, reader))
    inner = value.quantity if isinstance(value, words.Signed) else value
    if isinstance(inner, words.Day):
        return Cell((text,), value=inner.day)
    if isinstance(inner, date):
        return Cell((text,), value=inner)
    if isinstance(inner, words.Quantity) and not isinstance(inner, words.Done):
        return _quantity(inner, text, reader)
    return Cell((text,) if text else ())


def _quantity(inner: words.Quantity, text: str, reader: Reader) -> Cell:
    number = formatting.decimal(inner.value)
    if isinstance(inner, words.Rate | words.Chance):
        return Cell((text,), value=number, unit="rate")
    if isinstance(inner, words.Money):
        sign = formatting.symbol(inner.currency or reader.currency, reader.locale)
        return Cell((text,), value=number, unit="money", affix=(sign, ""))
    if isinstance(inner, words.RatePoints):
        number = number * Decimal(100)
    written = inner.write(reader)
    return Cell((text,), value=number, unit="number", affix=(written.before, written.after))
