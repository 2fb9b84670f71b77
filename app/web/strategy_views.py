"""What the answers of a section come to, on one page: the plan, the tree of goals, good data."""

from flask import render_template

from app.web import frame
from strategy.worksheets import book as books
from strategy.worksheets import flow, good_data, library, plan, tree
from strategy.worksheets import setting as settings
from strategy.worksheets.rules import implementation, policy, teams


def implementation_plan() -> str:
    """Show the tasks in the order of their days, the late and blocked ones marked."""
    session = frame.session()
    about, book = settings.of(session, frame.eyes(), today=frame.today()), books.load(session)
    return render_template(
        "strategy/plan.html",
        plan=plan.of(book, about, frame.today()),
        words=implementation.STATUS,
        add=flow.place(library.worksheets().find(implementation.TASKS), None),
        today=frame.today(),
    )


def goal_tree() -> str:
    """Show business goals, team goals and KPIs as a tree, with what hangs in the air."""
    session = frame.session()
    about, book = settings.of(session, frame.eyes(), today=frame.today()), books.load(session)
    return render_template(
        "strategy/tree.html",
        tree=tree.of(book, about),
        add=flow.place(library.worksheets().find(teams.GOALS), None),
    )


def good_data_page() -> str:
    """Show what good data looks like, field by field, to be printed."""
    session = frame.session()
    about, book = settings.of(session, frame.eyes(), today=frame.today()), books.load(session)
    return render_template(
        "strategy/good_data.html",
        records=good_data.of(book, about),
        add=flow.place(library.worksheets().find(policy.FIELDS), None),
        today=frame.today(),
    )
