"""From the characters of an expression to its words and marks (pure)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from goals.metrics.custom.faults import Fault
from goals.words import N_, Message

#: The most that is read: characters, and digits of a number.
LONGEST = 1000
MOST_DIGITS = 18
#: What people type or paste for a mark -> the mark.
ALSO = str.maketrans({"\u00d7": "*", "\u00f7": "/", "\u2212": "-", "\u2013": "-"})
_TOKEN = re.compile(
    r"(?P<number>[0-9]+(?:\.[0-9]+)?|\.[0-9]+)|(?P<name>[A-Za-z_][A-Za-z0-9_]*)"
    r"|(?P<mark>[-+*/(),=])"
)


@dataclass(frozen=True)
class Token:
    """A word or mark with its place; `kind` is number, name, mark or end."""

    kind: str
    text: str
    at: int

    @property
    def end(self) -> int:
        """Return the place behind it."""
        return self.at + len(self.text)


def tokens(text: str) -> Iterator[Token]:
    """Yield the tokens of an expression and one for its end; raises Fault for what is none."""
    if len(text) > LONGEST:
        raise Fault(
            "expression_long",
            Message(N_("the formula goes on beyond %(most)s characters."), {"most": LONGEST}),
            LONGEST,
            len(text),
            Message(N_("Make a custom metric of a part of it, and use that one here.")),
        )
    plain = text.translate(ALSO)
    at = 0
    while at < len(plain):
        if plain[at].isspace():
            at += 1
            continue
        found = _TOKEN.match(plain, at)
        if found is None:
            raise Fault(
                "expression_character",
                Message(N_("“%(text)s” has no meaning here."), {"text": text[at]}),
                at,
                at + 1,
                Message(
                    N_(
                        "Use ids of metrics, numbers such as 0.2, + - * / and parentheses. Write"
                        " 20%% as 0.2."
                    )
                ),
            )
        if found.lastgroup == "number" and len(found.group()) > MOST_DIGITS:
            raise Fault(
                "expression_number",
                Message(
                    N_("a number has at most %(most)s digits."),
                    {"most": MOST_DIGITS},
                ),
                at,
                found.end(),
                Message(N_("Shorten the number.")),
            )
        yield Token(str(found.lastgroup), found.group(), at)
        at = found.end()
    yield Token("end", "", len(text))
