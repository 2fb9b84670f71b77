"""Checks of purchases, subscriptions, tickets, spend and quotas."""

from datetime import date, timedelta

from sqlalchemy import and_, or_
from sqlmodel import col

from goals.metrics.checks.check import RATE_FIX, Check, ahead, unrated
from goals.metrics.rows import Base, Expression
from goals.records.commerce import Purchase, Subscription
from goals.records.company import Quota
from goals.records.marketing import Spend
from goals.records.service import Ticket
from goals.words import N_, P_, Message

#: What was due so many days ago should be renewed or ended by now.
GRACE_DAYS = 30


def _subscription_dates(base: Base, day: date) -> Expression:
    started = col(Subscription.started_on)
    later = (Subscription.ended_on, Subscription.due_on, Subscription.renewed_on)
    return or_(*(col(one) < started for one in later))


def _disagrees(base: Base, day: date) -> Expression:
    ended = col(Subscription.ended_on)
    return or_(col(Subscription.due_on) > ended, col(Subscription.renewed_on) >= ended)


def _lapsed(base: Base, day: date) -> Expression:
    return and_(
        col(Subscription.due_on) < day - timedelta(days=GRACE_DAYS),
        col(Subscription.ended_on).is_(None),
        col(Subscription.renewed_on).is_(None),
    )


def _ticket_dates(base: Base, day: date) -> Expression:
    opened = col(Ticket.opened_at)
    return or_(col(Ticket.solved_at) < opened, col(Ticket.first_reply_at) < opened)


CHECKS = (
    Check(
        "amount",
        "purchase",
        P_("One purchase is worth nothing.", "%(n)s purchases are worth nothing."),
        Message(N_("Write the amount that was paid, or remove what was no purchase.")),
        lambda base, day: col(Purchase.amount) == 0,
        frozenset({"money", "count"}),
    ),
    Check(
        "dates",
        "purchase",
        P_("One purchase lies in the future.", "%(n)s purchases lie in the future."),
        Message(N_("Correct the day on which it was bought.")),
        lambda base, day: ahead(Purchase, col(Purchase.day)),
        frozenset({"count"}),
    ),
    Check(
        "currency",
        "purchase",
        P_(
            "One purchase is in a currency without an exchange rate.",
            "%(n)s purchases are in currencies without an exchange rate.",
        ),
        RATE_FIX,
        unrated(col(Purchase.amount), col(Purchase.currency), col(Purchase.day)),
        frozenset({"money"}),
    ),
    Check(
        "dates",
        "subscription",
        P_(
            "One subscription ended, was due or was renewed before it started.",
            "%(n)s subscriptions ended, were due or were renewed before they started.",
        ),
        Message(N_("Correct the days of the subscription; its start comes first.")),
        _subscription_dates,
        frozenset({"count"}),
    ),
    Check(
        "disagrees",
        "subscription",
        P_(
            "One subscription has ended, but is due or was renewed after its end.",
            "%(n)s subscriptions have ended, but are due or were renewed after their end.",
        ),
        Message(N_("Decide whether the customer left: take back the end, or the renewal.")),
        _disagrees,
        frozenset({"count"}),
    ),
    Check(
        "lapsed",
        "subscription",
        P_(
            "%(n)s subscription is overdue for %(days)s days and neither renewed nor ended.",
            "%(n)s subscriptions are overdue for %(days)s days and neither renewed nor ended.",
        ),
        Message(N_("Ask the customer, and write down the renewal or the end.")),
        _lapsed,
        frozenset({"count"}),
        {"days": GRACE_DAYS},
    ),
    Check(
        "currency",
        "subscription",
        P_(
            "One subscription is in a currency without an exchange rate.",
            "%(n)s subscriptions are in currencies without an exchange rate.",
        ),
        RATE_FIX,
        unrated(col(Subscription.mrr), col(Subscription.currency), col(Subscription.started_on)),
        frozenset({"money"}),
    ),
    Check(
        "dates",
        "ticket",
        P_(
            "One ticket was answered or solved before it was opened.",
            "%(n)s tickets were answered or solved before they were opened.",
        ),
        Message(N_("Correct the times of the ticket; the opening comes first.")),
        _ticket_dates,
        frozenset({"hours", "solved_on"}),
    ),
    Check(
        "currency",
        "spend",
        P_(
            "One amount spent is in a currency without an exchange rate.",
            "%(n)s amounts spent are in currencies without an exchange rate.",
        ),
        RATE_FIX,
        unrated(col(Spend.amount), col(Spend.currency), col(Spend.day)),
        frozenset({"money"}),
    ),
    Check(
        "currency",
        "quota",
        P_(
            "One quota is in a currency without an exchange rate.",
            "%(n)s quotas are in currencies without an exchange rate.",
        ),
        RATE_FIX,
        unrated(col(Quota.amount), col(Quota.currency), col(Quota.first_day)),
        frozenset({"money"}),
    ),
)
