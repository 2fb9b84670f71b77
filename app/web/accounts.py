"""Signing in and out, the first owner, one's own account."""

from urllib.parse import urlsplit

from flask import Blueprint, current_app, flash, make_response, redirect, request, url_for
from flask import render_template as render
from sqlmodel import Session, col, select
from werkzeug.wrappers import Response

from app.accounts import passwords, people, workspaces
from app.accounts import sign_in as signing
from app.web import access, frame, notices, slack_people
from app.web.forms.accounts import FirstOwnerForm, PasswordForm, SignInForm
from app.web.texts import gettext as _
from goals import words
from goals.errors import Refusal
from goals.workspace import Person

blueprint = Blueprint("accounts", __name__)
blueprint.add_url_rule("/account/notices", "notices", notices.page)
blueprint.add_url_rule("/account/notices", "keep_notices", notices.save, methods=["POST"])
YEAR = 365 * 24 * 3600


def local(target: str | None) -> str:
    """Return where to go next: a path of ours, else the start page."""
    if not target or not target.startswith("/") or "\\" in target or not target.isprintable():
        return "/"
    try:
        parts = urlsplit(target)
    except ValueError:
        return "/"
    if parts.scheme or parts.netloc or target.startswith("//") or "%2f%2f" in target.lower():
        return "/"
    return target


def _let_in(session: Session, person: Person, workspace_id: int | None, target: str) -> Response:
    device = request.user_agent.string or ""
    token = signing.start(
        session, person, workspace_id=workspace_id, device=device, now=frame.now()
    )
    response = make_response(redirect(target, 303))
    response.set_cookie(
        frame.cookie_name(),
        token,
        max_age=int(signing.LONGEST.total_seconds()),
        httponly=True,
        secure=bool(current_app.config["SESSION_COOKIE_SECURE"]),
        samesite="Lax",
    )
    return response


@blueprint.route("/sign-in", methods=["GET", "POST"])
@access.public
def sign_in() -> Response | tuple[str, int] | str:
    """Let a person in by address and password."""
    if frame.signed_in() is not None:
        return redirect(local(request.args.get("next")), 303)
    if _nobody_yet():
        return redirect(url_for("accounts.first_run"), 303)
    form = SignInForm()
    if form.validate_on_submit():
        with frame.wiring().database.system() as system:
            try:
                person = signing.with_password(
                    system,
                    email=form.email.data or "",
                    password=form.password.data or "",
                    address=request.remote_addr or "",
                    now=frame.now(),
                )
                return _let_in(system, person, None, local(request.args.get("next")))
            except Refusal as error:
                form.refuse(error)
    status = 422 if form.is_submitted() else 200
    return render("accounts/sign_in.html", form=form), status


@blueprint.get("/sign-in/<token>")
@access.public
def link(token: str) -> str:
    """Show the button of a one-time link: mail scanners open links and must not spend it."""
    return render("accounts/link.html", token=token)


@blueprint.post("/sign-in/<token>")
@access.public
def use_link(token: str) -> Response | tuple[str, int]:
    """Let a person in by a one-time link."""
    with frame.wiring().database.system() as system:
        try:
            person, workspace_id = signing.use_link(system, token, frame.now())
        except Refusal as error:
            return render("accounts/link.html", token=None, error=error), 422
        target = "/" if person.password_hash else url_for("accounts.profile")
        return _let_in(system, person, workspace_id, target)


@blueprint.post("/sign-out")
@access.person
def sign_out() -> Response:
    """End this session."""
    found = frame.signed_in()
    assert found is not None
    with frame.wiring().database.system() as system:
        signing.end(system, found.token_hash, frame.now())
    response = make_response(redirect(url_for("accounts.sign_in"), 303))
    response.delete_cookie(
        frame.cookie_name(), secure=bool(current_app.config["SESSION_COOKIE_SECURE"])
    )
    return response


def _nobody_yet() -> bool:
    with frame.wiring().database.system() as system:
        return system.exec(select(col(Person.id)).limit(1)).first() is None


@blueprint.route("/first-run", methods=["GET", "POST"])
@access.public
def first_run() -> Response | tuple[str, int]:
    """Make the first workspace and its owner; closes itself once somebody exists."""
    if not _nobody_yet():
        return redirect(url_for("accounts.sign_in"), 303)
    form = FirstOwnerForm()
    if form.validate_on_submit():
        try:
            return _first_owner(form)
        except Refusal as error:
            form.refuse(error)
    status = 422 if form.is_submitted() else 200
    return render("accounts/first_run.html", form=form), status


def _first_owner(form: FirstOwnerForm) -> Response:
    passwords.check_new(form.password.data or "")
    email = people.clean_email(form.email.data or "")
    name = people.clean_name(form.name.data or "")
    database = frame.wiring().database
    with database.system() as system:
        try:
            made = workspaces.create(
                system, form.company.data or "", now=frame.now(), locale=frame.locale()
            )
        except Refusal as error:
            # It is the company's name that a workspace finds wrong.
            error.field = "company" if error.field == "name" else error.field
            raise
        workspace_id = made.id
    with database.session(workspace_id) as session:
        people.add(
            session,
            email=email,
            name=name,
            role="owner",
            team=None,
            now=frame.now(),
        )
        person = people.person_with(session, email)
        assert person is not None
        person.password_hash = passwords.hashed(form.password.data or "")
        session.add(person)
        session.flush()
        session.expunge(person)
    with database.system() as system:
        return _let_in(system, person, workspace_id, url_for("settings.page", first=1))


@blueprint.get("/account")
@access.person
def profile() -> str:
    """Show one's own account."""
    return _profile(PasswordForm())


def _profile(form: PasswordForm) -> str:
    found = frame.signed_in()
    is_member = found is not None and found.member is not None
    in_slack = slack_people.mine(frame.session()) if is_member else []
    return render("accounts/profile.html", form=form, in_slack=in_slack)


@blueprint.post("/account/password")
@access.person
def password() -> Response | tuple[str, int]:
    """Set a new password and end every other session."""
    form = PasswordForm()
    found = frame.signed_in()
    assert found is not None
    if form.validate_on_submit():
        try:
            passwords.check_new(form.password.data or "")
        except Refusal as error:
            form.refuse(error)
        else:
            with frame.wiring().database.system() as system:
                person = system.get(Person, found.person.id)
                assert person is not None
                person.password_hash = passwords.hashed(form.password.data or "")
                system.add(person)
                signing.end_all(system, person.id, frame.now(), but=found.token_hash)
            flash(_("Password changed. Other devices were signed out."))
            return redirect(url_for("accounts.profile"), 303)
    return _profile(form), 422


@blueprint.get("/workspaces")
@access.person
def choose() -> str:
    """List the workspaces one may switch to."""
    found = frame.signed_in()
    assert found is not None
    with frame.wiring().database.system() as system:
        mine = workspaces.of_person(system, found.person.id)
        system.expunge_all()
    return render("accounts/workspaces.html", workspaces=mine)


@blueprint.post("/workspaces/<int:workspace_id>")
@access.person
def switch(workspace_id: int) -> Response:
    """Work in another workspace from now on."""
    from app.accounts.tables import SignInSession

    found = frame.signed_in()
    assert found is not None
    with frame.wiring().database.system() as system:
        if workspace_id in {one.id for one in workspaces.of_person(system, found.person.id)}:
            held = system.get(SignInSession, found.token_hash)
            assert held is not None
            held.workspace_id = workspace_id
            system.add(held)
    return redirect("/", 303)


@blueprint.post("/theme")
@access.public
def theme() -> Response:
    """Remember light, dark or automatic."""
    chosen = request.form.get("theme", "auto")
    response = make_response(redirect(local(request.form.get("next")), 303))
    response.set_cookie("headway_theme", chosen[:8], max_age=YEAR, samesite="Lax", httponly=True)
    return response


@blueprint.post("/language")
@access.public
def language() -> Response:
    """Remember the language, for the person where somebody is signed in."""
    chosen = words.normalise(request.form.get("lang", "en"))
    found = frame.signed_in()
    if found is not None:
        with frame.wiring().database.system() as system:
            person = system.get(Person, found.person.id)
            if person is not None:
                person.locale = chosen
                system.add(person)
    response = make_response(redirect(local(request.form.get("next")), 303))
    response.set_cookie("headway_lang", chosen, max_age=YEAR, samesite="Lax", httponly=True)
    return response
