"""Whether a text is one SELECT that only reads, as far as its words tell (pure).

This is the first lock and says why in words; the database's own read-only transaction is the
second. What another database might read differently than we do (escaped quotes, dollar quotes,
comments that are run) is refused rather than interpreted.
"""

import re
import unicodedata
from collections.abc import Iterator
from typing import NamedTuple

from goals.errors import Refusal
from goals.words import N_, Message

#: Words that write, also in a part that begins with WITH; none of them is needed to read.
WRITING = frozenset(("insert", "update", "delete", "merge", "into"))
#: Words with which SQL Server begins one more statement, without a semicolon before it. All are
#: reserved there: a column that is called so stands in brackets.
BEGINNING = frozenset(
    "alter backup begin bulk checkpoint commit create dbcc declare deny drop dump exec execute goto"
    " grant if kill load print raiserror readtext reconfigure restore return revert revoke rollback"
    " save set shutdown truncate updatetext use waitfor while writetext".split()
)
#: Functions that touch files, other servers, sessions or sequences, or only keep a server busy.
FUNCTIONS = re.compile(
    r"pg_(read|write|ls|stat)_\w*(file|dir)\w*|pg_file_\w+|pg_(sleep|terminate|cancel|reload|rotate"
    r"|advisory|try_advisory|switch|promote|create|drop|logical|import|export|notify|backup|start"
    r"|stop|replication|sync_replication|wal_replay|log|clear|restore|prewarm|stat_reset"
    r"|stat_statements_reset|current_logfile|hba_file)\w*"
    # Those that take a query as a text run whatever it says.
    r"|ts_stat|ts_rewrite|crosstab\w*|connectby|xpath_table|(query|table|cursor|schema|database)_to_xml\w*"
    r"|postgres_fdw_\w+|lo_\w+|dblink\w*|set_config|setval|nextval"
    r"|fn_\w*(file|trace|log|audit)\w*"
    r"|load_file|load_extension|writefile|readfile|fts3_tokenizer|edit|zipfile|sys_(exec|eval)"
    r"|sleep|benchmark|(get|release)_\w*locks?|xp_\w+|sp_\w+|openrowset|opendatasource|openquery"
)

_TOKEN = re.compile(
    r"(?P<space>\s+)|(?P<line>--[^\n]*)|(?P<block>/\*.*?\*/)|(?P<text>'(?:[^']|'')*')"
    r'|(?P<name>"(?:[^"]|"")*"|`[^`]*`)|(?P<dollar>\$\w*\$)|(?P<word>[^\W\d]\w*)'
    r"|(?P<number>0x[0-9a-f]*|\d+(?:\.\d*)?(?:e[+-]?\d+)?)|(?P<sign>.)",
    re.DOTALL | re.IGNORECASE,
)
#: Comments that MySQL and MariaDB run.
_RUN = re.compile(r"/\*m?[!+]", re.IGNORECASE)
#: Names in brackets: within them SQL Server takes two for one, SQLite ends at the first.
_BRACKETS = {
    "mssql": re.compile(r"\[((?:[^\]]|\]\])*)\](?!\])"),
    "sqlite": re.compile(r"\[([^\]]*)\]"),
}


class Token(NamedTuple):
    """A word or sign of a statement and its place; words and quoted names in small letters."""

    kind: str
    text: str
    place: int


def one_select(query: str, dialect: str) -> str:
    """Return a query without the semicolons at its end, a remark behind them left in place.

    Raises Refusal `query_refused`, which says why, for what is not one SELECT that only reads.
    """
    tokens = list(_tokens(query, dialect))
    ends = []
    while tokens and tokens[-1].text == ";":
        ends.append(tokens.pop().place)
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
        writes = one.text in WRITING or (dialect == "mssql" and one.text in BEGINNING)
        # Behind a number a dot belongs to it: 1.into is not a column.
        is_part = before == "." and place > 1 and tokens[place - 2].kind in ("word", "name")
        writes |= (one.text, after) == ("next", "value")
        if one.kind == "word" and writes and not is_part:
            raise _refused(N_("The query may not hold the word %(word)s."), one.text.upper())
        if one.kind in ("word", "name") and after == "(" and FUNCTIONS.fullmatch(one.text):
            raise _refused(N_("The query may not call %(word)s."), one.text)
    return "".join(one for place, one in enumerate(query) if place not in ends).strip()


def _tokens(query: str, dialect: str) -> Iterator[Token]:
    place = 0
    while place < len(query):
        if dialect in _BRACKETS and query[place] == "[":
            bracket = _BRACKETS[dialect].match(query, place)
            if bracket is None:
                raise _refused(N_("A quote or comment of the query is not closed."))
            yield Token("name", bracket.group(1).lower(), place)
            place = bracket.end()
            continue
        found = _TOKEN.match(query, place)
        assert found is not None and found.lastgroup is not None
        kind, text = found.lastgroup, found.group()
        _look(kind, text, dialect)
        if query.startswith("/*", place) and kind == "sign":
            raise _refused(N_("A quote or comment of the query is not closed."))
        if kind == "name":
            yield Token(kind, text[1:-1].lower(), place)
        elif kind not in ("space", "line", "block"):
            yield Token(kind, unicodedata.normalize("NFKC", text).lower(), place)
        place = found.end()


def _look(kind: str, text: str, dialect: str) -> None:
    """Refuse what databases read in different ways."""
    if kind == "sign" and text in "'\"`":
        raise _refused(N_("A quote or comment of the query is not closed."))
    if kind == "dollar":
        raise _refused(N_("Write texts in single quotes, not in dollars."))
    if kind in ("text", "name") and "\\" in text:
        raise _refused(N_("Leave backslashes out of the query's texts; write a quote twice."))
    if kind == "block" and ("/*" in text[2:] or _RUN.match(text)):
        raise _refused(N_("Leave comments that are run or nested out of the query."))
    if kind == "line" and "\r" in text.rstrip("\r"):
        # It ends such a comment for PostgreSQL, and is a part of it for others.
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
