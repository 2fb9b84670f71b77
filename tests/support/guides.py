"""What the guides of vendors say in another language, for pages that should show none of ours."""

from collections.abc import Iterator
from dataclasses import asdict

from goals import words
from integrations import crm
from tests.support import languages


def kept(language: str) -> set[str]:
    """Return the words of vendors' guides that stand as they do on the vendors' own screens.

    They are names, and those of the English text that its translation has kept; a text that was
    not translated at all keeps nothing.
    """
    found = {word for one in crm.PROVIDERS.values() for word in languages.latin(one.title)}
    for guide in filter(None, map(crm.guide, crm.PROVIDERS)):
        found |= {word for name, _ in guide.scopes for word in languages.latin(name)}
        for text in _texts(asdict(guide)):
            translated = words.render(words.Message(text), language)
            if translated != text:
                found |= {*languages.latin(translated)} & {*languages.latin(text)}
    return found


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from _texts(list(value.values()))
    elif isinstance(value, list | tuple):
        for one in value:
            yield from _texts(one)
