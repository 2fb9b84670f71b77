"""The form that lets a word stand for a goal, a person or a team."""

from wtforms import SelectField, StringField

from app.web.forms.base import Form, at_most, needed
from app.web.texts import lazy_gettext as _l
from goals.questions.aliases import LONGEST_WORD


class WordForm(Form):
    """A word that people use, and what it stands for."""

    word = StringField(
        _l("Word people use"),
        [needed(_l("Write the word that people use.")), at_most(LONGEST_WORD)],
        render_kw={"autocomplete": "off"},
    )
    of = SelectField(_l("Stands for"), [needed(_l("Choose what it stands for."))])
