"""A question as a page: shown as it is saved, or as it was sent with what is to be mended."""

import secrets

from flask import render_template, request

from app.web import frame
from strategy.worksheets import forms, pages
from strategy.worksheets.boxes import PageField
from strategy.worksheets.pages import Page
from strategy.worksheets.saving import Invalid


def show(page: Page, expected: int) -> str:
    """Return the page of a question; `expected` is the version that its writer has seen."""
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
    )


def refused(section: str, question: str, error: Invalid) -> str:
    """Return the page with everything typed and what to mend."""
    page = pages.page(
        frame.session(),
        section,
        question,
        request.args.get("item"),
        typed=error.typed,
        errors=error.by_field,
    )
    return show(page, expected())


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
    if field.kind == "choices":
        return {field.key: list(field.lines)}
    return {field.key: [field.text]}
