"""Import a file: import FILE --as RECORD [--mapping F] [--dry-run]."""

import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import Any

from app import imports, rebuilding
from app.cli import common
from app.cli.common import CommandError
from app.cli.context import Context, opened
from goals import words
from goals.tracking import visibility
from integrations.files import choosing
from integrations.files.rejects import RejectsFile
from integrations.files.result import ImportResult, NotImported


def add_arguments(parser: ArgumentParser) -> None:
    """Say what the command takes."""
    parser.add_argument(
        "file", metavar="FILE", type=Path, help="a CSV file or an Excel workbook (.xlsx)"
    )
    parser.add_argument("--as", required=True, dest="record", metavar="RECORD")
    parser.add_argument("--mapping", type=Path, metavar="F", help="which column is what (JSON)")
    parser.add_argument("--sheet", metavar="NAME", help="the sheet of a workbook")
    parser.add_argument("--dry-run", action="store_true", help="say what would happen only")
    common.add_workspace(parser)
    common.add_lang(parser)
    common.add_json(parser)


def run(args: Namespace) -> int:
    """Import; an import of which every row was rejected makes the exit code 1."""
    mapping = None if args.mapping is None else choosing.read_json(_bytes(args.mapping))
    with opened(args) as context:
        try:
            result = _import(context, args, mapping)
        except NotImported as error:
            return _refuse(error, args, context.reader)
        common.show(args, result.to_json(context.reader), _text(result, context.reader))
    return 1 if result.failed else 0


def _import(context: Context, args: Namespace, mapping: Any) -> ImportResult:
    base = args.file.with_name(f"{args.file.name}.rejects")
    with _opened(args.file, "file") as file, context.session() as session:
        with RejectsFile(base, context.reader) as rejects:
            result = imports.import_any(
                session,
                file,
                args.record,
                mapping,
                hand=imports.hand(
                    session, visibility.OWNER, today=context.today, load=Path.read_bytes
                ),
                now=context.now(),
                dry_run=args.dry_run,
                sheet=args.sheet,
                label=args.file.name,
                rejects=None if args.dry_run else rejects.add,
            )
        result.rejects_file = None if rejects.path is None else str(rejects.path)
        result.problems.add(rejects.problems())
    if not args.dry_run:
        begin = context.wiring.database.begin(context.workspace.id)
        rebuilding.count_in_turns(begin, context.now)
    return result


def _opened(path: Path, field: str) -> Any:
    if path.is_fifo() or path.is_socket():
        raise CommandError(
            "unreadable_file",
            f"{path} is a pipe, and a file is read more than once.",
            "Save what comes out of it as a file, and import that.",
            field=field,
        )
    try:
        return path.open("rb")
    except OSError as error:
        raise CommandError(
            "unreadable_file",
            f"{path} cannot be read: {error.strerror}.",
            "Check the name of the file and whether you may read it.",
            field=field,
        ) from error


def _bytes(path: Path) -> bytes:
    with _opened(path, "mapping") as file:
        content: bytes = file.read()
    return content


def _refuse(error: NotImported, args: Namespace, reader: words.Reader) -> int:
    """Show why a file was not imported, with what helps to mend that; returns the exit code."""
    shown = CommandError(
        error.code,
        words.render(error.message, reader),
        words.render(error.fix, reader) if error.fix is not None else "",
        field=error.field,
    )
    if not args.json or not error.extra:
        common.show_error(shown, json=args.json)
        if error.extra:
            print(common.as_json(error.extra), file=sys.stderr)
        return shown.exit_code
    told = {"code": shown.code, "message": shown.message, "fix": shown.fix, "field": shown.field}
    print(common.as_json({"error": told, **error.extra}))
    return shown.exit_code


def _text(result: ImportResult, reader: words.Reader) -> str:
    counts = ", ".join(f"{name} {number}" for name, number in result.counts().items())
    lines = [f"{result.record}: {counts}{' (dry run)' if result.dry_run else ''}"]
    if result.detected.sheet:
        lines.append(f"Read from the sheet {result.detected.sheet}.")
    unit = "row" if result.detected.sheet else "line"
    for one in result.problems.to_json(reader):
        where = "" if one["line"] is None else f"{unit} {one['line']}"
        letters = result.letters.get(one["column"] or "")
        column = f"{letters} {one['column']}" if letters else one["column"]
        place = ", ".join(filter(None, (where, column)))
        lines.append(f"  {place}{': ' if place else ''}{one['problem']} {one['fix']}")
    if result.rejects_file is not None:
        lines.append(f"The rejected rows are in {result.rejects_file}.")
    return "\n".join(lines)
