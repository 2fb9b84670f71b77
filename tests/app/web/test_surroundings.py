"""What stands around the start page: kept as drawn, and right for whoever reads it now."""

from io import BytesIO

import pytest

from app.accounts import people, sign_in
from goals.workspace import Person, Workspace
from tests.app.web.test_home import judged
from tests.support.site import TOKEN


@pytest.fixture
def known(site):
    """Lend a site whose start page its owner has looked at before."""
    judged(site, target=9200, name="Too much")
    site.browser().get("/")
    return site


def around(html):
    """Return a page without its content."""
    before, _, rest = html.partition('<main id="main"')
    return before + rest.partition("</main>")[2]


def put(site, kind, id, **values):
    with site.database.system() as session:
        held = session.get(kind, id)
        for name, value in values.items():
            setattr(held, name, value)
        session.add(held)


def me(site):
    with site.session() as session:
        return people.with_email(session, "owner@acme.example")


def test_every_browser_keeps_a_token_of_its_own(known):
    first, second = known.browser(), known.browser()
    tokens = [TOKEN.search(each.get("/")).group(1) for each in (first, second)]
    assert tokens[0] != tokens[1]
    for visitor, token in zip((first, second), tokens, strict=True):
        sent = visitor.client.post("/theme", data={"csrf_token": token, "theme": "dark"})
        assert sent.status_code == 303
    crossed = known.browser().client.post("/theme", data={"csrf_token": tokens[0]})
    assert crossed.status_code == 400


def test_the_theme_is_the_readers_own(known):
    dark, plain = known.browser(), known.browser()
    dark.post("/theme", theme="dark")
    assert 'data-theme="dark"' in dark.get("/")
    assert 'data-theme="auto"' in plain.get("/")


def test_the_language_is_the_readers_own(known):
    known.add("Mai", "owner")
    visitor = known.browser("mai@acme.example")
    assert '<html lang="en"' in visitor.get("/")
    visitor.post("/language", lang="th")
    assert '<html lang="th"' in visitor.get("/")
    assert '<html lang="en"' in known.browser().get("/")


def test_people_and_workspaces_show_their_present_names(known):
    visitor = known.browser()
    put(known, Person, me(known).person_id, name="Zoe Quill")
    put(known, Workspace, known.here, name="Other Works")
    html = around(visitor.get("/"))
    assert ">ZQ<" in html and "Other Works" in html


def test_another_member_sees_initials_of_their_own(known):
    known.add("Xaver", "owner")
    assert ">X<" in around(known.browser("xaver@acme.example").get("/"))
    assert ">X<" not in around(known.browser().get("/"))


def test_sample_data_are_named_as_such_at_once(known):
    visitor = known.browser()
    assert "Sample data" not in visitor.get("/")
    put(known, Workspace, known.here, is_sample=True)
    assert "Sample data" in visitor.get("/")


def test_a_role_that_was_taken_away_offers_nothing_more(known):
    known.add("Ed", "editor")
    visitor = known.browser("ed@acme.example")
    assert "New goal" in visitor.get("/")
    with known.session() as session:
        people.change(
            session, people.with_email(session, "ed@acme.example"), role="viewer", team_id=None
        )
    assert "New goal" not in visitor.get("/")
    visitor.get("/goals/new", status=403)


def test_who_is_signed_out_elsewhere_sees_nothing_more(known):
    visitor = known.browser()
    visitor.get("/")
    with known.database.system() as session:
        sign_in.end_all(session, me(known).person_id, known.now)
    visitor.get("/", status=303)


def test_what_is_told_once_is_told_once(known):
    visitor = known.browser()
    with visitor.client.session_transaction() as held:
        held["_flashes"] = [("message", "Told <once>")]
    assert "Told &lt;once&gt;" in visitor.get("/")
    assert "Told" not in visitor.get("/")
    assert "Told" not in known.browser().get("/")


def test_the_way_back_is_the_address_that_was_asked_for(known):
    visitor = known.browser()
    assert 'name="next" value="/?status=on_track"' in visitor.get("/?status=on_track")
    assert 'name="next" value="/"' in visitor.get("/")


def test_who_sends_too_much_is_heard_out_so_that_the_answer_arrives(known):
    sent = BytesIO(b"name=" + b"x" * 10_000_000)
    answer = known.browser().client.post(
        "/settings",
        input_stream=sent,
        content_length=len(sent.getvalue()),
        content_type="application/x-www-form-urlencoded",
    )
    assert (answer.status_code, sent.read()) == (413, b"")
    assert b"what you wrote is still in the form" in answer.data
