"""What has to come before what: tasks that wait for each other in a circle (pure)."""

from collections.abc import Iterator, Mapping, Sequence

Edges = Mapping[str, Sequence[str]]


def circles(edges: Edges) -> list[tuple[str, ...]]:
    """Return one shortest circle for each group of tasks that wait for each other.

    `edges` maps a task to those that it needs first; what is not a key is left out. A circle
    begins with its task that comes first in `edges`, and does not repeat it at the end.
    """
    found = []
    seen: set[str] = set()
    for task in edges:
        if task not in seen:
            circle = _shortest(edges, task)
            if circle is not None:
                found.append(circle)
                # Whatever is in a circle with this task belongs to the same knot.
                after = _reached(edges, task)
                seen |= {one for one in after if task in _reached(edges, one)}
    return found


def _shortest(edges: Edges, start: str) -> tuple[str, ...] | None:
    """Return the shortest way from a task back to itself."""
    ways: list[tuple[str, ...]] = [(start,)]
    seen = {start}
    while ways:
        further: list[tuple[str, ...]] = []
        for way in ways:
            for one in _needs(edges, way[-1]):
                if one == start:
                    return way
                if one not in seen:
                    seen.add(one)
                    further.append((*way, one))
        ways = further
    return None


def _reached(edges: Edges, start: str) -> set[str]:
    found: set[str] = set()
    waiting = [start]
    while waiting:
        for one in _needs(edges, waiting.pop()):
            if one not in found:
                found.add(one)
                waiting.append(one)
    return found


def _needs(edges: Edges, task: str) -> Iterator[str]:
    return (one for one in edges[task] if one in edges)
