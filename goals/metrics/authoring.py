"""Making metrics of one's own: adding, changing, putting away and bringing back."""

import re
from dataclasses import dataclass, replace
from datetime import datetime

from sqlmodel import Session, col, select

from goals import names, workspace
from goals.errors import Refusal
from goals.metrics import catalogue, library
from goals.metrics.custom import units
from goals.metrics.custom.metric import Custom
from goals.metrics.custom.syntax import FUNCTIONS
from goals.metrics.custom.table import DIRECTIONS, CustomMetric, CustomMetricVersion
from goals.table import workspace_of
from goals.words import N_, Message

MAX_NAME, MAX_DESCRIPTION = 200, 2000
#: Ids are short words that an expression can name.
SLUG = re.compile(r"[a-z][a-z0-9_]{1,39}")


@dataclass(frozen=True)
class Draft:
    """A metric as somebody wrote it; `unit` None takes the unit that comes out."""

    id: str
    name: str
    expression: str
    description: str = ""
    direction: str = "neutral"
    unit: str | None = None


def checked(session: Session, draft: Draft) -> Custom:
    """Return the metric that a draft would be; nothing is kept.

    Raises Refusal at the field for what cannot be, of an expression with its place.
    """
    expression, within = library.read(session, draft.id, draft.expression)
    offered = expression.sort.offered
    unit = draft.unit or offered[0]
    if unit not in offered:
        raise Refusal(
            "unit_unfit",
            N_("%(value)s is not one of %(words)s."),
            {"value": unit, "words": ", ".join(offered)},
            field="unit",
        )
    found = library.composed(
        draft.id, draft.name, draft.description, draft.direction, unit, expression
    )
    return replace(found, versions={draft.id: 1, **within})


def add(session: Session, draft: Draft, *, by: int | None, now: datetime) -> Custom:
    """Add a metric in its first version; raises Refusal at the field for what cannot be."""
    draft = _written_right(draft)
    # Two that are written at once must not be made of each other.
    workspace.hold(session)
    _free(session, draft.id)
    found = checked(session, draft)
    row = CustomMetric(
        workspace_id=workspace_of(session),
        slug=draft.id,
        name=draft.name,
        description=draft.description,
        direction=draft.direction,
        created_by=by,
        created_at=now,
    )
    session.add(row)
    session.flush()
    session.add(_version(row, found, by, now))
    session.flush()
    return own(session, draft.id)


def change(
    session: Session, draft: Draft, *, by: int | None, now: datetime, seen: int | None = None
) -> Custom:
    """Change a metric; another expression is another version, and the earlier ones stay.

    `seen` is the version that the writer had before them. Raises Refusal `changed_meanwhile`
    where there is another by now, and for an expression of another unit or kind: what was
    measured so far could not be compared with it.
    """
    draft = _written_right(draft)
    workspace.hold(session)
    row = _row(session, draft.id)
    before = own(session, draft.id)
    if seen is not None and seen != before.version:
        raise Refusal(
            "changed_meanwhile",
            N_("Somebody has changed this metric meanwhile; it has version %(number)s now."),
            {"number": before.version},
            fix=Message(N_("Look at it, and send yours again to replace it.")),
            misused=False,
        )
    found = checked(session, draft if draft.unit else _with_unit(session, draft, before.unit))
    row.name, row.description, row.direction = draft.name, draft.description, draft.direction
    if found.expression.text != before.expression.text:
        _same_sort(before, found)
        row.version = before.version + 1
        session.add(_version(row, found, by, now))
    elif found.unit != before.unit:
        raise _other_unit(before, found)
    session.add(row)
    session.flush()
    return own(session, draft.id)


def archive(session: Session, slug: str, now: datetime) -> None:
    """Take a metric out of the lists; nothing of it is lost.

    Raises Refusal while other metrics are made of it, and names them.
    """
    row = _row(session, slug)
    users = [
        one.title
        for one in library.made(session)
        if one.archived_at is None and slug in one.versions and one.id != slug
    ]
    if users:
        raise Refusal(
            "metric_in_use",
            N_("These metrics are made of it: %(names)s."),
            {"names": users},
            fix=Message(N_("Archive them first.")),
            misused=False,
        )
    row.archived_at = row.archived_at or now
    session.add(row)
    session.flush()


def restore(session: Session, slug: str) -> None:
    """Bring an archived metric back to the lists."""
    row = _row(session, slug)
    row.archived_at = None
    session.add(row)
    session.flush()


def own(session: Session, slug: str) -> Custom:
    """Return a metric that the workspace made; raises Refusal `unknown_metric` for others."""
    found = library.find(session, slug)
    if not isinstance(found, Custom):
        raise Refusal(
            "not_custom",
            N_("%(metric)s belongs to Headway and cannot be changed."),
            {"metric": found.name},
            fix=Message(N_("Make a metric of your own from it.")),
            field="metric",
        )
    return found


def versions(session: Session, slug: str) -> list[CustomMetricVersion]:
    """Return all expressions that a metric ever had, the newest first."""
    statement = (
        select(CustomMetricVersion)
        .where(
            col(CustomMetricVersion.workspace_id) == workspace_of(session),
            col(CustomMetricVersion.metric_id) == _row(session, slug).id,
        )
        .order_by(col(CustomMetricVersion.number).desc())
    )
    return list(session.exec(statement))


def _with_unit(session: Session, draft: Draft, unit: str) -> Draft:
    """Return a draft that keeps the unit its metric had, where that still comes out."""
    expression, _within = library.read(session, draft.id, draft.expression)
    kept = unit if unit in expression.sort.offered else None
    return replace(draft, unit=kept)


def _row(session: Session, slug: str) -> CustomMetric:
    statement = select(CustomMetric).where(
        col(CustomMetric.workspace_id) == workspace_of(session),
        col(CustomMetric.slug) == own(session, slug).id,
    )
    return session.exec(statement).one()


def _version(
    row: CustomMetric, found: Custom, by: int | None, now: datetime
) -> CustomMetricVersion:
    return CustomMetricVersion(
        workspace_id=row.workspace_id,
        metric_id=row.id,
        number=row.version,
        expression=found.expression.text,
        unit=found.unit,
        made_by=by,
        made_at=now,
    )


def _written_right(draft: Draft) -> Draft:
    name, description = names.clean(draft.name), draft.description.strip()
    if not name:
        raise Refusal("name_missing", N_("Give the metric a name."), field="name")
    for field, text, most in (
        ("name", name, MAX_NAME),
        ("description", description, MAX_DESCRIPTION),
    ):
        if len(text) > most:
            raise Refusal(
                f"{field}_long",
                N_("Use at most %(most)s characters."),
                {"most": most},
                field=field,
            )
    if draft.direction not in DIRECTIONS:
        raise Refusal(
            "direction_unknown",
            N_("%(value)s is not one of %(words)s."),
            {"value": draft.direction, "words": ", ".join(DIRECTIONS)},
            field="direction",
        )
    return replace(
        draft,
        id=draft.id.strip(),
        name=name,
        expression=draft.expression.strip(),
        description=description,
        unit=draft.unit or None,
    )


def _free(session: Session, slug: str) -> None:
    """Raise Refusal for an id that cannot be one or that is taken."""
    if not SLUG.fullmatch(slug):
        raise Refusal(
            "id_wrong",
            N_("“%(id)s” cannot be an id."),
            {"id": slug},
            fix=Message(N_("Use 2 to 40 small letters, digits and underscores, a letter first.")),
            field="id",
        )
    taken = library.named(session, (slug,))
    if slug in FUNCTIONS or catalogue.knows(slug) or slug in taken:
        raise Refusal(
            "id_taken",
            N_("The id %(id)s is taken."),
            {"id": slug},
            fix=Message(N_("Choose another one.")),
            field="id",
        )


def _same_sort(before: Custom, after: Custom) -> None:
    if before.unit != after.unit:
        raise _other_unit(before, after)
    if before.kind != after.kind:
        raise Refusal(
            "kind_changed",
            N_("It would change whether the metric adds up over days, and goals rely on that."),
            fix=Message(N_("Make another metric for it.")),
            field="expression",
        )


def _other_unit(before: Custom, after: Custom) -> Refusal:
    return Refusal(
        "unit_changed",
        N_(
            "The unit would change from %(before)s to %(after)s, and what was measured so far could"
            " not be compared."
        ),
        {"before": units.called(before.unit), "after": units.called(after.unit)},
        fix=Message(N_("Make another metric for it.")),
        field="expression",
    )
