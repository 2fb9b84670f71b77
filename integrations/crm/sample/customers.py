"""What customers of the sample company ask for, answer, order and subscribe to (pure)."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from functools import lru_cache
from random import Random
from typing import Any

from integrations.crm.sample import company, names
from integrations.crm.sample.company import Deal
from integrations.crm.sample.facts import Fact, at_work, by_chance, customer, moment

#: Tickets a working day, and answers to the question whether one would recommend the company.
TICKETS_A_DAY, ASKED_A_DAY = 1.35, 0.55
#: One ticket of so many has its solution typed in on the day before it was opened.
MISTYPED = 400
#: A service contract runs so long; one of so many that were given up was "renewed" all the same.
TERM, DISAGREES = timedelta(days=365), 12
TERMS = 12
SERVICE = next(number for number, one in enumerate(names.PRODUCTS) if one[2] == "Service")
SPARES = names.PRODUCTS[0]


# --- Tickets and surveys ---------------------------------------------------------------------


@lru_cache(maxsize=4096)
def tickets(seed: int, day: date) -> tuple[Fact, ...]:
    """Return the tickets that are opened on a day."""
    if day.weekday() >= 5:
        return ()
    random = by_chance(seed, "tickets", day)
    found = []
    for number in range(int(TICKETS_A_DAY + random.random())):
        deal = customer(random, seed, day)
        if deal is not None:
            found.append(_ticket(random, deal, day, f"case-{day:%y%m%d}-{number:02}"))
    return tuple(found)


def _ticket(random: Random, deal: Deal, day: date, key: str) -> Fact:
    opened = moment(random, day)
    topic, weight = random.choice(names.TOPICS)
    priority = random.choices(("Low", "Normal", "High"), (0.3, 0.5, 0.2))[0]
    weight *= {"Low": 1.4, "Normal": 1.0, "High": 0.5}[priority]
    replied = at_work(opened + timedelta(hours=random.expovariate(1 / (2.5 * weight))))
    took = timedelta(hours=random.gammavariate(1.4, 14.0 * weight))
    solved = at_work(replied + took)
    written = solved if random.randrange(MISTYPED) else opened - timedelta(days=1)
    values = {
        "opened_at": opened,
        "owner": names.OWNERS[deal.owner][0],
        "account": company.account_id(deal.account),
        "topic": topic,
        "priority": priority,
        "status": "Open",
    }
    later: list[tuple[date, dict[str, Any]]] = [
        (replied.date(), {"first_reply_at": replied}),
        (solved.date(), {"solved_at": written, "status": "Solved"}),
    ]
    if random.random() < 0.2:
        hours = Decimal(str(round(took.total_seconds() / 3600 * random.uniform(0.1, 0.5), 2)))
        later[1][1]["waiting_hours"] = hours
    if random.random() < 0.04:
        again = at_work(solved + timedelta(days=random.randrange(1, 4)))
        finally_ = at_work(again + timedelta(hours=random.randrange(3, 40)))
        later.append((again.date(), {"reopened_at": again, "status": "Open"}))
        later.append((finally_.date(), {"solved_at": finally_, "status": "Solved"}))
    return Fact(key, day, values, tuple(later))


def survey_answers(seed: int, day: date) -> tuple[Fact, ...]:
    """Return what customers answer about the tickets of a day, and whether they recommend us."""
    random = by_chance(seed, "survey answers", day)
    found = []
    for ticket in tickets(seed, day):
        if random.random() < 0.3:
            score = random.choices((5, 4, 3, 2, 1), (0.50, 0.30, 0.11, 0.06, 0.03))[0]
            on = ticket.later[-1][0] + timedelta(days=1)
            found.append(_answer(random, f"csat-{ticket.id[5:]}", on, ticket, score, "1-5", "csat"))
    deal = customer(random, seed, day) if random.random() < ASKED_A_DAY else None
    if deal is not None and day.weekday() < 5:
        score = random.choices(range(11), (1, 1, 1, 1, 2, 4, 6, 14, 20, 28, 22))[0]
        about = Fact("", day, {"account": company.account_id(deal.account)})
        found.append(_answer(random, f"nps-{day:%y%m%d}", day, about, score, "0-10", "nps"))
    return tuple(found)


def _answer(
    random: Random, key: str, day: date, about: Fact, score: int, scale: str, kind: str
) -> Fact:
    values = {
        "at": moment(random, day),
        "score": Decimal(score),
        "scale": scale,
        "kind": kind,
        "customer": about.values["account"],
    }
    return Fact(key, day, values)


# --- Orders and contracts --------------------------------------------------------------------


def purchases(seed: int, day: date) -> tuple[Fact, ...]:
    """Return what is ordered after the deals that begin on a day."""
    return tuple(
        fact
        for deal in company.begun(seed, day)
        if deal.won_on is not None and deal.product != SERVICE
        for fact in _orders(seed, deal, deal.won_on)
    )


def _orders(seed: int, deal: Deal, won_on: date) -> Iterator[Fact]:
    random = by_chance(seed, "purchases", deal.id)
    on = company.workday(won_on + timedelta(days=random.randrange(1, 8)))
    order = {
        "customer": company.account_id(deal.account),
        "day": on,
        "amount": deal.amount,
        "quantity": Decimal(1),
        "product": names.PRODUCTS[deal.product][0],
        "campaign": deal.campaign and names.campaign_id(deal.campaign),
        "is_refund": False,
    }
    yield Fact(f"ord-{deal.id}-0", on, order)
    if random.random() < 0.03:
        back = company.workday(on + timedelta(days=random.randrange(5, 25)))
        part = (deal.amount * random.randrange(1, 11) / 10).quantize(Decimal(1))
        yield Fact(
            f"ord-{deal.id}-r", back, {**order, "day": back, "amount": part, "is_refund": True}
        )
    for number in range(1, 4):
        if random.random() > 0.45:
            return
        on = company.workday(on + timedelta(days=random.randrange(30, 121)))
        sets = random.randrange(1, 4)
        spares = {
            "day": on,
            "amount": sets * SPARES[3] / 4,
            "quantity": Decimal(sets),
            "product": SPARES[0],
            "campaign": None,
        }
        yield Fact(f"ord-{deal.id}-{number}", on, {**order, **spares})


def subscriptions(seed: int, day: date) -> tuple[Fact, ...]:
    """Return the service contracts that come of the deals that begin on a day, term by term."""
    return tuple(
        fact
        for deal in company.begun(seed, day)
        if deal.won_on is not None and deal.product == SERVICE
        for fact in _terms(seed, deal, deal.won_on)
    )


def _terms(seed: int, deal: Deal, won_on: date) -> Iterator[Fact]:
    random = by_chance(seed, "subscriptions", deal.id)
    started = won_on + timedelta(days=random.randrange(1, 15))
    mrr = (deal.amount / 12).quantize(Decimal(1))
    plan = random.choice(names.PLANS)
    for term in range(TERMS):
        due = started + TERM
        values = {
            "customer": company.account_id(deal.account),
            "started_on": started,
            "mrr": mrr,
            "due_on": due,
            "plan": plan,
        }
        ends = (due, {"ended_on": due})
        key = f"sub-{deal.id}-{term}"
        if random.random() > 0.85:
            renewed = due + timedelta(days=random.randrange(5, 25))
            disagrees = random.randrange(DISAGREES) == 0
            again = ((renewed, {"renewed_on": renewed}),) if disagrees else ()
            yield Fact(key, started, values, (ends, *again))
            return
        renewed = due - timedelta(days=random.randrange(1, 40))
        yield Fact(key, started, values, ((renewed, {"renewed_on": renewed}), ends))
        started = due
        change = random.choices(("more", "dearer", "same", "less"), (0.12, 0.12, 0.68, 0.08))[0]
        if change == "more":
            plan = names.PLANS[-1]
        factor = {"more": "1.35", "dearer": "1.03", "same": "1", "less": "0.9"}[change]
        mrr = (mrr * Decimal(factor)).quantize(Decimal(1))
