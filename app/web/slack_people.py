"""Who is whom in Slack: a member links their own account by a button, an owner links anybody."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from slack_sdk.errors import SlackApiError
from sqlmodel import Session
from werkzeug.wrappers import Response as AnyResponse

from app.accounts import people as members
from app.accounts import workspaces
from app.web import access, awaited, frame
from app.web.forms.base import options
from app.web.forms.slack import LinkForm
from app.web.texts import gettext as _
from goals.table import workspace_of
from goals.workspace import Member, Person
from integrations.slack import calls, links, offers, teams
from integrations.slack.offers import Ticket
from integrations.slack.tables import SlackLink
from integrations.slack.teams import Installed

_USED = "slack_link"


@dataclass(frozen=True)
class Line:
    """A member with a Slack user they are, None for one who is not linked."""

    member: Member
    person: Person
    link: SlackLink | None
    team: str | None


@dataclass(frozen=True)
class Mine:
    """A Slack user that a member is, with the name of the Slack workspace."""

    team_id: str
    user_id: str
    team: str
    linked_at: datetime


def mine(session: Session) -> list[Mine]:
    """Return which Slack users the reader is."""
    named = _names()
    me = frame.me().id
    return [
        Mine(one.team_id, one.user_id, named.get(one.team_id, one.team_id), one.linked_at)
        for one in links.alive(session)
        if one.member_id == me
    ]


@access.needs("viewer")
def ask() -> str | tuple[str, int]:
    """Ask a member whether a Slack user is them; the button in Slack led here."""
    found = _ticket()
    if isinstance(found, str):
        return _refused(found)
    ticket, team = found
    before = links.user_of(frame.session(), ticket.team_id, frame.me().id)
    return render_template(
        "slack/link.html",
        ticket=request.args.get("ticket", ""),
        name=_called(team, ticket.user_id),
        team=team.name or team.team_id,
        before=before,
    )


@access.needs("viewer")
def link() -> AnyResponse | tuple[str, int]:
    """Link a Slack user to the member who said that it is them; a ticket is good once."""
    found = _ticket()
    if isinstance(found, str):
        return _refused(found)
    ticket, team = found
    session = frame.session()
    member = session.get(Member, (frame.here().id, frame.me().id))
    assert member is not None
    if not awaited.spend(session, _USED, request.form.get("ticket", "")):
        return _refused(_gone())
    links.link(session, ticket.team_id, ticket.user_id, member, frame.now())
    flash(_("Your Slack account in %(name)s is linked to you.", name=team.name or team.team_id))
    return redirect(url_for("accounts.profile"), 303)


def _ticket() -> tuple[Ticket, Installed] | str:
    """Return the ticket of the request and the Slack workspace it is from, else what is wrong."""
    wiring, here = frame.wiring(), frame.here()
    ticket = offers.read(wiring.vault, request.values.get("ticket", ""), frame.now())
    if ticket is None:
        return _gone()
    team = next(
        (one for one in teams.here(wiring.slack, here.id) if one.team_id == ticket.team_id), None
    )
    if team is None:
        return _elsewhere(ticket)
    taken = links.member(frame.session(), ticket.team_id, ticket.user_id)
    if taken is not None and taken[0].id != frame.me().id:
        return _("This Slack account is linked to another member. Ask an owner to change that.")
    return ticket, team


def _gone() -> str:
    return _("This link was used, or it is too old. Ask Headway in Slack again for a new one.")


def _elsewhere(ticket: Ticket) -> str:
    """Say where a ticket leads, to those who may know that place."""
    wiring, found = frame.wiring(), frame.signed_in()
    team = teams.installed(wiring.slack, ticket.team_id)
    with wiring.database.system() as system:
        person = 0 if found is None else found.person.id
        known = {one.id: one.name for one in workspaces.of_person(system, person)}
    if team is None or team.workspace_id not in known:
        return _("This Slack workspace is not connected here. Ask an owner of Headway.")
    return _(
        "This Slack workspace belongs to %(name)s. Switch to it and press the button again.",
        name=known[team.workspace_id],
    )


def _refused(text: str) -> tuple[str, int]:
    return render_template("slack/not_linked.html", text=text), 400


def _called(team: Installed, user_id: str) -> str:
    """Return what Slack calls a user, their id where it does not say."""
    if team.token is None:
        return user_id
    try:
        client = calls.client(frame.wiring().slack, team.token, calls.LOOK)
        told: dict[str, Any] = client.users_info(user=user_id)["user"]
    except (SlackApiError, KeyError, *calls.BROKEN):
        return user_id
    return str(told.get("real_name") or told.get("name") or user_id)


@access.needs("viewer")
def leave() -> AnyResponse:
    """End the link between the reader and their own Slack user."""
    session = frame.session()
    team_id, user_id = request.form.get("team", ""), request.form.get("user", "")
    if any((one.team_id, one.user_id) == (team_id, user_id) for one in mine(session)):
        links.end(session, team_id, user_id, frame.now())
        flash(_("Your Slack account is not linked to you any more."))
    return redirect(url_for("accounts.profile"), 303)


@access.needs("owner")
def page() -> str:
    """Show who is linked, and offer to link somebody."""
    return _page(frame.session(), LinkForm(formdata=None))


@access.needs("owner")
def add() -> AnyResponse | tuple[str, int]:
    """Link a member to a Slack user, as an owner says."""
    session, form = frame.session(), LinkForm()
    here = _offer(session, form)
    if not form.validate():
        return _page(session, form), 422
    member = session.get(Member, (workspace_of(session), int(form.member_id.data)))
    user_id, team_id = form.user.data or "", form.team.data
    team = next(one for one in here if one.team_id == team_id)
    assert member is not None
    taken = links.member(session, team_id, user_id)
    if taken is not None and taken[0].id != member.id:
        form.user.errors = [_("This is %(name)s by now; end that link first.", name=taken[1].name)]
        return _page(session, form), 422
    if _is_unknown(team, user_id):
        form.user.errors = [_("Slack does not know this person.")]
        return _page(session, form), 422
    links.link(session, team_id, user_id, member, frame.now())
    flash(_("Linked."))
    return redirect(url_for("slack.people"), 303)


@access.needs("owner")
def end() -> AnyResponse:
    """End a link, as an owner says."""
    if links.end(
        frame.session(), request.form.get("team", ""), request.form.get("user", ""), frame.now()
    ):
        flash(_("The link is ended."))
    return redirect(url_for("slack.people"), 303)


def _page(session: Session, form: LinkForm) -> str:
    named = _names()
    by_member: dict[int, list[SlackLink]] = {}
    for one in links.alive(session):
        by_member.setdefault(one.member_id, []).append(one)
    here = _offer(session, form)
    lines = []
    for member, person in members.everybody(session):
        lines += [
            Line(member, person, one, named.get(one.team_id, one.team_id))
            for one in by_member.get(member.id, ())
        ] or [Line(member, person, None, None)]
    return render_template("slack/people.html", form=form, lines=lines, teams=here)


def _offer(session: Session, form: LinkForm) -> list[Installed]:
    here = teams.here(frame.wiring().slack, frame.here().id)
    everybody = [(str(member.id), person.name) for member, person in members.everybody(session)]
    form.member_id.choices = options(everybody)
    form.team.choices = options([(one.team_id, one.name or one.team_id) for one in here])
    if not form.team.data and here:
        form.team.data = here[0].team_id
    return here


def _names() -> dict[str, str]:
    here = teams.here(frame.wiring().slack, frame.here().id)
    return {one.team_id: one.name or one.team_id for one in here}


def _is_unknown(team: Installed, user_id: str) -> bool:
    """Tell whether Slack says that there is no such person."""
    if team.token is None:
        return False
    try:
        calls.client(frame.wiring().slack, team.token, calls.LOOK).users_info(user=user_id)
    except (SlackApiError, *calls.BROKEN) as error:
        return calls.code_of(error) in ("user_not_found", "user_not_visible")
    return False
