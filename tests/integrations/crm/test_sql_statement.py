"""What counts as one SELECT that only reads."""

import pytest

from goals.errors import Refusal
from integrations.crm.sql.statement import one_select

READS = [
    "SELECT 1",
    "select * from deals;",
    " ( SELECT 1 ) ; ; ",
    "WITH won AS (SELECT * FROM deals WHERE stage = 'Won') SELECT * FROM won",
    "SELECT 'insert into x; delete' AS note, \"update\" FROM t",
    "SELECT t.update, deleted, replace(name, 'a', 'b') FROM t -- delete all; drop it\n WHERE 1=1",
    "SELECT /* update; */ 1",
    "SELECT 'it''s; ok'",
    "SELECT amount #>> '{a}' FROM t",
    "SELECT a[1], created_at AS into_day FROM t",
    "SELECT 1.5e3, .5, 0x1F, 1.0 AS update_1 FROM t -- a comment\r\n WHERE a = 1.",
]
WRITES = [
    "",
    " ; ",
    "DELETE FROM deals",
    "UPDATE deals SET a = 1",
    "INSERT INTO deals VALUES (1)",
    "DROP TABLE deals",
    "PRAGMA writable_schema = 1",
    "ATTACH 'x' AS y",
    "COPY deals TO '/tmp/x'",
    "EXPLAIN ANALYZE DELETE FROM deals",
    "VALUES (1)",
    "CALL work()",
    "SELECT 1; SELECT 2",
    "SELECT 1; DROP TABLE deals",
    "SELECT 1;--\nDELETE FROM deals",
    "WITH gone AS (DELETE FROM deals RETURNING *) SELECT * FROM gone",
    "with x as (insert into t values (1) returning 1) select 1",
    "WITH x AS (SELECT 1) UPDATE deals SET a = 1",
    "WITH x AS (SELECT 1) DELETE/**/FROM deals",
    "WITH x AS (MERGE INTO t USING s ON true WHEN MATCHED THEN DELETE RETURNING 1) SELECT 1",
    "SELECT * INTO copies FROM deals",
    "SELECT * FROM deals FOR UPDATE",
    "SELECT 1 INTO OUTFILE '/tmp/x'",
    "SELECT pg_read_file('/etc/passwd')",
    "SELECT \"pg_read_file\" ('/etc/passwd')",
    "SELECT pg_catalog.pg_read_binary_file('x')",
    "SELECT PG_LS_DIR('/')",
    "SELECT lo_export(1, '/tmp/x')",
    "SELECT * FROM dblink('host=inside', 'select 1') AS t(a int)",
    "SELECT pg_sleep(1000)",
    "SELECT set_config('x', 'y', false)",
    "SELECT load_file('/etc/passwd')",
    "SELECT load_extension('x')",
    "SELECT writefile('x', 'y')",
    "SELECT * FROM OPENROWSET('x', 'y', 'z')",
    "SELECT query_to_xml('delete from t', true, true, '')",
    "SELECT $$ ' $$; DELETE FROM deals; --'",
    "SELECT $tag$ ' $tag$",
    r"SELECT '\'; DELETE FROM deals; -- '",
    r"SELECT E'\''",
    "SELECT 'open",
    'SELECT "open',
    "SELECT 1 /* open",
    "SELECT /* a /* b */ */ 1",
    "SELECT /*! 1 INTO OUTFILE 'x' */ 2",
    "SELECT /*M!100000 1 INTO OUTFILE 'x' */ 2",
    # What takes a query as a text runs it.
    "SELECT * FROM ts_stat('SELECT to_tsvector(pg_read_file(''/etc/passwd''))')",
    "SELECT * FROM crosstab('DELETE FROM t')",
    "SELECT schema_to_xml_and_xmlschema('public', true, true, '')",
    # Numbers need no blank behind them, and their dot is no column's.
    "SELECT 1.INTO OUTFILE '/tmp/x'",
    "SELECT 1INTO copies FROM deals",
    "SELECT a, 1..INTO copies FROM deals",
    # A carriage return ends the comment for PostgreSQL, so that what follows is run.
    "SELECT 1 --\r; DELETE FROM deals",
    "SELECT --\rpg_read_file('/etc/passwd')",
    "SELECT \uff50\uff47_read_file('/etc/passwd')",
    "SELECT pg_stat_reset()",
    "SELECT pg_start_backup('x')",
    "SELECT NEXT VALUE FOR numbers",
]


@pytest.mark.parametrize("query", READS)
def test_what_only_reads_is_taken(query):
    assert one_select(query, "postgresql").startswith(query.strip()[:6])


@pytest.mark.parametrize("query", WRITES)
def test_what_may_do_more_is_refused_with_the_reason(query):
    with pytest.raises(Refusal) as caught:
        one_select(query, "postgresql")
    assert (caught.value.code, caught.value.field) == ("query_refused", "query")
    assert caught.value.fix is not None


@pytest.mark.parametrize(
    ("dialect", "query"),
    [
        ("mysql", "SELECT 1 # '\n; DELETE FROM t -- '"),
        ("mysql", "SELECT 1--1 INTO OUTFILE '/tmp/x'"),
        ("sqlite", "SELECT [it's]; DELETE FROM t; --']"),
        ("mssql", "SELECT [a'b] INTO copies FROM t --'"),
        ("mssql", "SELECT [a]]'b] FROM t; DROP TABLE t --'"),
        ("mssql", "SELECT [open]]"),
        ("mssql", "SELECT 1 DROP TABLE t"),
        ("mssql", "SELECT 1DROP TABLE t"),
        ("mssql", "SELECT 1.EXEC('DROP TABLE t')"),
        ("mssql", "SELECT 1 WAITFOR DELAY '10:00'"),
        ("mssql", "SELECT * FROM sys.fn_xe_file_target_read_file('x', null, null, null)"),
    ],
)
def test_the_quotes_and_comments_of_a_dialect_hide_nothing(dialect, query):
    with pytest.raises(Refusal):
        one_select(query, dialect)


def test_reserved_words_of_sql_server_may_be_names_in_brackets():
    assert one_select("SELECT t.[drop], [set]]x] FROM t;", "mssql") == (
        "SELECT t.[drop], [set]]x] FROM t"
    )


def test_the_semicolon_at_the_end_goes():
    assert one_select("SELECT 1 ;\n", "sqlite") == "SELECT 1"
