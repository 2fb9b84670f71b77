"""The words that the reader knows, one table per language (pure)."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

LANGUAGES = ("en", "th", "zh")

_NOTHING = re.compile(r"(?!)")


@dataclass(frozen=True)
class Lexicon:
    """A language's marks by what they are for, and the names of the numbers in it."""

    language: str
    marks: Mapping[str, re.Pattern[str]]
    names: re.Pattern[str]
    metrics: Mapping[str, str]
    purposes: frozenset[str]
    before_no_purpose: frozenset[str]

    def mark(self, kind: str) -> re.Pattern[str]:
        """Return the pattern of one kind of marks."""
        return self.marks.get(kind, _NOTHING)


@cache
def lexicon(language: str) -> Lexicon:
    """Return the words of a language."""
    words, names = _table("words", language), _table("metrics", language)
    bordered = language == "en"
    metrics = {_bare(alias): id for id, aliases in names.items() for alias in aliases}
    for alias, id in [(key, value) for key, value in metrics.items() if bordered]:
        metrics.setdefault(_bare(_several(alias)), id)
    return Lexicon(
        language=language,
        marks={
            kind: _either(parts, bordered)
            for kind, parts in words.items()
            if parts and kind not in ("purpose", "not_purpose")
        },
        names=_either([_flexible(one) for one in sorted(metrics, key=lambda x: -len(x))], True),
        metrics=metrics,
        purposes=frozenset(words["purpose"]),
        before_no_purpose=frozenset(words["not_purpose"]),
    )


def metric_of(known: Lexicon, words: str) -> str:
    """Return the id of the number that words name."""
    return known.metrics[_bare(words)]


def _table(kind: str, language: str) -> dict[str, list[str]]:
    file = resources.files(__package__ or "") / f"{kind}_{language}.toml"
    table: dict[str, list[str]] = tomllib.loads(file.read_text(encoding="utf-8"))
    return table


def _either(parts: list[str], bordered: bool) -> re.Pattern[str]:
    either = "|".join(parts)
    # Marks such as + and : stand beside digits; only letters make a longer word.
    return re.compile(rf"(?<![a-z-])(?:{either})(?![a-z])" if bordered else f"(?:{either})")


def _bare(words: str) -> str:
    return re.sub(r"[\s-]+", " ", words)


def _several(alias: str) -> str:
    return alias[:-1] + "ies" if alias.endswith("y") else alias + "s"


def _flexible(alias: str) -> str:
    return re.escape(alias).replace(r"\ ", r"[\s-]+")
