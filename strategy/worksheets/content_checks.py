"""What a reader of the content files must be able to rely on, beyond the shape of each (pure)."""

import re
from collections.abc import Iterable, Iterator

from strategy.worksheets.content import (
    LISTS,
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
    if not question.fields:
        yield "it asks for nothing"
    lead = question
    if question.of is not None:
        leads = [one for one in seen if one.key == question.of and one.repeat is not None]
        if not leads:
            yield f"it is of {question.of}, which is no repeating question before it"
            return
        lead = leads[0]
    if question.repeat is not None and asked.field(question.repeat.named_by) is None:
        yield f"its rows are named by {question.repeat.named_by}, which it does not ask for"
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


def _fields(found: Worksheets, asked: Asked) -> Iterator[str]:
    sharing = [field for one in found.sharing(asked.store) for field in one.question.fields]
    keys = {field.key for field in sharing}
    for field in asked.question.fields:
        yield from (f"{field.key}: {problem}" for problem in _field(found, field, keys))
    for example in asked.question.examples:
        for key, value in example.values.items():
            known = asked.field(key)
            if known is None:
                yield f"an example answers {key}, which it does not ask for"
            elif isinstance(value, tuple) != (known.kind in LISTS):
                yield f"an example gives {key} in another shape than {known.kind}"


def _field(found: Worksheets, field: Field, keys: set[str]) -> Iterator[str]:
    if not _KEY.fullmatch(field.key):
        yield "a key is made of small letters, digits and _"
    if field.required != (field.missing is not None):
        yield "a required field, and no other, says what to do when it is empty"
    if (field.kind in _CHOOSING) != bool(field.options):
        yield "choices, and nothing else, have options"
    _once((one.value for one in field.options), "option", field.key)
    if (field.kind == "reference") != (field.refers_to is not None):
        yield "references, and nothing else, say what they refer to"
    if field.refers_to is not None:
        target = found.asked.get(field.refers_to)
        if target is None or target.question.repeat is None:
            yield f"it refers to {field.refers_to}, which is no repeating question"
    if field.after is not None and field.after not in keys:
        yield f"it must come after {field.after}, which is not asked for"
    if field.show_if is not None:
        yield from _condition(field.show_if, keys)


def _condition(condition: Condition, known: set[str]) -> Iterator[str]:
    if condition.field not in known:
        yield f"it depends on {condition.field}, which is not asked for before"
    if bool(condition.any_of) == bool(condition.none_of):
        yield "a condition lists the values that it wants, or those that it does not want"


def _path(found: Worksheets, asked: Asked, path: str) -> Iterator[str]:
    try:
        source, _ = found.field(path)
    except KeyError:
        yield f"it takes up {path}, which does not exist"
        return
    if source.has_rows and source.store != asked.store:
        yield f"it takes up {path}, which has many rows"


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
