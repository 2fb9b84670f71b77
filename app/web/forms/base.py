"""What every form shares: one way to lay words over fields, and errors that say what to do."""

from collections.abc import Iterable
from typing import Any

from flask_wtf import FlaskForm
from wtforms import Field
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined] # newer than its types
from wtforms.validators import InputRequired, Length

from app.web import texts
from app.web.texts import lazy_gettext as _l
from goals.errors import Refusal

#: What WTForms says itself -> what we say; it has no words of its own in Thai.
OURS = dict.fromkeys(
    ("Not a valid choice.", "Invalid Choice: could not coerce."), _l("Choose one of the list.")
)


class _Words:
    """The texts of WTForms in the reader's language."""

    def gettext(self, text: str) -> str:
        return str(OURS.get(text, text))

    def ngettext(self, one: str, many: str, number: int) -> str:
        return self.gettext(one if number == 1 else many)


#: The most a single line may hold.
LINE = 200


class Form(FlaskForm):
    """A form of ours; a refusal from below lands at the field it names."""

    class Meta(FlaskForm.Meta):
        """How WTForms speaks."""

        def get_translations(self, form: Any) -> _Words:
            """Return the texts of the checks that WTForms makes by itself."""
            return _Words()

    #: The contract's word for an argument -> the form's field, where they differ.
    FIELDS: dict[str, str] = {}

    def refuse(self, error: Refusal) -> None:
        """Show a refusal at its field, or above the form when it has none here."""
        name = self.FIELDS.get(error.field or "", error.field or "")
        text = texts.say(error.message)
        if error.fix is not None:
            text = f"{text} {texts.say(error.fix)}"
        field: Any = self._fields.get(name)
        if field is None:
            self.form_errors.append(text)
        else:
            field.errors = [*field.errors, text]

    @property
    def problems(self) -> list[tuple[str, str]]:
        """Return (id of the field, text) for the summary above the form."""
        found = [("main", text) for text in self.form_errors]
        for field in self:
            found.extend((field.id, text) for text in _flat(field))
        return found


def options(pairs: Iterable[tuple[Any, Any]], group: Any = None) -> list[SelectChoice]:
    """Return what a field offers to choose from, given as value and label."""
    return [SelectChoice(value, label, optgroup=group) for value, label in pairs]


def _flat(field: Field) -> list[str]:
    return [str(text) for text in field.errors]


def needed(text: Any) -> InputRequired:
    """Return the check that something was given; `text` says what to do."""
    return InputRequired(message=text)


def at_most(most: int = LINE) -> Length:
    """Return the check that a text is not longer than its place."""
    return Length(max=most, message=_l("Use at most %(max)d characters."))
