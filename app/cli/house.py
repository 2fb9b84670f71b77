"""The rules of this code base that no tool knows; each returns one line for every breach."""

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

MOST_LINES = 400
CODE = frozenset({".py", ".html", ".js"})
VENDORED = "app/static/vendor/"

# Pages run under a policy that refuses all of these, so they would be dead markup.
INLINE = {
    "style element": re.compile(r"<style\b", re.IGNORECASE),
    "style attribute": re.compile(r"\sstyle\s*=", re.IGNORECASE),
    "inline script": re.compile(
        r"<script\b(?![^>]*\bsrc\s*=)(?![^>]*type\s*=\s*[\"']application/json)", re.IGNORECASE
    ),
    "handler attribute": re.compile(r"<[a-z][^>]*\s(?:hx-on[:\w-]*|on[a-z]+)\s*=", re.IGNORECASE),
    "javascript: address": re.compile(r"=\s*[\"']?\s*javascript:", re.IGNORECASE),
}

# Folders of one machine, and the hosts that packages come from: they mean nothing elsewhere.
MACHINE = re.compile(
    r"(?<![\w.~$}/-])/(?:root|home/\w+|Users/\w+|work)/\w"
    r"|\b(?:files\.pythonhosted|registry\.npmjs|deb\.debian|security\.debian)\.org"
    r"|\bpypi\.org/simple"
)


def tracked(root: Path) -> list[Path]:
    """Return the files that belong to the project: known to git, or new and not ignored."""
    listing = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=root,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    files = (root / name for name in sorted(set(listing.split("\0"))) if name)
    return [file for file in files if file.is_file()]


def own_texts(root: Path) -> Iterator[tuple[str, str]]:
    """Yield name and content of every text of ours."""
    for file in tracked(root):
        name = file.relative_to(root).as_posix()
        if name.startswith(VENDORED):
            continue
        try:
            yield name, file.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue


def long_files(root: Path) -> list[str]:
    """Find code files that should be split by subject."""
    return [
        f"{name}: {lines} lines, at most {MOST_LINES}"
        for name, text in own_texts(root)
        if Path(name).suffix in CODE and (lines := text.count("\n")) > MOST_LINES
    ]


def inline_markup(root: Path) -> list[str]:
    """Find styles, scripts and handlers inside templates."""
    found = []
    for file in sorted((root / "templates").rglob("*.html")):
        text = file.read_text(encoding="utf-8")
        for what, pattern in INLINE.items():
            for match in pattern.finditer(text):
                line = text.count("\n", 0, match.start()) + 1
                found.append(f"{file.relative_to(root).as_posix()}:{line}: {what}")
    return found


def broken_catalogues(root: Path) -> list[str]:
    """Find message catalogues that do not compile, or whose placeholders differ."""
    from babel.messages import pofile

    found = []
    for file in sorted((root / "goals" / "translations").glob("*/LC_MESSAGES/*.po")):
        name = file.relative_to(root).as_posix()
        try:
            with file.open("rb") as stream:
                locale = file.parent.parent.name
                catalogue = pofile.read_po(stream, locale=locale, abort_invalid=True)
        except (pofile.PoFileError, ValueError) as error:
            found.append(f"{name}: {error}")
            continue
        for message, errors in catalogue.check():
            found += [f"{name}:{message.lineno}: {error}" for error in errors]
    return found


def machine_names(root: Path) -> list[str]:
    """Find folders of one machine and hosts of package registries."""
    found = []
    for name, text in own_texts(root):
        for number, line in enumerate(text.splitlines(), 1):
            if match := MACHINE.search(line):
                found.append(f"{name}:{number}: {match.group()}")
    return found
