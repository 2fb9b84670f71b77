"""Where messages leave: Slack, mail, an address, or nowhere but the page that keeps them."""

from datetime import UTC, datetime

import pytest

from app.accounts import people
from goals.alerts.channel import CannotTell, Outgoing, Preview
from goals.errors import DeliveryError
from goals.words import Message
from goals.workspace import Person
from integrations import email
from integrations.outgoing import Outlets
from tests.support.mail import mail_server

FACTS = {
    "rule": {"id": "5", "name": {"id": "Slow"}, "why": {"id": "What it is about was archived."}},
    "continues": None,
}


class NotLinked:
    """A Slack in which nobody is linked."""

    def send(self, message):
        raise DeliveryError("not_linked", Message("nobody"), permanent=True)

    find = send


def outgoing(site, kind, destination):
    return Outgoing(
        site.here, "r5:off", "rule_off", destination, FACTS,
        since=datetime(2026, 8, 14, tzinfo=UTC), channel_kind=kind,
    )  # fmt: skip


def outlets(site, slack=None, mail=None):
    return Outlets(site.wiring.slack, site.here, slack, mail)


@pytest.fixture
def nok(site):
    email = site.add("Nok", "editor")
    with site.session() as session:
        member = people.with_email(session, email)
        session.get_one(Person, member.person_id).locale = "th"
        return str(member.id)


def test_mail_speaks_the_language_of_its_reader_and_says_where_to_choose(site, nok, tmp_path):
    with mail_server(tmp_path, tls=False) as (box, port, _trusted):
        where = email.server(f"smtp://127.0.0.1:{port}?from=goals@acme.example")
        for kind in ("email", "direct"):
            outlets(site, mail=where).send(outgoing(site, kind, nok))
        outlets(site, NotLinked(), where).send(outgoing(site, "direct", nok))
    first, *others = box.arrived
    assert len(others) == 2 and first["To"].addresses[0].addr_spec == "nok@acme.example"
    text = first.get_content()
    assert "Slow" in text and "/account/notices" in text


def test_without_mail_and_slack_messages_are_kept(site, nok):
    for kind in ("email", "direct", "slack", "preview"):
        message = outgoing(site, kind, nok)
        assert outlets(site).send(message) == Preview().send(message)
        assert outlets(site).find(message) is None


def test_somebody_who_is_not_in_slack_cannot_be_told_there(site, nok):
    with pytest.raises(DeliveryError, match="not_linked"):
        outlets(site, NotLinked()).send(outgoing(site, "direct", nok))


def test_whether_a_letter_arrived_cannot_be_said(site, nok):
    where = email.server("smtp://localhost")
    for slack, kind in ((None, "email"), (None, "direct"), (NotLinked(), "direct")):
        with pytest.raises(CannotTell):
            outlets(site, slack, where).find(outgoing(site, kind, nok))


def test_a_rule_without_an_address_and_a_member_who_is_gone_get_nothing(site):
    with pytest.raises(DeliveryError, match="no_address"):
        outlets(site).send(outgoing(site, "webhook", "5"))
    where = email.server("smtp://localhost")
    with pytest.raises(DeliveryError, match="member_gone"):
        outlets(site, mail=where).send(outgoing(site, "email", "5"))
