"""Links to the strategy: secret, for a while, until they are revoked."""

from datetime import timedelta

import pytest

from goals.errors import Refusal
from strategy.worksheets import setting, sharing
from strategy.worksheets.tables import ShareLink


def make(desk, days=7):
    with desk.session() as session:
        return sharing.make(session, days, by=desk.dana, now=desk.now)


def links(desk, later=timedelta()):
    with desk.session() as session:
        return sharing.links(session, setting.of(session), now=desk.now + later)


def works(desk, token, later=timedelta()):
    with desk.session() as session:
        return sharing.opened(session, token, now=desk.now + later) is not None


def test_a_link_works_until_it_expires(any_desk):
    token = make(any_desk, 1)
    assert works(any_desk, token)
    assert works(any_desk, token, timedelta(hours=23))
    assert not works(any_desk, token, timedelta(hours=24))
    assert [one.state for one in links(any_desk, timedelta(days=2))] == ["expired"]


def test_a_link_works_no_more_once_it_is_revoked(any_desk):
    token = make(any_desk)
    (link,) = links(any_desk)
    assert (link.state, link.by_name, link.opened_at) == ("open", "Dana", None)
    with any_desk.session() as session:
        sharing.revoke(session, link.id, now=any_desk.now)
    assert not works(any_desk, token)
    assert [one.state for one in links(any_desk)] == ["revoked"]


def test_the_list_tells_when_a_link_was_opened_last(desk):
    token = make(desk)
    works(desk, token)
    first = links(desk)[0].opened_at
    works(desk, token, timedelta(hours=1))
    assert links(desk)[0].opened_at > first


def test_the_secret_is_not_kept(desk):
    token = make(desk)
    with desk.session() as session:
        (link,) = sharing.links(session, setting.of(session), now=desk.now)
        kept = session.get(ShareLink, (desk.workspace_id, link.id))
    assert token.partition(".")[2] not in str(kept)
    assert len(kept.token_hash) == 64


def test_two_links_differ_and_each_names_its_workspace(desk):
    one, two = make(desk), make(desk)
    assert one != two
    assert sharing.workspace_in(one) == desk.workspace_id
    for text in ("", "nothing", "zz.secret", f"{one}!", "0." + "a" * 30, "f" * 16 + "." + "a" * 30):
        assert sharing.workspace_in(text) is None
    assert not works(desk, one[:-1] + ("a" if one[-1] != "a" else "b"))


@pytest.mark.parametrize("days", [0, 2, 365, -1])
def test_a_link_holds_for_a_day_a_week_or_a_month(desk, days):
    with pytest.raises(Refusal):
        make(desk, days)


def test_there_is_an_end_to_links(desk):
    with desk.session() as session:
        for _ in range(sharing.MOST):
            sharing.make(session, 1, by=desk.dana, now=desk.now)
    with pytest.raises(Refusal, match="share_many"):
        make(desk)
