"""The words on top of forms and on their buttons are whole in every language."""

import pytest

from goals import words
from goals.words import Message
from integrations.slack import (
    assigning,
    attaching,
    checkin_view,
    comments,
    modals,
    remedying,
    setting,
    starting,
)

WORDS = [
    getattr(module, name)
    for module in (
        assigning,
        attaching,
        checkin_view,
        comments,
        remedying,
        setting,
        starting,
    )
    for name in ("_TITLE", "_SUBMIT", "_SAVE", "_CHANGE", "_LOOK")
    if hasattr(module, name)
] + ["Cancel", "Close"]


@pytest.mark.parametrize("locale", ["en", "th", "zh_Hans"])
@pytest.mark.parametrize("text", WORDS)
def test_a_word_on_a_form_is_whole(text: str, locale: str) -> None:
    said = words.render(Message(text), words.Reader(locale))
    form = modals.form("x", Message(text), Message(text), [], {}, words.Reader(locale))
    assert (form["title"]["text"], form["submit"]["text"]) == (said, said)
    assert len(said) <= modals.TITLE
