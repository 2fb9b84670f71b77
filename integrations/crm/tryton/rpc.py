"""Tryton's JSON-RPC: sessions, the types of its JSON, and lists by keyset.

A request without an `id` is answered with the bare result, and a refusal has an HTTP status.
Every method that is called here only reads.
"""

import base64
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from goals.errors import SourceError
from goals.words import N_, Message
from integrations.http import Client
from integrations.rest.stream import Asked, Batch
from integrations.terms import Terms
from integrations.vendor import Vendor

#: Rows of a page.
PAGE = 200
#: The two lists of what changed: Tryton leaves `write_date` empty until a row is written again.
CREATED, WRITTEN = "create_date", "write_date"

_PARTS = ("year", "month", "day", "hour", "minute", "second", "microsecond")


def sign(session: str) -> dict[str, str]:
    """Return the header that a session is told in."""
    return {"Authorization": f"Session {session}"}


VENDOR = Vendor("Tryton", sign=sign, idempotent=("/",))


class Session:
    """Signs in on first use and again when the server has forgotten the session."""

    def __init__(self, terms: Terms, address: str, path: str) -> None:
        """Take who signs in where; nothing is asked yet."""
        self._terms, self._address, self._path = terms, address, path
        self._signed: str | None = None

    @property
    def is_open(self) -> bool:
        """Tell whether there is a session to be closed."""
        return self._signed is not None

    def __call__(self, renew: bool) -> str | None:
        """Return the session; raises SourceError when name or password are not taken."""
        if renew or self._signed is None:
            self._signed = self._login()
        return self._signed

    def _login(self) -> str:
        user = str(self._terms.settings["user"])
        told = {"password": self._terms.secrets.get("password", "")}
        body = {"method": "common.db.login", "params": [user, told, "en"]}
        with Client(
            VENDOR,
            self._address,
            token=lambda renew: None,
            clock=self._terms.clock,
            allow_private=self._terms.allow_private,
        ) as client:
            try:
                answer = client.post(self._path, body, list[Any])
            except SourceError as error:
                raise self._explained(error) from error
        if len(answer) < 2:
            raise _strange()
        return base64.b64encode(f"{user}:{answer[0]}:{answer[1]}".encode()).decode()

    def _explained(self, error: SourceError) -> SourceError:
        """Say of a refused sign-in what a person can do about it."""
        names = {"vendor": VENDOR.name, "name": self._terms.settings["database"]}
        if error.code == "refused_404":
            return SourceError(
                "unknown_database",
                Message(N_("%(vendor)s has no database %(name)s."), names),
                fix=Message(N_("Write the name as Tryton's sign-in window lists it.")),
                permanent=True,
            )
        if error.code == "unauthorized":
            error.fix = Message(N_("Connect Tryton again with the user's present password."))
        return error


def _strange() -> SourceError:
    return SourceError(
        "not_understood",
        Message(
            N_("%(vendor)s sent an answer that is broken or has changed its form."),
            {"vendor": VENDOR.name},
        ),
        permanent=True,
    )


def call(client: Client, path: str, method: str, shape: Any, *params: Any) -> Any:
    """Return what a method answers; raises SourceError `forbidden` where the user may not ask.

    Tryton answers 400 to whatever a user's groups and rules do not allow.
    """
    try:
        return client.post(path, {"method": method, "params": list(params)}, shape)
    except SourceError as error:
        if error.code != "refused_400":
            raise
        names = {"vendor": VENDOR.name, "name": method.removeprefix("model.").rpartition(".")[0]}
        raise SourceError(
            "forbidden",
            Message(N_("%(vendor)s does not let this user read %(name)s."), names),
            fix=Message(N_("Give the user a group in Tryton that may read it.")),
            permanent=True,
        ) from error


def listed(client: Client, path: str, model: str, asked: Asked, names: Sequence[str]) -> Batch:
    """Return a page of a model's rows, everything or what changed.

    Everything is listed by id, which no change moves. Changes are two lists, one after the
    other: what was created, then what was written, each by (its stamp, id).
    """
    most = asked.limit or PAGE
    if asked.since is None:
        last = int(asked.after or 0)
        domain: list[Any] = [["id", ">", last]]
        order = [["id", "ASC"]]
    else:
        stamp, at, number = (asked.after or f"{CREATED}|{asked.since.isoformat()}|0").split("|")
        from_at = encoded(datetime.fromisoformat(at))
        later = [stamp, ">", from_at]
        same = [[stamp, "=", from_at], ["id", ">", int(number)]]
        domain, order = ["OR", later, same], [[stamp, "ASC"], ["id", "ASC"]]
    context = {"active_test": False}
    method = f"model.{model}.search_read"
    wanted = [*names, CREATED, WRITTEN]
    told = call(client, path, method, list[dict[str, Any]], domain, 0, most, order, wanted, context)
    rows = [decoded(one) for one in told]
    for one in rows:
        one["changed"] = one.get(WRITTEN) or one.get(CREATED)
    if len(rows) < most:
        is_over = asked.since is None or stamp == WRITTEN
        after = None if asked.since is None or is_over else _start(WRITTEN, asked.since)
    elif asked.since is None:
        after = str(rows[-1]["id"])
    else:
        after = f"{stamp}|{rows[-1][stamp]}|{rows[-1]['id']}"
    return Batch(rows, after)


def _start(stamp: str, since: datetime) -> str:
    return f"{stamp}|{since.isoformat()}|0"


def encoded(at: datetime) -> dict[str, Any]:
    """Return an instant in typed JSON, which is in UTC."""
    there = at.astimezone(UTC)
    return {"__class__": "datetime"} | {name: getattr(there, name) for name in _PARTS}


def decoded(value: Any) -> Any:
    """Return a value of typed JSON as plain JSON: days and instants in ISO form, numbers as texts.

    A row's own record of another model stands under its name with a dot, which goes away.
    """
    if isinstance(value, list):
        return [decoded(one) for one in value]
    if not isinstance(value, Mapping):
        return value
    kind = value.get("__class__")
    if kind is None:
        plain = {name: decoded(part) for name, part in value.items() if not name.endswith(".")}
        return plain | {name[:-1]: decoded(value[name]) for name in value if name.endswith(".")}
    if kind == "Decimal":
        return str(value.get("decimal"))
    if kind in ("date", "datetime"):
        parts = [value.get(name) for name in _PARTS[: 3 if kind == "date" else 7]]
        if not all(isinstance(one, int) for one in parts):
            return None
        year, month, day, *time = parts
        written = f"{year:04d}-{month:02d}-{day:02d}"
        if time:
            hour, minute, second, micro = time
            written += f"T{hour:02d}:{minute:02d}:{second:02d}.{micro:06d}+00:00"
        return written
    return None
