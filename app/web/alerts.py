"""Alert rules: the list, making and changing one, switching it on and off."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from sqlmodel import Session
from werkzeug.wrappers import Response

from app.accounts import people
from app.web import access, alert_log, alert_replay, alert_stories, frame, texts
from app.web.alert_replay import Shown
from app.web.forms.alerts import RuleForm
from app.web.texts import gettext as _
from goals import words
from goals.alerts import drafts, ruling, trying
from goals.alerts.drafts import WHOLE, Draft
from goals.alerts.replay import past
from goals.alerts.rule import KINDS, AlertRule
from goals.errors import Refusal, SourceError
from goals.metrics import library
from goals.tracking import standing
from goals.words import N_, Message
from integrations import webhook
from integrations.slack import channels

blueprint = Blueprint("alerts", __name__, url_prefix="/alerts")
blueprint.add_url_rule("/log", "log", alert_log.page)
blueprint.add_url_rule("/log.csv", "log_file", alert_log.file)
blueprint.add_url_rule("/stories/<int:story_id>", "story", alert_stories.page)
blueprint.add_url_rule(
    "/stories/<int:story_id>/acknowledge", "acknowledge", alert_stories.acknowledge,
    methods=["POST"],
)  # fmt: skip
blueprint.add_url_rule(
    "/stories/<int:story_id>/snooze", "snooze", alert_stories.snooze, methods=["POST"]
)
blueprint.add_url_rule(
    "/stories/<int:story_id>/comment", "comment", alert_stories.comment, methods=["POST"]
)
blueprint.add_url_rule(
    "/stories/<int:story_id>/verdict", "verdict", alert_stories.verdict, methods=["POST"]
)
blueprint.add_url_rule("/rules/<int:rule_id>/tune", "tune", alert_replay.tune, methods=["POST"])
blueprint.add_url_rule(
    "/rules/<int:rule_id>/untune", "untune", alert_replay.untune, methods=["POST"]
)

#: A kind of rule in words, and what it is for.
WORDS = {
    "status_change": (
        N_("Changes of status"),
        N_("A goal turns bad and stays so for two days, gets worse or better, or recovers."),
    ),
    "recovery": (N_("Recovery"), N_("A goal is back on track; nothing else.")),
    "milestone": (N_("Marks on the way"), N_("A goal has passed a quarter, half or all of it.")),
    "pace_gap": (N_("Slow pace"), N_("A goal lags behind its plan for some days in a row.")),
    "chance_below": (
        N_("Low chance"),
        N_("The chance of reaching the target stays under a limit."),
    ),
    "stale_data": (N_("Old data"), N_("Goals cannot be judged because their data are old.")),
    "failing_source": (
        N_("Failing source"),
        N_("A source cannot be read or must be connected again."),
    ),
    "missed_checkin": (N_("Missed check-in"), N_("Nobody checked in on a goal when it was due.")),
    "digest": (N_("Digest"), N_("What changed and what is bad, every day or week.")),
}


@dataclass(frozen=True)
class Line:
    """A rule as the list shows it: how right it is, and (`off`) why it switched itself off."""

    rule: AlertRule
    name: str
    kind: str
    about: list[str]
    where: list[str]
    when: str | None
    off: str | None
    right: list[str]


@blueprint.get("/rules")
def rules() -> str:
    """List the rules with what they are about and where they tell."""
    session = frame.session()
    found = ruling.every(session, frame.now())
    names, right = _Names(session), alert_replay.precision(session, found)
    lines = [_line(one, names, right[one.id]) for one in found]
    return render_template("alerts/rules.html", lines=lines)


class _Names:
    """The names of what rules are about, of people and of channels, as the reader may see them."""

    def __init__(self, session: Session) -> None:
        self.goals = {one.goal.id: one.goal.name for one in standing.board(session, frame.eyes())}
        self.teams = {one.id: one.name for one in people.teams(session)}
        self.people = {member.id: one.name for member, one in people.everybody(session)}
        self.channels = {
            one.external_id: f"#{one.name}"
            for one in channels.every(session)
            if one.name and (frame.may("owner") or not one.is_private)
        }
        self.metrics = {one.id: texts.say(one.name) for one in library.every(session).values()}

    def route(self, kind: str, to: str, rule: AlertRule) -> str:
        """Return where a route leads in words."""
        if kind == "goal":
            return _("the goal's channel") if rule.kind not in WHOLE else _("this page's log")
        if kind == "slack":
            return self.channels.get(to, to)
        if kind == "webhook":
            return to.split("/")[2] if to.count("/") >= 2 else to
        who = self.people.get(int(to)) if to.isdecimal() else None
        name = who or (_("the goal's owner") if rule.kind not in WHOLE else _("whoever made it"))
        if kind == "direct":
            return _("direct message to %(name)s", name=name)
        return _("e-mail to %(name)s", name=name)


def _line(rule: AlertRule, names: _Names, right: list[str]) -> Line:
    about = []
    if rule.goal_id is not None:
        about.append(names.goals.get(rule.goal_id) or _("a goal you may not see"))
    if rule.team_id is not None:
        about.append(names.teams.get(rule.team_id, "–"))
    if rule.owner_id is not None:
        about.append(names.people.get(rule.owner_id, "–"))
    if rule.metric is not None:
        about.append(names.metrics.get(rule.metric, rule.metric))
    when = None
    if rule.quiet_from is not None:
        when = _("quiet %(start)s to %(end)s", start=rule.quiet_from, end=rule.quiet_to)
    if rule.workdays_only:
        free = _("quiet on free days")
        when = free if when is None else f"{when}, {free}"
    return Line(
        rule,
        texts.say(ruling.name(rule)),
        texts.say(Message(WORDS[rule.kind][0])),
        about,
        [names.route(one["kind"], one["to"], rule) for one in rule.routes],
        when,
        None if rule.off_reason is None else texts.say(words.from_json(rule.off_reason)),
        right,
    )


@blueprint.get("/rules/new")
@access.needs("owner")
def kinds() -> str:
    """Ask what a new rule shall be about."""
    offered = [
        (kind, texts.say(Message(title)), texts.say(Message(what)))
        for kind, (title, what) in WORDS.items()
    ]
    return render_template("alerts/kinds.html", kinds=offered)


@blueprint.route("/rules/new/<kind>", methods=["GET", "POST"])
@access.needs("owner")
def new(kind: str) -> Response | tuple[str, int] | str:
    """Make a rule of a kind."""
    if kind not in KINDS:
        abort(404)
    form = RuleForm()
    session = frame.session()
    _offer(session, form, kind)
    if not form.is_submitted():
        form.start(kind)
        form.name.data = texts.say(Message(WORDS[kind][0]))
        return _form(form, kind, None)
    if not form.validate():
        return _form(form, kind, None), 422
    draft = form.draft(kind)
    if request.form.get("do") == "replay":
        return _tried(session, form, kind, None, draft)
    try:
        secret = _secret(draft.routes)
        ruling.add(
            session,
            draft,
            by=frame.me().id,
            now=frame.now(),
            secrets=None if secret is None else frame.wiring().vault.seal({"webhook": secret}),
        )
    except (Refusal, SourceError) as error:
        _refused(form, error)
        return _form(form, kind, None), 422
    flash(_("The rule is on."))
    _show_once(secret)
    return redirect(url_for("alerts.rules"), 303)


@blueprint.route("/rules/<int:rule_id>", methods=["GET", "POST"])
@access.needs("owner")
def rule(rule_id: int) -> Response | tuple[str, int] | str:
    """Change a rule."""
    session = frame.session()
    found = _found(session, rule_id)
    form = RuleForm()
    if not form.is_submitted():
        form.show(found)
    _offer(session, form, found.kind)
    if not form.is_submitted():
        wanted = "replay" in request.args and past.can_replay(found.kind)
        replay = alert_replay.at_a_time(session, found, is_kept=True) if wanted else None
        return _form(form, found.kind, found, replay, is_busy=wanted and replay is None)
    if not form.validate():
        return _form(form, found.kind, found), 422
    draft = form.draft(found.kind, found)
    if request.form.get("do") == "replay":
        return _tried(session, form, found.kind, found, draft)
    had = {one["to"] for one in found.routes if one["kind"] == "webhook"}
    has = {one["to"] for one in draft.routes if one["kind"] == "webhook"}
    try:
        secret = _secret(draft.routes) if has != had else None
        ruling.change(
            session,
            found,
            draft,
            now=frame.now(),
            secrets=None if secret is None else frame.wiring().vault.seal({"webhook": secret}),
        )
    except (Refusal, SourceError) as error:
        _refused(form, error)
        return _form(form, found.kind, found), 422
    flash(_("Saved."))
    _show_once(secret)
    return redirect(url_for("alerts.rules"), 303)


def _tried(
    session: Session, form: RuleForm, kind: str, found: AlertRule | None, draft: Draft
) -> tuple[str, int] | str:
    """Show what a rule with these values would have said; nothing is saved."""
    try:
        columns = drafts.read(session, draft)
    except Refusal as error:
        _refused(form, error)
        return _form(form, kind, found), 422
    rule = AlertRule(
        workspace_id=frame.here().id, created_at=frame.now(), changed_at=frame.now(), **columns
    )
    replay = alert_replay.at_a_time(session, rule, is_kept=False)
    return _form(form, kind, found, replay, is_busy=replay is None)


def _secret(routes: Iterable[Mapping[str, str]]) -> str | None:
    """Return a new secret for the address among some routes, None where there is none."""
    allowed = frame.wiring().settings.allow_private_sources
    return webhook.prepared(routes, allow_private=allowed)


def _show_once(secret: str | None) -> None:
    if secret is not None:
        flash(_("The secret of the address, shown this once: %(secret)s", secret=secret))


def _refused(form: RuleForm, error: Refusal | SourceError) -> None:
    if isinstance(error, SourceError):
        form.webhook.errors = [*form.webhook.errors, texts.say(error.message)]
    else:
        form.refuse(error)


def _form(
    form: RuleForm,
    kind: str,
    found: AlertRule | None,
    replay: Shown | None = None,
    *,
    is_busy: bool = False,
) -> str:
    session = frame.session()
    title, what = WORDS[kind]
    return render_template(
        "alerts/rule.html",
        form=form,
        rule=found,
        kind=kind,
        title=texts.say(Message(title) if found is None else ruling.name(found)),
        what=texts.say(Message(what)),
        routes=[] if found is None else _routes(session, found),
        fields=form.fields_of(kind),
        has_scope=kind not in WHOLE,
        replay=replay,
        is_busy=is_busy,
        can_replay=past.can_replay(kind),
        tunings=[] if found is None else alert_replay.tunings(session, found),
        off=None
        if found is None or found.off_reason is None
        else texts.say(words.from_json(found.off_reason)),
    )


def _routes(session: Session, rule: AlertRule) -> list[tuple[int, str]]:
    """Return the places of a rule that a test can be sent to, by their numbers."""
    names = _Names(session)
    return [
        (number, names.route(one["kind"], one["to"], rule))
        for number, one in enumerate(rule.routes)
        # Each goal has a channel of its own.
        if one["kind"] != "goal" or rule.goal_id is not None
    ]


def _offer(session: Session, form: RuleForm, kind: str) -> None:
    names = _Names(session)
    form.offer(
        goals=[(str(one), name) for one, name in names.goals.items()],
        teams=[(str(one), name) for one, name in names.teams.items()],
        people=[(str(one), name) for one, name in names.people.items()],
        metrics=sorted(names.metrics.items(), key=lambda one: one[1]),
        channels=channels.every(session),
        with_goal_owner=kind not in WHOLE and kind != "digest",
    )


def _found(session: Session, rule_id: int) -> AlertRule:
    found = [one for one in ruling.every(session, frame.now()) if one.id == rule_id]
    if not found:
        abort(404)
    return found[0]


@blueprint.post("/rules/<int:rule_id>/switch")
@access.needs("owner")
def switch(rule_id: int) -> Response:
    """Switch a rule on or off."""
    session = frame.session()
    found = _found(session, rule_id)
    on = request.form.get("on") == "1"
    ruling.switch(session, found, on, frame.now())
    flash(_("The rule is on.") if on else _("The rule is off."))
    return redirect(url_for("alerts.rules"), 303)


@blueprint.post("/rules/<int:rule_id>/test")
@access.needs("owner")
def test(rule_id: int) -> Response:
    """Send a test to one place of a rule, by the way that its messages go."""
    session = frame.session()
    found = _found(session, rule_id)
    number = request.form.get("route", "")
    if not number.isdecimal() or int(number) >= len(found.routes):
        abort(404)
    me = frame.signed_in()
    by = "" if me is None else me.person.name
    state = trying.send(session, found, int(number), by=by, now=frame.now())
    if state is None:
        flash(_("Nobody is there to be told."))
    elif state == "held":
        flash(_("The test is held. The log says why."))
    else:
        flash(_("The test is on its way. The log says what becomes of it."))
    return redirect(url_for("alerts.rule", rule_id=rule_id), 303)


@blueprint.post("/rules/<int:rule_id>/archive")
@access.needs("owner")
def archive(rule_id: int) -> Response:
    """Take a rule out of the list; what it told stays in the log."""
    session = frame.session()
    try:
        ruling.archive(session, _found(session, rule_id), frame.now())
    except Refusal as error:
        flash(texts.say(error.message))
    else:
        flash(_("The rule is gone. What it told stays in the log."))
    return redirect(url_for("alerts.rules"), 303)
