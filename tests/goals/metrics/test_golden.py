"""Every published Maven value that the metrics cover, through the command and the pages."""

import os
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest

from app.db import Database
from goals import calendar
from tests.goals.metrics import maven, ways
from tests.goals.metrics.company import Company

FIRST, LAST = date(2016, 10, 1), date(2017, 12, 31)
GOLDEN: dict[str, Any] = maven.golden() if maven.IS_THERE else {}
CLOSE = 1e-6

if not maven.IS_THERE:
    __test__ = False


#: Where the records are, and how the numbers are asked for.
WAYS = {
    "sqlite": ("sqlite", ways.ByCommand),
    "postgres": ("postgres", ways.ByCommand),
    "page": ("sqlite", ways.ByPage),
}


@pytest.fixture(scope="module", params=list(WAYS))
def company(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Any:
    kind, way = WAYS[request.param]
    yield from loaded(request, tmp_path_factory, kind, way)


def loaded(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    kind: str,
    way: type[Company] = Company,
) -> Iterator[Company]:
    if kind == "sqlite":
        from app import db

        url = f"sqlite:///{tmp_path_factory.mktemp('maven') / 'headway.db'}"
        db.upgrade(url)
        yield from open_at(url, way)
        return
    server = request.getfixturevalue("postgres_server")
    template = request.getfixturevalue("postgres_template")
    with server.database(
        template, f"maven_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"
    ) as lent:
        yield from open_at(lent.app_url, way)


def open_at(url: str, way: type[Company]) -> Iterator[Company]:
    database = Database(url)
    made = ways.found(database, way)
    maven.load(made)
    yield made
    if isinstance(made, ways.ByPage):
        made.close()
    database.dispose()


def quarter(name: str) -> tuple[date, date]:
    year, number = int(name[:4]), int(name[-1])
    start = date(year, 3 * number - 2, 1)
    return start, calendar.add_months(start, 3) - timedelta(days=1)


def month(name: str) -> tuple[date, date]:
    start = date.fromisoformat(f"{name}-01")
    return start, calendar.add_months(start, 1) - timedelta(days=1)


def same(found: dict[str, Any], wanted: dict[str, Any]) -> None:
    assert found == {key: pytest.approx(value, abs=CLOSE) for key, value in wanted.items()}


def by_quarter(company: Company, metric: str, wanted: dict[str, Any], **params: Any) -> None:
    found = {name: company.value(metric, *quarter(name), **params) for name in wanted}
    same(found, wanted)


def test_win_rate_in_total_and_by_quarter_and_month(company):
    wanted = GOLDEN["win_rate_count"]
    assert company.value("win_rate", FIRST, LAST) == pytest.approx(wanted["overall"], abs=CLOSE)
    by_quarter(company, "win_rate", wanted["by_close_quarter"])
    months = wanted["by_close_month"]
    same({name: company.value("win_rate", *month(name)) for name in months}, months)


@pytest.mark.parametrize("by", ["region", "manager", "agent", "product"])
def test_win_rate_by_dimension(company, by):
    wanted = {maven.SPELT.get(k, k): v for k, v in GOLDEN["win_rate_count"][f"by_{by}"].items()}
    same(company.split("win_rate", FIRST, LAST, "owner" if by == "agent" else by), wanted)


def test_numerators_and_denominators_are_whole_numbers_of_deals(company):
    for name, won in GOLDEN["won_by_close_quarter"].items():
        read = company.read("win_rate", *quarter(name)).to_json()
        closed = GOLDEN["closed_by_close_quarter"][name]
        assert (read["numerator"], read["denominator"], read["n"]) == (won, closed, closed)


def test_the_close_rate_of_everything_in_the_pipeline(company):
    wanted = GOLDEN["close_rate_all_opportunities_in_pipeline"]
    read = company.read("close_rate_pipeline", FIRST, LAST).to_json()
    assert (read["numerator"], read["denominator"]) == (wanted["won"], wanted["all"])
    assert [(one["code"], one["n"]) for one in read["note"] if one["code"] == "undated"] == [
        ("undated", 500)
    ]


def test_win_rate_of_created_cohorts(company):
    by_quarter(company, "win_rate", GOLDEN["win_rate_created_cohort_all"], basis="created")
    closed = GOLDEN["win_rate_created_cohort_closed_only"]
    by_quarter(company, "win_rate", closed, basis="created_closed")
    for name, size in GOLDEN["created_cohort_sizes"].items():
        assert (
            company.read("win_rate", *quarter(name), basis="created").to_json()["denominator"]
            == size
        )


def test_win_rate_by_value_needs_the_list_price(company):
    wanted = GOLDEN["win_rate_by_list_price_value"]["overall"]
    found = company.value("win_rate", FIRST, LAST, weight="list_value")
    assert found == pytest.approx(wanted, abs=CLOSE)
    by_value = company.read("win_rate", FIRST, LAST, weight="value")
    assert by_value.value is None
    assert any("list_value" in note.message.id for note in by_value.notes)


def test_sales_cycle(company):
    wanted = GOLDEN["sales_cycle_days_won"]
    for stat in ("mean", "median", "p90"):
        found = company.value("sales_cycle", FIRST, LAST, stat=stat)
        assert found == pytest.approx(wanted[stat], abs=CLOSE)
    by_quarter(company, "sales_cycle", wanted["by_close_quarter_mean"])
    by_quarter(company, "sales_cycle", wanted["by_close_quarter_median"], stat="median")
    same(company.split("sales_cycle", FIRST, LAST, "region"), wanted["by_region_mean"])
    for outcome, name in (("closed", "all_closed"), ("lost", "lost")):
        found = company.value("sales_cycle", FIRST, LAST, outcome=outcome)
        assert found == pytest.approx(GOLDEN[f"sales_cycle_days_{name}_mean"], abs=CLOSE)


def test_average_deal_size(company):
    wanted = GOLDEN["avg_deal_size_won"]
    for stat in ("mean", "median"):
        found = company.value("avg_deal_size", FIRST, LAST, stat=stat)
        assert found == pytest.approx(wanted[stat], abs=CLOSE)
    by_quarter(company, "avg_deal_size", wanted["by_close_quarter"])
    same(company.split("avg_deal_size", FIRST, LAST, "region"), wanted["by_region"])


def test_revenue_in_total_and_by_quarter_and_month(company):
    wanted = GOLDEN["revenue"]
    assert company.value("revenue", FIRST, LAST) == wanted["total"]
    by_quarter(company, "revenue", wanted["by_close_quarter"])
    months = wanted["by_close_month"]
    same({name: company.value("revenue", *month(name)) for name in months}, months)


@pytest.mark.parametrize("by", ["region", "manager", "agent", "product"])
def test_revenue_by_dimension(company, by):
    wanted = {maven.SPELT.get(k, k): v for k, v in GOLDEN["revenue"][f"by_{by}"].items()}
    same(company.split("revenue", FIRST, LAST, "owner" if by == "agent" else by), wanted)


def test_open_deals_at_three_dates(company):
    for text, wanted in GOLDEN["open_engaged_deals_asof_end_of"].items():
        on = date.fromisoformat(text)
        found = {
            name: company.value("open_deals", on, on, where={"stage": "Engaging"}, measure=measure)
            for name, measure in (
                ("count", "count"),
                ("list_value", "list_value"),
                ("mean_age_days", "age"),
            )
        }
        same(found, wanted)


def test_open_deals_by_owner_with_those_of_no_date(company):
    for name, wanted in GOLDEN["open_deals_per_agent"].items():
        read = company.read("open_deals", LAST, LAST, where={"owner": name})
        undated = sum(note.n or 0 for note in read.notes if note.code == "undated")
        assert read.value is not None
        assert int(read.value) + undated == wanted


def test_new_customers_and_what_they_brought(company):
    wanted = GOLDEN["accounts"]
    assert company.value("new_customers", FIRST, LAST) == wanted["with_won_deal"]
    by_quarter(company, "new_customers", wanted["new_customers_by_quarter"])
    total = company.value("new_revenue", FIRST, LAST)
    assert total == wanted["new_revenue_within_6_months_of_first_close_total"]


def test_the_way_through_the_pipeline(company):
    wanted = GOLDEN["pipeline_velocity_per_day"]["value"]
    assert company.value("pipeline_velocity", FIRST, LAST) == pytest.approx(wanted, rel=CLOSE)
    created = sum(GOLDEN["created_cohort_sizes"].values())
    assert company.value("opportunities_new", FIRST, LAST) == created
    by_quarter(company, "contracts_signed", GOLDEN["won_by_close_quarter"])
    # Every deal of this set passes one dated stage, so its stay there is its sales cycle.
    stay = company.value("stage_length", FIRST, LAST, where={"stage": "Engaging"})
    assert stay == pytest.approx(GOLDEN["sales_cycle_days_all_closed_mean"], abs=CLOSE)
    lost = GOLDEN["stage_counts"]["Lost"] / created
    dropped = company.value("stage_dropoff", FIRST, LAST, where={"stage": "Engaging"})
    assert dropped == pytest.approx(lost, abs=CLOSE)


def test_growth_from_quarter_to_quarter(company):
    by_quarter(company, "revenue_growth", GOLDEN["revenue"]["qoq_growth"])


def test_quota_attainment_of_the_team_and_of_agents(company):
    wanted = GOLDEN["quota_attainment_at_100k_per_agent_quarter_30_agents"]
    idle = GOLDEN["quirks"]["agents_without_deals"]
    agents = [row["sales_agent"] for row in maven.rows("sales_teams")]
    company.write(
        "quota",
        (
            {
                "external_id": f"{name} {agent}",
                "owner": agent,
                "first_day": quarter(name)[0],
                "last_day": quarter(name)[1],
                "amount": 100_000,
            }
            for name in wanted["team"]
            for agent in agents
            if agent not in idle
        ),
    )
    by_quarter(company, "quota_attainment", wanted["team"])
    for name, reached in wanted["agents_at_or_over_100pct_by_quarter"].items():
        found = company.split("quota_attainment", *quarter(name), "owner")
        assert sum(value is not None and value >= 1 for value in found.values()) == reached
    for place, value in wanted["examples"].items():
        name, agent = place.split("|")
        found = company.value("quota_attainment", *quarter(name), where={"owner": agent})
        assert found == pytest.approx(value, abs=CLOSE)
    first, last = quarter("2017Q3")
    told = ways.told(company.database, "quota", "--from", first, "--to", last)
    assert told["value"] == pytest.approx(0.994085, abs=CLOSE)
    assert (told["with_quota"], told["at_or_over"]) == (30, sum(
        one["attainment"] >= 1 for one in told["lines"] if one["quota"]
    ))  # fmt: skip
    if isinstance(company, ways.ByPage):
        assert "<dd>99.4%<small>" in company.page(f"/attainment?from={first}&to={last}")
