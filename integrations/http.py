"""The one HTTP client of all sources: caps, retries, rate limits and words for what went wrong."""

import time
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from functools import lru_cache, partial
from types import MappingProxyType
from typing import Any, NamedTuple, TypeVar, cast

import httpx2
import msgspec

from goals.errors import SourceError
from goals.words import N_, Message
from integrations import addresses, pinned
from integrations.pace import Pace
from integrations.pauses import LONGEST_PAUSE, backoff, retry_after
from integrations.queries import query
from integrations.vendor import UNREADABLE, Rate, Vendor

T = TypeVar("T")

BOM = b"\xef\xbb\xbf"
MOST_BYTES = 64 * 1024 * 1024
TIMEOUT = httpx2.Timeout(30.0, connect=10.0)
#: Tries of one request, the longest they may take together, and that one answer may take.
TRIES = 5
PATIENCE = 120.0
#: Pause after a 429 that names none, in seconds.
LIMITED_PAUSE = 2.0
#: A vendor that goes on refusing is left alone for at least this long.
LIMITED = timedelta(minutes=1)
#: Of a day's requests that a vendor counts for all programs together, so much is used at most;
#: the others need the rest. How long to stay away then.
MOST_USED, USED_UP = 0.8, timedelta(hours=1)
#: Refusals that pass by themselves: too slow, locked, too early, being moved (HubSpot's 477).
PASSING = frozenset((408, 423, 425, 477))


class Answer(NamedTuple):
    """A good answer as it came."""

    status: int
    headers: Mapping[str, str]
    content: bytes


class Client:
    """A connection to one vendor for one run; used by one thread at a time.

    `token` is asked for before each request and, with `renew=True`, once after a 401. `tries`
    is how often what may pass by itself is asked; where a person waits it is few. `told` holds
    the headers of the last answer, in which a vendor may tell what it still allows.
    """

    tries = TRIES
    told: Mapping[str, str] = MappingProxyType({})

    def __init__(
        self,
        vendor: Vendor,
        base_url: str,
        *,
        token: Callable[[bool], str | None],
        clock: Callable[[], datetime],
        allow_private: bool = False,
        sleep: Callable[[float], None] = time.sleep,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """Open the client; raises SourceError for an address that may not be reached."""
        self.vendor = vendor
        self._base = base_url.rstrip("/")
        self._token = token
        self._clock = clock
        self._sleep = sleep
        self._monotonic = monotonic
        self._rate: Rate | None = vendor.rate
        self._paces: dict[Rate, Pace] = {}
        self._used: float | None = None
        self._is_closed = False
        addresses.check(self._base, allow_private=allow_private, hosts=vendor.hosts)
        # Detours, cookies and proxies are for httpx2's client, which costs as much as the request.
        self._http = pinned.transport(allow_private=allow_private)

    def __enter__(self) -> "Client":
        """Use the client for the length of a block."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close its connections."""
        self.close()

    def close(self) -> None:
        """Close its connections; nothing more is asked for, by whoever still would."""
        self._is_closed = True
        self._http.close()

    def get(
        self,
        path: str,
        shape: type[T],
        params: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> T:
        """Return what a path answers, in a shape; a path with a query takes no `params`.

        An answer without content is the vendor's `empty` one. Numbers of untyped parts are whole
        ones or Decimals.
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

    def raw(
        self,
        path: str,
        params: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
        *,
        read: Callable[[Answer], T],
    ) -> T:
        """Return what `read` makes of an answer that is no JSON; what it refuses is asked again."""
        return self._request("GET", path, read, params=params, headers=headers)

    def wait(self, seconds: float) -> None:
        """Wait for something that a vendor prepares."""
        self._sleep(seconds)

    def _request(
        self,
        method: str,
        path: str,
        read: Callable[[Answer], T],
        params: Mapping[str, Any] | None = None,
        content: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> T:
        if not path.startswith("/"):
            # Some come from the vendor; one that lengthens the host's name leads elsewhere.
            raise self._unlike()
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
        if self._is_closed:
            raise self._error("closed", N_("The run ended before the answer came."), permanent=True)
        if self._used is not None and self._used >= MOST_USED:
            raise self._used_up()
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

    def _keep_pace(self, path: str) -> None:
        """Wait until one more request stays within what the vendor allows."""
        apart = self.vendor.rate_apart
        rate = (apart(path) if apart is not None else None) or self._rate
        if rate is None:
            return
        pause = self._paces.setdefault(rate, Pace(rate)).take(self._monotonic())
        if pause > 0:
            self._sleep(pause)

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
        self._keep_pace(path)
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
            self.told = response.headers
            if self.vendor.rate_of is not None:
                self._rate = self.vendor.rate_of(response.headers) or self._rate
            if self.vendor.used_of is not None:
                used = self.vendor.used_of(response.headers)
                self._used = self._used if used is None else used
            answer = Answer(response.status_code, response.headers, b"".join(parts))
            if self.vendor.means is not None:
                return answer._replace(status=self.vendor.means(answer.status, answer.content))
            return answer
        finally:
            response.close()

    def _decoded(self, answer: Answer, shape: type[T]) -> T:
        content = answer.content.removeprefix(BOM)
        if not content and (answer.status == 204 or answer.status in self.vendor.nothing):
            content = self.vendor.empty
        try:
            decoded: T = _decoder(cast(Any, shape)).decode(content)
            return decoded
        except UNREADABLE as error:
            if content[:200].lstrip()[:1] == b"<":
                raise self._error(
                    "not_data",
                    N_("%(vendor)s answered with a web page instead of data."),
                    fix=N_("Check the address, and whether %(vendor)s is under maintenance."),
                ) from error
            # What is well written but of another form stays so when asked again.
            lasts = isinstance(error, msgspec.ValidationError | RecursionError)
            raise self._unlike(permanent=lasts) from error

    def _unlike(self, *, permanent: bool = True) -> SourceError:
        return self._error(
            "not_understood",
            N_("%(vendor)s sent an answer that is broken or has changed its form."),
            permanent=permanent,
        )

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
                fix=N_("Give it the scopes that the page for connecting %(vendor)s lists."),
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
        text = N_("%(vendor)s refused a request.")
        return self._error(f"refused_{status}", text, permanent=True)

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

    def _used_up(self) -> SourceError:
        """Return the error with which a run ends before it takes what others need."""
        return SourceError(
            "rate_limited",
            Message(
                N_(
                    "%(percent)s%% of the day's requests to %(vendor)s are used. The rest is left"
                    " to your other programs; the sync goes on by itself once there are more."
                ),
                {"vendor": self.vendor.name, "percent": int(MOST_USED * 100)},
            ),
            resume_after=self._clock() + USED_UP,
        )

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


@lru_cache(maxsize=64)
def _decoder(shape: Any) -> msgspec.json.Decoder[Any]:
    return msgspec.json.Decoder(shape, float_hook=Decimal)


@lru_cache(maxsize=64)
def _url(text: str) -> httpx2.URL:
    return httpx2.URL(text)
