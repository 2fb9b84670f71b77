"""From the meanings of a question's phrases to the one intent that they have together (pure)."""

from collections.abc import Iterable, Sequence

from goals.questions.naming import Meant
from goals.questions.periods import Spoken
from goals.questions.spans import Piece

#: Intents that a phrase alone has.
STRONG = frozenset(
    (
        *("why", "forecast", "compare", "owner", "due", "changed", "stale", "definition"),
        *("remedies", "my_number", "help", "language"),
    )
)
#: Intents that are about one goal and mean nothing without any.
NEED_GOAL = frozenset(("status", "why", "forecast", "compare", "owner", "remedies", "what"))
#: Of two intents in one question the first is meant where both stand; others are no question.
_BEATS = (
    ("my_number", "forecast"), ("my_number", "due"), ("my_number", "compare"),
    ("my_number", "remedies"), ("stale", "why"), ("stale", "due"), ("stale", "changed"),
    ("why", "changed"), ("why", "forecast"), ("remedies", "forecast"), ("forecast", "due"),
    ("definition", "language"), ("definition", "stale"), ("compare", "changed"),
    ("language", "help"), ("language", "changed"), ("help", "remedies"), ("owner", "remedies"),
    ("remedies", "help"), ("compare", "why"),
)  # fmt: skip
_STATES = {"off": "off_track", "ahead": "ahead"}
_SCOPES = ("channel", "team", "me")


def is_change(telling: Sequence[Piece]) -> bool:
    """Tell whether a question wants something changed: it begins with such a word.

    In Chinese that word may come later.
    """
    for number, one in enumerate(telling):
        is_wish = one.meanings == {"change"} and not one.exact
        if is_wish and (number == 0 or "\u2e80" <= one.words[0] <= "\u9fff"):
            return True
        if number == 0 and one.meanings and one.meanings <= {"also", "help"}:
            return is_change(telling[1:])
    return False


def together(phrases: Iterable[frozenset[str]], *, has_content: bool) -> frozenset[str]:
    """Return the meanings of phrases; "what is behind" asks for reasons only of something.

    And "what can be done" asks for remedies only of something.
    """
    found: set[str] = set()
    for meanings in phrases:
        if meanings in ({"why", "off"}, {"remedies", "help"}):
            found |= meanings & ({"why", "remedies"} if has_content else {"off", "help"})
        else:
            found |= meanings
    return frozenset(found)


def intent_of(
    meanings: frozenset[str], meant: Meant, *, has_content: bool, metrics: frozenset[str]
) -> str | None:
    """Return the intent of a question, None where its phrases do not go together."""
    strong = set(meanings & STRONG)
    if len(strong) > 1 or meanings & {"off", "on", "ahead", "goals", "all", "me", "team"}:
        strong.discard("help")
    if has_content or len(strong) > 1:
        strong.discard("language")
    for winner, loser in _BEATS:
        if winner in strong and loser in strong:
            strong.discard(loser)
    if len(strong) > 1:
        return None
    if strong:
        [found] = strong
        if found == "owner" and meant.is_group:
            return "list"
        if found in ("help", "language", "my_number") and has_content:
            return "status" if found == "help" and meant.ids else None
        return found
    if has_content and not meant.is_group:
        is_bare = "what" in meanings and not meanings & {"status", "off", "on", "ahead", "goals"}
        return "what" if is_bare and metrics and meant.is_alias else "status"
    return _of_several(meanings, meant)


def _of_several(meanings: frozenset[str], meant: Meant) -> str | None:
    """Return the intent of a question about goals that stand together, or about all."""
    states = [_STATES[one] for one in ("off", "ahead") if one in meanings]
    if states:
        return states[0] if len(states) == 1 else None
    if "on" in meanings:
        return None if "what" in meanings else "off_track"
    if meant.is_group or meanings & {"goals", "all", "status", "team", "channel"}:
        return "list"
    return "list" if "me" in meanings else "status"


def scope_of(meanings: frozenset[str]) -> str | None:
    """Return whose goals are meant by who asks and where, None for those of everybody."""
    return next((one for one in _SCOPES if one in meanings), None)


def sides(intent: str, said: Sequence[Spoken]) -> tuple[Spoken | None, Spoken | None]:
    """Return the period that is asked about and the one it is compared with."""
    if intent == "compare":
        if len(said) == 1:
            return None, said[0]
        return (said[0], said[1]) if said else (None, None)
    return (said[0], None) if len(said) == 1 else (None, None)
