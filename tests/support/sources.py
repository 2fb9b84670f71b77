"""What must hold for every source, whoever its vendor is: asked of a workspace of its own.

A test module makes a `Desk` (of `tests.support.crm`) beside its vendor's fake and calls these.
They say: run twice = the same rows; killed at any page and gone on = the rows of one clean run;
trouble on the way loses and invents nothing.
"""

import pytest

from integrations import sync
from tests.support.crm import CANARY, changes

#: Kinds of trouble of which one pull either gets over or says in words that it stopped.
TROUBLE = ("http_503", "html_200", "reset", "truncated", "short_body", "reset_mid_body")


class KilledError(BaseException):
    """Stands for `kill -9`: nothing catches it."""


@pytest.fixture
def page_by_page(monkeypatch):
    """Store each page by itself, so that a pull can be killed between any two."""
    monkeypatch.setattr(sync, "PORTION", 1)


def run_twice_changes_nothing(desk):
    """See that a second pull, and a full one, find every row as it is."""
    desk.done()
    first = desk.everything_named()
    assert any(first.values()), "the source delivered nothing"
    assert changes(desk.done()) == 0
    assert changes(desk.later(7200)) == 0
    assert changes(desk.done(full=True)) == 0
    assert desk.everything_named() == first


def killed_anywhere_comes_to_the_same(make):
    """Kill a first pull after each of its portions and see that the next one completes it.

    `make()` returns a fresh desk at the same vendor.
    """
    clean, number = clean_run(make), 0
    while True:
        number += 1
        desk, left = make(), number

        def alive():
            nonlocal left
            left -= 1
            if left == 0:
                raise KilledError

        try:
            desk.done(alive=alive)
        except KilledError:
            desk.later(60)
            assert desk.everything_named() == clean, f"killed at step {number}"
            continue
        assert number > 1, "a pull of one step cannot be killed on its way"
        return


def trouble_loses_nothing(make, vendor, part, kinds=TROUBLE):
    """Meet each kind of trouble once at a path, and see that the rows are those of a clean run."""
    clean = clean_run(make)
    for kind in kinds:
        desk = make()
        vendor.fault(part, kind, after=1)
        run = desk.pull()
        if run.status != "done":
            told = run.to_json()["error"]
            assert told["message"]
            assert CANARY not in str(told)
        assert _keys(desk.everything_named()) <= _keys(clean), kind
        desk.later(3600)
        assert vendor.is_met(), f"{part} was not asked for often enough to meet {kind}"
        assert desk.everything_named() == clean, kind


def clean_run(make):
    """Return what one undisturbed pull of a fresh desk stores."""
    desk = make()
    desk.done()
    return desk.everything_named()


def _keys(found):
    # The stays of a deal of which not all is known yet are others than in the end.
    return {(record, key) for record in found.keys() - {"stage_event"} for key in found[record]}
