"""What can be tried for a metric that is off: first look, actions, evidence to show (pure).

Change the plan, not the goal. The rows follow the articles on CRM strategy that the product
is made after; an action is a suggestion, the evidence says whether it fits.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from goals.words import N_, Message


@dataclass(frozen=True)
class Remedy:
    """An action that may help; the id stays with whatever was tried."""

    id: str
    action: str

    @property
    def message(self) -> Message:
        """Return the action as a text for people."""
        return Message(self.action)


@dataclass(frozen=True)
class Lacking:
    """Evidence that nothing here can show: what it would be, and the records it needs."""

    what: str
    records: tuple[str, ...]


@dataclass(frozen=True)
class Row:
    """Metrics (none: all of them) with where to look first, what to do and what to show.

    `looks` are names of evidence in remedies.evidence ("by:owner" splits the metric itself).
    """

    metrics: tuple[str, ...]
    first_look: str
    remedies: tuple[Remedy, ...]
    looks: tuple[str, ...] = ()
    lacking: tuple[Lacking, ...] = ()


ANY = Row(
    (),
    N_("Is the data right?"),
    (Remedy("any.clean", N_("Clean the data that is wrong or missing, and read it again")),),
    ("data",),
)

ROWS = (
    Row(
        ("leads_new",),
        N_("Sources and traffic"),
        (
            Remedy("leads_new.reach", N_("Change keywords and ads where fewer leads come from")),
            Remedy("leads_new.magnet", N_("Offer a new lead magnet")),
        ),
        ("by:source",),
        (Lacking(N_("visits of the website"), ("web_visit",)),),
    ),
    Row(
        ("opt_in_rate",),
        N_("Magnet, page, and whether the ad promises the same"),
        (
            Remedy("opt_in_rate.magnet", N_("Offer a new magnet that fits what the ad promises")),
            Remedy("opt_in_rate.test", N_("Test two versions of the page against each other")),
        ),
        (),
        (Lacking(N_("the rate by magnet and page"), ("web_visit", "lead")),),
    ),
    Row(
        ("email_open_rate", "email_ctr"),
        N_("Subject lines and the list"),
        (
            Remedy("email.content", N_("Replace the content of the automated e-mails")),
            Remedy("email.test", N_("Test two subject lines against each other")),
            Remedy("email.direct", N_("Write directly to those who open nothing")),
        ),
        (),
        (Lacking(N_("openings and clicks by e-mail and segment"), ("email_event",)),),
    ),
    Row(
        ("mql_to_sql", "lead_qualification_pct"),
        N_("What counts as qualified, and the threshold"),
        (
            Remedy("mql_to_sql.score", N_("Review the scoring model and its threshold")),
            Remedy("mql_to_sql.handover", N_("Agree on the hand-over between marketing and sales")),
        ),
        (),
        (Lacking(N_("why leads are sent back, and what each rule of the score adds"),
                 ("lead_event",)),),
    ),
    Row(
        ("lead_conversion", "win_rate"),
        N_("By owner, source and stage"),
        (
            Remedy("win_rate.train", N_("Train those who win least with those who win most")),
            Remedy("win_rate.learn", N_("Find out what the best do otherwise")),
            Remedy("win_rate.qualify", N_("Qualify more strictly and nurture the others longer")),
            Remedy("win_rate.focus", N_("Work on the leads that fit best")),
        ),
        ("by:owner", "by:source", "stages"),
        (Lacking(N_("how many demonstrations lead to a close"), ("activity",)),),
    ),
    Row(
        ("sales_cycle", "stage_length"),
        N_("The stage with the largest share of open deals, and their age"),
        (
            Remedy("sales_cycle.follow_up", N_("Let the CRM make the follow-up tasks")),
            Remedy("sales_cycle.template", N_("Use a template for proposals")),
            Remedy("sales_cycle.cadence", N_("Set a rhythm of e-mails after each step")),
            Remedy("sales_cycle.gap", N_("Close the gap between marketing and sales")),
        ),
        ("stages", "by:owner"),
        (Lacking(N_("follow-up coverage"), ("activity",)),),
    ),
    Row(
        ("followup_coverage",),
        N_("How many leads each person has"),
        (
            Remedy("followup.load", N_("Give each person more or fewer leads")),
            Remedy("followup.automate", N_("Let the CRM make the follow-up tasks")),
        ),
        ("load",),
    ),
    Row(
        ("churn_rate", "retention_rate", "renewal_rate", "revenue_churn", "grr", "nrr"),
        N_("What lost customers have in common"),
        (
            Remedy("churn.loyalty", N_("Send loyalty codes and mark milestones of long customers")),
            Remedy("churn.personal", N_("Write personally, by what each customer bought")),
            Remedy("churn.feedback", N_("Ask for feedback before the renewal")),
            Remedy("churn.support", N_("Let sales and support tell each other what they hear")),
        ),
        (),
        (Lacking(N_("churn by segment, reason and tenure"), ("purchase", "subscription")),),
    ),
    Row(
        ("repeat_rate",),
        N_("The time since the first purchase"),
        (
            Remedy("repeat_rate.code", N_("Send a discount code for the next order")),
            Remedy("repeat_rate.mail", N_("Write by what was bought before")),
        ),
        (),
        (Lacking(N_("the days to a second order"), ("purchase",)),),
    ),
    Row(
        ("clv",),
        N_("Value, frequency and lifespan"),
        (
            Remedy("clv.tier", N_("Offer a subscription or a higher tier")),
            Remedy("clv.lifetime", N_("Keep customers longer")),
        ),
        (),
        (Lacking(N_("which of the three changed"), ("purchase",)),),
    ),
    Row(
        ("cac", "cpl", "cost_per_sale"),
        N_("By campaign"),
        (
            Remedy("cac.sources", N_("Move spend to the cheaper sources")),
            Remedy("cac.qualified", N_("Target qualified leads and automate the rest")),
            Remedy("cac.pause", N_("Pause campaigns whose cost per sale is above the deal size")),
        ),
        (),
        (Lacking(N_("the cost by campaign"), ("spend", "campaign")),),
    ),
    Row(
        # New customers are counted from the same deals.
        ("new_revenue", "revenue", "quota_attainment", "new_customers"),
        N_("How far the open deals reach, and the pace"),
        (
            Remedy("revenue.score", N_("Score leads and call the best first")),
            Remedy("revenue.strategic", N_("Work on the strategic leads")),
            Remedy("revenue.meetings", N_("Set the number of deals and meetings it takes a week")),
        ),
        ("coverage", "by:source", "by:owner"),
    ),
    Row(
        ("net_new_revenue",),
        N_("What troubles new customers at first"),
        (Remedy("net_new.onboarding", N_("Find and mend what goes wrong at the start")),),
        (),
        (Lacking(N_("tickets of the first 90 days"), ("ticket",)),),
    ),
    Row(
        ("upsell_rate",),
        N_("By content, person and segment"),
        (
            Remedy("upsell.repeat", N_("Repeat what works elsewhere")),
            Remedy("upsell.workflow", N_("Change when and how the offer is made")),
            Remedy("upsell.signals", N_("Offer when signs of retention show")),
        ),
        (),
        (Lacking(N_("the rate by segment"), ("subscription",)),),
    ),
    Row(
        ("resolution_time",),
        N_("By agent and topic"),
        (
            Remedy("resolution.train", N_("Give training and tools to where it takes longest")),
            Remedy("resolution.faq", N_("Answer the common questions on a page")),
        ),
        (),
        (Lacking(N_("the time by agent and topic"), ("ticket",)),),
    ),
    Row(
        ("csat", "nps"),
        N_("What the least satisfied say"),
        (
            Remedy("nps.contact", N_("Call those who gave the lowest scores and mend the causes")),
            Remedy("nps.survey", N_("Ask after each purchase")),
        ),
        (),
        (Lacking(N_("themes and the share that answers"), ("survey_answer",)),),
    ),
    Row(
        ("service_requests",),
        N_("The most common topics"),
        (Remedy("requests.guide", N_("Write a page of answers and a product guide")),),
        (),
        (Lacking(N_("the topics"), ("ticket",)),),
    ),
    Row(
        ("crm_adoption", "data_quality"),
        N_("Who, and which fields"),
        (
            Remedy("adoption.train", N_("Train those who use it least")),
            Remedy("adoption.page", N_("Show what good data looks like")),
            Remedy("adoption.automate", N_("Let the CRM fill in what it can know")),
        ),
        (),
        (Lacking(N_("use by person"), ("activity",)),),
    ),
)  # fmt: skip

_BY_METRIC = {metric: row for row in ROWS for metric in row.metrics}
_BY_ID = {one.id: one for row in (ANY, *ROWS) for one in row.remedies}


def rows(metric: str) -> Iterator[Row]:
    """Yield what there is to try for a metric, its own before what holds for all."""
    if metric in _BY_METRIC:
        yield _BY_METRIC[metric]
    yield ANY


def find(remedy_id: str | None) -> Remedy | None:
    """Return a remedy by its id, None for none of ours."""
    return _BY_ID.get(remedy_id or "")


def metrics_of(remedy_id: str | None) -> tuple[str, ...]:
    """Return the metrics that an action is suggested for, none for one of nobody's."""
    found = (row.metrics for row in ROWS if any(one.id == remedy_id for one in row.remedies))
    return next(found, ())
