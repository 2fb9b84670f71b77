"""Checks of the shared words: teams that mean different things, and who has signed."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from goals.words import N_, Message
from strategy.worksheets import fields, library
from strategy.worksheets.book import Book, Row, short
from strategy.worksheets.content import catalogue_id
from strategy.worksheets.rules import sales_process, sameness
from strategy.worksheets.rules.finding import Finding
from strategy.worksheets.setting import Setting

SECTION = "terms"
ANSWERS = f"{SECTION}.answers"
SIGNATURE = f"{SECTION}.signature"
STAGES = f"{SECTION}.stages"
#: Both texts of a conflict are quoted up to so many characters.
QUOTED = 160


@dataclass(frozen=True)
class Term:
    """A word: the page of its agreed text, the field of that text, and that of the answers."""

    page: str
    agreed: str
    answer: str


TERMS = (
    Term("lead", "def_lead", "lead_means"),
    Term("opportunity", "def_opportunity", "opportunity_means"),
    Term("contact", "def_contact", "contact_means"),
    Term("customer", "def_customer", "customer_means"),
    Term("stages", "deal_stages", "stages_used"),
    Term("pipeline", "pipeline_picture", "pipeline_looks"),
    Term("qualified", "qualified_lead_rule", "qualified_when"),
    Term("scoring", "lead_scoring_used", "scoring_used"),
    Term("handoff", "handoff_rule", "handed_over_when"),
)
#: A picture is painted differently by everybody; its words are compared by people only.
PICTURES = frozenset({"pipeline"})


def findings(book: Book, setting: Setting) -> list[Finding]:
    """Return what there is to say about the section's answers."""
    rows = [row for row in book.of(ANSWERS) if row.value.get("team_name")]
    found: list[Finding] = []
    if not settled(book):
        for term in TERMS:
            found += _conflict(term, rows, book)
    found += _lacking(rows, book, {one.question for one in found})
    found += _unsigned(rows, book)
    found += _stages(book)
    return found


def settled(book: Book) -> bool:
    """Tell whether the agreed texts are complete and every team that answered has signed them."""
    rows = [row for row in book.of(ANSWERS) if row.value.get("team_name")]
    return bool(rows) and agreed(book) and all(_signed(row, book) for row in rows)


def agreed(book: Book) -> bool:
    """Tell whether every word has its agreed text."""
    return all(book.value(f"{SECTION}.{one.page}.{one.agreed}") for one in TERMS)


def _signed(row: Row, book: Book) -> bool:
    return fields.day_of(row.value.get("sign_off_date")) is not None and not _later(row, book)


def _later(row: Row, book: Book) -> str | None:
    """Return the page of an agreed text that was changed after a team had signed."""
    day = fields.day_of(row.value.get("sign_off_date"))
    for term in TERMS:
        one = book.row(library.worksheets().find(f"{SECTION}.{term.page}"))
        if day and one is not None and one.updated_at and one.updated_at.date() > day:
            return term.page
    return None


def _conflict(term: Term, rows: list[Row], book: Book) -> Iterator[Finding]:
    said = {row.item: _text(row.value.get(term.answer)) for row in rows}
    said = {item: text for item, text in said.items() if text}
    groups = [] if term.page in PICTURES else _groups(term, said)
    if len(groups) < 2:
        return
    teams = {row.item: short(str(row.value["team_name"]), 40) for row in rows}
    evidence = "; ".join(
        f"{', '.join(teams[item] for item in group)}: {_quoted(term, said[group[0]])}"
        for group in groups
    )
    asked = library.worksheets().find(f"{SECTION}.{term.page}")
    fix = N_("Write the text that all teams can work with.")
    if book.value(f"{asked.address}.{term.agreed}"):
        fix = N_("Let each team sign the agreed text, or change it until they do.")
    yield Finding(
        rule="terms-differ",
        severity="weak",
        message=Message(
            N_("%(term)s: the teams' answers differ."),
            {"term": Message(catalogue_id(asked.question.short))},
        ),
        fix=Message(fix),
        question=asked.address,
        field=term.agreed,
        evidence=evidence,
    )


def _text(value: object) -> str:
    if isinstance(value, list):
        return "\n".join(str(one) for one in value)
    return str(value or "")


def _quoted(term: Term, text: str) -> str:
    return short(text.replace("\n", ", "), QUOTED)


def _groups(term: Term, said: Mapping[str, str]) -> list[list[str]]:
    """Return the teams that say the same together; whoever does not know contradicts nobody."""
    if term.page == "scoring":
        kept = {item: text for item, text in said.items() if text != "unsure"}
        return [
            [item for item in kept if kept[item] == one] for one in dict.fromkeys(kept.values())
        ]
    return sameness.groups(dict(said))


def _lacking(rows: list[Row], book: Book, told: set[str]) -> Iterator[Finding]:
    """Once two teams have told what a word means to them, it needs a text for all."""
    for term in TERMS:
        asked = library.worksheets().find(f"{SECTION}.{term.page}")
        answered = sum(bool(row.value.get(term.answer)) for row in rows)
        if asked.address in told:
            continue
        if answered > 1 and not book.value(f"{asked.address}.{term.agreed}"):
            yield Finding(
                rule="terms-agree",
                severity="weak",
                message=Message(
                    N_("%(term)s: the teams have answered, and there is no agreed text yet."),
                    {"term": Message(catalogue_id(asked.question.short))},
                ),
                fix=Message(N_("Write the text that all teams can work with.")),
                question=asked.address,
                field=term.agreed,
            )


def _unsigned(rows: list[Row], book: Book) -> Iterator[Finding]:
    """A signature is missed once there is something to sign."""
    if not agreed(book):
        return
    for row in rows:
        if _signed(row, book):
            continue
        team = short(str(row.value["team_name"]), 40)
        changed = _later(row, book)
        text = N_("%(team)s has not signed the agreed texts.")
        params: dict[str, object] = {"team": team}
        if changed is not None:
            text = N_("“%(term)s” was changed after %(team)s had signed.")
            asked = library.worksheets().find(f"{SECTION}.{changed}")
            params["term"] = Message(catalogue_id(asked.question.short))
        yield Finding(
            rule="terms-sign",
            severity="warn",
            message=Message(text, params),
            fix=Message(N_("Read the nine texts with the team, and enter the day.")),
            question=SIGNATURE,
            item=row.item,
            field="sign_off_date",
            evidence=str(row.value["sign_off_date"]) if changed is not None else None,
        )


def _stages(book: Book) -> Iterator[Finding]:
    """The agreed stages are those of the sales process."""
    listed = book.value(f"{STAGES}.deal_stages") or []
    process = [
        str(row.value["name"]) for row in book.of(sales_process.STAGES) if row.value.get("name")
    ]
    if not listed or not process:
        return
    left = [one for one in process if not any(sameness.same(one, other) for other in listed)]
    over = [one for one in listed if not any(sameness.same(one, other) for other in process)]
    if left or over:
        yield Finding(
            rule="terms-stages",
            severity="warn",
            message=Message(N_("The agreed stages are not those of your sales process.")),
            fix=Message(N_("Change the list here, or the stages there.")),
            question=STAGES,
            field="deal_stages",
            evidence=", ".join(short(one, 40) for one in [*left, *over]),
        )
