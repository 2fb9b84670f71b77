"""Fixtures: a browser, and pages in it that complain loudly."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.support import browser as browser_side


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with browser_side.started() as started:
        yield started


@pytest.fixture
def new_page(browser: Browser) -> Iterator[browser_side.Pages]:
    """Opens pages; whatever a page's console complains about fails the test."""
    pages = browser_side.Pages(browser)
    yield pages
    pages.close()
    assert pages.complaints == []
