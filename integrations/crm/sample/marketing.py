"""What marketing of the sample company does, what the company spends and what it expects (pure)."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from random import Random

from integrations.crm.sample import company, names, people
from integrations.crm.sample.facts import Fact, by_chance, clock

#: Visitors of the web site on a working day when the company began.
VISITORS = 190
#: The letter goes out on this day of a month; the mailing program keeps what became of so many.
LETTER_ON, KEPT = 12, 30
#: Spent each month when the company began, by campaign (None: in general) and category.
MONTHLY = (
    *((name, "marketing", 52_000) for name in names.CAMPAIGNS),
    (None, "marketing", 78_000),
    (None, "sales", 460_000),
)
EXPENSES = (
    ("Salaries", 2_350_000),
    ("Rent", 210_000),
    ("Travel", 120_000),
    ("Software", 45_000),
    ("Training", 28_000),
)
#: What each seller is to sell in a quarter when the company began, and how it grows a year.
QUOTA, QUOTA_A_YEAR = 2_650_000, 1.045
SEASONS = {1: 0.92, 4: 1.0, 7: 0.98, 10: 1.12}


def campaigns(seed: int, day: date) -> tuple[Fact, ...]:
    """Return the campaigns, which all run since the company began."""
    return tuple(
        Fact(
            names.campaign_id(name),
            day,
            {"name": name, "started_on": day, "budget": Decimal(2_800_000)},
        )
        for name in names.CAMPAIGNS
        if day == company.BEGAN
    )


def campaign_members(seed: int, day: date) -> tuple[Fact, ...]:
    """Return the leads of a day that stand on the list of their campaign."""
    found = []
    for lead in company.came(seed, day):
        random = by_chance(seed, "campaign members", lead.id)
        if lead.campaign is None or random.random() > 0.6:
            continue
        values = {"campaign": names.campaign_id(lead.campaign), "lead": lead.id}
        later = []
        if random.random() < (0.8 if lead.qualified_on else 0.3):
            responded = day + timedelta(days=random.randrange(15))
            later.append((responded, {"responded_on": responded}))
        found.append(Fact(f"mem-{lead.id}", day, values, tuple(later)))
    return tuple(found)


def spend(seed: int, day: date) -> tuple[Fact, ...]:
    """Return what is spent on winning customers in the month that begins on a day."""
    return tuple(
        Fact(
            f"spend-{day:%y%m}-{number}",
            day,
            {
                "day": day,
                "amount": _about(random, amount, day),
                "campaign": name and names.campaign_id(name),
                "category": category,
            },
        )
        for random in _monthly(seed, "spend", day)
        for number, (name, category, amount) in enumerate(MONTHLY)
    )


def expenses(seed: int, day: date) -> tuple[Fact, ...]:
    """Return what the company spends in the month that begins on a day."""
    return tuple(
        Fact(
            f"exp-{day:%y%m}-{number}",
            day,
            {"day": day, "amount": _about(random, amount, day), "category": category},
        )
        for random in _monthly(seed, "expenses", day)
        for number, (category, amount) in enumerate(EXPENSES)
    )


def _monthly(seed: int, kind: str, day: date) -> Iterator[Random]:
    """Yield the random stream of a month on its first day."""
    if day.day == 1 or day == company.BEGAN:
        yield by_chance(seed, kind, day)


def _about(random: Random, amount: int, day: date) -> Decimal:
    years = (day - company.BEGAN).days / 365.25
    return Decimal(round(amount * 1.05**years * random.uniform(0.85, 1.15), -2))


def quotas(seed: int, day: date) -> tuple[Fact, ...]:
    """Return what each seller is to sell in the quarter that begins on a day."""
    first = day.replace(day=1)
    if first.month not in SEASONS or day not in (first, company.BEGAN):
        return ()
    last = date(day.year + (first.month == 10), (first.month + 3) % 12, 1) - timedelta(days=1)
    years = (day - company.BEGAN).days / 365.25
    level = QUOTA * QUOTA_A_YEAR**years * SEASONS[first.month]
    return tuple(
        Fact(
            f"quota-{first:%y%m}-{owner[0]}",
            day,
            {
                "owner": owner[0],
                "first_day": first,
                "last_day": last,
                "amount": Decimal(round(level * owner[6], -4)),
            },
        )
        for owner in names.OWNERS
    )


def web_visits(seed: int, day: date) -> tuple[Fact, ...]:
    """Return how many people came to the web site on a day."""
    random = by_chance(seed, "web visits", day)
    level = company.level(day) * (0.45 if day.weekday() >= 5 else 1.0)
    visitors = round(VISITORS * level * random.uniform(0.8, 1.2))
    values = {
        "day": day,
        "visitors": visitors,
        "visits": round(visitors * random.uniform(1.2, 1.45)),
        "source": "Website",
    }
    return (Fact(f"web-{day:%y%m%d}", day, values),)


# --- The monthly letter ----------------------------------------------------------------------


@lru_cache(maxsize=256)
def email_events(seed: int, day: date) -> tuple[Fact, ...]:
    """Return what became of the letter that goes out on a day, for some of its recipients."""
    if day.day != LETTER_ON:
        return ()
    random = by_chance(seed, "email events", day)
    readers = [one for one in _contacts(seed, day) if _subscribes(one, day)]
    chosen = random.sample(readers, min(KEPT, len(readers)))
    return tuple(fact for one in chosen for fact in _mail(random, one, day))


def _contacts(seed: int, day: date) -> Iterator[Fact]:
    for number in range((day - company.BEGAN).days + 1):
        yield from people.contacts(seed, company.BEGAN + timedelta(days=number))


def _opted_out(contact: Fact) -> date | None:
    return next((on for on, values in contact.later if "opted_out_on" in values), None)


def _subscribes(contact: Fact, day: date) -> bool:
    known = contact.known(day) or {}
    return "opted_in_on" in known and "opted_out_on" not in known


def _mail(random: Random, contact: Fact, day: date) -> Iterator[Fact]:
    sent = clock(day, 10)

    def event(kind: str, at: datetime) -> Fact:
        values = {
            "at": at,
            "kind": kind,
            "message": f"Water letter {day:%Y-%m}",
            "recipient": contact.values["email"],
        }
        return Fact(f"mail-{day:%y%m}-{contact.id}-{kind}", at.date(), values)

    if random.random() < 0.03:
        yield event("bounce", sent)
        return
    yield event("delivered", sent)
    if random.random() < 0.36:
        opened = sent + timedelta(minutes=random.randrange(5, 3 * 24 * 60))
        yield event("open", opened)
        if random.random() < 0.2:
            yield event("click", opened + timedelta(minutes=random.randrange(1, 10)))
    left = _opted_out(contact)
    if left is not None and left <= day + timedelta(days=27):
        yield event("unsubscribe", clock(left, 12))
