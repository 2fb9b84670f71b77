"""What "not" does to the words behind it: "not on track", "没有落后", "ไม่เอามาเลเซีย" (pure)."""

from collections.abc import Sequence
from dataclasses import replace

from goals.questions.spans import Piece

NOT = "not"
#: Before a name: it is not the one that is meant, "ignoring Malaysia".
EXCEPT = "except"
#: A state of goals or whose they are -> what it is when it is not so.
_TURNED = {"on": "off", "off": "not_off", "risk": "not_off", "reached": "open", "me": "others"}
#: Intents whose answer tells the facts, whichever way it was asked about one goal.
_EITHER_WAY = frozenset(("status", "why", "forecast", "off", "on", "risk", "ahead", "reached"))


def applied(pieces: Sequence[Piece], *, is_of_one: bool) -> list[Piece] | None:
    """Return the pieces of a question without its negations, None where one is not understood.

    Of goals together the state behind it is turned; of one goal (`is_of_one`) the answer is the
    same either way.
    """
    found: list[Piece] = []
    is_turned = False
    for number, one in enumerate(pieces):
        if NOT in one.meanings and not one.exact:
            if is_turned:
                return None
            rest = [each for each in pieces[number + 1 :] if not each.is_filler]
            if not rest or not _fits(rest[0], is_of_one=is_of_one):
                return None
            is_turned = not is_of_one
            continue
        if is_turned and not one.is_filler:
            turned = frozenset(_TURNED[each] for each in one.meanings if each in _TURNED)
            one, is_turned = replace(one, meanings=turned), False
        found.append(one)
    return found


def apart(pieces: Sequence[Piece]) -> tuple[list[Piece], frozenset[int]]:
    """Return a question without the names that are said not to be meant, and their goals.

    What is not meant ends at the first word that is no name. Where it is nothing that is known,
    all stays as it was and is not understood.
    """
    kept: list[Piece] = []
    left_out: set[int] = set()
    at = 0
    while at < len(pieces):
        behind = _names_behind(pieces, at) if pieces[at].meanings & {EXCEPT, NOT} else []
        if behind:
            if kept and kept[-1].meanings & {"pair", "also"}:
                kept.pop()
            goals = (pieces[each].exact or pieces[each].goals for each in behind)
            left_out |= frozenset.intersection(*goals)
            at = behind[-1] + 1
            continue
        kept.append(pieces[at])
        at += 1
    return kept, frozenset(left_out)


def _names_behind(pieces: Sequence[Piece], at: int) -> list[int]:
    found: list[int] = []
    for number in range(at + 1, len(pieces)):
        one = pieces[number]
        if one.is_name and not one.is_filler:
            found.append(number)
        elif found or not one.is_filler:
            break
    return found


def _fits(behind: Piece, *, is_of_one: bool) -> bool:
    return bool(behind.meanings & (_EITHER_WAY if is_of_one else set(_TURNED)))
