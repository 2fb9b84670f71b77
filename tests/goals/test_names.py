"""What counts as a name: something that can be seen."""

import pytest

from goals import names

UNSEEN = [
    "",
    " \t",
    "\u200b",
    "\u2060\ufeff",
    "\u00ad\u200d",
    "\x01\x7f",
    "\u3164",
    "\u2800",
    "\u0301",
]


@pytest.mark.parametrize("text", UNSEEN, ids=ascii)
def test_what_cannot_be_seen_is_no_name(text):
    assert names.clean(text) == ""
    assert names.clean(f" {text} {text}\n") == ""


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("  North \t Sea ", "North Sea"),
        ("ขาย", "ขาย"),
        ("销售", "销售"),
        ("👩‍👧", "👩‍👧"),
        ("нет", "нет"),
        ("#1", "#1"),
        ("a\u200bb", "a\u200bb"),
    ],
)
def test_a_name_that_can_be_seen_stays_as_it_is(text, name):
    assert names.clean(text) == name
