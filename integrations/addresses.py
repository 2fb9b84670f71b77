"""Which addresses a source may have: public ones over https, unless more are allowed."""

import ipaddress
import socket
from urllib.parse import urlsplit

from goals.errors import SourceError
from goals.words import N_, Message

#: Ranges that count as global but lead back inside (translation and tunnel prefixes).
_DISGUISED = tuple(
    ipaddress.ip_network(net)
    for net in ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32", "192.0.0.0/24")
)


def check(url: str, *, allow_private: bool) -> None:
    """Raise SourceError unless a source may be read at this address.

    Every address that the name resolves to is looked at, after resolution, so that
    disguised spellings of a private address are caught.
    """
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise _error(
            "address_wrong", N_("Write the address as https://name.example, without a path.")
        )
    if parts.username or parts.password:
        raise _error("address_secret", N_("Leave names and passwords out of the address."))
    if allow_private:
        return
    if parts.scheme != "https":
        raise _error("address_plain", N_("Only https addresses may be read."))
    try:
        found = socket.getaddrinfo(parts.hostname, parts.port or 443, type=socket.SOCK_STREAM)
    except OSError as error:
        raise SourceError(
            "address_unknown", Message(N_("The name in the address is not known."))
        ) from error
    for *_, place in found:
        if not is_public(str(place[0])):
            raise _error("address_private", N_("The address leads into a private network."))


def is_public(text: str) -> bool:
    """Tell whether an IP address is one of the public internet."""
    address = ipaddress.ip_address(text.split("%")[0])
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped is not None:
        address = address.ipv4_mapped
    disguised = any(address in net for net in _DISGUISED if net.version == address.version)
    return address.is_global and not address.is_multicast and not disguised


def _error(code: str, text: str) -> SourceError:
    return SourceError(code, Message(text), permanent=True)
