"""Checks of the data policy: each field has an owner, and no rule contradicts its example."""

from collections.abc import Iterator

from goals.words import N_, Message
from strategy.worksheets.book import Book, short
from strategy.worksheets.rules import marks, policy
from strategy.worksheets.rules.finding import Finding
from strategy.worksheets.rules.policy import FIELDS, SECTION, FieldPolicy
from strategy.worksheets.setting import Setting

__all__ = ["SECTION", "findings"]

VALIDITY = f"{SECTION}.validity"
UPKEEP = f"{SECTION}.upkeep"
EXAMPLE = f"{SECTION}.example"


def findings(book: Book, setting: Setting) -> list[Finding]:
    """Return what there is to say about the section's answers."""
    found: list[Finding] = []
    seen: set[tuple[str, str]] = set()
    for one in policy.policies(book):
        found += _twice(one, seen)
        found += _owner(one, setting)
        found += _range(one)
        found += _example(one)
        found += _checked(one)
    return found


def _twice(one: FieldPolicy, seen: set[tuple[str, str]]) -> Iterator[Finding]:
    name = (one.record, marks.plain(one.field))
    if name in seen:
        yield _finding(
            one,
            "data-twice",
            "weak",
            Message(N_("This field stands in the list twice.")),
            Message(N_("Remove one, so that there is one rule for it.")),
            FIELDS,
            "data_field",
        )
    seen.add(name)


def _owner(one: FieldPolicy, setting: Setting) -> Iterator[Finding]:
    if one.owner is None and setting.members:
        yield _finding(
            one,
            "data-owner",
            "weak" if one.required else "warn",
            Message(N_("Nobody looks after this field.")),
            Message(N_("Choose one person who answers questions about it.")),
            FIELDS,
            "field_owner",
        )


def _range(one: FieldPolicy) -> Iterator[Finding]:
    if one.low is not None and one.high is not None and one.low > one.high:
        yield _finding(
            one,
            "data-range",
            "fail",
            Message(N_("The smallest number is larger than the largest.")),
            Message(N_("Change one of the two.")),
            VALIDITY,
            "validity_low",
        )


def _example(one: FieldPolicy) -> Iterator[Finding]:
    if one.good and not one.allows(one.good):
        yield _finding(
            one,
            "data-example",
            "fail",
            Message(N_("The good example breaks the rule of its own field.")),
            Message(N_("Change the example, or the rule.")),
            EXAMPLE,
            "good_data_example",
            short(one.good),
        )
    if one.bad and one.kind in ("one_of", "number") and one.allows(one.bad):
        yield _finding(
            one,
            "data-counter",
            "warn",
            Message(N_("The rule would let the bad example pass.")),
            Message(N_("Make the rule narrower, or choose another example.")),
            EXAMPLE,
            "bad_data_example",
            short(one.bad),
        )


def _checked(one: FieldPolicy) -> Iterator[Finding]:
    if one.required and one.kind == "none":
        yield _finding(
            one,
            "data-filled",
            "warn",
            Message(N_("The field must be filled in, but nothing checks it.")),
            Message(N_("Choose at least that it is filled in.")),
            VALIDITY,
            "validity_kind",
        )


def _finding(
    one: FieldPolicy,
    rule: str,
    severity: str,
    message: Message,
    fix: Message,
    question: str,
    field: str,
    evidence: str | None = None,
) -> Finding:
    said = evidence or short(one.field)
    return Finding(rule, severity, message, fix, question, one.item, field, said)
