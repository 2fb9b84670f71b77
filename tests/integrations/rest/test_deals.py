"""A deal's history from what vendors tell in pieces: it begins, goes on and ends as the deal."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from goals.records.source import Stage
from integrations.rest import deals
from integrations.rest.deals import Change

ZONE = ZoneInfo("Asia/Bangkok")
START = datetime(2026, 3, 1, 18, tzinfo=UTC)
STAGES = {
    key: Stage("Sales", name, key, place, status)
    for place, (key, name, status) in enumerate(
        (("1", "New", "open"), ("2", "Offer", "open"), ("3", "Won", "won"))
    )
}


def history(changes, *, stage="1", status="open", created=START, changed=None):
    found = deals.history(
        STAGES,
        ZONE,
        created=created,
        stage=stage,
        status=status,
        changed=changed,
        changes=changes,
    )
    return [(one.stage, one.status, one.entered_on.isoformat()) for one in found]


def test_a_deal_that_never_moved_stands_where_it_began():
    # 18:00 in UTC is the next day in Bangkok.
    assert history([]) == [("New", "open", "2026-03-02")]


def test_the_first_stage_is_the_one_that_the_first_move_left():
    moves = [Change(START + timedelta(days=2), stage="2", was="1")]
    assert history(moves, stage="2") == [
        ("New", "open", "2026-03-02"),
        ("Offer", "open", "2026-03-04"),
    ]


def test_a_move_that_is_not_told_was_at_the_last_change():
    late = START + timedelta(days=9)
    assert history([], stage="2", status="lost", changed=late) == [
        ("Offer", "open", "2026-03-02"),
        ("Offer", "lost", "2026-03-11"),
    ]


def test_where_a_deal_came_from_is_not_made_up():
    late = START + timedelta(days=9)
    assert history([], stage="3", status="won", changed=late) == [("Won", "won", "2026-03-11")]


def test_a_stage_that_is_not_known_keeps_its_id():
    assert history([], stage="谈判") == [("谈判", "open", "2026-03-02")]
    assert history([], stage=None) == []


@given(
    st.lists(
        st.tuples(
            st.integers(0, 90),
            st.sampled_from([*STAGES, None]),
            st.sampled_from(["open", "won", "lost", None]),
        ),
        max_size=8,
    ),
    st.sampled_from([*STAGES]),
    st.sampled_from(["open", "won", "lost"]),
    st.integers(0, 90),
)
def test_a_history_is_in_order_and_ends_where_the_deal_stands(told, stage, status, changed):
    changes = [
        Change(START + timedelta(days=days), one, None, meant)
        for days, one, meant in sorted(told, key=lambda part: part[0])
    ]
    found = deals.history(
        STAGES,
        ZONE,
        created=START,
        stage=stage,
        status=status,
        changed=START + timedelta(days=changed),
        changes=changes,
    )
    instants = [one.entered_at for one in found if one.entered_at is not None]
    assert len(instants) == len(found)
    assert instants == sorted(instants)
    assert (found[-1].stage, found[-1].status) == (STAGES[stage].name, status)


def test_only_a_closed_deal_has_a_closing_day():
    day, other = date(2026, 3, 1), date(2026, 4, 1)
    assert deals.settle({}, "open", day, other) == {
        "status": "open",
        "closed_on": None,
        "expected_close_on": other,
    }
    assert deals.settle({}, "won", day, other)["closed_on"] == day
