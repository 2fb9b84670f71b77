"""Who is signed in is asked anew by every request."""

from datetime import timedelta

from sqlmodel import select

from app.accounts.tables import SignInSession
from goals.workspace import Member, Person


def test_a_sign_in_that_is_used_lasts_and_one_that_rests_ends(site):
    visitor = site.browser()
    for _ in range(3):
        site.now += timedelta(hours=10)
        visitor.get("/more")
    site.now += timedelta(hours=13)
    visitor.get("/more", status=303)


def test_the_oldest_sign_in_ends_though_it_is_used(site):
    visitor = site.browser()
    for _ in range(33):
        site.now += timedelta(hours=10)
        visitor.get("/more")
    site.now += timedelta(hours=10)
    visitor.get("/more", status=303)


def test_the_last_use_is_written_only_now_and_then(site):
    visitor, begun = site.browser(), site.now
    seen = []
    for _ in range(3):
        site.now += timedelta(minutes=3)
        visitor.get("/more")
        with site.database.system() as session:
            seen.append(session.exec(select(SignInSession.seen_at)).one() - begun)
    assert seen == [timedelta(0), timedelta(minutes=6), timedelta(minutes=6)]


def test_whoever_is_shut_out_or_no_member_any_more_sees_nothing(site):
    site.add("Ed", "editor")
    visitor, other = site.browser("ed@acme.example"), site.browser()
    visitor.get("/more")
    with site.session() as session:
        person = session.exec(select(Person).where(Person.email == "ed@acme.example")).one()
        member = session.exec(
            select(Member).where(Member.workspace_id == site.here, Member.person_id == person.id)
        ).one()
        session.delete(member)
    visitor.get("/more", status=404)
    visitor.get("/account")
    with site.database.system() as session:
        person = session.get(Person, person.id)
        person.disabled_at = site.now
        session.add(person)
    visitor.get("/account", status=303)
    other.get("/more")
