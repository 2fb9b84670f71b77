"""The language of custom metrics: what it reads, what it refuses and where, and what comes out."""

import random
from decimal import Decimal

import pytest

from goals import words
from goals.metrics import catalogue
from goals.metrics.custom import metric as custom
from goals.metrics.custom.faults import Fault
from goals.metrics.custom.syntax import parse
from goals.metrics.custom.units import Sort
from goals.metrics.custom.value import value_of


def read(text):
    return custom.read(text, catalogue.resolve)


def value(text, **known):
    """The value of an expression, its metrics given by name."""
    given = {name: None if one is None else Decimal(str(one)) for name, one in known.items()}
    return value_of(parse(text), given)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1 + 2 * 3", 7),
        ("(1 + 2) * 3", 9),
        ("10 - 4 - 3", 3),
        ("24 / 4 / 3", 2),
        ("2 - -3", 5),
        ("-(2 + 3) * 4", -20),
        ("- - 2", 2),
        ("0.1 + 0.2", "0.3"),
        (".5 * 4", 2),
        ("6 × 7 ÷ 2 − 1", 20),
        ("min(3, 1, 2) + max(3, 1, 2) + abs(-4)", 8),
        ("coalesce(a, 7)", 7),
        ("coalesce(b, 7)", 5),
        ("coalesce(a, a)", None),
        ("a + 1", None),
        ("-a", None),
        ("min(a, 1)", None),
        ("1 / 0.0", None),
        ("b / (b - 5)", None),
        ("coalesce(1 / (b - 5), 0)", 0),
    ],
)
def test_values_follow_the_rules_of_arithmetic_and_of_no_data(text, expected):
    found = value(text, a=None, b=5)
    assert found == (None if expected is None else Decimal(str(expected)))


def written(rng, depth, known):
    """A random expression, and the value that Decimals written out one by one give for it."""
    if depth == 0 or rng.random() < 0.2:
        if rng.random() < 0.5:
            name = rng.choice(sorted(known))
            return name, known[name]
        number = Decimal(rng.randrange(0, 2000)) / 100
        return f"{number}", number
    kind = rng.choice(["+", "-", "*", "/", "neg", "min", "max", "coalesce", "abs"])
    left, one = written(rng, depth - 1, known)
    if kind == "neg":
        return f"-({left})", None if one is None else Decimal(0) - one
    if kind == "abs":
        return f"abs({left})", None if one is None else one if one >= 0 else Decimal(0) - one
    right, two = written(rng, depth - 1, known)
    if kind == "coalesce":
        return f"coalesce({left}, {right})", two if one is None else one
    text = f"{kind}({left}, {right})" if kind in ("min", "max") else f"({left}) {kind} ({right})"
    if one is None or two is None or (kind == "/" and two == 0):
        return text, None
    sums = {
        "+": lambda: one.__add__(two),
        "-": lambda: one.__sub__(two),
        "*": lambda: one.__mul__(two),
        "/": lambda: one.__truediv__(two),
        "min": lambda: sorted((one, two))[0],
        "max": lambda: sorted((one, two))[1],
    }
    return text, sums[kind]()


def test_random_expressions_have_the_value_that_decimals_give():
    rng = random.Random(28)
    known = {"a": Decimal("3.25"), "b": Decimal("-17"), "zero": Decimal(0), "gone": None}
    values: list[Decimal | None] = []
    for _number in range(3000):
        text, expected = written(rng, rng.randrange(1, 5), known)
        found = value_of(parse(text), known)
        assert found == expected, text
        values.append(found)
    assert values.count(None) > 100 and len(values) - values.count(None) > 500


@pytest.mark.parametrize(
    ("text", "unit", "kind"),
    [
        ("revenue", "money", "flow"),
        ("revenue + new_revenue", "money", "flow"),
        ("revenue * 1.07", "money", "flow"),
        ("-revenue / 2", "money", "flow"),
        ("coalesce(revenue, 0)", "money", "flow"),
        ("revenue - 5000", "money", "ratio"),
        ("max(revenue, new_revenue)", "money", "ratio"),
        ("abs(revenue)", "money", "ratio"),
        ("coalesce(revenue, new_revenue)", "money", "ratio"),
        ("revenue + forecast", "money", "stock"),
        ("forecast - 1", "money", "stock"),
        ("revenue / new_revenue", "rate", "ratio"),
        ("revenue / leads_new", "money", "ratio"),
        ("revenue * win_rate", "money", "ratio"),
        ("revenue / win_rate", "money", "ratio"),
        ("revenue * leads_new", "money", "ratio"),
        ("revenue / sales_cycle", "money", "ratio"),
        ("contracts_signed / leads_new", "number", "ratio"),
        ("contracts_signed / leads_new + win_rate", "rate", "ratio"),
        ("leads_new * win_rate", "count", "ratio"),
        ("leads_new / win_rate", "count", "ratio"),
        ("leads_new + contracts_signed", "count", "flow"),
        ("leads_new / sales_cycle", "number", "ratio"),
        ("1 - churn_rate", "rate", "ratio"),
        ("1 / churn_rate", "number", "ratio"),
        ("win_rate / churn_rate", "number", "ratio"),
        ("nrr - grr", "rate", "ratio"),
        ("sales_cycle + stage_length", "days", "duration"),
        ("sales_cycle * 2", "days", "duration"),
        ("open_deals(measure=value) / revenue", "rate", "ratio"),
        ("win_rate_created - win_rate(basis=closed)", "rate", "ratio"),
        ("nps(scale=0-10) * 1", "score", "score"),
    ],
)
def test_units_and_kinds_are_worked_out(text, unit, kind):
    found = read(text).sort
    assert (found.unit, found.kind) == (unit, kind)


@pytest.mark.parametrize(
    ("text", "code", "wrong"),
    [
        ("", "expression_ends", ""),
        ("revenue +", "expression_ends", ""),
        ("(revenue", "expression_ends", ""),
        ("revenue revenue", "expression_unexpected", "revenue"),
        ("revenue)", "expression_unexpected", ")"),
        ("* revenue", "expression_unexpected", "*"),
        ("revenue * 1,200", "expression_unexpected", ","),
        ("revenue % 2", "expression_character", "%"),
        ("revenue ** 2", "expression_unexpected", "*"),
        ("revenue.__class__", "expression_character", "."),
        ("__import__('os')", "expression_character", "'"),
        ("revenue * 1234567890123456789", "expression_number", "1234567890123456789"),
        ("min(revenue)", "expression_arguments", "min(revenue)"),
        ("abs(revenue, 1)", "expression_arguments", "abs(revenue, 1)"),
        ("win_rate(basis)", "expression_unexpected", ")"),
        ("win_rate(basis=)", "expression_unexpected", ")"),
        ("win_rate(1=2)", "expression_unexpected", "1"),
        ("revenue + nonsense", "unknown_metric", "nonsense"),
        ("revenue + milestone", "expression_unfit", "milestone"),
        ("2 * win_rate(basis=wrong)", "param_value", "win_rate(basis=wrong)"),
        ("2 * win_rate(colour=red)", "unknown_param", "win_rate(colour=red)"),
        ("2 + 3", "expression_constant", "2 + 3"),
        ("revenue / 0", "expression_zero", "0"),
        ("revenue / (2 - 2)", "expression_zero", "2 - 2"),
        ("revenue + churn_rate", "unit_mismatch", "churn_rate"),
        ("revenue - leads_new", "unit_mismatch", "leads_new"),
        ("sales_cycle + resolution_time", "unit_mismatch", "resolution_time"),
        ("max(revenue, win_rate)", "unit_mismatch", "win_rate"),
        ("revenue * new_revenue", "unit_mismatch", "new_revenue"),
        ("leads_new / revenue", "unit_mismatch", "revenue"),
        ("1 / revenue", "unit_mismatch", "revenue"),
        ("win_rate / sales_cycle", "unit_mismatch", "sales_cycle"),
        ("revenue / nps", "unit_mismatch", "nps"),
    ],
)
def test_what_makes_no_sense_is_refused_where_it_stands(text, code, wrong):
    with pytest.raises(Fault) as caught:
        read(text)
    fault = caught.value
    assert (fault.code, text[fault.at : fault.end], fault.field) == (code, wrong, "expression")
    said = words.render(fault.message, "en")
    assert said.startswith(f"At character {fault.at + 1}: ") and said.endswith(".")
    assert "%(" not in said


def test_adding_churn_to_revenue_says_both_units_and_a_way_out():
    with pytest.raises(Fault) as caught:
        read("revenue + churn_rate")
    assert words.render(caught.value.message, "en") == (
        "At character 11: churn_rate cannot be added to revenue: one is an amount of money, the"
        " other a rate."
    )
    assert caught.value.fix is not None
    assert words.render(caught.value.fix, "en") == (
        "Only like can be added to like. To scale a number, multiply it by a rate."
    )


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("(" * 30 + "revenue" + ")" * 30, "expression_deep"),
        ("-" * 30 + "revenue", "expression_deep"),
        ("+".join(["revenue"] * 61), "expression_parts"),
        ("revenue" + " " * 1000, "expression_long"),
    ],
)
def test_there_are_limits_to_length_and_depth(text, code):
    with pytest.raises(Fault) as caught:
        read(text)
    assert caught.value.code == code


def test_what_is_within_the_limits_is_read():
    assert read("+".join(["revenue"] * 60)).sort == Sort("money", "flow")
    assert read("(" * 20 + "revenue" + ")" * 20).sort == Sort("money", "flow")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("revenue / leads_new", "Revenue ÷ New leads"),
        ("(revenue - new_revenue) / revenue", "(Revenue − New revenue) ÷ Revenue"),
        ("revenue - (new_revenue - revenue)", "Revenue − (New revenue − Revenue)"),
        ("revenue + (new_revenue + revenue)", "Revenue + New revenue + Revenue"),
        ("-(revenue + new_revenue) * 1200.5", "−(Revenue + New revenue) × 1,200.5"),
        ("win_rate(basis=created) * 2", "Win rate (basis=created) × 2"),
        ("coalesce(revenue, 0)", "(the first known of Revenue, 0)"),
    ],
)
def test_a_formula_is_said_with_the_names_of_its_metrics(text, said):
    assert words.render(read(text).formula, "en") == said


def test_a_quotient_of_likes_may_be_shown_as_a_rate_or_a_number():
    assert read("contracts_signed / leads_new").sort.offered == ("number", "rate")
    assert read("revenue / new_revenue").sort.offered == ("rate", "number")
    assert read("revenue / leads_new").sort.offered == ("money",)
    assert read("win_rate").sort.offered == ("rate",)


def test_the_same_metric_in_two_spellings_of_one_question_is_read_once():
    parts = read("win_rate(basis=created, weight=value) / win_rate(weight=value, basis=created)")
    assert list(parts.parts) == ["win_rate(basis=created, weight=value)"]
