"""What would have to be true: where levers lead, and how far each must move (pure).

Two shapes. A sum ends at what there is plus the product of what is still to come: leads times
rates times the size of a deal. A mean ends at what was counted so far together with what will
be: so many more, of such a value.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

#: Fewer past values say nothing of how much a lever varies.
ENOUGH = 4
#: A lever that never varied still can move: this share of the others' spread.
LEAST_SPREAD = Decimal("0.0001")


@dataclass(frozen=True)
class Lever:
    """Something that can be moved: its value if nothing changes, and what it was before.

    `divides` makes it a divisor, `most` is its upper limit (None: none). `past` are its values
    over as many last days of earlier periods, the latest first; None is no data.
    """

    id: str
    value: Decimal
    divides: bool = False
    most: Decimal | None = None
    past: tuple[Decimal | None, ...] = ()

    def reached(self, wanted: Decimal) -> tuple[int, int]:
        """Return in how many of the known past periods it was as far, and of how many."""
        known = [one for one in self.past if one is not None]
        up = wanted >= self.value
        return sum(one >= wanted if up else one <= wanted for one in known), len(known)


@dataclass(frozen=True)
class Sum:
    """What there is, and levers whose product is still to come."""

    so_far: Decimal
    levers: tuple[Lever, ...]

    def landing(self) -> Decimal | None:
        """Return where it ends, None where a divisor is zero."""
        rest = _product(self.levers)
        return None if rest is None else self.so_far + rest

    def needed(self, index: int, target: Decimal) -> Decimal | None:
        """Return what one lever must be, the others as they are; None where it cannot help."""
        lever = self.levers[index]
        others = _product([*self.levers[:index], *self.levers[index + 1 :]])
        missing = target - self.so_far
        if not others or (lever.divides and not missing):
            return None
        found = others / missing if lever.divides else missing / others
        return found if found >= 0 else None

    def least_change(self, target: Decimal) -> tuple[Lever, ...] | None:
        """Return the levers that reach a target with the least unusual change of all of them.

        Each moves by a share of the way that grows with how much it has varied (squared, of
        its logarithm; all alike where the past is too short): of all mixes that reach the
        target this one strays least, measured by each lever's own variation. None for fewer
        than two levers, and where no mix reaches it.
        """
        rest = _product(self.levers)
        missing = target - self.so_far
        if len(self.levers) < 2 or rest is None or rest <= 0 or missing <= 0:
            return None
        return _moved(self.levers, (missing / rest).ln())


@dataclass(frozen=True)
class Mean:
    """A ratio so far (its top and bottom), and how many more of which value are to come.

    `scale` is by how much the value is written larger than the ratio.
    """

    top: Decimal
    bottom: Decimal
    levers: tuple[Lever, Lever]
    scale: Decimal = Decimal(1)

    def landing(self) -> Decimal | None:
        """Return where it ends, None where nothing is counted at all."""
        more, value = (one.value for one in self.levers)
        count = self.bottom + more
        return (self.top * self.scale + more * value) / count if count else None

    def needed(self, index: int, target: Decimal) -> Decimal | None:
        """Return what one lever must be, the other as it is; None where it cannot help."""
        more, value = (one.value for one in self.levers)
        if index == 1:
            if not more:
                return None
            found = (target * (self.bottom + more) - self.top * self.scale) / more
        else:
            if target == value:
                return None
            found = (self.top * self.scale - target * self.bottom) / (target - value)
        return found if found >= 0 else None

    def least_change(self, target: Decimal) -> tuple[Lever, ...] | None:
        """Return None: how many are to come is nothing that makes a mean better."""
        return None


Course = Sum | Mean


def moved(course: Course, values: dict[str, Decimal]) -> Course:
    """Return the same course with some levers at other values."""
    levers = tuple(
        replace(one, value=values[one.id]) if one.id in values else one for one in course.levers
    )
    return replace(course, levers=levers)  # type: ignore[arg-type] # as many as there were


def _product(levers: Sequence[Lever]) -> Decimal | None:
    found = Decimal(1)
    for one in levers:
        if one.divides and not one.value:
            return None
        found = found / one.value if one.divides else found * one.value
    return found


def _moved(levers: Sequence[Lever], way: Decimal) -> tuple[Lever, ...] | None:
    """Return levers whose product grows by a way (a logarithm), none beyond its limit.

    What a lever cannot take because of its limit is shared by the others.
    """
    spread = _spreads(levers)
    free = list(range(len(levers)))
    steps: dict[int, Decimal] = {}
    while free:
        total = sum((spread[place] for place in free), Decimal())
        left = way - sum(steps.values(), Decimal())
        wanted = {place: left * spread[place] / total for place in free}
        rooms = {place: _room(levers[place]) for place in free}
        full = {
            place: room
            for place, room in rooms.items()
            if room is not None and wanted[place] > room
        }
        if not full:
            return tuple(
                _stepped(one, wanted[place])
                if place in wanted
                else replace(one, value=one.most or one.value)
                for place, one in enumerate(levers)
            )
        steps.update(full)
        free = [place for place in free if place not in full]
    return None


def _spreads(levers: Sequence[Lever]) -> list[Decimal]:
    """Return how much each lever varied: the variance of its logarithm over the past."""
    found = [_variance(one) for one in levers]
    known = [one for one in found if one is not None]
    if len(known) < len(found) or not any(known):
        return [Decimal(1)] * len(levers)
    least = max(known) * LEAST_SPREAD
    return [max(one, least) for one in known]


def _variance(lever: Lever) -> Decimal | None:
    logs = [one.ln() for one in lever.past if one is not None and one > 0]
    if len(logs) < ENOUGH:
        return None
    mean = sum(logs, Decimal()) / len(logs)
    return sum(((one - mean) ** 2 for one in logs), Decimal()) / len(logs)


def _room(lever: Lever) -> Decimal | None:
    """Return how far a lever can grow, as a logarithm; None where nothing limits it."""
    if lever.most is None or lever.divides:
        return None
    return max((lever.most / lever.value).ln(), Decimal())


def _stepped(lever: Lever, step: Decimal) -> Lever:
    times = step.exp()
    return replace(lever, value=lever.value / times if lever.divides else lever.value * times)
