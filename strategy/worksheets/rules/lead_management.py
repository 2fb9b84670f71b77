"""Checks of lead management: points that can be reached and are fair, and no lead forgotten."""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from goals.words import N_, Message
from strategy.worksheets import figures
from strategy.worksheets.book import Book, Row, short
from strategy.worksheets.rules import sensitive
from strategy.worksheets.rules.finding import Finding
from strategy.worksheets.setting import Setting

SECTION = "lead_management"
SEGMENTS = f"{SECTION}.segments"
SCORES = f"{SECTION}.scores"
THRESHOLD = f"{SECTION}.threshold"
HANDOVER = f"{SECTION}.handover"
DISTRIBUTION = f"{SECTION}.distribution"
RULES = f"{SECTION}.rules"
NURTURE = f"{SECTION}.nurture"
LETTERS = f"{SECTION}.letters"
FOLLOW_UP = f"{SECTION}.follow_up"

#: Where traits of people may stand: the question and its fields.
_TRAITS = (
    (SCORES, ("scored", "scored_why")),
    (RULES, ("rule_condition", "rule_name")),
    (SEGMENTS, ("traits", "segment_name")),
)


def findings(book: Book, setting: Setting) -> list[Finding]:
    """Return what there is to say about the section's answers."""
    scores = [row for row in book.of(SCORES) if row.value.get("scored")]
    return [
        *_traits(book),
        *_reach(scores, number(book, "threshold")),
        *_downwards(scores),
        *_bands(book),
        *_handover(book),
        *_sharing(book),
        *(one for row in book.of(NURTURE) for one in _sequence(row)),
        *(one for row in book.of(FOLLOW_UP) for one in _follow_up(row)),
    ]


def number(book: Book, key: str) -> Decimal | None:
    """Return a number of the page of thresholds, None where none is written or understood."""
    return _number(book.value(f"{THRESHOLD}.{key}"))


def _number(typed: object) -> Decimal | None:
    figure = figures.parse(typed) if isinstance(typed, str) else None
    return None if figure is None else figure.value


def _traits(book: Book) -> Iterator[Finding]:
    """Traits that the law protects are warned about, wherever leads are sorted by them."""
    for question, keys in _TRAITS:
        for row in book.of(question):
            for key in keys:
                said = row.value.get(key) or ""
                trait = sensitive.trait("\n".join(said) if isinstance(said, list) else str(said))
                if trait is None:
                    continue
                yield Finding(
                    rule="lead-trait",
                    severity="warn",
                    message=Message(N_("This sorts people by a trait that the law protects.")),
                    fix=Message(
                        N_("Use what they do or need instead, or take it out and say why not.")
                        if question == SEGMENTS
                        else N_("Take it out. What somebody does says more about a purchase.")
                    ),
                    question=question,
                    item=row.item,
                    field=key,
                    evidence=trait,
                )
                break


def _reach(scores: Sequence[Row], threshold: Decimal | None) -> Iterator[Finding]:
    """The threshold is there, can be reached, and by more than one sign."""
    if scores and threshold is None:
        yield Finding(
            rule="score-threshold",
            severity="weak",
            message=Message(N_("There are points, but no score from which a lead is ready.")),
            fix=Message(N_("Write a threshold. Start with 50 and test it.")),
            question=THRESHOLD,
            field="threshold",
        )
    points = [(row, _number(row.value.get("points"))) for row in scores]
    upwards = [(row, one) for row, one in points if one is not None and one > 0]
    total = sum((one for _, one in upwards), Decimal(0))
    if threshold is None or not upwards:
        return
    if threshold > total:
        text = N_("No lead gets there: all points together come to %(total)s.")
        yield Finding(
            rule="score-reach",
            severity="fail",
            message=Message(text, {"total": figures.plain(total)}),
            fix=Message(N_("Lower the threshold, or give more points.")),
            question=THRESHOLD,
            field="threshold",
            evidence=figures.plain(threshold),
        )
        return
    for row, one in upwards:
        if one >= threshold:
            text = N_("This alone makes a lead ready for sales, whatever else is known.")
            yield Finding(
                rule="score-alone",
                severity="warn",
                message=Message(text),
                fix=Message(N_("If that is meant, leave it. Otherwise give fewer points.")),
                question=SCORES,
                item=row.item,
                field="points",
                evidence=f"{short(str(row.value['scored']))}: {figures.plain(one)}",
            )


def _downwards(scores: Sequence[Row]) -> Iterator[Finding]:
    points = [_number(row.value.get("points")) for row in scores]
    if len(points) > 2 and all(one is not None and one >= 0 for one in points):
        yield Finding(
            rule="score-down",
            severity="warn",
            message=Message(N_("Nothing takes points away, so in time every lead gets there.")),
            fix=Message(N_("Add what speaks against a purchase, such as unsubscribing.")),
            question=SCORES,
            item=None,
            evidence=", ".join(short(str(row.value["scored"]), 40) for row in scores[:5]),
        )


def _bands(book: Book) -> Iterator[Finding]:
    hot, warm = number(book, "threshold"), number(book, "warm_from")
    if hot is not None and warm is not None and warm >= hot:
        yield Finding(
            rule="score-bands",
            severity="weak",
            message=Message(N_("A lead is warm before it is hot, so warm begins lower.")),
            fix=Message(N_("Write a smaller number for warm. Half of hot is usual.")),
            question=THRESHOLD,
            field="warm_from",
            evidence=f"{figures.plain(warm)} \u2265 {figures.plain(hot)}",
        )


def _handover(book: Book) -> Iterator[Finding]:
    begun = any(row.value for row in book.of(HANDOVER))
    if begun and not book.value(f"{HANDOVER}.accept_hours"):
        yield Finding(
            rule="handover-time",
            severity="weak",
            message=Message(N_("The hand-over has no time limit.")),
            fix=Message(N_("Write within how many working hours a lead is taken.")),
            question=HANDOVER,
            field="accept_hours",
        )
    if begun and not book.value(f"{HANDOVER}.rejection_reasons"):
        yield Finding(
            rule="handover-back",
            severity="warn",
            message=Message(N_("No reason is listed for giving a lead back.")),
            fix=Message(N_("List three to five. They show which points are wrong.")),
            question=HANDOVER,
            field="rejection_reasons",
        )


def _sharing(book: Book) -> Iterator[Finding]:
    method = book.value(f"{DISTRIBUTION}.method")
    rules = [row for row in book.of(RULES) if row.value.get("rule_name")]
    if method not in ("rules", "both"):
        if rules:
            yield Finding(
                rule="sharing-method",
                severity="warn",
                message=Message(N_("There are rules, but rules are not the chosen method.")),
                fix=Message(N_("Choose rules as the method, or remove them.")),
                question=DISTRIBUTION,
                field="method",
                evidence=", ".join(short(str(row.value["rule_name"]), 40) for row in rules),
            )
        return
    if not rules:
        yield Finding(
            rule="sharing-rules",
            severity="weak",
            message=Message(N_("Leads are shared out by rules, but there is no rule yet.")),
            fix=Message(N_("Add a rule, or let everybody take turns.")),
            question=RULES,
            item=None,
        )
    if not book.value(f"{DISTRIBUTION}.catch_all"):
        yield Finding(
            rule="sharing-rest",
            severity="weak",
            message=Message(N_("A lead that no rule fits goes to nobody.")),
            fix=Message(N_("Name a person or a team who gets it.")),
            question=DISTRIBUTION,
            field="catch_all",
        )


def _sequence(row: Row) -> Iterator[Finding]:
    """A sequence stops when somebody asks for it."""
    ends = row.value.get("exit_rule") or []
    if row.value.get("sequence") and "unsubscribe" not in ends:
        text = N_("“%(sequence)s” does not say that it stops when somebody unsubscribes.")
        yield Finding(
            rule="sequence-end",
            severity="weak",
            message=Message(text, {"sequence": short(str(row.value["sequence"]))}),
            fix=Message(N_("Tick it, and see that your mailing tool does it at once.")),
            question=LETTERS,
            item=row.item,
            field="exit_rule",
            evidence=short(str(row.value["sequence"])),
        )


def _follow_up(row: Row) -> Iterator[Finding]:
    """Whoever has spoken to a person hears from that person."""
    if row.value.get("lead_type") == "sql" and row.value.get("approach") == "marketing":
        yield Finding(
            rule="follow-up-person",
            severity="warn",
            message=Message(N_("These leads know a person here, and hear from marketing instead.")),
            fix=Message(N_("Let the person who spoke to them get in touch.")),
            question=FOLLOW_UP,
            item=row.item,
            field="approach",
            evidence=short(str(row.value.get("follow_up_action") or "")) or None,
        )
