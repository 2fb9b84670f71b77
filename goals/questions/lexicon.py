"""The phrases that questions are made of, in every language, and what each of them says (pure).

They stand in `phrases/`, one file a language; metrics are also called by their names. A phrase
has one or more meanings: an intent ("why"), a state of goals ("off"), a period ("p:quarter:-1"), a
metric ("metric:churn_rate"), or "filler", which says nothing.
"""

import itertools
import re
from collections.abc import Iterator, Mapping
from functools import cache

from goals import words
from goals.metrics import catalogue
from goals.questions import text

LANGUAGES = ("en", "th", "zh")

#: Shorter words have no other number that anybody types.
LONG_ENOUGH = 4

#: A word before what is left of another behind an apostrophe.
_TYPED = re.compile(
    r"\b(who|what|how|where|when|that|here|there|isn|aren|don|doesn|didn|hasn|haven) (s|t)\b"
)
_CHOICE = re.compile(r"\{([^{}]*)\}")


@cache
def phrases() -> Mapping[str, frozenset[str]]:
    """Return every phrase in the form in which questions are compared, with its meanings."""
    found: dict[str, set[str]] = {}
    for language in LANGUAGES:
        for meaning, phrase in _of(language):
            found.setdefault(text.canonical(phrase), set()).add(meaning)
    for metric in catalogue.METRICS.values():
        for locale in ("en", "th", "zh_Hans"):
            name = text.canonical(words.render(metric.name, locale))
            found.setdefault(name, set()).add(f"metric:{metric.id}")
        found.setdefault(text.canonical(metric.id), set()).add(f"metric:{metric.id}")
    for phrase, meanings in list(found.items()):
        # "Whos" and "isnt" are typed as often as they are spelt right.
        found.setdefault(_TYPED.sub(r"\1\2", phrase), meanings)
    for phrase, meanings in list(found.items()):
        metrics = {one for one in meanings if one.startswith("metric:")}
        other = other_number(phrase)
        if metrics and other and other not in found:
            found[other] = metrics
    found.pop("", None)
    return {phrase: frozenset(meanings) for phrase, meanings in found.items()}


def other_number(phrase: str) -> str | None:
    """Return an English phrase with its last word in the plural, or in the singular."""
    last = phrase.rpartition(" ")[2]
    if len(last) < LONG_ENOUGH or not last.isascii() or not last.isalpha():
        return None
    if last.endswith("s"):
        return phrase[:-1] if not last.endswith(("ss", "us", "is")) else None
    return f"{phrase[:-1]}ies" if re.search("[^aeiou]y$", last) else f"{phrase}s"


@cache
def lengths() -> tuple[int, ...]:
    """Return how long phrases are, the longest first."""
    return tuple(sorted({len(phrase) for phrase in phrases()}, reverse=True))


@cache
def metric_words() -> Mapping[str, tuple[str, ...]]:
    """Return the words that each metric goes by, beside its name."""
    found: dict[str, list[str]] = {}
    for phrase, meanings in phrases().items():
        for meaning in meanings:
            if meaning.startswith("metric:"):
                found.setdefault(meaning.removeprefix("metric:"), []).append(phrase)
    return {metric: tuple(known) for metric, known in found.items()}


@cache
def _preambles() -> tuple[str, ...]:
    return tuple(phrase for phrase, meanings in phrases().items() if "preamble" in meanings)


@cache
def _chatter() -> tuple[str, ...]:
    return tuple(phrase for phrase, meanings in phrases().items() if "chatter" in meanings)


def is_preamble(words: str) -> bool:
    """Tell whether a clause begins as one that says only why or when somebody asks."""
    return any(words.startswith(one) and text.is_boundary(words, len(one)) for one in _preambles())


def is_chatter(words: str) -> bool:
    """Tell whether a clause has words in it that say why or how somebody asks."""
    return any(text.holds_word(words, one) for one in _chatter())


@cache
def metric_phrases() -> frozenset[str]:
    """Return all words that metrics go by."""
    return frozenset(
        phrase
        for phrase, meanings in phrases().items()
        if any(one[:7] == "metric:" for one in meanings)
    )


@cache
def telling_words() -> tuple[str, ...]:
    """Return the words that say what is asked, long enough to be recognised when misspelt."""
    return tuple(
        sorted(
            phrase
            for phrase, meanings in phrases().items()
            if phrase.isascii()
            and phrase.isalpha()
            and len(phrase) >= text.SHORTEST_GUESS
            and all(one != "filler" and ":" not in one for one in meanings)
        )
    )


def _of(language: str) -> Iterator[tuple[str, str]]:
    meaning = ""
    for line in (text.FOLDER / f"{language}.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("[") and line.endswith("]"):
            meaning = line[1:-1]
        elif line.strip() and not line.startswith("#"):
            for part in line.split(" | "):
                for phrase in _spread(part):
                    yield meaning, phrase


def _spread(part: str) -> Iterator[str]:
    """Yield what a part with choices in braces stands for."""
    pieces = _CHOICE.split(part)
    choices = [one.split(",") if number % 2 else [one] for number, one in enumerate(pieces)]
    for chosen in itertools.product(*choices):
        yield "".join(chosen)
