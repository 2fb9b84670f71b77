"""Checks of the training: each role has its topics, each person the topics of the role."""

from collections.abc import Iterator
from dataclasses import dataclass

from goals.words import N_, Message
from strategy.worksheets import fields
from strategy.worksheets.book import Book, Row, short
from strategy.worksheets.rules.finding import Finding
from strategy.worksheets.setting import Setting

SECTION = "training"
PLAN = f"{SECTION}.plan"
LOG = f"{SECTION}.log"


@dataclass(frozen=True)
class Untrained:
    """Somebody who was not trained yet, and in what; `item` is the row of the plan, if any."""

    person: str
    topic: str
    item: str | None


def findings(book: Book, setting: Setting) -> list[Finding]:
    """Return what there is to say about the section's answers."""
    found = [*_twice(book), *_role(book)]
    for one in untrained(book, setting):
        topic = next(row for row in book.of(PLAN) if row.item == one.topic)
        text = N_("%(person)s is not trained yet: %(topic)s.")
        params = {"person": setting.members[one.person], "topic": _topic(topic)}
        found.append(
            Finding(
                rule="train-open",
                severity="warn",
                message=Message(text, params),
                fix=Message(N_("Plan a day, and write down when it happened.")),
                question=LOG,
                item=one.item,
                field=None if one.item is None else "trained_on",
                evidence=setting.members[one.person],
            )
        )
    return [*found, *_unplanned(book, setting)]


def untrained(book: Book, setting: Setting) -> list[Untrained]:
    """Return who has a role in the plan and was not trained in one of its topics.

    People who left are not listed.
    """
    found = []
    topics = [row for row in book.of(PLAN) if row.value.get("training_topic")]
    for person, held in roles(book).items():
        if person not in setting.members:
            continue
        for topic in topics:
            rows = [row for row in _rows(book, person) if row.value.get("topic") == topic.item]
            needed = bool(held & set(topic.value.get("for_roles") or ()))
            if (needed or rows) and not any(row.value.get("trained_on") for row in rows):
                item = rows[0].item if rows else None
                found.append(Untrained(person, topic.item, item))
    return found


def roles(book: Book) -> dict[str, set[str]]:
    """Return the roles of each person in the plan."""
    found: dict[str, set[str]] = {}
    for row in book.of(LOG):
        person, role = row.value.get("trained_person"), row.value.get("trained_role")
        if person and role:
            found.setdefault(str(person), set()).add(str(role))
    return found


def _rows(book: Book, person: str) -> list[Row]:
    return [row for row in book.of(LOG) if row.value.get("trained_person") == person]


def _topic(row: Row) -> str:
    return short(str(row.value.get("training_topic") or ""))


def _unplanned(book: Book, setting: Setting) -> Iterator[Finding]:
    """Yield one finding that names all members who have no role in the plan."""
    known = roles(book)
    names = [name for person, name in setting.members.items() if person not in known]
    if known and names:
        yield Finding(
            rule="train-nobody",
            severity="warn",
            message=Message(N_("Not in the plan: %(names)s."), {"names": names}),
            fix=Message(N_("Add everybody who will use the CRM.")),
            question=LOG,
            item=None,
        )


def _twice(book: Book) -> Iterator[Finding]:
    seen: set[tuple[object, object]] = set()
    for row in book.of(LOG):
        pair = (row.value.get("trained_person"), row.value.get("topic"))
        if all(pair) and pair in seen:
            yield Finding(
                rule="train-twice",
                severity="warn",
                message=Message(N_("This person stands in the plan twice for one topic.")),
                fix=Message(N_("Remove one.")),
                question=LOG,
                item=row.item,
                field="topic",
                evidence=None,
            )
        seen.add(pair)


def _role(book: Book) -> Iterator[Finding]:
    topics = {row.item: row for row in book.of(PLAN)}
    for row in book.of(LOG):
        day, topic = fields.day_of(row.value.get("trained_on")), row.value.get("topic")
        if day is None or topic not in topics:
            continue
        role = row.value.get("trained_role")
        needed = topics[str(topic)].value.get("for_roles") or ()
        if role and needed and role not in needed:
            yield Finding(
                rule="train-role",
                severity="warn",
                message=Message(N_("The role of this person does not need this topic.")),
                fix=Message(N_("Change the role, or add the role to the topic.")),
                question=LOG,
                item=row.item,
                field="trained_role",
                evidence=_topic(topics[str(topic)]),
            )
