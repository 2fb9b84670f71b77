"""What of the strategy hangs together, what hangs on nothing, and how the four risks stand."""

from flask import render_template, url_for

from app.web import frame
from app.web.strategy_places import address
from strategy import coverage, following, risks
from strategy.coverage import Link
from strategy.worksheets import book as books
from strategy.worksheets import setting as settings


def page() -> str:
    """Show the coverage of the strategy."""
    session = frame.session()
    book, about = books.load(session), settings.of(session)
    goals = following.followed(session, book, frame.eyes(), today=frame.today(), now=frame.now())
    return render_template(
        "strategy/coverage.html",
        found=coverage.coverage(book, about, goals),
        risks=risks.risks(book, goals, following.made(session)),
        url=url,
    )


def url(link: Link) -> str:
    """Return where a link leads."""
    if link.goal is not None:
        to_form = link.edits and frame.may("editor")
        return url_for("goals.edit" if to_form else "goals.goal", goal_id=link.goal)
    if link.place is not None:
        return address(link.place, link.field)
    return url_for("strategy.goals")
