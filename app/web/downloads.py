"""Tables as files to keep."""

import csv
import io
from collections.abc import Iterable

from flask import Response

from integrations.files import defusing


def as_csv(name: str, columns: list[str], lines: Iterable[Iterable[object]]) -> Response:
    """Return a table as a file that spreadsheets open, whatever is in it."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(columns)
    writer.writerows([_cell(value) for value in line] for line in lines)
    return Response(
        "\ufeff" + text.getvalue(),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def as_workbook(name: str, content: bytes) -> Response:
    """Return a workbook as a file to keep."""
    return Response(
        content,
        content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _cell(value: object) -> object:
    return defusing.defused(value) if isinstance(value, str) else value
