"""Checks of leads, contacts and accounts."""

from datetime import date
from typing import Any

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import aliased
from sqlmodel import col

from goals.metrics.checks.check import TWIN_FIX, Check, ahead, doubled, owner_gone, plain
from goals.metrics.rows import Base, Expression
from goals.records.demand import Contact, Lead
from goals.records.sales import Account
from goals.words import N_, P_, Message

#: What systems call a lead that comes to nothing.
JUNK = ("junk", "junk lead", "bad lead", "dead", "disqualified", "unqualified", "lost lead")
_EMAIL_FIX = Message(N_("Ask for the address and write it as name@company.com."))
_OWNER_FIX = Message(N_("Hand it over to somebody who works on it now."))


def _bad_email(table: Any) -> Expression:
    """Return whether an address can be none: not one @ between others, a blank, no dot after."""
    address = func.trim(table.email)
    return and_(
        func.length(address) > 0,
        or_(~address.like("_%@_%._%"), address.like("% %"), address.like("%@%@%")),  # fmt: skip
    )


def _by_email(table: Any) -> Any:
    return lambda base, day: doubled(table, base, lambda one: [plain(one.email)])


def _lead_owner(base: Base, day: date) -> Expression:
    waits = and_(col(Lead.converted_on).is_(None), col(Lead.disqualified_on).is_(None))
    return owner_gone(Lead, base, at_work=waits)


def _contact_owner(base: Base, day: date) -> Expression:
    return owner_gone(Contact, base, at_work=col(Contact.id).is_not(None))


def _lead_dates(base: Base, day: date) -> Expression:
    created = col(Lead.created_on)
    after = (Lead.qualified_on, Lead.converted_on, Lead.disqualified_on)
    return or_(ahead(Lead, created), *(col(one) < created for one in after))


def _both(base: Base, day: date) -> Expression:
    given_up = or_(col(Lead.disqualified_on).is_not(None), plain(Lead.status).in_(JUNK))
    return and_(col(Lead.converted_on).is_not(None), given_up)


def _source(base: Base, day: date) -> Expression:
    """Return whether a lead's source is mostly spelled otherwise.

    Small and capital letters, blanks, hyphens and underscores make no other source.
    """
    lead: Any = aliased(Lead)
    spelled: Any = func.lower(lead.source)
    for mark in (" ", "-", "_"):
        spelled = func.replace(spelled, mark, "")
    each = (
        select(lead.source.label("source"), spelled.label("meant"), func.count().label("n"))
        .where(
            lead.workspace_id == base.workspace_id,
            lead.deleted_at.is_(None),
            lead.source.is_not(None),
        )
        .group_by(lead.source, spelled)
        .subquery()
    )
    order = func.row_number().over(
        partition_by=each.c.meant, order_by=(each.c.n.desc(), each.c.source)
    )
    ranked = select(each.c.source, order.label("place")).subquery()
    return col(Lead.source).in_(select(ranked.c.source).where(ranked.c.place > 1))


def _account_twin(base: Base, day: date) -> Expression:
    return doubled(
        Account, base, lambda one: [plain(one.name), func.coalesce(plain(one.domain), "")]
    )


CHECKS = (
    Check(
        "twin",
        "lead",
        P_(
            "One lead has the e-mail address of another.",
            "%(n)s leads have the e-mail address of another.",
        ),
        TWIN_FIX,
        _by_email(Lead),
        frozenset({"count"}),
    ),
    Check(
        "dates",
        "lead",
        P_(
            "One lead was qualified, converted or given up before it came, or came in the future.",
            "%(n)s leads were qualified, converted or given up before they came, or came in the"
            " future.",
        ),
        Message(N_("Correct the days of the lead; a lead comes first.")),
        _lead_dates,
        frozenset({"created_on", "qualified_on", "converted_on"}),
    ),
    Check(
        "both",
        "lead",
        P_(
            "One lead was converted and given up as well.",
            "%(n)s leads were converted and given up as well.",
        ),
        Message(N_("Decide which of the two holds and take the other back.")),
        _both,
        frozenset({"converted_on"}),
    ),
    Check(
        "source",
        "lead",
        P_(
            "One lead has a source that is mostly spelled otherwise.",
            "%(n)s leads have a source that is mostly spelled otherwise.",
        ),
        Message(N_("Choose one spelling for each source, or import the file with aliases.")),
        _source,
        frozenset({"source"}),
    ),
    Check(
        "owner",
        "lead",
        P_(
            "One lead that waits has an owner who is gone.",
            "%(n)s leads that wait have an owner who is gone.",
        ),
        _OWNER_FIX,
        _lead_owner,
        frozenset({"owner"}),
    ),
    Check(
        "email",
        "lead",
        P_(
            "One lead has an e-mail address that cannot be one.",
            "%(n)s leads have an e-mail address that cannot be one.",
        ),
        _EMAIL_FIX,
        lambda base, day: _bad_email(Lead),
    ),
    Check(
        "twin",
        "contact",
        P_(
            "One contact has the e-mail address of another.",
            "%(n)s contacts have the e-mail address of another.",
        ),
        TWIN_FIX,
        _by_email(Contact),
        frozenset({"count"}),
    ),
    Check(
        "email",
        "contact",
        P_(
            "One contact has an e-mail address that cannot be one.",
            "%(n)s contacts have an e-mail address that cannot be one.",
        ),
        _EMAIL_FIX,
        lambda base, day: _bad_email(Contact),
        frozenset({"opted_in_on"}),
    ),
    Check(
        "owner",
        "contact",
        P_("One contact has an owner who is gone.", "%(n)s contacts have an owner who is gone."),
        _OWNER_FIX,
        _contact_owner,
        frozenset({"owner"}),
    ),
    Check(
        "twin",
        "account",
        P_(
            "One account has the name and the domain of another.",
            "%(n)s accounts have the name and the domain of another.",
        ),
        TWIN_FIX,
        _account_twin,
        frozenset({"count"}),
    ),
)
