"""Write the strategy document: document FILE --format md|html|docx|pptx|xlsx|pdf|json."""

import os
import tempfile
from argparse import ArgumentParser, Namespace
from pathlib import Path

from app.cli import common
from app.cli.common import CommandError
from app.cli.context import opened
from goals import words
from strategy.document import build, formats, glyphs, terms


def add_arguments(parser: ArgumentParser) -> None:
    """Say what the command takes."""
    parser.add_argument("file", metavar="FILE", type=Path, help="the file to write")
    parser.add_argument("--format", required=True, choices=sorted(formats.FORMATS))
    common.add_workspace(parser)
    common.add_today(parser)
    common.add_lang(parser)
    common.add_json(parser)


def run(args: Namespace) -> int:
    """Write what was approved last, or the draft before the first approval."""
    with opened(args) as context:
        with context.session() as session:
            document = build.build(
                session, context.reader, now=context.now(), on=context.today_given
            )
        content = formats.write(document, args.format)
        _keep(args.file, content)
    lacking = glyphs.characters(document) if args.format == "pdf" else ()
    told = {
        "file": str(args.file),
        "format": args.format,
        "bytes": len(content),
        "title": document.title,
        "version": document.data["version"],
        "sections": [one.key for one in document.sections],
        "goals": len(document.kpis),
        "boxes": list(lacking),
    }
    lines = [f"{args.file}: {document.title}. {document.edition}"]
    if document.is_empty:
        lines.append(document.say(terms.EMPTY))
    missing = glyphs.said(lacking)
    if missing is not None:
        lines.append(words.render(missing, context.reader))
    common.show(args, told, "\n".join(lines))
    return 0


def _keep(path: Path, content: bytes) -> None:
    """Write a file whole or not at all; raises CommandError where it cannot be written."""
    try:
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".tmp")
        temporary = Path(name)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
            temporary.chmod(0o644)
            temporary.replace(path)
        finally:
            temporary.unlink(missing_ok=True)
    except OSError as error:
        raise CommandError(
            "unwritable_file",
            f"{path} cannot be written: {error.strerror}.",
            "Name a file in a folder that is there and that you may write to.",
            field="file",
        ) from error
