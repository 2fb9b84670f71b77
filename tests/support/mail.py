"""A mail server on this machine, written by others: it keeps what it was given."""

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from ipaddress import ip_address
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

PASSWORD = "p@ss word"


class Mailbox:
    """What arrived; `refuses` is the answer to the next recipients (None: they are taken)."""

    def __init__(self) -> None:
        self.arrived: list[EmailMessage] = []
        self.recipients: list[list[str]] = []
        self.refuses: str | None = None

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802
        """Take a recipient, or refuse."""
        if self.refuses is not None:
            return self.refuses
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        """Keep a letter."""
        self.arrived.append(message_from_bytes(envelope.content, policy=policy.default))
        self.recipients.append(list(envelope.rcpt_tos))
        return "250 OK"


class _Server(Controller):
    """A server at whatever port is free."""

    def _trigger_server(self) -> None:
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


def _check(server, session, envelope, mechanism, given) -> AuthResult:
    good = isinstance(given, LoginPassword) and given.password == PASSWORD.encode()
    return AuthResult(success=good, handled=good)


@contextmanager
def mail_server(folder: Path, *, tls: bool) -> Iterator[tuple[Mailbox, int, ssl.SSLContext]]:
    """Run a server; with `tls` it demands STARTTLS and a password.

    Gives the mailbox, the port and what a client trusts.
    """
    box = Mailbox()
    certificate, key = _certificate(folder)
    trusted = ssl.create_default_context(cafile=str(certificate))
    also: dict[str, Any] = {}
    if tls:
        ours = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        ours.load_cert_chain(certificate, key)
        also = {
            "tls_context": ours, "require_starttls": True, "authenticator": _check,
            "auth_required": True,
        }  # fmt: skip
    running = _Server(box, hostname="127.0.0.1", port=0, **also)
    running.start()
    try:
        yield box, running.port, trusted
    finally:
        running.stop()


def _certificate(folder: Path) -> tuple[Path, Path]:
    """Write a certificate for this machine and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    files = folder / "mail.pem", folder / "mail.key"
    files[0].write_bytes(made.public_bytes(serialization.Encoding.PEM))
    files[1].write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return files
