"""What tests of writing in a browser share: people at the sentence of the worksheets."""

from playwright.sync_api import expect
from sqlmodel import col, delete, select

from app.accounts.tables import SignInSession
from goals.workspace import Member, Person
from tests.support.worksheets import USP, answer

BOX = "USP in one sentence"
PROOF = "What shows that it is true?"
AUTOSAVE = "**/autosave*"
SAVED = "Saved 23:59"
KEPT = "Kept on this device, will send when online"


def sign_in(site, page, address, email="owner@acme.example"):
    page.context.add_cookies([{"name": "headway", "value": site.cookie(email), "url": address}])


def sign_everybody_out(site):
    with site.database.system() as session:
        session.execute(delete(SignInSession))


def become(site, email, role):
    with site.database.system() as session:
        found = select(Member).join(Person, col(Person.id) == col(Member.person_id))
        member = session.exec(found.where(col(Person.email) == email)).one()
        member.role = role
        session.add(member)


def status(page):
    return page.locator("[data-saved]")


def write(page, text, box=BOX):
    """Write into a box and leave it, so that it is sent at once."""
    page.get_by_label(box).fill(text)
    page.get_by_label(box).blur()


def saved(page, text, box=BOX):
    with page.expect_response(AUTOSAVE):
        write(page, text, box)
    expect(status(page)).to_have_text(SAVED)


def cut(page):
    """Let nothing that saves itself get through, from all tabs of a browser."""
    page.context.route(AUTOSAVE, lambda route: route.abort("connectionrefused"))


def mend(page):
    page.context.unroute(AUTOSAVE)


def press(page, name):
    page.get_by_role("button", name=name, exact=True).last.click()


def kept(site, field="usp_sentence"):
    return answer(site, "proposition.usp").get(field)


def all_words(site, page, address):
    """Return everything that the history of the sentence holds."""
    page.goto(f"{address}{USP}/history")
    return page.locator("main").inner_text()
