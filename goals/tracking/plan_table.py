"""A plan given as a table: checked against the window and the target it is for (pure)."""

from dataclasses import replace
from decimal import Decimal

from goals.errors import Refusal
from goals.tracking.drafts import Draft
from goals.words import N_, Message

#: Plans that can be given as a table.
GIVEN = ("points", "monthly")
#: As little may be between a table's sum and the whole of it; shares are fractions of a machine.
SLACK = Decimal("0.005")
_LEAST = 1e-6


def checked(draft: Draft) -> Draft:
    """Return a draft whose table fits its plan and window; raises Refusal where it cannot.

    The last month of a table ends with the window, even where its own last day is later.
    """
    if draft.plan not in GIVEN or not draft.plan_points:
        return replace(draft, plan_points=None, plan_total=None)
    if draft.plan != "monthly":
        return draft
    assert draft.first_day is not None and draft.last_day is not None
    points = sorted(draft.plan_points)
    before = points[-2][0] if len(points) > 1 else draft.first_day
    if points[-1][0] > draft.last_day > before or points[-1][0] > draft.last_day == before:
        points[-1] = (draft.last_day, points[-1][1])
    if points[0][0] < draft.first_day or points[-1][0] != draft.last_day:
        raise Refusal(
            "plan_window",
            N_("The months of the plan do not end with the goal, or begin before it."),
            fix=Message(N_("Give each month from the first to the last of the goal.")),
            field="plan",
        )
    shares = [share for _, share in points]
    if abs(shares[-1] - 1) > _LEAST:
        raise Refusal(
            "plan_sum",
            N_("The last month of the plan has to end with the whole way, a share of 1."),
            field="plan",
        )
    if draft.kind == "cumulative" and any(
        after < earlier for earlier, after in zip([0.0, *shares], shares, strict=False)
    ):
        raise Refusal(
            "plan_falls",
            N_("What adds up cannot become less from one month to the next."),
            field="plan",
        )
    points[-1] = (points[-1][0], 1.0)
    return replace(draft, plan_points=tuple(points))


def check_total(draft: Draft, target: Decimal | None) -> None:
    """Raise Refusal where the amounts of a month table do not come to the target."""
    total = draft.plan_total
    if total is None:
        return
    if draft.kind != "cumulative":
        raise Refusal(
            "plan_unfit",
            N_("Amounts by month need a number that adds up."),
            fix=Message(N_("Give the share of the way that belongs to each month.")),
            field="plan",
        )
    if target is None or abs(total - target) > SLACK:
        raise Refusal(
            "plan_sum",
            N_("The months come to %(sum)s, the target is %(target)s."),
            {"sum": f"{total:f}", "target": "?" if target is None else f"{target:f}"},
            fix=Message(N_("Let the months come to the target, or give shares that come to 1.")),
            field="plan",
        )
