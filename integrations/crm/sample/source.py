"""The sample company as a source: serves what its clock has reached."""

import re
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo

from goals.errors import Refusal
from goals.records.source import Check, Cursor, Entry, Page, Stage
from goals.words import N_, Message
from integrations.crm.sample import company, customers, marketing, names, people
from integrations.crm.sample.facts import Fact, Told
from integrations.terms import Terms

SEED = 7
PORTION = 500
_NEVER_OVER = timedelta.max
#: The streams that are told fact by fact, and the record that each delivers.
FACTS = {
    "contacts": ("contact", Told(people.contacts, _NEVER_OVER)),
    "campaigns": ("campaign", Told(marketing.campaigns, timedelta())),
    "lead_events": ("lead_event", Told(people.lead_events, company.LONGEST)),
    "campaign_members": ("campaign_member", Told(marketing.campaign_members, timedelta(days=15))),
    "activities": ("activity", Told(people.activities, company.LONGEST)),
    "tickets": ("ticket", Told(customers.tickets, timedelta(days=90))),
    "survey_answers": ("survey_answer", Told(customers.survey_answers, timedelta(days=90))),
    "purchases": ("purchase", Told(customers.purchases, timedelta(days=700))),
    "subscriptions": ("subscription", Told(customers.subscriptions, _NEVER_OVER)),
    "spend": ("spend", Told(marketing.spend, timedelta())),
    "quotas": ("quota", Told(marketing.quotas, timedelta())),
    "email_events": ("email_event", Told(marketing.email_events, timedelta(days=30))),
    "web_visits": ("web_visit", Told(marketing.web_visits, timedelta())),
    "expenses": ("expense", Told(marketing.expenses, timedelta())),
}


class Source:
    """The sample company's records; new days appear as the clock moves on."""

    streams: Sequence[tuple[str, str]] = (
        ("stages", "stage"),
        ("owners", "owner"),
        ("accounts", "account"),
        ("products", "product"),
        ("leads", "lead"),
        ("deals", "deal"),
        *((stream, record) for stream, (record, _) in FACTS.items()),
    )

    def __init__(self, terms: Terms) -> None:
        """Take a connection's terms; the seed makes another company of the same kind.

        Raises Refusal when the seed is no whole number.
        """
        seed = str(terms.settings.get("seed", SEED))
        if not re.fullmatch(r"\d{1,18}", seed, re.ASCII):
            raise Refusal("setting_wrong", N_("A seed is a whole number such as 7."), field="seed")
        self._seed = int(seed)
        self._zone = ZoneInfo(terms.zone)

    def check(self) -> list[Check]:
        """Say that the sample needs nothing."""
        return [Check("sample", True, Message(N_("The sample company is always there.")))]

    def close(self) -> None:
        """Nothing is open."""

    def pages(self, stream: str, cursor: Cursor | None, *, now: datetime) -> Iterator[Page]:
        """Yield what happened since the cursor's day."""
        today = now.astimezone(self._zone).date()
        if stream == "stages":
            yield Page("stage", stages=[_stage(number) for number in range(len(names.STAGES))])
        elif stream in ("owners", "accounts", "products"):
            if cursor is None:
                rows = {"owners": _owners, "accounts": company.accounts, "products": _products}
                yield Page(stream[:-1], rows[stream](), cursor={"day": today.isoformat()})
        else:
            # The last day pulled may not have been over: it is read again.
            first = date.fromisoformat(cursor["day"]) if cursor else company.BEGAN
            if stream in FACTS:
                yield from self._facts(*FACTS[stream], first, today)
            else:
                yield from (self._deals if stream == "deals" else self._leads)(first, today)

    def _deals(self, first: date, today: date) -> Iterator[Page]:
        found = company.deals(self._seed, first, today)
        for portion, place in _portions(found, first, today):
            rows = [row for one in portion if (row := one.known(today)) is not None]
            histories = {
                one.id: [
                    Entry(step.stage, step.day, status=_status(step.stage))
                    for step in one.steps
                    if step.day <= today
                ]
                for one in portion
            }
            yield Page("deal", rows, histories=histories, cursor=place)

    def _leads(self, first: date, today: date) -> Iterator[Page]:
        found = company.leads(self._seed, first, today)
        for portion, place in _portions(found, first, today):
            rows = [row for one in portion if (row := one.known(today)) is not None]
            yield Page("lead", rows, cursor=place)

    def _facts(self, record: str, told: Told, first: date, today: date) -> Iterator[Page]:
        found = told.within(self._seed, first, today)
        for portion, place in _portions(found, first, today):
            yield Page(record, [self._row(one, today) for one in portion], cursor=place)

    def _row(self, fact: Fact, today: date) -> dict[str, Any]:
        """Return a fact with its times in the workspace's zone."""
        known = fact.known(today) or {}
        return {
            name: value.replace(tzinfo=self._zone) if isinstance(value, datetime) else value
            for name, value in known.items()
        }


def _portions(found: Iterator[Any], first: date, today: date) -> Iterator[tuple[list[Any], Cursor]]:
    """Yield portions with the day to go on from: only the last one moves it."""
    portion = list(islice(found, PORTION))
    while True:
        following = list(islice(found, PORTION))
        day = first if following else today
        yield portion, {"day": day.isoformat()}
        if not following:
            return
        portion = following


def _status(stage: str) -> str:
    return next(status for name, status, _ in names.STAGES if name == stage)


def _stage(number: int) -> Stage:
    name, status, probability = names.STAGES[number]
    return Stage(names.PIPELINE, name, name, number, status, probability)


def _owners() -> list[dict[str, Any]]:
    keys = ("external_id", "name", "email", "team", "manager", "region")
    return [dict(zip(keys, owner[:6], strict=True)) for owner in names.OWNERS]


def _products() -> list[dict[str, Any]]:
    keys = ("external_id", "name", "family", "list_price")
    return [dict(zip(keys, product[:4], strict=True)) for product in names.PRODUCTS]
