"""Public holidays of a country and a year, as the library `holidays` knows them (MIT).

They are an offer: what is taken stands as records that a person may remove or add to, for
companies keep other days than banks. The library is loaded only when somebody asks.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any


@dataclass(frozen=True)
class Day:
    """A public holiday with its name."""

    day: date
    name: str


#: Our languages as the library names them; a country has some of them at most.
_LANGUAGES = {"en": ("en_US", "en_GB", "en"), "th": ("th",), "zh_Hans": ("zh_CN",)}


def countries() -> list[str]:
    """Return the codes of the countries that are known."""
    return sorted(code for code in _library().list_supported_countries() if len(code) == 2)


def of(country: str, year: int, locale: str) -> list[Day]:
    """Return the public holidays of a country in a year, named in a language where it has it.

    Empty for a year or a country that the library knows nothing of.
    """
    library = _library()
    known = library.list_localized_countries().get(country, [])
    language = next((one for one in _LANGUAGES.get(locale, ()) if one in known), None)
    fallback = next((one for one in _LANGUAGES["en"] if one in known), None)
    try:
        found = library.country_holidays(country, years=year, language=language or fallback)
    except NotImplementedError:
        # So the library says that it knows no such country.
        return []
    return [Day(day, str(name)) for day, name in sorted(found.items()) if day.year == year]


def _library() -> Any:
    import holidays

    return holidays
