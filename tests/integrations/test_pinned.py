"""A name that changes its meaning leads nobody inside: the address that was checked is used."""

import socket
import ssl
import threading
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from goals.errors import SourceError
from integrations import auth, pinned
from integrations.http import Client
from integrations.vendor import Vendor

NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)
NAME, OUTSIDE, OTHER = "crm.example", "8.8.8.8", "8.8.4.4"
resolve = socket.getaddrinfo
connect = socket.create_connection


class Names:
    """A resolver whose answers for our name are told beforehand, the last one for ever."""

    def __init__(self, *answers):
        self.answers, self.asked = list(answers), 0

    def __call__(self, host, port, *rest, **kinds):
        if host != NAME:
            return resolve(host, port, *rest, **kinds)
        self.asked += 1
        found = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if not found:
            raise socket.gaierror
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, port)) for one in found]


class Inside:
    """A server on this machine that keeps the first bytes of every connection."""

    def __init__(self, context=None):
        self.heard: list[bytes] = []
        self.names: list[str] = []
        self.dialled: list[str] = []
        self.dead: set[str] = set()
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        self.context = context
        if context is not None:
            context.sni_callback = lambda _, name, __: self.names.append(name)
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            try:
                made, _ = self.socket.accept()
            except OSError:
                return
            try:
                if self.context is not None:
                    made = self.context.wrap_socket(made, server_side=True)
            except OSError:
                # Whoever called does not trust the certificate; the next one may.
                made.close()
                continue
            with made:
                while text := made.recv(65536):
                    self.heard.append(text)
                    made.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")


@pytest.fixture
def inside(monkeypatch):
    """A server that stands for whatever listens at this machine's own port 443."""
    server = Inside()

    def dial(address, *rest, **kinds):
        assert address == ("127.0.0.1", 443)
        return connect(("127.0.0.1", server.port), *rest, **kinds)

    monkeypatch.setattr(socket, "create_connection", dial)
    yield server
    server.socket.close()


@pytest.fixture
def outside(tmp_path, monkeypatch):
    """A server with a certificate for our name, which stands for every address outside."""
    context, trusting = certified(tmp_path, NAME)
    monkeypatch.setattr(pinned, "_trusted", lambda: trusting)
    server = Inside(context)

    def dial(address, *rest, **kinds):
        server.dialled.append(address[0])
        if address[0] in server.dead:
            raise OSError
        return connect(("127.0.0.1", server.port), *rest, **kinds)

    monkeypatch.setattr(socket, "create_connection", dial)
    yield server
    server.socket.close()


def certified(folder, name):
    """Return the two sides of TLS: one that shows a certificate, one that trusts it."""
    key = ec.generate_private_key(ec.SECP256R1())
    who = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(who)
        .issuer_name(who)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    file = folder / "certificate.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    file.write_bytes(made.public_bytes(serialization.Encoding.PEM) + private)
    shown = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    shown.load_cert_chain(file)
    return shown, ssl.create_default_context(cafile=str(file))


def client():
    return Client(
        Vendor("Acme"),
        f"https://{NAME}",
        token=auth.fixed("one"),
        clock=lambda: NOW,
        sleep=lambda _: None,
    )


def renewing(url):
    return auth.Refreshed(
        "Acme",
        url,
        client_id="one",
        client_secret="two",
        refresh_token="three",
        keep=lambda _: None,
        clock=lambda: NOW,
    )


def refused(what, *arguments) -> SourceError:
    with pytest.raises(SourceError) as caught:
        what(*arguments)
    return caught.value


@pytest.mark.parametrize("led", [["127.0.0.1"], [OUTSIDE, "127.0.0.1"]], ids=["moved", "mixed"])
def test_a_name_that_moves_inside_after_it_was_checked_gets_no_byte(monkeypatch, inside, led):
    names = Names([OUTSIDE], led)
    monkeypatch.setattr(socket, "getaddrinfo", names)
    with client() as made:
        error = refused(made.get, "/read", dict)
    assert (error.code, error.permanent) == ("address_private", True)
    assert names.asked == 2
    assert inside.heard == []


def test_a_token_is_not_sent_inside_either(monkeypatch, inside):
    monkeypatch.setattr(socket, "getaddrinfo", Names([OUTSIDE], ["127.0.0.1"]))
    source = renewing(f"https://{NAME}/token")
    assert refused(source, False).code == "address_private"
    assert inside.heard == []


def test_the_address_that_was_checked_is_the_one_that_is_called(monkeypatch, outside):
    names = Names([OUTSIDE], [OUTSIDE], ["127.0.0.1"])
    monkeypatch.setattr(socket, "getaddrinfo", names)
    with client() as made:
        for _ in range(3):
            assert made.get("/read", dict) == {}
    assert set(outside.dialled) == {OUTSIDE}
    assert names.asked == 2
    assert outside.names == [NAME]
    assert all(f"Host: {NAME}\r\n".encode() in one for one in outside.heard)


def test_another_address_of_the_name_is_tried(monkeypatch, outside):
    names = Names([OUTSIDE, OTHER])
    monkeypatch.setattr(socket, "getaddrinfo", names)
    outside.dead.add(OUTSIDE)
    with client() as made:
        assert made.get("/read", dict) == {}
    assert outside.dialled == [OUTSIDE, OTHER]
    outside.dead.add(OTHER)
    with client() as made:
        assert refused(made.get, "/read", dict).code == "unreachable"


def test_a_certificate_of_another_name_is_not_taken(monkeypatch, outside, tmp_path):
    monkeypatch.setattr(socket, "getaddrinfo", Names([OUTSIDE]))
    outside.context, trusting = certified(tmp_path, "other.example")
    monkeypatch.setattr(pinned, "_trusted", lambda: trusting)
    with client() as made:
        assert refused(made.get, "/read", dict).code == "unreachable"
    assert outside.heard == []


def test_a_name_that_is_forgotten_is_out_of_reach_for_now(monkeypatch):
    monkeypatch.setattr(socket, "getaddrinfo", Names([OUTSIDE], []))
    with client() as made:
        error = refused(made.get, "/read", dict)
    assert (error.code, error.permanent) == ("unreachable", False)
