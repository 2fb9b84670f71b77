"""Where a goal comes from: the question of the strategy that asked for it."""

from dataclasses import dataclass

from flask import url_for

from app.web import texts
from goals.tracking.goal import Goal
from goals.words import Message
from strategy.worksheets import content, library


@dataclass(frozen=True)
class Place:
    """A question of the strategy: its section's title, its number there and its address."""

    section: str
    number: int | None
    url: str


def of(goal: Goal) -> Place | None:
    """Return the question that asked for a goal, None for a goal outside the strategy."""
    if goal.origin_section is None or goal.origin_question is None:
        return None
    return place(goal.origin_section, goal.origin_question, goal.origin_item)


def place(section_key: str, question_key: str, item: str | None = None) -> Place:
    """Return a question's place; one that the worksheets no longer have keeps its keys."""
    key = question_key.removeprefix(f"{section_key}.")
    url = url_for("strategy.question", section=section_key, question=key, item=item or None)
    for section in library.worksheets().sections:
        if section.key == section_key:
            keys = [one.key for one in section.questions]
            number = keys.index(key) + 1 if key in keys else None
            title = texts.say(Message(content.catalogue_id(section.title)))
            return Place(title, number, url)
    return Place(section_key, None, url)
