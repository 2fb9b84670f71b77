import pytest
from cryptography.fernet import Fernet
from hypothesis import given
from hypothesis import strategies as st

from goals.errors import Refusal
from integrations.vault import Vault

OLD, NEW, OTHER = (Fernet.generate_key().decode() for _ in range(3))
SECRETS = {"token": "pat-na1-canary", "client_secret": "geheim ä 密"}


def code(what, *arguments):
    with pytest.raises(Refusal) as caught:
        what(*arguments)
    return caught.value.code


@given(st.dictionaries(st.text(), st.text()))
def test_what_was_sealed_can_be_opened(secrets):
    vault = Vault([OLD])
    assert vault.open(vault.seal(secrets)) == secrets


def test_a_sealed_text_shows_nothing_of_what_is_in_it():
    sealed = Vault([OLD]).seal(SECRETS)
    for word in ("token", "canary", "client_secret", "geheim"):
        assert word not in sealed


def test_the_same_secrets_look_different_each_time():
    vault = Vault([OLD])
    assert vault.seal(SECRETS) != vault.seal(SECRETS)


def test_the_first_key_seals_and_every_key_opens():
    before = Vault([OLD]).seal(SECRETS)
    both = Vault([NEW, OLD])
    assert both.open(before) == SECRETS
    assert Vault([NEW]).open(both.seal(SECRETS)) == SECRETS


def test_after_sealing_anew_the_old_key_is_needed_no_more():
    sealed = Vault([NEW, OLD]).reseal(Vault([OLD]).seal(SECRETS))
    assert Vault([NEW]).open(sealed) == SECRETS
    assert code(Vault([OLD]).open, sealed) == "secrets_unreadable"


def test_a_lost_key_is_told_in_words():
    sealed = Vault([OLD]).seal(SECRETS)
    with pytest.raises(Refusal) as caught:
        Vault([OTHER]).open(sealed)
    assert caught.value.code == "secrets_unreadable"
    assert "Connect again" in caught.value.message.id


def test_secrets_of_a_lost_key_cannot_be_sealed_anew_either():
    assert code(Vault([OTHER]).reseal, Vault([OLD]).seal(SECRETS)) == "secrets_unreadable"


@pytest.mark.parametrize("place", [0, 10, -1])
def test_a_sealed_text_that_was_changed_is_refused(place):
    sealed = list(Vault([OLD]).seal(SECRETS))
    sealed[place] = "A" if sealed[place] != "A" else "B"
    assert code(Vault([OLD]).open, "".join(sealed)) == "secrets_unreadable"


@pytest.mark.parametrize("text", ["", "no seal", "ä", "\x00"])
def test_what_was_never_sealed_is_refused(text):
    assert code(Vault([OLD]).open, text) == "secrets_unreadable"


@pytest.mark.parametrize("key", ["", "short", "ä" * 44, "A" * 43, "A" * 88])
def test_what_is_no_key_is_refused_without_being_shown(key):
    with pytest.raises(Refusal) as caught:
        Vault([key])
    assert caught.value.code == "bad_encryption_key"
    assert not key or key not in str(caught.value.message)


def test_without_a_key_nothing_is_kept():
    assert code(Vault([]).seal, SECRETS) == "no_encryption_key"
    assert code(Vault([]).open, "sealed") == "no_encryption_key"


def test_a_source_without_secrets_needs_no_key():
    assert Vault([]).open(None) == {}
