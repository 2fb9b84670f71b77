"""What holds for every address and every template of the web application."""

import re
from pathlib import Path

import pytest
from sqlmodel import col, select

from app.accounts import people
from app.web import access
from goals.alerts import review, ruling, stories
from goals.alerts.outbox import Outbox
from goals.metrics import authoring
from goals.metrics.authoring import Draft
from goals.metrics.evidence import Reading
from goals.questions import aliases
from goals.records.connections import SyncRun
from goals.tracking import mentions, standing
from goals.tracking.checkins import keeping
from goals.tracking.checkins.keeping import Said
from goals.tracking.goal import GoalStep
from goals.tracking.remedies import attempts
from goals.tracking.scenarios import keeping as scenarios
from goals.tracking.scenarios import levers
from strategy.worksheets import commenting, sharing
from strategy.worksheets import setting as settings
from strategy.worksheets.tables import ShareLink
from tests.support import company

ROOT = Path(__file__).resolve().parents[3]
#: What anybody may call. A new address is closed unless it is added here with a reason:
#: watching, signing in, how pages look before that, Slack, which signs what it sends, and the
#: strategy for whoever holds a link to it.
PUBLIC = {
    "health.alive", "health.ready", "accounts.sign_in", "accounts.link", "accounts.use_link",
    "accounts.first_run", "accounts.theme", "accounts.language", "slack.events",
    "strategy.shared",
}  # fmt: skip
#: What only owners may call.
OWNERS = {
    "settings.member", "settings.link", "settings.teams", "settings.save", "settings.sample",
    "data.grid", "data.connect", "data.returned", "data.pause", "data.reconnect", "data.read_again",
    "data.change", "data.remove", "data.bring_back", "data.mapping",
    "data.cut_over", "data.cut_over_back",
    "slack.setup", "slack.bind", "slack.add_channel",
    "slack.switch", "slack.install", "slack.oauth_redirect", "slack.move",
    "alerts.kinds", "alerts.new", "alerts.rule", "alerts.switch", "alerts.archive", "alerts.test",
    "alerts.tune", "alerts.untune", "quota.choose",
    "asked.page", "asked.add", "asked.remove", "asked.forget",
}  # fmt: skip
NOWHERE = {
    "token": "nothing", "workspace_id": 1, "member_id": 1, "goal_id": 1, "section": "nothing",
    "question": "nothing", "number": 999, "provider": "nothing", "connection_id": 1, "run_id": 1,
    "metric_id": "nothing", "receipt": "rcp_nothing", "message_id": 1, "channel_id": "C0NONE",
    "comment_id": 1, "link_id": 1, "ending": "nothing", "checkin_id": 1, "attempt_id": 1,
    "step_id": 1, "currency": "nothing", "holiday_id": 1, "scenario_id": 1, "rule_id": 1, "at": 1,
    "story_id": 1, "kind": "nothing", "alias_id": 1, "unanswered_id": 1, "mention_id": 1,
}  # fmt: skip


@pytest.fixture
def full(site):
    """A site in which every kind of thing can be found; it has a stranger and three roles."""
    for name, role in (("Eva", "editor"), ("Vic", "viewer")):
        site.add(name, role)
    site.stranger = company.make(site.database, name="Borealis")
    with site.session() as session:
        owner = people.with_email(session, "owner@acme.example")
        goal = company.revenue_goal(session, owner_id=owner.id)
        step = GoalStep(
            workspace_id=site.here, goal_id=goal.id, name="First", due_on=site.now.date()
        )
        session.add(step)
        connection = company.connection_of(session, site.here)
        run = SyncRun(
            workspace_id=site.here, connection_id=connection.id, kind="import",
            started_at=site.now, result={"record": "deal"}, status="done",
        )  # fmt: skip
        session.add(run)
        review.review(session, now=site.now, today=site.now.date())
        comment = commenting.add(
            session, "proposition.strengths", "", "True?", settings.of(session),
            by=owner.id, now=site.now,
        )  # fmt: skip
        said = keeping.add(
            session, goal, Said("70", "It moves."), by=owner.id, today=site.now.date(),
            now=site.now,
        )  # fmt: skip
        tried = attempts.take(
            session, goal, "Call them", owner_id=owner.id, due_on=site.now.date(), by=owner.id,
            today=site.now.date(), now=site.now,
        )  # fmt: skip
        imagined = levers.of(session, standing.one(session, goal), now=site.now)
        assert isinstance(imagined, levers.Levers)
        scenario = scenarios.save(
            session, imagined, {}, "As it goes", None, by=owner.id, now=site.now
        )
        sharing.make(session, 7, by=owner.id, now=site.now)
        link = session.exec(of(site, ShareLink)).first()
        message = session.exec(of(site, Outbox)).first()
        reading = session.exec(of(site, Reading)).first()
        rule = ruling.every(session, site.now)[0]
        story = stories.begin(
            session, rule, str(goal.id), goal_id=goal.id, now=site.now, today=site.now.date()
        )
        draft = Draft("size", "Size", "revenue / contracts_signed")
        authoring.add(session, draft, by=owner.id, now=site.now)
        word = aliases.add(session, "gizmo", "goal", goal.id, site.now)
        aliases.keep(session, "how is the gadget", "gadget", "en", site.now)
        [asked] = aliases.waiting(session)
        attached = mentions.attach(
            session, goal, mentions.Found("https://acme.slack.com/archives/C1/p1"), "Look",
            by=owner.id, now=site.now,
        )  # fmt: skip
        site.real = {
            "token": "nothing", "workspace_id": site.here, "member_id": owner.id,
            "goal_id": goal.id, "number": 1, "provider": "hubspot",
            "connection_id": connection.id, "run_id": run.id, "metric_id": "size",
            "receipt": reading.receipt, "message_id": message.id, "channel_id": "C0SALES01",
            "comment_id": comment.id, "link_id": link.id, "section": "proposition",
            "question": "strengths", "ending": "docx", "checkin_id": said.id,
            "attempt_id": tried.id, "step_id": step.id, "currency": "EUR", "holiday_id": 1,
            "scenario_id": scenario.id, "rule_id": rule.id, "at": 1, "story_id": story.id,
            "kind": "pace_gap", "alias_id": word.id, "unanswered_id": asked.id,
            "mention_id": attached.id,
        }  # fmt: skip
    return site


def of(site, table):
    return select(table).where(col(table.workspace_id) == site.here)


def routes(site):
    for rule in site.app.url_map.iter_rules():
        if rule.endpoint != "static":
            for method in sorted(rule.methods & {"GET", "POST"}):
                yield rule, method


def call(site, rule, method, values, client):
    with site.app.test_request_context():
        path = rule.build({name: values[name] for name in rule.arguments})[1]
    if method == "GET":
        return client.get(path)
    return client.post(path, data={"csrf_token": token(client)})


def token(client):
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.get("/sign-in").text)
    found = found or re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.get("/more").text)
    return found.group(1)


def least(site, rule, method):
    view = site.app.view_functions[rule.endpoint]
    return access.required(view, writes=method == "POST")


def test_every_address_has_the_rule_that_is_meant(site):
    rules: dict[str, set[str]] = {"public": set(), "owner": set()}
    for rule, method in routes(site):
        rules.setdefault(least(site, rule, method), set()).add(rule.endpoint)
    assert rules["public"] == PUBLIC
    assert rules["owner"] == OWNERS
    assert set(rules) <= {"public", "person", *access.ORDER}


@pytest.mark.parametrize("name", ["Owner", "Eva", "Vic"])
@pytest.mark.parametrize("there", [True, False], ids=["real things", "things that are not there"])
def test_every_address_answers_each_role_without_failing(full, name, there):
    email = f"{name.lower()}@acme.example"
    role = {"Owner": "owner", "Eva": "editor", "Vic": "viewer"}[name]
    wrong = []
    for rule, method in routes(full):
        client = full.browser(email).client
        values = full.real if there else NOWHERE
        answer = call(full, rule, method, values, client)
        needed = least(full, rule, method)
        allowed = needed in ("public", "person") or access.allows(role, needed)
        if answer.status_code >= 500 or (not allowed and answer.status_code != 403):
            wrong.append((rule.rule, method, answer.status_code))
    assert wrong == []


def test_every_page_sends_somebody_unknown_to_the_sign_in(full):
    wrong = []
    for rule, method in routes(full):
        if rule.endpoint in PUBLIC:
            continue
        answer = call(full, rule, method, full.real, full.app.test_client())
        if method == "POST":
            # What was sent is kept, and the page leads to the sign-in.
            fine = answer.status_code == 401 and "/sign-in" in answer.text
        else:
            fine = answer.status_code == 303 and answer.location.startswith("/sign-in")
        if not fine:
            wrong.append((rule.rule, method, answer.status_code))
    assert wrong == []


def test_a_member_of_another_workspace_finds_nothing_of_this_one(full):
    named = {
        "goal_id", "connection_id", "run_id", "receipt", "message_id", "member_id", "comment_id",
        "link_id", "checkin_id", "attempt_id", "metric_id", "rule_id", "story_id",
    }  # fmt: skip
    here, full.here = full.here, full.stranger
    wrong = []
    for rule, method in routes(full):
        if not rule.arguments & named:
            continue
        client = full.browser("owner@borealis.example").client
        answer = call(full, rule, method, full.real, client)
        if answer.status_code != 404:
            wrong.append((rule.rule, method, answer.status_code))
    full.here = here
    assert wrong == []


def test_no_form_is_taken_without_its_token_but_what_slack_signs(full):
    taken = set()
    for rule, method in routes(full):
        if method == "POST":
            with full.app.test_request_context():
                path = rule.build({name: full.real[name] for name in rule.arguments})[1]
            answer = full.browser().client.post(path)
            if answer.status_code != 400 or "too old" not in answer.text:
                taken.add(rule.endpoint)
    assert taken == {"slack.events"}


def test_every_template_compiles(site):
    names = site.app.jinja_env.list_templates(extensions=["html", "svg", "txt", "xml"])
    assert len(names) > 20
    for name in names:
        site.app.jinja_env.get_template(name)


def test_every_template_is_used_somewhere():
    folder = ROOT / "templates"
    files = {file.relative_to(folder).as_posix() for file in folder.rglob("*.html")}
    used = set()
    code = [*(ROOT / "app").rglob("*.py"), *(ROOT / "strategy").rglob("*.py")]
    for file in [*folder.rglob("*.html"), *code]:
        used |= set(re.findall(r'"([\w/.{}-]+\.html)"', file.read_text(encoding="utf-8")))
    # Of two that an f-string names, either is one.
    used |= {f"signed_out/{name}.html" for name in ("page", "part")}
    assert files - used == set()
