"""What a Zoho organization tells of itself: the fields of its modules, pipelines, related lists."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from tests.fakes.vendor import RefusedError
from tests.fakes.wire import Request

STAGES = (
    ("Qualification", "Open", 10),
    ("Negotiation", "Open", 60),
    ("Closed Won", "Closed Won", 100),
    ("Closed Lost", "Closed Lost", 0),
)
#: What fields hold, where it is no plain text.
KINDS = {
    "Stage": "picklist",
    "Pipeline": "picklist",
    "Lead_Source": "picklist",
    "Amount": "currency",
    "Probability": "integer",
    "Closing_Date": "date",
    "Created_Time": "datetime",
    "Modified_Time": "datetime",
    "Owner": "ownerlookup",
    "Account_Name": "lookup",
    "Contact_Name": "lookup",
    "Campaign_Source": "lookup",
    "Converted__s": "boolean",
    "Converted_Date_Time": "datetime",
}


def answer(org: Any, name: str, request: Request) -> Any:
    """Answer what an organization is made of: its fields, layouts, pipelines and lists."""
    if name == "fields":
        return _fields(org, request)
    if name == "related_lists":
        return _related(org, request)
    if name == "layouts":
        return {"layouts": [{"id": "1", "name": "Standard", "status": "active"}]}
    if name != "pipeline":
        raise wrong(404, "INVALID_URL_PATTERN")
    if not org.has_pipelines:
        raise wrong(400, "FEATURE_NOT_SUPPORTED")
    if word(request, "layout_id") != "1":
        raise wrong(400, "REQUIRED_PARAM_MISSING")
    maps = [
        {
            "id": str(4150868000000006800 + number),
            "display_value": name,
            "actual_value": name,
            "sequence_number": number,
            "forecast_type": kind,
        }
        for number, (name, kind, _) in enumerate(STAGES, start=1)
    ]
    names = ("Standard (Standard)", "Partners")
    told = [
        {"id": str(key), "display_value": name, "actual_value": name, "maps": maps}
        for key, name in enumerate(names, start=4150868000000006900)
    ]
    return {"pipeline": told}


def _fields(org: Any, request: Request) -> Any:
    module = word(request, "module") or ""
    if module != "Deals":
        # Of the other modules only their names are known here, and what rows they have hold.
        names = {name for row in _rows_of(org, module) for name in row if "$" not in name}
        return {"fields": [_field(one) for one in sorted(names)]}
    values = [
        {"display_value": name, "actual_value": name, "forecast_type": kind, "probability": p}
        for name, kind, p in STAGES
    ]
    standard = (
        "Deal_Name Amount Owner Account_Name Closing_Date Created_Time Modified_Time "
        "Probability Lead_Source Campaign_Source Contact_Name"
    ).split()
    if org.has_currencies:
        standard.append("Currency")
    if org.has_pipelines:
        standard.append("Pipeline")
    told = [_field(one) for one in standard]
    told.append(_field("Stage") | {"pick_list_values": values})
    told += [
        _field(one) | {"field_label": one.replace("_", " "), "custom_field": True}
        for one in org.own_fields
    ]
    return {"fields": told}


def _rows_of(org: Any, module: str) -> Iterable[dict[str, Any]]:
    if module == "DealHistory":
        return [{"Stage": None, "Modified_Time": None}]
    if module not in org.rows:
        raise wrong(400, "INVALID_MODULE")
    return org.rows[module].values()


def _related(org: Any, request: Request) -> Any:
    """Answer which lists stand beside a record, as their module and their place."""
    if word(request, "module") not in org.rows:
        raise wrong(400, "INVALID_MODULE")
    history = {
        "id": "4150868000000002423",
        "api_name": "Stage_History",
        "module": {"api_name": "DealHistory", "id": "4150868000000000541"},
        "name": "Stage History",
        "display_label": "Stage History",
        "href": "Deals/{ENTITYID}/Stage_History",
        "type": "default",
    }
    return {"related_lists": [history]}


def _field(name: str) -> dict[str, Any]:
    kind = KINDS.get(name, "text")
    return {"api_name": name, "field_label": name, "custom_field": False, "data_type": kind}


def word(request: Request, name: str) -> str | None:
    found = request.query.get(name)
    return found[0] if found else None


def wrong(status: int, code: str) -> RefusedError:
    return RefusedError(
        status, {"code": code, "details": {}, "message": code.lower(), "status": "error"}
    )
