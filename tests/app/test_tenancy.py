"""Which statements pass in a session of workspace `HERE`, and which are refused."""

import shutil

import pytest
from sqlalchemy import (
    and_,
    bindparam,
    column,
    delete,
    exists,
    func,
    insert,
    literal,
    literal_column,
    not_,
    or_,
    select,
    table,
    text,
    tuple_,
    union,
    union_all,
    update,
)
from sqlalchemy.dialects.postgresql import insert as upsert

from app.db import Database, TenancyError
from app.tables import metadata
from goals.workspace import Workspace
from tests.support.tenants import NOW

HERE, THERE = 1, 2
deals, owners, accounts, teams, goals, members, workspaces, rollups = (
    metadata.tables[name]
    for name in ("deal", "owner", "account", "team", "goal", "member", "workspace", "rollup")
)
deal, owner, account, goal, member = (t.c for t in (deals, owners, accounts, goals, members))

mine = deal.workspace_id == HERE
theirs = deal.workspace_id == THERE
owned = and_(owner.workspace_id == deal.workspace_id, owner.id == deal.owner_id)
owned_by_anybody = owner.id == deal.owner_id
other = deals.alias()
held = select(deal.workspace_id, deal.id, deal.name).where(mine)
loose = select(deal.workspace_id, deal.id, deal.name)
people = select(owner.workspace_id, owner.id, owner.name).where(owner.workspace_id == HERE)
strangers = select(literal(THERE), owner.id, owner.name).where(owner.workspace_id == HERE)
count = select(func.count()).select_from(owners)
sub, cte, both = held.subquery(), held.cte("kept"), union_all(held, people).subquery()
mixed = union_all(people, strangers).subquery()
renamed = select(literal(THERE).label("workspace_id"), deal.id).where(mine).subquery()
side = select(owner.name).where(owned).lateral()
child = goals.alias()
root = select(goal.id, goal.workspace_id).where(goal.workspace_id == HERE).cte(recursive=True)
tree = root.union_all(
    select(child.c.id, child.c.workspace_id)
    .join(root, root.c.id == child.c.parent_id)
    .where(child.c.workspace_id == HERE)
)
wild = root.union_all(
    select(child.c.id, child.c.workspace_id).join(
        root, and_(root.c.id == child.c.parent_id, root.c.workspace_id == child.c.workspace_id)
    )
)
row = {"workspace_id": HERE, "id": 1, "name": "North"}
stray = {**row, "workspace_id": THERE}
new_team = upsert(teams).values(row)
keys = ["workspace_id", "id"]

PASS = {
    "by value": select(deals).where(mine),
    "beside OR": select(deals).where(mine, or_(deal.stage == "Won", deal.stage == "Lost")),
    "under AND": select(deals).where(and_(and_(mine, deal.stage == "Won"), deal.amount > 0)),
    "turned round": select(deals).where(literal(HERE) == deal.workspace_id),
    "by a named value": select(deals).where(deal.workspace_id == bindparam("here", HERE)),
    "by a list": select(deals).where(deal.workspace_id.in_([HERE])),
    "by an empty list": select(deals).where(deal.workspace_id.in_([])),
    "by pairs": select(deals).where(tuple_(deal.workspace_id, deal.id).in_([(1, 1), (1, 2)])),
    "by the pairs of a subquery": select(owners).where(
        tuple_(owner.id, owner.workspace_id).in_(held.with_only_columns(deal.id, deal.workspace_id))
    ),
    "by a subquery": select(owners).where(
        owner.workspace_id.in_(held.with_only_columns(deal.workspace_id))
    ),
    "by a scalar": select(owners).where(
        owner.workspace_id == held.with_only_columns(deal.workspace_id).limit(1).scalar_subquery()
    ),
    "join": select(deals, owners).join(owners, owned).where(mine),
    "join from the other side": select(deals).join(owners, owned).where(owner.workspace_id == HERE),
    "join of three": select(deals)
    .join(owners, owned)
    .join(accounts, account.workspace_id == owner.workspace_id)
    .where(mine),
    "join without JOIN": select(deals, owners).where(mine, owned),
    "join over a global table": select(deals)
    .join(members, member.workspace_id == deal.workspace_id)
    .where(member.workspace_id == HERE),
    "join over the workspace": select(deals)
    .join(workspaces, workspaces.c.id == deal.workspace_id)
    .where(workspaces.c.id == HERE),
    "value in ON": select(deals).join(owners, and_(owned, owner.workspace_id == HERE)),
    "outer join": select(deals, owners).outerjoin(owners, owned).where(mine),
    "outer join by value": select(deals)
    .outerjoin(owners, and_(owner.workspace_id == HERE, owned_by_anybody))
    .where(mine),
    "outer join to a join": select(deals)
    .select_from(
        deals.outerjoin(owners.join(accounts, account.workspace_id == owner.workspace_id), owned)
    )
    .where(mine),
    "full join": select(deals)
    .join(owners, owned, full=True)
    .where(mine, owner.workspace_id == HERE),
    "alias": select(other).where(other.c.workspace_id == HERE),
    "itself": select(deals).join(other, other.c.workspace_id == deal.workspace_id).where(mine),
    "subquery": select(sub),
    "subquery of a subquery": select(select(sub).subquery()),
    "join with a subquery": select(owners).join(sub, sub.c.workspace_id == owner.workspace_id),
    "CTE": select(cte),
    "CTE twice": select(cte).join(other_cte := cte.alias(), other_cte.c.id == cte.c.id),
    "join with a CTE": select(owners).join(cte, cte.c.workspace_id == owner.workspace_id),
    "union": union(held, people),
    "union of unions": union_all(union(held, people).subquery().select(), people),
    "join with a union": select(accounts).join(both, both.c.workspace_id == account.workspace_id),
    "scalar beside": select(
        deal.id, count.where(owner.workspace_id == deal.workspace_id).scalar_subquery()
    ).where(mine),
    "scalar in a scalar": select(
        deal.id,
        select(
            count.where(owner.workspace_id == deal.workspace_id).correlate(deals).scalar_subquery()
        ).scalar_subquery(),
    ).where(mine),
    "EXISTS": select(deals).where(mine, exists().where(owned)),
    "NOT EXISTS": select(deals).where(mine, not_(exists().where(owned))),
    "EXISTS under OR": select(deals).where(mine, or_(deal.stage == "Won", exists().where(owned))),
    "recursion": select(tree),
    "aggregate": select(deal.stage, func.sum(deal.amount)).where(mine).group_by(deal.stage),
    "for update": select(deals).where(mine).with_for_update(),
    "key without an id": select(rollups).where(rollups.c.workspace_id == HERE),
    "global tables": select(workspaces, members).join(
        members, member.workspace_id == workspaces.c.id
    ),
    "no table": select(func.now()),
    "harmless literals": select(literal_column("'9999-12-31'"), literal_column("1")),
    "UPDATE": update(deals).where(mine).values(name="New"),
    "UPDATE from another": update(deals).where(mine, owned).values(name=owner.name),
    "UPDATE by a subquery": update(deals)
    .where(mine)
    .values(name=select(owner.name).where(owned).limit(1).scalar_subquery()),
    "UPDATE of the key": update(deals).where(mine).values(workspace_id=HERE),
    "DELETE": delete(deals).where(mine),
    "DELETE by a subquery": delete(deals).where(mine, deal.id.in_(select(sub.c.id))),
    "INSERT": insert(teams).values(row),
    "INSERT of several": insert(teams).values([{**row, "id": n, "name": str(n)} for n in (1, 2)]),
    "INSERT from a SELECT": insert(teams).from_select([*keys, "name"], people),
    "INSERT from values": insert(teams).from_select(
        [*keys, "name"], select(literal(HERE), literal(1), literal("North"))
    ),
    "INSERT from a union": insert(teams).from_select([*keys, "name"], union_all(held, people)),
    "upsert": new_team.on_conflict_do_update(index_elements=keys, set_={"name": "New"}),
    "upsert of nothing": new_team.on_conflict_do_nothing(),
}

REFUSED = {
    "nothing": select(deals),
    "another workspace": select(deals).where(theirs),
    "OR": select(deals).where(or_(mine, deal.stage == "Won")),
    "OR of two": select(deals).where(or_(mine, theirs)),
    "NOT": select(deals).where(not_(mine)),
    "at least": select(deals).where(deal.workspace_id >= HERE),
    "a list with another": select(deals).where(deal.workspace_id.in_([HERE, THERE])),
    "not in a list": select(deals).where(deal.workspace_id.not_in([HERE])),
    "pairs with another": select(deals).where(
        tuple_(deal.workspace_id, deal.id).in_([(HERE, 1), (THERE, 1)])
    ),
    "pairs turned round": select(deals).where(tuple_(deal.id, deal.workspace_id).in_([(1, 9)])),
    "another column": select(deals).where(deal.id == HERE),
    "itself": select(deals).where(deal.workspace_id == deal.workspace_id),
    "a function": select(deals).where(func.abs(deal.workspace_id) == HERE),
    "a literal": select(deals).where(deal.workspace_id == literal_column("1")),
    "HAVING": select(deal.workspace_id).group_by(deal.workspace_id).having(mine),
    "a column that says so": select(deals, mine),
    "join by id": select(deals, owners).join(owners, owned_by_anybody).where(mine),
    "join on OR": select(deals).join(owners, or_(owned, owner.id == 1)).where(mine),
    "two, one held": select(deals, owners).where(mine, owner.name == deal.name),
    "both loose": select(deals).join(owners, owned),
    "outer join by id": select(deals).outerjoin(owners, owned_by_anybody).where(mine),
    "outer join, value in ON": select(deals).outerjoin(owners, and_(owned, mine)),
    "outer join, value of the other": select(deals).outerjoin(
        owners, and_(owned, owner.workspace_id == HERE)
    ),
    "outer join to a join by id": select(deals)
    .select_from(deals.outerjoin(owners.join(accounts, account.id == owner.id), owned))
    .where(mine),
    "full join": select(deals).join(owners, owned, full=True).where(mine),
    "alias beside its table": select(deals)
    .join(other, other.c.id == deal.id)
    .where(other.c.workspace_id == HERE),
    "subquery": select(loose.subquery()),
    "subquery held from outside": select(loose_sub := loose.subquery()).where(
        loose_sub.c.workspace_id == HERE
    ),
    "subquery that lies": select(owners).join(
        renamed, renamed.c.workspace_id == owner.workspace_id
    ),
    "CTE": select(loose.cte("all")),
    "CTE beside": select(deals).where(mine).add_cte(loose.cte("all")),
    "union": union_all(held, loose),
    "join with a mixed union": select(accounts).join(
        mixed, mixed.c.workspace_id == account.workspace_id
    ),
    "in a mixed union": select(accounts).where(
        account.workspace_id.in_(select(mixed.c.workspace_id))
    ),
    "recursion": select(wild),
    "scalar beside": select(deal.id, count.scalar_subquery()).where(mine),
    "EXISTS": select(deals).where(mine, exists().where(owned_by_anybody)),
    "EXISTS that holds inside only": select(deals).where(exists().where(owned, mine)),
    "IN": select(deals).where(mine, deal.id.in_(loose.with_only_columns(deal.id))),
    "ORDER BY": select(deals).where(mine).order_by(count.scalar_subquery()),
    "LIMIT": select(deals).where(mine).limit(count.scalar_subquery()),
    "a table by its name": select(table("deal", column("id"))),
    "text": text("SELECT 1"),
    "text inside": select(deals).where(mine, text("1 = 1")),
    "a query as a literal": select(literal_column("(SELECT name FROM deal)")),
    "UPDATE": update(deals).values(name="New"),
    "UPDATE of others": update(deals).where(theirs).values(name="New"),
    "UPDATE from another": update(deals).where(mine, owned_by_anybody).values(name=owner.name),
    "UPDATE to another": update(deals).where(mine).values(workspace_id=THERE),
    "UPDATE to a column": update(deals).where(mine).values(workspace_id=deal.id),
    "UPDATE by a subquery": update(deals)
    .where(mine)
    .values(name=select(owner.name).where(owned_by_anybody).limit(1).scalar_subquery()),
    "DELETE": delete(deals),
    "DELETE by id": delete(deals).where(deal.id == 1),
    "INSERT": insert(teams).values(stray),
    "INSERT of several": insert(teams).values([row, {**stray, "id": 2}]),
    "INSERT of a sum": insert(teams).values({**row, "workspace_id": literal(1) + 1}),
    "INSERT from a SELECT": insert(teams).from_select([*keys, "name"], loose),
    "INSERT of a lie": insert(teams).from_select([*keys, "name"], strangers),
    "INSERT from a union": insert(teams).from_select([*keys, "name"], union_all(people, strangers)),
    "upsert": upsert(teams).values(stray).on_conflict_do_nothing(),
    "upsert to another": new_team.on_conflict_do_update(
        index_elements=keys, set_={"workspace_id": THERE}
    ),
    "upsert by a subquery": new_team.on_conflict_do_update(
        index_elements=keys, set_={"name": select(owner.name).limit(1).scalar_subquery()}
    ),
}


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def database(request, tmp_path_factory):
    if request.param == "sqlite":
        file = tmp_path_factory.mktemp("tenancy") / "headway.db"
        shutil.copy(request.getfixturevalue("sqlite_template"), file)
        yield from prepared(f"sqlite:///{file}")
    else:
        server = request.getfixturevalue("postgres_server")
        template = request.getfixturevalue("postgres_template")
        with server.database(template, f"tenancy_{id(request)}") as made:
            yield from prepared(made.app_url)


def prepared(url):
    database = Database(url)
    with database.system() as session:
        for number in (HERE, THERE):
            session.add(Workspace(id=number, name=f"Number {number}", created_at=NOW))
    yield database
    database.dispose()


def run(database, statement, *values, workspace_id=HERE):
    with database.session(workspace_id) as session:
        result = session.connection().execute(statement, *values)
        found = result.fetchall() if result.returns_rows else []
        session.rollback()
    return found


@pytest.mark.parametrize("case", PASS)
@pytest.mark.filterwarnings("ignore:SELECT statement has a cartesian product")
def test_a_statement_that_is_held_passes(database, case):
    for _ in range(2):  # The second time it comes from SQLAlchemy's cache.
        run(database, PASS[case])


@pytest.mark.parametrize("case", REFUSED)
@pytest.mark.filterwarnings("ignore:SELECT statement has a cartesian product")
def test_a_statement_that_is_not_held_is_refused(database, case):
    for _ in range(2):
        with pytest.raises(TenancyError):
            run(database, REFUSED[case])


def test_a_cached_statement_is_judged_by_each_value(database):
    def statement(number):
        return select(deals).where(deal.workspace_id == number, deal.stage == "Won")

    for number in (HERE, THERE, HERE):
        run(database, statement(number), workspace_id=number)
        with pytest.raises(TenancyError):
            run(database, statement(number), workspace_id=3 - number)


def test_every_row_of_many_is_looked_at(database):
    rows = [{**row, "id": n, "name": str(n)} for n in range(3)]
    run(database, insert(teams), rows)
    with pytest.raises(TenancyError):
        run(database, insert(teams), [*rows, {**stray, "id": 9}])
    change = update(teams).where(teams.c.workspace_id == bindparam("here")).values(name="New")
    run(database, change, [{"here": HERE}, {"here": HERE}])
    with pytest.raises(TenancyError):
        run(database, change, [{"here": HERE}, {"here": THERE}])


def test_large_inserts_that_give_their_rows_back_are_looked_at(database):
    statement = insert(teams).returning(teams.c.id)
    rows = [{**row, "id": n, "name": str(n)} for n in range(2500)]
    assert len(run(database, statement, rows)) == 2500
    with pytest.raises(TenancyError):
        run(database, statement, [*rows, {**stray, "id": 9999}])


def test_a_lateral_subquery_is_held_by_what_it_stands_beside(database):
    if database.engine.dialect.name == "postgresql":
        run(database, select(deal.id, side.c.name).join(side, literal(True)).where(mine))
    with pytest.raises(TenancyError):
        run(database, select(deal.id, side.c.name).join(side, literal(True)).where(theirs))


def test_no_option_of_a_statement_or_connection_chooses_the_workspace(database):
    there = {"workspace_id": THERE}
    with pytest.raises(TenancyError), database.session(HERE) as session:
        session.execute(select(deals).where(theirs), execution_options=there)
    with pytest.raises(TenancyError), database.session(HERE) as session:
        session.connection(execution_options=there).execute(select(deals).where(theirs))


def test_the_system_touches_no_table_of_a_workspace(database):
    with database.system() as session:
        assert len(session.execute(select(workspaces)).all()) == 2
    for statement in (select(deals).where(mine), insert(teams).values(row), delete(teams)):
        with pytest.raises(TenancyError), database.system() as session:
            session.execute(statement)


def test_sql_that_nobody_compiled_is_refused(database):
    for sql in ("SELECT 1", "CREATE TABLE more (id INTEGER)"):
        with pytest.raises(TenancyError), database.session(HERE) as session:
            session.connection().exec_driver_sql(sql)
    with pytest.raises(TenancyError), database.system() as session:
        deals.create(session.connection())
