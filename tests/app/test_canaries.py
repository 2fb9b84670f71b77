"""A secret is put through every source and form, and then looked for everywhere (T-38).

The vendor at the other end says back whatever it is sent, so that what is kept of its answers
would betray it as well.
"""

import logging
import re
from urllib.parse import parse_qs, urlsplit

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from sqlmodel import col, select

from app import backups, logs, work
from app.accounts import people, sign_in
from app.settings import load
from app.wiring import Wiring
from goals.errors import OutsideError, Refusal
from goals.records.connections import SyncRun
from goals.workspace import Person, Workspace
from integrations import connections, crm
from integrations.crm.zoho import access as zoho
from integrations.http import Client
from tests.support.canaries import HELD, MOODS, SECRET, Parrot
from tests.support.site import TOKEN, Visitor, application

#: What is no secret of a connection, by the name under which it is asked for.
PLAIN = {
    "dc": "com", "client_id": "client", "username": "ann@acme.example", "user": "ann",
    "database": "acme", "query": "SELECT 1 AS external_id", "record": "deal",
}  # fmt: skip
#: Secrets that are read before they are sent, and must look like what they are.
SHAPED = {"dsn": f"postgresql://ann:{SECRET}@127.0.0.1:1/acme"}
WAYS = [
    pytest.param(name, number, id=f"{name} by way {number}")
    for name, one in crm.PROVIDERS.items()
    if one.secrets
    for number, _ in enumerate(crm.guide(name).ways)
]
#: The pages on which a connection, a run of it or what came of it is shown.
AREAS = ("data.", "imports.", "settings.", "home.", "slack.")


@pytest.fixture
def parrot(monkeypatch):
    # The client's pauses between tries add nothing to what is said.
    monkeypatch.setitem(Client.__init__.__kwdefaults__, "sleep", lambda seconds: None)
    with Parrot() as made:
        monkeypatch.setitem(zoho.CENTRES, "com", (made.url, made.url))
        yield made


class Everywhere:
    """An installation in which every secret holds one word, and all that it ever said."""

    def __init__(self, headway, capsys, caplog, parrot):
        self.headway, self.capsys, self.caplog, self.parrot = headway, capsys, caplog, parrot
        logs.configure()
        caplog.set_level(logging.DEBUG)
        self.wiring = Wiring(load())
        self.app = application(self.wiring)
        with self.wiring.database.system() as session:
            self.here = session.exec(select(Workspace)).one().id
            owner = session.exec(select(Person).order_by(col(Person.id))).all()[0]
            self.cookie = sign_in.start(
                session, owner, workspace_id=self.here, device="", now=self.wiring.clock()
            )
        client = self.app.test_client()
        client.set_cookie("headway", self.cookie)
        self.visitor = Visitor(client)
        self.token = self.visitor.token()
        self.said: list[str] = []
        #: What may be shown once and must be written down nowhere.
        self.hidden = [SECRET, self.cookie]

    def session(self):
        return self.wiring.database.session(self.here)

    def hear(self, text):
        """Keep what was said, on a page or anywhere."""
        self.said.append(text)
        return text

    def say(self, *words):
        code, out, err = self.headway.say(*words)
        self.hear(f"{words}: {out} {err}")
        return code

    def post(self, path, **fields):
        sent = {"csrf_token": self.token, **fields}
        answer = self.visitor.client.post(path, data=sent)
        assert answer.status_code < 500, path
        self.hear(f"{path}: {answer.headers} {answer.text}")
        return answer

    def look(self, **values):
        """Open every page of the areas where sources are shown."""
        seen = 0
        for rule in self.app.url_map.iter_rules():
            if not rule.endpoint.startswith(AREAS) or "GET" not in (rule.methods or ()):
                continue
            if rule.arguments <= values.keys():
                with self.app.test_request_context():
                    built = rule.build({name: values[name] for name in rule.arguments})
                assert built is not None
                path = built[1]
                answer = self.visitor.client.get(path)
                assert answer.status_code < 500, path
                self.hear(f"{path}: {answer.headers} {answer.text}")
                seen += answer.status_code == 200
        assert seen > len(AREAS)

    def check(self):
        """Look for what is hidden in all that was said, logged, stored and can be printed."""
        told = self.capsys.readouterr()
        held = "\n".join([*self.said, told.out, told.err, self.caplog.text])
        held += "".join(map(repr, self._things()))
        for one in self.hidden:
            places = [
                held[max(0, at.start() - 300) : at.end()]
                for at in re.finditer(re.escape(one), held)
            ]
            assert not places, f"{len(places)} times: {places[0]}"
        folder = self.headway.folder
        backups.backup(self.wiring.settings.database, folder / f"{len(self.said)}.backup")
        for file in folder.rglob("*"):
            if file.is_file():
                content = file.read_bytes()
                for one in self.hidden:
                    assert one.encode() not in content, file.name

    def _things(self):
        yield from (self.wiring, self.wiring.settings, self.wiring.slack, self.wiring.vault)
        with self.session() as session:
            for one in connections.every(session):
                yield one
                terms = connections.terms(
                    session,
                    self.wiring.database.begin(self.here),
                    one,
                    vault=self.wiring.vault,
                    clock=self.wiring.clock,
                    allow_private=True,
                )
                yield terms
                try:
                    source = crm.source(one.provider, terms)
                except (Refusal, OutsideError) as error:
                    yield error
                else:
                    yield source
                    source.close()


@pytest.fixture
def everywhere(acme, monkeypatch, capsys, caplog, parrot):
    for name, value in HELD.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("HEADWAY_ALLOW_PRIVATE_SOURCES", "1")
    monkeypatch.setenv("HEADWAY_SLACK_API_URL", f"{parrot.url}/api/")
    monkeypatch.setenv("HEADWAY_SLACK_CLIENT_ID", "1.2")
    made = Everywhere(acme, capsys, caplog, parrot)
    yield made
    made.wiring.close()


def first(pattern, text):
    found = re.search(pattern, text)
    assert found is not None
    return found.group(1)


def given(provider, number, url):
    """Return what somebody would fill in for a way of connecting, and which of it is secret."""
    way = crm.guide(provider).ways[number]
    plain = {one.name: PLAIN.get(one.name, url) for one in way.asks if not one.is_secret}
    plain.pop("watermark", None)
    plain.pop("mapping", None)
    secrets = {
        one.name: SHAPED.get(one.name, f"{SECRET}-{one.name}") for one in way.asks if one.is_secret
    }
    return way, plain, secrets


@pytest.mark.parametrize(("provider", "number"), WAYS)
def test_a_form_that_fails_in_any_way_betrays_no_secret(everywhere, parrot, provider, number):
    way, plain, secrets = given(provider, number, parrot.url)
    path = f"/data/connect/{provider}"
    for mood in MOODS:
        parrot.mood = mood
        do = "test" if mood == MOODS[0] else "connect"
        fields = {"way": str(number), "name": "CRM", "do": do, **plain, **secrets}
        page = everywhere.post(path, **fields).text
        left = re.search(r'href="([^"]+code_challenge[^"]+)"', page)
        assert (left is not None) is (way.oauth is not None)
        if left is not None:
            # The vendor's page sends the browser back with a code, which is a secret too.
            state = parse_qs(urlsplit(left[1].replace("&amp;", "&")).query)["state"][0]
            back = f"{path}/return?state={state}&code={SECRET}-code"
            everywhere.hear(everywhere.visitor.client.get(back).text)
    everywhere.post(path, way=str(number), name="", **plain, **secrets)
    everywhere.post(path, way=str(number), name="CRM", **dict.fromkeys(plain, "x"), **secrets)
    everywhere.look(provider=provider)
    everywhere.check()
    assert provider == "sql" or any(SECRET in one for one in parrot.heard)


@pytest.mark.parametrize(("provider", "number"), WAYS)
def test_a_connection_that_fails_in_any_way_betrays_no_secret(
    everywhere, parrot, monkeypatch, provider, number
):
    way, plain, secrets = given(provider, number, parrot.url)
    if provider == "salesforce" and "private_key" in secrets:
        # What is no key is refused at once; a true one is a secret from its first line on.
        secrets["private_key"] = pem()
        everywhere.hidden.append(secrets["private_key"].splitlines()[3])
    if way.oauth is not None:
        secrets["refresh_token"] = f"{SECRET}-refresh"
    words = []
    for name, value in secrets.items():
        monkeypatch.setenv(f"THE_{name.upper()}", value)
        words += ["--secret", f"{name}=THE_{name.upper()}"]
    for name, value in plain.items():
        words += ["--set", f"{name}={value}"]
    assert everywhere.say("connection", "add", provider, "CRM", *words, "--json") == 0
    with everywhere.session() as session:
        made = connections.find(session, "CRM")
        run = {"connection_id": made.id, "provider": provider}
    for mood in ("400", "302", "grant", "strange", "401"):
        parrot.mood = mood
        everywhere.say("sync", "--json")
        everywhere.post(f"/data/connections/{made.id}/reconnect", way=str(number), **plain)
    everywhere.post(f"/data/connections/{made.id}/sync")
    work.run_syncs(everywhere.wiring, everywhere.here, "test")
    for command in ("sync --full", "connection list", "connection check", "doctor"):
        everywhere.say(*command.split())
    everywhere.say("connection", "list", "--json")
    with everywhere.session() as session:
        runs = select(SyncRun).where(
            col(SyncRun.workspace_id) == everywhere.here, col(SyncRun.connection_id) == made.id
        )
        found = list(session.exec(runs))
    assert {one.status for one in found} & {"failed", "partial"}
    everywhere.look(**run, run_id=found[0].id)
    everywhere.post(f"/data/connections/{made.id}/change", name=SECRET[:3], interval="15")
    everywhere.post(f"/data/connections/{made.id}/remove", records="keep")
    everywhere.check()


def test_a_form_that_comes_too_late_does_not_write_its_secrets_into_a_page(everywhere):
    names = {name for one in crm.PROVIDERS.values() for name in one.secrets}
    assert "client_secret" in names
    sent = {name: f"{SECRET}-{name}" for name in names}
    too_old = everywhere.visitor.client.post("/data/connect/hubspot", data=sent)
    signed_out = everywhere.app.test_client().post("/data/connect/hubspot", data=sent)
    assert (too_old.status_code, signed_out.status_code) == (400, 400)
    token = {"csrf_token": everywhere.visitor.token()}
    everywhere.visitor.client.delete_cookie("headway")
    ended = everywhere.visitor.client.post("/data/connect/hubspot", data={**sent, **token})
    assert ended.status_code == 401
    for answer in (too_old, signed_out, ended):
        everywhere.hear(answer.text)
    everywhere.check()


def test_a_one_time_link_is_shown_once_and_written_down_nowhere(everywhere):
    with everywhere.session() as session:
        member = next(one for one, who in people.everybody(session) if who.name == "Vic")
    page = everywhere.visitor.post(f"/settings/members/{member.id}/link", 200).text
    token = first(r"/sign-in/([\w-]{20,})", page)
    everywhere.hidden.append(token)
    everywhere.look()
    other = everywhere.app.test_client()
    form = {"csrf_token": first(TOKEN, other.get(f"/sign-in/{token}").text)}
    used = other.post(f"/sign-in/{token}", data=form)
    assert used.status_code == 303
    everywhere.hear(other.get(used.location).text)
    assert other.get(f"/sign-in/{token}").status_code in (200, 404, 410)
    everywhere.check()


def test_slack_that_answers_in_any_way_betrays_no_secret(everywhere, parrot):
    everywhere.say("slack", "channel", "C0SALES01", "on")
    everywhere.say("review", "--today", "2026-02-14")
    for mood in ("400", "page", "strange", "grant"):
        parrot.mood = mood
        everywhere.say("worker", "--once", "--today", "2026-02-14")
        left = everywhere.visitor.client.get("/slack/install")
        state = parse_qs(urlsplit(left.location).query)["state"][0]
        back = f"/slack/oauth_redirect?state={state}&code={SECRET}-code"
        answer = everywhere.visitor.client.get(back)
        assert answer.status_code < 500, mood
        everywhere.hear(f"{answer.headers} {answer.text}")
    everywhere.look()
    everywhere.check()
    assert any(f"{SECRET}-code" in one for one in parrot.heard)


def pem():
    """Return a private key as its owner copies it."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    form = serialization.PrivateFormat.PKCS8
    none = serialization.NoEncryption()
    return key.private_bytes(serialization.Encoding.PEM, form, none).decode()
