import doctest
import subprocess
import sys

import pytest

from tests.fakes import hubspot
from tests.fakes.hubspot.client import DEALS, Client
from tests.fakes.hubspot.hub import FakeHubSpot
from tests.fakes.hubspot.process import ROOT, running


@pytest.fixture(scope="module")
def remote():
    with running("--deals", "1000", "--keep-pages", "2", "--rate-limit", "500/10") as remote:
        yield remote


def test_it_serves_from_a_process_of_its_own(remote):
    with Client(remote.url, remote.token) as client:
        assert len(set(client.all_ids())) == 1000
        assert client.get(DEALS).headers["x-hubspot-ratelimit-max"] == "500"


def test_the_account_is_changed_from_outside(remote):
    with Client(remote.url, remote.token) as client:
        keys = client.all_ids()[:2]
        remote.calls(
            [{"name": "update", "args": ["deals", k], "kwargs": {"amount": 3}} for k in keys]
        )
        added = remote.call("add_deal", "Late", stage="Engaging")
        remote.call("fault", DEALS, "http_503")
        assert client.get(DEALS).status == 503
        rows = client.get(DEALS, limit=2, properties="amount").json["results"]
        assert [row["properties"]["amount"] for row in rows] == ["3", "3"]
        assert client.all_ids()[-1] == added
        assert remote.log()["counts"][f"503 GET {DEALS}"] == 1


def test_what_is_not_offered_is_refused(remote):
    with pytest.raises(RuntimeError, match="stop"):
        remote.call("stop")
    with pytest.raises(RuntimeError, match="colour"):
        remote.call("add_deal", "Acme", colour="red")


def test_the_door_for_changes_is_shut_unless_it_runs_on_its_own():
    with FakeHubSpot() as hub, Client(hub.url) as client:
        assert client.post("/_fake/calls", []).status == 404


def test_it_says_what_it_takes():
    words = [sys.executable, "-m", "tests.fakes.hubspot", "--help"]
    told = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert "--maven DIR" in told


def test_the_worked_example_is_true():
    failed, tried = doctest.testmod(hubspot)
    assert (failed, tried > 5) == (0, True)
