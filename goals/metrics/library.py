"""The metrics of a workspace by their names: those of the catalogue and those it made itself.

Whatever takes a metric's name from a person or reads one asks here.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from sqlmodel import Session, col, select

from goals.errors import Refusal
from goals.metrics import catalogue
from goals.metrics.catalogue import Metric
from goals.metrics.custom import metric as custom
from goals.metrics.custom.metric import Custom, Expression
from goals.metrics.custom.table import CustomMetric, CustomMetricVersion
from goals.table import workspace_of
from goals.words import N_, Message

#: Custom metrics within each other, at most.
MOST_LEVELS = 5
#: No version asked for: all are meant as they are now.
PRESENT: Mapping[str, int] = {}
Row = tuple[CustomMetric, CustomMetricVersion]


def find(session: Session, name: str, versions: Mapping[str, int] = PRESENT) -> Metric:
    """Return a metric by its id or another name; raises Refusal `unknown_metric`.

    A custom metric that is archived is found as well: goals and readings keep it.
    """
    word = name.strip()
    if catalogue.knows(word):
        return catalogue.find(word)
    return _Shelf(session, versions).find(word, ())


def resolve(
    session: Session, name: str, params: Mapping[str, object], versions: Mapping[str, int] = PRESENT
) -> tuple[Metric, dict[str, str]]:
    """Return a metric with all its parameters, the defaults filled in.

    Raises Refusal for a metric, a parameter or a word that there is not.
    """
    metric = find(session, name, versions)
    return metric, catalogue.filled(metric, {**catalogue.implied(name), **params})


def get(session: Session, name: str) -> Metric | None:
    """Return the metric with an id, None where there is none (a milestone's word is none)."""
    return named(session, (name,)).get(name)


def named(session: Session, ids: Iterable[str]) -> dict[str, Metric]:
    """Return the metrics with some ids, unknown ones left out."""
    wanted = set(ids)
    found = {one: catalogue.METRICS[one] for one in wanted & set(catalogue.METRICS)}
    others = {one for one in wanted - set(found) if not catalogue.knows(one)}
    if others:
        shelf = _Shelf(session, PRESENT)
        found |= {one: shelf.find(one, ()) for one in others & set(shelf.rows)}
    return found


def every(session: Session) -> dict[str, Metric]:
    """Return all metrics by their ids, archived ones left out; a company's own come last."""
    own = {one.id: one for one in made(session) if one.archived_at is None}
    return {**catalogue.METRICS, **own}


def made(session: Session) -> list[Custom]:
    """Return the metrics that the workspace made, by name, archived ones included."""
    shelf = _Shelf(session, PRESENT)
    found = [shelf.find(slug, ()) for slug in shelf.rows]
    own = [one for one in found if isinstance(one, Custom)]
    return sorted(own, key=lambda one: (one.title.casefold(), one.id))


def read(session: Session, slug: str, text: str) -> tuple[Expression, Mapping[str, int]]:
    """Return what an expression of a metric means, and the versions of those within it.

    Raises Fault for what cannot be read, does not go together, or leads back to the metric.
    """
    return _Shelf(session, PRESENT).read(text, (slug,))


class _Shelf:
    """The custom metrics of a workspace, read at once and put together when asked for."""

    def __init__(self, session: Session, versions: Mapping[str, int]) -> None:
        self.versions = versions
        self.rows = _rows(session, versions)
        self.known: dict[str, Custom] = {}

    def find(self, name: str, trail: tuple[str, ...]) -> Metric:
        """Return a metric that stands in those of the trail, the outermost first."""
        if catalogue.knows(name):
            return catalogue.find(name)
        if name in trail:
            path = " \u2192 ".join((*trail[trail.index(name) :], name))
            raise _circle(name, path)
        if name not in self.rows:
            raise catalogue.unknown(name)
        if name not in self.known:
            self.known[name] = self._made(*self.rows[name], trail)
        return self.known[name]

    def read(self, text: str, trail: tuple[str, ...]) -> tuple[Expression, Mapping[str, int]]:
        def resolved(name: str, params: Mapping[str, object]) -> tuple[Metric, dict[str, str]]:
            metric = self.find(name, trail)
            return metric, catalogue.filled(metric, {**catalogue.implied(name), **params})

        found = custom.read(text, resolved)
        if found.levels > MOST_LEVELS:
            raise Refusal(
                "expression_levels",
                N_("Custom metrics stand within each other more than %(most)s times."),
                {"most": MOST_LEVELS},
                fix=Message(N_("Write out one of them.")),
                field="expression",
            )
        within: dict[str, int] = {}
        for part in found.parts.values():
            if isinstance(part.metric, Custom):
                within |= part.metric.versions
        return found, within

    def _made(
        self, row: CustomMetric, version: CustomMetricVersion, trail: tuple[str, ...]
    ) -> Custom:
        expression, within = self.read(version.expression, (*trail, row.slug))
        return replace(
            composed(row.slug, row.name, row.description, row.direction, version.unit, expression),
            version=version.number,
            versions={row.slug: version.number, **within},
            archived_at=row.archived_at,
            by=version.made_by,
            at=version.made_at,
        )


def composed(
    slug: str, name: str, description: str, direction: str, unit: str, expression: Expression
) -> Custom:
    """Return a metric made of an expression, as it would be in its first version."""
    parts = expression.parts.values()
    needs = dict.fromkeys(kind for one in parts for kind in one.metric.needs)
    return Custom(
        id=slug,
        name=Message("%(name)s", {"name": name}),
        unit=unit,
        direction=direction,
        kind=expression.sort.kind or "ratio",
        needs=tuple(needs),
        formula=expression.formula,
        looks_ahead=any(one.metric.looks_ahead for one in parts),
        note=Message("%(text)s", {"text": description}) if description else None,
        expression=expression,
        title=name,
        description=description,
        versions={slug: 1},
    )


def _rows(session: Session, versions: Mapping[str, int]) -> dict[str, Row]:
    here = workspace_of(session)
    statement = (
        select(CustomMetric, CustomMetricVersion)
        .join(
            CustomMetricVersion,
            (col(CustomMetricVersion.workspace_id) == col(CustomMetric.workspace_id))
            & (col(CustomMetricVersion.metric_id) == col(CustomMetric.id)),
        )
        .where(col(CustomMetric.workspace_id) == here)
    )
    if not versions:
        statement = statement.where(col(CustomMetricVersion.number) == col(CustomMetric.version))
    found: dict[str, Row] = {}
    for row, version in session.exec(statement):
        if version.number == versions.get(row.slug, row.version):
            found[row.slug] = (row, version)
    return found


def _circle(name: str, path: str) -> Refusal:
    return Refusal(
        "expression_circle",
        N_("%(name)s would be made of itself: %(path)s."),
        {"name": name, "path": path},
        fix=Message(N_("Take one of them out of the other.")),
        field="expression",
    )
