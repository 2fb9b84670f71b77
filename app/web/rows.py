"""How a goal looks in lists: drawn once for an evaluation and a reader, then kept in the process.

A row changes only with the goal's terms, its latest evaluation, its people and the reader's
language and calendar, so that showing many goals costs one look-up each. Nothing in a row may
depend on the day it is looked at.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from flask import current_app, render_template
from markupsafe import Markup

from app.web import frame, origins, texts
from app.web.texts import gettext as _
from goals import words
from goals.charts import small
from goals.tracking import reasons, status
from goals.tracking.standing import Standing

#: Rows kept in a process before it starts anew.
MOST = 4000
#: Statuses that say how a goal does: a projection means something only then.
JUDGED = status.JUDGED | {"too_early"}


def cards(standings: Iterable[Standing]) -> Markup:
    """Return goals as the rows of a list: status, reason, figures and the way to the target."""
    return Markup("").join([_drawn("goals/_card.html", one) for one in standings])


def lines(standings: Iterable[Standing], *, kids: frozenset[int] = frozenset()) -> Markup:
    """Return goals as the rows of a table; `kids` are those that stand under the one before."""
    return Markup("").join(
        [_drawn("goals/_line.html", one, is_kid=one.goal.id in kids) for one in standings]
    )


def closed(standings: Iterable[Standing]) -> Markup:
    """Return goals that are over as the rows of a table of results."""
    can_copy = frame.may("editor")
    return Markup("").join(
        [_drawn("goals/_closed.html", one, can_copy=can_copy) for one in standings]
    )


def is_closed(one: Standing) -> bool:
    """Tell whether a goal is over and its result will not change."""
    seen = one.evaluation
    return seen is not None and seen.final and one.terms.last_day <= seen.day


def _drawn(template: str, one: Standing, **more: Any) -> Markup:
    kept: dict[Any, Markup] = current_app.extensions.setdefault("headway_rows", {})
    reader = frame.reader()
    goal = one.goal
    key = (
        template,
        goal.workspace_id,
        goal.id,
        goal.version,
        goal.evaluation_id,
        goal.name,
        one.owner_name,
        one.team_name,
        goal.origin_question,
        reader,
        *more.values(),
    )
    found = kept.get(key)
    if found is None:
        if len(kept) >= MOST:
            kept.clear()
        picture = Picture.of(one)
        # What stands between the rows is nothing to anybody; what is in them, they share.
        text = render_template(template, one=one, picture=picture, **more)
        found = kept[key] = Markup(text.strip())
    return found


@dataclass(frozen=True)
class Picture:
    """What is drawn and said of a goal in a row."""

    since: str
    origin: origins.Place | None
    why: str
    says: Markup
    ruler: Markup
    spark: Markup
    now: str
    plan: str
    target: str
    share: str

    @classmethod
    def of(cls, one: Standing) -> "Picture":
        """Return what a row shows of a goal."""
        seen, terms = one.evaluation, one.terms
        says = way(one)
        return cls(
            since=_since(one),
            origin=origins.of(one.goal),
            why=why(one),
            says=says,
            ruler=ruler(one, says.striptags()),
            spark=_spark(one),
            now=_amount(one, seen.actual if seen is not None else None),
            plan=_amount(one, seen.expected if seen is not None else None),
            target=_amount(one, terms.target_value),
            share=percent(seen.share if seen is not None else None),
        )


def way(one: Standing) -> Markup:
    """Return the sentence under a ruler: where the present pace leads, or how far it is."""
    seen = one.evaluation
    if seen is None or seen.actual is None:
        return Markup(_("No value yet"))
    if one.status in JUDGED and seen.projection is not None:
        strong = Markup("<b>%s</b>") % _amount(one, seen.projection)
        return Markup(_("At this pace it ends at %(value)s")) % {"value": strong}
    if seen.share is None:
        return Markup(_("Where it starts from is not known"))
    return Markup(_("%(share)s of the way")) % {"share": percent(seen.share)}


def why(one: Standing) -> str:
    """Return the reason, without the projection, which stands beside the ruler."""
    reason = one.reason
    if reason.id == reasons.PROJECTED:
        reason = replace(reason, id=reasons.BY_NOW)
    return texts.say(reason)


def ruler(one: Standing, label: str) -> Markup:
    """Return the way from baseline to target as a picture; `label` is what it says in words."""
    seen = one.evaluation
    if seen is None:
        return Markup(small.ruler(None, None, label))
    plan = seen.expected_share if seen.expected is not None else None
    parts = [label]
    if seen.share is not None:
        parts.append(_("now at %(share)s of the way", share=percent(seen.share)))
    if plan is not None:
        parts.append(_("plan today %(share)s", share=percent(plan)))
    return Markup(small.ruler(seen.share, plan, "; ".join(dict.fromkeys(parts))))


def percent(share: float | None) -> str:
    """Return a share of the way in whole percent, a dash for None."""
    return words.format_value(
        None if share is None else words.Rate(Decimal(str(share)), 0), frame.reader()
    )


def _spark(one: Standing) -> Markup:
    seen = one.evaluation
    if seen is None or not seen.curve:
        return Markup("")
    label = _(
        "Now %(now)s, plan today %(plan)s",
        now=_amount(one, seen.actual),
        plan=_amount(one, seen.expected),
    )
    curve: dict[str, Sequence[tuple[float, float]]] = seen.curve
    return Markup(small.sparkline(curve.get("actual", ()), curve.get("plan", ()), label))


def _amount(one: Standing, value: Decimal | None) -> str:
    return texts.compact(value, one.unit, one.currency)


def _since(one: Standing) -> str:
    seen = one.evaluation
    return "" if seen is None else short_day(seen.since, seen.day)


def short_day(day: date, beside: date) -> str:
    """Return a day, without its year where that is the year of the day beside it."""
    form = words.Day(day, "short" if day.year == beside.year else "medium")
    return words.format_value(form, frame.reader())
