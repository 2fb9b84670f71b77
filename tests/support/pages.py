"""Fixtures: a browser, and pages in it that complain loudly."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from playwright.sync_api import Browser

from tests.support import browser as browser_side


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with browser_side.started() as started:
        yield started


@pytest.fixture
def serve() -> Iterator[Callable[[Any], str]]:
    """Serves applications to the pages of a test, and goes on until these are closed."""
    with ExitStack() as served:
        yield lambda application: served.enter_context(browser_side.served(application))


@pytest.fixture
def new_page(browser: Browser, serve: object) -> Iterator[browser_side.Pages]:
    """Opens pages; whatever a page's console complains about fails the test.

    They close before what `serve` serves: what a page still loads would find nobody there, and
    complain.
    """
    pages = browser_side.Pages(browser)
    yield pages
    pages.close()
    assert pages.complaints == []
