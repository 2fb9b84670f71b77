"""The worksheets as a conversation: one question after the other, into the same answers."""

from typing import Any

from flask import abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.web import frame, strategy_conflict, strategy_question, strategy_show
from app.web.strategy_places import asked, item
from goals.errors import Refusal
from goals.words import N_, Message
from strategy.worksheets import book as books
from strategy.worksheets import (
    conversation,
    flow,
    forms,
    items,
    pages,
    progress,
    resuming,
    saving,
    showing,
    starters,
    talk,
)
from strategy.worksheets import library as libraries
from strategy.worksheets import setting as settings
from strategy.worksheets.book import Book
from strategy.worksheets.content import Asked, catalogue_id
from strategy.worksheets.conversation import Talk
from strategy.worksheets.display import Shown
from strategy.worksheets.pages import Page
from strategy.worksheets.saving import Conflict, Invalid
from strategy.worksheets.talk import Step

Answer = Response | str | tuple[str, int]

#: What is offered as buttons; a longer list is one to choose from.
MOST_BUTTONS = 8
#: Kinds of which one is chosen.
CHOSEN = ("choice", "member", "team", "reference", "goal")
#: Why a page that shows a whole section is better looked at than talked about.
WHYS = {
    "crm_selection": N_("Scores are set in a table, system by system: a talk would ask hundreds."),
    "data_governance": N_("All fields stand on one page that can be printed."),
    "implementation": N_("The plan puts the tasks in the order of their days."),
    "journey": N_("The map puts the stages beside each other: gaps show there, not in a talk."),
    "team_goals": N_("The tree shows what hangs on which goal."),
}


def anywhere() -> str:
    """Show the talk where the reader left it: in the section looked at last."""
    session = frame.session()
    last = resuming.last(session, frame.me().id)
    about = settings.of(session, frame.eyes(), today=frame.today())
    return chat(talk.where(books.load(session), about, last))


def chat(section: str) -> str:
    """Show the talk about a section, with what is asked now or is to be changed."""
    at, place = request.args.get("at", ""), None
    if at:
        one = asked(section, at)
        place = flow.place(one, (item() or None) if one.has_rows else "")
    found = _talk(section, place)
    if frame.may("editor") and "change" not in request.args:
        here = found.now.place if found.now is not None else flow.Place(section)
        resuming.remember(frame.session(), here, frame.me().id, now=frame.now())
    return _show(found, request.args.get("change", ""), item())


def reply(section: str) -> Answer:
    """Take an answer, or what a button says instead of one, and go on."""
    sent = request.form
    do, key = sent.get("do", "answer"), sent.get("field", "")
    question, row = sent.get("question", ""), sent.get("item", "")
    if not question or not row.isprintable():
        abort(404)
    one = asked(section, question)
    if do in ("more", "start", "drop") or (do == "enough" and not key):
        return _about_list(one, row, do)
    field = one.field(key)
    if field is None or field.kind == "computed":
        abort(404)
    if do == "rewrite":
        strategy_question.take_over(one, row, strategy_show.expected())
        return _on(section, f"{one.question.key}.{key}", row)
    if do == "answer" or (_typed(key) and "proposed" not in sent):
        several = len(sent.getlist(key)) > 1
        if not _typed(key) and "change" not in sent and (several or not field.required):
            return _refused(one, row, key, {}, {key: _nothing(key)})
        try:
            result = _save(one, row, key, draft=do != "answer")
        except Invalid as error:
            return _refused(one, row, key, error.typed, error.by_field)
        if isinstance(result, Conflict):
            return strategy_conflict.page(section, one.question.key, row, result, back="chat"), 409
    if do != "answer":
        _leave(one, row, key, whole=do == "rest")
    return _on(section, f"{one.question.key}.{key}" if do == "answer" else "", row)


def _talk(section: str, at: flow.Place | None = None) -> Talk:
    session = frame.session()
    return conversation.conversation(
        session,
        section,
        last=resuming.last(session, frame.me().id),
        at=at,
        today=frame.today(),
        who=frame.eyes(),
        won=strategy_show.won(section),
    )


def _show(
    found: Talk,
    change: str,
    row: str,
    *,
    typed: Any = None,
    errors: Any = None,
) -> str:
    """Return the page of a talk; `change` names an earlier answer ("question.field")."""
    session, section = frame.session(), found.section.key
    changing = found.turn(change, row) if change else None
    now = changing.step if changing is not None else found.now
    page = field = None
    if now is not None and now.field is not None:
        place = now.place
        page = pages.page(
            session,
            section,
            place.question or "",
            place.item or None,
            typed=typed,
            errors=errors,
            today=frame.today(),
            who=frame.eyes(),
            won=strategy_show.won(section),
        )
        field = next(one for one in page.fields if one.key == now.field.key)
    book, about = books.load(session), settings.of(session, today=frame.today())
    following = talk.following(book, section, about) if now is None else None
    said = found.turn(request.args.get("said", ""), row)
    needs = found.section.needs
    kept, entry = _entries(now, book, errors)
    return render_template(
        "strategy/chat.html",
        talk=found,
        now=now,
        changing=changing,
        page=page,
        field=field,
        asks=None if field is None else _asks(now),
        list_words=None if now is None or now.field is not None else _list_words(now),
        kept=kept,
        examples=_examples(page, now),
        entry=entry,
        expected=strategy_show.expected(),
        said=said,
        needed=needs.question.partition(".")[0] if needs is not None else None,
        why=WHYS.get(section),
        most_buttons=MOST_BUTTONS,
        chosen=CHOSEN,
        following=following,
        titles={one.key: Message(catalogue_id(one.title)) for one in _sections()},
        states={one.key: progress.of(book, one, about).state for one in _sections()},
        currency=frame.here().currency,
    )


def _asks(step: Step | None) -> Message:
    assert step is not None
    session = frame.session()
    one = libraries.worksheets().find(step.place.address)
    about = settings.of(session, frame.eyes())
    return conversation.asks(one, step, books.load(session), about)


def _examples(page: Page | None, step: Step | None) -> list[tuple[Message, Message, Shown]]:
    """Return the examples of what is asked: company, what it does, and what it answered."""
    if page is None or step is None or step.field is None:
        return []
    label = showing.static(step.field.label)
    return [
        (one.company, one.about, said)
        for one in page.examples
        for known, said in one.lines
        if known == label
    ]


def _list_words(step: Step) -> dict[str, Message]:
    """Return what a list says of itself."""
    repeat = libraries.worksheets().find(step.place.address).question.repeat
    assert repeat is not None
    return {
        "title": Message(catalogue_id(repeat.title)),
        "lede": Message(catalogue_id(repeat.lede)),
    }


def _entries(now: Step | None, book: Book, errors: Any) -> tuple[list[str], str]:
    """Return the entries of a list that is asked for one by one, and what stands in its box."""
    if now is None or now.field is None:
        return [], ""
    key = now.field.key
    if errors and "more" in request.form:
        *kept, entry = request.form.getlist(key) or [""]
        return kept, entry
    value = book.value(f"{now.place.address}.{key}", now.place.item or "")
    return (list(value), "") if isinstance(value, list) else ([], "")


def _sections() -> tuple[Any, ...]:
    return libraries.worksheets().sections


def _typed(key: str) -> bool:
    """Tell whether something stands in the box of a field."""
    sent = request.form
    boxes = [sent.getlist(key)[-1:], *(sent.getlist(f"{key}.{part}") for part in forms.DAY_PARTS)]
    return any(text.strip() for box in boxes for text in box)


def _nothing(key: str) -> Message:
    """Return what is said to somebody who sends an empty box."""
    if len(request.form.getlist(key)) > 1:
        return Message(N_("Write one more, or choose “That's all”."))
    return Message(N_("Give an answer, or choose “Skip”."))


def _save(one: Asked, row: str, key: str, *, draft: bool) -> saving.Saved | Conflict:
    # Two texts are kept although the response says 409, so this is a transaction of its own.
    with frame.wiring().database.session(frame.here().id) as session:
        return saving.save_answer(
            session,
            one.address,
            row,
            {key: forms.collect(one, request.form.getlist)[key]},
            strategy_show.expected(),
            by=frame.me().id,
            now=frame.now(),
            autosave=draft,
            alone=True,
            who=frame.eyes(),
            reader=frame.reader(),
        )


def _refused(one: Asked, row: str, key: str, typed: Any, errors: Any) -> tuple[str, int]:
    """Return the talk with what was typed and what to mend in it."""
    changes = request.form.get("change", "")
    found = _talk(one.section.key, flow.place(one, row))
    if changes or found.now is None or found.now.field is None or found.now.field.key != key:
        changes = f"{one.question.key}.{key}"
    return _show(found, changes, row, typed=typed, errors=errors), 422


def _leave(one: Asked, row: str, key: str, *, whole: bool) -> None:
    """Ask no more about a field, or about any open field of its row."""
    left = {one.address: [key]}
    if whole:
        found = _talk(one.section.key, flow.place(one, row))
        for step in found.rest:
            fields = left.setdefault(step.place.address, [])
            if step.field is not None and step.field.key not in fields:
                fields.append(step.field.key)
    for address, fields in left.items():
        saving.skip(frame.session(), address, row, fields, by=frame.me().id, now=frame.now())


def _about_list(one: Asked, row: str, do: str) -> Response:
    """Add a row, take our default rows, or have enough of a list."""
    session, section = frame.session(), one.section.key
    who: dict[str, Any] = {"by": frame.me().id, "now": frame.now()}
    lead = libraries.worksheets().find(one.store)
    if do == "more":
        try:
            row = items.add_item(session, lead.address, **who)
        except Refusal as error:
            if error.code != "too_many_items":
                raise
            return _on(section)
        items.open_list(session, lead.address, **who)
        return _on(section, at=lead.question.key, row=row)
    if do == "start":
        items.open_list(session, lead.address, **who)
        starters.take(session, lead.address, reader=frame.reader(), **who)
        return _on(section)
    if do == "drop":
        name = books.load(session).row(lead, row)
        if name is not None and not name.value:
            items.remove_item(session, lead.address, row, **who)
    items.close_list(session, lead.address, **who)
    return _on(section)


def _on(section: str, said: str = "", row: str = "", at: str = "") -> Response:
    """Return the way back to the talk, which answers what was `said`."""
    given = {"said": said, "at": at, "item": row if said or at else ""}
    known: dict[str, Any] = {name: value for name, value in given.items() if value}
    return redirect(url_for("strategy.chat", section=section, **known), 303)
