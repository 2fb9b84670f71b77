"""Fixtures: pages of the application, signed in, and complaints that a test provokes."""

import pytest
from playwright.sync_api import Page

from tests.support import writers


@pytest.fixture
def address(site, serve):
    return serve(site.app)


@pytest.fixture
def open_page(site, address, new_page):
    """Opens a page of the application as its owner, or as somebody else."""

    def visit(path: str, email: str = "owner@acme.example", **options) -> Page:
        page = new_page(**options)
        writers.sign_in(site, page, address, email)
        page.goto(address + path)
        return page

    return visit


@pytest.fixture
def provoked(new_page):
    """Names a complaint of the console that a test provokes: it may stand there."""
    named: list[str] = []
    yield named.append
    new_page.complaints[:] = [
        one for one in new_page.complaints if not any(text in one for text in named)
    ]
