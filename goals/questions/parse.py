"""From a question's words to what is asked: the intent and what it is about (pure).

One rule for every language: the question is cut into phrases that are known, the names of goals
and what they go by, and periods. It is understood only when nothing is left over; what is left
over must be a part of a goal's name, or a slip of the fingers in it. So no question is answered
of which a word was not understood.
"""

from collections.abc import Sequence
from dataclasses import replace

from rapidfuzz import fuzz

from goals.questions import (
    intents,
    lexicon,
    lookalikes,
    naming,
    negation,
    spans,
    spelling,
    text,
)
from goals.questions.hearing import Heard, hear, is_wish
from goals.questions.naming import Meant, Name
from goals.questions.question import Question
from goals.questions.spans import Names, Piece

__all__ = ["Name", "Question", "parse"]

#: Before a name that is a phrase as well, these say that it is meant as a name.
_OF = frozenset(("of", "for", "on", "about", "goal", "called", "named"))
#: Intents whose words keep their meaning whatever goals are called.
_KEPT = frozenset(("help", "list", "off_track"))
#: Words that ask about several goals.
_SEVERAL = frozenset(("goals", "all", "what", "me", "team", "channel"))
#: Questions about several goals, which may go on with other people's.
_LISTS = frozenset(("list", "off_track", "ahead", "changed", "stale", "due"))
#: What may be said of goals side by side.
_BESIDE = frozenset(("compare", "versus", "status", "also", "pair", "whether", "what"))
#: What stands behind these belongs to them.
_TOLD_APART = frozenset(("not", "except", "pair", "also", "versus", "compare", "beyond", "who"))
#: Questions about one goal as well as about several.
_OF_BOTH = frozenset(("changed", "stale", "due"))


def parse(
    question: str,
    known: Sequence[Name],
    before: Question | None = None,
    names: Names | None = None,
) -> Question:
    """Return what a question asks of the goals known to the asker.

    The words for help and for lists keep their meaning whatever goals are called; "status of"
    leads to a goal that is called so. A question that lacks its goal takes that of the one
    `before`. `names` are what the goals go by, where that is ready.
    """
    typed = text.plain(question)
    asked = typed.rstrip("?!. ")
    if not asked:
        return Question("help")
    names = names or naming.names(known)
    words = text.asked(text.canonical(typed))
    found = _understood(words, names, known)
    if found.intent in _KEPT and not found.is_open:
        return found
    same = naming.same(asked, typed[len(asked) :].strip(), known)
    if same:
        return Question("status", tuple(one.id for one in same))
    if found.intent == "unknown" and not found.is_open:
        found = _first(_respelt(words, names, known), found)
    if found.intent == "unknown" and not found.is_open:
        found = _first(_without_preamble(typed, names, known), found)
    if found.intent == "unknown" and not found.is_open:
        found = _first(_put_first(words, names, known), found)
    return _following(found, before)


def _respelt(words: str, names: Names, known: Sequence[Name]) -> Question:
    """Return what a question asks with its words spelt right; a name is then told."""
    respelt, is_name = spelling.right(words, names)
    if respelt == words:
        return Question("unknown")
    found = _understood(respelt, names, known)
    if not is_name or found.intent == "unknown":
        return found
    if len(found.goals) != 1:
        # Several goals are offered, and of none is anything said.
        return found if found.goals and not found.is_group else Question("unknown")
    called = next(one.name for one in known if one.id == found.goals[0])
    return replace(found, read_as=found.read_as or called)


def _without_preamble(typed: str, names: Names, known: Sequence[Name]) -> Question:
    """Return what is asked beside clauses that say only why or when somebody asks."""
    clauses = [one for one in text.clauses(typed) if text.canonical(one)]
    told = [one for one in clauses if not _is_beside(text.canonical(one), names)]
    if not told or len(told) == len(clauses):
        return Question("unknown")
    words = text.canonical(" ".join(told))
    return _first(_understood(words, names, known), _put_first(words, names, known))


def _put_first(words: str, names: Names, known: Sequence[Name]) -> Question:
    """Return what is asked with whose it is put first: "open battery deals" are open deals.

    So nothing stands any more between the words for a metric.
    """
    pieces = spans.cut(words, names)
    inside = [one for one in pieces if one.is_name and one.goals and not one.meanings]
    inside = [one for one in inside if not one.exact]
    is_told_apart = any(one.meanings & _TOLD_APART for one in pieces)
    if len(inside) != 1 or is_told_apart or inside[0].start == 0:
        return Question("unknown")
    [one] = inside
    rest = f"{words[: one.start]} {words[one.end :]}"
    found = _understood(text.canonical(f"{one.words} {rest}"), names, known)
    is_clear = found.is_sure and not found.is_open and len(found.goals) == 1
    return found if is_clear and found.metrics else Question("unknown")


def _is_beside(clause: str, names: Names) -> bool:
    """Tell whether a clause says only why, when or how somebody asks, and names nothing."""
    if lexicon.is_preamble(clause):
        return True
    if not lexicon.is_chatter(clause):
        return False
    pieces = spans.cut(clause, names)
    return not any(one.goals or one.spoken or "except" in one.meanings for one in pieces)


def _first(one: Question, other: Question) -> Question:
    return other if one.intent == "unknown" and not one.is_open else one


def _following(found: Question, before: Question | None) -> Question:
    """Return a question with what the one before it says and it leaves out."""
    if not found.is_open:
        return found
    if before is not None and before.intent == "unknown":
        return replace(found, intent="unknown")
    is_list = found.intent not in intents.NEED_GOAL
    if is_list and (before is None or not before.goals or before.is_group):
        if before is None or found.intent != "list" or before.intent not in _LISTS:
            return replace(found, is_open=False)
        return replace(before, goals=found.goals or before.goals, scope=found.scope,
                       is_group=found.is_group or before.is_group)  # fmt: skip
    if is_list and (found.goals or found.intent == "list"):
        return replace(found, is_open=False)
    if before is None and found.goals:
        return replace(found, is_open=False)
    if before is None or not before.goals or before.is_group:
        return replace(found, intent="unknown")
    intent = before.intent if found.intent in ("unknown", "status") else found.intent
    if intent == "help":
        intent = "remedies"
    if found.goals:
        return replace(found, intent=intent)
    return replace(
        before,
        intent=intent,
        period=found.period or (before.period if intent != "compare" else None),
        against=found.against,
    )


def _understood(words: str, names: Names, known: Sequence[Name]) -> Question:
    """Return what the words ask; where phrases are names too, as phrases if that is a question."""
    pieces = spans.cut(words, names)
    read = [_as_name(one, words) for one in pieces]
    found = _read(read, words, known)
    if found.intent in ("unknown", "list") and any(one.goals for one in pieces):
        named = [_named(one) if one.goals else one for one in pieces]
        if named != read and found.intent == "unknown":
            return _first(_read(named, words, known), found)
    if found.is_open and not found.goals:
        # No goal is left for it but the one that is called so: "how is Sell more going".
        them = zip(pieces, read, strict=True)
        whole = [_named(one) if one.exact and " " in one.words else other for one, other in them]
        called = _read(whole, words, known) if whole != read else found
        return called if called.is_sure and len(called.goals) == 1 else found
    return found


def _as_name(piece: Piece, words: str) -> Piece:
    """Return a piece that is a phrase and a name as the one of both that is meant."""
    if not piece.goals or piece.is_name:
        return piece
    before = words[: piece.start].split()[-1:]
    if before and before[0] in _OF:
        return _named(piece)
    return replace(piece, exact=frozenset(), goals=frozenset())


def _named(piece: Piece) -> Piece:
    kept = frozenset(one for one in piece.meanings if one == "act" or one[:7] == "metric:")
    return replace(piece, meanings=kept, spoken=None)


def _read(pieces: Sequence[Piece], words: str, known: Sequence[Name]) -> Question:
    if intents.is_change([one for one in pieces if not one.is_filler]):
        return Question("refused")
    is_of_one = any(one.is_name for one in pieces if not one.is_filler)
    if lookalikes.is_any(pieces):
        return Question("unknown", rest=words)
    kept, left_out = negation.apart(pieces)
    if left_out:
        return _without(_read(kept, words, known), left_out, known)
    turned = negation.applied(pieces, is_of_one=is_of_one)
    if turned is None:
        return Question("unknown", rest=words)
    heard = hear(turned, words)
    meant = naming.meant(heard.content, words, known, heard.said)
    if not meant.ids and len(heard.content) > 1 and not heard.said:
        both = _side_by_side(heard, turned, known)
        if both is not None:
            return both
    found = _asked(heard, meant, words, known)
    if "both" in heard.meanings:
        found = _both(found)
    is_not = is_of_one and len(turned) < len(pieces)
    if is_not and found.intent not in ("status", "why", "forecast"):
        return Question("unknown", near=_near(meant, words, known), rest=words)
    return found


def _without(found: Question, left_out: frozenset[int], known: Sequence[Name]) -> Question:
    """Return a question without goals that are said not to be meant, clear if one is left.

    A number of which a part is left out is no goal's.
    """
    goals = tuple(one for one in found.goals if one not in left_out)
    parts = {one.aliases for one in known if one.id in left_out and one.segment}
    is_part = any(one.aliases in parts and not one.segment for one in known if one.id in goals)
    if found.is_pair or is_part or not goals:
        # "Isn't churn on track" leaves nothing out.
        return Question("unknown", near=found.near or found.goals)
    if len(goals) == len(found.goals):
        return found
    return replace(found, goals=goals, is_sure=len(goals) == 1, is_group=False)


def _both(found: Question) -> Question:
    """Return what is asked of the two goals that are named as two."""
    if len(found.goals) != 2 or found.is_pair:
        return Question("unknown", near=found.near or found.goals)
    is_pair = found.intent in ("status", "compare", "list") and found.period is None
    return replace(found, is_pair=is_pair, is_sure=is_pair, is_group=False)


def _asked(heard: Heard, meant: Meant, words: str, known: Sequence[Name]) -> Question:
    content, said, meanings = heard.content, heard.said, heard.meanings
    is_else = lookalikes.is_event(content, meanings) or _is_counted(meanings, meant, known)
    is_else = is_else or (not meanings and not said and lookalikes.is_errand(content, words))
    if is_else:
        return Question("unknown", near=_near(meant, words, known), rest=words)
    is_left = any(one.is_unexplained or is_wish(one) for one in content) and not meant.ids
    intent = intents.intent_of(meanings, meant, has_content=bool(content), metrics=heard.metrics)
    if is_left or intent is None or len(said) > (2 if intent == "compare" else 1):
        rest = words[content[0].start : content[-1].end] if is_left else ""
        return Question("unknown", near=_near(meant, words, known), rest=rest)
    if intent == "courtesy":
        return Question("help", is_sure=False)
    if intent == "help":
        # "What can be done" is about the goal that was spoken of before.
        return Question("help", is_open=any("remedies" in one.meanings for one in heard.phrases))
    period, against = intents.sides(intent, said)
    if period is not None and "since" in meanings:
        period = replace(period, is_open=True)
    if period is not None and "until" in meanings:
        period = replace(period, is_until=True)
    found = Question(
        intent,
        meant.ids,
        meant.read_as,
        period=period,
        against=against,
        scope=intents.scope_of(meanings),
        state=intents.state_of(intent, meanings),
        metrics=heard.metrics,
        is_group=meant.is_group,
        is_sure=meant.is_sure,
    )
    return _complete(found, heard, _near(meant, words, known))


def _is_counted(meanings: frozenset[str], meant: Meant, known: Sequence[Name]) -> bool:
    """Tell whether it is asked how many there are of what a goal does not count.

    "How many repairs" is not how long they take.
    """
    is_part = "heads" in meanings and meant.read_as is not None
    return is_part and not any(one.is_sum for one in known if one.id in meant.ids)


def _complete(found: Question, heard: Heard, near: tuple[int, ...]) -> Question:
    """Return a question with whether it stands by itself or goes on from the one before."""
    is_also, intent = "also" in heard.meanings, found.intent
    if intent not in intents.NEED_GOAL:
        # Alone these go on from a goal that was spoken of before.
        is_bare = not heard.content and not heard.meanings & _SEVERAL
        is_more = intent in _OF_BOTH and (is_also or is_bare)
        return replace(found, is_open=is_more or (is_also and intent == "list"))
    if found.goals:
        return replace(found, is_open=is_also and intent == "status")
    if heard.content:
        return Question("unknown", near=near, metrics=heard.metrics)
    # Only what was asked before can say of which goal.
    is_open = bool(heard.said) or is_also or intent != "status"
    return replace(found, near=near, is_open=True) if is_open else Question("unknown", near=near)


def _side_by_side(heard: Heard, pieces: Sequence[Piece], known: Sequence[Name]) -> Question | None:
    """Return what is asked of several goals that are called by their names, "churn and NPS"."""
    content, meanings = heard.content, heard.meanings
    named = [one.exact or _alone(one, known) for one in content]
    if any(len(one) != 1 for one in named):
        # "Thai and Malaysian revenue": each is a part of the one number.
        of = [one for one in content if not one.exact and one.is_name and one.meanings]
        content = [one for one in content if one not in of]
        if len(of) != 1 or len(content) < 2:
            return None
        named = [(one.exact or one.goals) & of[0].goals for one in content]
        if any(len(one) != 1 for one in named):
            return None
    first, last = content[0].end, content[-1].start
    between = [one for one in pieces if first <= one.start < last and one not in content]
    ids = tuple(dict.fromkeys(goal for each in named for goal in each))
    if len(ids) != len(content) or not any("pair" in one.meanings for one in between):
        return None
    if meanings - _BESIDE:
        return None
    is_compared = bool(meanings & {"compare", "versus"})
    return Question("compare" if is_compared else "status", ids, is_pair=True)


def _alone(piece: Piece, known: Sequence[Name]) -> frozenset[int]:
    """Return the goals of a metric that was named, where each is about the whole of it."""
    found = [one for one in known if one.id in piece.goals]
    is_whole = all(piece.words in one.aliases for one in found)
    return piece.goals if is_whole and not any(one.segment for one in found) else frozenset()


def _near(meant: Meant, words: str, known: Sequence[Name]) -> tuple[int, ...]:
    """Return up to three goals that come nearest, for suggestions only."""
    near = set(meant.near)
    scored = sorted(
        known, key=lambda one: (one.id not in near, -fuzz.token_set_ratio(words, one.name))
    )
    return tuple(one.id for one in scored[:3])
