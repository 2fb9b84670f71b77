"""Where messages leave by the kind of their place: Slack, mail, an address, or the preview page."""

import ssl
from functools import cached_property
from typing import Any

from sqlmodel import Session, col, select

from goals.alerts.channel import AlertChannel, CannotTell, Outgoing, Preview, TooLate
from goals.alerts.rule import AlertRule
from goals.errors import DeliveryError, Refusal
from goals.words import N_, Message, Reader, render
from goals.workspace import Member, Person
from integrations import email, webhook
from integrations.email import Letter, Server
from integrations.slack import people
from integrations.slack.blocks import alerts, plain
from integrations.slack.blocks.mrkdwn import Post
from integrations.slack.channel import UNREADABLE
from integrations.slack.parts import Parts

FOOTER = N_("You choose what reaches you, and how, at %(url)s")
NO_ADDRESS = N_("The rule has no address any more.")
#: Why a direct message cannot go by Slack, so that it goes by mail.
_BY_MAIL = frozenset(("not_linked", "not_connected"))
MEMBER_GONE = N_("This person is no member any more.")


class Outlets:
    """Sends messages of one workspace; implements goals.alerts.channel.AlertChannel.

    `slack` is None where Slack is not connected, `mail` where no mail server is set: what is for
    them is kept to be looked at. A member who is not in Slack is written an e-mail instead.
    """

    def __init__(
        self,
        parts: Parts,
        workspace_id: int,
        slack: AlertChannel | None,
        mail: Server | None,
        *,
        allow_private: bool = False,
    ) -> None:
        """Take what there is to send with."""
        self._parts = parts
        self._workspace_id = workspace_id
        self._slack = slack
        self._mail = mail
        self._allow_private = allow_private

    def send(self, message: Outgoing) -> str:
        """Send a message and return its remote id; raises DeliveryError."""
        if message.channel_kind == "webhook":
            return self._call(message)
        if message.channel_kind == "email":
            return self._write(message)
        if message.channel_kind == "direct":
            if self._slack is None:
                return self._write(message)
            try:
                return self._slack.send(message)
            except DeliveryError as error:
                if error.code not in _BY_MAIL or self._mail is None:
                    raise
                return self._write(message)
        return (self._slack or Preview()).send(message)

    def find(self, message: Outgoing) -> str | None:
        """Return the remote id of a message that arrived; raises CannotTell and DeliveryError."""
        if message.channel_kind == "webhook":
            return webhook.find(message)
        if message.channel_kind == "email" or (
            message.channel_kind == "direct" and self._slack is None
        ):
            return Preview().find(message) if self._mail is None else email.find(message)
        try:
            return (self._slack or Preview()).find(message)
        except DeliveryError as error:
            if error.code in _BY_MAIL and self._mail is not None:
                raise CannotTell(message.dedupe_key) from error
            raise

    def withdraw(self, message: Outgoing, remote: str) -> None:
        """Take a message away that was posted twice; a letter and a call cannot be."""
        if message.channel_kind in ("slack", "direct") and self._slack is not None:
            self._slack.withdraw(message, remote)

    def _write(self, message: Outgoing) -> str:
        if self._mail is None:
            return Preview().send(message)
        with self._parts.session(self._workspace_id) as session:
            found = _reader_of(session, message)
            if found is None:
                raise DeliveryError("member_gone", Message(MEMBER_GONE), permanent=True)
            person, reader = found
            address, name = person.email, person.name
        said = self._said(message, reader)
        url = f"{self._parts.config.base_url.rstrip('/')}/account/notices"
        footer = render(Message(FOOTER, {"url": url}), reader)
        text = f"{plain.text(said)}\n\n-- \n{footer}\n"
        if message.is_too_late(self._parts.clock()):
            raise TooLate
        letter = Letter(address, name, plain.subject(said), text)
        return email.send(self._mail, letter, message, self._trusted)

    def _call(self, message: Outgoing) -> str:
        with self._parts.session(self._workspace_id) as session:
            rule = session.get(AlertRule, (self._workspace_id, int(message.destination)))
            routes = [] if rule is None else rule.routes
            sealed = None if rule is None else rule.secrets
            reader = people.reader_of(session)
        url = next((one["to"] for one in routes if one["kind"] == "webhook"), None)
        if url is None or sealed is None:
            raise DeliveryError("no_address", Message(NO_ADDRESS), permanent=True)
        try:
            secret = self._parts.vault.open(sealed)["webhook"]
        except Refusal as error:
            raise DeliveryError(error.code, error.message, permanent=True) from error
        if message.is_too_late(self._parts.clock()):
            raise TooLate
        return webhook.send(
            url,
            secret,
            message,
            plain.text(self._said(message, reader)),
            self._parts.clock(),
            allow_private=self._allow_private,
        )

    def _said(self, message: Outgoing, reader: Reader) -> Post:
        try:
            return alerts.alert(
                message.kind,
                message.facts,
                reader,
                self._parts.config.base_url,
                in_thread=message.thread is not None,
                is_repeat=message.is_repeat,
            )
        except alerts.UNREADABLE as error:
            raise DeliveryError("unreadable", Message(UNREADABLE), permanent=True) from error

    @cached_property
    def _trusted(self) -> ssl.SSLContext:
        return ssl.create_default_context()


def _reader_of(session: Session, message: Outgoing) -> tuple[Person, Reader] | None:
    statement: Any = (
        select(Person)
        .join(Member, col(Member.person_id) == col(Person.id))
        .where(
            col(Member.workspace_id) == message.workspace_id,
            col(Member.id) == int(message.destination),
            col(Person.disabled_at).is_(None),
        )
    )
    person = session.exec(statement).first()
    return None if person is None else (person, people.reader_of(session, person))
