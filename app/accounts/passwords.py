"""Passwords: argon2 hashes and the one rule that helps, length."""

from functools import lru_cache

from goals.errors import Refusal
from goals.words import N_

SHORTEST = 12
LONGEST = 256


def check_new(password: str) -> None:
    """Raise Refusal for a password that is too short or too long; all else is allowed."""
    if len(password) < SHORTEST:
        raise Refusal(
            "password_short",
            N_("Use at least %(least)s characters. A short sentence works well."),
            {"least": SHORTEST},
            field="password",
        )
    if len(password) > LONGEST:
        raise Refusal(
            "password_long",
            N_("Use at most %(most)s characters."),
            {"most": LONGEST},
            field="password",
        )


def hashed(password: str) -> str:
    """Return the argon2 hash to store."""
    return str(_hasher().hash(password))


def matches(password: str, stored: str | None) -> bool:
    """Tell whether a password fits; takes as long where no password is stored."""
    if stored is None:
        _hasher().verify(password[:LONGEST], _nobody())
        return False
    return bool(_hasher().verify(password[:LONGEST], stored))


@lru_cache(maxsize=1)
def _hasher():  # type: ignore[no-untyped-def]
    from pwdlib import PasswordHash

    return PasswordHash.recommended()


@lru_cache(maxsize=1)
def _nobody() -> str:
    return str(_hasher().hash("nobody has this password"))
