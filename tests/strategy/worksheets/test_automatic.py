"""Versions that are kept by themselves: after which spells of work, and what they hold."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from strategy.worksheets import approval, automatic, items, saving
from strategy.worksheets.automatic import MOST, Automatic, Change

USP = "proposition.usp"
PERSONAS = "personas.who"
START = datetime(2026, 11, 2, 9, tzinfo=UTC)
ZONE = ZoneInfo("Asia/Bangkok")
DANA, NOK = 1, 2


def minute(number):
    return START + timedelta(minutes=number)


def ends(*changes, approved=()):
    """Return the minutes at which a version was kept."""
    told = [Change(minute(at), *rest) for at, *rest in changes]
    found = automatic.spells(told, [minute(one) for one in approved])
    return [(one.at - START).total_seconds() / 60 for one in found]


def kept(desk, now=None):
    with desk.session() as session:
        named = approval.versions(session)
        return automatic.versions(session, named, now=now or desk.now, zone="Asia/Bangkok")


def said(desk, version):
    with desk.session() as session:
        book = automatic.at(session, version.at)
    return {row.item: dict(row.value) for row in book.of(USP)}


def write(desk, text, by=None):
    desk.save(USP, by=by, usp_sentence=text)


def test_a_version_is_kept_once_nobody_has_written_for_half_an_hour():
    assert ends((0, DANA), (30, DANA)) == []
    assert ends((0, DANA), (31, DANA)) == [0]
    assert ends((0, DANA), (20, DANA), (60, DANA), (100, DANA)) == [20, 60]


def test_a_version_is_kept_before_another_person_joins_in():
    assert ends((0, DANA), (5, NOK), (6, DANA), (7, NOK)) == [0]
    assert ends((0, DANA), (5, NOK), (60, NOK), (61, DANA)) == [0, 5, 60]


@pytest.mark.parametrize("action", ["removed", "restored"])
def test_a_version_is_kept_before_something_is_removed_or_brought_back(action):
    assert ends((0, DANA), (5, DANA, action), (6, DANA, action), (7, DANA)) == [0]


def test_what_is_done_at_one_instant_stays_in_one_version():
    assert ends((0, DANA), (5, DANA), (5, DANA, "restored"), (5, DANA, "removed")) == []


def test_what_was_approved_has_a_name_and_is_not_kept_a_second_time():
    assert ends((0, DANA), (5, DANA), approved=[2]) == []
    assert ends((0, DANA), (5, DANA), (60, DANA), approved=[2]) == [5]


def test_a_version_names_everybody_who_wrote_in_it():
    told = [Change(minute(at), by) for at, by in ((0, DANA), (5, NOK), (6, DANA), (90, DANA))]
    assert [one.people for one in automatic.spells(told, [])] == [(DANA,), (NOK, DANA)]


def test_versions_get_fewer_with_age():
    now = START
    told = [Automatic(now - timedelta(hours=12 * step)) for step in range(700, 0, -1)]
    found = list(automatic.thinned(told, now, ZONE))
    assert found == sorted(found, key=lambda one: one.at, reverse=True)
    recent = [one for one in found if now - one.at <= timedelta(days=30)]
    months = [(one.at.astimezone(ZONE).year, one.at.astimezone(ZONE).month) for one in found[60:]]
    assert len(recent) == 60
    assert len(months) == len(set(months)) == 12


def test_a_busy_month_keeps_no_more_than_its_share():
    now = START
    told = [Automatic(now - timedelta(minutes=40 * step)) for step in range(MOST * 2, 0, -1)]
    found = list(automatic.thinned(told, now, ZONE))
    assert len(found) == MOST and found[0] == told[-1]


def test_an_automatic_version_holds_what_stood_at_its_end(any_desk):
    write(any_desk, "The first sentence.")
    write(any_desk, "The second sentence.")
    any_desk.now += timedelta(hours=1)
    write(any_desk, "The third sentence.")
    [one] = kept(any_desk)
    assert one.people == (any_desk.dana,)
    assert said(any_desk, one) == {"": {"usp_sentence": "The second sentence."}}


def test_rows_that_came_later_or_were_removed_are_not_in_it(any_desk):
    first = any_desk.add(PERSONAS, name="Ann")
    any_desk.now += timedelta(hours=1)
    any_desk.add(PERSONAS, name="Bo")
    any_desk.remove(PERSONAS, first)
    earlier = kept(any_desk)[-1]
    with any_desk.session() as session:
        assert [row.value["name"] for row in automatic.at(session, earlier.at).of(PERSONAS)] == [
            "Ann"
        ]
        book = automatic.at(session, any_desk.now)
    assert [row.value["name"] for row in book.of(PERSONAS)] == ["Bo"]
    assert [row.item for row in book.removed[PERSONAS]] == [first]


def test_a_text_that_lost_against_another_is_in_no_version(any_desk):
    write(any_desk, "Base.")
    any_desk.save(USP, version=1, by=any_desk.nok, usp_sentence="Theirs.")
    any_desk.save(USP, version=1, usp_sentence="Mine.")
    any_desk.now += timedelta(hours=1)
    write(any_desk, "Later.")
    assert said(any_desk, kept(any_desk)[0]) == {"": {"usp_sentence": "Theirs."}}


def test_leaving_a_question_for_later_makes_no_version(desk):
    write(desk, "Base.")
    desk.now += timedelta(hours=1)
    with desk.session() as session:
        saving.skip(session, "proposition.wants", "", by=desk.dana, now=desk.now)
    assert kept(desk) == []


def test_an_automatic_version_is_compared_field_by_field(any_desk):
    write(any_desk, "The only one.")
    any_desk.now += timedelta(hours=1)
    write(any_desk, "The best one.")
    with any_desk.session() as session:
        [one] = automatic.versions(session, [], now=any_desk.now, zone="UTC")
        [change] = approval.diff(session, one, None)
        assert [(piece.kind, piece.text) for piece in change.fields[0].pieces] == [
            ("same", "The "),
            ("gone", "only"),
            ("new", "best"),
            ("same", " one."),
        ]
        assert approval.diff(session, one, one) == []


def test_bringing_one_back_is_a_new_step_and_keeps_what_stood_before(any_desk):
    write(any_desk, "The first sentence.")
    item = any_desk.add(PERSONAS, name="Ann")
    any_desk.now += timedelta(hours=1)
    write(any_desk, "The second sentence.")
    any_desk.add(PERSONAS, name="Bo")
    [one] = kept(any_desk)
    with any_desk.session() as session:
        assert approval.bring_back(session, one, by=any_desk.nok, now=any_desk.now) == 2
    assert any_desk.value(USP) == {"usp_sentence": "The first sentence."}
    assert [row.item for row in any_desk.book().of(PERSONAS)] == [item]
    latest, _first = kept(any_desk)
    with any_desk.session() as session:
        approval.bring_back(session, latest, by=any_desk.nok, now=any_desk.now)
    assert any_desk.value(USP) == {"usp_sentence": "The second sentence."}
    assert len(any_desk.book().of(PERSONAS)) == 2


def test_another_workspace_has_versions_of_its_own(any_desk, tmp_path):
    write(any_desk, "Base.")
    any_desk.now += timedelta(hours=1)
    with any_desk.session() as session:
        items.add_item(session, PERSONAS, by=any_desk.nok, now=any_desk.now)
    with any_desk.database.system() as system:
        from goals.workspace import Workspace

        other = Workspace(name="Borealis", currency="EUR", created_at=START)
        system.add(other)
    with any_desk.database.session(other.id) as session:
        assert automatic.versions(session, [], now=any_desk.now, zone="UTC") == []
        assert automatic.at(session, any_desk.now).rows == {}
