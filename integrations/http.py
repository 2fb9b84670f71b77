"""The one HTTP client of all sources: caps, retries, rate limits and words for what went wrong."""

import random
import time
from collections import deque
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from email.utils import parsedate_to_datetime
from functools import lru_cache, partial
from typing import Any, NamedTuple, TypeVar, cast
from urllib.parse import quote_plus

import httpx2
import msgspec

from goals.errors import SourceError
from goals.words import N_, Message
from integrations import addresses, pinned
from integrations.vendor import Rate, Vendor

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


class Answer(NamedTuple):
    """A good answer as it came."""

    status: int
    headers: Mapping[str, str]
    content: bytes


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
        self._rate: Rate | None = vendor.rate
        self._sent: deque[float] = deque()
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

    def get(
        self,
        path: str,
        shape: type[T],
        params: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> T:
        """Return what a path answers, in a shape; a path with a query takes no `params`.

        An answer without content is an empty object. Numbers of untyped parts are whole ones
        or Decimals.
        """
        decoded = partial(self._decoded, shape=shape)
        return self._request("GET", path, decoded, params=params, headers=headers)

    def post(
        self, path: str, body: object, shape: type[T], headers: Mapping[str, str] | None = None
    ) -> T:
        """Return what a reading POST answers, in a shape."""
        decoded = partial(self._decoded, shape=shape)
        content = msgspec.json.encode(body)
        return self._request("POST", path, decoded, content=content, headers=headers)

    def raw(self, path: str, params: Mapping[str, Any] | None = None) -> Answer:
        """Return what a path answers that is no JSON, with its headers."""
        return self._request("GET", path, lambda answer: answer, params=params)

    def _request(
        self,
        method: str,
        path: str,
        read: Callable[[Answer], T],
        params: Mapping[str, Any] | None = None,
        content: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> T:
        repeatable = method == "GET" or path.startswith(self.vendor.idempotent)
        started = time.monotonic()
        attempt = 0
        while True:
            try:
                return read(self._tried(method, path, params, content, headers))
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
        self,
        method: str,
        path: str,
        params: Mapping[str, Any] | None,
        content: bytes | None,
        headers: Mapping[str, str] | None,
    ) -> Answer:
        """Return a good answer; a token that is not taken is renewed once."""
        try:
            answer = self._once(method, path, params, content, headers)
            if answer.status == 401 and self._token(True) is not None:
                answer = self._once(method, path, params, content, headers)
        except httpx2.InvalidURL as error:
            raise addresses.wrong() from error
        except httpx2.HTTPError as error:
            raise self._unreachable() from error
        if 200 <= answer.status < 300 or answer.status in self.vendor.nothing:
            return answer
        raise self._failure(*answer)

    def _keep_pace(self) -> None:
        """Wait until one more request stays within what the vendor allows."""
        if self._rate is None:
            return
        while len(self._sent) >= self._rate.requests:
            ready = self._sent.popleft() + self._rate.seconds
            pause = ready - time.monotonic()
            if pause > 0:
                self._sleep(pause)
        self._sent.append(time.monotonic())

    def _once(
        self,
        method: str,
        path: str,
        params: Mapping[str, Any] | None,
        content: bytes | None,
        also: Mapping[str, str] | None,
    ) -> Answer:
        headers = {
            "Accept": "application/json",
            "Accept-Encoding": "gzip, deflate",
            "User-Agent": "Headway",
            **(also or {}),
        }
        token = self._token(False)
        if token is not None:
            headers |= self.vendor.sign(token)
        if content is not None:
            headers["Content-Type"] = "application/json"
        url = _url(self._base + path)
        extensions: dict[str, Any] = {"timeout": TIMEOUT.as_dict()}
        if params:
            extensions["target"] = url.raw_path + b"?" + query(params)
        self._keep_pace()
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
            if self.vendor.rate_of is not None:
                self._rate = self.vendor.rate_of(response.headers) or self._rate
            return Answer(response.status_code, response.headers, b"".join(parts))
        finally:
            response.close()

    def _decoded(self, answer: Answer, shape: type[T]) -> T:
        content = answer.content.removeprefix(BOM)
        if not content and (answer.status == 204 or answer.status in self.vendor.nothing):
            content = b"{}"
        try:
            decoded: T = _decoder(cast(Any, shape)).decode(content)
            return decoded
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            if content[:200].lstrip()[:1] == b"<":
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

    def unauthorized(self) -> SourceError:
        """Return the error for a token that is not taken."""
        return self._error(
            "unauthorized",
            N_("%(vendor)s no longer accepts the sign-in."),
            fix=N_("Connect %(vendor)s again with a new token."),
            permanent=True,
        )

    def _failure(self, status: int, headers: Mapping[str, str], answer: bytes) -> SourceError:
        if status == 401:
            return self.unauthorized()
        limited = self._limited(status, headers, answer)
        if limited is not None:
            return limited
        if status == 403:
            return self._error(
                "forbidden",
                N_("The token may not read all that is needed from %(vendor)s."),
                fix=N_("Give it the scopes listed on the connection's page."),
                permanent=True,
            )
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

    def _limited(
        self, status: int, headers: Mapping[str, str], answer: bytes
    ) -> SourceError | None:
        """Return the error of a refusal for too many requests, None for any other."""
        if status not in self.vendor.limited:
            return None
        told = self.vendor.limit_of
        limit = told(status, headers, answer, self._clock()) if told is not None else None
        if limit is None and status != 429:
            return None
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
def _decoder(shape: Any) -> msgspec.json.Decoder[Any]:
    return msgspec.json.Decoder(shape, float_hook=Decimal)


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
