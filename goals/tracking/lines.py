"""The lines beside a target: what is promised at least, and what would be great (pure).

Nobody is judged by them. In the goal's direction the commitment comes before the target and the
stretch behind it.
"""

from decimal import Decimal

from goals.errors import Refusal
from goals.tracking.drafts import Draft
from goals.words import N_, Message

#: The lines in the order in which they are reached, and how they are called.
NAMES = {"commit": N_("Commit"), "stretch": N_("Stretch")}
#: What is wrong with a line on the wrong side, by the line and whether less is better.
_WRONG = {
    ("commit", False): N_("What is promised at least has to be below the target."),
    ("stretch", False): N_("What would be great has to be above the target."),
    ("commit", True): N_("What is promised at least has to be above the target: less is better."),
    ("stretch", True): N_("What would be great has to be below the target: less is better."),
}


def check(draft: Draft, target: Decimal | None) -> None:
    """Raise Refusal at the field of a line that the goal cannot have, or on the wrong side."""
    falls = draft.direction in ("down", "at_most")
    for name, value in (("commit", draft.commit), ("stretch", draft.stretch)):
        if value is None:
            continue
        if draft.kind == "milestone":
            raise Refusal(
                "line_unfit",
                N_("A milestone is done or not done: nothing lies before it or behind it."),
                fix=Message(N_("Leave commit and stretch empty.")),
                field=name,
            )
        if draft.direction == "band":
            raise Refusal(
                "line_unfit",
                N_("A band has two ends and no direction in which more would be promised."),
                fix=Message(N_("Leave commit and stretch empty.")),
                field=name,
            )
        if target is None:
            raise Refusal(
                "line_unfit",
                N_("The target is not known yet, so nothing can lie beside it."),
                fix=Message(N_("Give a baseline or the target itself.")),
                field=name,
            )
        is_before = value > target if falls else value < target
        if value == target or is_before != (name == "commit"):
            raise Refusal(
                "line_wrong_side",
                _WRONG[name, falls],
                fix=Message(N_("Correct the number.")),
                field=name,
            )


def moved(value: Decimal | None, before: Decimal | None, after: Decimal | None) -> Decimal | None:
    """Return a line for another target: as far from it in proportion, in three digits.

    None where there is no line, or nothing to keep in proportion.
    """
    if value is None or not before or not after:
        return None
    exact = value * after / before
    rounded = Decimal(f"{exact:.3g}")
    is_beside = (rounded < after) == (exact < after) and rounded != after
    return rounded if is_beside else exact
