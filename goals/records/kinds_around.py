"""The kinds of record around selling: what was done, asked for, paid, spent, reached and set."""

from goals.records import commerce, company, marketing, service
from goals.records.field import Field
from goals.records.kind import Kind, dates, refers, texts

_CURRENCY = Field("currency", "code")
_ON = Field("on", "date", "day", required=True)
_AT = Field("at", "instant", required=True)
_AMOUNT = Field("amount", "money", required=True)
#: An instant under `at` is counted on its day.
_ON_ITS_DAY = (("at", "day"),)


def _customer(*, required: bool = False) -> Field:
    return Field("customer", "reference", "account_id", required=required, refers_to="account")


CAMPAIGN = Kind(
    "campaign",
    marketing.Campaign,
    (
        Field("name", required=True),
        *dates("started_on ended_on"),
        Field("budget", "money"),
        _CURRENCY,
    ),
    key=("name",),
    named=True,
    counted=("started_on", "ended_on"),
)
CAMPAIGN_MEMBER = Kind(
    "campaign_member",
    marketing.CampaignMember,
    (
        refers("campaign", required=True),
        refers("lead", required=True),
        Field("responded_on", "date"),
    ),
    counted=("responded_on",),
    happens=("responded_on",),
)
ACTIVITY = Kind(
    "activity",
    service.Activity,
    (
        Field("kind", required=True),
        _AT,
        refers("deal"),
        refers("lead"),
        refers("contact"),
        refers("owner"),
        Field("outcome"),
        Field("direction", "word", words=service.DIRECTIONS),
    ),
    counted=("day",),
    happens=("day",),
    local=_ON_ITS_DAY,
)
TICKET = Kind(
    "ticket",
    service.Ticket,
    (
        Field("opened_at", "instant", required=True),
        *(Field(name, "instant") for name in ("first_reply_at", "solved_at", "reopened_at")),
        Field("waiting_hours", "number", least=0),
        refers("owner"),
        refers("account"),
        *texts("topic priority status"),
    ),
    counted=("opened_on", "solved_on"),
    happens=("opened_on", "solved_on"),
    local=(("opened_at", "opened_on"), ("solved_at", "solved_on")),
)
PURCHASE = Kind(
    "purchase",
    commerce.Purchase,
    (
        _customer(required=True),
        _ON,
        _AMOUNT,
        _CURRENCY,
        Field("quantity", "number"),
        refers("product"),
        refers("campaign"),
        Field("refund", "boolean", "is_refund"),
    ),
    counted=("day",),
    happens=("day",),
)
SUBSCRIPTION = Kind(
    "subscription",
    commerce.Subscription,
    (
        _customer(required=True),
        Field("started_on", "date", required=True),
        Field("mrr", "money", required=True),
        _CURRENCY,
        *dates("ended_on due_on renewed_on"),
        Field("plan"),
        Field("seats", "integer", least=0),
    ),
    counted=("started_on", "ended_on", "due_on", "renewed_on"),
    happens=("started_on", "ended_on"),
)
SPEND = Kind(
    "spend",
    marketing.Spend,
    (
        _ON,
        _AMOUNT,
        _CURRENCY,
        refers("campaign"),
        Field("category", "word", words=marketing.CATEGORIES),
    ),
    counted=("day",),
    happens=("day",),
)
SURVEY_ANSWER = Kind(
    "survey_answer",
    service.SurveyAnswer,
    (
        _AT,
        Field("score", "number", required=True),
        Field("scale", "scale"),
        Field("kind", "word", words=service.SURVEYS),
        _customer(),
        Field("comment"),
    ),
    counted=("day",),
    happens=("day",),
    local=_ON_ITS_DAY,
)
QUOTA = Kind(
    "quota",
    company.Quota,
    (
        refers("owner", required=True),
        Field("from", "date", "first_day", required=True),
        Field("to", "date", "last_day", required=True),
        _AMOUNT,
        _CURRENCY,
    ),
    counted=("first_day", "last_day"),
)
EMAIL_EVENT = Kind(
    "email_event",
    marketing.EmailEvent,
    (
        _AT,
        Field("kind", "word", required=True, words=marketing.MAILS),
        *texts("message recipient"),
    ),
    counted=("day",),
    happens=("day",),
    local=_ON_ITS_DAY,
)
WEB_VISIT = Kind(
    "web_visit",
    marketing.WebVisit,
    (
        _ON,
        *(Field(name, "integer", least=0) for name in ("visitors", "visits")),
        Field("source"),
    ),
    counted=("day",),
    happens=("day",),
)
EXPENSE = Kind(
    "expense",
    company.Expense,
    (_ON, _AMOUNT, _CURRENCY, Field("category")),
    counted=("day",),
    happens=("day",),
)
HOLIDAY = Kind("holiday", company.Holiday, (_ON, *texts("country name")))

#: A kind stands after the kinds that it mostly refers to.
AROUND = (CAMPAIGN, CAMPAIGN_MEMBER, ACTIVITY, TICKET, PURCHASE, SUBSCRIPTION, SPEND) + (
    SURVEY_ANSWER,
    QUOTA,
    EMAIL_EVENT,
    WEB_VISIT,
    EXPENSE,
    HOLIDAY,
)
