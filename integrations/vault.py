"""Sealing secrets: encrypted with the newest key, readable with any of them."""

import json
from collections.abc import Sequence

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from goals.errors import Refusal
from goals.words import N_


class Vault:
    """Seals and opens secrets with the installation's keys (the first one seals)."""

    def __init__(self, keys: Sequence[str]) -> None:
        """Take Fernet keys; raises Refusal for one that is none."""
        try:
            self._keys = MultiFernet([Fernet(key) for key in keys]) if keys else None
        except ValueError as error:
            raise Refusal(
                "bad_encryption_key",
                N_("HEADWAY_ENCRYPTION_KEYS holds something that is not a Fernet key."),
            ) from error

    def seal(self, secrets: dict[str, str]) -> str:
        """Return secrets as one sealed text."""
        return self._need().encrypt(json.dumps(secrets).encode()).decode()

    def open(self, sealed: str | None) -> dict[str, str]:
        """Return what was sealed; raises Refusal `secrets_unreadable` without the right key."""
        if sealed is None:
            return {}
        try:
            opened: dict[str, str] = json.loads(self._need().decrypt(sealed.encode()))
        except InvalidToken as error:
            raise _unreadable() from error
        return opened

    def reseal(self, sealed: str) -> str:
        """Return the same secrets sealed with the newest key; raises as `open` does."""
        try:
            return self._need().rotate(sealed.encode()).decode()
        except InvalidToken as error:
            raise _unreadable() from error

    def _need(self) -> MultiFernet:
        if self._keys is None:
            raise Refusal(
                "no_encryption_key",
                N_("Set HEADWAY_ENCRYPTION_KEYS before storing secrets."),
                misused=False,
            )
        return self._keys


def _unreadable() -> Refusal:
    return Refusal(
        "secrets_unreadable",
        N_("The stored secrets cannot be read with the present keys. Connect again."),
        misused=False,
    )
