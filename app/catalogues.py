"""Compiles the message catalogues that are older than their sources."""

import os
import sys
import tempfile
from pathlib import Path

TRANSLATIONS = Path(__file__).resolve().parent.parent / "goals" / "translations"


def compile_stale(folder: Path = TRANSLATIONS) -> list[Path]:
    """Compile every ``.po`` file that is newer than its ``.mo`` file, and return what was made.

    Costs a few file dates when nothing changed. A folder that cannot be written keeps what it has;
    people then read English where a catalogue is missing.
    """
    made = []
    for source in sorted(folder.glob("*/LC_MESSAGES/*.po")):
        target = source.with_suffix(".mo")
        try:
            if target.stat().st_mtime_ns >= source.stat().st_mtime_ns:
                continue
        except FileNotFoundError:
            pass
        try:
            compile_one(source, target)
        except OSError as error:
            print(f"headway: {source.parent.parent.name}: not compiled, {error}", file=sys.stderr)
            continue
        made.append(target)
    return made


def compile_one(source: Path, target: Path) -> None:
    """Compile one catalogue; a reader sees the old file or the new one, never half of it."""
    from babel.messages import mofile, pofile

    date = source.stat().st_mtime_ns
    with source.open("rb") as file:
        catalogue = pofile.read_po(file, locale=source.parent.parent.name)
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=".", suffix=".mo.tmp")
    with os.fdopen(handle, "wb") as file:
        mofile.write_mo(file, catalogue)
    temporary = Path(name)
    temporary.chmod(0o644)
    # The date of the source as it was read: a change during the compilation is seen next time.
    os.utime(temporary, ns=(date, date))
    temporary.replace(target)
