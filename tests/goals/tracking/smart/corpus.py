"""Goals as leaders write them with the verdicts of a person, and how well the coach agrees."""

import hashlib
import tomllib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from goals.tracking.smart.text import look

HERE = Path(__file__).parent
LANGUAGES = ("en", "th", "zh")
LETTERS = "SMART"
#: Rules were tuned on the first half only; the second one says how well they do.
HALVES = ("development", "held out")
#: Written later and in other styles; rules were not tuned on what the coach gets wrong in it.
SECOND = "second set"
#: The rules that only warn and can be seen in a sentence; A3 and R2 need a history and a parent.
WARNINGS = ("S3", "S4", "M3", "M4", "M8", "A5", "T3", "T4")
#: What finds a letter at fault where nothing else is named.
USUAL = {"S": "S2", "M": "M1", "A": "A4", "R": "R1", "T": "T1"}
#: "It does not say what changes" and "it does not say how" come together.
_SAME_RULE = {"S1": "S2"}
_MARKS = {"pass": "P", "weak": "W", "fail": "F", None: "N"}


@dataclass(frozen=True)
class Labelled:
    """A statement with a person's verdict for each letter.

    `named` are the rules that find a letter at fault, `warned` those that only warn; one with
    a question mark could not be told from the text.
    """

    text: str
    labels: str
    today: date
    named: str = ""
    warned: str = ""

    @property
    def half(self) -> str:
        """Return the half that the statement belongs to, by its text alone."""
        return HALVES[hashlib.sha256(self.text.encode()).digest()[0] % 2]

    @property
    def rules(self) -> frozenset[str]:
        """Return the rules that find a letter at fault: those named, else the usual one."""
        named = set(self.named.split())
        for letter, mark in zip(LETTERS, self.labels, strict=True):
            if mark in "WF" and not any(one[0] == letter for one in named):
                named.add(USUAL[letter])
        return frozenset(named)


@dataclass
class Score:
    """How the coach's findings on one letter compare with a person's.

    A letter is found when it is weak or fails. Letters that the person could not tell are
    left out; "not sure" of the coach counts as nothing found.
    """

    found: int = 0
    false: int = 0
    missed: int = 0
    same: int = 0
    told: int = 0
    said: Counter[str] = field(default_factory=Counter)

    @property
    def precision(self) -> float:
        """Return the share of the coach's findings that the person made too."""
        return self.found / max(1, self.found + self.false)

    @property
    def recall(self) -> float:
        """Return the share of the person's findings that the coach made too."""
        return self.found / max(1, self.found + self.missed)

    @property
    def agreement(self) -> float:
        """Return the share of letters on which both say the very same."""
        return self.same / max(1, self.told)


def statements(language: str, half: str = "") -> Iterator[Labelled]:
    """Yield the statements of a language: all of the first set, one half of it, or the second."""
    name = "fresh" if half == SECOND else "corpus"
    table = tomllib.loads((HERE / f"{name}_{language}.toml").read_text(encoding="utf-8"))
    for labels, text, *named in table["statements"]:
        one = Labelled(text, labels, table["today"], *named)
        if half in ("", SECOND, one.half):
            yield one


def marks(text: str, today: date) -> str:
    """Return the coach's verdict in the marks of the corpus."""
    letters = look.look(text, today=today).letters
    return "".join(_MARKS[letters[letter]] for letter in LETTERS)


def scores(language: str, half: str) -> dict[str, Score]:
    """Return how well the coach does on a half of a language or the second set, by letter."""
    found = {letter: Score() for letter in LETTERS}
    for one in statements(language, half):
        said = marks(one.text, one.today)
        for letter, wanted, got in zip(LETTERS, one.labels, said, strict=True):
            if wanted != "N":
                _count(found[letter], wanted, got)
    return found


def warned(language: str) -> Iterator[Labelled]:
    """Yield the statements that are labelled for the rules that only warn."""
    yield from statements(language, SECOND)
    table = tomllib.loads((HERE / f"warned_{language}.toml").read_text(encoding="utf-8"))
    for rules, text in table["statements"]:
        yield Labelled(text, "NNNNN", table["today"], warned=rules)


def by_warning(language: str) -> dict[str, Score]:
    """Return how well each rule that only warns does, by its id, where it can be told."""
    found = {rule: Score() for rule in WARNINGS}
    for one in warned(language):
        seen = look.look(one.text, today=one.today).findings
        said = {_rule(finding.rule) for finding in seen if finding.severity == "warn"}
        wanted = set(one.warned.split())
        for rule, score in found.items():
            if f"{rule}?" in wanted:
                continue
            score.told += rule in wanted
            score.found += rule in said and rule in wanted
            score.false += rule in said and rule not in wanted
            score.missed += rule not in said and rule in wanted
    return found


def by_rule(language: str) -> dict[str, Score]:
    """Return how well each rule does on the second set, by its id."""
    found: dict[str, Score] = {}
    for one in statements(language, SECOND):
        seen = look.look(one.text, today=one.today).findings
        said = {_rule(finding.rule) for finding in seen if finding.severity != "warn"}
        for rule in sorted(said | one.rules):
            score = found.setdefault(rule, Score())
            score.told += rule in one.rules
            score.found += rule in said and rule in one.rules
            score.false += rule in said and rule not in one.rules
            score.missed += rule not in said and rule in one.rules
    return dict(sorted(found.items()))


def _rule(name: str) -> str:
    short = name.removeprefix("smart-")
    return _SAME_RULE.get(short, short)


def _count(score: Score, wanted: str, got: str) -> None:
    score.told += 1
    score.same += wanted == got
    score.said[got] += 1
    by_person, by_coach = wanted in "WF", got in "WF"
    score.found += by_person and by_coach
    score.false += by_coach and not by_person
    score.missed += by_person and not by_coach
