"""What the scores say, in sentences: who comes first, who is out, and what would change it."""

from collections.abc import Iterable
from dataclasses import dataclass

from goals.words import N_, P_, Message
from strategy.worksheets.rules.matrix import Matrix
from strategy.worksheets.rules.selection import Flip, Standing

#: So many weights that would change the result are named.
MOST_FLIPS = 4

OPEN_NEEDS = P_("%(n)s need is not tried", "%(n)s needs are not tried")


@dataclass(frozen=True)
class Bar:
    """The points of a system as a bar: in percent of all points, and how far it could get."""

    name: str | Message
    said: Message
    points: int
    most: int
    is_out: bool


def bars(grid: Matrix) -> list[Bar]:
    """Return a bar for each system, whole percents rounded down."""
    whole = grid.result.possible
    return [
        Bar(
            name=grid.vendor(one.vendor),
            said=total(grid, one),
            points=100 * one.points // whole,
            most=100 * one.most // whole,
            is_out=one.is_out,
        )
        for one in grid.result.standings
        if whole
    ]


def total(grid: Matrix, standing: Standing) -> Message:
    """Return the points of a system in short: what it has, and how far it could get."""
    if standing.is_out:
        return Message(N_("Out"))
    if standing.is_tried:
        return Message("%(value)s", {"value": standing.points})
    params = {"points": standing.points, "most": standing.most}
    return Message(N_("%(points)s to %(most)s"), params)


def sentences(grid: Matrix) -> list[Message]:
    """Return what there is to say about the whole table, most important first."""
    if not grid.criteria or not grid.vendors:
        return []
    return [*_first(grid), *_flips(grid), *_out(grid), *_untried(grid)]


def _first(grid: Matrix) -> Iterable[Message]:
    result = grid.result
    first = [grid.vendor(one) for one in result.first]
    if not first:
        playing = [one for one in result.standings if not one.is_out]
        yield Message(N_("Nothing is tried yet.") if playing else N_("No system is left."))
        return
    standing = result.of(result.first[0])
    assert standing is not None
    params: dict[str, object] = {"points": standing.points, "possible": result.possible}
    if result.is_tie:
        params["vendors"] = first
        yield Message(N_("Level with %(points)s of %(possible)s points: %(vendors)s."), params)
    elif result.chasing:
        params["vendor"] = first[0]
        text = N_("%(vendor)s has most points so far: %(points)s of %(possible)s.")
        yield Message(text, params)
    elif result.ahead is None:
        params["vendor"] = first[0]
        yield Message(N_("%(vendor)s has %(points)s of %(possible)s points."), params)
    else:
        params |= {"vendor": first[0], "ahead": result.ahead}
        text = N_("%(vendor)s comes first with %(points)s of %(possible)s points, %(ahead)s ahead.")
        yield Message(text, params)
    others = [grid.vendor(one) for one in result.chasing if one not in result.first]
    if others:
        text = N_("Once everything is tried, %(others)s could still come first.")
        yield Message(text, {"others": others})


def _flips(grid: Matrix) -> Iterable[Message]:
    flips = grid.result.flips
    if flips is None:
        return
    if not flips:
        yield Message(N_("No single weight changes that when it moves by a fifth."))
        return
    for one in flips[:MOST_FLIPS]:
        yield _flip(grid, one)
    if len(flips) > MOST_FLIPS:
        yield Message(
            N_("%(count)s more weights would change it, too. Treat it as a tie."),
            {"count": len(flips) - MOST_FLIPS},
        )


def _flip(grid: Matrix, flip: Flip) -> Message:
    [need] = grid.names([flip.need])
    params: dict[str, object] = {"need": need, "vendors": [grid.vendor(one) for one in flip.first]}
    if len(flip.first) > 1:
        if flip.more:
            text = N_("If “%(need)s” weighed a fifth more, these would be level: %(vendors)s.")
        else:
            text = N_("If “%(need)s” weighed a fifth less, these would be level: %(vendors)s.")
    elif flip.more:
        text = N_("If “%(need)s” weighed a fifth more, %(vendors)s would come first.")
    else:
        text = N_("If “%(need)s” weighed a fifth less, %(vendors)s would come first.")
    return Message(text, params)


def _out(grid: Matrix) -> Iterable[Message]:
    for one in grid.result.standings:
        if one.is_out:
            params = {"vendor": grid.vendor(one.vendor), "needs": grid.names(one.fails)}
            text = N_("%(vendor)s is out. It cannot do what must be there: %(needs)s.")
            yield Message(text, params)


def _untried(grid: Matrix) -> Iterable[Message]:
    for one in grid.result.standings:
        if one.untried and not one.is_out:
            count = Message.counted(OPEN_NEEDS, len(one.untried))
            params = {"vendor": grid.vendor(one.vendor), "needs": count}
            yield Message(N_("%(vendor)s: %(needs)s. That is not the same as 0."), params)
