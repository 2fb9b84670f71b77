"""All rules of all letters on one goal (pure)."""

from goals.tracking.smart.lint import LETTERS, Lint, Read
from goals.tracking.smart.rules import achievable, measurable, relevant, specific, timed
from goals.tracking.smart.rules.facts import Facts

_RULES = (*specific.RULES, *measurable.RULES, *achievable.RULES, *relevant.RULES, *timed.RULES)


def examine(facts: Facts) -> Lint:
    """Return what the rules find in a goal, letter by letter."""
    examined = frozenset(LETTERS) - facts.unsure
    if facts.reason is None:
        examined -= {"R"}
    if facts.target is None and not facts.from_text and not facts.absolute:
        # Whether a target can be reached is nobody's guess before there is one.
        examined -= {"A"}
    found = tuple(
        finding
        for rule in _RULES
        for finding in rule(facts)
        if finding.letter in examined or finding.severity == "warn"
    )
    read = Read(facts.metric, facts.direction, facts.target, facts.change, facts.last_day)
    said = [one.evidence for one in found]
    known = tuple(one for one in achievable.known(facts) if one not in said)
    return Lint(found, examined, read, known=known if "A" in examined else ())
