"""Large lists by query jobs (Bulk API 2.0): prepared in the background, read as CSV."""

import csv
import io
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any, NamedTuple

from goals.errors import SourceError
from goals.words import N_, Message
from integrations.crm.salesforce.limits import NAME
from integrations.crm.salesforce.shapes import Job
from integrations.http import Answer, Client
from integrations.rest.stream import Batch

#: More rows than this are prepared by a job; fewer come sooner page by page.
ABOVE = 10_000
#: Rows of results at once; Salesforce would give 50,000, of which some are wide.
RESULTS = 10_000
#: How long to wait between two looks at a job, in seconds; then the run shows that it lives.
PAUSES = (0.0, 2.0, 4.0, 8.0, 16.0, 30.0)
#: After so many rounds of looks, half an hour, the run ends and a later one goes on.
ROUNDS = 30
LATER = timedelta(minutes=10)
FAILED = frozenset(("Failed", "Aborted"))
MARK = "bulk"


class Going(NamedTuple):
    """What it takes to go on with a job: where it is, what was asked for, what time it is."""

    client: Client
    root: str
    parts: Sequence[str]
    now: datetime


class Results(NamedTuple):
    """Rows of a job, and where the next ones begin (None: these are the last)."""

    items: list[dict[str, Any]]
    locator: str | None


def start(client: Client, root: str, soql: str, rows: int) -> Batch | None:
    """Ask for a job; None where this organisation makes none."""
    try:
        body = {"operation": "queryAll", "query": soql}
        job = client.post(f"{root}/jobs/query", body, Job)
    except SourceError as error:
        if error.code in ("refused_400", "forbidden"):
            return None
        raise
    return Batch((), f"{MARK} {job.id} wait 0", rows)


def go_on(going: Going, after: str, again: Callable[[], Batch]) -> Batch:
    """Return the next rows of a job; `again` begins anew where the job is lost or failed.

    Raises SourceError `preparing` for a job that takes longer than a run may.
    """
    _, job, what, place = after.split(" ")
    client, path = going.client, f"{going.root}/jobs/query/{job}"
    read = partial(results, parts=going.parts)
    try:
        if what == "wait":
            state = _awaited(client, path)
            if state in FAILED:
                return again()
            if state != "JobComplete":
                return _later(job, int(place), going.now)
        params = {"maxRecords": RESULTS, **({"locator": place} if what == "at" else {})}
        headers = {"Accept": "text/csv"}
        found = client.raw(f"{path}/results", params, headers, read=read)
    except SourceError as error:
        # Jobs are kept for a week.
        if error.code == "refused_404":
            return again()
        raise
    following = None if found.locator is None else f"{MARK} {job} at {found.locator}"
    return Batch(found.items, following)


def _awaited(client: Client, path: str) -> str:
    state = ""
    for pause in PAUSES:
        if pause:
            client.wait(pause)
        state = client.get(path, Job).state
        if state == "JobComplete" or state in FAILED:
            break
    return state


def _later(job: str, rounds: int, now: datetime) -> Batch:
    if rounds < ROUNDS:
        return Batch((), f"{MARK} {job} wait {rounds + 1}")
    raise SourceError(
        "preparing",
        Message(
            N_("%(vendor)s is still preparing the data. The next sync goes on with it."),
            {"vendor": NAME},
        ),
        resume_after=now + LATER,
    )


def results(answer: Answer, parts: Sequence[str]) -> Results:
    """Return the rows of an answer, nested as JSON has them; raises SourceError.

    All but the first answer may come without a row of names: the columns are then `parts`.
    """
    names = {"vendor": NAME}
    if answer.content[:200].lstrip()[:1] == b"<":
        text = N_("%(vendor)s answered with a web page instead of data.")
        raise SourceError("not_data", Message(text, names))
    try:
        reader = csv.reader(io.StringIO(answer.content.decode(), newline=""), strict=True)
        rows = list(reader)
        # The id is asked for first, and no row has such an id.
        header = rows.pop(0) if rows and rows[0][:1] == ["Id"] else parts
        columns = [one.split(".") for one in header]
        items = [_nested(columns, cells) for cells in rows]
        # A text that was cut off may end where a row does.
        if len(items) != int(answer.headers.get("sforce-numberofrecords", len(items))):
            raise ValueError("rows are missing")
    except (ValueError, csv.Error) as error:
        text = N_("%(vendor)s sent an answer that is broken or has changed its form.")
        raise SourceError("not_understood", Message(text, names)) from error
    told = answer.headers.get("sforce-locator", "null")
    return Results(items, None if told in ("", "null") else told)


def _nested(columns: list[list[str]], cells: list[str]) -> dict[str, Any]:
    item: dict[str, Any] = {}
    for path, cell in zip(columns, cells, strict=True):
        if len(path) == 1:
            item[path[0]] = cell or None
        else:
            item.setdefault(path[0], {})[path[1]] = cell or None
    return item
