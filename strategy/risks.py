"""The four risks that a strategy should avoid, each with a check that runs by itself."""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass

from goals.words import N_, Message
from strategy import coverage, proposals
from strategy.coverage import Link, at
from strategy.following import Answer, Followed
from strategy.worksheets import journey, library
from strategy.worksheets.book import Book, Row, short
from strategy.worksheets.rules import business, teams

NEEDS = "crm_needs.requirements"
SCORES = "crm_selection.scores"
DECISION = "crm_selection.decision"

#: Nothing found, something found, and nothing there yet to look at.
CLEAR, RAISED, UNCHECKED = "clear", "raised", "unchecked"


@dataclass(frozen=True)
class Found:
    """One reason why a risk is raised, and where it is mended."""

    message: Message
    link: Link


@dataclass(frozen=True)
class Risk:
    """A risk: what is checked, the section that answers it, and what was found.

    `section` is None where the worksheets have no such section.
    """

    key: str
    title: Message
    checked: Message
    section: str | None
    state: str
    found: tuple[Found, ...] = ()


@dataclass(frozen=True)
class _Check:
    title: str
    checked: str
    section: str
    can_run: Callable[[Book, Sequence[Followed]], bool]
    run: Callable[[Book, Sequence[Followed]], Iterator[Found]]


def risks(book: Book, goals: Sequence[Followed], made: Collection[Answer] = ()) -> list[Risk]:
    """Return the four risks as they stand; `made` are the answers that became goals."""
    sections = {one.key for one in library.worksheets().sections}
    found = []
    for key, one in _CHECKS.items():
        runs = one.section in sections and one.can_run(book, goals)
        reasons = tuple(one.run(book, goals)) if runs else ()
        if runs and key == "unmeasured":
            reasons += tuple(_unfollowed(book, made))
        state = RAISED if reasons else CLEAR
        found.append(
            Risk(
                key=key,
                title=Message(one.title),
                checked=Message(one.checked),
                section=one.section if one.section in sections else None,
                state=state if runs else UNCHECKED,
                found=reasons,
            )
        )
    return found


def _aimless(book: Book, goals: Sequence[Followed]) -> Iterator[Found]:
    for goal in goals:
        if goal.objective is None:
            text = N_("“%(name)s” serves no business goal.")
            link = Link(goal=goal.id, edits=True)
            yield Found(Message(text, {"name": short(goal.name)}), link)
    for one in coverage.orphan_targets(book):
        text = N_("“%(name)s” serves no business goal.")
        yield Found(Message(text, {"name": one.name}), one.link)


def _misunderstood(book: Book, goals: Sequence[Followed]) -> Iterator[Found]:
    for stage in journey.stages(book):
        name: dict[str, object] = {"name": short(stage.value["name"])}
        if not journey.obstacles(book, stage.item):
            text = N_("No obstacle is named for “%(name)s”.")
            yield Found(Message(text, name), at(journey.OBSTACLES))
        elif not journey.actions_at(book, stage.item):
            text = N_("Nothing is done yet about what is in the way at “%(name)s”.")
            yield Found(Message(text, name), at(journey.ACTIONS))


def _musts(book: Book) -> list[Row]:
    return [
        row
        for row in book.of(NEEDS)
        if row.value.get("requirement") and row.value.get("priority") == "must"
    ]


def _unfit(book: Book, goals: Sequence[Followed]) -> Iterator[Found]:
    """Yield must-have needs that nobody speaks for, or that the chosen system was not tried on."""
    chosen = next((row.value.get("decision") for row in book.of(DECISION)), None)
    tried = {
        row.value.get("requirement"): row.value["score"]
        for row in book.of(SCORES)
        if row.value.get("score") and row.value.get("vendor") == chosen
    }
    for row in _musts(book):
        name: dict[str, object] = {"name": short(row.value["requirement"])}
        if not (row.value.get("owner") or row.value.get("team")):
            text = N_("Nobody speaks for the need “%(name)s”.")
            yield Found(Message(text, name), at(NEEDS, row.item))
        if chosen and row.item not in tried:
            text = N_("The chosen system was not tried on “%(name)s”.")
            yield Found(Message(text, name), at(SCORES))
        elif chosen and tried[row.item] == "0":
            text = N_("The chosen system cannot do “%(name)s”, which you must have.")
            yield Found(Message(text, name), at(DECISION, ""))


def _unmeasured(book: Book, goals: Sequence[Followed]) -> Iterator[Found]:
    for goal in goals:
        params: dict[str, object] = {"name": short(goal.name)}
        if goal.unmeasured is not None:
            text = N_("“%(name)s” cannot be measured: %(why)s")
            said = Message(text, {**params, "why": goal.unmeasured})
            yield Found(said, Link(goal=goal.id, edits=True))
        elif not goal.is_live:
            text = N_("No number comes in for “%(name)s”: %(status)s.")
            yield Found(Message(text, {**params, "status": goal.said}), Link(goal=goal.id))


def _unfollowed(book: Book, made: Collection[Answer]) -> Iterator[Found]:
    for question, field in ((business.GOALS, "statement"), (teams.KPIS, "name")):
        for row in book.of(question):
            name = row.value.get(field)
            is_milestone = row.value.get("kind") == proposals.MILESTONE
            if name and not is_milestone and (question, row.item) not in made:
                text = N_("“%(name)s” is not followed yet.")
                yield Found(Message(text, {"name": short(name)}), Link())


_CHECKS = {
    "aimless": _Check(
        N_("The strategy does not serve the business goals"),
        N_("Every goal, team goal and KPI stands under a business goal."),
        business.SECTION,
        lambda book, goals: bool(goals or book.of(teams.GOALS) or book.of(teams.KPIS)),
        _aimless,
    ),
    "misunderstood": _Check(
        N_("What customers need is not understood"),
        N_("Every stage of the journey has an obstacle, and an action against it."),
        journey.SECTION,
        lambda book, goals: bool(journey.stages(book)),
        _misunderstood,
    ),
    "unfit": _Check(
        N_("The software does not fit"),
        N_("Somebody speaks for every need that you must have, and the system was tried on it."),
        "crm_needs",
        lambda book, goals: bool(_musts(book)),
        _unfit,
    ),
    "unmeasured": _Check(
        N_("Nobody can tell whether the goals are reached"),
        N_("Every goal can be measured, and its number comes in."),
        teams.SECTION,
        lambda book, goals: bool(goals or coverage.objectives(book)),
        _unmeasured,
    ),
}
