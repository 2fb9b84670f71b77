"""Hands the texts of the worksheets to Babel, which collects them for translation.

In a Babel mapping file:

    [extractors]
    worksheets = strategy.worksheets.extract:extract
    [worksheets: strategy/worksheets/content/**.toml]
"""

from collections.abc import Collection, Iterator, Mapping
from typing import IO, Any

from strategy.worksheets import content


def extract(
    stream: IO[bytes],
    keywords: Collection[str],
    comment_tags: Collection[str],
    options: Mapping[str, Any],
) -> Iterator[tuple[int, str, str, list[str]]]:
    """Yield line, function, message id and comments for every text of a content file."""
    data = stream.read()
    section = content.read(data, getattr(stream, "name", "content"))
    lines = data.decode("utf-8").splitlines()
    for text in dict.fromkeys(content.texts(section)):
        yield _line(lines, text), "", content.catalogue_id(text), []


def _line(lines: list[str], text: str) -> int:
    quoted = text.replace("\\", "\\\\").replace('"', '\\"')
    return next((number for number, line in enumerate(lines, 1) if quoted in line), 1)
