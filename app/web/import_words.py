"""Why a file cannot be imported, in the words of a page that has a box for each answer."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, cast

from app.web import texts
from app.web.texts import lazy_gettext as _l
from goals.errors import Refusal
from goals.words import Message
from integrations.files.result import NotImported

#: What to do, where the page has another way than a mapping file.
FIXES = {
    "ambiguous_dates": _l("Choose the order of the dates below, then check again."),
    "ambiguous_numbers": _l("Choose below how numbers are written, then check again."),
    "missing_columns": _l("Choose below what the columns are, then check again."),
    "unknown_encoding": _l("Choose below how the text reads right, or save the file as UTF-8."),
}
MESSAGES = {
    "missing_columns": _l("No column is chosen yet."),
    "unknown_encoding": _l("This file is not in UTF-8."),
}
#: How a row is mended where the page has a box for it, by what is said elsewhere.
REPAIRS = {
    "Say what it means, on the page or in the mapping: %(example)s.": _l(
        "Choose above what the stage means, then check again."
    ),
    "Correct the cell, or say how numbers are written (format.decimal).": _l("Correct the cell."),
    "Write it as %(example)s, or say the order of dates (format.date_order).": _l(
        "Write it as %(example)s, or choose the order of dates above."
    ),
    "Fill the cell, or give %(field)s a column or constant.": _l("Fill the cell."),
}
#: The fields of records, as people call them; what is missing here is shown as it is written.
FIELDS = {
    "external_id": _l("Number or id"),
    "url": _l("Link into the CRM"),
    "name": _l("Name"),
    "email": _l("E-mail"),
    "team": _l("Team"),
    "manager": _l("Manager"),
    "region": _l("Region"),
    "active": _l("Still active"),
    "domain": _l("Web domain"),
    "industry": _l("Industry"),
    "employees": _l("Number of employees"),
    "revenue": _l("Revenue of the company"),
    "country": _l("Country"),
    "customer_type": _l("Kind of customer"),
    "created_on": _l("Created on"),
    "parent": _l("Belongs to"),
    "account": _l("Account"),
    "owner": _l("Owner"),
    "opted_in_on": _l("Opted in on"),
    "opted_out_on": _l("Opted out on"),
    "source": _l("Source"),
    "campaign": _l("Campaign"),
    "type": _l("Type"),
    "qualified_on": _l("Qualified on"),
    "converted_on": _l("Converted on"),
    "converted_deal": _l("Deal it became"),
    "disqualified_on": _l("Disqualified on"),
    "status": _l("Status"),
    "product": _l("Product"),
    "pipeline": _l("Pipeline"),
    "stage": _l("Stage"),
    "amount": _l("Amount"),
    "currency": _l("Currency"),
    "closed_on": _l("Closed on"),
    "expected_close_on": _l("Expected to close on"),
    "probability": _l("Probability"),
    "lost_reason": _l("Why it was lost"),
    "list_price": _l("List price"),
    "family": _l("Product family"),
    "deal": _l("Deal"),
    "entered_on": _l("Entered on"),
    "lead": _l("Lead"),
    "at": _l("At"),
    "kind": _l("Kind"),
    "value": _l("Value"),
    "metric": _l("Metric"),
    "on": _l("Day"),
    "evidence": _l("Evidence"),
    "where": _l("Of which part"),
    "goal": _l("Goal"),
    "per_base": _l("Units for one of yours"),
    "base": _l("Currency of the workspace"),
    "contact": _l("Contact"),
    "outcome": _l("What came of it"),
    "direction": _l("In or out"),
    "opened_at": _l("Opened at"),
    "first_reply_at": _l("First answered at"),
    "solved_at": _l("Solved at"),
    "reopened_at": _l("Opened again at"),
    "waiting_hours": _l("Hours on hold"),
    "topic": _l("Topic"),
    "priority": _l("Priority"),
    "customer": _l("Customer"),
    "quantity": _l("Quantity"),
    "refund": _l("Refund, yes or no"),
    "started_on": _l("Started on"),
    "mrr": _l("Amount of one month"),
    "ended_on": _l("Ended on"),
    "due_on": _l("To be renewed on"),
    "renewed_on": _l("Renewed on"),
    "plan": _l("Plan subscribed to"),
    "seats": _l("Seats"),
    "budget": _l("Budget"),
    "responded_on": _l("Responded on"),
    "category": _l("Category"),
    "score": _l("Score"),
    "scale": _l("Scale (such as 0-10)"),
    "comment": _l("What they wrote"),
    "from": _l("First day"),
    "to": _l("Last day"),
    "message": _l("E-mail or its subject"),
    "recipient": _l("Recipient"),
    "visitors": _l("Visitors"),
    "visits": _l("Visits"),
}


#: The columns of goals that are called otherwise than those of records.
GOAL_FIELDS = {
    "name": _l("Name of the goal"),
    "set": _l("How it is counted"),
    "direction": _l("Direction"),
    "target": _l("Target"),
    "change": _l("Change from the baseline"),
    "low": _l("Not below"),
    "high": _l("Not above"),
    "baseline": _l("Baseline"),
    "owner": _l("Owner's e-mail"),
    "channel": _l("Slack channel"),
    "plan": _l("Plan"),
    "judge": _l("Judged by"),
    "why": _l("Why it matters"),
    "action": _l("Actions"),
    "done_when": _l("Done when"),
    "step": _l("Steps"),
    "parent": _l("Part of"),
    "visibility": _l("Who may see it"),
    "reason": _l("Why it changes"),
}


def field(name: str, record: str = "") -> str:
    """Return a field of a record or a goal as people call it."""
    own = GOAL_FIELDS if record == "goal" else {}
    return str(own.get(name) or FIELDS.get(name, name))


def said(error: Refusal) -> tuple[str, str]:
    """Return what is wrong with a file and what to do."""
    message = MESSAGES.get(error.code) or texts.say(error.message)
    return str(message), str(FIXES.get(error.code) or texts.say(error.fix))


def problem(message: Message, record: str) -> str:
    """Return what is wrong with a row; a field of ours is called as people call it."""
    named = message.params.get("field")
    if isinstance(named, str):
        message = replace(message, params={**message.params, "field": field(named, record)})
    return texts.say(message)


def repair(fix: Message) -> str:
    """Return what mends a row, in the words of the page."""
    known = REPAIRS.get(fix.id)
    return texts.say(fix) if known is None else str(known) % fix.params


def encodings(error: Refusal | None, mapping: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return the encodings to choose from, each with a line read so; none where none is asked."""
    found: dict[str, str] = {}
    if isinstance(error, NotImported) and error.code == "unknown_encoding":
        lines = cast(list[str], error.message.params["choices"])
        found = dict(zip(error.extra["choices"], lines, strict=True))
    told = (mapping.get("format") or {}).get("encoding")
    if told:
        found.setdefault(told, told)
    return list(found.items())


def asks_decimal(error: Refusal | None, mapping: Mapping[str, Any]) -> bool:
    """Tell whether the sign before the fraction is to be chosen."""
    is_unsure = error is not None and error.code == "ambiguous_numbers"
    return is_unsure or "decimal" in (mapping.get("format") or {})
