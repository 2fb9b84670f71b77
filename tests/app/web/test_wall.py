"""The wall: what everybody may see, worst first, for a screen that nobody operates."""

from app.web import wall
from tests.support import company


def add(site, *names, **terms):
    with site.session() as session:
        for name in names:
            company.revenue_goal(session, name=name, **terms)


def test_it_shows_what_everybody_may_see_and_nothing_that_is_kept_to_a_few(site):
    add(site, "For all")
    add(site, "For two", visibility="private")
    # An owner may see both, but who walks by the wall may not.
    page = site.browser().get("/wall")
    assert "For all" in page and "For two" not in page


def test_it_is_dark_unless_the_reader_chose_light_and_esc_leads_back(site):
    add(site, "For all")
    visitor = site.browser()
    page = visitor.get("/wall")
    assert 'data-bs-theme="dark"' in page
    assert '<a href="/" data-key="Escape">' in page
    visitor.client.set_cookie("headway_theme", "light")
    assert 'data-bs-theme="light"' in visitor.get("/wall")


def test_more_than_can_be_read_are_counted(site):
    add(site, *(f"Goal {number:02}" for number in range(wall.MOST + 2)))
    page = site.browser().get("/wall")
    assert page.count("<h2 ") == wall.MOST
    assert "2 more goals stand better." in page


def test_a_wall_without_goals_says_so_and_the_board_leads_to_it(site):
    assert "No goal that everybody may see is under way." in site.browser().get("/wall")
    add(site, "For all")
    assert 'href="/wall"' in site.browser().get("/")
