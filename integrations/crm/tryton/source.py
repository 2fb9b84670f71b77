"""Tryton: what is read, in which order, and with which session."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any
from urllib.parse import quote

from goals.errors import SourceError
from goals.records.source import Check, Stage
from goals.words import N_, Message
from integrations.crm.tryton import fields, rpc
from integrations.crm.tryton.fields import Visit
from integrations.rest.fields import Item
from integrations.rest.source import RestSource
from integrations.rest.stream import Asked, Batch, Stream
from integrations.terms import Terms

MODEL = "sale.opportunity"
NAMES = {
    "company.employee": ("rec_name", "party.email", "supervisor.rec_name", "end_date"),
    "party.party": ("rec_name", "website"),
    MODEL: (
        *("rec_name", "description", "party", "employee", "amount", "currency.code"),
        *("start_date", "end_date", "state", "lost_reason", "conversion_probability"),
    ),
    "sale.sale": ("party", "sale_date", "untaxed_amount", "currency.code", "state"),
}


def _states(source: "Source", asked: Asked) -> Batch:
    source.all_stages()
    return Batch(())


def _rows(model: str) -> Callable[[Any, Asked], Batch]:
    def ask(source: "Source", asked: Asked) -> Batch:
        return rpc.listed(source.client, source.path, model, asked, NAMES[model])

    return ask


def _opportunities(source: "Source", asked: Asked) -> Batch:
    """Return opportunities with the states they went through.

    A sweep does without: what only looks for what is gone would ask for every history again.
    """
    found = rpc.listed(source.client, source.path, MODEL, asked, NAMES[MODEL])
    if asked.sweeps or asked.limit == 1:
        return found
    return found._replace(items=source.with_visits(found.items))


class Source(RestSource):
    """Tryton as a source of records; only ever reads."""

    vendor = rpc.VENDOR
    table = (
        Stream("states", "stage", _states, {}),
        Stream(
            *("employees", "owner", _rows("company.employee"), fields.EMPLOYEE),
            stamp="changed",
            finish=fields.employee,
        ),
        Stream("parties", "account", _rows("party.party"), fields.PARTY, stamp="changed"),
        Stream(
            *("opportunities", "deal", _opportunities, fields.OPPORTUNITY),
            stamp="changed",
            finish=fields.opportunity,
            histories=fields.history,
        ),
        Stream(
            *("leads", "lead", _opportunities, fields.LEAD),
            stamp="changed",
            finish=fields.lead,
        ),
        Stream(
            *("sales", "purchase", _rows("sale.sale"), fields.SALE),
            stamp="changed",
            finish=fields.sale,
            gone=fields.is_unsold,
            needed=False,
        ),
    )

    def __init__(self, terms: Terms) -> None:
        """Take a connection's terms; the first request comes with the first page."""
        super().__init__(terms)
        self.path = f"/{quote(str(terms.settings['database']), safe='')}/rpc/"
        self._session = rpc.Session(terms, self.address(), self.path)
        # Deals and leads are the same rows; their histories are asked for once.
        self._visits: dict[tuple[int, str], list[Visit]] = {}

    def token(self) -> Callable[[bool], str | None]:
        """Return the session."""
        return self._session

    def today(self) -> date:
        """Return the workspace's present day."""
        return self.terms.clock().astimezone(self.zone).date()

    def url(self, model: str, number: object) -> str:
        """Return where Tryton's web client shows a row."""
        database = quote(str(self.terms.settings["database"]), safe="")
        return f"{self.address()}/#{database}/model/{model}/{number}"

    def all_stages(self) -> Sequence[Stage]:
        """Ask for the states of opportunities: a module of Tryton may add some."""
        method = f"model.{MODEL}.fields_get"
        told = rpc.call(self.client, self.path, method, dict[str, Any], ["state"], 0, {})
        chosen = (told.get("state") or {}).get("selection") or ()
        return fields.stages([str(one[0]) for one in chosen] or list(fields.STATES))

    def check(self) -> list[Check]:
        """Look at everything a sync reads, and whether the user belongs to a company."""
        found = super().check()
        if not all(one.ok for one in found if one.needed):
            return found
        method = "model.res.user.get_preferences"
        told = rpc.call(self.client, self.path, method, dict[str, Any], True, {})
        if not told.get("companies"):
            found.append(
                Check(
                    "companies",
                    False,
                    Message(N_("The user belongs to no company, so Tryton shows it nothing.")),
                    Message(N_("Give the user its companies in Tryton, under Users.")),
                )
            )
        return found

    def close(self) -> None:
        """Sign out, so that no session is left behind; trouble with it is nobody's."""
        try:
            if self._session.is_open:
                self.client.tries = 1
                rpc.call(self.client, self.path, "common.db.logout", Any)
        except SourceError:
            return
        finally:
            super().close()

    def with_visits(self, items: Sequence[Item]) -> list[Item]:
        """Return opportunities with the states they went through, the first one first.

        Tryton tells when each was written (`history_revisions`) and reads a row as of then. The
        state of the last revision is the present one, which is known already.
        """
        asked = [int(one["id"]) for one in items if self._key(one) not in self._visits]
        method = f"model.{MODEL}.history_revisions"
        told: list[list[Any]] = []
        if asked:
            told = rpc.call(self.client, self.path, method, list[list[Any]], asked, {})
        stamps: dict[int, list[Any]] = {}
        for at, number, *_ in reversed(told):
            stamps.setdefault(number, []).append(at)
        earlier = self._states({one: found[:-1] for one, found in stamps.items()})
        for item in items:
            if self._key(item) in self._visits:
                continue
            number = int(item["id"])
            ats = [rpc.decoded(one) for one in stamps.get(number, ())] or [item["create_date"]]
            states = [*earlier.get(number, ()), str(item["state"])]
            pairs = zip(states, ats, strict=True)
            self._visits[self._key(item)] = _moves([Visit(*one) for one in pairs])
        return [{**one, "visits": self._visits[self._key(one)]} for one in items]

    def _key(self, item: Item) -> tuple[int, str]:
        return int(item["id"]), str(item["changed"])

    def _states(self, stamps: dict[int, list[Any]]) -> dict[int, list[str]]:
        """Return the states of rows at their revisions, those of one instant in one request."""
        together: dict[str, tuple[Any, list[int]]] = {}
        for number, ats in stamps.items():
            for at in ats:
                together.setdefault(str(rpc.decoded(at)), (at, []))[1].append(number)
        known: dict[tuple[int, str], str] = {}
        for written, (at, numbers) in together.items():
            rows = rpc.call(
                *(self.client, self.path, f"model.{MODEL}.read", list[dict[str, Any]]),
                *(numbers, ["state"], {"_datetime": at}),
            )
            known |= {(one["id"], written): str(one["state"]) for one in rows}
        return {
            number: [known[number, str(rpc.decoded(at))] for at in ats]
            for number, ats in stamps.items()
        }


def _moves(visits: Sequence[Visit]) -> list[Visit]:
    """Return the visits that are moves: most revisions change something else."""
    return [
        one
        for number, one in enumerate(visits)
        if number == 0 or visits[number - 1].state != one.state
    ]
