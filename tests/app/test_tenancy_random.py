"""Random queries: what passes cannot tell whether another workspace exists.

Each runs twice, over this workspace alone and beside another one with the same ids. If it passes,
both answers are the same, whatever it counts, joins or asks to exist.
"""

import shutil
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import and_, exists, func, insert, or_, select, union_all

from app import engines
from app.db import Database, TenancyError
from app.tables import metadata
from tests.support.tenants import NOW

HERE, THERE = 1, 2
TABLES = [metadata.tables[name] for name in ("team", "objective", "connection")]
ROWS = 2
LIMITS = settings(
    max_examples=100,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


def filled(template, folder, numbers):
    file = shutil.copy(template, folder / f"headway{len(numbers)}.db")
    with engines.maintenance(f"sqlite:///{file}") as engine, engine.begin() as connection:
        for number in numbers:
            for n in range(ROWS):
                row = {"workspace_id": number, "id": n, "name": str(n), "provider": "csv"}
                row["created_at"] = NOW
                for table in TABLES:
                    known = {name: value for name, value in row.items() if name in table.c}
                    connection.execute(insert(table).values(known))
    return Database(f"sqlite:///{file}")


@pytest.fixture(scope="module")
def databases(sqlite_template, tmp_path_factory):
    folder = tmp_path_factory.mktemp("random")
    made = [filled(sqlite_template, folder, numbers) for numbers in ([HERE], [HERE, THERE])]
    yield made
    for database in made:
        database.dispose()


@st.composite
def conditions(draw, sources, around=()):
    """A condition on one source, perhaps with another one."""
    own = draw(st.sampled_from(sources))
    other = draw(st.sampled_from([*sources, *around]))
    same = own.c.workspace_id == other.c.workspace_id
    choices = [
        own.c.workspace_id == HERE,
        same,
        and_(same, own.c.id == other.c.id),
        own.c.id == other.c.id,
        own.c.workspace_id.in_([HERE]),
        or_(own.c.workspace_id == HERE, own.c.id == other.c.id),
        own.c.workspace_id.in_([HERE, THERE]),
        own.c.workspace_id != THERE,
        own.c.id == 0,
    ]
    return draw(st.sampled_from(choices[:4]) | st.sampled_from(choices))


@st.composite
def sources(draw, depth, honest):
    """A table under a name of its own, or a query as a subquery or CTE."""
    if depth and draw(st.integers(0, 2)) == 0:
        query = draw(queries(depth - 1, honest))
        return query.cte() if draw(st.booleans()) else query.subquery()
    return draw(st.sampled_from(TABLES)).alias()


@st.composite
def slips(draw, honest):
    """Whether the workspace is forgotten here; never by the honest."""
    return not honest and draw(st.integers(0, 9)) == 9


@st.composite
def joins(draw, chosen, honest):
    """The sources joined one after the other, each to the workspace of one before."""
    joined = chosen[0]
    for n, one in enumerate(chosen[1:], 1):
        on = draw(st.lists(conditions(chosen[: n + 1]), min_size=1, max_size=2))
        if not draw(slips(honest)):
            on.append(one.c.workspace_id == draw(st.sampled_from(chosen[:n])).c.workspace_id)
        joined = joined.join(one, and_(*on), isouter=draw(st.booleans()))
    return joined


@st.composite
def queries(draw, depth=2, honest=False, around=()):
    """A query that shows `workspace_id`, `id` and `more`, a number that depends on the rest."""
    chosen = draw(st.lists(sources(depth, honest), min_size=1, max_size=3))
    joined = draw(joins(chosen, honest))
    where = draw(st.lists(conditions(chosen, around), max_size=2))
    if not draw(slips(honest)):
        where.append(chosen[0].c.workspace_id == HERE)
    more: Any = func.coalesce(chosen[-1].c.id, 9)
    if depth and draw(st.booleans()):
        # What a subquery after FROM asks of the sources around it makes them its own.
        inner = draw(queries(depth - 1, honest, () if honest else tuple(chosen))).subquery()
        counted = select(func.count()).select_from(inner)
        if draw(st.booleans()):
            counted = counted.where(inner.c.workspace_id == chosen[0].c.workspace_id)
        more = counted.scalar_subquery()
    if depth and draw(st.booleans()):
        one = draw(st.sampled_from(TABLES)).alias()
        narrowed = draw(st.lists(conditions([one], chosen), min_size=1, max_size=2))
        if not draw(slips(honest)):
            narrowed.append(one.c.workspace_id == chosen[0].c.workspace_id)
        found = exists().where(*narrowed)
        where.append(found if draw(st.booleans()) else ~found)
    key = draw(st.sampled_from(chosen)) if draw(slips(honest)) else chosen[0]
    query = select(key.c.workspace_id, key.c.id, more.label("more")).select_from(joined)
    query = query.where(*where)
    if depth and draw(st.integers(0, 3)) == 0:
        return union_all(query, select(draw(queries(depth - 1, honest)).subquery()))
    return query


def answer(database, query):
    with database.session(HERE) as session:
        return sorted(session.execute(query).all(), key=str)


@LIMITS
@given(query=queries())
@pytest.mark.filterwarnings("ignore:SELECT statement has a cartesian product")
def test_what_passes_shows_nothing_of_another_workspace(databases, query):
    alone, beside = databases
    try:
        found = answer(beside, query)
    except TenancyError:
        return
    assert found == answer(alone, query)


@LIMITS
@given(query=queries(honest=True))
@pytest.mark.filterwarnings("ignore:SELECT statement has a cartesian product")
def test_what_is_joined_by_the_workspace_everywhere_passes(databases, query):
    alone, beside = databases
    assert answer(beside, query) == answer(alone, query)
