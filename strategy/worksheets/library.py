"""The worksheets of the product, read once from their files."""

from functools import lru_cache
from pathlib import Path

from strategy.worksheets import content, content_checks
from strategy.worksheets.content import Asked, ContentError, Worksheets

FOLDER = Path(__file__).parent / "content"


@lru_cache(maxsize=1)
def worksheets() -> Worksheets:
    """Return the worksheets; raises ContentError when a file is wrong."""
    return load(FOLDER)


def load(folder: Path) -> Worksheets:
    """Read and check all files of a folder; raises ContentError that names the file and place."""
    sections = []
    for file in sorted(folder.glob("*.toml")):
        section = content.read(file.read_bytes(), file.name)
        if section.key != file.stem:
            raise ContentError(f"{file.name}: its key is {section.key}, not the file's name")
        sections.append(section)
    sections.sort(key=lambda one: one.position)
    asked = {
        f"{section.key}.{question.key}": Asked(section, question)
        for section in sections
        for question in section.questions
    }
    found = Worksheets(tuple(sections), asked)
    content_checks.check(found)
    return found
