"""S: what changes, how, and who answers for it (pure)."""

from collections.abc import Callable, Iterator

from goals.tracking.smart.lint import Finding
from goals.tracking.smart.rules.facts import Facts
from goals.words import N_, Message


def _says_what(facts: Facts) -> Iterator[Finding]:
    says_nothing = facts.direction is None and facts.metric is None and not facts.is_milestone
    if says_nothing and (facts.given is None or not facts.from_text):
        if facts.from_text and facts.means == "named":
            return
        yield facts.find(
            "smart-S1",
            "fail",
            Message(N_("It does not say what changes.")),
            Message(N_("Choose a number and whether it should rise or fall.")),
            quote="vague",
        )
    elif facts.is_vague and facts.metric is None and facts.given is None:
        yield facts.find(
            "smart-S1",
            "fail",
            Message(N_("It does not say what changes.")),
            Message(N_("Choose a number and whether it should rise or fall.")),
            quote="vague",
        )


def _says_how(facts: Facts) -> Iterator[Finding]:
    if facts.has_actions:
        return
    numberless = facts.given is None and not facts.is_milestone
    yield facts.find(
        "smart-S2",
        "fail" if numberless else "weak",
        Message(N_("It does not say how the goal will be reached.")),
        Message(N_("Name at least one action, tool or change that will move the number.")),
    )


def _has_owner(facts: Facts) -> Iterator[Finding]:
    if not facts.has_owner:
        yield facts.find(
            "smart-S3",
            "warn",
            Message(N_("Nobody owns it.")),
            Message(N_("Choose the person who answers for it.")),
        )


def _one_objective(facts: Facts) -> Iterator[Finding]:
    if facts.objectives > 1:
        yield facts.find(
            "smart-S4",
            "warn",
            Message(N_("It holds more than one goal.")),
            Message(N_("Write a goal for each number, so that each can be reached or missed.")),
            quote="metrics",
        )


RULES: tuple[Callable[[Facts], Iterator[Finding]], ...] = (
    _says_what,
    _says_how,
    _has_owner,
    _one_objective,
)
