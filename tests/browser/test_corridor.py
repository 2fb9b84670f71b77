"""The whole corridor in a browser: from an empty installation to the same number everywhere."""

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from playwright.sync_api import Page, expect
from pydantic import SecretStr

from app import work
from app.cli import main
from app.settings import Settings
from app.wiring import Wiring
from tests.fakes.slack.server import FakeSlack
from tests.fakes.slack.user import SlackUser
from tests.support import browser as browser_side
from tests.support import site

TODAY = date(2026, 8, 14)
SENTENCE = "We sell for $40,000 this quarter"


class House:
    """An installation on the first day of its life, with a Slack beside it."""

    def __init__(self, slack: FakeSlack, url: str, folder) -> None:
        self.slack = slack
        self.now = datetime(2026, 8, 14, 9, tzinfo=UTC)
        settings = Settings(
            data_dir=folder,
            database_url=url,
            secret_key=SecretStr("k" * 40),
            encryption_keys=SecretStr(Fernet.generate_key().decode()),
            slack_api_url=slack.api_url,
            slack_signing_secret=SecretStr(slack.signing_secret),
            slack_bot_token=SecretStr(slack.bot_token),
        )
        self.wiring = Wiring(settings, lambda: self.now)
        self.app = site.application(self.wiring)

    def worker(self) -> None:
        """Do everything that is due."""
        work.run_due(self.wiring, "worker")


@pytest.fixture
def house(sqlite_url, tmp_path):
    with FakeSlack() as slack:
        made = House(slack, sqlite_url, tmp_path)
        yield made
        made.wiring.close()
        assert slack.audit == []


@pytest.fixture
def page(house, serve, new_page):
    """A page of somebody who has just installed Headway."""
    house.address = serve(house.app)
    opened = new_page(base_url=house.address)
    opened.goto("/")
    return opened


def deals() -> str:
    """Return deals won every third day for a year, and none in the last month."""
    lines = ["Deal ID,Sales rep,Account,Stage,Create date,Close date,Amount"]
    days = [date(2025, 7, 1) + timedelta(days=3 * number) for number in range(129)]
    for number, day in enumerate(days):
        created = day - timedelta(days=30)
        lines.append(f"D{number},Ann,Buyer {number % 9},Won,{created},{day},1000")
    return "\n".join(lines) + "\n"


def test_a_sentence_becomes_a_goal_an_alert_and_one_number_everywhere(
    house, page, tmp_path, monkeypatch, capsys
):
    ann = house.slack.add_user("Ann")
    channel = house.slack.add_channel("sales", members=[ann])
    found_a_company(page)
    import_deals(page, tmp_path)
    write_a_business_goal(page)
    approve(page)
    switch_on(page, channel.id)
    make_the_goal(page, channel.id)
    house.worker()

    page.goto("/")
    expect(page.get_by_role("heading", level=1)).to_have_text("1 of 1 goals needs you")
    expect(page.locator("main")).to_contain_text("$7,000, the plan expects $19,130 by now.")

    [alert] = house.slack.messages(channel)
    house.worker()
    assert house.slack.messages(channel) == [alert]
    head, numbers, target, chart, *rest = house.slack.screen_text(
        alert, notification=False
    ).splitlines()
    assert chart.startswith(
        "Revenue, adding up, 1 Jul to 30 Sep 2026: $7.0k on 14 Aug 2026; plan $"
    )
    assert numbers.startswith("Now $7.0k · plan today $19.1k · chance 1% · likely end $")
    assert [head, target] == [
        f"◆ Off track: {SENTENCE}",
        "Target $40k by 30 Sep 2026. Owner: Olga Owner",
    ]
    assert rest[0] == "Since 14 Aug 2026 · data to 20 Jul 2026 · Revenue"
    assert [one for one in rest if one in ("Check in", "Why", "Open", "Useful", "Noise")] == [
        "Check in",
        "Why",
        "Open",
        "Useful",
        "Noise",
    ]

    page.goto("/ask")
    page.get_by_label("Your question").fill(f"status of {SENTENCE}")
    page.get_by_role("button", name="Ask").click()
    answer = page.locator(".turn").inner_text()
    reply = SlackUser(house.slack, ann, house.app.wsgi_app).slash("/goals", SENTENCE, channel)
    monkeypatch.setenv("HEADWAY_DATABASE_URL", house.wiring.settings.database)
    assert main.main(["ask", f"status of {SENTENCE}", "--today", TODAY.isoformat(), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["value"], told["target"], told["status"]) == (7000, 40000, "off_track")
    for place in (answer, house.slack.screen_text(reply.messages[0]), told["text"]):
        assert "$7,000" in place
    assert browser_side.accessibility_faults(page) == []

    page.get_by_role("link", name="Show rows").click()
    expect(page.get_by_role("row")).to_have_count(1 + 7)


def found_a_company(page: Page) -> None:
    """The first page makes the company and its owner, the second says what numbers mean."""
    assert browser_side.accessibility_faults(page) == []
    page.get_by_label("Company").fill("Acme")
    page.get_by_label("Your name").fill("Olga Owner")
    page.get_by_label("E-mail").fill("olga@acme.example")
    page.get_by_label("Password").fill("a long enough sentence")
    page.get_by_role("button", name="Continue").click()
    page.get_by_label("Time zone").fill("UTC")
    page.get_by_label("Currency").fill("USD")
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Set your first goal")


def import_deals(page: Page, folder: Path) -> None:
    """A file of deals is sent, its columns are looked at, and it is imported."""
    file = folder / "deals.csv"
    file.write_text(deals())
    page.goto("/data/import")
    page.get_by_label("What is in it").select_option("deal")
    page.get_by_label("CSV file").set_input_files(str(file))
    page.get_by_role("button", name="Continue").click()
    assert browser_side.accessibility_faults(page) == []
    assert browser_side.overflow(page) == []
    page.get_by_role("button", name="Check again").click()
    page.get_by_role("button", name="Import").click()
    expect(page.get_by_role("status").last).to_contain_text("129 rows imported.")


def write_a_business_goal(page: Page) -> None:
    """The period, and one goal with its number, page by page."""

    def forward() -> None:
        page.get_by_role("button", name="Save and continue").last.click()

    page.goto("/strategy/business_goals/period")
    page.get_by_label("Name of the strategy").fill("Strategy: sell more")
    for group, day in (("First day", ("1", "7", "2026")), ("Last day", ("30", "9", "2026"))):
        for label, value in zip(("Day", "Month", "Year"), day, strict=True):
            page.get_by_role("group", name=group).get_by_label(label).fill(value)
    forward()
    page.get_by_role("button", name="Add a business goal").click()
    page.get_by_label("The goal in one sentence").fill(SENTENCE)
    page.get_by_label("A number rises, falls or holds").check()
    forward()
    page.get_by_label("Number", exact=True).select_option("revenue")
    page.get_by_label("Raise it").check()
    page.get_by_label("As the number to reach").check()
    page.get_by_label("How much?").fill("40,000")
    forward()
    page.get_by_label("Owner (optional)").select_option(label="Olga Owner")
    forward()
    page.get_by_label("Why it matters").fill("The new hall is paid from it.")
    page.get_by_label("What you will do").fill("Visit two plants a week")
    forward()
    expect(page.get_by_role("heading", level=1)).to_have_text("Check your answers")
    assert browser_side.accessibility_faults(page) == []


def approve(page: Page) -> None:
    """The strategy is frozen as it stands."""
    page.goto("/strategy/approve")
    page.get_by_label("Approve with what is open").check()
    page.get_by_role("button", name="Approve version 1").click()
    expect(page.get_by_role("status").last).to_contain_text("Version 1 is approved.")


def switch_on(page: Page, channel: str) -> None:
    """An owner lets Headway write in a channel, and its readers see the open goals."""
    page.goto("/slack/setup")
    page.get_by_label("Channel id").fill(channel)
    page.get_by_role("button", name="Add the channel").click()
    page.get_by_label("What sales may see").select_option(label="Open goals")
    page.get_by_role("button", name="Switch on").click()
    expect(page.get_by_role("status").last).to_contain_text("Headway writes in sales from now on.")


def make_the_goal(page: Page, channel: str) -> None:
    """The answer becomes a goal, and the goal gets its channel."""
    page.goto("/strategy/goals")
    page.get_by_role("button", name="Make these goals").click()
    page.goto("/goals")
    page.get_by_role("link", name=SENTENCE).first.click()
    page.get_by_role("link", name="Edit").click()
    page.get_by_role("combobox", name="Slack channel").fill(channel)
    page.get_by_role("button", name="Save changes").click()
    expect(page.locator("main")).to_contain_text("Where it comes from")
