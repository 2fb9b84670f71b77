"""The catalogue of metrics (pure): what each number means, its unit and its better side."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from goals.errors import Refusal
from goals.metrics import others
from goals.words import N_, Message

ZERO, ONE = Decimal(0), Decimal(1)


@dataclass(frozen=True)
class Param:
    """A choice within a metric's definition: its words, the default first.

    `words` is empty for a whole number; its default is then `number` (None: no number).
    """

    name: str
    words: tuple[str, ...] = ()
    number: int | None = None

    @property
    def default(self) -> str | None:
        """Return what holds unless something else is asked for."""
        if self.words:
            return self.words[0]
        return None if self.number is None else str(self.number)


@dataclass(frozen=True)
class Metric:
    """A number that can be read, with everything a reader needs to trust it.

    `unit` is money, rate, count, days, hours, points, number ...; `kind` is flow (adds up
    over days), stock (as of a day's end), ratio, duration or score; `direction` is the
    better side (up, down or neutral). `needs` lists the records it is counted from;
    `is_counted` is False for numbers that people or other systems deliver as readings.
    """

    id: str
    name: Message
    unit: str
    direction: str
    kind: str
    needs: tuple[str, ...]
    formula: Message
    params: tuple[Param, ...] = ()
    version: int = 1
    limits: tuple[Decimal | None, Decimal | None] = (None, None)
    is_counted: bool = True
    note: Message | None = None
    aliases: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def param(self, name: str) -> Param | None:
        """Return a parameter by name, None if the metric has none of that name."""
        return next((one for one in self.params if one.name == name), None)


def _m(text: str) -> Message:
    return Message(text)


COUNTED = (
    Metric(
        "revenue",
        _m(N_("Revenue")),
        "money",
        "up",
        "flow",
        ("deal",),
        _m(N_("Sum of the amounts of deals won, by close date")),
        limits=(ZERO, None),
        aliases={"sales_by_agent": {}, "sales_by_region": {}},
    ),
    Metric(
        "new_customers",
        _m(N_("New customers")),
        "count",
        "up",
        "flow",
        ("deal", "account"),
        _m(N_("Accounts whose first won deal closed in the window")),
        limits=(ZERO, None),
    ),
    Metric(
        "new_revenue",
        _m(N_("New revenue")),
        "money",
        "up",
        "flow",
        ("deal", "account"),
        _m(N_("Amounts won from accounts within %(months)s months of their first won deal")),
        (Param("months", number=6),),
        limits=(ZERO, None),
    ),
    Metric(
        "avg_deal_size",
        _m(N_("Average deal size")),
        "money",
        "up",
        "ratio",
        ("deal",),
        _m(N_("Amounts won divided by deals won that have an amount")),
        (Param("stat", ("mean", "median")),),
        limits=(ZERO, None),
    ),
    Metric(
        "win_rate",
        _m(N_("Win rate")),
        "rate",
        "up",
        "ratio",
        ("deal",),
        _m(N_("Deals won divided by deals closed")),
        (
            Param("basis", ("closed", "all", "created", "created_closed")),
            Param("weight", ("count", "value", "list_value")),
        ),
        limits=(ZERO, ONE),
        aliases={
            "win_rate_created": {"basis": "created"},
            "win_rate_value": {"weight": "value"},
            "close_rate_pipeline": {"basis": "all"},
        },
    ),
    Metric(
        "sales_cycle",
        _m(N_("Sales cycle")),
        "days",
        "down",
        "duration",
        ("deal",),
        _m(N_("Days from a deal's start to its close")),
        (
            Param("stat", ("mean", "median", "p90")),
            Param("outcome", ("won", "lost", "closed")),
            Param("start", ("created", "qualified", "lead")),
        ),
        limits=(ZERO, None),
    ),
    Metric(
        "open_deals",
        _m(N_("Open deals")),
        "count",
        "neutral",
        "stock",
        ("deal", "stage_event"),
        _m(N_("Deals in an open stage at the end of the day")),
        (Param("measure", ("count", "value", "list_value", "age")),),
        limits=(ZERO, None),
    ),
    Metric(
        "leads_new",
        _m(N_("New leads")),
        "count",
        "up",
        "flow",
        ("lead",),
        _m(N_("Leads created in the window")),
        limits=(ZERO, None),
    ),
    Metric(
        "lead_conversion",
        _m(N_("Lead conversion")),
        "rate",
        "up",
        "ratio",
        ("lead",),
        _m(N_("Leads that converted divided by leads created")),
        (Param("mode", ("cohort", "period")), Param("within_days")),
        limits=(ZERO, None),
    ),
)


def _delivered(row: others.Row) -> Metric:
    low, high = others.RANGES.get(row.unit, (ZERO, None))
    return Metric(
        row.id,
        Message(row.name),
        row.unit,
        row.direction,
        row.kind,
        row.needs,
        Message(N_("Entered or imported as readings")),
        limits=(low, high),
        is_counted=False,
    )


METRICS: dict[str, Metric] = {
    one.id: one for one in (*COUNTED, *(_delivered(row) for row in others.ROWS))
}
#: What shows a milestone: no number that is counted, but a person's word. It stands in no list.
MILESTONE = Metric(
    "milestone",
    _m(N_("Done or not done")),
    "done",
    "neutral",
    "stock",
    (),
    _m(N_("Done from the day on which a person says so")),
    limits=(ZERO, ONE),
    is_counted=False,
)
#: Another name -> the metric and the parameters it stands for.
ALIASES: dict[str, tuple[str, Mapping[str, str]]] = {
    alias: (one.id, params) for one in COUNTED for alias, params in one.aliases.items()
}


def find(name: str) -> Metric:
    """Return a metric by its id or another name; raises Refusal `unknown_metric`."""
    word = name.strip()
    found = METRICS.get(ALIASES[word][0] if word in ALIASES else word)
    if word == MILESTONE.id:
        return MILESTONE
    if found is None:
        raise Refusal(
            "unknown_metric",
            N_("There is no metric %(name)s."),
            {"name": name},
            fix=Message(N_("List the metrics to see their ids.")),
            field="metric",
        )
    return found


def resolve(name: str, params: Mapping[str, object]) -> tuple[Metric, dict[str, str]]:
    """Return a metric with all its parameters, the defaults filled in.

    Raises Refusal for a parameter or a word that the metric does not have.
    """
    metric = find(name)
    implied = ALIASES[name.strip()][1] if name.strip() in ALIASES else {}
    given = {**implied, **{key: str(value) for key, value in params.items() if value is not None}}
    for key in given:
        if metric.param(key) is None:
            raise Refusal(
                "unknown_param",
                N_("%(metric)s has no parameter %(param)s."),
                {"metric": metric.id, "param": key},
                field=key,
            )
    full: dict[str, str] = {}
    for one in metric.params:
        value = given.get(one.name, one.default)
        if value is None:
            continue
        _check(metric, one, value)
        full[one.name] = value
    return metric, full


def _check(metric: Metric, param: Param, value: str) -> None:
    if param.words and value not in param.words:
        raise Refusal(
            "param_value",
            N_("%(value)s is not one of %(words)s."),
            {"value": value, "words": ", ".join(param.words)},
            field=param.name,
        )
    if not param.words and not (value.isdecimal() and 0 < int(value) <= 3650):
        raise Refusal(
            "param_value",
            N_("%(param)s is a whole number above zero."),
            {"param": param.name},
            field=param.name,
        )
