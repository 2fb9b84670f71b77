"""Where labels go: none over another, each near what it names."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from goals.charts import svg
from goals.charts.svg import XY

#: Labels at the end of lines keep this distance, from baseline to baseline.
SPREAD = 16.0
#: What a label costs for each point of a line that it would cover, and for a step away.
COVERED = 3.0
AWAY = 1.0
OVER = 1000.0


@dataclass(frozen=True)
class Box:
    """A rectangle that something takes up."""

    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: "Box") -> bool:
        """Tell whether two rectangles share ground."""
        return (
            self.left < other.right
            and other.left < self.right
            and self.top < other.bottom
            and other.top < self.bottom
        )

    def holds(self, point: XY) -> bool:
        """Tell whether a point lies inside."""
        return self.left < point[0] < self.right and self.top < point[1] < self.bottom

    def inside(self, other: "Box") -> bool:
        """Tell whether this lies wholly inside another."""
        return (
            self.left >= other.left
            and self.right <= other.right
            and self.top >= other.top
            and self.bottom <= other.bottom
        )


@dataclass(frozen=True)
class Label:
    """A text in its place."""

    words: str
    at: XY
    anchor: str = "start"
    name: str = ""
    size: float = 12

    @property
    def box(self) -> Box:
        """Return the ground that the text takes up."""
        width = svg.width_of(self.words, self.size, "lbl" in self.name)
        x, y = self.at
        left = {"start": x, "middle": x - width / 2, "end": x - width}[self.anchor]
        return Box(left, y - self.size * 0.95, left + width, y + self.size * 0.3)

    def draw(self) -> str:
        """Return the text as SVG."""
        return svg.text(self.words, self.at, self.name, self.anchor, self.size)


@dataclass
class Ground:
    """What is taken on a chart's ground: labels and marks by rectangles, lines by points."""

    bounds: Box
    taken: list[Box] = field(default_factory=list)
    lines: list[XY] = field(default_factory=list)

    def keep(self, box: Box) -> None:
        """Take a rectangle, so that no label comes to lie on it."""
        self.taken.append(box)

    def cover(self, line: Sequence[XY], gap: float = 4) -> None:
        """Take a line, by points so close together that no text slips between them."""
        for (x, y), (to_x, to_y) in zip(line, line[1:], strict=False):
            steps = max(1, int(max(abs(to_x - x), abs(to_y - y)) / gap))
            self.lines += [
                (x + (to_x - x) * step / steps, y + (to_y - y) * step / steps)
                for step in range(steps)
            ]
        self.lines += line[-1:]

    def free(self, box: Box) -> bool:
        """Tell whether nothing else has a rectangle's ground."""
        return box.inside(self.bounds) and not any(box.meets(other) for other in self.taken)

    def place(self, choices: Iterable[Label]) -> Label | None:
        """Take the best of several places for a label, None where each lies on another.

        Earlier choices are better, and places that cover no line.
        """
        best, least = None, OVER
        for order, label in enumerate(choices):
            box = label.box
            if order * AWAY >= least:
                break
            if not self.free(box):
                continue
            wide = Box(box.left - 3, box.top, box.right + 3, box.bottom)
            cost = order * AWAY + COVERED * sum(wide.holds(point) for point in self.lines)
            if cost < least:
                best, least = label, cost
        if best is not None:
            box = best.box
            self.keep(Box(box.left - 1, box.top - 1, box.right + 1, box.bottom + 1))
        return best


def around(words: str, at: XY, name: str, size: float, rising: bool, above: bool) -> list[Label]:
    """Return places for a label of a point on a line, the most natural first.

    Above a rising line there is room on the left, under it on the right; a falling line has
    it the other way round. Further places follow, ever further up and down.
    """
    x, y = at
    left = rising == above
    found = []
    for far in range(12):
        up, down = y - 9 - far * size * 0.75, y + 18 + far * size * 0.75
        for level in (up, down) if above else (down, up):
            natural = left if (level == up) == above else not left
            for side in (natural, not natural):
                found.append(
                    Label(words, (x - 10, level), "end", name, size)
                    if side
                    else Label(words, (x + 12, level), "start", name, size)
                )
    return found


def spread(wanted: Sequence[float], top: float, bottom: float, gap: float) -> list[float]:
    """Return heights near those wanted, in the same order, at least `gap` apart.

    Stays between `top` and `bottom` as long as all of them fit.
    """
    order = sorted(range(len(wanted)), key=lambda index: (wanted[index], index))
    heights = [wanted[index] for index in order]
    for index, height in enumerate(heights):
        least = heights[index - 1] + gap if index else top
        heights[index] = max(height, least)
    limit = max(bottom, top + gap * (len(heights) - 1))
    for index in range(len(heights) - 1, -1, -1):
        heights[index] = min(heights[index], limit)
        limit = heights[index] - gap
    found = [0.0] * len(wanted)
    for place, index in enumerate(order):
        found[index] = heights[place]
    return found
