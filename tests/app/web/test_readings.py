"""Readings by hand: entered with evidence, corrected without erasing, taken back."""

import re
from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlmodel import col, select

from goals.alerts import review
from goals.metrics import entries, readings
from goals.metrics.query import Query
from goals.records.figures import ManualReading
from goals.tracking.goal import Goal
from tests.support import company
from tests.support.site import plain

PAGE = "/data/readings/headcount"
FORM = 'action="/data/readings/headcount"'


def entered(visitor, *rows, status=303):
    given: dict[str, str] = {}
    for number, (day, value, evidence) in enumerate(rows):
        given |= {
            f"day-{number}": day,
            f"value-{number}": value,
            f"evidence-{number}": evidence,
        }
    return send(visitor, PAGE, given, status)


def send(visitor, path, given, status=303):
    answer = visitor.client.post(path, data={"csrf_token": visitor.token(), **given})
    assert answer.status_code == status, plain(answer.text)[:600]
    return answer


def kept(site, metric="headcount"):
    with site.session() as session:
        return entries.of_metric(session, metric)


def value(site, metric="headcount"):
    with site.session() as session:
        today = site.now.date()
        asked = Query(metric, date(2026, 7, 1), today)
        return readings.read(session, asked, today=today, now=site.now).value


def test_several_readings_are_entered_at_once_and_empty_rows_left_out(site):
    visitor = site.browser()
    entered(visitor, ("31 Jul 2026", "41", "Payroll of July"), ("14 Aug 2026", "43", "HR list"),
            ("", "", ""))  # fmt: skip
    assert [(one.day.day, one.value, one.evidence) for one in kept(site)] == [
        (14, Decimal(43), "HR list"),
        (31, Decimal(41), "Payroll of July"),
    ]
    assert value(site) == 43
    html = visitor.get(PAGE)
    assert "2 readings are kept." in html and "Olga Owner" in plain(html)


@pytest.mark.parametrize(
    ("row", "field", "said"),
    [
        (("14 Aug 2026", "many", "HR"), "value-0", "Write a number"),
        (("soon", "4", "HR"), "day-0", "Write a day"),
        (("1 Dec 2026", "4", "HR"), "day-0", "still to come"),
        (("14 Aug 2026", "-4", "HR"), "value-0", "outside what the number can be"),
        (("14 Aug 2026", "4", ""), "evidence-0", "Say where the number comes from"),
    ],
)
def test_what_is_wrong_stands_at_its_field_and_nothing_is_lost(site, row, field, said):
    html = entered(site.browser(), row, ("13 Aug 2026", "7", "Also typed"), status=422).text
    assert said in html and f'id="{field}-error"' in html
    assert f'value="{row[1]}"' in html and "Also typed" in html
    assert kept(site) == []


def test_nothing_typed_asks_for_something(site):
    assert "Write a day, a value" in entered(site.browser(), ("", "", ""), status=422).text


def test_one_day_in_two_rows_is_refused(site):
    row = ("14 Aug 2026", "4", "HR")
    assert "another row already" in entered(site.browser(), row, row, status=422).text


def test_a_correction_keeps_what_was_said_before(sites):
    site = sites
    visitor = site.browser()
    entered(visitor, ("14 Aug 2026", "43", "HR list"))
    one = kept(site)[0]
    form = visitor.get(f"{PAGE}?correct={one.id}")
    seen = re.search(r'name="seen-0" value="(\d+)"', form).group(1)
    send(visitor, PAGE, {"day-0": "14 Aug 2026", "value-0": "44", "evidence-0": "Counted again",
                        "seen-0": seen}, status=303)  # fmt: skip
    [now] = kept(site)
    assert (now.value, [before.value for before in now.earlier]) == (44, [43])
    html = visitor.get(PAGE)
    assert "<s>43</s>" in html and "Counted again" in html and "HR list" in html


def test_a_day_that_has_a_reading_asks_before_it_is_replaced(site):
    visitor = site.browser()
    entered(visitor, ("14 Aug 2026", "43", "HR list"))
    html = entered(visitor, ("14 Aug 2026", "50", "A guess"), status=422).text
    assert "This day has a reading of 43 already" in html
    seen = re.search(r'name="seen-0" value="(\d+)"', html).group(1)
    send(visitor, PAGE, {"day-0": "14 Aug 2026", "value-0": "50", "evidence-0": "A guess",
                        "seen-0": seen}, status=303)  # fmt: skip
    assert value(site) == 50


def test_two_tabs_never_overwrite_each_other_unseen(site):
    visitor = site.browser()
    entered(visitor, ("14 Aug 2026", "43", "HR list"))
    old = str(kept(site)[0].run_id)
    for wanted, status in (("44", 303), ("45", 409)):
        html = send(visitor, PAGE, {"day-0": "14 Aug 2026", "value-0": wanted, "evidence-0": "Me",
                                   "seen-0": old}, status=status).text  # fmt: skip
    assert "Somebody has changed this reading to 44 meanwhile" in html and 'value="45"' in html
    assert value(site) == 44


def test_the_same_form_sent_twice_counts_once(site):
    visitor = site.browser()
    entered(visitor, ("14 Aug 2026", "43", "HR list"))
    entered(visitor, ("14 Aug 2026", "43", "HR list"))
    assert len(kept(site)) == 1 and kept(site)[0].earlier == ()
    assert "these readings were there already" in visitor.get(PAGE)


def test_undo_gives_back_what_was_replaced_and_removes_what_was_new(sites):
    site = sites
    visitor = site.browser()
    entered(visitor, ("14 Aug 2026", "43", "HR list"))
    first = kept(site)[0]
    send(visitor, PAGE, {"day-0": "14 Aug 2026", "value-0": "44", "evidence-0": "Again",
                        "seen-0": str(first.run_id)}, status=303)  # fmt: skip
    send(visitor, f"{PAGE}/undo/{kept(site)[0].run_id}", {}, status=303)
    assert value(site) == 43
    send(visitor, f"{PAGE}/undo/{first.run_id}", {}, status=303)
    assert value(site) is None and kept(site)[0].is_removed
    assert "taken back" in plain(visitor.get(PAGE))


def test_a_file_and_a_hand_correct_the_same_reading(site):
    from integrations.files.importing import import_file

    entered(site.browser(), ("14 Aug 2026", "43", "HR list"))
    with site.session() as session:
        rows = b"metric,on,value,evidence\nheadcount,2026-08-14,45,Payroll file\n"
        import_file(session, rows, "reading", now=site.now + timedelta(hours=1), label="hr.csv")
    [now] = kept(site)
    assert (now.value, now.file, [one.value for one in now.earlier]) == (45, "hr.csv", [43])


def test_a_viewer_reads_and_does_not_write(site):
    entered(site.browser(), ("14 Aug 2026", "43", "HR list"))
    email = site.add("Vic", "viewer")
    html = site.browser(email).get(PAGE)
    assert "HR list" in html and FORM not in html and "Undo" not in plain(html)
    send(site.browser(email), PAGE, {}, 403)


def test_a_link_as_evidence_leads_there_and_a_script_does_not_run(site):
    visitor = site.browser()
    entered(visitor, ("14 Aug 2026", "43", "https://hr.example/list?a=1&b=2"),
            ("13 Aug 2026", "42", "<script>alert(1)</script> javascript:alert(1)"))  # fmt: skip
    html = visitor.get(PAGE)
    assert '<a href="https://hr.example/list?a=1&amp;b=2" rel="noopener noreferrer"' in html
    assert "<script>alert" not in html and 'href="javascript' not in html


def test_rates_are_typed_in_percent(site):
    send(site.browser(), "/data/readings/mql_to_sql", {"day-0": "14 Aug 2026", "value-0": "25",
                        "evidence-0": "Board report"}, status=303)  # fmt: skip
    assert value(site, "mql_to_sql") == Decimal("0.25")


def test_a_number_that_is_counted_takes_no_readings(site):
    found = site.browser().client.get("/data/readings/revenue")
    assert (found.status_code, found.location) == (303, "/metric/revenue")


def test_the_ways_in_are_on_the_pages_of_data_metric_and_goal(site):
    with site.session() as session:
        goal = company.revenue_goal(
            session, name="Hire", metric="headcount", kind="level", target_input=Decimal(50),
            baseline=Decimal(40), target=50,
        )  # fmt: skip
        goal_id = goal.id
    visitor = site.browser()
    assert 'href="/data/readings"' in visitor.get("/data")
    assert f'href="{PAGE}"' in visitor.get("/metric/headcount")
    assert f'href="{PAGE}"' in visitor.get(f"/goals/{goal_id}")
    assert f'href="{PAGE}"' not in visitor.get("/metric/revenue")


def test_a_goal_is_judged_by_its_readings_and_becomes_stale_without_new_ones(site):
    entered(site.browser(), ("3 Aug 2026", "43", "HR list"))
    with site.session() as session:
        goal_id = company.revenue_goal(
            session, name="Hire", metric="headcount", kind="level", target_input=Decimal(44),
            baseline=Decimal(40), target=44,
        ).id  # fmt: skip

    def judged(day):
        with site.session() as session:
            goal = session.exec(
                select(Goal).where(col(Goal.workspace_id) == site.here, col(Goal.id) == goal_id)
            ).one()
            now = site.now + (day - site.now.date())
            [found] = review.review(session, now=now, today=day, only=[goal])
            return found.evaluation.status

    judged(date(2026, 8, 14))
    assert judged(date(2026, 8, 15)) in ("on_track", "at_risk", "off_track")
    # A week and three days after the reading was entered nobody knows any more.
    assert judged(date(2026, 8, 26)) == "stale"


def test_readings_of_another_workspace_are_out_of_reach(site):
    other = company.make(site.database, name="Borealis")
    with site.database.session(other) as session:
        session.add(
            ManualReading(
                id=1,
                workspace_id=other,
                connection_id=1,
                external_id="x",
                recorded_at=site.now,
                run_id=1,
                metric="headcount",
                day=date(2026, 8, 1),
                value=Decimal(9),
                evidence="Theirs",
            )  # fmt: skip
        )
    assert "Theirs" not in site.browser().get(PAGE)
