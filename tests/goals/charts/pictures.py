"""Charts to test with, and how their parts are read."""

import re
from datetime import date, timedelta
from typing import Any
from xml.etree import ElementTree

from goals.calendar import Period
from goals.charts.goal import Fan, GoalChart, TargetChange
from goals.charts.labels import Label
from goals.words import N_, Message, Reader

TODAY = date(2026, 11, 22)
QUARTER = Period.of(date(2026, 10, 1), date(2026, 12, 31))
ENGLISH = Reader("en", currency="THB")
THAI = Reader("th", "buddhist", "Asia/Bangkok", "THB")
CHINESE = Reader("zh_Hans", currency="THB")
SIZES = [(976, 316, 12), (690, 330, 12), (300, 280, 12), (776, 376, 14)]


def quarter(**changes):
    """Return the chart of a quarter's new business, with everything a chart can have."""
    days = list(QUARTER)
    done = [day for day in days if day <= TODAY]
    ahead = [day for day in days if day > TODAY]
    parts: dict[str, Any] = {
        "title": "New business won",
        "window": QUARTER,
        "today": TODAY,
        "unit": "money",
        "currency": "THB",
        "actual": [(day, 16.2e6 * (n + 1) / len(done)) for n, day in enumerate(done)],
        "plan": [(day, 42e6 * (n + 1) / len(days)) for n, day in enumerate(days)],
        "expected": (TODAY, 17.9e6),
        "target": 42e6,
        "changes": [TargetChange(date(2026, 10, 26), 45e6, 42e6)],
        "forecast": [
            Fan(day, *(16.2e6 + (end - 16.2e6) * (n + 1) / len(ahead) for end in ENDS))
            for n, day in enumerate(ahead)
        ],
        "band": [(day, 40e6 * (n + 1) / 92, 45e6 * (n + 1) / 92) for n, day in enumerate(days)],
        "notes": [(date(2026, 11, 9), 1)],
        "plan_name": Message(N_("Plan, seasonal")),
    }
    return GoalChart(**(parts | changes))


ENDS = (36.9e6, 38.9e6, 41e6, 43.1e6, 45.3e6)


def line(values, first=QUARTER.first, step=1):
    return [(first + timedelta(days=step * n), value) for n, value in enumerate(values)]


def parsed(picture):
    return ElementTree.fromstring(picture)


def texts(picture):
    return [one.text for one in parsed(picture).iter("text")]


def labels(picture):
    """Return the labels of a picture as they lie, numbers in rings left out."""
    return [
        Label(
            one.text,
            (float(one.get("x")), float(one.get("y"))),
            one.get("text-anchor", "start"),
            one.get("class", ""),
            float(one.get("font-size", 12)),
        )
        for one in parsed(picture).iter("text")
    ]


def coordinates_of(picture, name):
    """Return the points of the first line of a class."""
    [found, *_] = re.findall(rf'class="{name}" points="([^"]*)"', picture)
    return [tuple(map(float, one.split(","))) for one in found.split()]


def overlaps(picture):
    """Return the pairs of labels that lie on one another."""
    found = labels(picture)
    return [
        (one.words, other.words)
        for index, one in enumerate(found)
        for other in found[index + 1 :]
        if one.box.meets(other.box)
    ]


def coordinates(picture):
    """Return all numbers of a picture's geometry."""
    found = re.findall(r'\s(?:x|y|x1|x2|y1|y2|cx|cy|points)="([^"]*)"', picture)
    return [float(one) for text in found for one in re.split(r"[ ,]", text) if "%" not in one]
