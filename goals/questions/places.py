"""What countries are called in each language, as people name a segment (pure)."""

from functools import cache

from babel import Locale

from goals.questions import text

#: The languages of the names, with what may stand before one.
_LANGUAGES = {"en": (), "th": ("ประเทศ",), "zh_Hans": ()}


def elsewhere(member: str) -> tuple[str, ...]:
    """Return what a country is called in every language, nothing for what is none."""
    return _names(_codes().get(text.canonical(member), ""))


@cache
def _codes() -> dict[str, str]:
    """Return the countries by what they are called."""
    return {
        text.canonical(name): code
        for language in _LANGUAGES
        for code, name in Locale.parse(language).territories.items()
        if len(code) == 2 and code.isalpha()
    }


@cache
def _names(code: str) -> tuple[str, ...]:
    found: list[str] = []
    for language, before in _LANGUAGES.items():
        name = Locale.parse(language).territories.get(code) if code else None
        if name:
            found += [name, *(each + name for each in before)]
    return tuple(found)
