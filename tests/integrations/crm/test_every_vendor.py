"""What must hold for every vendor alike: a bad network, pages in any order, and caps of an answer.

HubSpot, whose parts are others, has the same in test_chaos and test_hubspot_resume.
"""

import contextlib
import traceback
from random import Random

import pytest

from goals.errors import SourceError
from integrations import crm, storing
from integrations.runs import Stream
from tests.fakes.chaos import CUTS, Chaos, Plan, html, page
from tests.fakes.chaos import unframed as without_length
from tests.support import vendors
from tests.support.crm import CANARY, NOW
from tests.support.sources import clean_run
from tests.support.vendors import VENDORS, Far

#: So many places of an answer at which it is cut, spread over all of it and dense at its end.
PLACES, LAST = 20, 8


@pytest.fixture(params=VENDORS)
def name(request):
    return request.param


@pytest.fixture
def kind(name):
    return VENDORS[name]


@pytest.fixture
def vendor(name, kind, clock, monkeypatch):
    with vendors.make(name, now=NOW) as made:
        clock.hub = made
        kind.fill(made)
        kind.small(made, monkeypatch)
        yield made


@pytest.fixture
def chaos(vendor):
    with Chaos(int(vendor.url.rpartition(":")[2])) as made:
        yield made


@pytest.fixture
def far(shop, kind, vendor, chaos, clock):
    """Return what makes one more workspace that reaches the vendor through the bad network."""

    def make():
        if hasattr(vendor, "granted"):
            # Nobody connects to Zoho so often; the tests of tokens are elsewhere.
            vendor.granted.clear()
        return kind.desk(shop, Far(vendor, chaos.url), clock)

    return make


def rows(source):
    """Return what the pages of deals hold, without how far they led."""
    stream = next(one for one, record in source.streams if record == "deal")
    found = list(source.pages(stream, None, now=NOW))
    return [
        ([dict(row) for row in one.rows], one.histories, one.stands, one.deleted) for one in found
    ]


@pytest.mark.parametrize("unframed", [False, True], ids=["with a length", "without"])
def test_an_answer_that_ends_anywhere_is_asked_for_again(far, chaos, kind, unframed):
    source = vendors.source(far())
    whole = rows(source)
    assert any(found for found, *_ in whole)
    answer = next(one for one in reversed(chaos.answers) if len(one) > 400)
    size = len(without_length(answer) if unframed else answer)
    places = {*range(1, size, max(1, size // PLACES)), *range(size - LAST, size)}
    for cut in sorted(places):
        chaos.plan(Plan(kind.page, cut=cut, how=CUTS[cut % 3], unframed=unframed))
        assert rows(source) == whole, cut
    source.close()


BODIES = {
    "html": html,
    "no utf-8": lambda: page(b'{"data":[{"id":"\xff\xfe"}]}'),
    "another form": lambda: page(b'{"something":{"else":1}}'),
    "nothing": lambda: page(b""),
    "nested": lambda: page(b'{"a":' + b"[" * 200_000),
}


@pytest.mark.parametrize("body", BODIES)
def test_what_is_no_page_is_told_in_words_and_the_next_pull_has_all(
    far, chaos, kind, name, body, page_by_page
):
    clean = clean_run(far)
    desk = far()
    chaos.plan(Plan(kind.page, times=None, instead=BODIES[body]))
    run = desk.pull()
    assert run.status in ("partial", "failed"), run.to_json()
    told = run.to_json("en")["error"]
    # Where errors come with status 200, an answer without its list is one of them.
    codes = ("not_data", "not_understood", "answer_too_large", "unreachable", "refused_200")
    assert told["code"] in codes
    assert crm.provider(name).title in told["message"]
    assert told["message"].endswith(".")
    assert CANARY not in str(run.to_json())
    assert all(one.is_stub for one in desk.rows("deal").values())
    chaos.clear()
    desk.later(60)
    assert desk.everything_named() == clean


def test_a_line_that_breaks_in_every_answer_is_told_and_the_next_pull_has_all(
    far, chaos, kind, page_by_page
):
    clean = clean_run(far)
    desk = far()
    chaos.plan(Plan(kind.page, times=None, cut=150, how="reset"))
    run = desk.pull()
    assert run.status in ("partial", "failed")
    assert run.error["code"] == "unreachable"
    assert all(one.is_stub for one in desk.rows("deal").values())
    chaos.clear()
    desk.later(60)
    assert desk.everything_named() == clean


def test_a_slow_line_and_late_answers_lose_nothing(far, chaos, kind):
    clean = clean_run(far)
    desk = far()
    chaos.plan(Plan(kind.page, drip=0.0001))
    chaos.plan(Plan(kind.page, delay=0.2))
    desk.done()
    assert desk.everything_named() == clean


def test_pages_come_to_the_same_in_any_order(far, clock):
    clean = clean_run(far)
    taken = vendors.source(far())
    pages = {}
    for one, record in taken.streams:
        # Some editions lack some lists, as Salesforce its quotas.
        with contextlib.suppress(SourceError):
            pages[one] = [(found, record) for found in taken.pages(one, None, now=NOW)]
    assert any(len(found) > 1 for found in pages.values())
    for seed in range(4):
        desk, random = far(), Random(seed)
        run = desk.run()
        for one in random.sample(list(pages), len(pages)):
            for found, record in random.sample(pages[one], len(pages[one])):
                with desk.session() as session:
                    stream = Stream(one, record)
                    storing.store(session, desk.connection, run, stream, [found], clock())
        assert desk.everything_named() == clean, seed
    taken.close()


def test_an_error_of_every_kind_shows_no_secret(far, chaos, kind):
    """What is raised, with all that led to it, may be written into a log."""
    for body in BODIES:
        source = vendors.source(far())
        chaos.plan(Plan(b"HTTP/1.1", times=None, instead=BODIES[body]))
        with pytest.raises(SourceError) as caught:
            rows(source)
        chaos.clear()
        source.close()
        told = "".join(traceback.format_exception(caught.value)) + repr(source.terms)
        assert CANARY not in told
