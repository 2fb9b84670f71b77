"""Statements whose own words reach beyond the workspace, where SQLAlchemy writes them as given."""

import pytest
from sqlalchemy import (
    BigInteger,
    bindparam,
    column,
    extract,
    func,
    insert,
    literal,
    select,
    table,
    type_coerce,
)
from sqlalchemy.exc import CompileError
from sqlalchemy.sql import quoted_name
from sqlalchemy.types import TypeDecorator

from app.db import Database, TenancyError
from app.tables import metadata
from tests.support.tenants import workspace

deal, owner = metadata.tables["deal"].c, metadata.tables["owner"].c
workspaces = metadata.tables["workspace"]
HIDDEN = "(SELECT max(name) FROM owner)"


class Another(TypeDecorator):
    """A number that is sent as another one."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value, dialect):
        return value + 1


@pytest.fixture
def database(database_url):
    made = Database(database_url)
    yield made
    made.dispose()


def bare(text):
    return quoted_name(text, quote=False)


def reaching(here):
    mine = deal.workspace_id == here
    part = f"year FROM now()), {HIDDEN}, extract(year"
    return {
        "an operator": select(deal.name.op(f"|| {HIDDEN} ||")(literal("x"))).where(mine),
        "an operator that ends the line": select(deal.name).where(deal.name.op("--")("x"), mine),
        "an operator of words": select(deal.name.op("FROM owner UNION SELECT")("x")).where(mine),
        "a part of a date": select(extract(part, deal.closed_on)).where(mine),
        "a label": select(deal.name.label(bare(f"x, {HIDDEN} AS y"))).where(mine),
        "a table's name": select(table(bare(HIDDEN), column("name")).c.name),
        "an alias": select(workspaces.alias(bare("x, owner")).c.name),
        "a table in capitals": select(table("Deal", column("name")).c.name),
        "a count in capitals": select(func.count()).select_from(table("OWNER")),
        "an insert in capitals": insert(
            table("TEAM", column("workspace_id"), column("id"), column("name"))
        ).values(workspace_id=here + 1, id=1, name="x"),
        "a value sent as another": select(deal.name).where(
            deal.workspace_id == bindparam("here", here, type_=Another())
        ),
        "a column read as another": select(deal.name).where(
            type_coerce(deal.workspace_id, Another()) == here
        ),
    }


@pytest.mark.parametrize("case", reaching(1))
def test_words_that_reach_beyond_are_refused(database, case):
    here = workspace(database, "Acme")
    for _ in range(2):
        # What SQLite's compiler itself does not take needs no guard.
        with pytest.raises((TenancyError, CompileError)), database.session(here) as session:
            session.execute(reaching(here)[case])


def test_words_that_are_only_operators_and_names_pass(database):
    here = workspace(database, "Acme")
    statement = select(
        deal.name.op("||")("x").label("plain"), extract("year", deal.closed_on), owner.name
    ).where(
        deal.workspace_id == here,
        owner.workspace_id == deal.workspace_id,
        owner.id == deal.owner_id,
        owner.name.op("<>")("x"),
    )
    with database.session(here) as session:
        assert session.execute(statement).all() == []
