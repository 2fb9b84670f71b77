"""A form that stood open while somebody else saved the same: neither undoes the other."""

import hashlib
from collections.abc import Collection, Mapping
from typing import Any

from app.web.forms.base import Form
from app.web.texts import gettext as _
from goals.errors import Refusal
from goals.words import N_

#: The most of the other's text that is shown at a field.
SHOWN = 300


def marks(values: Mapping[str, Any]) -> str:
    """Return short marks of the values that a form is shown with, to be sent back with it."""
    return " ".join(f"{name}:{_mark(value)}" for name, value in values.items())


def settle(
    form: Form, shown: str | None, now: Mapping[str, Any], together: Collection[str] = ()
) -> bool:
    """Give fields that were left as shown what somebody else has written there since.

    A field that both changed keeps what was typed, and says what it would undo; so do all
    fields of `together` where both changed any of them. True where nothing is left to say.
    """
    known = dict(one.split(":", 1) for one in (shown or "").split() if ":" in one)
    names = [name for name in now if name in known and name in form]
    theirs = {name for name in names if _mark(now[name]) != known[name]}
    mine = {name for name in names if _mark(form[name].data) != known[name]}
    both = theirs & mine
    if theirs.intersection(together) and mine.intersection(together):
        both |= theirs.intersection(together)
    both = {
        name for name in both if name not in mine or _plain(form[name].data) != _plain(now[name])
    }
    for name in theirs - mine:
        form[name].data = now[name]
    for name in names:
        if name in both:
            field: Any = form[name]
            said = _(
                "Somebody else has changed this meanwhile, to: %(value)s. Save again if yours shall"
                " stand.",
                value=_said(field, now[name]),
            )
            field.errors = [*field.errors, said]
    return not both


def is_newest(form: Any, version: int) -> bool:
    """Tell whether a goal is still of the version that its form was shown with, and say it if not.

    The form knows the present version afterwards: saving again is saving knowingly.
    """
    sent, form.version.data = form.version.data, str(version)
    if sent == form.version.data:
        return True
    form.refuse(
        Refusal(
            "goal_changed",
            N_("Somebody changed this goal while you had it open. Look at it again before saving."),
            misused=False,
        )
    )
    return False


def _mark(value: Any) -> str:
    return hashlib.sha256(_plain(value).encode()).hexdigest()[:8]


def _plain(value: Any) -> str:
    """Return a value as forms send it: texts with one kind of line ends, nothing as nothing."""
    return "" if value in (None, False) else "\n".join(str(value).strip().splitlines())


def _said(field: Any, value: Any) -> str:
    """Return a value as the field shows it."""
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    for choice in getattr(field, "choices", None) or ():
        if str(getattr(choice, "value", choice)) == str(value):
            return str(choice.label)
    return _plain(value)[:SHOWN] or _("nothing")
