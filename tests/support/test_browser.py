import os
import signal

import pytest
from flask import Flask

from tests.support import browser as support

GOOD = """<!doctype html><html lang="en"><head><title>Goals</title>
<meta name="viewport" content="width=device-width"><link rel="icon" href="data:,"></head>
<body><main><h1>Goals</h1><p>Twelve of fourteen are on track.</p></main></body></html>"""
FAULTY = GOOD.replace("<p>", '<div id="wide" style="width: 900px"><img src="data:,"></div><p>')
BROKEN = GOOD.replace("</main>", "<script>nothing.here()</script></main>")


@pytest.fixture(scope="module")
def site():
    application = Flask(__name__)
    application.add_url_rule("/good", "good", lambda: GOOD)
    application.add_url_rule("/faulty", "faulty", lambda: FAULTY)
    application.add_url_rule("/broken", "broken", lambda: BROKEN)
    with support.served(application) as address:
        yield address


def test_a_sound_page_has_no_faults(new_page, site):
    page = new_page(locale="th-TH", dark=True)
    page.goto(f"{site}/good")
    assert page.evaluate("navigator.language") == "th-TH"
    assert support.accessibility_faults(page) == []
    assert support.overflow(page) == []


def test_faults_of_a_page_are_named(new_page, site):
    page = new_page()
    page.goto(f"{site}/faulty")
    assert any(fault.startswith("image-alt") for fault in support.accessibility_faults(page))
    assert any("wide" in element for element in support.overflow(page))
    assert page.viewport_size == {"width": 1280, "height": 900}


def test_a_broken_script_is_a_complaint(browser, site):
    pages = support.Pages(browser)
    pages().goto(f"{site}/broken")
    pages.close()
    assert any("nothing is not defined" in complaint for complaint in pages.complaints)


def test_a_browser_that_does_not_answer_holds_nothing_up(browser, new_page, site, monkeypatch):
    pages = support.Pages(browser)
    pages().goto(f"{site}/good")
    asking = browser.new_browser_cdp_session()
    processes = asking.send("SystemInfo.getProcessInfo")["processInfo"]
    [number] = [one["id"] for one in processes if one["type"] == "browser"]
    monkeypatch.setattr(support, "PATIENCE", 0.5)
    os.kill(number, signal.SIGSTOP)
    try:
        pages.close()
    finally:
        os.kill(number, signal.SIGCONT)
    page = new_page()
    page.goto(f"{site}/good")
    assert page.title() == "Goals"
