"""What holds for every test; the fixtures are in tests/support."""

import gc
from collections.abc import Generator
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from tests.support import memory

# Before pytest chooses where it keeps the files of tests.
memory.move()

# How fast the machine is says nothing about the product.
settings.register_profile("house", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("house")

pytest_plugins = [
    "tests.support.compiled",
    "tests.support.databases",
    "tests.support.pages",
    "tests.support.desks",
    "tests.support.sites",
    "tests.support.commands",
    "tests.support.worksheets_trial.section",
]


def pytest_configure() -> None:
    from app import catalogues

    catalogues.compile_stale()


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, Any, Any]:
    # Twelve thousand tests stay until the end: looking through them again and again for what may
    # go took a quarter of the time of finding them.
    gc.disable()
    try:
        return (yield)
    finally:
        gc.enable()
        gc.collect()
        gc.freeze()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--no-browser", action="store_true", help="leave out the tests that need a browser"
    )


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    for item in items:
        if "browser" in getattr(item, "fixturenames", ()):
            item.add_marker("browser")
    if config.getoption("--no-browser"):
        left_out = [item for item in items if item.get_closest_marker("browser")]
        items[:] = [item for item in items if item not in left_out]
        config.hook.pytest_deselected(items=left_out)


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    if config.getoption("--no-browser"):
        terminalreporter.write_line("LEFT OUT: the browser tests (--no-browser).", yellow=True)
