"""Checks of the sales process: chances that rise, an end, limits, and the stages of the CRM."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import pairwise
from typing import Any

from goals.words import N_, Message
from strategy.worksheets import figures
from strategy.worksheets.book import Book, Row, short
from strategy.worksheets.rules.finding import Finding
from strategy.worksheets.setting import Setting

SECTION = "sales_process"
STAGES = f"{SECTION}.stages"
RULES = f"{SECTION}.rules"
ODDS = f"{SECTION}.odds"
CRM = f"{SECTION}.crm"

CERTAIN = Decimal(100)
#: So many stages of the CRM are named at once.
MOST_NAMED = 8


def findings(book: Book, setting: Setting) -> list[Finding]:
    """Return what there is to say about the section's answers."""
    rows = [row for row in book.of(STAGES) if row.value.get("name")]
    return [
        *_falling(rows),
        *_ends(rows),
        *(one for row in rows for one in _stage(row)),
        *_twice(rows),
        *_unmapped(rows, setting),
    ]


def order(values: Mapping[str, Any], setting: Setting, book: Book) -> Message | None:
    """Return which of how many a stage is: its place in the list.

    None where another stage says the very same, so that nobody can tell which one is meant.
    """
    own = _written(values)
    rows = book.of(STAGES)
    places = [place for place, row in enumerate(rows, 1) if _written(row.value) == own]
    if len(places) != 1:
        return None
    text = N_("Stage %(number)s of %(count)s")
    return Message(text, {"number": places[0], "count": len(rows)})


COMPUTED = {f"{STAGES}.order": order}


def _written(values: Mapping[str, Any]) -> dict[str, Any]:
    return {key: one for key, one in values.items() if key != "order" and one not in ("", [], None)}


def chance(row: Row) -> Decimal | None:
    """Return a stage's chance in percent, None where none is written or understood."""
    typed = row.value.get("probability")
    figure = figures.parse(typed) if isinstance(typed, str) else None
    return None if figure is None else figure.value


def is_open(row: Row) -> bool:
    """Tell whether a deal is still open in a stage; nobody having said, it is."""
    return row.value.get("outcome") in (None, "", "open")


def _called(row: Row) -> str:
    return short(str(row.value["name"]), 40)


def _falling(rows: Sequence[Row]) -> Iterator[Finding]:
    known = [(row, chance(row)) for row in rows if is_open(row) and chance(row) is not None]
    for (before, high), (row, low) in pairwise(known):
        assert high is not None and low is not None
        if low < high:
            yield Finding(
                rule="stage-falls",
                severity="weak",
                message=Message(
                    N_("“%(stage)s” is less likely to be won than the stage before it."),
                    {"stage": _called(row)},
                ),
                fix=Message(N_("Change a chance, or the order of the stages.")),
                question=ODDS,
                item=row.item,
                field="probability",
                evidence=f"{_called(before)} {figures.plain(high)}%, "
                f"{_called(row)} {figures.plain(low)}%",
            )


def _ends(rows: Sequence[Row]) -> Iterator[Finding]:
    """The first stage is open, the last one is an end, and nothing is open after an end."""
    if len(rows) < 2:
        return
    if not is_open(rows[0]):
        yield _end(
            "stage-first",
            rows[0],
            N_("The first stage is an end already."),
            N_("Begin with a stage in which the deal is open."),
        )
    if is_open(rows[-1]):
        yield _end(
            "stage-last",
            rows[-1],
            N_("The process has no end: the deal is still open in the last stage."),
            N_("Add a stage for won or lost, or say that deals end here."),
        )
    for before, row in pairwise(rows[1:]):
        if not is_open(before) and is_open(row):
            yield _end(
                "stage-after",
                row,
                N_("A deal is open here, although it ended in the stage before."),
                N_("Move this stage up, before the end."),
            )


def _end(rule: str, row: Row, text: str, fix: str) -> Finding:
    return Finding(
        rule=rule,
        severity="weak",
        message=Message(text),
        fix=Message(fix),
        question=ODDS,
        item=row.item,
        field="outcome",
        evidence=_called(row),
    )


def _stage(row: Row) -> Iterator[Finding]:
    yield from _odds(row)
    if not row.value.get("entry_criteria"):
        yield Finding(
            rule="stage-entry",
            severity="warn",
            message=Message(
                N_("Nothing says when a deal comes into “%(stage)s”."), {"stage": _called(row)}
            ),
            fix=Message(N_("Write what must be true, so that a colleague could check it.")),
            question=RULES,
            item=row.item,
            field="entry_criteria",
        )
    if is_open(row) and not row.value.get("max_age_days"):
        yield Finding(
            rule="stage-age",
            severity="warn",
            message=Message(
                N_("“%(stage)s” has no longest stay, so no deal ever stalls in it."),
                {"stage": _called(row)},
            ),
            fix=Message(N_("Write after how many days its owner should be asked.")),
            question=ODDS,
            item=row.item,
            field="max_age_days",
        )


def _odds(row: Row) -> Iterator[Finding]:
    one = chance(row)
    text, fix = None, N_("Check the number.")
    if one is None:
        return
    if not 0 <= one <= CERTAIN:
        text = N_("A chance lies between 0%% and 100%%.")
    elif is_open(row) and one == CERTAIN:
        text = N_("A deal that is still open is not certain.")
        fix = N_("Write a chance below 100%%, or say that the deal is won here.")
    elif row.value.get("outcome") == "won" and one != CERTAIN:
        text = N_("A won deal counts in full.")
        fix = N_("Write 100%%.")
    elif row.value.get("outcome") == "lost" and one != 0:
        text = N_("A lost deal no longer counts.")
        fix = N_("Write 0%%.")
    if text is not None:
        yield Finding(
            rule="stage-chance",
            severity="weak" if 0 <= one <= CERTAIN else "fail",
            message=Message(text),
            fix=Message(fix),
            question=ODDS,
            item=row.item,
            field="probability",
            evidence=f"{_called(row)} {figures.plain(one)}%",
        )


def _twice(rows: Sequence[Row]) -> Iterator[Finding]:
    holders: dict[str, Row] = {}
    for row in rows:
        for stage in row.value.get("crm_stage_ids") or ():
            if stage in holders:
                yield Finding(
                    rule="stage-twice",
                    severity="weak",
                    message=Message(
                        N_("A stage of the CRM stands for two of yours: %(first)s, %(second)s."),
                        {"first": _called(holders[stage]), "second": _called(row)},
                    ),
                    fix=Message(N_("Take it out of one of them.")),
                    question=CRM,
                    item=row.item,
                    field="crm_stage_ids",
                    evidence=short(str(stage)),
                )
            else:
                holders[stage] = row


def _unmapped(rows: Sequence[Row], setting: Setting) -> Iterator[Finding]:
    """While a CRM is connected, each of its stages should belong to one of ours."""
    mapped = {stage for row in rows for stage in row.value.get("crm_stage_ids") or ()}
    left = [stage for stage in setting.stages if stage not in mapped]
    if not rows or not left:
        return
    text = N_("A CRM is connected, but no stage of it belongs to one of yours yet.")
    if mapped & set(setting.stages):
        text = N_("Some stages of the CRM belong to none of yours.")
    named = ", ".join(left[:MOST_NAMED]) + (" \u2026" if len(left) > MOST_NAMED else "")
    yield Finding(
        rule="stage-unmapped",
        severity="warn",
        message=Message(text),
        fix=Message(N_("Tick them at the stage that means the same.")),
        question=STAGES,
        item=None,
        evidence=named,
    )
