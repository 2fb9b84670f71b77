"""A real browser for the tests: start it, serve an application to it, and judge what it shows."""

import asyncio
import contextlib
import os
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from werkzeug.serving import make_server

NAMES = ("chromium", "chromium-browser", "google-chrome")
# Without a sandbox (there is none for root) and without calls home.
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
#: Seconds after which a browser that does not let go of something is left alone.
PATIENCE = 30
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
NARROW = 320


def executable() -> str | None:
    """Return the system's browser, or None to let Playwright use its own."""
    named = os.environ.get("CHROMIUM")
    return named or next(filter(None, map(shutil.which, NAMES)), None)


@contextmanager
def started() -> Iterator[Browser]:
    """Lend a browser, one for all the tests of a process."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable(), args=FLAGS)
        yield browser
        let_go(browser)


class Pages:
    """Opens pages, each with its own cookies, and remembers what went wrong in them."""

    def __init__(self, browser: Browser) -> None:
        self.browser = browser
        self.contexts: list[BrowserContext] = []
        self.complaints: list[str] = []

    def __call__(
        self,
        *,
        locale: str = "en-GB",
        zone: str = "Europe/London",
        width: int = 1280,
        dark: bool = False,
        scripts: bool = True,
        **options: Any,
    ) -> Page:
        """Open a page as a reader with these settings would."""
        context = self.browser.new_context(
            locale=locale,
            timezone_id=zone,
            viewport={"width": width, "height": 900},
            color_scheme="dark" if dark else "light",
            java_script_enabled=scripts,
            reduced_motion="reduce",
            **options,
        )
        self.contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: self.note(message.type, message.text))
        page.on("pageerror", lambda error: self.note("error", str(error)))
        return page

    def note(self, kind: str, text: str) -> None:
        """Keep what the console complains about: broken scripts, what the policy refused."""
        # A form sent back with 422 is how a page says what to correct.
        if kind in ("error", "warning") and "status of 422" not in text:
            self.complaints.append(text)

    def close(self) -> None:
        """Close every page that was opened."""
        for context in self.contexts:
            let_go(context)


def let_go(what: Browser | BrowserContext) -> None:
    """Close a browser or the pages of a reader, and go on if it does not answer.

    Closing is the one call that knows no time limit, and now and then a browser never confirms
    it; everything else in a test gives up by itself.
    """
    # The synchronous interface has no way to say how long to wait.
    closing = what._impl_obj.close(reason=None)
    with contextlib.suppress(TimeoutError):
        what._sync(asyncio.wait_for(closing, PATIENCE))


@contextmanager
def served(application: Any) -> Iterator[str]:
    """Serve a WSGI application on a free loopback port and lend its address."""
    server = make_server("127.0.0.1", 0, application, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def accessibility_faults(page: Page) -> list[str]:
    """Return what axe finds against WCAG 2.2 AA, one line for each rule and place."""
    results = Axe().run(page, options={"runOnly": RULES})
    return [
        f"{fault['id']}: {' '.join(map(str, node['target']))}: {fault['help']}"
        for fault in results.response["violations"]
        for node in fault["nodes"]
    ]


def overflow(page: Page, width: int = NARROW) -> list[str]:
    """Return what sticks out when the window is narrow; nothing when the page reflows."""
    before = page.viewport_size or {"width": 1280, "height": 900}
    resize(page, width, before["height"])
    found: list[str] = page.evaluate(
        """width => document.documentElement.scrollWidth <= width ? [] :
            [...document.querySelectorAll("body *")]
                .filter(element => element.getBoundingClientRect().right > width + 0.5)
                .slice(0, 10)
                .map(element => element.outerHTML.slice(0, 120))""",
        width,
    )
    resize(page, before["width"], before["height"])
    return found


def resize(page: Page, width: int, height: int) -> None:
    """Change the window, and wait until the page has been laid out anew."""
    page.set_viewport_size({"width": width, "height": height})
    page.wait_for_function("width => innerWidth === width", arg=width)
