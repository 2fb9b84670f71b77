"""Checks of what the teams need from a CRM: everybody asked, and somebody for each must-have."""

from collections.abc import Iterator, Mapping

from goals.words import N_, Message
from strategy.worksheets.book import Book, Row, short
from strategy.worksheets.rules import marks
from strategy.worksheets.rules.finding import Finding
from strategy.worksheets.setting import Setting

SECTION = "crm_needs"
NEEDS = f"{SECTION}.requirements"
REASON = f"{SECTION}.reason"
WEIGHING = f"{SECTION}.weighing"
MUST = "must"

#: The three teams that a CRM is for.
TEAMS = {"sales": N_("Sales"), "marketing": N_("Marketing"), "service": N_("Service")}
#: What a need weighs as long as nobody says otherwise.
WEIGHTS = {"must": 5, "should": 3, "could": 1}
#: A shorter list can be made of must-haves alone.
FEW = 5


def findings(book: Book, setting: Setting) -> list[Finding]:
    """Return what there is to say about the section's answers."""
    rows = needs(book)
    found: list[Finding] = []
    seen: set[str] = set()
    for row in rows:
        found += [*_owner(row, setting), *_team(row, setting), *_twice(row, seen)]
    return [*found, *_must(rows), *_asked(rows)]


def needs(book: Book) -> list[Row]:
    """Return the needs that say something."""
    return [row for row in book.of(NEEDS) if row.value.get("requirement")]


def weight(value: Mapping[str, object]) -> int:
    """Return what a need weighs: as chosen, else by how badly it is needed."""
    chosen = str(value.get("weight") or "")
    if chosen in ("1", "2", "3", "4", "5"):
        return int(chosen)
    return WEIGHTS.get(str(value.get("priority")), WEIGHTS["could"])


def has_owner(row: Row) -> bool:
    """Tell whether a team and one of its people stand behind a need."""
    team = row.value.get("team")
    return bool(team and row.value.get("owner"))


def _owner(row: Row, setting: Setting) -> Iterator[Finding]:
    if row.value.get("priority") == MUST and not has_owner(row) and setting.members:
        yield Finding(
            rule="need-owner",
            severity="fail",
            message=Message(N_("Nobody speaks for this must-have.")),
            fix=Message(N_("Choose somebody of the team that needs it and will try it.")),
            question=REASON,
            item=row.item,
            field="owner",
            evidence=short(str(row.value["requirement"])),
        )


def _team(row: Row, setting: Setting) -> Iterator[Finding]:
    other = row.value.get("team") == "other" and not row.value.get("other_team")
    if other and setting.teams:
        yield Finding(
            rule="need-team",
            severity="weak",
            message=Message(N_("The need does not say which team has it.")),
            fix=Message(N_("Choose the team.")),
            question=NEEDS,
            item=row.item,
            field="other_team",
            evidence=short(str(row.value["requirement"])),
        )


def _twice(row: Row, seen: set[str]) -> Iterator[Finding]:
    plain = marks.plain(str(row.value["requirement"]))
    if plain in seen:
        yield Finding(
            rule="need-twice",
            severity="weak",
            message=Message(N_("This need stands in the list twice.")),
            fix=Message(N_("Remove one, so that it does not count double.")),
            question=NEEDS,
            item=row.item,
            field="requirement",
            evidence=short(str(row.value["requirement"])),
        )
    seen.add(plain)


def _must(rows: list[Row]) -> Iterator[Finding]:
    musts = [row for row in rows if row.value.get("priority") == MUST]
    if rows and not musts:
        yield _list_finding(
            "need-must",
            Message(N_("No need is a must-have yet.")),
            Message(N_("Say what a system must be able to do, or every system will do.")),
        )
    if len(rows) > FEW and len(musts) == len(rows):
        yield _list_finding(
            "need-all",
            Message(N_("All %(count)s needs are must-haves."), {"count": len(rows)}),
            Message(N_("Keep those without which you would not buy. The others are a wish.")),
        )


def _asked(rows: list[Row]) -> Iterator[Finding]:
    asked = {row.value.get("team") for row in rows}
    for team, name in TEAMS.items():
        if rows and team not in asked:
            yield _list_finding(
                "need-asked",
                Message(N_("%(team)s has no need in the list."), {"team": Message(name)}),
                Message(N_("Ask the team what it would use every day.")),
            )


def _list_finding(rule: str, message: Message, fix: Message) -> Finding:
    return Finding(rule=rule, severity="warn", message=message, fix=fix, question=NEEDS, item=None)
