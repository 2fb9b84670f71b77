"""How a goal looks in lists: drawn once for an evaluation and a reader, then kept in the process.

A row changes only with the goal's terms, its latest evaluation, its people and the reader's
language and calendar, so that showing many goals costs one look-up each. Nothing in a row may
depend on the day it is looked at.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from flask import current_app
from markupsafe import Markup
from sqlmodel import Session

from app.web import frame, origins, texts
from app.web.texts import gettext as _
from goals import words
from goals.charts import small
from goals.tracking import apart, pace, reasons, standing, status
from goals.tracking.glance import Glance
from goals.tracking.standing import Standing

#: Rows kept in a process before it starts anew.
MOST = 4000
#: Statuses that say how a goal does: a projection means something only then.
JUDGED = status.JUDGED | {"too_early"}


CARD, LINE, CLOSED = "goals/_card.html", "goals/_line.html", "goals/_closed.html"


def cards(standings: Iterable[Standing]) -> Markup:
    """Return goals as the rows of a list: status, reason, figures and the way to the target."""
    return Markup("").join([_drawn(CARD, one) for one in standings])


def lines(standings: Iterable[Standing], *, kids: frozenset[int] = frozenset()) -> Markup:
    """Return goals as the rows of a table; `kids` are those that stand under the one before."""
    return Markup("").join([_drawn(LINE, one, one.goal.id in kids) for one in standings])


def closed(standings: Iterable[Standing]) -> Markup:
    """Return goals that are over as the rows of a table of results."""
    can_copy = frame.may("editor")
    return Markup("").join([_drawn(CLOSED, one, can_copy) for one in standings])


def glanced(session: Session, wanted: Mapping[str, Sequence[Glance]]) -> dict[str, Markup]:
    """Return the rows of goals that were only glanced at, by the template that draws them.

    Those that are not kept yet are read all at once.
    """
    kept = _store()
    flag = {CARD: False, LINE: False, CLOSED: frame.may("editor")}
    reader = frame.reader()
    keys = {
        template: [_key(template, one, reader, flag[template]) for one in goals]
        for template, goals in wanted.items()
    }
    shown = {template: [kept.get(key) for key in held] for template, held in keys.items()}
    lacking = {
        (template, place): key
        for template, held in keys.items()
        for place, key in enumerate(held)
        if shown[template][place] is None
    }
    if lacking:
        read = standing.board(session, frame.eyes(), ids={key[1] for key in lacking.values()})
        full = {one.goal.id: one for one in read}
        for (template, place), key in lacking.items():
            shown[template][place] = _keep(key, _draw(template, full[key[1]], key[-1]))
    return {template: Markup("").join(filter(None, held)) for template, held in shown.items()}


Key = tuple[Any, ...]


def _store() -> dict[Key, Markup]:
    found: dict[Key, Markup] = current_app.extensions.setdefault("headway_rows", {})
    return found


def _key(template: str, one: Glance, reader: words.Reader, flag: bool) -> Key:
    return (
        template,
        one.id,
        one.version,
        one.evaluation_id,
        one.name,
        one.owner_name,
        one.team_name,
        one.origin_question,
        reader,
        flag,
    )


def _drawn(template: str, one: Standing, flag: bool = False) -> Markup:
    goal = one.goal
    key = (
        template,
        goal.id,
        goal.version,
        goal.evaluation_id,
        goal.name,
        one.owner_name,
        one.team_name,
        goal.origin_question,
        frame.reader(),
        flag,
    )
    found = _store().get(key)
    return found if found is not None else _keep(key, _draw(template, one, flag))


def _keep(key: Key, row: Markup) -> Markup:
    kept = _store()
    if len(kept) >= MOST:
        for old in list(kept)[: MOST // 2]:
            kept.pop(old, None)
    kept[key] = row
    return row


def _draw(template: str, one: Standing, flag: bool) -> Markup:
    """Draw a row; `flag` is what it further depends on (a part goal, a reader who may copy)."""
    # Not Flask's render_template: what it adds for a whole page takes longer than a row, which
    # must not show it anyway.
    drawn = current_app.jinja_env.get_template(template)
    return Markup(drawn.render(one=one, picture=Picture.of(one), flag=flag).strip())


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
    original: str

    @classmethod
    def of(cls, one: Standing) -> "Picture":
        """Return what a row shows of a goal."""
        seen = one.evaluation
        says = way(one)
        now = _amount(one, seen.actual if seen is not None else None)
        plan = _amount(one, seen.expected if seen is not None else None)
        return cls(
            since=_since(one),
            origin=origins.of(one.goal),
            why=why(one),
            says=says,
            ruler=ruler(one, says.striptags()),
            spark=_spark(one, now, plan),
            now=now,
            plan=plan,
            target=texts.written(one.aim),
            share=percent(seen.share if seen is not None else None),
            original=original(one),
        )


def way(one: Standing) -> Markup:
    """Return the sentence under a ruler: where the present pace leads, or how far it is."""
    seen = one.evaluation
    if seen is None or seen.actual is None:
        return Markup(_("No value yet"))
    if one.goal.kind == "maintain" and seen.share is not None:
        return Markup(_("Outside of what is to be kept") if seen.share < 1 else _("Kept"))
    if one.goal.kind == "milestone":
        return Markup(_milestone_way(one, seen.share))
    if one.status in JUDGED and seen.chance is not None and seen.likely_end is not None:
        told = {
            "chance": texts.written(words.Chance(Decimal(str(seen.chance)))),
            "end": _amount(one, seen.likely_end),
        }
        bold = {name: Markup("<b>%s</b>") % text for name, text in told.items()}
        return Markup(_("Chance %(chance)s, likely end %(end)s")) % bold
    if one.status in JUDGED and seen.projection is not None:
        strong = Markup("<b>%s</b>") % _amount(one, seen.projection)
        return Markup(_("At this pace it ends at %(value)s")) % {"value": strong}
    if seen.share is None:
        return Markup(_("Where it starts from is not known"))
    said = _("%(share)s of the way")
    if pace.is_cap(one.goal.kind, one.goal.direction):
        said = _("%(share)s of the limit")
    return Markup(said) % {"share": percent(seen.share)}


def _milestone_way(one: Standing, share: float | None) -> str:
    if one.status == "achieved":
        return _("Done")
    if share is not None and one.terms.rollup == "mean":
        return _("%(share)s of the way", share=percent(share))
    if share is not None and one.terms.rollup == "done":
        return _("%(share)s of the parts achieved", share=percent(share))
    if share is not None and one.terms.rollup == "own":
        return _("%(share)s of the steps done", share=percent(share))
    return _("Due on %(day)s", day=texts.day(one.terms.last_day))


def why(one: Standing) -> str:
    """Return the reason, without the projection, which stands beside the ruler.

    Where plan and status go apart it says why, or a bad word beside a good number is a riddle.
    """
    reason, more = one.reason, apart.of(one)
    if reason.id in (reasons.PROJECTED, reasons.CHANCE):
        reason = replace(reason, id=reasons.BY_NOW)
    return " ".join(texts.say(said) for said in (reason, more) if said is not None)


def ruler(one: Standing, label: str) -> Markup:
    """Return the way from baseline to target as a picture; `label` is what it says in words."""
    seen = one.evaluation
    if seen is None:
        return Markup(small.ruler(None, None, label))
    has_plan = seen.expected is not None or one.goal.kind == "milestone"
    plan = seen.expected_share if has_plan else None
    parts = [label]
    if seen.share is not None:
        parts.append(_("now at %(share)s of the way", share=percent(seen.share)))
    if plan is not None:
        parts.append(_("plan today %(share)s", share=percent(plan)))
    return Markup(small.ruler(seen.share, plan, "; ".join(dict.fromkeys(parts))))


def original(one: Standing) -> str:
    """Return how far a goal came by its first terms, "" while those hold."""
    if one.against_original is None or one.goal.kind == "milestone":
        return ""
    share = one.original_share
    return "" if share is None else _("original: %(share)s", share=percent(share))


def percent(share: float | Decimal | None) -> str:
    """Return a share of the way in whole percent, a dash for None."""
    return texts.written(None if share is None else words.Rate(Decimal(str(share)), 0))


def _spark(one: Standing, now: str, plan: str) -> Markup:
    seen = one.evaluation
    if seen is None or not seen.curve:
        return Markup("")
    label = _("Now %(now)s, plan today %(plan)s", now=now, plan=plan)
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
    return texts.written(form)
