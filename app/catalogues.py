"""The message catalogues: compiled where older than their sources, brought up to date by hand.

`python -m app.catalogues` takes new texts from code and templates into every `.po` file.
"""

import os
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from babel.messages.catalog import Catalog

ROOT = Path(__file__).resolve().parent.parent
TRANSLATIONS = ROOT / "goals" / "translations"

#: What marks a text, and which arguments are texts: the markers of pages and of `goals.words`.
KEYWORDS: dict[str, Any] = {
    **dict.fromkeys(["_", "_l", "N_", "gettext", "lazy_gettext"], None),
    **dict.fromkeys(["P_", "ngettext", "lazy_ngettext"], (1, 2)),
    **dict.fromkeys(["C_", "pgettext"], ((1, "c"), 2)),
}


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


def extract(root: Path = ROOT, folder: Path = TRANSLATIONS) -> "Catalog":
    """Return a catalogue of all texts in code and templates, without translations."""
    from babel.messages.catalog import Catalog
    from babel.messages.extract import extract_from_dir
    from babel.messages.frontend import parse_mapping_cfg

    with (folder / "babel.cfg").open(encoding="utf-8") as file:
        methods, options = parse_mapping_cfg(file)  # type: ignore[no-untyped-call]
    found = Catalog(project="Headway", fuzzy=False)
    for name, _, text, comments, context in extract_from_dir(
        root, methods, options, KEYWORDS, ["Translators:"], strip_comment_tags=True
    ):
        found.add(text, locations=[(name, 1)], auto_comments=comments, context=context)
    return found


def update(root: Path = ROOT, folder: Path = TRANSLATIONS) -> dict[str, int]:
    """Bring every catalogue up to date and return by language how many texts it lacks.

    New texts stand in it without a translation, texts that are gone leave it; nothing is guessed.
    """
    from babel.messages import pofile

    template = extract(root, folder)
    lacking = {}
    for source in sorted(folder.glob("*/LC_MESSAGES/*.po")):
        language = source.parent.parent.name
        with source.open("rb") as file:
            catalogue = pofile.read_po(file, locale=language)
        revised = catalogue.revision_date
        catalogue.update(template, no_fuzzy_matching=True, update_creation_date=False)
        catalogue.revision_date = revised
        texts = [one for one in catalogue if one.id]
        for one in texts:
            if not any(_forms(one.string)):
                # Babel doubts a new plural only because English has two forms.
                one.flags.discard("fuzzy")
        with source.open("wb") as file:
            pofile.write_po(
                file,
                catalogue,
                width=96,
                ignore_obsolete=True,
                include_lineno=False,
                sort_output=True,
            )
        lacking[language] = sum(not all(_forms(one.string)) for one in texts)
    return lacking


def _forms(text: Any) -> list[str]:
    return list(text) if isinstance(text, (list, tuple)) else [text]


if __name__ == "__main__":
    for language, lacks in update().items():
        print(f"{language}: {lacks} texts without translation")
