"""The sample company: the same for the same seed and day, and only growing from day to day."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from goals.metrics import quality
from goals.records import kinds
from integrations import crm
from integrations.crm.sample import company, names
from integrations.crm.sample.source import FACTS
from integrations.terms import Terms
from tests.support.crm import Office, changes, counts

#: Early days, so that there is little to make.
START = datetime(2023, 2, 1, 9, tzinfo=UTC)
DAYS = st.dates(company.BEGAN, date(2024, 6, 30))
SOME = settings(max_examples=15, deadline=None, derandomize=True)
#: What is told day by day, and a day by which each of them has something to tell.
DAILY = ("leads", "deals", *FACTS)
SETTLED = date(2025, 6, 30)
#: Days that lie ahead by their nature.
PLANNED = ("expected_close_on", "due_on", "last_day")


def source(seed=7, zone="UTC"):
    terms = Terms({"seed": seed}, {}, zone, lambda: START, False, lambda _: None)
    return crm.source("sample", terms)


def rows(day, cursor=None, *, seed=7, stream="deals"):
    """Return the rows of a stream on a day by id, and where it goes on."""
    found: dict[str, dict] = {}
    place = cursor
    now = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
    for page in source(seed).pages(stream, cursor, now=now):
        found |= {row["external_id"]: row for row in page.rows}
        place = page.cursor
    return found, place


@pytest.fixture
def sample(shop, hub, clock):
    """A workspace that is connected to the sample company."""
    office = Office(shop, hub, clock)
    clock.now = START
    office.add("sample", {"seed": "7"}, {})
    return office


@pytest.mark.parametrize("stream_name", ["owners", "accounts", "products", *DAILY])
def test_the_same_seed_and_day_give_the_same_rows(stream_name):
    first, _ = rows(SETTLED, stream=stream_name)
    assert first
    assert rows(SETTLED, stream=stream_name)[0] == first


def test_another_seed_is_another_company():
    day = date(2023, 9, 1)
    assert rows(day, seed=1)[0] != rows(day, seed=2)[0]


@SOME
@given(day=DAYS, gap=st.integers(1, 60), stream_name=st.sampled_from(DAILY))
def test_a_later_day_only_adds_and_changes(day, gap, stream_name):
    before, place = rows(day, stream=stream_name)
    later = day + timedelta(days=gap)
    after, _ = rows(later, stream=stream_name)
    assert before.keys() <= after.keys()
    told, _ = rows(later, place, stream=stream_name)
    assert {**before, **told} == after


@pytest.mark.parametrize("stream_name", FACTS)
def test_what_happens_late_is_told_as_well(stream_name):
    place = rows(SETTLED, stream=stream_name)[1]
    known = rows(SETTLED, stream=stream_name)[0]
    for gap in (1, 200, 1, 60):
        day = date.fromisoformat(place["day"]) + timedelta(days=gap)
        told, place = rows(day, place, stream=stream_name)
        known |= told
        assert known == rows(day, stream=stream_name)[0]


@pytest.mark.parametrize("stream_name", ["deals", "leads", "activities"])
def test_whoever_stops_after_a_portion_goes_on_without_a_gap(stream_name):
    day = date(2024, 6, 30)
    now = datetime(2024, 6, 30, 12, tzinfo=UTC)
    everything, _ = rows(day, stream=stream_name)
    known: dict[str, dict] = {}
    pages = list(source().pages(stream_name, None, now=now))
    assert len(pages) > 1
    for page in pages:
        known |= {row["external_id"]: row for row in page.rows}
        assert {**known, **rows(day, page.cursor, stream=stream_name)[0]} == everything


@pytest.mark.parametrize("stream_name", DAILY)
@pytest.mark.parametrize("day", [date(2023, 3, 31), date(2023, 11, 5), SETTLED])
def test_no_row_knows_more_than_its_day(stream_name, day):
    for row in rows(day, stream=stream_name)[0].values():
        for name, value in row.items():
            if isinstance(value, date) and name not in PLANNED:
                assert (value.date() if isinstance(value, datetime) else value) <= day, name


@SOME
@given(day=DAYS)
def test_a_deal_is_closed_exactly_when_it_has_a_closing_day(day):
    for row in rows(day)[0].values():
        assert (row["status"] == "open") == (row["closed_on"] is None)
        assert row["amount"] > 0


def test_every_history_is_in_order_and_ends_in_the_deals_stage():
    now = datetime(2023, 9, 1, 12, tzinfo=UTC)
    for page in source().pages("deals", None, now=now):
        stages = {row["external_id"]: row["stage"] for row in page.rows}
        for deal, entries in page.histories.items():
            assert entries[-1].stage == stages[deal]
            assert all(a.entered_on <= b.entered_on for a, b in pairwise(entries))


def test_what_rows_refer_to_is_there(sample):
    run = sample.done()
    for record in kinds.KINDS:
        assert not any(one.is_stub for one in sample.rows(record).values()), record
    assert {one.name: one.rejected for one in run.streams if one.rejected} == {}
    assert set(sample.stages()) == {name for name, _, _ in names.STAGES}


def test_a_second_sync_of_the_same_day_changes_nothing(sample):
    sample.done()
    before = sample.everything()
    assert changes(sample.later(60)) == 0
    assert sample.everything() == before


def test_pulling_day_by_day_ends_where_one_pull_ends(shop, hub, clock, sample):
    for _ in range(4):
        run = sample.later(24 * 3600)
        assert sum(one.deleted for one in run.streams) == 0
    at_once = Office(shop, hub, clock)
    at_once.add("sample", {"seed": "7"}, {})
    at_once.done()
    assert at_once.everything_named() == sample.everything_named()


def test_a_day_adds_the_deals_that_began_on_it(sample):
    sample.done()
    before = set(sample.rows("deal"))
    run = sample.later(24 * 3600)
    new = set(sample.rows("deal")) - before
    assert counts(run, "deals")["created"] == len(new) > 0
    assert {sample.rows("deal")[key].created_on for key in new} == {date(2023, 2, 2)}


def test_a_time_of_day_is_that_of_the_workspace():
    now = datetime(2023, 9, 1, 12, tzinfo=UTC)
    for zone, ahead in (("UTC", 0), ("Asia/Bangkok", 7)):
        for page in source(zone=zone).pages("tickets", None, now=now):
            for row in page.rows:
                assert row["opened_at"].utcoffset() == timedelta(hours=ahead)
                assert 8 <= row["opened_at"].hour < 18


def test_nobody_is_asked_or_helped_before_they_bought():
    first: dict[str, date] = {}
    for row in rows(SETTLED)[0].values():
        if row["status"] == "won":
            first[row["account"]] = min(row["closed_on"], first.get(row["account"], date.max))
    for name, who, on in (
        ("tickets", "account", "opened_at"),
        ("survey_answers", "customer", "at"),
        ("purchases", "customer", "day"),
        ("subscriptions", "customer", "started_on"),
    ):
        for row in rows(SETTLED, stream=name)[0].values():
            day = row[on].date() if isinstance(row[on], datetime) else row[on]
            assert first[row[who]] < day, name


def test_no_lead_is_both_converted_and_given_up():
    found = rows(SETTLED, stream="leads")[0].values()
    assert any(row["disqualified_on"] for row in found)
    assert not any(row["disqualified_on"] and row["converted_on"] for row in found)


def test_a_few_records_are_wrong_and_the_most_are_right(sample, clock):
    clock.now = datetime(2026, 3, 1, 9, tzinfo=UTC)
    sample.done()
    with sample.session() as session:
        scores = {one.records: one for one in quality.of_all(session, clock.now.date())}
    wrong = {
        (record, fault.check.name): fault.n
        for (record,), score in scores.items()
        for fault in score.found
    }
    assert {("contact", "twin"), ("ticket", "dates"), ("subscription", "disagrees")} <= set(wrong)
    assert all(score.sound > 0.97 * score.n for score in scores.values())


def test_the_day_is_that_of_the_workspace():
    late = datetime(2023, 2, 1, 20, tzinfo=UTC)
    places = {}
    for zone in ("UTC", "Asia/Bangkok"):
        *_, last = source(zone=zone).pages("leads", None, now=late)
        places[zone] = last.cursor["day"]
    assert places == {"UTC": "2023-02-01", "Asia/Bangkok": "2023-02-02"}


def test_before_the_company_began_there_is_nothing_to_tell():
    assert rows(company.BEGAN - timedelta(days=30))[0] == {}


def test_the_sample_needs_nothing():
    assert [one.ok for one in source().check()] == [True]
