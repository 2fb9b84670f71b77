"""A question as a page: shown as it is saved, or as it was sent with what is to be mended."""

import secrets
from typing import Any

from flask import render_template, request

from app.web import frame, vocabulary
from goals.words import Message
from strategy import won_deals
from strategy.worksheets import commenting, forms, pages
from strategy.worksheets import setting as settings
from strategy.worksheets.boxes import PageField
from strategy.worksheets.content import SETS
from strategy.worksheets.pages import Page
from strategy.worksheets.rules import best_customers
from strategy.worksheets.saving import Invalid
from strategy.worksheets.won import Largest


def show(page: Page, expected: int, *, said: str = "", refused: Message | None = None) -> str:
    """Return the page of a question; `expected` is the version that its writer has seen.

    `said` is a comment that was `refused`, to be shown again with what to mend.
    """
    address = f"{page.place.section}.{page.place.question}"
    name = "strategy/list.html" if page.items is not None else "strategy/question.html"
    here = {"section": page.place.section, "question": page.place.question}
    if page.place.item:
        here["item"] = page.place.item
    return render_template(
        name,
        page=page,
        here=here,
        expected=expected,
        writer=request.form.get("writer") or secrets.token_hex(8),
        seen=" ".join(field.key for field in page.fields if field.shown),
        problems=[(field.key, field.error) for field in page.fields if field.error is not None],
        currency=frame.here().currency,
        comments=remarks(address, page.place.item or "", said=said, refused=refused),
        won=page.won,
        dimension=vocabulary.dimension,
    )


def remarks(
    address: str, item: str, *, said: str = "", refused: Message | None = None
) -> dict[str, Any]:
    """Return what the part of a page with the comments on a question shows."""
    session = frame.session()
    found = commenting.threads(session, address, item, settings.of(session))
    return {"threads": found, "me": frame.me().id, "said": said, "refused": refused}


def refused(section: str, question: str, error: Invalid) -> str:
    """Return the page with everything typed and what to mend."""
    page = pages.page(
        frame.session(),
        section,
        question,
        request.args.get("item"),
        typed=error.typed,
        errors=error.by_field,
        today=frame.today(),
        who=frame.eyes(),
        won=won(section),
    )
    return show(page, expected())


def won(section: str) -> Largest | None:
    """Return the largest won deals where a section says something of them, else None."""
    if section != best_customers.SECTION:
        return None
    return won_deals.of(frame.session(), today=frame.today(), now=frame.now())


def expected() -> int:
    """Return the version that the page which was sent had been made with."""
    return request.form.get("version", default=0, type=int)


def boxes(field: PageField) -> dict[str, list[str]]:
    """Return what stands in the boxes of a field, by their names."""
    if field.kind == "date":
        names = (f"{field.key}.{part}" for part in forms.DAY_PARTS)
        return {name: [part] for name, part in zip(names, field.parts, strict=True)}
    if field.kind == "texts":
        return {field.key: ["\n".join(field.lines)]}
    if field.kind == "computed":
        return {}
    if field.kind in SETS:
        return {field.key: list(field.lines)}
    return {field.key: [field.text]}
