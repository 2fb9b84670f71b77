"""Mail by SMTP: one message to one member, over TLS unless the server is on this machine."""

import hashlib
import smtplib
import ssl
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import format_datetime, formataddr, parseaddr
from urllib.parse import parse_qs, unquote, urlsplit

from goals.alerts.channel import CannotTell, Outgoing
from goals.errors import DeliveryError, Refusal
from goals.words import N_, Message

#: Seconds that a mail server may take to answer.
TIMEOUT = 20
_PORTS = {"smtp": 587, "smtps": 465}
_LOCAL = frozenset(("localhost", "127.0.0.1", "::1"))
UNREACHABLE = N_("The mail server could not be reached.")
REFUSED = N_("The mail server did not take the message: %(code)s.")
SIGNED_OUT = N_("The mail server does not take our name and password.")
PLAIN = N_("The mail server offers no encryption.")


@dataclass(frozen=True)
class Server:
    """Where mail is handed over, as whom, and from which address it comes.

    `tls` is "from_start" (smtps), "upgrade" (STARTTLS, demanded) or "none".
    """

    host: str
    port: int
    tls: str
    user: str | None
    password: str | None
    sender: str


def server(url: str) -> Server:
    """Return the server of an address such as smtps://user:password@host?from=goals@acme.com.

    `?tls=none` sends without encryption, which needs no asking on this machine. Raises Refusal
    `smtp_wrong` for what is no such address.
    """
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port or _PORTS.get(parts.scheme, 0)
    except ValueError:
        raise _wrong() from None
    if parts.scheme not in _PORTS or not host:
        raise _wrong()
    asked = {name: values[-1] for name, values in parse_qs(parts.query).items()}
    user = unquote(parts.username) if parts.username else None
    sender = asked.get("from") or (user if user and "@" in user else f"headway@{host}")
    if "@" not in parseaddr(sender)[1]:
        raise _wrong()
    plain = asked.get("tls") == "none" or (host in _LOCAL and asked.get("tls") is None)
    tls = "from_start" if parts.scheme == "smtps" else "none" if plain else "upgrade"
    password = unquote(parts.password) if parts.password else None
    return Server(host, port, tls, user, password, sender)


def _wrong() -> Refusal:
    return Refusal(
        "smtp_wrong",
        N_("HEADWAY_SMTP_URL is an address such as smtps://user:password@host."),
        misused=False,
    )


@dataclass(frozen=True)
class Letter:
    """What is sent: to whom, in which words."""

    to: str
    name: str
    subject: str
    text: str


def send(where: Server, letter: Letter, message: Outgoing, context: ssl.SSLContext) -> str:
    """Hand a letter over and return its id, the same for each try; raises DeliveryError.

    A mail program shows what came twice with one id once, or at least together.
    """
    mail = EmailMessage()
    mail["From"] = where.sender
    mail["To"] = formataddr((letter.name, letter.to))
    mail["Subject"] = letter.subject
    mail["Message-ID"] = message_id(where, message.dedupe_key)
    if message.thread:
        mail["In-Reply-To"] = mail["References"] = message.thread
    if message.since is not None:
        mail["Date"] = format_datetime(message.since)
    # Programs that answer for people who are away leave such mail alone.
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(letter.text)
    try:
        with _open(where, context) as opened:
            opened.send_message(mail, from_addr=parseaddr(where.sender)[1], to_addrs=[letter.to])
    except smtplib.SMTPAuthenticationError as error:
        raise DeliveryError("smtp_signed_out", Message(SIGNED_OUT), outage=True) from error
    except smtplib.SMTPNotSupportedError as error:
        raise DeliveryError("smtp_plain", Message(PLAIN), permanent=True) from error
    except smtplib.SMTPRecipientsRefused as error:
        code = max(code for code, _said in error.recipients.values())
        raise _refused(code) from error
    except smtplib.SMTPResponseException as error:
        raise _refused(error.smtp_code) from error
    except (OSError, smtplib.SMTPException) as error:
        raise DeliveryError("smtp_unreachable", Message(UNREACHABLE), outage=True) from error
    return str(mail["Message-ID"])


def find(message: Outgoing) -> str | None:
    """Raise CannotTell: nobody can look whether a letter arrived."""
    raise CannotTell(message.dedupe_key)


def message_id(where: Server, key: str) -> str:
    """Return the id of a letter, always the same for a key."""
    mark = hashlib.blake2b(key.encode(), digest_size=16).hexdigest()
    return f"<{mark}@{parseaddr(where.sender)[1].rpartition('@')[2]}>"


def _open(where: Server, context: ssl.SSLContext) -> smtplib.SMTP:
    if where.tls == "from_start":
        opened: smtplib.SMTP = smtplib.SMTP_SSL(
            where.host, where.port, timeout=TIMEOUT, context=context
        )
    else:
        opened = smtplib.SMTP(where.host, where.port, timeout=TIMEOUT)
    try:
        if where.tls == "upgrade":
            opened.starttls(context=context)
        if where.user is not None:
            opened.login(where.user, where.password or "")
    except BaseException:
        opened.close()
        raise
    return opened


def _refused(code: int) -> DeliveryError:
    lasting = 500 <= code < 600
    return DeliveryError(
        "smtp_refused", Message(REFUSED, {"code": code}), permanent=lasting, outage=not lasting
    )
