"""Members and teams: who is here, what they may do, and the link that lets somebody in."""

from dataclasses import dataclass

from flask import abort, flash, redirect, render_template, request, url_for
from sqlmodel import Session, col, func, select
from werkzeug.wrappers import Response

from app.accounts import people, sign_in
from app.web import access, frame, texts
from app.web.forms.base import options
from app.web.forms.settings import ROLES, MemberForm, TeamForm, choices_of_teams
from app.web.texts import gettext as _
from goals.errors import Refusal
from goals.table import id_from, workspace_of
from goals.tracking.goal import Goal
from goals.workspace import Member, Person, Team
from integrations.slack import channels as slack_channels


@dataclass(frozen=True)
class Line:
    """A member as the list shows them."""

    member: Member
    person: Person
    goals: int

    @property
    def waits(self) -> bool:
        """Tell whether the person has not chosen a password yet."""
        return self.person.password_hash is None


@dataclass(frozen=True)
class TeamLine:
    """A team as the list shows it."""

    team: Team
    members: int
    channel: str | None
    is_on: bool


@dataclass(frozen=True)
class Refused:
    """A change of a member that was not made: what was chosen, and what is wrong with it."""

    member_id: int
    role: str
    team_id: str
    field: str
    text: str

    @property
    def problems(self) -> list[tuple[str, str]]:
        """Return (id of the field, text) for the summary above the page."""
        return [(f"{self.field}-{self.member_id}", self.text)]


@dataclass(frozen=True)
class Link:
    """A sign-in link that is shown once and kept nowhere."""

    name: str
    url: str
    days: int


@access.needs("viewer")
def page() -> Response | tuple[str, int] | str:
    """List members and teams; owners add somebody."""
    session = frame.session()
    form = MemberForm()
    form.team_id.choices = options(choices_of_teams(people.teams(session), _("No team")))
    if not form.is_submitted():
        return _page(session, form)
    if not frame.may("owner"):
        abort(403)
    if form.validate():
        try:
            member = people.add(
                session,
                email=form.email.data or "",
                name=form.name.data or "",
                role=form.role.data,
                team=None,
                now=frame.now(),
            )
            if form.team_id.data:
                people.change(session, member, role=member.role, team_id=int(form.team_id.data))
        except Refusal as error:
            form.refuse(error)
        else:
            return _page(session, MemberForm(formdata=None), link=_link(session, member))
    return _page(session, form), 422


def _page(
    session: Session,
    form: MemberForm,
    link: Link | None = None,
    team: TeamForm | None = None,
    refused: Refused | None = None,
) -> str:
    teams = people.teams(session)
    team_choices = choices_of_teams(teams, _("No team"))
    form.team_id.choices = options(team_choices)
    team = team or TeamForm(formdata=None)
    team.channel.offer(slack_channels.every(session))
    owned = dict(
        session.exec(
            select(Goal.owner_id, func.count())
            .where(col(Goal.workspace_id) == workspace_of(session), col(Goal.archived_at).is_(None))
            .group_by(col(Goal.owner_id))
        ).all()
    )
    lines = [
        Line(member, person, owned.get(member.id, 0))
        for member, person in people.everybody(session)
    ]
    channels = {one.external_id: one for one in slack_channels.every(session)}
    shown = []
    for one in teams:
        channel = channels.get(one.channel or "")
        shown.append(
            TeamLine(
                one,
                sum(line.member.team_id == one.id for line in lines),
                (channel.name if channel is not None else None) or one.channel,
                channel is not None and channel.is_on,
            )
        )
    return render_template(
        "settings/members.html",
        form=form,
        team_form=team,
        lines=lines,
        teams=shown,
        team_choices=team_choices,
        roles=ROLES,
        link=link,
        refused=refused,
    )


def _link(session: Session, member: Member) -> Link:
    person = session.get(Person, member.person_id)
    assert person is not None
    token = sign_in.make_link(session, person, member.workspace_id, frame.now())
    base = frame.wiring().settings.base_url.rstrip("/")
    return Link(
        person.name, f"{base}{url_for('accounts.link', token=token)}", sign_in.LINK_LIFE.days
    )


@access.needs("owner")
def change(member_id: int) -> Response | tuple[str, int]:
    """Give a member another role or team."""
    session = frame.session()
    member = people.member_with(session, member_id)
    role, team = request.form.get("role", member.role), request.form.get("team_id", "")
    try:
        people.change(session, member, role=role, team_id=id_from(team))
    except Refusal as error:
        field = "team" if error.field == "team" else "role"
        refused = Refused(member.id, role, team, field, texts.say(error.message))
        return _page(session, MemberForm(formdata=None), refused=refused), 422
    flash(_("Changed."))
    return redirect(url_for("settings.members"), 303)


@access.needs("owner")
def link(member_id: int) -> str:
    """Make a new sign-in link for a member and show it once."""
    session = frame.session()
    return _page(
        session,
        MemberForm(formdata=None),
        link=_link(session, people.member_with(session, member_id)),
    )


@access.needs("owner")
def add_team() -> Response | tuple[str, int]:
    """Add a team."""
    session = frame.session()
    form = TeamForm()
    form.channel.offer(slack_channels.every(session))
    if form.validate():
        try:
            people.add_team(
                session, form.name.data or "", (form.channel.data or "").strip() or None
            )
        except Refusal as error:
            form.refuse(error)
        else:
            flash(_("Team %(name)s is ready.", name=(form.name.data or "").strip()))
            return redirect(url_for("settings.members"), 303)
    return _page(session, MemberForm(formdata=None), team=form), 422
