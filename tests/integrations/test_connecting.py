"""Connections: what is kept of them, how they are found, and what is shown."""

import json

import pytest

from goals.errors import Refusal, SourceError
from goals.table import new_id
from integrations import connections, crm
from integrations.vault import Vault
from tests.support.crm import CANARY, KEY, NOW, Office
from tests.support.records import Room

VAULT = Vault([KEY])


class Adding:
    """Adds connections to a workspace of the test's own."""

    def __init__(self, database):
        self.room = Room(database, f"Acme {new_id()}")

    def __call__(self, name="Sales", provider="sample", settings=None, secrets=None, vault=VAULT):
        with self.room.session() as session:
            return connections.add(
                session,
                provider,
                name,
                settings=settings or {},
                secrets=secrets or {},
                vault=vault,
                now=NOW,
            )


@pytest.fixture
def add(shop):
    return Adding(shop)


def refusal(what, *arguments, **words):
    with pytest.raises(Refusal) as caught:
        what(*arguments, **words)
    return caught.value


def test_a_name_is_needed_and_stands_for_one_connection(add):
    made = add("  Our   CRM ")
    assert made.name == "Our CRM"
    assert refusal(add, " \t").code == "name_missing"
    again = refusal(add, "our crm")
    assert (again.code, again.field, again.misused) == ("connection_exists", "name", False)


def test_an_unknown_kind_of_source_is_answered_with_those_there_are(add):
    error = refusal(add, provider="sugar")
    assert (error.code, error.field) == ("unknown_provider", "provider")
    for name in crm.PROVIDERS:
        assert name in error.message.params["names"]


@pytest.mark.parametrize(
    ("settings", "secrets", "code", "field"),
    [
        ({"colour": "red"}, {}, "set_unknown", "colour"),
        ({}, {"pin": "1"}, "secret_unknown", "pin"),
        # A secret that is given as a setting would be kept in plain words.
        ({"token": "x"}, {}, "set_unknown", "token"),
    ],
)
def test_what_a_source_does_not_take_is_refused(add, settings, secrets, code, field):
    error = refusal(add, provider="hubspot", settings=settings, secrets=secrets)
    assert (error.code, error.field) == (code, field)
    assert "x" not in error.message.params.values()


@pytest.mark.parametrize("seed", ["many", "1.5", ""])
def test_a_seed_that_is_no_number_is_refused_before_it_is_kept(add, seed):
    with pytest.raises((Refusal, SourceError)):
        add(settings={"seed": seed or " "})
    with add.room.session() as session:
        assert [one.name for one in connections.every(session)] == ["Files"]


def test_a_secret_is_sealed_and_never_shown(add):
    made = add(provider="hubspot", secrets={"token": CANARY})
    assert CANARY not in (made.secrets or "")
    assert VAULT.open(made.secrets) == {"token": CANARY}
    shown = json.dumps(connections.describe(made), default=str)
    assert CANARY not in shown
    assert made.secrets not in shown


def test_without_a_key_no_secret_is_taken(add):
    error = refusal(add, provider="hubspot", secrets={"token": CANARY}, vault=Vault([]))
    assert error.code == "no_encryption_key"
    with add.room.session() as session:
        assert len(connections.every(session)) == 1


def test_a_connection_is_found_by_its_name_or_number_and_nothing_else(add):
    made = add("Sales")
    with add.room.session() as session:
        for text in ("Sales", "sALES", str(made.id)):
            assert connections.find(session, text).id == made.id
        for text in ("Sale", "1", "", "-1", "²", "9" * 30):
            assert refusal(connections.find, session, text).code == "unknown_connection"


def test_a_connection_of_another_workspace_is_not_found(shop, hub, clock):
    ours, theirs = Office(shop, hub, clock), Office(shop, hub, clock)
    with ours.session() as session:
        error = refusal(connections.find, session, str(theirs.connection))
        assert error.code == "unknown_connection"
        assert theirs.connection not in {one.id for one in connections.every(session)}


def test_connections_are_listed_by_name(add):
    for name in ("Zoo", "Alpha", "Mid"):
        add(name)
    with add.room.session() as session:
        assert [one.name for one in connections.every(session)] == ["Alpha", "Files", "Mid", "Zoo"]


def test_a_good_connection_passes_every_check(office):
    found = office.check()
    assert len(found) >= 5
    assert all(one.ok for one in found)


def test_a_check_changes_nothing_and_reads_no_pages(office):
    office.hub.add_deal("Deal")
    office.check()
    assert office.rows("deal") == {}
    assert office.places() == {}
    assert office.runs() == []


def test_a_check_with_a_revoked_token_says_what_to_do_and_stops(office):
    office.hub.revoke_token()
    (found,) = office.check()
    assert not found.ok
    assert found.fix is not None
    assert CANARY not in repr(found)


def test_a_check_of_an_address_inside_is_refused_in_words(office):
    found = office.check(allow_private=False)
    assert not any(one.ok for one in found)
    assert office.hub.calls() == []


def test_a_check_without_the_right_key_asks_to_connect_again(office):
    from cryptography.fernet import Fernet

    other = Vault([Fernet.generate_key().decode()])
    (found,) = office.check(vault=other)
    assert (found.ok, "Connect again" in found.message.id) == (False, True)


def test_a_connection_can_be_paused_and_resumed(add):
    made = add("Sales")
    for paused in (True, False):
        with add.room.session() as session:
            connections.pause(session, connections.find(session, "Sales"), paused)
        with add.room.session() as session:
            assert connections.find(session, str(made.id)).is_paused is paused


def test_a_check_tries_again_but_once_where_somebody_waits_for_it(office, clock):
    office.hub.faults.add("/", "html_200", times=None)
    found = office.check()
    assert not any(one.ok for one in found)
    assert len(clock.waits) == len(found)
