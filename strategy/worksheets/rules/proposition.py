"""Checks of the USP and the value proposition, alone and side by side.

A USP tells how the company differs from others; a value proposition tells how a customer is
better off. The marks of both are looked for in the sentence and in the answers before it, in
the writer's own words, so that the rules hold in any language that the marks know.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from rapidfuzz import fuzz

from goals.words import N_, Message
from strategy.worksheets import library, showing
from strategy.worksheets.book import Book, short
from strategy.worksheets.rules import marks
from strategy.worksheets.rules.finding import Finding

SECTION = "proposition"
USP = f"{SECTION}.usp"
SENTENCE = f"{SECTION}.sentence"
CASE = f"{SECTION}.case"
PAIR = f"{SECTION}.pair"

#: Two texts more alike than this, of 100, say the same.
ALIKE = 90
#: So many characters on either side of a number are quoted with it.
BESIDE = 30


@dataclass(frozen=True)
class Part:
    """One of the things a sentence should have: in whose words it is there, or how to add it."""

    label: Message
    evidence: str | None
    fix: Message


Answers = Mapping[str, str]


def answers(book: Book) -> dict[str, str]:
    """Return the texts of this section by field, lists with one entry a line; hidden ones apart."""
    found: dict[str, str] = {}
    for asked in library.worksheets().of_section(SECTION):
        row = book.row(asked)
        for field in showing.fields(asked, row.value) if row is not None else ():
            value = row.value.get(field.key) if row is not None else None
            if value:
                found[field.key] = "\n".join(value) if isinstance(value, list) else str(value)
    return found


def findings(said: Answers) -> list[Finding]:
    """Return what there is to say about the section's answers."""
    return [*_usp(said), *_value(said), *_pair(said)]


def usp_parts(said: Answers) -> list[Part]:
    """Return the parts of a USP: a difference, in one sentence, that can be proven."""
    sentence = said.get("usp_sentence", "")
    return [
        Part(
            Message(N_("Difference")),
            _difference(sentence, said),
            Message(N_("Say what comparable firms do not do.")),
        ),
        Part(
            Message(N_("Proof")),
            _quoted(said.get("proof", "")),
            Message(N_("Name what shows that it is true.")),
        ),
    ]


def value_parts(said: Answers) -> list[Part]:
    """Return the parts of a value proposition: who, which result, by when, and the proof."""
    sentence, case = said.get("sentence", ""), said.get("proof_case", "")
    time = marks.said(marks.TIME, sentence)
    return [
        Part(
            Message(N_("Who")),
            _customer(sentence, said),
            Message(N_("Name the customers it is for.")),
        ),
        Part(
            Message(N_("Result with a number")),
            _result(
                sentence, said.get("result_with_number", ""), case, said.get("who_we_help", "")
            ),
            Message(N_("Say how much they gain or save.")),
        ),
        Part(
            Message(N_("Time frame")),
            time or _quoted(said.get("time_frame", "")) or marks.said(marks.TIME, case),
            Message(N_("Say how soon they see it.")),
        ),
        Part(
            Message(N_("Proof")),
            _quoted(case),
            Message(N_("Add a customer case or a number from your own records.")),
        ),
    ]


def _difference(sentence: str, said: Answers) -> str | None:
    return marks.said(marks.DIFFERENCE, sentence) or marks.shares(
        sentence, said.get("what_rivals_lack", "")
    )


def _customer(sentence: str, said: Answers) -> str | None:
    return marks.shares(sentence, said.get("who_we_help", "")) or marks.said(
        marks.CUSTOMER, sentence
    )


def _result(sentence: str, result: str, case: str, who: str) -> str | None:
    """Return the words around the first number that tells neither a time nor who it is for."""
    sizes = set(marks.NUMBER.findall(who))
    for text in (sentence, result, case):
        rest = marks.TIME.sub(lambda found: " " * len(found.group()), text)
        for found in marks.NUMBER.finditer(rest):
            if found.group() not in sizes:
                return _around(text, found.start(), found.end())
    return None


def _around(text: str, start: int, end: int) -> str:
    """Return the words beside a place in a text, within its clause."""
    left = max(text.rfind(mark, 0, start) + 1 for mark in ",;，；。\n")
    stops = [text.find(mark, end) for mark in (", ", ";", ". ", "，", "；", "。", "\n")]
    right = min((one for one in stops if one >= 0), default=len(text))
    if start - left > BESIDE:
        left = start - BESIDE
        left = max(left, text.find(" ", left, start) + 1)
    if right - end > BESIDE:
        right = end + BESIDE
        blank = text.rfind(" ", end, right)
        right = blank if blank > end else right
    return text[left:right].strip(" .")


def _quoted(text: str) -> str | None:
    return short(text) or None


def _usp(said: Answers) -> list[Finding]:
    sentence = said.get("usp_sentence", "")
    if not sentence:
        return []
    found = []
    slogan = marks.said(marks.SLOGAN, sentence)
    if _difference(sentence, said) is None:
        found.append(
            Finding(
                rule="usp-difference",
                severity="fail",
                message=Message(N_("The USP does not say how you differ from others.")),
                fix=Message(N_("Name one thing that comparable firms do not do or offer.")),
                question=USP,
                field="usp_sentence",
                evidence=short(sentence),
            )
        )
    if slogan is not None and not marks.NUMBER.search(sentence):
        found.append(
            Finding(
                rule="usp-praise",
                severity="weak",
                message=Message(
                    N_("“%(words)s” is what every firm says of itself."), {"words": slogan}
                ),
                fix=Message(N_("Say instead what a customer can see or count.")),
                question=USP,
                field="usp_sentence",
                evidence=slogan,
            )
        )
    if marks.sentences(sentence) > 1:
        found.append(_several("usp-length", sentence, USP, "usp_sentence"))
    if not said.get("proof"):
        found.append(
            Finding(
                rule="usp-proof",
                severity="warn",
                message=Message(N_("Nothing shows yet that the USP is true.")),
                fix=Message(N_("Add a fact, a record or a promise that you keep.")),
                question=USP,
                field="proof",
            )
        )
    return found


#: Rule and field of each part of a value proposition, in the order of `value_parts`.
_VALUE_RULES = (
    ("value-customer", "fail", SENTENCE, "sentence"),
    ("value-result", "fail", SENTENCE, "sentence"),
    ("value-time", "weak", SENTENCE, "sentence"),
    ("value-proof", "weak", CASE, "proof_case"),
)
_VALUE_TEXTS = (
    N_("The value proposition does not name the customer."),
    N_("The value proposition promises no result that can be counted."),
    N_("The value proposition does not say when the result is there."),
    N_("Nothing proves the value proposition yet."),
)


def _value(said: Answers) -> list[Finding]:
    sentence = said.get("sentence", "")
    if not sentence:
        return []
    found = []
    parts = value_parts(said)
    for part, text, rule in zip(parts, _VALUE_TEXTS, _VALUE_RULES, strict=True):
        name, severity, question, field = rule
        if part.evidence is None:
            evidence = None if field == "proof_case" else short(sentence)
            found.append(
                Finding(
                    rule=name,
                    severity=severity,
                    message=Message(text),
                    fix=part.fix,
                    question=question,
                    field=field,
                    evidence=evidence,
                )
            )
    if marks.sentences(sentence) > 1:
        found.append(_several("value-length", sentence, SENTENCE, "sentence"))
    return found


def _several(rule: str, sentence: str, question: str, field: str) -> Finding:
    return Finding(
        rule=rule,
        severity="warn",
        message=Message(N_("This is more than one sentence.")),
        fix=Message(N_("Keep the one that a customer should remember.")),
        question=question,
        field=field,
        evidence=short(sentence),
    )


_AGAIN = {"usp": USP, "value": SENTENCE}


def _pair(said: Answers) -> list[Finding]:
    usp, value = said.get("usp_sentence", ""), said.get("sentence", "")
    found = []
    if usp and value and fuzz.ratio(marks.plain(usp), marks.plain(value)) > ALIKE:
        found.append(
            Finding(
                rule="pair-same",
                severity="fail",
                message=Message(N_("The USP and the value proposition say the same.")),
                fix=Message(
                    N_("Let one speak of what only you do, the other of what the customer gets.")
                ),
                question=SENTENCE,
                field="sentence",
                evidence=short(value),
            )
        )
    again = said.get("side_by_side")
    if again in _AGAIN:
        found.append(
            Finding(
                rule="pair-again",
                severity="weak",
                message=Message(N_("You noted that this sentence needs another look.")),
                fix=Message(N_("Change it, then say that both stand.")),
                question=PAIR,
                field="side_by_side",
                evidence=short(usp if again == "usp" else value) or None,
            )
        )
    return found
