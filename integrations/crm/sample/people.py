"""Contacts of the sample company, what was done for deals and leads, and hand-overs (pure)."""

from collections.abc import Iterator
from datetime import date, timedelta
from functools import lru_cache
from math import ceil
from random import Random
from typing import Any

from integrations.crm.sample import company, names
from integrations.crm.sample.company import Deal, Lead
from integrations.crm.sample.facts import Fact, by_chance, moment

#: Of so many accounts one has a contact that somebody entered a second time.
ACCOUNTS_A_DOUBLE = 120
#: Since when marketing writes down which leads it hands over to sales.
HANDED_OVER_SINCE = date(2025, 1, 1)
#: What is done when a deal enters a stage, and how often it is written down.
DONE = {
    "Qualified": (("call", 0.20),),
    "Needs analysis": (("meeting", 0.45),),
    "Proposal": (("demo", 0.25), ("email", 0.25)),
    "Negotiation": (("meeting", 0.30),),
    "Won": (("call", 0.12),),
    "Lost": (("call", 0.08),),
}


def contact_id(account: int, number: int = 1) -> str:
    """Return the id of an account's contact."""
    return f"con-{account:03}-{number}"


def contacts(seed: int, day: date) -> tuple[Fact, ...]:
    """Return the contacts of the accounts that came within reach on a day."""
    before = ceil(company.reached(day - timedelta(days=1))) if day > company.BEGAN else 0
    accounts = range(before, min(ceil(company.reached(day)), company.ACCOUNTS))
    return tuple(fact for account in accounts for fact in of_account(seed, account, day))


@lru_cache(maxsize=2 * company.ACCOUNTS)
def of_account(seed: int, account: int, day: date) -> tuple[Fact, ...]:
    """Return the contacts of an account that came within reach on a day."""
    random = by_chance(seed, "contacts", account)
    found = [_contact(random, account, number, day) for number in range(1, random.choice((2, 3)))]
    if account % ACCOUNTS_A_DOUBLE == 7:
        again = day + timedelta(days=random.randrange(5, 90))
        values = {**found[0].values, "created_on": again}
        found.append(Fact(contact_id(account, 9), again, values))
    return tuple(found)


def _contact(random: Random, account: int, number: int, day: date) -> Fact:
    given, family = random.choice(names.GIVEN), random.choice(names.FAMILY)
    place = company.account_name(account).lower().replace(" ", "-")
    values = {
        "name": f"{given} {family}",
        "email": f"{given}.{family}{number}@{place}.example".lower(),
        "account": company.account_id(account),
        "owner": names.OWNERS[account % len(names.OWNERS)][0],
        "created_on": day,
    }
    later = []
    if random.random() < 0.62:
        opted_in = day + timedelta(days=random.randrange(60))
        later.append((opted_in, {"opted_in_on": opted_in}))
        if random.random() < 0.16:
            opted_out = opted_in + timedelta(days=random.randrange(30, 800))
            later.append((opted_out, {"opted_out_on": opted_out}))
    return Fact(contact_id(account, number), day, values, tuple(later))


# --- Activities ------------------------------------------------------------------------------


def activities(seed: int, day: date) -> tuple[Fact, ...]:
    """Return what is done for the deals and the leads that begin on a day."""
    found = [fact for deal in company.begun(seed, day) for fact in _for_deal(seed, deal)]
    return (*found, *(fact for lead in company.came(seed, day) for fact in _for_lead(seed, lead)))


def _for_deal(seed: int, deal: Deal) -> Iterator[Fact]:
    random = by_chance(seed, "activities", deal.id)
    about = {"deal": deal.id, "contact": contact_id(deal.account)}
    number = 0
    for step in deal.steps:
        for kind, share in DONE[step.stage]:
            if random.random() < share:
                number += 1
                yield _done(random, kind, f"{deal.id}-{number}", step.day, deal.owner, about)


def _for_lead(seed: int, lead: Lead) -> Iterator[Fact]:
    random = by_chance(seed, "activities", lead.id)
    about = {"lead": lead.id}
    first = company.workday(lead.day + timedelta(days=random.randrange(3)))
    if lead.source == "Website" and random.random() < 0.15:
        at = moment(random, lead.day)
        values = {"kind": "form submitted", "at": at, **about}
        yield Fact(f"act-{lead.id}-0", lead.day, values)
    if random.random() < (0.70 if lead.qualified_on else 0.10):
        yield _done(random, "call", f"{lead.id}-1", first, lead.owner, about)
        if random.random() < 0.30:
            again = company.workday(first + timedelta(days=random.randrange(2, 7)))
            yield _done(random, "call", f"{lead.id}-2", again, lead.owner, about)
    if random.random() < 0.12:
        mailed = company.workday(first + timedelta(days=random.randrange(1, 5)))
        yield _done(random, "email", f"{lead.id}-3", mailed, lead.owner, about)


def _done(
    random: Random, kind: str, key: str, day: date, owner: int, about: dict[str, Any]
) -> Fact:
    values = {"kind": kind, "at": moment(random, day), "owner": names.OWNERS[owner][0], **about}
    if kind in ("meeting", "demo"):
        outcomes = ("Held", "No show", "Rescheduled")
        values["outcome"] = random.choices(outcomes, (0.91, 0.05, 0.04))[0]
    else:
        values["direction"] = "inbound" if random.random() < 0.22 else "outbound"
        if kind == "call":
            values["outcome"] = random.choice(("Connected", "Connected", "No answer"))
    return Fact(f"act-{key}", day, values)


# --- Hand-overs ------------------------------------------------------------------------------


def lead_events(seed: int, day: date) -> tuple[Fact, ...]:
    """Return what marketing and sales write down of the leads that came on a day."""
    found = []
    for lead in company.came(seed, day) if day >= HANDED_OVER_SINCE else ():
        if lead.qualified_on is None:
            continue
        random = by_chance(seed, "lead events", lead.id)
        taken = lead.qualified_on + timedelta(days=random.randrange(1, 12))
        found.append(_reached(random, lead, "MQL", lead.qualified_on))
        if lead.converted_on is not None or random.random() < 0.25:
            found.append(_reached(random, lead, "SQL", min(taken, lead.converted_on or taken)))
    return tuple(found)


def _reached(random: Random, lead: Lead, kind: str, day: date) -> Fact:
    values = {"lead": lead.id, "at": moment(random, day), "kind": kind}
    return Fact(f"{lead.id}-{kind.lower()}", day, values)
