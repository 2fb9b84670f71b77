"""Connecting sources: what is refused before anything is kept."""

import pytest
from cryptography.fernet import Fernet

from goals.errors import Refusal, SourceError
from integrations import connections
from integrations.vault import Vault
from tests.support.records import NOW, sqlite_database, sqlite_room

__all__ = ["sqlite_database", "sqlite_room"]
VAULT = Vault([Fernet.generate_key().decode()])


def add(room, settings, secrets):
    with room.session() as session:
        return connections.add(
            session, "hubspot", "CRM", settings=settings, secrets=secrets, vault=VAULT, now=NOW
        )


@pytest.mark.parametrize(
    ("settings", "secrets", "lacks"),
    [
        ({}, {}, "token"),
        ({}, {"token": ""}, "token"),
        ({"client_id": "a"}, {"client_secret": "b"}, "refresh_token"),
        ({}, {"client_secret": "b", "refresh_token": "c"}, "client_id"),
    ],
)
def test_a_source_without_a_way_to_sign_in_is_not_kept(sqlite_room, settings, secrets, lacks):
    with pytest.raises(Refusal) as caught:
        add(sqlite_room, settings, secrets)
    assert (caught.value.code, caught.value.field) == ("secret_missing", lacks)


def test_either_way_to_sign_in_is_enough(sqlite_room):
    made = add(sqlite_room, {"client_id": "a"}, {"client_secret": "b", "refresh_token": "c"})
    assert made.secrets is not None and "refresh" not in made.secrets


def test_a_setting_that_cannot_be_read_is_not_kept(sqlite_room):
    with pytest.raises(SourceError, match="setting_wrong"):
        add(sqlite_room, {"fields": '{"deal": '}, {"token": "a"})
    with sqlite_room.session() as session:
        assert [one.name for one in connections.every(session)] == ["Files"]
