"""Which addresses a source may have: public ones over https, unless more are allowed."""

import ipaddress
import re
import socket
from urllib.parse import urlsplit

from goals.errors import SourceError
from goals.words import N_, Message

#: Ranges that count as global but lead back inside (translation and tunnel prefixes, and two
#: of IPv6 that are given up but still routed in places).
_DISGUISED = tuple(
    ipaddress.ip_network(net)
    for net in (
        *("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32", "192.0.0.0/24"),
        *("::/96", "fec0::/10", "::ffff:0:0:0/96"),
    )
)
#: Where clouds tell a machine its own secrets: no source is there, whatever an installation
#: allows. One of Azure's looks like an address of the public internet.
_OF_THE_CLOUD = tuple(
    ipaddress.ip_network(net)
    for net in (
        *("169.254.0.0/16", "100.100.100.200/32", "168.63.129.16/32", "192.0.0.192/32"),
        *("fe80::/10", "fd00:ec2::254/128", "fd20:ce::254/128"),
    )
)
#: The port of https.
WEB = 443


def check(url: str, *, allow_private: bool, hosts: re.Pattern[str] | None = None) -> None:
    """Raise SourceError unless a source may be read at this address.

    `hosts` are those of a vendor that has its own; None: it may be anywhere. Every address that
    the name resolves to is looked at, after resolution, so that disguised spellings of a private
    address are caught.
    """
    try:
        parts = urlsplit(url)
        port = WEB if parts.port is None else parts.port
        (parts.hostname or "").encode("idna")
    except ValueError as error:
        raise wrong() from error
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise wrong()
    if parts.username or parts.password:
        raise _error("address_secret", N_("Leave names and passwords out of the address."))
    if allow_private:
        return
    if parts.scheme != "https":
        raise _error("address_plain", N_("Only https addresses may be read."))
    if hosts is not None and not hosts.fullmatch(parts.hostname.lower().rstrip(".")):
        raise _error(
            "address_foreign",
            N_("This is not an address of the vendor."),
            N_("Write the address as it stands in your account there."),
        )
    try:
        places(parts.hostname, port)
    except OSError as error:
        raise SourceError(
            "address_unknown",
            Message(N_("The name in the address is not known.")),
            field="base_url",
        ) from error
    if port != WEB:
        # What listens elsewhere may be anything: mail, a database, another's console.
        raise other_port()


def places(host: str, port: int, *, allow_private: bool = False) -> list[str]:
    """Return the IP addresses of a host, in the order in which to try them.

    Raises SourceError if one of them leads inside and that is not allowed, or where a cloud
    tells secrets, which never is; OSError for a name that is not known.
    """
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    named = list(dict.fromkeys(str(place[0]) for *_, place in found))
    if any(map(is_of_the_cloud, named)) or not (allow_private or all(map(is_public, named))):
        raise private()
    return named


def other_port() -> SourceError:
    """Return the error for a port at which no source is read without more being allowed."""
    return _error(
        "address_port",
        N_("At this port nothing is read here."),
        N_(
            "Put the source behind the usual port. Whoever runs Headway can also allow others, and"
            " private addresses with them: HEADWAY_ALLOW_PRIVATE_SOURCES=1"
        ),
    )


def wrong() -> SourceError:
    """Return the error for what is no address."""
    return _error("address_wrong", N_("Write the address as https://name.example, without a path."))


def private() -> SourceError:
    """Return the error for an address inside."""
    return _error("address_private", N_("The address leads into a private network."))


def is_public(text: str) -> bool:
    """Tell whether an IP address is one of the public internet."""
    address = _address(text)
    disguised = any(address in net for net in _DISGUISED if net.version == address.version)
    return address.is_global and not address.is_multicast and not disguised


def is_of_the_cloud(text: str) -> bool:
    """Tell whether an IP address is where a cloud tells a machine its secrets."""
    address = _address(text)
    return any(address in net for net in _OF_THE_CLOUD if net.version == address.version)


def _address(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address:
    address = ipaddress.ip_address(text.split("%")[0])
    if isinstance(address, ipaddress.IPv6Address):
        return address.ipv4_mapped or address
    return address


def _error(code: str, text: str, fix: str | None = None) -> SourceError:
    told = Message(fix) if fix else None
    return SourceError(code, Message(text), fix=told, permanent=True, field="base_url")
