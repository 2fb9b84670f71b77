"""What "not" does to the words behind it: "not on track", "没有落后", "ไม่ใช่ของผม" (pure)."""

from collections.abc import Sequence
from dataclasses import replace

from goals.questions.spans import Piece

NOT = "not"
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


def _fits(behind: Piece, *, is_of_one: bool) -> bool:
    return bool(behind.meanings & (_EITHER_WAY if is_of_one else set(_TURNED)))
