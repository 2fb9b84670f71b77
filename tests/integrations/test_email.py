"""Mail to members: over TLS, one id for each message, and what a server's answers mean."""

import socket
import ssl
from datetime import UTC, datetime
from urllib.parse import quote

import pytest

from goals.alerts.channel import CannotTell, Outgoing
from goals.errors import DeliveryError, Refusal
from integrations import email
from integrations.email import Letter
from tests.support.mail import PASSWORD, mail_server

SINCE = datetime(2026, 8, 20, 3, 0, tzinfo=UTC)
LETTER = Letter("nok@acme.example", "นก Sukjai", "นอกแผน: เพิ่มรายได้", "ตอนนี้ ฿2,000\n客户")


def outgoing(**also):
    given = {"workspace_id": 1, "dedupe_key": "7:8:alert", "kind": "alert", "destination": "9"}
    return Outgoing(**{**given, "since": SINCE, "channel_kind": "email", **also})


def address(port, **also):
    query = "&".join(f"{name}={quote(value)}" for name, value in also.items())
    return f"smtp://headway:{quote(PASSWORD)}@127.0.0.1:{port}?{query}"


def test_a_letter_goes_over_tls_with_name_and_password(tmp_path):
    with mail_server(tmp_path, tls=True) as (box, port, trusted):
        url = address(port, tls="upgrade", **{"from": "goals@acme.example"})
        sent = email.send(
            email.server(url), LETTER, outgoing(thread="<root@acme.example>"), trusted
        )
    [mail] = box.arrived
    assert box.recipients == [["nok@acme.example"]]
    assert (mail["Subject"], mail["From"]) == (LETTER.subject, "goals@acme.example")
    assert mail["To"].addresses[0].display_name == "นก Sukjai"
    assert mail.get_content().splitlines() == LETTER.text.splitlines()
    assert mail["Message-ID"] == sent and mail["In-Reply-To"] == "<root@acme.example>"
    assert mail["Date"].datetime == SINCE
    assert mail["Auto-Submitted"] == "auto-generated"


def test_each_try_of_a_message_has_the_same_id_and_nobody_can_look_for_it(tmp_path):
    with mail_server(tmp_path, tls=False) as (box, port, trusted):
        where = email.server(f"smtp://127.0.0.1:{port}?from=goals@acme.example")
        for key in ("a", "a", "b"):
            email.send(where, LETTER, outgoing(dedupe_key=key), trusted)
    first, again, other = (mail["Message-ID"] for mail in box.arrived)
    assert first == again != other
    with pytest.raises(CannotTell):
        email.find(outgoing())


@pytest.mark.parametrize(
    ("answer", "permanent"), [("550 no such user", True), ("450 mailbox busy", False)]
)
def test_a_refusal_lasts_or_passes_as_the_server_says(tmp_path, answer, permanent):
    with mail_server(tmp_path, tls=False) as (box, port, trusted):
        box.refuses = answer
        with pytest.raises(DeliveryError) as failed:
            email.send(email.server(f"smtp://127.0.0.1:{port}"), LETTER, outgoing(), trusted)
    assert (failed.value.code, failed.value.permanent) == ("smtp_refused", permanent)
    assert box.arrived == []


def test_a_wrong_password_and_a_strange_certificate_send_nothing(tmp_path):
    with mail_server(tmp_path, tls=True) as (box, port, trusted):
        wrong = f"smtp://headway:guess@127.0.0.1:{port}?tls=upgrade"
        with pytest.raises(DeliveryError, match="smtp_signed_out"):
            email.send(email.server(wrong), LETTER, outgoing(), trusted)
        where = email.server(address(port, tls="upgrade"))
        with pytest.raises(DeliveryError, match="smtp_unreachable"):
            email.send(where, LETTER, outgoing(), ssl.create_default_context())
    assert box.arrived == []


def test_a_server_without_encryption_gets_neither_password_nor_letter(tmp_path):
    with (
        mail_server(tmp_path, tls=False) as (box, port, trusted),
        pytest.raises(DeliveryError, match="smtp_plain"),
    ):
        email.send(email.server(address(port, tls="upgrade")), LETTER, outgoing(), trusted)
    assert box.arrived == []


def test_a_server_that_is_down_is_an_outage():
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    where = email.server(f"smtp://127.0.0.1:{port}")
    with pytest.raises(DeliveryError) as failed:
        email.send(where, LETTER, outgoing(), ssl.create_default_context())
    assert (failed.value.code, failed.value.outage) == ("smtp_unreachable", True)


def test_addresses_of_servers_are_read():
    one = email.server("smtps://goals%40acme.com:p%40ss@mail.acme.com")
    assert (one.port, one.tls, one.user, one.password) == (
        465, "from_start", "goals@acme.com", "p@ss",
    )  # fmt: skip
    assert one.sender == "goals@acme.com"
    two = email.server("smtp://mail.acme.com")
    assert (two.port, two.tls, two.sender) == (587, "upgrade", "headway@mail.acme.com")
    assert email.server("smtp://localhost:25").tls == "none"
    assert email.server("smtp://mail.acme.com?tls=none").tls == "none"


@pytest.mark.parametrize(
    "url", ["mail.acme.com", "http://mail.acme.com", "smtp://", "smtp://x:port", "smtp://x?from=me"]
)
def test_what_is_no_mail_server_is_refused(url):
    with pytest.raises(Refusal, match="smtp_wrong"):
        email.server(url)
