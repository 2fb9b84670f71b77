"""Checks of the best customers, and the sentence that says what the largest won deals share."""

from collections.abc import Iterator, Mapping
from typing import Any

from goals import words
from goals.words import N_, DayRange, Message
from strategy.worksheets.book import Book
from strategy.worksheets.rules import sensitive
from strategy.worksheets.rules.finding import Finding
from strategy.worksheets.setting import Setting
from strategy.worksheets.won import Largest, Mark

SECTION = "best_customers"
ATTRIBUTES = f"{SECTION}.attributes"
INTERACTIONS = f"{SECTION}.interactions"

_MARKS = {
    "source": N_("source %(member)s in %(count)s of %(of)s"),
    "product": N_("product %(member)s in %(count)s of %(of)s"),
    "region": N_("region %(member)s in %(count)s of %(of)s"),
    "customer_type": N_("type of customer %(member)s in %(count)s of %(of)s"),
}


def findings(book: Book, setting: Setting) -> list[Finding]:
    """Return what there is to say about the section's answers."""
    return [
        *_traits(book, ATTRIBUTES, "best_customer_attributes"),
        *_traits(book, INTERACTIONS, "best_customer_interactions"),
    ]


def _traits(book: Book, question: str, key: str) -> Iterator[Finding]:
    trait = sensitive.trait("\n".join(book.value(f"{question}.{key}") or []))
    if trait is not None:
        yield Finding(
            rule="best-trait",
            severity="warn",
            message=Message(N_("This sorts people by a trait that the law protects.")),
            fix=Message(N_("Take it out. What somebody does says more about a purchase.")),
            question=question,
            field=key,
            evidence=trait,
        )


def won_deals(values: Mapping[str, Any], setting: Setting, book: Book) -> Message | None:
    """Return what the largest won deals have in common, None where nobody looked."""
    found = setting.won
    return None if found is None else sentence(found)


COMPUTED = {f"{ATTRIBUTES}.won_deals": won_deals}


def sentence(found: Largest) -> Message:
    """Return in one sentence what the largest won deals have in common, with the counts."""
    if not found.total:
        text = N_("No won deals yet from %(days)s. What is written here is then all there is.")
        return Message(text, {"days": DayRange(found.first, found.last)})
    params: dict[str, object] = {
        "count": found.count,
        "total": found.total,
        "amount": words.Money(found.smallest, found.currency) if found.smallest else None,
        "marks": [mark_of(one) for one in found.marks],
    }
    if not found.marks:
        text = N_(
            "No source, product, region or type of customer is known of the %(count)s"
            " largest of %(total)s won deals."
        )
    elif found.few:
        text = N_("Only %(total)s won deals, so this may be chance: %(marks)s.")
    else:
        text = N_("Of the %(count)s largest of %(total)s won deals, from %(amount)s up: %(marks)s.")
    return Message(text, params)


def mark_of(mark: Mark) -> Message:
    """Return a mark with its counts among the largest deals."""
    params = {"member": mark.member, "count": mark.count, "of": mark.of}
    return Message(_MARKS[mark.dimension], params)
