"""Countries as people and files write them: codes, and names in three languages (pure)."""

from functools import cache

from babel import Locale
from babel.core import get_global

#: Languages whose names of countries are known in files.
LANGUAGES = ("en", "th", "zh_Hans")
#: Codes of two letters that name no country but a union, an outlying group or nothing.
_NONE = frozenset({"EU", "EZ", "QO", "UN", "XA", "XB", "ZZ"})

#: The countries and territories with a name in every language, by code (ISO 3166, two letters).
CODES: tuple[str, ...] = tuple(
    sorted(
        code
        for code in map(str, Locale("en").territories)
        if len(code) == 2
        and code.isalpha()
        and code not in _NONE
        and all(code in Locale.parse(one).territories for one in LANGUAGES)
    )
)


@cache
def spellings(code: str) -> frozenset[str]:
    """Return how a country is written, in small letters: TH, THA, Thailand, ไทย, 泰国."""
    codes = [old for old, new in get_global("territory_aliases").items() if new == [code]]
    names = [Locale.parse(one).territories[code] for one in LANGUAGES]
    return frozenset(one.lower() for one in (code, *codes, *names))
