"""Answers and their surroundings without a database, for what only reads them."""

from goals.metrics import catalogue
from strategy.worksheets.book import Book, Row
from strategy.worksheets.setting import Setting

ABOUT = Setting(
    currency="THB",
    metrics=catalogue.METRICS,
    members={"1": "Dana", "2": "Nok"},
    names={"1": "Dana", "2": "Nok"},
    teams={"7": "Sales"},
)


def book(answers):
    """Return the answers of {question: {item: values}} in this order."""
    return Book(
        {
            store: tuple(
                Row(store, item, values, version=1, position=place)
                for place, (item, values) in enumerate(rows.items())
            )
            for store, rows in answers.items()
        }
    )
