"""A connection that fails again and again, one that lost its rows, and tokens renewed by two."""

from datetime import timedelta
from threading import Barrier, Thread

import pytest

from goals.errors import SourceError
from goals.records.connections import Connection
from integrations import auth, connections, runs
from integrations.vault import Vault
from tests.fakes.hubspot.access import OAuthApp
from tests.fakes.hubspot.client import DEALS
from tests.fakes.hubspot.hub import FakeHubSpot
from tests.support.crm import CANARY, KEY, NOW, Office

FIRST = "/crm/pipelines"
OTHER_KEY = "x7Vt0m2sI2rTtNQm0kzFhS2zWwRkq3Qm9R0pJd0p2nE="


def waits(minutes):
    return [runs.wait_after(minutes, failed) for failed in range(12)]


def test_the_wait_doubles_with_each_failure_up_to_six_hours():
    quarter = timedelta(minutes=15)
    assert waits(15)[:5] == [quarter, quarter, 2 * quarter, 4 * quarter, 8 * quarter]
    assert set(waits(15)[6:]) == {timedelta(hours=6)}


def test_whoever_is_asked_less_often_than_that_anyway_stays_so():
    assert set(waits(24 * 60)) == {timedelta(days=1)}


def test_a_connection_that_fails_again_and_again_is_asked_less_often_and_says_so(offices):
    offices.hub.faults.add(FIRST, "http_500", times=None)
    gaps = []
    for _ in range(8):
        run = offices.pull()
        gaps.append((run.next_at(offices.clock()) - offices.clock()) / timedelta(minutes=15))
        offices.clock.advance(60)
    assert gaps == [1, 2, 4, 8, 16, 24, 24, 24]
    assert "8 times in a row" in run.to_json("en")["slower"]
    offices.hub.faults.clear()
    # A pull that succeeds ends it at once.
    run = offices.done()
    assert run.next_at(offices.clock()) - offices.clock() == timedelta(minutes=15)
    assert "slower" not in run.to_json("en")


def test_one_stream_that_fails_keeps_the_others_as_fresh_as_ever(office):
    office.hub.faults.add(DEALS.replace("deals", "calls"), "html_200", times=None)
    for _ in range(4):
        run = office.pull()
        office.clock.advance(60)
    assert (run.status, run.failed) == ("partial", 0)


def test_a_killed_run_is_no_failure_of_the_source(office):
    office.hub.faults.add(FIRST, "http_500", times=None)
    office.pull()
    with office.session() as session:
        for run in office.runs():
            run.error = {**run.error, "code": "interrupted"}
            session.merge(run)
    office.clock.advance(60)
    assert office.pull().failed == 1


# --- Lists that lost their rows ------------------------------------------------------------


def test_a_listing_that_is_suddenly_empty_is_held_and_told_in_words(offices):
    deals = [offices.hub.add_deal(f"Deal {n}") for n in range(6)]
    offices.done()
    for one in deals:
        offices.hub.delete("deals", one)
    run = offices.later(full=True)
    told = next(one for one in run.to_json("en")["streams"] if one["stream"] == "deals")
    assert told["held"] == (
        "Only 0 of 6 deals were listed, so none were taken away. If so many are really gone, "
        "run: sync --full --believe"
    )
    assert len(offices.rows("deal")) == 6
    offices.later(full=True, believe=True)
    assert offices.rows("deal") == {}


# --- Fields that lost their values ---------------------------------------------------------


def emptied(offices, deals):
    """Take the amount of some deals away, and return what the next run says of that."""
    for one in deals:
        offices.hub.update("deals", one, amount=None)
    run = offices.later()
    [told] = [one for one in run.to_json("en")["streams"] if one["stream"] == "deals"]
    return told.get("emptied")


def test_a_field_that_no_record_has_any_more_is_told_in_words(offices):
    deals = [offices.hub.add_deal(f"Deal {n}", amount="100") for n in range(6)]
    offices.done()
    assert emptied(offices, deals) == (
        "amount: empty now in all 6 deals that had a value. Has the field been renamed or removed "
        "there? If so, choose another under Fields and stages."
    )


def test_what_some_records_lose_and_others_keep_is_nothing_to_tell(offices):
    deals = [offices.hub.add_deal(f"Deal {n}", amount="100") for n in range(7)]
    offices.done()
    offices.hub.update("deals", deals[6], amount="200")
    assert emptied(offices, deals[:6]) is None
    assert emptied(offices, deals[6:]) is None


OWN = {"area": "north", "tier": "A", "is_big": "true", "renews": "2027-01-31"}


@pytest.mark.parametrize("how", ["cleared", "removed"])
def test_an_own_field_that_no_record_has_any_more_is_told_too(offices, how):
    """What an account made itself vanishes without a word, and goals may be narrowed to it."""
    for name, kind in (("area", "string"), ("tier", "string"), ("is_big", "bool")):
        offices.hub.define_property("deals", name, kind)
    offices.hub.define_property("deals", "renews", "date")
    deals = [offices.hub.add_deal(f"Deal {n}", **OWN) for n in range(6)]
    offices.done()
    if how == "removed":
        for name in ("area", "is_big", "renews"):
            offices.hub.remove_property("deals", name)
    left = {} if how == "removed" else dict.fromkeys(("area", "is_big", "renews"))
    for one in deals:
        offices.hub.update("deals", one, amount="7", **left)
    run = offices.later()
    [told] = [one for one in run.to_json("en")["streams"] if one["stream"] == "deals"]
    # What comes and goes is nothing to tell, and what is still there even less.
    assert told["emptied"] == (
        "custom.area: empty now in all 6 deals that had a value. Has the field been renamed or "
        "removed there? If so, choose another under Fields and stages."
    )
    kept = {one.custom.get("area") for one in offices.rows("deal").values()}
    assert kept == ({"north"} if how == "removed" else {None})


def test_an_own_field_that_some_records_keep_is_nothing_to_tell(offices):
    offices.hub.define_property("deals", "area", "string")
    deals = [offices.hub.add_deal(f"Deal {n}", area="north") for n in range(8)]
    offices.done()
    for place, one in enumerate(deals):
        offices.hub.update("deals", one, amount="7", area="south" if place > 6 else None)
    run = offices.later()
    assert not any("emptied" in one for one in run.to_json("en")["streams"])


# --- One renewal at a time -----------------------------------------------------------------


@pytest.fixture
def rotating(clock):
    with FakeHubSpot(CANARY, now=NOW, oauth=OAuthApp(rotate=True)) as made:
        clock.hub = made
        yield made


def signed_in(hub, database, clock):
    office = Office(database, hub, clock)
    office.add(
        "hubspot",
        {"base_url": hub.url, "client_id": "client-1"},
        {"client_secret": "secret-1", "refresh_token": "refresh-1"},
    )
    return office


def renewer(office, clock=None):
    """Return what a worker renews the token of an office's connection with."""
    begin = office.database.begin(office.here)
    with office.session() as session:
        row = connections.find(session, str(office.connection))
        terms = connections.terms(
            session,
            begin,
            row,
            vault=office.vault,
            clock=clock or office.clock,
            allow_private=True,
        )
    return auth.Refreshed(
        "HubSpot",
        f"{office.hub.url}/oauth/2026-09/token",
        client_id="client-1",
        client_secret="secret-1",
        refresh_token=terms.secrets["refresh_token"],
        keep=lambda token: None,
        clock=terms.clock,
        alone=terms.alone,
        allow_private=True,
    )


def together(*asked):
    """Ask at one instant in threads of their own; return the answers."""
    start, answers = Barrier(len(asked)), {}

    def run(number, one):
        start.wait()
        answers[number] = one()

    threads = [Thread(target=run, args=each) for each in enumerate(asked)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    return [answers[number] for number in sorted(answers)]


@pytest.mark.parametrize("place", ["shop", "postgres_shop"])
def test_two_workers_that_renew_at_once_share_one_token(request, rotating, clock, place):
    office = signed_in(rotating, request.getfixturevalue(place), clock)
    one, two = renewer(office), renewer(office)
    assert together(lambda: one(False), lambda: two(False)) == ["access-1"] * 2
    # Both are refused: the one that comes second takes what the first one was given.
    rotating.expire_token()
    assert together(lambda: one(True), lambda: two(True)) == ["access-2"] * 2
    kept = office.vault.open(office.connected().secrets)
    assert kept["refresh_token"] == rotating.oauth.refresh_token == "refresh-3"


def test_a_worker_whose_clock_is_slow_has_a_token_renewed_once_it_is_refused(rotating, shop, clock):
    office = signed_in(rotating, shop, clock)
    assert renewer(office)(False) == "access-1"
    clock.advance(1900)
    slow = renewer(office, lambda: clock() - timedelta(minutes=30))
    assert slow(False) == "access-1"
    assert slow(True) == "access-2"
    fast = renewer(office, lambda: clock() + timedelta(minutes=31))
    assert fast(False) == "access-3"


def test_a_renewal_that_fails_keeps_the_token_that_was_there(rotating, shop, clock):
    office = signed_in(rotating, shop, clock)
    rotating.faults.add("/oauth", "http_503")
    with pytest.raises(SourceError):
        renewer(office)(False)
    assert office.vault.open(office.connected().secrets)["refresh_token"] == "refresh-1"
    assert renewer(office)(False) == "access-1"


class KilledError(BaseException):
    """Stands for `kill -9`: nothing catches it."""


@pytest.mark.parametrize("place", ["shop", "postgres_shop"])
def test_others_write_while_the_vendor_answers_and_one_alone_renews(
    request, rotating, clock, place, monkeypatch
):
    office = signed_in(rotating, request.getfixturevalue(place), clock)
    one = renewer(office)
    asked, granted = [], auth.Refreshed._granted

    def while_asked(renewing):
        asked.append(1)
        # Nothing is locked, and the lease is there for all to see.
        with office.session() as session:
            found = connections.every(session)[0]
            connections.rename(session, found, f"Renamed {len(asked)}")
        assert auth.RENEWING in office.vault.open(office.connected().secrets)
        monkeypatch.setattr(auth, "LOOKS", 1)
        with pytest.raises(SourceError) as caught:
            renewer(office)(False)
        assert (caught.value.code, caught.value.resume_after) == ("renewing", clock() + auth.LEASE)
        return granted(renewing)

    monkeypatch.setattr(auth.Refreshed, "_granted", while_asked)
    assert one(False) == "access-1"
    assert len(asked) == 1
    kept = office.vault.open(office.connected().secrets)
    assert auth.RENEWING not in kept
    assert kept["refresh_token"] == "refresh-2"


def test_a_worker_killed_while_the_vendor_answers_is_followed_by_the_next(
    rotating, shop, clock, monkeypatch
):
    office = signed_in(rotating, shop, clock)
    with monkeypatch.context() as patch:

        def killed(renewing):
            raise KilledError

        patch.setattr(auth.Refreshed, "_granted", killed)
        with pytest.raises(KilledError):
            renewer(office)(False)
    monkeypatch.setattr(auth, "LOOKS", 1)
    run = office.pull()
    assert (run.status, run.resume_after) == ("waiting", clock() + auth.LEASE)
    clock.advance(auth.LEASE.total_seconds())
    office.done()
    assert rotating.access.issued == ["access-1"]


def test_a_sign_in_given_while_the_vendor_answers_is_not_overwritten(
    rotating, shop, clock, monkeypatch
):
    office = signed_in(rotating, shop, clock)
    granted = auth.Refreshed._granted

    def meanwhile(renewing):
        with office.session() as session:
            found = session.get_one(Connection, (office.here, office.connection))
            found.secrets = office.vault.seal({"token": "another"})
        return granted(renewing)

    monkeypatch.setattr(auth.Refreshed, "_granted", meanwhile)
    assert renewer(office)(False) == "access-1"
    assert office.vault.open(office.connected().secrets) == {"token": "another"}


def test_the_next_run_goes_on_with_a_token_that_is_still_good(rotating, shop, clock):
    office = signed_in(rotating, shop, clock)
    office.done()
    office.later(300)
    assert rotating.access.issued == ["access-1"]
    assert "access-1" not in office.connected().secrets


def test_secrets_are_sealed_anew_with_the_newest_key(offices):
    with offices.session() as session:
        assert connections.reseal(session, Vault([OTHER_KEY, KEY])) == 1
    offices.vault = Vault([OTHER_KEY])
    offices.done()
