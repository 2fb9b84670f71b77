"""A fake Salesforce: sign-in, REST queries, describe, deleted, limits, composite."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from email.utils import format_datetime
from typing import Any
from urllib.parse import parse_qs, unquote_plus

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding

from tests.fakes.salesforce import schema, soql
from tests.fakes.salesforce.bulk import Bulk
from tests.fakes.salesforce.soql import Query, Record, SoqlError
from tests.fakes.vendor import RefusedError, as_json
from tests.fakes.wire import Request, Response

#: Longer addresses are refused, and so are longer headers.
LONGEST = 16 * 1024
CLIENT = "3MVG9fake.client"
#: Objects of which no deleted records can be asked for.
NOT_REPLICATED = (
    *("OpportunityHistory", "OpportunityStage", "Period"),
    *("BusinessProcess", "RecordType"),
)


def refused(status: int, code: str, message: str = "") -> RefusedError:
    return RefusedError(status, [{"message": message or code, "errorCode": code}])


class FakeSalesforce(Bulk):
    """An organisation on its own My Domain host."""

    def __init__(
        self, secret: str, *, now: datetime, rate: tuple[int, float] | None = None
    ) -> None:
        super().__init__(now=now, rate=rate)
        self.secret = secret
        #: The public key of an app that signs in with a certificate, and whom it speaks for.
        self.public_key: Any = None
        self.username = "integration@example.com"
        self.versions = ["64.0", "65.0", "66.0", "67.0"]
        #: At most so many rows a page; fields of long texts make it fewer.
        self.page = 2000
        self.allowance, self.used = 100_000, 0
        self.shows_usage = True
        self.api_enabled = True
        self.tells_picklists = True
        self._sessions: set[str] = set()
        self._signed = 0
        # A query stays open for the session in which it was asked.
        self._cursors: dict[str, tuple[Query, list[str], str]] = {}
        self._here = ""

    def expire(self) -> None:
        """End all sessions."""
        self._sessions.clear()

    def session(self) -> str:
        """Open a session and return its token."""
        self._signed += 1
        token = f"00Dfake!session.{self._signed}"
        self._sessions.add(token)
        return token

    def forget_cursors(self) -> None:
        """Let all query locators end, as after two days."""
        self._cursors.clear()

    # --- Answers --------------------------------------------------------------------------

    def limited(self, request: Request, seconds: float) -> RefusedError:
        return refused(403, "REQUEST_LIMIT_EXCEEDED", "ConcurrentPerOrgLongTxn Limit exceeded.")

    def route(self, request: Request) -> Any:
        if len(request.target) > LONGEST:
            raise RefusedError(414, None)
        if request.path == "/services/oauth2/token":
            return self._token(request)
        if request.path.rstrip("/") == "/services/data":
            return [
                {"label": "Release", "url": f"/services/data/v{one}", "version": one}
                for one in self.versions
            ]
        self._admit(request)
        root, _, version = request.path.partition("/services/data/v")
        version, _, path = version.partition("/")
        if root or version not in self.versions:
            raise refused(404, "NOT_FOUND", "The requested resource does not exist")
        self.used += 1
        if self.used > self.allowance:
            raise refused(403, "REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded.")
        found = self._answer(request, f"/services/data/v{version}", path.rstrip("/"))
        response = found if isinstance(found, Response) else as_json(found)
        if self.shows_usage:
            response.headers += f"Sforce-Limit-Info: api-usage={self.used}/{self.allowance}\r\n"
        return response

    def _token(self, request: Request) -> dict[str, Any]:
        if request.method != "POST":
            raise RefusedError(400, {"error": "invalid_request"})
        form = {name: one[0] for name, one in parse_qs(request.body.decode()).items()}
        grant = form.get("grant_type")
        if grant == "client_credentials":
            if form.get("client_id") != CLIENT or form.get("client_secret") != self.secret:
                raise RefusedError(400, {"error": "invalid_client"})
        elif grant == "urn:ietf:params:oauth:grant-type:jwt-bearer":
            self._assertion(form.get("assertion", ""))
        else:
            raise RefusedError(400, {"error": "unsupported_grant_type"})
        return {
            "access_token": self.session(),
            "instance_url": self.url,
            "token_type": "Bearer",
            "issued_at": str(int(self.now.timestamp() * 1000)),
        }

    def _assertion(self, text: str) -> None:
        wrong = RefusedError(
            400,
            {"error": "invalid_grant", "error_description": "assertion"},
            {"Date": format_datetime(self.now, usegmt=True)},
        )
        try:
            head, body, signature = text.split(".")
            self.public_key.verify(
                _unpacked(signature), f"{head}.{body}".encode(), padding.PKCS1v15(), hashes.SHA256()
            )
        except (ValueError, InvalidSignature) as error:
            raise wrong from error
        said = json.loads(_unpacked(body))
        now = self.now.timestamp()
        if (
            json.loads(_unpacked(head)) != {"alg": "RS256"}
            or (said["iss"], said["sub"]) != (CLIENT, self.username)
            or said["aud"] not in ("https://login.salesforce.com", "https://test.salesforce.com")
            # At most three minutes ahead.
            or not now <= said["exp"] <= now + 180
        ):
            raise wrong

    def _admit(self, request: Request) -> None:
        token = request.headers.get("authorization", "").removeprefix("Bearer ")
        if token not in self._sessions:
            raise refused(401, "INVALID_SESSION_ID", "Session expired or invalid")
        self._here = token
        if not self.api_enabled:
            raise refused(403, "API_DISABLED_FOR_ORG", "API is not enabled for this Organization")

    def _answer(self, request: Request, root: str, path: str) -> Any:
        first, _, rest = path.partition("/")
        try:
            if path in ("query", "queryAll"):
                words = request.query.get("q")
                if not words:
                    raise refused(400, "MALFORMED_QUERY", "A query string has to be specified")
                return self._query(words[0], root, everything=path == "queryAll")
            if first in ("query", "queryAll"):
                return self._more(root, rest)
            if path == "composite":
                return self._composite(request)
            if first == "sobjects":
                return self._sobject(request, *rest.split("/"))
            if path == "limits":
                left = self.allowance - self.used
                return {"DailyApiRequests": {"Max": self.allowance, "Remaining": left}}
            if first == "ui-api":
                return self._picklist(*rest.split("/"))
            if first == "jobs":
                return self.jobs(request, rest)
        except SoqlError as error:
            raise refused(400, error.code, error.message) from error
        raise refused(404, "NOT_FOUND", "The requested resource does not exist")

    # --- Queries --------------------------------------------------------------------------

    def understood(self, text: str, *, everything: bool) -> tuple[Query, list[Record]]:
        """Return a query and the records that it finds, in its order."""
        of = text.upper().partition(" FROM ")[2].split()
        name = text[text.upper().index(" FROM ") + 6 :].split()[0] if of else ""
        query = soql.read(text, self.kind, lambda record, path: self.look(name, record, path))
        found = [
            one
            for one in self.data[query.of].values()
            if (everything or not one.get("IsDeleted")) and query.where(one)
        ]
        for path, down in reversed(query.order):
            found.sort(key=lambda one: _sortable(self.look(query.of, one, path)), reverse=down)
        return query, found if query.limit is None else found[: query.limit]

    def _query(self, text: str, root: str, *, everything: bool) -> dict[str, Any]:
        query, found = self.understood(text, everything=everything)
        if query.counts:
            return {"totalSize": len(found), "done": True, "records": []}
        key = f"01gfake{len(self._cursors):08d}{self._signed}"
        self._cursors[key] = (query, [one["Id"] for one in found], self._here)
        return self._part(root, key, 0)

    def _more(self, root: str, locator: str) -> dict[str, Any]:
        key, _, place = locator.rpartition("-")
        if key not in self._cursors or not place.isdigit():
            raise refused(400, "INVALID_QUERY_LOCATOR", "invalid query locator")
        if self._cursors[key][2] != self._here:
            raise refused(401, "INVALID_SESSION_ID", "Session expired or invalid")
        return self._part(root, key, int(place))

    def _part(self, root: str, key: str, start: int) -> dict[str, Any]:
        query, ids, _ = self._cursors[key]
        end = start + self.page
        records = [self.data[query.of].get(one) for one in ids[start:end]]
        found: dict[str, Any] = {
            "totalSize": len(ids),
            "done": end >= len(ids),
            "records": [self.shown(query, one) for one in records if one is not None],
        }
        if not found["done"]:
            found["nextRecordsUrl"] = f"{root}/query/{key}-{end}"
        return found

    def shown(self, query: Query, record: Record) -> Record:
        """Return a record as JSON has it."""
        out: Record = {"attributes": {"type": query.of, "url": f"/sobjects/{record['Id']}"}}
        for path in query.fields:
            name, _, rest = path.partition(".")
            value = self.look(query.of, record, path)
            if not rest:
                out[name] = _json(value)
            elif record.get(f"{name}Id") is None:
                out[name] = None
            else:
                (out.get(name) or out.setdefault(name, {"attributes": {}}))[rest] = _json(value)
        return out

    def _composite(self, request: Request) -> dict[str, Any]:
        answers = []
        for one in json.loads(request.body)["compositeRequest"]:
            path, _, words = one["url"].partition("?")
            root, _, last = path.rpartition("/")
            text = unquote_plus(words.removeprefix("q="))
            body = self._query(text, root, everything=last == "queryAll")
            answers.append({"body": body, "httpStatusCode": 200, "referenceId": one["referenceId"]})
        return {"compositeResponse": answers}

    # --- Objects --------------------------------------------------------------------------

    def _sobject(self, request: Request, name: str, what: str = "", *_: str) -> Any:
        if name not in self.fields or name in self.hidden:
            raise refused(404, "NOT_FOUND", "The requested resource does not exist")
        if what == "describe":
            return self._described(name)
        if what == "deleted" and name not in NOT_REPLICATED:
            return self._deleted(name, request.query)
        raise refused(404, "NOT_FOUND", "The requested resource does not exist")

    def _described(self, name: str) -> dict[str, Any]:
        return {
            "name": name,
            "keyPrefix": schema.KEYS[name],
            "queryable": True,
            "replicateable": name not in NOT_REPLICATED,
            "fields": [
                {
                    "name": field,
                    "type": kind.partition(":")[0],
                    "custom": field.endswith("__c"),
                    "filterable": kind not in ("address", "textarea"),
                    "referenceTo": [kind.partition(":")[2]] if ":" in kind else [],
                    "relationshipName": field.removesuffix("Id") if ":" in kind else None,
                }
                for field, kind in self.fields[name].items()
            ],
        }

    def _picklist(self, *path: str) -> dict[str, Any]:
        """Return the values that a field of a record type may have."""
        wanted = ("object-info", "Opportunity", "picklist-values", "StageName")
        if len(path) != 5 or (*path[:3], path[4]) != wanted or not self.tells_picklists:
            raise refused(404, "NOT_FOUND", "The requested resource does not exist")
        found = self.data["RecordType"].get(path[3])
        if found is None:
            raise refused(400, "INVALID_RECORD_TYPE_ID", "Invalid record type")
        fit = self.process_stages[str(found["BusinessProcessId"])]
        stages = [one for one in self.data["OpportunityStage"].values() if one["ApiName"] in fit]
        return {
            "controllerValues": {},
            "defaultValue": None,
            "values": [
                {
                    "attributes": {
                        "closed": one["IsClosed"],
                        "defaultProbability": one["DefaultProbability"],
                        "picklistAtrributesValueType": "OpportunityStage",
                        "won": one["IsWon"],
                    },
                    "label": one["MasterLabel"],
                    "validFor": [],
                    "value": one["ApiName"],
                }
                for one in stages
            ],
        }

    def _deleted(self, name: str, words: Mapping[str, list[str]]) -> dict[str, Any]:
        try:
            start, end = (datetime.fromisoformat(words[one][0]) for one in ("start", "end"))
        except (KeyError, ValueError) as error:
            raise refused(400, "INVALID_REPLICATION_DATE", "start and end are needed") from error
        if start < self.stamp() - timedelta(days=30):
            raise refused(400, "INVALID_REPLICATION_DATE", "startDate before the replication era")
        if end - start < timedelta(minutes=1):
            raise refused(400, "INVALID_REPLICATION_DATE", "the window is less than a minute")
        return {
            "deletedRecords": [
                {"id": id_, "deletedDate": _json(at)}
                for of, id_, at in self.deletes
                if of == name and start <= at <= end
            ],
            "earliestDateAvailable": _json(self.stamp() - timedelta(days=30)),
            "latestDateCovered": _json(self.stamp()),
        }


def _json(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%dT%H:%M:%S.000+0000")
    return value.isoformat() if isinstance(value, date) else value


def _sortable(value: Any) -> tuple[bool, Any]:
    return value is not None, value


def _unpacked(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
