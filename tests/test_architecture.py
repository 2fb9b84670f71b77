import ast
import subprocess
import sys
from pathlib import Path

import pytest

from app.cli import check, house

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = {"app", "strategy", "goals", "integrations"}
# `app` offers create_app and `integrations.crm` its list of providers.
SPEAKING = {"app/__init__.py", "integrations/crm/__init__.py"}
# What takes long to import is imported where it is used.
HEAVY = {
    "alembic.command",
    "authlib",
    "docx",
    "httpx2",
    "numpy",
    "openpyxl",
    "pptx",
    "slack_bolt",
    "slack_sdk",
    "sqlmodel",
    "weasyprint",
    "xlsxwriter",
}


def tracked(pattern: str) -> list[str]:
    names = (file.relative_to(ROOT).as_posix() for file in house.tracked(ROOT))
    return [name for name in names if Path(name).match(pattern)]


def python(*words: str) -> str:
    return subprocess.run(
        [sys.executable, *words], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout


def test_these_are_the_top_level_packages():
    folders = {Path(name).parts[0] for name in tracked("*.py") if "/" in name}
    # Beside the packages that run: their tests, and what measures them.
    assert folders - {"tests", "templates", "benchmarks"} == PACKAGES


def test_app_imports_with_the_standard_library_alone():
    assert python("-S", "-c", "import app; print(app.create_app.__name__)") == "create_app\n"


def test_importing_app_loads_nothing_heavy():
    loaded = set(python("-c", "import app, sys; print(*sys.modules)").split())
    assert loaded & HEAVY == set()


def test_the_list_of_commands_loads_nothing_heavy():
    code = "import sys; from app.cli import main; main.main([]); print(*sys.modules)"
    assert set(python("-c", code).split()) & (HEAVY | {"flask", "sqlalchemy"}) == set()


def test_packages_open_with_a_docstring_and_nothing_else():
    talkative = []
    for name in tracked("__init__.py"):
        if name in SPEAKING:
            continue
        body = ast.parse((ROOT / name).read_text(encoding="utf-8")).body
        if len(body) != 1 or not ast.get_docstring(ast.Module(body, [])):
            talkative.append(name)
    assert talkative == []


def test_every_folder_of_modules_is_a_package():
    folders = {(ROOT / name).parent for name in tracked("*.py")}
    inside = {folder for folder in folders if folder.relative_to(ROOT).parts[:1] and folder != ROOT}
    ours = {folder for folder in inside if folder.relative_to(ROOT).parts[0] in PACKAGES}
    bare = sorted(str(f.relative_to(ROOT)) for f in ours if not (f / "__init__.py").exists())
    assert [name for name in bare if not name.startswith("app/migrations")] == []


@pytest.mark.parametrize("look", check.LOOKS)
def test_the_rules_of_the_house_hold(look):
    assert check.LOOKS[look](ROOT) == []


def test_imports_keep_to_the_architecture():
    kept, lines = check.ask(check.TOOLS["imports"])
    assert kept, "\n".join(lines)
