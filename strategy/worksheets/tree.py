"""From business goals over team goals to KPIs as a tree, with what hangs in the air."""

from dataclasses import dataclass

from goals.words import N_, Day, Message
from strategy.worksheets import coaching, fields, flow, library
from strategy.worksheets.book import Book, Row, short
from strategy.worksheets.content import Asked
from strategy.worksheets.flow import Place
from strategy.worksheets.rules import business, teams
from strategy.worksheets.setting import Setting


@dataclass(frozen=True)
class Node:
    """A goal or a KPI: what it is called, who answers for it, and what is wrong with it.

    `whose` is the team or the person that it belongs to, None where nobody is named.
    """

    kind: str
    name: str
    place: Place
    whose: str | None
    facts: tuple[Message, ...]
    flags: tuple[Message, ...]
    children: tuple["Node", ...] = ()


@dataclass(frozen=True)
class Tree:
    """Business goals with what serves them; then what serves none."""

    goals: tuple[Node, ...]
    misaligned: tuple[Node, ...]
    idle: tuple[Node, ...]

    @property
    def flagged(self) -> int:
        """Return how many goals and KPIs have something wrong with them."""
        return sum(_flagged(one) for one in (*self.goals, *self.misaligned, *self.idle))


def _flagged(node: Node) -> int:
    return bool(node.flags) + sum(_flagged(one) for one in node.children)


def of(book: Book, about: Setting) -> Tree:
    """Return the tree of the goals that are written."""
    kpis = [row for row in book.of(teams.KPIS) if row.value.get("name")]
    team_goals = [row for row in book.of(teams.GOALS) if row.value.get("goal")]
    business_goals = [row for row in book.of(business.GOALS) if row.value.get("statement")]
    known = {row.item for row in business_goals}
    own = {row.item for row in team_goals}

    def team_goal(row: Row) -> Node:
        shown = [_kpi(one, book, about, ()) for one in kpis if one.value.get("goal") == row.item]
        flags = [] if shown else [Message(N_("No KPI shows it."))]
        if row.value.get("parent") not in known:
            flags.insert(0, Message(N_("It supports no business goal.")))
        return _node("team", teams.GOALS, "goal", row, _whose(row, about), (), flags, shown)

    def business_goal(row: Row) -> Node:
        serving = [team_goal(one) for one in team_goals if one.value.get("parent") == row.item]
        flags = [] if serving else [Message(N_("No team works for it."))]
        facts = tuple(coaching.summary(_asked(business.GOALS), row, book, about))
        return _node("business", business.GOALS, "statement", row, None, facts, flags, serving)

    loose = [one for one in team_goals if one.value.get("parent") not in known]
    idle = [one for one in kpis if one.value.get("goal") not in own]
    flag = (Message(N_("It shows no team goal.")),)
    return Tree(
        goals=tuple(business_goal(one) for one in business_goals),
        misaligned=tuple(team_goal(one) for one in loose),
        idle=tuple(_kpi(one, book, about, flag) for one in idle),
    )


def _kpi(row: Row, book: Book, about: Setting, flags: tuple[Message, ...]) -> Node:
    facts = tuple(coaching.summary(_asked(teams.KPIS), row, book, about))
    due = fields.day_of(row.value.get("due"))
    parent = teams.business_goal_of(book, teams.goal_of(book, row))
    until = None if parent is None else fields.day_of(parent.value.get("deadline"))
    late = []
    if due is not None and until is not None and due > until:
        text = N_("It ends after the goal that it supports, on %(day)s.")
        late.append(Message(text, {"day": Day(until)}))
    return _node("kpi", teams.KPIS, "name", row, None, facts, [*flags, *late], [])


def _node(
    kind: str,
    question: str,
    field: str,
    row: Row,
    whose: str | None,
    facts: tuple[Message, ...],
    flags: list[Message],
    children: list[Node],
) -> Node:
    return Node(
        kind=kind,
        name=short(str(row.value[field])),
        place=flow.place(_asked(question), row.item),
        whose=whose,
        facts=facts,
        flags=tuple(flags),
        children=tuple(children),
    )


def _asked(question: str) -> Asked:
    return library.worksheets().find(question)


def _whose(row: Row, about: Setting) -> str | None:
    if row.value.get("whose") == "person":
        return about.names.get(str(row.value.get("person")))
    return about.teams.get(str(row.value.get("team")))
