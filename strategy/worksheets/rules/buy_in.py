"""Checks of the buy-in: who has not signed, whose concern has no answer, which team is missing."""

from collections.abc import Iterator

from goals.words import N_, Day, Message
from strategy.worksheets import fields
from strategy.worksheets.book import Book, Row, short
from strategy.worksheets.rules.finding import Finding
from strategy.worksheets.setting import Setting

SECTION = "buy_in"
PEOPLE = f"{SECTION}.people"
STANCE = f"{SECTION}.stance"

#: The teams without which no CRM strategy is carried out, with their words.
TEAMS = {"marketing": N_("Marketing"), "sales": N_("Sales"), "service": N_("Service")}


def findings(book: Book, setting: Setting) -> list[Finding]:
    """Return what there is to say about the section's answers."""
    found: list[Finding] = []
    rows = [row for row in book.of(PEOPLE) if row.value.get("stakeholder")]
    for row in rows:
        found += _answer(row)
        found += _signature(row, setting)
    return [*found, *_teams(rows)]


def _answer(row: Row) -> Iterator[Finding]:
    who = short(str(row.value["stakeholder"]))
    if row.value.get("position") == "opposes" and not row.value.get("answer"):
        concern = row.value.get("concern")
        yield Finding(
            rule="buyin-opposed",
            severity="weak",
            message=Message(
                N_("%(name)s is against the strategy, and nothing is done about it."), {"name": who}
            ),
            fix=Message(N_("Write what you will change, explain or try out.")),
            question=STANCE,
            item=row.item,
            field="answer",
            evidence=short(str(concern)) if concern else None,
        )


def _signature(row: Row, setting: Setting) -> Iterator[Finding]:
    who = short(str(row.value["stakeholder"]))
    signed = fields.day_of(row.value.get("sign_off_date"))
    if signed is None:
        yield Finding(
            rule="buyin-unsigned",
            severity="weak",
            message=Message(
                N_("%(name)s has not signed off: a risk for the strategy."), {"name": who}
            ),
            fix=Message(N_("Ask for a yes, and write down its day.")),
            question=STANCE,
            item=row.item,
            field="sign_off_date",
        )
    elif setting.today is not None and signed > setting.today:
        yield Finding(
            rule="buyin-early",
            severity="weak",
            message=Message(
                N_("%(name)s is to sign off on %(day)s only: a risk until then."),
                {"name": who, "day": Day(signed)},
            ),
            fix=Message(N_("Leave the day empty until the yes has been said.")),
            question=STANCE,
            item=row.item,
            field="sign_off_date",
            evidence=signed.isoformat(),
        )


def _teams(rows: list[Row]) -> Iterator[Finding]:
    heard = {row.value.get("team") for row in rows}
    for team, name in TEAMS.items():
        if rows and team not in heard:
            yield Finding(
                rule="buyin-team",
                severity="warn",
                message=Message(
                    N_("Nobody in the list speaks for this team: %(team)s."),
                    {"team": Message(name)},
                ),
                fix=Message(N_("Add the person there who decides what the team does.")),
                question=PEOPLE,
                item=None,
            )
