"""Measures of marketing: visits of the web site, mails, subscribers, and what content brings."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from sqlalchemy import and_, case, func, select
from sqlmodel import col

from goals.metrics import amounts
from goals.metrics.counts.measure import Measure
from goals.metrics.query import Query
from goals.metrics.rows import Base, Expression, Rows, column, of_account, text_of
from goals.records.commerce import Purchase
from goals.records.demand import Contact
from goals.records.marketing import Campaign, EmailEvent, WebVisit
from goals.records.record import Record
from goals.records.sales import Account


def _living(table: type[Record], base: Base) -> Expression:
    return and_(col(table.workspace_id) == base.workspace_id, col(table.deleted_at).is_(None))


def contacts(base: Base) -> Rows:
    """Return the living contacts."""
    return Rows(
        Contact.__table__,  # type: ignore[attr-defined]
        _living(Contact, base),
        {
            "owner": text_of(Contact.owner_id),
            "account": text_of(Contact.account_id),
            "account.region": of_account(Account.region, Contact),
            "customer_type": of_account(Account.customer_type, Contact),
        },
        column(Contact.id),
    )


def visits(base: Base) -> Rows:
    """Return the living numbers of web visits."""
    return Rows(
        WebVisit.__table__,  # type: ignore[attr-defined]
        _living(WebVisit, base),
        {"source": text_of(WebVisit.source)},
        column(WebVisit.id),
    )


def mails(base: Base) -> Rows:
    """Return the living events of mails; a message is its own campaign."""
    return Rows(
        EmailEvent.__table__,  # type: ignore[attr-defined]
        _living(EmailEvent, base),
        {"campaign": text_of(EmailEvent.message)},
        column(EmailEvent.id),
    )


def campaign_of(record: Any) -> Expression:
    """Return the name of a record's campaign as a key: that by which deals and leads know it."""
    name = (
        select(col(Campaign.name))
        .where(
            col(Campaign.workspace_id) == col(record.workspace_id),
            col(Campaign.id) == col(record.campaign_id),
            col(Campaign.deleted_at).is_(None),
        )
        .scalar_subquery()
    )
    return func.coalesce(name, "")


def purchases(base: Base) -> Rows:
    """Return the living purchases by the campaign that brought them."""
    return Rows(
        Purchase.__table__,  # type: ignore[attr-defined]
        _living(Purchase, base),
        {"campaign": campaign_of(Purchase)},
        column(Purchase.id),
    )


# --- Rolled up by day ------------------------------------------------------------------------

_IN, _OUT = col(Contact.opted_in_on), col(Contact.opted_out_on)
#: Whoever opted in after having opted out is subscribed.
_LEFT = case((_OUT >= _IN, _OUT), else_=None)
_SUBSCRIBED = Measure(
    "opted_in",
    "contact",
    "opted_in_on",
    contacts,
    column(_IN),
    _IN.is_not(None),
    amounts.ordinal(_IN),
    unit="since",
    leaves=_LEFT,
    came=column(_IN),
    stood=_IN.is_not(None),
)


def _number(attribute: Any) -> Callable[[Base], Expression]:
    return lambda base: column(attribute)


_VISITS = Measure(
    "web_visits",
    "web_visit",
    "day",
    visits,
    column(WebVisit.day),
    col(WebVisit.id).is_not(None),
    _number(WebVisit.visits),
    unit="number",
)
_MAILS = Measure(
    "mails",
    "email_event",
    "day",
    mails,
    column(EmailEvent.day),
    col(EmailEvent.kind).in_(("sent", "delivered")),
)

MEASURES = (
    _SUBSCRIBED,
    replace(_SUBSCRIBED, id="opted_out", column="opted_out_on", day=column(_OUT), only=_OUT >= _IN),
    _VISITS,
    replace(_VISITS, id="web_visitors", value=_number(WebVisit.visitors)),
    _MAILS,
    replace(_MAILS, id="mails_delivered", only=col(EmailEvent.kind) == "delivered"),
    replace(_MAILS, id="mail_clicks", only=col(EmailEvent.kind) == "click"),
    Measure(
        "campaign_purchases",
        "purchase",
        "day",
        purchases,
        column(Purchase.day),
        col(Purchase.is_refund).is_(False),
    ),
)
#: Not rolled up, so that the messages of mails are nobody else's campaigns.
KNOWN = {"mail": replace(_MAILS, id="mail", only=col(EmailEvent.id).is_not(None))}


# --- Mails, each once ------------------------------------------------------------------------

_MESSAGE = func.coalesce(col(EmailEvent.message), "")
#: Events that name no recipient are each about somebody else.
_RECIPIENT = func.coalesce(col(EmailEvent.recipient), col(EmailEvent.external_id))


def unique(base: Base, query: Query, *, did: str | None, says_delivered: bool) -> Measure:
    """Return the measure of the mails sent in a window that were delivered, each once.

    A mail is one message to one recipient, sent on the day of the first event that says so.
    Where a source tells of deliveries (`says_delivered`) these count, else what was sent and
    did not bounce. `did` narrows to those that were opened or clicked up to the day that ends
    the question.
    """
    last = query.matured or query.last_day
    kind = col(EmailEvent.kind)

    def has(name: str) -> Expression:
        return func.max(case((kind == name, 1), else_=0))

    mail = (
        select(
            _MESSAGE.label("message"),
            _RECIPIENT.label("recipient"),
            func.min(case((kind != "bounce", col(EmailEvent.id)))).label("id"),
            func.min(case((kind != "bounce", col(EmailEvent.day)))).label("day"),
        )
        .where(
            _living(EmailEvent, base),
            kind.in_(("sent", "delivered", "bounce")),
            col(EmailEvent.day) <= last,
        )
        # Two sources that part the days between them may both hold a mail.
        .group_by(_MESSAGE, _RECIPIENT, *((col(EmailEvent.connection_id),) if base.limits else ()))
        .having(has("delivered") == 1 if says_delivered else has("bounce") == 0)
        .subquery("mail")
    )
    source = EmailEvent.__table__.join(  # type: ignore[attr-defined]
        mail, and_(col(EmailEvent.id) == mail.c.id, _living(EmailEvent, base))
    )
    if did is not None:
        done = (
            select(_MESSAGE.label("message"), _RECIPIENT.label("recipient"))
            .where(
                _living(EmailEvent, base),
                kind == did,
                col(EmailEvent.day).between(query.first_day, last),
            )
            .distinct()
            .subquery("done")
        )
        same = and_(mail.c.message == done.c.message, mail.c.recipient == done.c.recipient)
        source = source.join(done, same)
    return Measure(
        "mail_" + (did or "delivered"),
        "email_event",
        "",
        lambda base: Rows(
            source, _living(EmailEvent, base), mails(base).dims, column(EmailEvent.id)
        ),
        mail.c.day,
        mail.c.day.between(query.first_day, query.last_day),
    )
