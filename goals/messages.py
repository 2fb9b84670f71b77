"""Texts for people and their translation: messages, readers, catalogues (pure).

The rest of the program finds all of this in `goals.words`.
"""

import re
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import lru_cache
from gettext import NullTranslations
from pathlib import Path
from typing import Self

from babel.support import Translations

from goals import formatting

FOLDER = Path(__file__).parent / "translations"

#: Stands between a context and its text, in catalogues as well.
_CONTEXT = "\x04"
_PLACE = re.compile(r"%(?:\((\w+)\)s|%)")


def N_(text: str) -> str:  # noqa: N802
    """Mark a text for translation and return it as it is."""
    return text


def P_(one: str, many: str) -> tuple[str, str]:  # noqa: N802
    """Mark a text for translation that depends on a number: for one, for many."""
    return one, many


def C_(context: str, text: str) -> str:  # noqa: N802
    """Mark a text that means something else elsewhere; `context` tells a translator what.

    What is returned is looked up as it is, and shown without its context in English.
    """
    return f"{context}{_CONTEXT}{text}"


@dataclass(frozen=True)
class Message:
    """A text for people in English, what goes into it, and its plural with the number.

    In the text `%(name)s` takes a parameter and `%%` is a percent sign. Parameters are
    strings, numbers, days, the values of `goals.words`, messages, or lists of these.
    """

    id: str
    params: Mapping[str, object] = field(default_factory=dict)
    plural: str | None = None
    n: int | None = None

    @classmethod
    def counted(
        cls, texts: tuple[str, str], n: int, params: Mapping[str, object] | None = None
    ) -> Self:
        """Return a message for a number of things; its texts may show it as %(n)s."""
        return cls(texts[0], {"n": n, **(params or {})}, texts[1], n)


@dataclass(frozen=True)
class Reader:
    """For whom a text is rendered; `calendar` is "gregorian" or "buddhist"."""

    locale: str = "en"
    calendar: str = "gregorian"
    zone: str = "UTC"
    currency: str = "USD"

    def __post_init__(self) -> None:
        """Take any locale or language tag for one of the three languages."""
        object.__setattr__(self, "locale", formatting.normalise(self.locale))


class Writable(ABC):
    """A value that knows how it is written."""

    @abstractmethod
    def format(self, reader: Reader) -> str:
        """Return the text for a reader."""


def render(message: Message, reader: Reader | str) -> str:
    """Return a message's text for a reader, or for a locale with the defaults of the rest.

    A parameter that is missing leaves its place in the text.
    """
    who = reader if isinstance(reader, Reader) else Reader(reader)
    text = translate(who.locale, message.id, message.plural, message.n)
    params = message.params

    def filled(found: re.Match[str]) -> str:
        name = found.group(1)
        if name is None:
            return "%"
        return format_value(params[name], who) if name in params else found.group()

    return _PLACE.sub(filled, text)


def format_value(value: object, reader: Reader | str) -> str:
    """Return whatever a message can carry as text; a dash for None."""
    who = reader if isinstance(reader, Reader) else Reader(reader)
    match value:
        case str():
            return value
        case None:
            return formatting.NOTHING
        case Message():
            return render(value, who)
        case Writable():
            return value.format(who)
        case bool():
            return str(value)
        case int() | float() | Decimal():
            return str(formatting.number(formatting.decimal(value)))
        case date():
            return formatting.day(value, "yMMMd", who.locale, who.calendar)
        case list() | tuple():
            between = "、" if who.locale == "zh_Hans" else ", "
            return between.join(format_value(one, who) for one in value)
    return str(value)


def translate(locale: str, one: str, many: str | None = None, n: int | None = None) -> str:
    """Return a text in a language, in English where it has no translation."""
    if not one:
        return ""
    catalogue = _catalogue(locale)
    if many is None or n is None:
        return catalogue.gettext(one).rpartition(_CONTEXT)[2]
    found = catalogue.ngettext(one, many, n)
    # Texts that were marked one by one have an entry each.
    return catalogue.gettext(found) if found in (one, many) else found


@lru_cache(maxsize=8)
def _catalogue(locale: str) -> NullTranslations:
    if locale == "en":
        return NullTranslations()
    found: NullTranslations = Translations.load(FOLDER, [locale], "messages")
    return found
