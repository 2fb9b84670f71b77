"""Requests that go to the very address that was looked at, whatever its name means by then."""

import ssl
from functools import cache

import httpx2

from integrations import addresses


def client(timeout: httpx2.Timeout, *, allow_private: bool) -> httpx2.Client:
    """Return a client that follows no detours and no proxies, and only asks where it may."""
    return httpx2.Client(
        transport=transport(allow_private=allow_private),
        timeout=timeout,
        follow_redirects=False,
        trust_env=False,
    )


def transport(*, allow_private: bool) -> httpx2.HTTPTransport:
    """Return what sends single requests, and only where it may."""
    return Pinned(allow_private=allow_private)


@cache
def _trusted() -> ssl.SSLContext:
    """Return the certificates to believe in; reading them takes longer than a request."""
    return httpx2.create_ssl_context(trust_env=False)


class Pinned(httpx2.HTTPTransport):
    """Looks a name up once, and goes on with the address that answered until it fails.

    The name stays in the Host header and is the one that the certificate must be for.
    """

    def __init__(self, *, allow_private: bool = False) -> None:
        """Begin without having looked anything up."""
        super().__init__(verify=_trusted(), trust_env=False)
        self._allow_private = allow_private
        self._places: dict[str, list[str]] = {}

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        """Send a request; raises SourceError, before a byte leaves, for an address inside."""
        name, port = request.url.raw_host.decode("ascii"), request.url.port or 443
        failed: httpx2.TransportError = httpx2.ConnectError("no address")
        for place in self._places.pop(name, None) or self._found(name, port):
            try:
                response = super().handle_request(_to(place, name, request))
            except (httpx2.ConnectError, httpx2.ConnectTimeout) as error:
                failed = error
            else:
                self._places[name] = [place]
                return response
        raise failed

    def _found(self, name: str, port: int) -> list[str]:
        try:
            return addresses.places(name, port, allow_private=self._allow_private)
        except OSError as error:
            raise httpx2.ConnectError("the name is not known") from error


def _to(place: str, name: str, request: httpx2.Request) -> httpx2.Request:
    if place == name:
        return request
    return httpx2.Request(
        request.method,
        request.url.copy_with(host=place),
        headers=request.headers,
        stream=request.stream,
        extensions={**request.extensions, "sni_hostname": name},
    )
