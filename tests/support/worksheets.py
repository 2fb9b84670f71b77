"""What tests of the worksheets' pages share: addresses, forms as they are sent, whole goals."""

import re
from itertools import cycle
from typing import Any

from strategy.worksheets import book as books
from strategy.worksheets import fields, library
from strategy.worksheets import setting as settings
from strategy.worksheets.content import LISTS
from strategy.worksheets.tables import Answer
from tests.support.site import Visitor

USP = "/strategy/proposition/usp"
PERIOD = "/strategy/business_goals/period"
GOALS = "/strategy/business_goals/goals"
TEXT = "We are the only ones who measure each line before we quote a price."
DAYS = {"first_day": ("1", "1", "2027"), "last_day": ("31", "12", "2027")}

#: What wants to run, or to be taken for something else.
EVIL = (
    "<script>pwn()</script>\"><img src=x onerror=pwn()>' {{77777*77779}} %(x)s %s {0}",
    '=HYPERLINK("javascript:pwn()") {{77777*77779}} </textarea><svg onload=pwn()>',
    "[a](javascript:pwn()) *b* <!here> `c` {{77777*77779}} %% %d",
)
#: Scripts of the world: right to left, joined emoji, marks, no spaces, four bytes, signs that turn.
WORLD = (
    "مرحبا بالعالم 123 abc",
    "שלום \u202eעולם\u202c",
    "👩\u200d👩\u200d👧\u200d👦 🇹🇭 👍🏽",
    "Zalgo e\u0301\u0323\u0302\u0308 ก็ดีทีเดียวสวัสดีครับไม่มีช่องว่าง",
    "战略目标让客户少停机 𠮷野家",
    "W" * 90,
)


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
    for question, given in (
        ("measure", {"metric": "revenue", "direction": "up", "change": "relative"}),
        ("deadline", {"deadline.day": "31", "deadline.month": "12", "deadline.year": "2027"}),
    ):
        where = f"/strategy/business_goals/{question}?item={item}"
        number = {"number": "10%"} if question == "measure" else {}
        sent: dict[str, Any] = {**given, **number, "version": version(visitor.get(where))}
        visitor.post(where, **sent)
    return item


def fill(site, texts, rows=1):
    """Write texts in turn into every box of every section, whatever it asks for."""
    turn = cycle(texts)
    made: dict[tuple[str, str, int], dict[str, Any]] = {}
    with site.session() as session:
        about = settings.of(session)
        for asked in library.worksheets().asked.values():
            repeat = library.worksheets().find(asked.store).question.repeat
            for number in range(1 if repeat is None else rows):
                item = "" if repeat is None else f"row{number}"
                value = made.setdefault((asked.store, item, number), {})
                for field in asked.question.typed:
                    longest = field.longest or fields.LONGEST.get(field.kind, 100)
                    text = next(turn)[:longest]
                    raw = [text] if field.kind in LISTS else text
                    kept = fields.clean(field, raw, {}, about, {}).value
                    value |= {} if fields.empty(kept) else {field.key: kept}
        for (store, item, number), value in made.items():
            session.add(
                Answer(
                    workspace_id=site.here,
                    question=store,
                    item=item,
                    position=number,
                    value=value,
                    version=1,
                    updated_at=site.now,
                )
            )
