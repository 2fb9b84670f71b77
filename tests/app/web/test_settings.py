"""Settings, members and the small pages beside them."""

import re
from datetime import UTC, date, datetime

import pytest
from sqlmodel import col, select

from app.accounts import people
from app.due import Due
from goals.fiscal import FiscalCalendar
from goals.records import writer
from goals.records.connections import Checkpoint, Connection
from goals.records.service import Activity
from goals.tracking import goals
from goals.tracking.goal import Goal, GoalVersion
from goals.workspace import Member, Person, Workspace
from tests.support import company
from tests.support.forms import sent
from tests.support.site import TOKEN, Site, plain


def changed(site, **fields):
    """Return the settings as they stand, some of them changed."""
    return {**sent(site.browser().get("/settings")), **fields}


def test_settings_are_shown_and_kept(site):
    visitor = site.browser()
    visitor.post("/settings", **changed(site, name="Acme Ltd", fiscal_start="4", locale="th"))
    held = site.workspace()
    assert (held.name, held.fiscal_start, held.locale) == ("Acme Ltd", 4, "th")


def test_a_wrong_setting_is_refused_at_its_field(site):
    answer = site.browser().post("/settings", status=422, **changed(site, zone="Mars/Olympus"))
    assert 'href="#zone">Mars/Olympus is not a time zone.' in answer.text
    assert site.workspace().zone == "UTC"


def test_a_year_of_weeks_is_described_looked_at_and_kept(site):
    retail = {
        "fiscal_start": "2", "fiscal_pattern": "454", "week_start": "6",
        "fiscal_ends": "nearest", "fiscal_named": "start",
    }  # fmt: skip
    visitor = site.browser()
    text = plain(visitor.get("/settings"))
    assert "Q3 FY2026 running 1 Jul 2026 30 Sep 2026 92" in text
    looked = visitor.post("/settings", 200, **changed(site, **retail), then="look")
    # The retail calendar: 2026 begins on Sunday 1 February.
    quarters = (
        "Q3 FY2026 running 2 Aug 2026 31 Oct 2026 91 13 weeks"
        " Q4 FY2026 1 Nov 2026 30 Jan 2027 91 13 weeks"
        " Q1 FY2027 31 Jan 2027 1 May 2027 91 13 weeks"
        " Q2 FY2027 2 May 2027 31 Jul 2027 91 13 weeks"
    )
    assert quarters in plain(looked.text)
    assert site.workspace().fiscal_pattern == "months"
    visitor.post("/settings", **changed(site, **retail))
    assert site.workspace().fiscal == FiscalCalendar(2, 6, "454", "nearest", "start")
    assert quarters in plain(visitor.get("/settings"))


def test_quarters_are_shown_in_the_buddhist_era(site):
    visitor = site.browser()
    visitor.post("/settings", **changed(site, calendar="buddhist"))
    assert "Q3 FY2569 running 1 Jul 2569" in plain(visitor.get("/settings"))


def test_working_days_and_the_country_are_kept(site):
    visitor = site.browser()
    page = visitor.get("/settings")
    assert "Monday to Friday" in page and "Sunday to Thursday" in page and "Every day" in page
    visitor.post("/settings", **changed(site, working_days="01236", country="TH"))
    held = site.workspace()
    assert (held.weekdays, held.country) == ({6, 0, 1, 2, 3}, "TH")
    visitor.post("/settings", **changed(site, country=""))
    assert site.workspace().country is None


@pytest.mark.parametrize(
    ("field", "value"),
    [("fiscal_pattern", "446"), ("fiscal_ends", "first"), ("fiscal_named", "x")]
    + [("working_days", "9"), ("country", "ZZ")],
)
def test_a_year_that_is_none_is_refused(site, field, value):
    answer = site.browser().post("/settings", 422, **changed(site, **{field: value}))
    assert f'href="#{field}">Choose one of the list.' in answer.text


def test_another_year_needs_no_counting_and_leaves_goals_their_days(site):
    with site.session() as session:
        goal = company.revenue_goal(session)
        held = goal_days(session, goal)
    visitor = site.browser()
    with site.counted() as statements:
        visitor.post("/settings", **changed(site, fiscal_pattern="445", fiscal_start="4"))
    assert not any("rollup" in one.lower() for one in statements)
    with site.session() as session:
        assert goal_days(session, session.merge(goal)) == held


def goal_days(session, goal):
    version = session.exec(select(GoalVersion).where(
        col(GoalVersion.workspace_id) == goal.workspace_id, col(GoalVersion.goal_id) == goal.id
    )).one()  # fmt: skip
    return version.first_day, version.last_day


def test_another_zone_is_warned_of_before_it_counts_everything_again(sites):
    source(sites)
    visitor = sites.browser()
    answer = visitor.post("/settings", status=422, **changed(sites, zone="Asia/Bangkok"))
    assert "All sources are read again from the beginning" in plain(answer.text)
    assert sites.workspace().zone == "UTC"
    with sites.session() as session:
        assert session.exec(of(sites, Checkpoint)).all()


def test_a_confirmed_zone_reads_all_sources_again(sites):
    source(sites)
    visitor = sites.browser()
    visitor.post("/settings", **changed(sites, zone="Asia/Bangkok", sure="y"))
    assert sites.workspace().zone == "Asia/Bangkok"
    with sites.session() as session:
        assert not session.exec(of(sites, Checkpoint)).all()
        assert {one.task for one in session.exec(of(sites, Due))} == {"sync", "review"}


def test_a_confirmed_zone_gives_instants_their_days_there(sites):
    with sites.session() as session:
        files = session.exec(of(sites, Connection)).first()
        at = datetime(2026, 2, 3, 20, tzinfo=UTC)
        call = {"external_id": "1", "kind": "call", "at": at}
        writer.write(session, files.id, 1, "activity", [call], sites.now)
        assert session.exec(of(sites, Activity)).one().day == date(2026, 2, 3)
    sites.browser().post("/settings", **changed(sites, zone="Asia/Bangkok", sure="y"))
    with sites.session() as session:
        assert session.exec(of(sites, Activity)).one().day == date(2026, 2, 4)


def test_another_currency_leaves_every_target_in_the_one_it_was_meant_in(sites):
    with sites.session() as session:
        money = company.revenue_goal(session)
        number = company.revenue_goal(session, 4, metric="contracts_signed", name="More contracts")
        old = goals.current(session, money)
        # As it was before the currency was written down with each target.
        old.currency = None
        session.add(old)
        ids = (money.id, number.id)
    visitor = sites.browser()
    answer = visitor.post("/settings", status=422, **changed(sites, currency="THB"))
    assert "Goals whose target is an amount in USD ask for a new one." in plain(answer.text)
    visitor.post("/settings", **changed(sites, currency="THB", sure="y"))
    with sites.session() as session:
        found = session.exec(of(sites, GoalVersion)).all()
        meant = {one.goal_id: one.currency for one in found}
        assert [meant[one] for one in ids] == ["USD", None]


def of(site, table):
    return select(table).where(col(table.workspace_id) == site.here)


def source(site):
    """Add a source that is pulled and has been read up to somewhere."""
    with site.session() as session:
        connection = Connection(
            workspace_id=site.here, name="CRM", provider="hubspot", created_at=site.now
        )
        session.add(connection)
        session.flush()
        session.add(
            Checkpoint(
                workspace_id=site.here,
                connection_id=connection.id,
                stream="deals",
                cursor={"after": 7},
                updated_at=site.now,
            )
        )


def test_only_owners_change_settings(site):
    visitor = site.browser(site.add("Eva", "editor"))
    html = visitor.get("/settings")
    assert "Owners of the workspace can change these." in html
    visitor.post("/settings", status=403, name="Mine")
    visitor.post("/settings/members", status=403, email="a@b.example", name="A", role="owner")
    visitor.post("/settings/teams", status=403, name="A")


def test_a_new_member_gets_a_link_that_is_shown_once(site):
    visitor = site.browser()
    answer = visitor.post(
        "/settings/members", status=200, email="eva@acme.example", name="Eva", role="editor"
    )
    link = re.search(r"http://127\.0\.0\.1:8000(/sign-in/[\w-]+)", answer.text)
    assert link is not None and "Send this link to Eva" in answer.text
    assert "/sign-in/" not in visitor.get("/settings/members")
    newcomer = site.app.test_client()
    page = newcomer.get(link.group(1)).text
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert token is not None
    assert newcomer.post(link.group(1), data={"csrf_token": token.group(1)}).status_code == 303
    assert "Settings" in newcomer.get("/settings").text


def test_a_member_cannot_be_added_twice(site):
    answer = site.browser().post(
        "/settings/members", status=422, email="owner@acme.example", name="O", role="viewer"
    )
    assert "is a member already" in answer.text


def test_role_and_team_can_be_changed(site):
    visitor = site.browser()
    visitor.post("/settings/teams", name="Sales")
    email = site.add("Eva", "viewer")
    with site.session() as session:
        member = people.with_email(session, email)
        team = people.team_named(session, "Sales")
    visitor.post(f"/settings/members/{member.id}", role="editor", team_id=str(team.id))
    with site.session() as session:
        held = people.with_email(session, email)
        assert (held.role, held.team_id) == ("editor", team.id)


def test_somebody_must_stay_owner(site):
    with site.session() as session:
        member = people.with_email(session, "owner@acme.example")
    html = site.browser().post(f"/settings/members/{member.id}", status=422, role="viewer").text
    assert "Error: Somebody must stay owner." in plain(html)
    assert f'<a href="#role-{member.id}">' in html
    # What was chosen stands as it was sent; what is kept is as it was.
    row = html.partition(f'id="role-{member.id}"')[2].partition("</select>")[0]
    assert 'aria-invalid="true"' in row
    assert '<option value="viewer" selected>' in row
    with site.session() as session:
        assert people.with_email(session, "owner@acme.example").role == "owner"


def test_a_team_that_is_gone_is_told_at_its_field(site):
    with site.session() as session:
        member = people.with_email(session, "owner@acme.example")
    visitor = site.browser()
    html = visitor.post(f"/settings/members/{member.id}", 422, role="owner", team_id="77").text
    assert "Error: There is no such team." in plain(html)
    assert 'aria-invalid="true"' in html.partition(f'id="team-{member.id}"')[2][:200]


def test_the_list_says_how_many_goals_each_owns(site):
    with site.session() as session:
        owner = people.with_email(session, "owner@acme.example")
        company.revenue_goal(session, owner_id=owner.id)
    text = plain(site.browser().get("/settings/members"))
    assert text.startswith("1 member, 0 teams")


def test_a_team_needs_a_name_of_its_own(site):
    visitor = site.browser()
    visitor.post("/settings/teams", name="Sales")
    answer = visitor.post("/settings/teams", status=422, name="Sales")
    assert "There is a team named Sales already." in answer.text


#: A zero-width space and a word joiner.
UNSEEN = "\u200b\u2060"


@pytest.mark.parametrize(
    ("path", "field", "said"),
    [
        ("/settings/teams", "team-name", "Give the team a name."),
        ("/settings/members", "name", "Say the person's name."),
        ("/settings", "name", "Give the workspace a name of at most"),
    ],
)
def test_a_name_that_cannot_be_seen_is_refused_at_its_field(site, path, field, said):
    fields = {"name": UNSEEN, "email": "eva@acme.example", "role": "viewer"}
    if path == "/settings":
        fields = changed(site, name=UNSEEN)
    html = site.browser().post(path, status=422, **fields).text
    shown = html.partition(f'id="{field}-error"')[2].partition("</p>")[0]
    assert said in shown.replace("&#39;", "'")


def test_a_goal_with_a_name_that_cannot_be_seen_is_refused_at_its_field(site):
    form = sent(site.browser().get("/goals/new?metric=revenue&target=4000"))
    html = site.browser().post("/goals/new", 422, **{**form, "name": UNSEEN, "do": "save"}).text
    assert "Give the goal a name." in html.partition('id="name-error"')[2].partition("</p>")[0]


@pytest.mark.parametrize(
    ("field", "said"),
    [("company", "Give the workspace a name of at most"), ("name", "Say the person's name.")],
)
def test_the_first_names_must_be_seen_too_and_nothing_is_kept(sqlite_url, tmp_path, field, said):
    empty = Site(sqlite_url, tmp_path, 0)
    client = empty.app.test_client()
    given = {"company": "Acme", "name": "Ann", "email": "a@b.example", "password": "p" * 14}
    token = TOKEN.search(client.get("/first-run").text).group(1)
    answer = client.post("/first-run", data={**given, "csrf_token": token, field: UNSEEN})
    assert answer.status_code == 422
    shown = answer.text.partition(f'id="{field}-error"')[2].partition("</p>")[0]
    assert said in shown.replace("&#39;", "'")
    assert empty.database.workspaces() == []
    empty.wiring.close()


def sample(site):
    """Turn the workspace into the sample, and add another with a member of both."""
    with site.database.system() as session:
        here = session.get(Workspace, site.here)
        here.is_sample = True
        other = Workspace(name="Real", created_at=site.now)
        session.add_all([here, other])
        session.flush()
        both = Person(email="both@real.example", name="Both", created_at=site.now)
        session.add(both)
        session.flush()
        for place in (site.here, other.id):
            session.add(
                Member(workspace_id=place, person_id=both.id, role="owner", created_at=site.now)
            )
        return other.id


def test_the_sample_goes_with_everything_in_it_once_its_name_is_typed(sites):
    other = sample(sites)
    with sites.session() as session:
        company.revenue_goal(session)
    visitor = sites.browser()
    assert "Remove the sample company" in visitor.get("/settings/sample")
    visitor.post("/settings/sample", name="Acme")
    with sites.database.system() as session:
        assert [one.id for one in session.exec(select(Workspace))] == [other]
        assert [one.email for one in session.exec(select(Person))] == ["both@real.example"]
        assert [one.workspace_id for one in session.exec(select(Member))] == [other]
    with sites.session() as session:
        assert session.exec(of(sites, Goal)).first() is None


def test_the_sample_stays_when_the_name_is_not_typed(site):
    sample(site)
    answer = site.browser().post("/settings/sample", status=422, name="acme")
    assert "Type the name exactly as it stands here: Acme" in answer.text
    assert site.workspace().name == "Acme"


def test_a_real_company_cannot_be_removed(site):
    site.browser().post("/settings/sample", name="Acme")
    assert site.workspace().name == "Acme"


@pytest.mark.parametrize("path", ["/more", "/keys"])
def test_the_small_pages_are_there_for_everybody(site, path):
    text = plain(site.browser(site.add("Vic", "viewer")).get(path))
    assert "shortcuts" in text


def test_the_first_owner_goes_from_settings_to_the_start_page(site):
    visitor = site.browser()
    html = visitor.get("/settings?first=1")
    assert "Before the first number is read" in html
    answer = visitor.post("/settings?first=1", **changed(site, week_start="6"))
    assert answer.location == "/"
    assert site.workspace().week_start == 6


def test_the_bar_of_phones_shows_where_a_page_without_a_place_of_its_own_is(site):
    visitor = site.browser()
    for path in ("/data", "/data/import", "/metric", "/slack", "/account"):
        bar = visitor.get(path).partition('class="tabs5"')[2].partition("</nav>")[0]
        assert 'href="/more" aria-current=page' in bar
    bar = visitor.get("/goals").partition('class="tabs5"')[2].partition("</nav>")[0]
    assert 'href="/more" aria-current' not in bar
