"""Checks of the personas: no protected trait in them, and more than a guess behind them."""

from collections.abc import Iterator

from goals.words import N_, Message
from strategy.worksheets import library, showing
from strategy.worksheets.book import Book, Row, short
from strategy.worksheets.content import WORDY
from strategy.worksheets.rules import traits
from strategy.worksheets.rules.finding import Finding
from strategy.worksheets.setting import Setting

SECTION = "personas"
WHO = f"{SECTION}.who"
EVIDENCE = f"{SECTION}.evidence"


def findings(book: Book, setting: Setting) -> list[Finding]:
    """Return what there is to say about the section's answers."""
    found: list[Finding] = []
    for row in book.of(WHO):
        found += _traits(row)
        if row.value.get("name"):
            found += _evidence(row)
    return found


def _traits(row: Row) -> Iterator[Finding]:
    """Yield a warning for each trait that a text names, with its words."""
    for asked in library.worksheets().sharing(WHO):
        for field in showing.fields(asked, row.value):
            value = row.value.get(field.key)
            if field.kind not in WORDY or not value:
                continue
            text = "\n".join(value) if isinstance(value, list) else str(value)
            for trait, said in traits.found(text).items():
                yield Finding(
                    rule="persona-trait",
                    severity="warn",
                    message=Message(
                        N_("This names a protected trait (%(trait)s)."),
                        {"trait": Message(traits.TRAITS[trait])},
                    ),
                    fix=Message(
                        N_(
                            "Say what the person wants or does instead. Whom you call, score or"
                            " serve may not depend on such a trait."
                        )
                    ),
                    question=asked.address,
                    item=row.item,
                    field=field.key,
                    evidence=", ".join(said),
                )


def _evidence(row: Row) -> Iterator[Finding]:
    sources = row.value.get("source_of_evidence") or []
    if not [one for one in sources if one != "guess"]:
        yield Finding(
            rule="persona-evidence",
            severity="warn",
            message=Message(
                N_("Nothing shows yet that %(name)s is like this."),
                {"name": short(str(row.value["name"]))},
            ),
            fix=Message(N_("Talk to five customers of this kind, and say what you learned.")),
            question=EVIDENCE,
            item=row.item,
            field="source_of_evidence",
        )
