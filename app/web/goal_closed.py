"""Goals that have ended: their results, how well they were foreseen, and what was learned."""

from collections.abc import Iterator
from dataclasses import dataclass

from flask import Response, render_template
from sqlmodel import Session

from app.web import downloads, frame, rows, texts
from goals import words
from goals.tracking import carrying, reliability, retrospectives, standing
from goals.tracking.checkins import calibration, confidence, reading
from goals.tracking.checkins.calibration import Bin, Score
from goals.tracking.goal import Goal
from goals.tracking.retrospectives import QUESTIONS, Entry
from goals.tracking.standing import Standing


@dataclass(frozen=True)
class Line:
    """A goal that has ended, with what is known of it and what people said.

    `original` is how far it came by its first terms, "" while those held.
    """

    one: Standing
    result: str
    target: str
    original: str
    score: Score | None
    entry: Entry | None
    continued: Goal | None


@dataclass(frozen=True)
class Foreseen:
    """How often what people said came true, over all goals that have ended."""

    bins: list[Bin]
    said: dict[str, words.Message]
    human: str
    forecast: str
    goals: int


def page() -> str:
    """Show the goals that have ended, the latest first."""
    session = frame.session()
    lines, foreseen = _lines(session)
    return render_template(
        "goals/closed.html",
        lines=lines,
        foreseen=foreseen,
        reliability=reliability.of_goals(session, _seen(session)),
        meant=reliability.MEANT,
        rate=rows.percent,
        tally=standing.tally(line.one for line in lines),
    )


def _seen(session: Session) -> set[int]:
    return {one.goal.id for one in standing.board(session, frame.eyes(), has_curves=False)}


def _lines(session: Session) -> tuple[list[Line], Foreseen | None]:
    ended = [one for one in standing.board(session, frame.eyes()) if one.is_over]
    ended.sort(key=lambda one: (one.terms.last_day, one.goal.name), reverse=True)
    ids = [one.goal.id for one in ended]
    books = reading.of_goals(session, ended, frame.today())
    said = {entry.row.goal_id: entry for entry in retrospectives.of_goals(session, ids)}
    continued = {each.continues_id: each for each in carrying.continuing(session, ids)}
    lines, words_said, scores = [], [], []
    for one in ended:
        is_met = one.status == "achieved"
        calls = reading.calls(books[one.goal.id].entries, one.terms.last_day)
        found = calibration.score(calls, achieved=is_met)
        words_said += [(f"{round(call.said * 100)}", is_met) for call in calls]
        scores += [found] if found is not None else []
        lines.append(
            Line(
                one,
                _result(one),
                texts.written(one.aim),
                rows.original(one),
                found,
                said.get(one.goal.id),
                continued.get(one.goal.id),
            )
        )
    return lines, _foreseen(words_said, scores)


def _result(one: Standing) -> str:
    seen = one.evaluation
    if seen is None or one.unit == "done":
        return "–"
    return texts.compact(seen.actual, one.unit, one.currency)


def _foreseen(said: list[tuple[str, bool]], scores: list[Score]) -> Foreseen | None:
    """Return how often people were right, None where nobody checked in on an ended goal."""
    if not said:
        return None
    both = [one for one in scores if one.forecast is not None]
    found = calibration.bins(said)
    return Foreseen(
        bins=found,
        said={one.confidence: confidence.said(one.confidence) for one in found},
        human=_mean([one.human for one in both or scores]),
        forecast=_mean([one.forecast for one in both if one.forecast is not None]),
        goals=len(both or scores),
    )


def _mean(scores: list[float]) -> str:
    return f"{sum(scores) / len(scores):.2f}" if scores else ""


def as_csv() -> Response:
    """Return the goals that have ended with their results and retrospectives, unrounded."""
    lines, _foreseen_ = _lines(frame.session())
    columns = (
        "id name metric status actual target original_target share original_share unit currency"
        " from to owner checkins brier brier_forecast continued_as"
    ).split()
    return downloads.as_csv("closed.csv", [*columns, *QUESTIONS], _cells(lines, columns))


def _cells(lines: list[Line], columns: list[str]) -> Iterator[list[object]]:
    for line in lines:
        document = line.one.to_json(frame.reader())
        score, entry = line.score, line.entry
        document |= {
            "checkins": None if score is None else score.n,
            "brier": None if score is None else score.human,
            "brier_forecast": None if score is None else score.forecast,
            "continued_as": None if line.continued is None else str(line.continued.id),
        }
        answers = [None if entry is None else getattr(entry.row, name) for name in QUESTIONS]
        yield [*(document[key] for key in columns), *answers]
