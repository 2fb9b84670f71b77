"""What of the strategy hangs together: business goals, personas, stages, content and numbers.

A business goal and a stage of the journey belong together where they share a number: that of
the goal, of a KPI under it, or of a goal that is tracked for it. Content belongs to its stage,
a persona to the content made for it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from goals.words import N_, P_, Message
from strategy import proposals
from strategy.following import Followed
from strategy.worksheets import display, journey, library, measured
from strategy.worksheets.book import Book, Row, short
from strategy.worksheets.flow import Place
from strategy.worksheets.rules import business, retention, teams
from strategy.worksheets.setting import Setting

PERSONAS = "personas.who"
#: Numbers of the company itself, which no customer meets on the way.
INTERNAL = frozenset({"headcount", "crm_adoption", "data_quality", "productivity"})

CUSTOMERS = ("persona", "stage", "content")


@dataclass(frozen=True)
class Link:
    """Where something is seen or mended: a page of the strategy, a goal, or the goals to make.

    `edits` leads to the form of a goal instead of its page.
    """

    place: Place | None = None
    field: str | None = None
    goal: int | None = None
    edits: bool = False


@dataclass(frozen=True)
class Cell:
    """What one business goal has of one kind.

    `state` is "ok", "gap" (it should have some), "unneeded", or the status of a source that
    gives no number ("no_data", "stale", "source_broken").
    """

    kind: str
    state: str
    said: Message
    link: Link | None


@dataclass(frozen=True)
class Line:
    """A business goal with what hangs on it."""

    name: str
    link: Link
    cells: tuple[Cell, ...]

    @property
    def gaps(self) -> tuple[Cell, ...]:
        """Return what is missing."""
        return tuple(one for one in self.cells if one.state == "gap")


@dataclass(frozen=True)
class Orphan:
    """Something that hangs on no business goal, and the words of the link that mends it."""

    name: str
    kind: Message
    mend: Message
    link: Link


@dataclass(frozen=True)
class Drift:
    """A goal that is tracked otherwise than the strategy now says."""

    says: str
    does: Message
    link: Link


@dataclass(frozen=True)
class Coverage:
    """The whole at a glance; `traced` of the `followed` goals stand under a business goal."""

    lines: tuple[Line, ...]
    orphans: tuple[Orphan, ...]
    drifts: tuple[Drift, ...]
    traced: int
    followed: int

    @property
    def uncovered(self) -> tuple[Line, ...]:
        """Return the business goals with gaps, those with most first."""
        found = [one for one in self.lines if one.gaps]
        return tuple(sorted(found, key=lambda one: -len(one.gaps)))

    @property
    def gaps(self) -> int:
        """Return how much is missing in all."""
        return sum(len(one.gaps) for one in self.lines)


def coverage(book: Book, setting: Setting, goals: Sequence[Followed]) -> Coverage:
    """Return what is covered and what is not."""
    found = [_Objective.of(row, book, goals) for row in objectives(book)]
    return Coverage(
        lines=tuple(_line(one, book) for one in found),
        orphans=tuple(_orphans(found, book, goals)),
        drifts=tuple(_drifts(book, setting, goals)),
        traced=sum(one.objective is not None for one in goals),
        followed=len(goals),
    )


def objectives(book: Book) -> list[Row]:
    """Return the business goals that have a sentence."""
    return [row for row in book.of(business.GOALS) if row.value.get("statement")]


def at(question: str, item: str | None = None, field: str | None = None) -> Link:
    """Return the link to a question of the strategy, to the list of its rows without an item."""
    section, _, key = question.partition(".")
    return Link(Place(section, key, item), field)


@dataclass(frozen=True)
class _Objective:
    """A business goal and what belongs to it."""

    row: Row
    metrics: frozenset[str]
    goals: tuple[Followed, ...]
    stages: tuple[Row, ...]

    @classmethod
    def of(cls, row: Row, book: Book, goals: Sequence[Followed]) -> "_Objective":
        own = tuple(one for one in goals if one.objective == row.item)
        metrics = {_metric(row), *(one.metric for one in own)}
        served = {one.item for one in book.of(teams.GOALS) if one.value.get("parent") == row.item}
        kpis = [one for one in book.of(teams.KPIS) if one.value.get("goal") in served]
        metrics |= {one.value.get("metric") for one in kpis}
        known = frozenset(str(one) for one in metrics if one)
        stages = [one for one in journey.stages(book) if known & set(journey.metrics(book, one))]
        return cls(row, known, own, tuple(stages))

    @property
    def is_inside(self) -> bool:
        """Tell whether no customer takes part in it."""
        return self.row.value.get("kind") in (proposals.MILESTONE, measured.HEADCOUNT) or (
            _metric(self.row) in INTERNAL
        )


def _metric(row: Row) -> str | None:
    if row.value.get("kind") == measured.HEADCOUNT:
        return measured.HEADCOUNT
    return None if row.value.get("kind") == proposals.MILESTONE else row.value.get("metric")


# --- What a business goal has ------------------------------------------------------------------


def _line(one: _Objective, book: Book) -> Line:
    cells = (_persona(one, book), _stage(one), _goal(one), _content(one, book), _number(one))
    unneeded = Message(N_("Not needed"))
    return Line(
        name=short(one.row.value["statement"]),
        link=at(business.GOALS, one.row.item),
        cells=tuple(
            Cell(cell.kind, "unneeded", unneeded, None)
            if cell.state == "gap" and cell.kind in CUSTOMERS and one.is_inside
            else cell
            for cell in cells
        ),
    )


def _persona(one: _Objective, book: Book) -> Cell:
    names = book.names(PERSONAS) if PERSONAS in library.worksheets().asked else {}
    pieces = [piece for stage in one.stages for piece in journey.pieces(book, stage.item)]
    known = {piece.value.get("persona") for piece in pieces} & names.keys()
    if not known:
        return Cell("persona", "gap", Message(N_("No persona")), at(journey.PIECES))
    text = P_("%(n)s persona", "%(n)s personas")
    return Cell("persona", "ok", Message.counted(text, len(known)), at(PERSONAS))


def _stage(one: _Objective) -> Cell:
    if not one.stages:
        return Cell("stage", "gap", Message(N_("No stage")), at(journey.STAGES))
    names = [short(stage.value["name"]) for stage in one.stages]
    said = Message("%(value)s", {"value": names})
    if len(names) > 2:
        said = Message.counted(P_("%(n)s stage", "%(n)s stages"), len(names))
    return Cell("stage", "ok", said, at(journey.MEASURE, one.stages[0].item))


def _goal(one: _Objective) -> Cell:
    if not one.goals:
        return Cell("goal", "gap", Message(N_("No goal")), Link())
    said = Message.counted(P_("%(n)s goal", "%(n)s goals"), len(one.goals))
    return Cell("goal", "ok", said, Link(goal=one.goals[0].id))


def _content(one: _Objective, book: Book) -> Cell:
    pieces = [piece for stage in one.stages for piece in journey.pieces(book, stage.item)]
    if pieces:
        said = Message.counted(P_("%(n)s piece", "%(n)s pieces"), len(pieces))
        return Cell("content", "ok", said, at(journey.PIECES))
    if any(journey.has_content(book, stage.item) for stage in one.stages):
        return Cell("content", "ok", Message(N_("At touchpoints")), at(journey.TOUCHPOINTS))
    return Cell("content", "gap", Message(N_("No content")), at(journey.PIECES))


def _number(one: _Objective) -> Cell:
    if not one.metrics:
        if one.row.value.get("kind") == proposals.MILESTONE:
            return Cell("number", "unneeded", Message(N_("Not needed")), None)
        link = at(business.MEASURE, one.row.item, "metric")
        return Cell("number", "gap", Message(N_("No number")), link)
    live = {goal.metric for goal in one.goals if goal.is_live}
    if live:
        text = P_("%(n)s number live", "%(n)s numbers live")
        first = next(goal for goal in one.goals if goal.is_live)
        return Cell("number", "ok", Message.counted(text, len(live)), Link(goal=first.id))
    if one.goals:
        worst = one.goals[0]
        return Cell("number", worst.status, worst.said, Link(goal=worst.id))
    return Cell("number", "gap", Message(N_("Not followed yet")), Link())


# --- What hangs on nothing ---------------------------------------------------------------------


def _orphans(found: list[_Objective], book: Book, goals: Sequence[Followed]) -> Iterator[Orphan]:
    for goal in goals:
        if goal.objective is None:
            mend = Message(N_("Choose its business goal"))
            link = Link(goal=goal.id, edits=True)
            yield Orphan(goal.name, Message(N_("Goal")), mend, link)
    yield from orphan_targets(book)
    metrics = frozenset().union(*(one.metrics for one in found))
    for stage in journey.stages(book):
        if not metrics & set(journey.metrics(book, stage)):
            mend = Message(N_("Choose a number of a goal"))
            link = at(journey.MEASURE, stage.item, "metric_ids")
            yield Orphan(short(stage.value["name"]), Message(N_("Stage")), mend, link)
    yield from _unread(book)
    for play in book.of(retention.PLAYS):
        name, number = play.value.get("play_name"), play.value.get("play_metric")
        if name and not play.value.get("linked_goal_id") and number not in metrics:
            link = at(retention.CARE, play.item, "linked_goal_id")
            mend = Message(N_("Choose the goal that it serves"))
            yield Orphan(short(name), Message(N_("Retention play")), mend, link)


def orphan_targets(book: Book) -> Iterator[Orphan]:
    """Yield the team goals and KPIs of the strategy that serve no business goal."""
    parents = {row.item for row in objectives(book)}
    served = {row.item for row in book.of(teams.GOALS) if row.value.get("goal")}
    for row in book.of(teams.GOALS):
        if row.value.get("goal") and row.value.get("parent") not in parents:
            mend = Message(N_("Choose its business goal"))
            link = at(teams.GOALS, row.item, "parent")
            yield Orphan(short(row.value["goal"]), Message(N_("Team goal")), mend, link)
    for row in book.of(teams.KPIS):
        if row.value.get("name") and row.value.get("goal") not in served:
            mend = Message(N_("Choose its team goal"))
            link = at(teams.KPIS, row.item, "goal")
            yield Orphan(short(row.value["name"]), Message(N_("KPI")), mend, link)


def _unread(book: Book) -> Iterator[Orphan]:
    """Yield personas that nothing is made for, and pieces that stand at no stage."""
    stages = {row.item for row in journey.stages(book)}
    pieces = [row for row in book.of(journey.PIECES) if row.value.get("title")]
    pieces = [row for row in pieces if row.value.get("status") != journey.RETIRED]
    if PERSONAS in library.worksheets().asked:
        read = {row.value.get("persona") for row in pieces}
        for item, name in book.names(PERSONAS).items():
            if item not in read and isinstance(name, str):
                mend = Message(N_("Plan a piece for it"))
                yield Orphan(name, Message(N_("Persona")), mend, at(journey.PIECES))
    for row in pieces:
        if row.value.get("stage") not in stages:
            mend = Message(N_("Choose its stage"))
            link = at(journey.PIECES, row.item, "stage")
            yield Orphan(short(row.value["title"]), Message(N_("Content")), mend, link)


def _drifts(book: Book, setting: Setting, goals: Sequence[Followed]) -> Iterator[Drift]:
    for goal in goals:
        if goal.question not in proposals.SOURCES:
            continue
        link = Link(goal=goal.id)
        row = next((one for one in book.of(goal.question) if one.item == goal.item), None)
        if row is None:
            text = N_("The strategy no longer says this, and it is still followed.")
            yield Drift(goal.sentence or goal.name, Message(text), link)
            continue
        sentence = proposals.sentence_of(goal.question, row, book)
        metric = setting.metrics.get(str(row.value.get("metric")))
        if metric is not None and metric.id != goal.metric:
            followed = setting.metrics.get(goal.metric)
            name = display.plain(goal.metric) if followed is None else followed.name
            text = N_("The strategy chose %(chosen)s; the goal follows %(followed)s.")
            yield Drift(sentence, Message(text, {"chosen": metric.name, "followed": name}), link)
        elif goal.sentence and goal.sentence != sentence:
            text = N_("The goal was made when it still said “%(before)s”.")
            yield Drift(sentence, Message(text, {"before": short(goal.sentence)}), link)
