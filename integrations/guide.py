"""How a person connects a vendor: what is read, what to fill in, and where to find it (data).

Each vendor's guide stands beside its source. Its words are what the connect page shows: steps
that name the vendor's own menus, and scopes with what each is for. Nothing is ever written to
a vendor, which the page says by itself.
"""

from dataclasses import dataclass

from goals.records import kinds
from integrations.oauth import OAuth

#: The kinds of record that a source of tables may hold, with what each is called.
RECORDS = tuple((name, kinds.NAMES[name]) for name in kinds.KINDS)


@dataclass(frozen=True)
class Ask:
    """One setting or secret to fill in; `example` shows its form, and is no translated text.

    `choices` are the values that it may have with what each is called, () for any text; `is_long`
    one that takes several lines. None of them names a file: what lies on this machine is for its
    command line alone.
    """

    name: str
    label: str
    hint: str = ""
    example: str = ""
    is_secret: bool = False
    is_optional: bool = False
    choices: tuple[tuple[str, str], ...] = ()
    is_long: bool = False


@dataclass(frozen=True)
class Way:
    """One way of signing in: its name, the steps at the vendor, and what is filled in after.

    With `oauth` whoever connects agrees on the vendor's own page, after the client's id and
    secret were filled in, and the refresh token is nothing to be asked for.
    """

    name: str
    steps: tuple[str, ...]
    asks: tuple[Ask, ...]
    oauth: OAuth | None = None


@dataclass(frozen=True)
class Guide:
    """A vendor as the connect page shows it.

    `reads` lists in words what is read, `scopes` the vendor's names of rights with what each is
    for, `history` says where stage histories come from, and `limits` what the vendor does not
    tell or allow ("" where there is nothing to say). `needs` says whom or what connecting takes;
    "" is an administrator of an account at the vendor.
    """

    reads: tuple[str, ...]
    ways: tuple[Way, ...]
    history: str
    scopes: tuple[tuple[str, str], ...] = ()
    limits: str = ""
    needs: str = ""
