"""The lines beside a goal's target: commit and stretch, each with the chance to reach it."""

from dataclasses import dataclass
from decimal import Decimal

from app.web import texts
from app.web.texts import gettext as _
from goals import words
from goals.tracking import lines, picture
from goals.tracking.evaluation import Evaluation
from goals.tracking.goal import GoalVersion
from goals.tracking.standing import Standing


@dataclass(frozen=True)
class Line:
    """A line of a goal as pages show it; chance "" where no forecast says one."""

    name: str
    value: str
    chance: str


def of(one: Standing) -> list[Line]:
    """Return commit, target and stretch in the order in which they are reached.

    Empty where nothing stands beside the target.
    """
    terms, seen = one.terms, one.evaluation
    beside = dict(picture.beside(terms))
    if not beside:
        return []
    # What was said under other terms says nothing of these.
    if seen is not None and (seen.final or seen.version != terms.version):
        seen = None
    chances = {} if seen is None else _chances(seen)
    names = {key: texts.say(words.Message(name)) for key, name in lines.NAMES.items()}
    names["target"] = _("Target")
    currency = one.meant_in(terms)
    values = {**beside, "target": terms.target_value}
    return [
        Line(names[key], texts.amount(values[key], one.unit, currency), _chance(chances.get(key)))
        for key in ("commit", "target", "stretch")
        if key in values
    ]


def _chances(seen: Evaluation) -> dict[str, float | None]:
    return {"commit": seen.commit_chance, "target": seen.chance, "stretch": seen.stretch_chance}


def moved(one: Standing, before: GoalVersion, after: GoalVersion) -> list[str]:
    """Return what became of the lines between two versions of the terms, in words."""

    def amount(value: Decimal | None, terms: GoalVersion) -> str:
        return texts.amount(value, one.unit, one.meant_in(terms))

    found = []
    for key, name in lines.NAMES.items():
        earlier, later = getattr(before, f"{key}_value"), getattr(after, f"{key}_value")
        called = texts.say(words.Message(name))
        if earlier == later:
            continue
        if later is None:
            found.append(_("%(line)s taken away", line=called))
        elif earlier is None:
            found.append(_("%(line)s set: %(value)s", line=called, value=amount(later, after)))
        else:
            text = _(
                "%(line)s from %(earlier)s to %(later)s",
                line=called,
                earlier=amount(earlier, before),
                later=amount(later, after),
            )
            found.append(text)
    return found


def _chance(value: float | None) -> str:
    if value is None:
        return ""
    return texts.written(words.Chance(Decimal(str(value))))
