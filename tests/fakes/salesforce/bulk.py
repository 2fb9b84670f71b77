"""Bulk 2 query jobs: asked for, prepared in the background, read as CSV."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tests.fakes.salesforce.records import Records
from tests.fakes.salesforce.soql import Query, Record, SoqlError
from tests.fakes.vendor import RefusedError
from tests.fakes.wire import Request, Response


@dataclass
class Job:
    """A job; it is looked at `left` times before it is done."""

    query: Query
    rows: list[list[str]]
    left: int
    state: str = "UploadComplete"


class Bulk(Records):
    """The organisation's jobs."""

    def __init__(self, *, now: datetime, rate: tuple[int, float] | None = None) -> None:
        super().__init__(now=now, rate=rate)
        self.jobs_made: dict[str, Job] = {}
        #: How often a job is not ready yet, and how it ends.
        self.looks, self.ends = 1, "JobComplete"
        self.bulk_enabled = True
        #: At most so many rows of results at once.
        self.results = 50_000
        #: Whether each part of the results begins with the names of its columns.
        self.names_always = True

    def understood(self, text: str, *, everything: bool) -> tuple[Query, list[Record]]:
        raise NotImplementedError

    def jobs(self, request: Request, path: str) -> Any:
        """Answer a path below /jobs."""
        kind, _, rest = path.partition("/")
        key, _, last = rest.partition("/")
        if kind != "query":
            raise _refused(404, "NOT_FOUND")
        if not key:
            return self._made(request)
        job = self.jobs_made.get(key)
        if job is None:
            raise _refused(404, "NOT_FOUND")
        if last == "results":
            return self._results(job, request)
        if job.left > 0:
            job.left -= 1
            job.state = "InProgress"
        else:
            job.state = self.ends
        return {"id": key, "state": job.state, "object": job.query.of}

    def _made(self, request: Request) -> dict[str, Any]:
        if request.method != "POST":
            raise _refused(405, "METHOD_NOT_ALLOWED")
        if not self.bulk_enabled:
            raise _refused(400, "FEATURENOTENABLED")
        asked = json.loads(request.body)
        everything = asked["operation"] == "queryAll"
        query, found = self.understood(asked["query"], everything=everything)
        if query.counts:
            raise SoqlError("API_ERROR", "COUNT is not supported")
        for path in query.fields:
            if self.kind(query.of, path) in ("address", "location"):
                raise SoqlError("FUNCTIONALITY_NOT_ENABLED", "compound data is not supported")
        rows = [[_cell(self.look(query.of, one, path)) for path in query.fields] for one in found]
        key = f"750fake{len(self.jobs_made):08d}AAA"
        self.jobs_made[key] = Job(query, rows, self.looks)
        return {
            "id": key,
            "operation": asked["operation"],
            "object": query.of,
            "state": "UploadComplete",
            "contentType": "CSV",
        }

    def _results(self, job: Job, request: Request) -> Response:
        if job.state != "JobComplete":
            raise _refused(400, "INVALIDJOBSTATE")
        if "text/csv" not in request.headers.get("accept", ""):
            raise _refused(406, "NOT_ACCEPTABLE")
        start = int(request.query.get("locator", ["0"])[0])
        most = min(self.results, int(request.query.get("maxRecords", ["50000"])[0]))
        out = io.StringIO(newline="")
        writer = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\n")
        if start == 0 or self.names_always:
            writer.writerow(job.query.fields)
        part = job.rows[start : start + most]
        writer.writerows(part)
        more = start + most < len(job.rows)
        headers = (
            f"Sforce-Locator: {start + most if more else 'null'}\r\n"
            f"Sforce-NumberOfRecords: {len(part)}\r\n"
        )
        return Response(200, out.getvalue().encode(), "text/csv; charset=UTF-8", headers)


def _refused(status: int, code: str) -> RefusedError:
    return RefusedError(status, [{"message": code, "errorCode": code}])


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%dT%H:%M:%S.000Z")
    return str(value)
