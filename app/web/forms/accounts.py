"""Forms for signing in, for the first owner and for one's own account."""

from wtforms import PasswordField, StringField

from app.accounts import passwords
from app.web.forms.base import Form, at_most, needed
from app.web.texts import lazy_gettext as _l


class SignInForm(Form):
    """An address and a password."""

    email = StringField(
        _l("E-mail"),
        [needed(_l("Write your e-mail address.")), at_most()],
        render_kw={"type": "email", "autocomplete": "username"},
    )
    password = PasswordField(
        _l("Password"),
        [needed(_l("Write your password.")), at_most(passwords.LONGEST)],
        render_kw={"autocomplete": "current-password"},
    )


class FirstOwnerForm(Form):
    """The company and its first owner."""

    company = StringField(
        _l("Company"),
        [needed(_l("Write the name of your company.")), at_most()],
        render_kw={"autocomplete": "organization"},
    )
    name = StringField(
        _l("Your name"),
        [needed(_l("Write your name.")), at_most()],
        render_kw={"autocomplete": "name"},
    )
    email = StringField(
        _l("E-mail"),
        [needed(_l("Write your e-mail address.")), at_most()],
        render_kw={"type": "email", "autocomplete": "email"},
    )
    password = PasswordField(
        _l("Password"),
        [needed(_l("Choose a password.")), at_most(passwords.LONGEST)],
        description=_l("12 characters or more. A short sentence is fine."),
        render_kw={"autocomplete": "new-password"},
    )


class PasswordForm(Form):
    """A new password for oneself."""

    password = PasswordField(
        _l("New password"),
        [needed(_l("Choose a password.")), at_most(passwords.LONGEST)],
        description=_l("12 characters or more. A short sentence is fine."),
        render_kw={"autocomplete": "new-password"},
    )
