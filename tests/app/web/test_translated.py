"""Every page in Thai and in Chinese, over a company that writes Greek: no English is left."""

import io
import re
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import col, select

from app.accounts import sign_in
from goals.alerts.outbox import Outbox
from goals.alerts.rule import KINDS, AlertRule, AlertStory
from goals.metrics import catalogue
from goals.metrics.evidence import Reading
from goals.records.connections import Connection, SyncRun
from goals.tracking.checkins.table import Checkin
from goals.tracking.goal import Goal, GoalStep
from goals.tracking.remedies.table import Attempt
from goals.tracking.scenarios.table import Scenario
from goals.workspace import Member, Person, Workspace
from integrations import crm
from strategy.document import formats
from strategy.worksheets import book as books
from strategy.worksheets import library, sharing
from strategy.worksheets.tables import Comment
from tests.support import greek, guides, languages
from tests.support.alike import ALIKE

ROOT = Path(__file__).resolve().parents[3]

LANGUAGES = ["th", "zh_Hans"]
#: Stands in an address for what is not there.
NOBODY = "ξξξ"
#: Addresses that lead to no page: files of the program, its health, columns that a command reads.
NO_PAGES = {"static", "health.alive", "health.ready", "goals.workbook"}
#: Forms that end the visit, leave the workspace, change the language or are no page's.
NOT_SENT = {
    "accounts.sign_out", "accounts.switch", "accounts.language", "accounts.theme", "slack.events",
    "settings.sample",
}  # fmt: skip


@pytest.fixture(params=LANGUAGES)
def language(request):
    return request.param


def speak(site, language):
    """Let a workspace, its people and its Slack speak a language; returns its owner's browser."""
    with site.database.system() as system:
        place = system.exec(select(Workspace).where(col(Workspace.id) == site.here)).one()
        place.locale = language
        system.add(place)
    return site.browser()


@pytest.fixture
def visitor(greek_site, language):
    return speak(greek_site, language)


# --- What is looked at ---------------------------------------------------------------------------


def values(site):
    """Return what stands in the addresses: for each name in them what is there, and what is not."""
    with site.session() as session:
        goals, steps, checkins, attempts, connections, receipts, messages, comments, *rest = (
            session.exec(
                select(getattr(table, column)).where(col(table.workspace_id) == site.here).limit(8)
            ).all()
            for table, column in (
                (Goal, "id"), (GoalStep, "id"), (Checkin, "id"), (Attempt, "id"),
                (Connection, "id"), (Reading, "receipt"), (Outbox, "id"), (Comment, "id"),
                (Member, "id"), (SyncRun, "id"), (AlertRule, "id"), (AlertStory, "id"),
                (Scenario, "id"),
            )
        )  # fmt: skip
        members, runs, alert_rules, stories, scenarios = rest
        link = sharing.make(session, 7, by=None, now=site.now)
    with site.database.system() as system:
        person = system.exec(select(Person)).first()
        token = sign_in.make_link(system, person, site.here, site.now)
    return {
        "goal_id": [*goals, 1],
        "step_id": [*steps, 1],
        "checkin_id": [*checkins, 1],
        "attempt_id": [*attempts, 1],
        "connection_id": [*connections, 1],
        "receipt": [*receipts, "rcp_0"],
        # Without records the page of each metric says the same.
        "metric_id": [
            *list(catalogue.METRICS)[:: 1 if receipts else 12],
            *([greek.OWN] if receipts else []),
            NOBODY,
        ],
        "provider": [*crm.PROVIDERS, NOBODY],
        # The pages of a PDF are those of the document's own page.
        "ending": [*(set(formats.FORMATS) - {"pdf"}), NOBODY],
        "section": [one.key for one in library.worksheets().sections],
        "token": [link, token, NOBODY],
        "message_id": messages,
        "comment_id": comments,
        "member_id": members[-1:],
        "channel_id": [greek.CHANNEL, NOBODY],
        "run_id": [*runs, 1],
        "link_id": [1],
        "alias_id": [1],
        "unanswered_id": [1],
        "number": [1],
        "at": [1],
        "currency": ["EUR", "THB", NOBODY],
        "holiday_id": [1],
        "rule_id": [*alert_rules, 1],
        "story_id": [*stories, 1],
        "kind": [*KINDS, NOBODY],
        "scenario_id": [*scenarios, 1],
        "mention_id": [1],
    }


def addresses(site) -> Iterator[str]:
    """Yield every address that can be read, with everything that can stand in it."""
    known = values(site)
    with site.session() as session:
        book = books.load(session)
    for rule in site.app.url_map.iter_rules():
        if "GET" not in rule.methods or rule.endpoint in NO_PAGES:
            continue
        if rule.arguments == {"section", "question"}:
            for one in library.worksheets().asked.values():
                path = build(site, rule, section=one.section.key, question=one.question.key)
                if one.question.of is None:
                    yield path
                if one.has_rows:
                    # The last row is the one that the checks say most of.
                    yield from (f"{path}?item={row.item}" for row in book.of(one.store)[-1:])
        elif not rule.arguments:
            yield build(site, rule)
        else:
            names = sorted(rule.arguments)
            for name in names:
                assert name in known, f"say in `values` what can stand in {rule.rule}"
            for given in product(*(known[name] for name in names)):
                yield build(site, rule, **dict(zip(names, given, strict=True)))
    yield from (f"/alerts/rules/{one}?replay=1" for one in known["rule_id"])
    yield from ASKED


#: Pages that depend on what is asked for behind the address.
ASKED = (
    "/ask?q=Πωλήσεις", "/ask?q=Κύκλος", "/ask?q=Γνώμη", "/ask?q=ΞΞΞ", "/slack?q=Πωλήσεις",
    "/slack?q=ΞΞΞ", "/goals?status=off_track", "/goals?show=closed", "/strategy?q=Λόγος",
    "/strategy?q=ΞΞΞ", "/metric/revenue?by=owner", "/metric/win_rate?by=region",
    "/strategy/document?version=draft", "/strategy/document?version=1", "/strategy/versions?from=0",
    "/goals/new?metric=revenue", "/goals/new?metric=nps", "/goals/new?metric=sales_cycle",
    "/goals/new?metric=revenue&kind=cumulative&plan=monthly&target=2400",
    "/goals/new?metric=revenue&kind=cumulative&plan=points",
    "/strategy/journey/map?stage=2", "/strategy/business_goals/measure", "/no/such/page",
    "/metric/revenue/reconcile?shows=7&counts=all&archived=y&zone=UTC",
    "/metric/revenue/reconcile?shows=x&zone=7", "/metric/win_rate/reconcile?part=denominator",
    "/metric/open_deals/reconcile?shows=1", "/metric/revenue/reconcile/records?step=gone",
    "/metric/revenue/reconcile/records?step=rates&currency=plain",
    "/slack/setup?way=http", "/slack/setup?way=oauth", "/slack/link?ticket=χ",
)  # fmt: skip


def build(site, rule, **given):
    with site.app.test_request_context():
        return rule.build(given)[1]


def english(answer, known, alike=frozenset()):
    """Return the words in Latin letters that an answer shows and that have no reason to."""
    kind = answer.content_type or ""
    if kind.startswith("text/html"):
        texts = languages.shown(answer.text)
    elif "officedocument" in kind:
        texts = languages.of_office(answer.data)
    elif kind.startswith("text/markdown"):
        texts = [
            ("text", re.sub(r"\(#[\w-]+\)|<[^>]+>", " ", line)) for line in answer.text.split("\n")
        ]
    else:
        # Tables of columns, whose names are the same in every language, and pictures of pages.
        texts = []
    alike = ALIKE | alike
    for where, text in texts:
        left = [word for word in languages.latin(text, known) if word not in alike]
        if left:
            yield where, text[:200], left


def look(site, visitor, paths, known=()):
    """Return what English is on pages, with the first page where each stands."""
    found: dict[Any, Any] = {}
    theirs = guides.kept(site.workspace().locale)
    for path in paths:
        answer = visitor.client.get(path, follow_redirects=True)
        assert answer.status_code < 500, path
        alike = theirs if path.startswith("/data/connect") else frozenset()
        for where, text, left in english(answer, known, alike):
            found.setdefault((where, text), (path, left))
    return found


# --- Pages ---------------------------------------------------------------------------------------


def test_every_page_speaks_the_language_of_its_reader(greek_site, visitor):
    assert look(greek_site, visitor, addresses(greek_site), greek.known()) == {}


def test_every_page_of_an_empty_workspace_does(bare_site, language):
    visitor = speak(bare_site, language)
    assert look(bare_site, visitor, addresses(bare_site), greek.OF_BARE) == {}


def test_a_page_that_is_not_allowed_does(greek_site, language):
    speak(greek_site, language)
    anna = greek_site.browser("anna@a.example")
    paths = ("/slack/setup", "/strategy/share", "/data/connect/hubspot", "/settings", "/strategy")
    assert look(greek_site, anna, paths, greek.known()) == {}


@pytest.mark.parametrize("path", ["/sign-in", "/first-run", "/strategy", f"/sign-in/{NOBODY}"])
def test_a_page_before_the_sign_in_does(greek_site, language, path):
    client = greek_site.app.test_client()
    tag = language.replace("_", "-")
    answer = client.get(path, follow_redirects=True, headers={"Accept-Language": tag})
    assert list(english(answer, ())) == []


# --- What is sent --------------------------------------------------------------------------------

#: Forms filled in wrongly, or rightly where something is then told.
TYPED: tuple[tuple[str, dict[str, Any]], ...] = (
    ("/settings/members", {"email": "χ", "name": "", "role": "χ"}),
    ("/settings/members", {"email": "nikos@a.example", "name": "Νίκος", "role": "viewer"}),
    ("/settings/members", {"email": "eva@a.example", "name": "Εύα", "role": "viewer"}),
    ("/settings/teams", {"name": "Τρίτη", "channel": "χ"}),
    ("/settings/teams", {"name": "Ομάδα", "channel": ""}),
    ("/settings", {"name": "", "zone": "χ", "currency": "χ", "fiscal_start": "χ"}),
    ("/account/password", {"current": "χ", "new": "χ", "again": "ψ"}),
    ("/goals/new", {"name": "", "metric": "χ"}),
    ("/goals/new", {"name": "Στόχος", "metric": "revenue", "amount": "χ", "first_day": "χ"}),
    ("/goals/new", {"name": "Στόχος", "metric": "win_rate", "amount": "100%", "do": "check"}),
    ("/goals/preview", {"name": "Στόχος", "metric": "nps", "amount": "500"}),
    ("/data/rates/EUR", {"day": "χ", "per_base": "χ"}),
    ("/data/rates/EUR", {"day": "2023-05-01", "per_base": "1.1"}),
    ("/data/rates/EUR", {"day": "2023-05-01", "per_base": "1.2"}),
    ("/data/rates/EUR", {"day": "2023-05-02", "per_base": "9"}),
    ("/data/holidays", {"day": "χ", "name": ""}),
    ("/data/holidays", {"day": "2023-05-01", "name": "Εορτή"}),
    ("/data/holidays/public", {"of": "TH", "year": "1066"}),
    ("/data/connect/hubspot", {"name": "", "token": ""}),
    ("/data/connect/hubspot", {"name": "Πηγή", "way": "1", "client_id": "χ"}),
    ("/data/import", {"record": "χ"}),
    ("/data/import", {"record": "deal", "file": b"\xff\xfe"}),
    ("/data/import", {"record": "deal", "file": "α,β\n1,2\n"}),
    ("/strategy/import", {"file": b"{}"}),
    ("/strategy/import", {"file": b'{"format": 1}'}),
    ("/strategy/business_goals/period", {"name": "", "first_day.day": "χ", "last_day.day": "1"}),
    ("/strategy/proposition/usp", {"usp_sentence": "", "proof": "", "do": "skip"}),
    ("/strategy/proposition/usp", {"usp_sentence": "ψ" * 6000, "proof": "ψ"}),
    ("/strategy/proposition/usp", {"usp_sentence": "Άλλο", "proof": "Άλλο", "version": "1"}),
    ("/strategy/proposition/usp/comments", {"comment": ""}),
    ("/strategy/proposition/usp/comments", {"comment": "ψ" * 3000}),
    ("/strategy/proposition/usp/comments", {"comment": "Ναι @Νίκος"}),
    ("/strategy/business_goals/goals/add", {}),
    ("/strategy/terms/assignee", {"member": "1"}),
    ("/strategy/terms/assignee", {"member": ""}),
    ("/strategy/share", {"days": "χ"}),
    ("/strategy/share", {"days": "7"}),
    ("/strategy/approve", {"name": "", "note": ""}),
    ("/strategy/goals", {}),
    ("/strategy/goals", {"goal": "χ/ψ"}),
    ("/slack/channels", {"channel": "χ"}),
    ("/slack/channels", {"channel": "C0GREEK02"}),
    ("/slack/people", {"member_id": "1", "user": "χ"}),
)  # fmt: skip


def forms(site) -> Iterator[str]:
    """Yield the address of every form, once each."""
    known = values(site)
    for rule in site.app.url_map.iter_rules():
        if "POST" not in rule.methods or rule.endpoint in NOT_SENT:
            continue
        given = {"section": "business_goals", "question": "goals"}
        for name in rule.arguments - set(given):
            assert name in known, f"say in `values` what can stand in {rule.rule}"
            given[name] = known[name][0]
        yield build(site, rule, **{name: given[name] for name in rule.arguments})


def test_what_is_said_to_whoever_sends_a_form_is_in_that_language(greek_site, visitor):
    client = visitor.client
    found: dict[Any, Any] = {}
    token = visitor.token()
    for path, fields in [*((path, {}) for path in forms(greek_site)), *TYPED]:
        sent = {
            name: (io.BytesIO(value if isinstance(value, bytes) else value.encode()), "α")
            if name == "file"
            else value
            for name, value in fields.items()
        }
        answer = client.post(
            path, data={"csrf_token": token, **sent}, follow_redirects=True,
            content_type="multipart/form-data",
        )  # fmt: skip
        assert answer.status_code < 500, path
        for where, text, left in english(answer, greek.known()):
            found.setdefault((where, text), (path, left))
    assert found == {}


def test_a_form_without_its_token_is_refused_in_that_language(greek_site, visitor):
    answer = visitor.client.post("/settings/teams", data={"name": "Ωμέγα"})
    assert answer.status_code == 400
    assert list(english(answer, ())) == []


def test_two_texts_for_one_answer_are_shown_in_that_language(greek_site, visitor):
    usp = "/strategy/proposition/usp"
    old = {"version": "1", "writer": "α", "proof": ""}
    visitor.client.post(usp, data={"csrf_token": visitor.token(), "usp_sentence": "Πρώτα", **old})
    nikos = greek_site.browser("nikos@a.example")
    sent = {"csrf_token": nikos.token(), "usp_sentence": "Ύστερα", **old, "writer": "β"}
    answer = nikos.client.post(usp, data=sent)
    assert answer.status_code == 409
    assert list(english(answer, greek.known())) == []


# --- The means -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "html",
    [
        "<p>Nothing is late</p>",
        "<option>Off track</option>",
        "<p translate=no>Blocked</p>",
        '<input placeholder="Search goals">',
        '<button aria-label="Close"></button>',
        '<form data-failed="Not saved.  Try again"></form>',
        '<td data-label="Owner"></td>',
        '<input type="submit" value="Save">',
        "<svg><text>Today</text></svg>",
        "<p>สถานะ off_track วันนี้</p>",
        "<p>状态Blocked中</p>",
        "<p>ราคา and/or</p>",
    ],
)
def test_english_is_found_wherever_it_stands(html):
    assert [word for _where, text in languages.shown(html) for word in languages.latin(text)]


@pytest.mark.parametrize(
    "html",
    [
        "<p>สถานะ 12.5 M วันที่ C012AB3CD /goals a@b.example</p>",
        "<code>smart-M3</code>",
        "<textarea>Typed words</textarea>",
        "<script>let words = 'of a script'</script>",
        '<button lang="en">English words</button>',
    ],
)
def test_codes_and_what_is_typed_are_no_english(html):
    assert not [word for _where, text in languages.shown(html) for word in languages.latin(text)]


def test_pages_in_english_are_full_of_it(bare_site):
    visitor = speak(bare_site, "en")
    assert len(look(bare_site, visitor, ("/", "/goals", "/strategy"), greek.OF_BARE)) > 100


def test_scripts_have_no_sentences_of_their_own():
    found = []
    for file in (ROOT / "app/static").glob("*.js"):
        code = re.sub(r"//[^\n]*", "", file.read_text(encoding="utf-8"))
        for plain, template in re.findall(r'"([^"\n]*)"|`([^`]*)`', code):
            text = re.sub(r"\$\{[^}]*\}", " ", plain or template)
            if (
                re.search("[A-Za-z]{2,} [a-z]{2,}", text)
                and text != "use strict"
                and text[0] != "<"
            ):
                found.append((file.name, text))
    assert found == []
