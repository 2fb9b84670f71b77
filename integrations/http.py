"""The one HTTP client of all sources: caps, retries, rate limits and words for what went wrong."""

import random
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import lru_cache
from typing import Any, TypeVar
from urllib.parse import quote_plus

import httpx2
import msgspec

from goals.errors import SourceError
from goals.words import N_, Message
from integrations import addresses, pinned

T = TypeVar("T")

BOM = b"\xef\xbb\xbf"
MOST_BYTES = 64 * 1024 * 1024
TIMEOUT = httpx2.Timeout(30.0, connect=10.0)
#: Tries of one request, the longest they may take together, and that one answer may take.
TRIES = 5
PATIENCE = 120.0
#: Pause after a 429 that names none, and the longest that a Retry-After is believed, in seconds.
LIMITED_PAUSE, LONGEST_PAUSE = 2.0, 25 * 3600.0
#: A vendor that goes on refusing is left alone for at least this long.
LIMITED = timedelta(minutes=1)
#: Refusals that pass by themselves: too slow, locked, too early, being moved (HubSpot's 477).
PASSING = frozenset((408, 423, 425, 477))


@dataclass(frozen=True)
class Limit:
    """What a 429 means: wait `seconds` and go on, or stop and come back at `until`."""

    seconds: float | None = None
    until: datetime | None = None


@dataclass(frozen=True)
class Vendor:
    """How one vendor differs: its name, its paths' base and the meaning of its signals.

    `limit_of` reads a 429 that has no Retry-After; `idempotent` lists the POST paths that
    only read.
    """

    name: str
    limit_of: Callable[[Mapping[str, str], bytes, datetime], Limit | None] | None = None
    idempotent: tuple[str, ...] = ()


class Client:
    """A connection to one vendor for one run; not shared between threads.

    `token` is asked for before each request and, with `renew=True`, once after a 401. `tries`
    is how often what may pass by itself is asked; where a person waits it is few.
    """

    tries = TRIES

    def __init__(
        self,
        vendor: Vendor,
        base_url: str,
        *,
        token: Callable[[bool], str | None],
        clock: Callable[[], datetime],
        allow_private: bool = False,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """Open the client; raises SourceError for an address that may not be reached."""
        self.vendor = vendor
        self._base = base_url.rstrip("/")
        self._token = token
        self._clock = clock
        self._sleep = sleep
        addresses.check(self._base, allow_private=allow_private)
        # Detours, cookies and proxies of the surroundings are for httpx2's client, which costs
        # as much for a request as the request itself; its transport does without them.
        self._http = pinned.transport(allow_private=allow_private)

    def __enter__(self) -> "Client":
        """Use the client for the length of a block."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close its connections."""
        self.close()

    def close(self) -> None:
        """Close its connections."""
        self._http.close()

    def get(self, path: str, shape: type[T], params: Mapping[str, Any] | None = None) -> T:
        """Return what a path answers, in a shape; a path with a query takes no `params`."""
        return self._request("GET", path, shape, params=params)

    def post(self, path: str, body: object, shape: type[T]) -> T:
        """Return what a reading POST answers, in a shape."""
        return self._request("POST", path, shape, content=msgspec.json.encode(body))

    def _request(
        self,
        method: str,
        path: str,
        shape: type[T],
        params: Mapping[str, Any] | None = None,
        content: bytes | None = None,
    ) -> T:
        repeatable = method == "GET" or path.startswith(self.vendor.idempotent)
        started = time.monotonic()
        attempt = 0
        while True:
            try:
                return self._decoded(self._tried(method, path, params, content), shape)
            except SourceError as error:
                attempt += 1
                if error.permanent or error.resume_after is not None:
                    raise
                pause = error.wait if error.wait is not None else backoff(attempt)
                spent = time.monotonic() - started + pause
                if not repeatable or attempt >= self.tries or spent > PATIENCE:
                    if error.code == "rate_limited":
                        error.resume_after = self._clock() + max(LIMITED, timedelta(seconds=pause))
                    raise
                self._sleep(pause)

    def _tried(
        self, method: str, path: str, params: Mapping[str, Any] | None, content: bytes | None
    ) -> bytes:
        """Return a good answer; a token that is not taken is renewed once."""
        try:
            status, headers, answer = self._once(method, path, params, content)
            if status == 401 and self._token(True) is not None:
                status, headers, answer = self._once(method, path, params, content)
        except httpx2.InvalidURL as error:
            raise addresses.wrong() from error
        except httpx2.HTTPError as error:
            raise self._unreachable() from error
        if 200 <= status < 300:
            return answer
        raise self._failure(status, headers, answer)

    def _once(
        self,
        method: str,
        path: str,
        params: Mapping[str, Any] | None,
        content: bytes | None,
    ) -> tuple[int, Mapping[str, str], bytes]:
        headers = {
            "Accept": "application/json",
            "Accept-Encoding": "gzip, deflate",
            "User-Agent": "Headway",
        }
        token = self._token(False)
        if token is not None:
            headers["Authorization"] = f"Bearer {token}"
        if content is not None:
            headers["Content-Type"] = "application/json"
        url = _url(self._base + path)
        extensions: dict[str, Any] = {"timeout": TIMEOUT.as_dict()}
        if params:
            extensions["target"] = url.raw_path + b"?" + query(params)
        started = time.monotonic()
        asked = httpx2.Request(method, url, headers=headers, content=content, extensions=extensions)
        response = self._http.handle_request(asked)
        try:
            parts: list[bytes] = []
            size = 0
            for part in response.iter_bytes():
                size += len(part)
                if size > MOST_BYTES:
                    raise self._error(
                        "answer_too_large",
                        N_("%(vendor)s sent more than can be taken at once."),
                        permanent=True,
                    )
                # Each byte in time is not enough: an answer may drip for hours.
                if time.monotonic() - started > PATIENCE:
                    raise self._unreachable()
                parts.append(part)
            return response.status_code, response.headers, b"".join(parts)
        finally:
            response.close()

    def _decoded(self, answer: bytes, shape: type[T]) -> T:
        try:
            return msgspec.json.decode(answer.removeprefix(BOM), type=shape)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            if answer[:200].lstrip()[:1] == b"<":
                raise self._error(
                    "not_data",
                    N_("%(vendor)s answered with a web page instead of data."),
                    fix=N_("Check the address, and whether %(vendor)s is under maintenance."),
                ) from error
            raise self._error(
                "not_understood",
                N_("%(vendor)s sent an answer that is broken or has changed its form."),
                # What is well written but of another form stays so when asked again.
                permanent=isinstance(error, msgspec.ValidationError),
            ) from error

    def _failure(self, status: int, headers: Mapping[str, str], answer: bytes) -> SourceError:
        if status == 401:
            return self._error(
                "unauthorized",
                N_("%(vendor)s no longer accepts the sign-in."),
                fix=N_("Connect %(vendor)s again with a new token."),
                permanent=True,
            )
        if status == 403:
            return self._error(
                "forbidden",
                N_("The token may not read all that is needed from %(vendor)s."),
                fix=N_("Give it the scopes listed on the connection's page."),
                permanent=True,
            )
        if status == 429:
            return self._limited(headers, answer)
        if status >= 500 or status in PASSING:
            pause = retry_after(headers, self._clock())
            return self._error(
                "server_error",
                N_("%(vendor)s has trouble on its side."),
                wait=pause if pause is None or pause <= PATIENCE else None,
                resume_after=self._after(pause),
            )
        if 300 <= status < 400:
            return self._error(
                "redirected",
                N_("%(vendor)s points to another address."),
                fix=N_("Write the final address of the account."),
                permanent=True,
            )
        return self._error(
            f"refused_{status}",
            N_("%(vendor)s refused a request."),
            permanent=True,
        )

    def _limited(self, headers: Mapping[str, str], answer: bytes) -> SourceError:
        told = self.vendor.limit_of
        limit = told(headers, answer, self._clock()) if told is not None else None
        asked = retry_after(headers, self._clock())
        pause = asked if asked is not None else limit.seconds if limit is not None else None
        until = limit.until if limit is not None else None
        return self._error(
            "rate_limited",
            N_("%(vendor)s allows no more requests for now."),
            resume_after=self._after(pause) or until,
            wait=pause if pause is not None else LIMITED_PAUSE,
        )

    def _after(self, pause: float | None) -> datetime | None:
        """Return when to come back after a pause that is too long to sit through."""
        if pause is None or pause <= PATIENCE:
            return None
        return self._clock() + timedelta(seconds=min(pause, LONGEST_PAUSE))

    def _unreachable(self) -> SourceError:
        return self._error(
            "unreachable",
            N_("%(vendor)s could not be reached."),
            fix=N_("Check the address and the network; the next sync tries again."),
        )

    def _error(
        self,
        code: str,
        text: str,
        *,
        fix: str | None = None,
        permanent: bool = False,
        resume_after: datetime | None = None,
        wait: float | None = None,
    ) -> SourceError:
        names = {"vendor": self.vendor.name}
        return SourceError(
            code,
            Message(text, names),
            fix=Message(fix, names) if fix is not None else None,
            permanent=permanent,
            resume_after=resume_after,
            wait=wait,
        )


def query(params: Mapping[str, Any]) -> bytes:
    """Return parameters as the query of an address."""
    return "&".join(f"{_quoted(one)}={_quoted(str(params[one]))}" for one in params).encode()


# Page after page asks in nearly the same words, among them a long list of properties.
@lru_cache(maxsize=256)
def _quoted(text: str) -> str:
    return quote_plus(text)


@lru_cache(maxsize=64)
def _url(text: str) -> httpx2.URL:
    return httpx2.URL(text)


def backoff(attempt: int) -> float:
    """Return a pause in seconds that doubles with each attempt, spread so that all do not meet."""
    return random.uniform(0.5, 1.0) * min(20.0, 0.25 * float(2**attempt))


def retry_after(headers: Mapping[str, str], now: datetime) -> float | None:
    """Return how many seconds a Retry-After asks for, as a number or an instant; None without."""
    text = headers.get("retry-after", "").strip()
    try:
        return max(0.0, min(float(text), LONGEST_PAUSE))
    except ValueError:
        pass
    try:
        at = parsedate_to_datetime(text)
    except (TypeError, ValueError):
        return None
    if at.tzinfo is None:
        at = at.replace(tzinfo=UTC)
    return min(max(0.0, (at - now) / timedelta(seconds=1)), LONGEST_PAUSE)
