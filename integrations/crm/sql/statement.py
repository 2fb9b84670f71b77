"""Whether a text is one SELECT that only reads, as far as its words tell (pure).

This is the first lock and says why in words; the database's own read-only transaction is the
second. What another database might read differently than we do (escaped quotes, dollar quotes,
comments that are run) is refused rather than interpreted.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from goals.errors import Refusal
from goals.words import N_, Message

#: Words that write, also in a part that begins with WITH; none of them is needed to read.
WRITING = frozenset(("insert", "update", "delete", "merge", "into"))
#: Functions that touch files, other servers, sessions or sequences, or only keep a server busy.
FUNCTIONS = re.compile(
    r"pg_(read|write|ls|stat)_\w*(file|dir)\w*|pg_file_\w+|pg_(sleep|terminate|cancel|reload|rotate"
    r"|advisory|try_advisory|switch|promote|create|drop|logical|import|export|notify)\w*"
    r"|lo_\w+|dblink\w*|set_config|setval|nextval|query_to_xml\w*|(table|cursor|database)_to_xml\w*"
    r"|load_file|load_extension|writefile|readfile|fts3_tokenizer|edit|zipfile|sys_(exec|eval)"
    r"|sleep|benchmark|(get|release)_\w*locks?|xp_\w+|sp_\w+|openrowset|opendatasource|openquery"
)

_TOKEN = re.compile(
    r"(?P<space>\s+)|(?P<line>--[^\n]*)|(?P<block>/\*.*?\*/)|(?P<text>'(?:[^']|'')*')"
    r'|(?P<name>"(?:[^"]|"")*"|`[^`]*`)|(?P<dollar>\$\w*\$)|(?P<word>[^\W\d]\w*)'
    r"|(?P<number>\d\w*)|(?P<sign>.)",
    re.DOTALL,
)


class Token(NamedTuple):
    """A word or sign of a statement; words and quoted names in small letters."""

    kind: str
    text: str


def one_select(query: str, dialect: str) -> str:
    """Return a query without the semicolon at its end.

    Raises Refusal `query_refused`, which says why, for what is not one SELECT that only reads.
    """
    tokens = list(_tokens(query, dialect))
    while tokens and tokens[-1].text == ";":
        tokens.pop()
    if not tokens:
        raise _refused(N_("The query is empty."))
    if any(one.text == ";" for one in tokens):
        raise _refused(N_("The query holds several statements."))
    first = next((one.text for one in tokens if one.text != "("), "")
    if first not in ("select", "with"):
        raise _refused(N_("The query does not begin with SELECT or WITH."))
    for place, one in enumerate(tokens):
        before = tokens[place - 1].text if place else ""
        after = tokens[place + 1].text if place + 1 < len(tokens) else ""
        if one.kind == "word" and one.text in WRITING and before != ".":
            raise _refused(N_("The query may not hold the word %(word)s."), one.text.upper())
        if one.kind in ("word", "name") and after == "(" and FUNCTIONS.fullmatch(one.text):
            raise _refused(N_("The query may not call %(word)s."), one.text)
    return query.strip().rstrip("; \t\r\n")


def _tokens(query: str, dialect: str) -> Iterator[Token]:
    place = 0
    while place < len(query):
        if dialect in ("sqlite", "mssql") and query[place] == "[":
            end = query.find("]", place)
            if end < 0:
                raise _refused(N_("A quote or comment of the query is not closed."))
            yield Token("name", query[place + 1 : end].lower())
            place = end + 1
            continue
        found = _TOKEN.match(query, place)
        assert found is not None and found.lastgroup is not None
        kind, text = found.lastgroup, found.group()
        _look(kind, text, dialect)
        if query.startswith("/*", place) and kind == "sign":
            raise _refused(N_("A quote or comment of the query is not closed."))
        place = found.end()
        if kind == "name":
            yield Token(kind, text[1:-1].lower())
        elif kind not in ("space", "line", "block"):
            yield Token(kind, text.lower())


def _look(kind: str, text: str, dialect: str) -> None:
    """Refuse what databases read in different ways."""
    if kind == "sign" and text in "'\"`":
        raise _refused(N_("A quote or comment of the query is not closed."))
    if kind == "dollar":
        raise _refused(N_("Write texts in single quotes, not in dollars."))
    if kind in ("text", "name") and "\\" in text:
        raise _refused(N_("Leave backslashes out of the query's texts; write a quote twice."))
    if kind == "block" and ("/*" in text[2:] or text[2:3] in "!+"):
        raise _refused(N_("Leave comments that are run or nested out of the query."))
    if kind == "sign" and text == "\0":
        raise _refused(N_("The query holds a character that no query has."))
    if dialect == "mysql" and (
        (kind == "sign" and text == "#") or (kind == "line" and text[2:3] not in ("", " ", "\t"))
    ):
        raise _refused(N_("Write comments of the query as -- with a blank behind it."))


def _refused(text: str, word: str = "") -> Refusal:
    return Refusal(
        "query_refused",
        text,
        {"word": word} if word else None,
        fix=Message(N_("Write one SELECT that only reads.")),
        field="query",
    )
