"""The blocks that carry numbers: table, data_table and data_visualization."""

from __future__ import annotations

import math
from typing import Any

from .blockkit_elements import Checker
from .world import Json

MAX_TABLE_TEXT = 20_000


def check_table(check: Checker, block: Json, at: str) -> None:
    """Check a table or data_table: rows, columns, cells and, for the latter, caption and pages."""
    data = block["type"] == "data_table"
    rows = block.get("rows")
    if not isinstance(rows, list) or not check.items(rows, f"{at}/rows", 1 + data, 100 + data):
        return
    for number, row in enumerate(rows):
        if check.items(row, f"{at}/rows/{number}", 1, 20):
            for column, cell in enumerate(row):
                _cell(check, cell, data and number == 0, f"{at}/rows/{number}/{column}")
    if not data:
        return
    check.string(block, "caption", at, 2000, required=True)
    if len({len(row) for row in rows}) > 1:
        check.say(f"{at}/rows", "all rows must have the same number of cells")
    if not 1 <= block.get("page_size", 5) <= 100:
        check.say(f"{at}/page_size", "must be between 1 and 100")
    if sum(len(str(cell.get("text", ""))) for row in rows for cell in row) > MAX_TABLE_TEXT:
        check.say(f"{at}/rows", f"must be less than {MAX_TABLE_TEXT + 1} characters")


def _cell(check: Checker, cell: Json, header: bool, at: str) -> None:
    allowed = {"raw_text", "raw_number"} | (set() if header else {"rich_text"})
    if cell.get("type") not in allowed:
        check.say(at, f"cell must be one of {', '.join(sorted(allowed))}")
    elif cell["type"] == "raw_text":
        check.string(cell, "text", at, MAX_TABLE_TEXT, required=True)


def check_chart(check: Checker, chart: Any, at: str) -> None:
    """Check a line, bar, area or pie chart."""
    kind = chart.get("type") if isinstance(chart, dict) else None
    if kind == "pie":
        check.fields(chart, at, "segments", "type")
        if check.items(chart.get("segments"), f"{at}/segments", 1, 6):
            for number, segment in enumerate(chart["segments"]):
                _point(check, segment, f"{at}/segments/{number}", positive=True)
    elif kind in ("line", "bar", "area"):
        check.fields(chart, at, "series axis_config", "type")
        _series_chart(check, chart, at)
    else:
        check.say(f"{at}/type", "must be one of pie, bar, area, line")


def _series_chart(check: Checker, chart: Json, at: str) -> None:
    axis, series = chart["axis_config"], chart["series"]
    categories = axis.get("categories")
    if not check.items(categories, f"{at}/axis_config/categories", 1, 20):
        return
    if any(not isinstance(name, str) or len(name) > 20 for name in categories):
        check.say(f"{at}/axis_config/categories", "must be less than 21 characters")
    for name in ("x_label", "y_label"):
        check.string(axis, name, f"{at}/axis_config", 50)
    if not check.items(series, f"{at}/series", 1, 6):
        return
    for number, line in enumerate(series):
        here = f"{at}/series/{number}"
        check.string(line, "name", here, 20, required=True)
        if check.items(line.get("data"), f"{here}/data", 1, 20):
            for index, point in enumerate(line["data"]):
                _point(check, point, f"{here}/data/{index}")
            if sorted(point["label"] for point in line["data"]) != sorted(categories):
                check.say(f"{here}/data", "labels must match axis_config.categories")
    if len({line.get("name") for line in series}) < len(series):
        check.say(f"{at}/series", "series names must be unique")


def _point(check: Checker, point: Json, at: str, *, positive: bool = False) -> None:
    check.string(point, "label", at, 20, required=True)
    value = point.get("value")
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        check.say(f"{at}/value", "must be a finite number")
    elif positive and value <= 0:
        check.say(f"{at}/value", "must be a positive number")
