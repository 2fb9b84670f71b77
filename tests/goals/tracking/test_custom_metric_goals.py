"""Goals on metrics that the workspace made: judged, drawn, asked about, and not left alone."""

from datetime import date
from decimal import Decimal

import pytest

from goals import words
from goals.alerts import review
from goals.errors import Refusal
from goals.metrics import authoring, receipts
from goals.metrics.authoring import Draft
from goals.questions import ask
from goals.tracking import evaluate, freshness, metric_use, standing, visibility
from goals.tracking import goals as use_cases
from goals.tracking.smart import check
from goals.tracking.visibility import Audience
from tests.support import company

QUARTER = company.QUARTER
REVIEWED = date(2026, 8, 14)


def make(session, slug, expression, **more):
    draft = Draft(slug, more.pop("name", slug.title()), expression, **more)
    return authoring.add(session, draft, by=None, now=company.NOW)


def reviewed(site):
    """Review the goals at the end of the site's day."""
    with site.session() as session:
        review.review(session, now=site.now, today=REVIEWED)


def receipt_of(one):
    return str(one.evaluation.receipt)


@pytest.fixture
def kept(sites):
    """A goal to keep 2,000 of a margin that is seven tenths of what is won."""
    with sites.session() as session:
        make(session, "margin", "revenue * 0.7", direction="up", name="Gross margin")
        company.revenue_goal(session, 2000, name="Earn more", metric="margin", plan="seasonal")
    return sites


def test_a_goal_on_a_sum_is_judged_by_its_pace(kept):
    reviewed(kept)
    with kept.session() as session:
        one = standing.board(session, visibility.OWNER)[0]
        # From 1 July to 9 August every third day brings 100: 14 times until the 14th.
        assert one.evaluation.actual == 14 * 100 * Decimal("0.7")
        assert one.metric.id == "margin" and (one.unit, one.currency) == ("money", "USD")
        assert one.status == "on_track"
        # The quarter before has whole data, so the plan follows its shape.
        assert one.evaluation.expected is not None
        goal, terms = one.goal, one.terms
        assert evaluate.plan_of(session, goal, terms).used == "seasonal"
        found = receipts.find(session, receipt_of(one))
        assert [part.reading.value for part in receipts.within(session, found)] == [1400]
        drawn = (one.evaluation.curve or {})["actual"]
    assert drawn[-1][1] == 980 and len(drawn) > 20


def test_a_goal_on_a_quotient_is_a_level(sites):
    with sites.session() as session:
        make(session, "size", "revenue / contracts_signed", direction="up")
        with pytest.raises(Refusal) as caught:
            company.revenue_goal(session, metric="size")
        assert caught.value.code == "kind_unfit"
        company.revenue_goal(session, 90, name="Hold", metric="size", kind="maintain",
                             direction="at_least")  # fmt: skip
    reviewed(sites)
    with sites.session() as session:
        one = standing.board(session, visibility.OWNER)[0]
    assert (one.evaluation.actual, one.status) == (100, "on_track")


def test_its_status_is_answered_with_the_formula(kept):
    reviewed(kept)
    with kept.session() as session:
        for question in ("how is the gross margin doing?", "status of margin", "Earn more"):
            found = ask.ask(session, question, visibility.OWNER, now=kept.now)
            assert (found.kind, found.goal.goal.name) == ("answer", "Earn more"), question
        told = words.render(found.receipt.formula, "en")
    assert told == "Gross margin $980 = $1,400 × 0.7"


def test_a_new_version_counts_from_then_on_and_the_goal_goes_on(kept):
    reviewed(kept)
    with kept.session() as session:
        draft = Draft("margin", "Gross margin", "revenue * 0.5")
        authoring.change(session, draft, by=None, now=kept.now)
        before = receipt_of(standing.board(session, visibility.OWNER)[0])
        assert receipts.find(session, before).version == 1
    reviewed(kept)
    with kept.session() as session:
        one = standing.board(session, visibility.OWNER)[0]
        assert one.evaluation.actual == 700
        assert receipts.find(session, receipt_of(one)).version == 2


def test_a_metric_that_a_goal_lives_on_stays(kept):
    with kept.session() as session, pytest.raises(Refusal) as caught:
        metric_use.archive(session, "margin", visibility.OWNER, kept.now)
    assert "Earn more" in words.render(caught.value.message, "en")
    with kept.session() as session:
        goal = use_cases.find(session, "Earn more")
        goal.archived_at = kept.now
        session.add(goal)
        session.flush()
        metric_use.archive(session, "margin", visibility.OWNER, kept.now)
        assert authoring.own(session, "margin").archived_at == kept.now


def test_goals_that_somebody_may_not_see_are_not_named(kept):
    with kept.session() as session:
        company.revenue_goal(session, name="Secret", metric="margin", visibility="private")
        names, hidden = metric_use.users(session, "margin", Audience(clearance="workspace"))
    assert (names, hidden) == (["Earn more"], 1)


def test_a_number_is_as_fresh_as_the_oldest_of_its_parts(kept):
    with kept.session() as session:
        made = make(session, "each", "revenue / coalesce(headcount, 1)")
        feed = freshness.of_metric(session, made, company.NOW - company.NOW, kept.now)
        alone = freshness.of_metric(
            session, made.expression.parts["revenue"].metric, company.NOW - company.NOW, kept.now
        )
    assert feed.names == alone.names == ("Files",)
    assert feed.is_stale == alone.is_stale


def test_the_coach_knows_the_number_and_its_past(kept):
    with kept.session() as session:
        goal = use_cases.find(session, "Earn more")
        found = check.goal(session, goal, today=REVIEWED, now=kept.now)
    rules = {one.rule for one in found.findings}
    assert not {one for one in rules if one.startswith("smart-M1")}
    assert found.letters["A"] is not None
