import ast
from pathlib import Path

from app.cli import house

ROOT = Path(__file__).resolve().parents[2]
#: Who may pass the check of statements by: bulk writing, and whoever looks after the database.
MAY = {
    "app/backups.py",
    "app/db.py",
    "app/engines.py",
    "app/postgres_tools.py",
    "goals/records/bulk.py",
    # What a person wrote, asked of a database that is not ours.
    "integrations/crm/sql/source.py",
}
RAW = {"exec_driver_sql", "driver_connection", "dbapi_connection", "raw_connection", "cursor"}
TEXTS = {"text", "tstring", "DDL"}


def raw_access(source):
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            yield from {node.func.attr} & RAW
        elif isinstance(node, ast.Attribute) and node.attr.endswith("_connection"):
            yield from {node.attr} & RAW
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("sql"):
            yield from {one.name for one in node.names} & {*TEXTS, "sqlite3"}


def test_raw_access_is_recognised():
    source = """
from sqlalchemy import text, select
session.connection().connection.driver_connection.cursor()
connection.exec_driver_sql("SELECT 1")
page.cursor
"""
    assert sorted(raw_access(source)) == ["cursor", "driver_connection", "exec_driver_sql", "text"]


def test_only_bulk_writing_and_the_care_of_the_database_write_sql_of_their_own():
    found = set()
    for file in house.tracked(ROOT):
        name = file.relative_to(ROOT).as_posix()
        ours = name.split("/")[0] in {"app", "goals", "strategy", "integrations"}
        looked_at = ours and file.suffix == ".py" and not name.startswith("app/migrations/")
        if looked_at and any(raw_access(file.read_text(encoding="utf-8"))):
            found.add(name)
    assert found - MAY == set()
