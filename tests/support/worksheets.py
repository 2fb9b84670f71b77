"""What tests of the worksheets' pages share: addresses, forms as they are sent, whole goals."""

import re
from typing import Any

from strategy.worksheets import book as books
from strategy.worksheets import library
from tests.support.site import Visitor

USP = "/strategy/proposition/usp"
PERIOD = "/strategy/business_goals/period"
GOALS = "/strategy/business_goals/goals"
TEXT = "We are the only ones who measure each line before we quote a price."
DAYS = {"first_day": ("1", "1", "2027"), "last_day": ("31", "12", "2027")}


def answer(site, address, item=""):
    """Return what is kept for a question."""
    with site.session() as session:
        row = books.load(session).row(library.worksheets().find(address), item)
        return {} if row is None else dict(row.value)


def version(html):
    found = re.search(r'name="version" value="(\d+)"', html)
    assert found is not None
    return found.group(1)


def usp(text, expected="0", **also):
    return {"usp_sentence": text, "proof": "", "version": expected, "writer": "tab", **also}


def period(**also):
    boxes = {
        f"{key}.{part}": value
        for key, values in DAYS.items()
        for part, value in zip(("day", "month", "year"), values, strict=True)
    }
    return {"name": "Strategy 2027", "version": "0", **boxes, **also}


def add_goal(visitor: Visitor, statement="Win more revenue", kind="metric"):
    """Write a business goal as far as its sentence, and return its row's key."""
    place = visitor.post(f"{GOALS}/add").location
    item = place.partition("item=")[2]
    page = visitor.get(place)
    visitor.post(place, statement=statement, kind=kind, version=version(page))
    return item


def measured_goal(visitor: Visitor):
    """Write a business goal that can be tracked, and return its row's key."""
    visitor.post(PERIOD, **period())
    item = add_goal(visitor)
    for question, fields in (
        ("measure", {"metric": "revenue", "direction": "up", "change": "relative"}),
        ("deadline", {"deadline.day": "31", "deadline.month": "12", "deadline.year": "2027"}),
    ):
        where = f"/strategy/business_goals/{question}?item={item}"
        number = {"number": "10%"} if question == "measure" else {}
        sent: dict[str, Any] = {**fields, **number, "version": version(visitor.get(where))}
        visitor.post(where, **sent)
    return item
