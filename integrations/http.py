"""The one HTTP client of all sources: caps, retries, rate limits and words for what went wrong."""

import random
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any, TypeVar

import httpx2
import msgspec

from goals.errors import SourceError
from goals.words import N_, Message
from integrations import addresses

T = TypeVar("T")

MOST_BYTES = 64 * 1024 * 1024
TIMEOUT = httpx2.Timeout(30.0, connect=10.0)
#: Tries of one request, and the longest they may take together.
TRIES = 5
PATIENCE = 120.0


@dataclass(frozen=True)
class Limit:
    """What a 429 means: wait `seconds` and go on, or stop and come back at `until`."""

    seconds: float | None = None
    until: datetime | None = None


@dataclass(frozen=True)
class Vendor:
    """How one vendor differs: its name, its paths' base and the meaning of its signals.

    `limit_of` reads a 429 (None: use Retry-After); `idempotent` lists the POST paths that
    only read.
    """

    name: str
    limit_of: Callable[[Mapping[str, str], bytes, datetime], Limit | None] | None = None
    idempotent: tuple[str, ...] = ()


class Client:
    """A connection to one vendor for one run; not shared between threads.

    `token` is asked for before each request and, with `renew=True`, once after a 401.
    """

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
        self._http = httpx2.Client(timeout=TIMEOUT, follow_redirects=False, trust_env=False)

    def __enter__(self) -> "Client":
        """Use the client for the length of a block."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close its connections."""
        self._http.close()

    def get(self, path: str, shape: type[T], params: Mapping[str, Any] | None = None) -> T:
        """Return what a path answers, in a shape."""
        return self._decoded(self._request("GET", path, params=params), shape)

    def post(self, path: str, body: object, shape: type[T]) -> T:
        """Return what a reading POST answers, in a shape."""
        return self._decoded(self._request("POST", path, body=body), shape)

    def _request(
        self,
        method: str,
        path: str,
        params: Mapping[str, Any] | None = None,
        body: object = None,
    ) -> bytes:
        content = msgspec.json.encode(body) if body is not None else None
        repeatable = method == "GET" or path.startswith(self.vendor.idempotent)
        started = time.monotonic()
        renewed = False
        failure: SourceError | None = None
        for attempt in range(TRIES if repeatable else 1):
            if attempt and failure is not None and time.monotonic() - started > PATIENCE:
                break
            try:
                status, headers, answer = self._once(method, path, params, content, renewed)
            except httpx2.HTTPError as error:
                failure = self._unreachable(error)
                self._wait(attempt)
                continue
            if status == 401 and not renewed and self._token(True) is not None:
                renewed = True
                status, headers, answer = self._once(method, path, params, content, renewed)
            if 200 <= status < 300:
                return answer
            failure = self._failure(status, headers, answer)
            if failure.permanent or failure.resume_after is not None:
                raise failure
            if failure.wait is None:
                self._wait(attempt)
            else:
                self._sleep(failure.wait)
        assert failure is not None
        raise failure

    def _once(
        self,
        method: str,
        path: str,
        params: Mapping[str, Any] | None,
        content: bytes | None,
        renewed: bool,
    ) -> tuple[int, Mapping[str, str], bytes]:
        headers = {"Accept": "application/json", "User-Agent": "Headway"}
        token = self._token(False)
        if token is not None:
            headers["Authorization"] = f"Bearer {token}"
        if content is not None:
            headers["Content-Type"] = "application/json"
        with self._http.stream(
            method, self._base + path, params=params, content=content, headers=headers
        ) as response:
            parts: list[bytes] = []
            size = 0
            for part in response.iter_bytes():
                size += len(part)
                if size > MOST_BYTES:
                    raise self._error(
                        "answer_too_large", N_("%(vendor)s sent more than can be taken at once.")
                    )
                parts.append(part)
            return response.status_code, response.headers, b"".join(parts)

    def _decoded(self, answer: bytes, shape: type[T]) -> T:
        try:
            return msgspec.json.decode(answer, type=shape)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            start = answer[:200].lstrip()[:1]
            if start == b"<":
                raise self._error(
                    "not_data",
                    N_("%(vendor)s answered with a web page instead of data."),
                    fix=N_("Check the address, and whether %(vendor)s is under maintenance."),
                ) from error
            raise self._error(
                "not_understood",
                N_("%(vendor)s sent an answer that is broken or has changed its form."),
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
        if status >= 500:
            return self._error("server_error", N_("%(vendor)s has trouble on its side."))
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
        if limit is None:
            limit = Limit(seconds=retry_after(headers, self._clock()))
        return self._error(
            "rate_limited",
            N_("%(vendor)s allows no more requests for now."),
            resume_after=limit.until,
            wait=limit.seconds,
        )

    def _unreachable(self, error: Exception) -> SourceError:
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

    def _wait(self, attempt: int) -> None:
        self._sleep(min(20.0, 0.5 * 2**attempt) * random.uniform(0.5, 1.0))


def retry_after(headers: Mapping[str, str], now: datetime) -> float:
    """Return how many seconds a Retry-After asks for; a few where there is none."""
    text = headers.get("retry-after", "").strip()
    if text.isdecimal():
        return min(float(text), PATIENCE)
    try:
        at = parsedate_to_datetime(text)
    except (TypeError, ValueError):
        return 2.0
    if at.tzinfo is None:
        at = at.replace(tzinfo=UTC)
    return min(max(0.0, (at - now) / timedelta(seconds=1)), PATIENCE)
