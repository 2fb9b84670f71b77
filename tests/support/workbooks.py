"""Workbooks as other programs write them, and such as no program should have written."""

import io
import zipfile

import openpyxl
import pytest
import xlsxwriter

from integrations.files import reading
from integrations.files.result import NotImported

SHEET, STRINGS = "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"


def workbook(*rows, name="Deals", formats=None, more=None):
    """Return the bytes of a workbook with rows; `formats` maps cells to number formats."""
    book = openpyxl.Workbook()
    page = book.active
    page.title = name
    for row in rows:
        page.append(list(row))
    for cell, code in (formats or {}).items():
        page[cell].number_format = code
    if more is not None:
        more(book)
    return saved(book)


def shared(*rows):
    """Return the bytes of a workbook whose cells name their texts by number, as Excel's do."""
    file = io.BytesIO()
    with xlsxwriter.Workbook(file) as book:
        page = book.add_worksheet("Deals")
        for number, row in enumerate(rows):
            page.write_row(number, 0, row)
    return file.getvalue()


def saved(book):
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def parts(data):
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {one: archive.read(one) for one in archive.namelist()}


def packed(contents):
    """Return an archive of parts."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in contents.items():
            archive.writestr(name, content)
    return file.getvalue()


def changed(data, old, new, part=SHEET):
    """Return a workbook in which a part says something else."""
    contents = parts(data)
    assert old in contents[part]
    contents[part] = contents[part].replace(old, new)
    return packed(contents)


def with_cells(xml):
    """Return a workbook whose sheet has the given rows as XML below the header a, b."""
    data = workbook(["a", "b"])
    return changed(data, b"</sheetData>", xml.encode() + b"</sheetData>")


def sheet(data, **told):
    return reading.open_sheet(io.BytesIO(data), told)


def lines(data, **told):
    return [(one.number, one.cells) for one in sheet(data, **told).rows()]


def refusal(data, **told):
    with pytest.raises(NotImported) as caught:
        list(sheet(data, **told).rows())
    return caught.value
