"""What a reader of the content files must be able to rely on, beyond the shape of each (pure)."""

import re
from collections.abc import Iterable, Iterator, Mapping

from goals.metrics import catalogue
from strategy.worksheets.content import (
    LISTS,
    OWN,
    REFERRING,
    WORDY,
    Asked,
    Condition,
    ContentError,
    Field,
    Piped,
    Question,
    Section,
    Worksheets,
    texts,
)

_KEY = re.compile(r"[a-z][a-z0-9_]*")
_PLACE = re.compile(r"%\((\w+)\)s")
_CHOOSING = frozenset({"choice", "choices"})
#: What can name a row without a look at the workspace.
_NAMING = frozenset({"text", "long_text", "choice", "metric", "reference"})


def check(found: Worksheets) -> None:
    """Check what spans several parts of the content; raises ContentError for the first breach."""
    _once((one.key for one in found.sections), "section", "the worksheets")
    for section in found.sections:
        for problem in _section(found, section):
            raise ContentError(f"{section.key}: {problem}")


def _section(found: Worksheets, section: Section) -> Iterator[str]:
    _once((one.key for one in section.questions), "question", section.key)
    if any(text != text.strip() or not text for text in texts(section)):
        yield "a text is empty or has blanks around it"
    if section.needs is not None and section.needs.question not in found.asked:
        yield f"it needs {section.needs.question}, which does not exist"
    seen: list[Question] = []
    for question in section.questions:
        asked = found.asked[f"{section.key}.{question.key}"]
        for problem in (*_question(found, asked, seen), *_fields(found, asked)):
            yield f"{question.key}: {problem}"
        seen.append(question)
    for store in {one.store for one in found.of_section(section.key)}:
        keys = (field.key for one in found.sharing(store) for field in one.question.fields)
        _once(keys, "field", store)


def _question(found: Worksheets, asked: Asked, seen: list[Question]) -> Iterator[str]:
    question = asked.question
    if not _KEY.fullmatch(question.key):
        yield "a key is made of small letters, digits and _"
    if not question.typed:
        yield "it asks for nothing"
    shown_on = found.asked.get(question.asked_on or "")
    if question.asked_on is not None and (shown_on is None or shown_on.question.asked_on):
        yield f"it is asked on the page of {question.asked_on}, which is none"
    lead = question
    if question.of is not None:
        leads = [one for one in seen if one.key == question.of and one.repeat is not None]
        if not leads:
            yield f"it is of {question.of}, which is no repeating question before it"
            return
        lead = leads[0]
    yield from _repeat(found, asked)
    if question.show_if is not None:
        known = {one.key for part in (lead, *seen, question) for one in part.fields}
        yield from _condition(question.show_if, known)
    for path in (*question.pipes.values(), *question.recalls):
        yield from _path(found, asked, path)
    places = {
        place
        for text in _piped(question)
        for place in (*_PLACE.findall(text.text), *_PLACE.findall(text.otherwise))
    }
    if places != set(question.pipes):
        yield f"its texts have the places {sorted(places)}, its pipes fill {sorted(question.pipes)}"
    if any(_PLACE.search(text.otherwise) for text in _piped(question)):
        yield "what stands there without an answer has a place for one"


def _repeat(found: Worksheets, asked: Asked) -> Iterator[str]:
    repeat = asked.question.repeat
    if repeat is None:
        return
    named_by = asked.field(repeat.named_by)
    if named_by is None:
        yield f"its rows are named by {repeat.named_by}, which it does not ask for"
    elif named_by.kind not in _NAMING:
        yield f"its rows are named by {repeat.named_by}, which is no text, choice or metric"
    yield from _naming(found, asked)
    if bool(repeat.starters) != (repeat.starter_label is not None):
        yield "rows to start with, and nothing else, have a label"
    known = {one.key: one for part in found.sharing(asked.store) for one in part.question.fields}
    names = [str(starter.get(repeat.named_by, "")) for starter in repeat.starters]
    if "" in names or len(set(names)) < len(names):
        yield "each row to start with has a name of its own"
    if len(names) > repeat.most:
        yield "there are more rows to start with than make sense"
    for starter in repeat.starters:
        yield from _values("a row to start with", starter, known)


def _naming(found: Worksheets, asked: Asked) -> Iterator[str]:
    repeat = asked.question.repeat
    if repeat is not None and repeat.table and not asked.naming:
        yield "the rows of a table are named by others"
    for field in asked.naming:
        target = found.asked.get(field.refers_to or "")
        if target is not None and target.naming:
            yield f"its rows are named by {field.refers_to}, whose rows are named by others"


def _values(
    what: str, values: Mapping[str, str | tuple[str, ...]], known: Mapping[str, Field]
) -> Iterator[str]:
    """Yield what is wrong with values that stand in a file."""
    for key, value in values.items():
        field = known.get(key)
        if field is None:
            yield f"{what} answers {key}, which it does not ask for"
        elif field.kind in OWN:
            yield f"{what} answers {key}, which only the company itself can"
        elif isinstance(value, tuple) != (field.kind in LISTS):
            yield f"{what} gives {key} in another shape than {field.kind}"
        else:
            yield from _choices(what, field, [value] if isinstance(value, str) else value)


def _choices(what: str, field: Field, entries: Iterable[str]) -> Iterator[str]:
    allowed = {one.value for one in field.options}
    if field.kind in ("metric", "metrics"):
        allowed = set(catalogue.METRICS)
    for one in entries:
        if allowed and one not in allowed:
            yield f"{what} chooses {one} for {field.key}, which is not in the list"
        if field.kind in WORDY and field.longest is not None and len(one) > field.longest:
            yield f"{what} gives {field.key} more than its {field.longest} characters"


def _fields(found: Worksheets, asked: Asked) -> Iterator[str]:
    sharing = [field for one in found.sharing(asked.store) for field in one.question.fields]
    keys = {field.key for field in sharing}
    for field in asked.question.fields:
        yield from (f"{field.key}: {problem}" for problem in _field(found, field, keys))
    asked_for = {field.key: field for field in asked.question.fields}
    for example in asked.question.examples:
        yield from _values("an example", example.values, asked_for)


def _field(found: Worksheets, field: Field, keys: set[str]) -> Iterator[str]:
    if not _KEY.fullmatch(field.key):
        yield "a key is made of small letters, digits and _"
    if field.required != (field.missing is not None):
        yield "a required field, and no other, says what to do when it is empty"
    if (field.kind in _CHOOSING) != bool(field.options):
        yield "choices, and nothing else, have options"
    _once((one.value for one in field.options), "option", field.key)
    if (field.kind in REFERRING) != (field.refers_to is not None):
        yield "references, and nothing else, say what they refer to"
    if field.refers_to is not None:
        target = found.asked.get(field.refers_to)
        if target is None or target.question.repeat is None:
            yield f"it refers to {field.refers_to}, which is no repeating question"
    if field.kind == "computed" and (field.required or field.default or field.longest):
        yield "what is worked out is never asked for"
    yield from _proposals(field, keys)
    if field.after is not None and field.after not in keys:
        yield f"it must come after {field.after}, which is not asked for"
    if field.show_if is not None:
        yield from _condition(field.show_if, keys)


def _proposals(field: Field, keys: set[str]) -> Iterator[str]:
    if field.proposals and field.kind != "texts":
        yield "lines are proposed for a list of texts only"
    for proposal in field.proposals:
        if proposal.field not in keys:
            yield f"it is proposed by {proposal.field}, which is not asked for"


def _condition(condition: Condition, known: set[str]) -> Iterator[str]:
    if condition.field not in known:
        yield f"it depends on {condition.field}, which is not asked for before"
    if bool(condition.any_of) == bool(condition.none_of):
        yield "a condition lists the values that it wants, or those that it does not want"


def _path(found: Worksheets, asked: Asked, path: str) -> Iterator[str]:
    try:
        source, field = found.field(path)
    except KeyError:
        yield f"it takes up {path}, which does not exist"
        return
    piped = path in asked.question.pipes.values()
    if piped and source.has_rows and source.store != asked.store:
        yield f"it takes up {path}, which has many rows"
    if field.kind == "computed" and piped:
        yield f"its texts take up {path}, which is worked out"


def _piped(question: Question) -> list[Piped]:
    parts = [question.title, question.lede]
    parts += [part for field in question.fields for part in (field.label, field.hint) if part]
    return [part for part in parts if isinstance(part, Piped)]


def _once(keys: Iterable[str], what: str, where: str) -> None:
    seen: set[str] = set()
    for key in keys:
        if key in seen:
            raise ContentError(f"{where}: {what} {key} stands there twice")
        seen.add(key)
