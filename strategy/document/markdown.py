"""The document as Markdown (pure): what people wrote stays text, whatever signs are in it."""

import re
from collections.abc import Iterator

from goals.words import NOTHING
from strategy.document import terms
from strategy.document.model import Answer, Block, Cell, Document, Listing, Section

_SIGNS = re.compile(r"([\\`*_\[\]<>|~#&$])")
#: At the start of a line these would begin a list, a rule, a heading or a quotation.
_STARTS = re.compile(r"^(\s*)([-+=]|\d+[.)](?=\s|$))", re.MULTILINE)
_BULLET = "- "


def write(document: Document) -> bytes:
    """Return the document as UTF-8 text."""
    return ("\n".join(_lines(document)).rstrip() + "\n").encode()


def _lines(document: Document) -> Iterator[str]:
    yield from (f"# {line(document.title)}", "", f"**{line(document.company)}**", "")
    for one in terms.cover_lines(document):
        yield from (line(one), "")
    if document.is_empty:
        yield from (line(document.say(terms.EMPTY)), "")
    yield from _contents(document)
    yield from _goals(document)
    for section in document.sections:
        yield from _section(section)
    if document.unwritten:
        yield from (f"## {line(document.say(terms.UNWRITTEN))}", "")
        yield from (f"{_BULLET}{line(one)}" for one in document.unwritten)


def _contents(document: Document) -> Iterator[str]:
    entries = [(one.anchor, one.title) for one in document.sections]
    if document.kpis:
        entries.insert(0, ("goals", document.say(terms.STANDING)))
    if entries:
        yield from (f"## {line(document.say(terms.CONTENTS))}", "")
        yield from (f"{_BULLET}[{line(title)}](#{anchor})" for anchor, title in entries)
        yield ""


def _goals(document: Document) -> Iterator[str]:
    if not document.kpis:
        return
    yield from _heading("goals", document.say(terms.STANDING))
    yield from (line(document.standing), "")
    words = [terms.GOAL, terms.OWNER, terms.METRIC]
    first = document.kpis[0]
    head = [document.say(one) for one in words]
    head += [word for word, _ in terms.figures(document, first)]
    head += [document.say(terms.STATUS)]
    rows = [
        [kpi.name, kpi.owner, kpi.metric]
        + [cell.text for _, cell in terms.figures(document, kpi)]
        + [terms.status(kpi)]
        for kpi in document.kpis
    ]
    yield from _table(head, rows)


def _section(section: Section) -> Iterator[str]:
    yield from _heading(section.anchor, section.title)
    for part in section.parts:
        yield from (f"### {line(part.title)}", "")
        if isinstance(part, Block):
            yield from _answers(part.answers)
        elif part.is_table:
            yield from _table(
                list(part.columns), [[_in_cell(cell) for cell in row.cells] for row in part.rows]
            )
        else:
            yield from _rows(part)


def _rows(part: Listing) -> Iterator[str]:
    for row in part.rows:
        yield from (f"#### {line(row.name)}", "")
        yield from _answers(tuple(part.answers(row)))


def _answers(answers: tuple[Answer, ...]) -> Iterator[str]:
    for one in answers:
        if one.label:
            yield from (f"**{line(one.label)}**", "")
        if one.cell.is_list:
            yield from (f"{_BULLET}{line(text)}" for text in one.cell.lines)
        else:
            yield block(one.cell.text)
        yield ""


def _heading(anchor: str, title: str) -> tuple[str, str, str, str]:
    return f'<a id="{anchor}"></a>', "", f"## {line(title)}", ""


def _table(head: list[str], rows: list[list[str]]) -> Iterator[str]:
    yield _row(head)
    yield "|" + " --- |" * len(head)
    yield from (_row(one) for one in rows)
    yield ""


def _row(cells: list[str]) -> str:
    return "| " + " | ".join(line(one).replace("\n", "<br>") or NOTHING for one in cells) + " |"


def _in_cell(cell: Cell) -> str:
    return "\n".join(f"\u2022 {one}" for one in cell.lines) if cell.is_list else cell.text


def line(text: str) -> str:
    """Return a text whose signs mean nothing; a line break stays one."""
    escaped = _SIGNS.sub(r"\\\1", text)
    return _STARTS.sub(_harmless, escaped)


def block(text: str) -> str:
    """Return a longer text: its lines stay apart."""
    # Four blanks would make it code.
    plain = "\n".join(one.strip() for one in text.split("\n"))
    return re.sub(r"(?<!\n)\n(?!\n)", "\\\\\n", line(plain))


def _harmless(found: re.Match[str]) -> str:
    blank, sign = found.groups()
    return f"{blank}{sign[:-1]}\\{sign[-1]}"
