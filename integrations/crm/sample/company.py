"""What happened at the sample company, day by day: the same for the same seed (pure).

Every deal's whole future is drawn when it begins; what a day knows of it is what lies before
that day's end. So the records of any day can be told without those of the days between.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from functools import lru_cache
from random import Random
from typing import Any

from integrations.crm.sample import names

BEGAN = date(2023, 1, 2)
ACCOUNTS = len(names.FIRST_WORDS) * len(names.SECOND_WORDS) * len(names.PLACES)
#: Accounts within reach when the company began, and how many more each year.
REACHED, REACHED_A_YEAR = 130, 150
#: Deals begun a working day, and leads.
DEALS_A_DAY, LEADS_A_DAY = 3.2, 7.0
#: How much more is sold as the years go on.
GROWTH_A_YEAR = 1.12
#: The longest a deal takes, so that older days need not be looked at again.
LONGEST = timedelta(days=260)
#: How deals begun in a month of the year compare with the mean; the year ends strong.
MONTHS = (0.78, 0.86, 1.02, 0.90, 0.98, 1.10, 0.84, 0.90, 1.16, 1.12, 1.22, 0.98)


@dataclass(frozen=True)
class Step:
    """A stage a deal enters on a day."""

    stage: str
    day: date


@dataclass(frozen=True)
class Deal:
    """A deal with all that will ever happen to it."""

    id: str
    account: int
    owner: int
    product: int
    source: str
    campaign: str | None
    amount: Decimal
    steps: tuple[Step, ...]
    lost_reason: str | None

    @property
    def won_on(self) -> date | None:
        """Return the day on which the deal is won, None if it is lost."""
        last = self.steps[-1]
        return last.day if last.stage == "Won" else None

    def known(self, day: date) -> dict[str, Any] | None:
        """Return the deal as a day's end knows it, None before it began."""
        passed = [step for step in self.steps if step.day <= day]
        if not passed:
            return None
        stage = passed[-1].stage
        status = next(status for name, status, _ in names.STAGES if name == stage)
        closed = passed[-1].day if status != "open" else None
        product = names.PRODUCTS[self.product]
        company = account_name(self.account)
        return {
            "external_id": self.id,
            "name": f"{company}, {product[1]}",
            "account": account_id(self.account),
            "owner": names.OWNERS[self.owner][0],
            "product": product[0],
            "pipeline": names.PIPELINE,
            "stage": stage,
            "status": status,
            "amount": self.amount,
            "created_on": self.steps[0].day,
            "closed_on": closed,
            "expected_close_on": None if closed else self.steps[-1].day,
            "source": self.source,
            "campaign": self.campaign,
            "list_price": product[3],
            "lost_reason": self.lost_reason if status == "lost" else None,
        }


@dataclass(frozen=True)
class Lead:
    """A lead with all that will ever happen to it."""

    id: str
    day: date
    owner: int
    source: str
    campaign: str | None
    qualified_on: date | None
    converted_on: date | None
    disqualified_on: date | None = None

    def known(self, day: date) -> dict[str, Any] | None:
        """Return the lead as a day's end knows it, None before it came."""
        if self.day > day:
            return None
        qualified = self.qualified_on if self.qualified_on and self.qualified_on <= day else None
        converted = self.converted_on if self.converted_on and self.converted_on <= day else None
        gone = self.disqualified_on
        gone = gone if gone and gone <= day else None
        status = "Converted" if converted else "Qualified" if qualified else "New"
        return {
            "external_id": self.id,
            "created_on": self.day,
            "name": f"Enquiry {self.id[5:]}",
            "owner": names.OWNERS[self.owner][0],
            "source": self.source,
            "campaign": self.campaign,
            "qualified_on": qualified,
            "converted_on": converted,
            "disqualified_on": gone,
            "status": "Disqualified" if gone else status,
            "region": names.OWNERS[self.owner][5],
        }

    def changed_within(self, first: date, last: date) -> bool:
        """Tell whether something happened to the lead on one of these days."""
        days = (self.day, self.qualified_on, self.converted_on, self.disqualified_on)
        return any(day is not None and first <= day <= last for day in days)


def account_id(number: int) -> str:
    """Return the id of an account."""
    return f"acc-{number:03}"


def account_name(number: int) -> str:
    """Return the name of an account."""
    rest, first = divmod(number, len(names.FIRST_WORDS))
    place, second = divmod(rest, len(names.SECOND_WORDS))
    return f"{names.FIRST_WORDS[first]} {names.SECOND_WORDS[second]}{names.PLACES[place]}"


def accounts() -> list[dict[str, Any]]:
    """Return every account the company knows."""
    rows = []
    for number in range(ACCOUNTS):
        second = names.SECOND_WORDS[number // len(names.FIRST_WORDS) % len(names.SECOND_WORDS)]
        rows.append(
            {
                "external_id": account_id(number),
                "name": account_name(number),
                "industry": names.INDUSTRIES[second],
                "country": names.COUNTRIES[number % len(names.COUNTRIES)],
                "customer_type": "business",
            }
        )
    return rows


def deals(seed: int, first: date, last: date) -> Iterator[Deal]:
    """Yield the deals to which something happens on one of these days, oldest first."""
    day = max(BEGAN, first - LONGEST)
    while day <= last:
        for deal in begun(seed, day):
            if any(first <= step.day <= last for step in deal.steps):
                yield deal
        day += timedelta(days=1)


def leads(seed: int, first: date, last: date) -> Iterator[Lead]:
    """Yield the leads to which something happens on one of these days, oldest first."""
    day = max(BEGAN, first - LONGEST)
    while day <= last:
        for lead in came(seed, day):
            if lead.changed_within(first, last):
                yield lead
        day += timedelta(days=1)


def reached(day: date) -> float:
    """Return how many accounts are within reach on a day: those of the lowest numbers."""
    return REACHED + REACHED_A_YEAR * (day - BEGAN).days / 365.25


def level(day: date) -> float:
    """Return how much happens on a day, 1 on average when the company began."""
    years = (day - BEGAN).days / 365.25
    return float(MONTHS[day.month - 1] * GROWTH_A_YEAR**years)


def _count(random: Random, mean: float) -> int:
    whole = int(mean)
    return whole + (random.random() < mean - whole) + random.choice((-1, 0, 0, 1)) * (whole > 0)


@lru_cache(maxsize=4096)
def begun(seed: int, day: date) -> tuple[Deal, ...]:
    """Return the deals that begin on a day."""
    if day.weekday() >= 5:
        return ()
    random = Random(f"{seed}:deals:{day}")
    count = max(0, _count(random, DEALS_A_DAY * level(day)))
    return tuple(_deal(random, day, number) for number in range(count))


def _deal(random: Random, day: date, number: int) -> Deal:
    owner = random.randrange(len(names.OWNERS))
    product = _chosen(random, [one[4] for one in names.PRODUCTS])
    source = names.SOURCES[_chosen(random, [share for _, share in names.SOURCES])][0]
    price = names.PRODUCTS[product][3]
    amount = (price * Decimal(str(round(random.lognormvariate(-0.05, 0.35), 3)))).quantize(
        Decimal(100)
    )
    chance = 0.46 * names.OWNERS[owner][6] * {"Referral": 1.25, "Outbound": 0.72}.get(source, 1.0)
    wins = random.random() < chance
    slow = 1.0 + 0.06 * max(0.0, (day - BEGAN).days / 365.25 - 2)
    stops = 4 if wins else random.choices((1, 2, 3, 4), (0.3, 0.25, 0.3, 0.15))[0]
    steps = [Step(names.STAGES[0][0], day)]
    at = day
    for stage in range(1, stops):
        at += timedelta(days=max(1, round(random.gammavariate(2.0, 6.5) * slow)))
        steps.append(Step(names.STAGES[stage][0], workday(at)))
    at = steps[-1].day + timedelta(days=max(2, round(random.gammavariate(2.2, 7.0) * slow)))
    steps.append(Step("Won" if wins else "Lost", _towards_quarter_end(random, workday(at), wins)))
    # Customers come back: few accounts buy often, most once or twice, and new ones appear.
    account = min(int(random.random() ** 1.3 * reached(day)), ACCOUNTS - 1)
    return Deal(
        id=f"deal-{day:%y%m%d}-{number:02}",
        account=account,
        owner=owner,
        product=product,
        source=source,
        campaign=random.choice(names.CAMPAIGNS) if random.random() < 0.4 else None,
        amount=amount,
        steps=tuple(steps),
        lost_reason=None if wins else random.choice(names.REASONS),
    )


def _towards_quarter_end(random: Random, day: date, wins: bool) -> date:
    """Move some wins into the last three weeks of their quarter, where deals are closed."""
    if not wins or random.random() > 0.35:
        return day
    month = (day.month - 1) // 3 * 3 + 3
    following = date(day.year + (month == 12), month % 12 + 1, 1)
    end = following - timedelta(days=1)
    left = (end - day).days
    return day if left < 5 else workday(end - timedelta(days=random.randrange(min(20, left))))


@lru_cache(maxsize=4096)
def came(seed: int, day: date) -> tuple[Lead, ...]:
    """Return the leads that come on a day."""
    random = Random(f"{seed}:leads:{day}")
    mean = LEADS_A_DAY * level(day) * (0.25 if day.weekday() >= 5 else 1.0)
    count = max(0, _count(random, mean))
    return tuple(_given_up(seed, _lead(random, day, number)) for number in range(count))


def _given_up(seed: int, lead: Lead) -> Lead:
    """Return a lead with the day on which it is given up; of some nobody writes that down."""
    random = Random(f"{seed}:given up:{lead.id}")
    if lead.converted_on is not None or random.random() < 0.03:
        return lead
    since, least, most = lead.day, 14, 40
    if lead.qualified_on is not None:
        since, least, most = lead.qualified_on, 30, 90
    return replace(lead, disqualified_on=since + timedelta(days=random.randrange(least, most)))


def _lead(random: Random, day: date, number: int) -> Lead:
    source = names.SOURCES[_chosen(random, [share for _, share in names.SOURCES])][0]
    good = {"Referral": 1.6, "Partner": 1.3, "Trade fair": 0.8, "Outbound": 0.6}.get(source, 1.0)
    qualified = converted = None
    if random.random() < 0.34 * good:
        qualified = day + timedelta(days=1 + int(random.expovariate(1 / 6)))
        if random.random() < 0.45:
            converted = qualified + timedelta(days=2 + int(random.gammavariate(2.0, 16.0)))
    return Lead(
        id=f"lead-{day:%y%m%d}-{number:02}",
        day=day,
        owner=random.randrange(len(names.OWNERS)),
        source=source,
        campaign=random.choice(names.CAMPAIGNS) if random.random() < 0.5 else None,
        qualified_on=qualified,
        converted_on=converted,
    )


def workday(day: date) -> date:
    """Return a day, or the Monday after it at a weekend."""
    return day + timedelta(days=(0, 0, 0, 0, 0, 2, 1)[day.weekday()])


def _chosen(random: Random, shares: list[float]) -> int:
    return random.choices(range(len(shares)), shares)[0]
