"""What countries are called in each language, as people name a segment (pure).

What Unicode's tables leave out stands in `phrases/places.txt`. A country's code is one of its
names where it is no word: TH and VN are, IN and IT are not.
"""

from functools import cache

from babel import Locale

from goals.questions import text

#: Codes that are words, or parts of them, in what people type.
_WORDS = frozenset("am as at be by do es id in is it la me my no re so to us".split())
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
    if code and code.casefold() not in _WORDS:
        found.append(code)
    return tuple(dict.fromkeys((*found, *_others().get(code, ()))))


@cache
def _others() -> dict[str, tuple[str, ...]]:
    """Return what else countries are called by their codes."""
    lines = (text.FOLDER / "places.txt").read_text(encoding="utf-8").splitlines()
    parts = (line.partition(":") for line in lines if line and not line.startswith("#"))
    return {code.upper(): tuple(map(str.strip, names.split("|"))) for code, _, names in parts}
