"""What a metric is (pure): its meaning, its unit, its better side and its variants."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from goals.words import Message

ZERO, ONE = Decimal(0), Decimal(1)


@dataclass(frozen=True)
class Param:
    """A choice within a metric's definition: its words, the default first.

    `words` is empty for a whole number; its default is then `number` (None: no number), and
    `most` the greatest.
    """

    name: str
    words: tuple[str, ...] = ()
    number: int | None = None
    most: int = 3650

    @property
    def default(self) -> str | None:
        """Return what holds unless something else is asked for."""
        if self.words:
            return self.words[0]
        return None if self.number is None else str(self.number)


@dataclass(frozen=True)
class Metric:
    """A number that can be read, with everything a reader needs to trust it.

    `unit` is money, rate, count, days, hours, points, number ...; `kind` is flow (adds up
    over days), stock (as of a day's end), ratio, duration or score; `direction` is the
    better side (up, down or neutral). `needs` lists the records it is counted from;
    `is_counted` is False for numbers that people or other systems deliver as readings, and
    `takes_readings` tells that they may: where no record is there to count.
    `units` are the units of variants that differ, by parameter and word. `looks_ahead` tells
    that a window is asked for whole, the days to come included.
    """

    id: str
    name: Message
    unit: str
    direction: str
    kind: str
    needs: tuple[str, ...]
    formula: Message
    params: tuple[Param, ...] = ()
    version: int = 1
    limits: tuple[Decimal | None, Decimal | None] = (None, None)
    is_counted: bool = True
    takes_readings: bool = False
    looks_ahead: bool = False
    note: Message | None = None
    aliases: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    units: Mapping[tuple[str, str], str] = field(default_factory=dict)

    def unit_of(self, params: Mapping[str, str]) -> str:
        """Return the unit of a variant."""
        given = (self.units.get(one) for one in params.items())
        return next((unit for unit in given if unit is not None), self.unit)

    def param(self, name: str) -> Param | None:
        """Return a parameter by name, None if the metric has none of that name."""
        return next((one for one in self.params if one.name == name), None)
