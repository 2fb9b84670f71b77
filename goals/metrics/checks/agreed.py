"""Checks that come of leadership's rules: fields to be filled in, valid entries, no doubles."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import String, and_, cast, func, or_, true
from sqlmodel import Session, col, select

from goals.metrics import segments
from goals.metrics.checks.check import TWIN_FIX, Check, Fails, doubled, plain
from goals.metrics.rows import Expression
from goals.records import kinds, synonyms
from goals.records.kind import Kind
from goals.records.rules import DataRule
from goals.records.sales import Deal, PipelineStage
from goals.table import workspace_of
from goals.words import N_, P_, Message

#: Types of fields whose values are numbers.
NUMBERS = frozenset({"money", "number", "positive", "share", "integer"})
#: Types of fields whose values are texts.
TEXTS = frozenset({"text", "code", "word", "scale"})
#: Which deals some fields speak of; of the others nothing is to be filled in.
_SPEAK_OF: dict[str, Expression] = {
    "expected_close_on": col(Deal.status) == "open",
    "probability": col(Deal.status) == "open",
    "closed_on": col(Deal.status) != "open",
    "lost_reason": col(Deal.status) == "lost",
}
_FILL_IN = Message(N_("Fill it in; your data policy asks for it."))


@dataclass(frozen=True)
class Place:
    """Where a field of a kind of record is kept; `custom` names a field of the source's own."""

    name: str
    column: str
    type: str
    custom: str | None = None

    def of(self, table: Any) -> Expression:
        """Return the field as an expression of a table or an alias of it."""
        if self.custom is not None:
            return cast(table.custom[self.custom].as_string(), String)
        return getattr(table, self.column)  # type: ignore[no-any-return]

    @property
    def touches(self) -> frozenset[str]:
        """Return what a wrong entry falsifies."""
        own = {f"custom.{self.custom}"} if self.custom is not None else {self.name, self.column}
        return frozenset(own | ({"money"} if self.type == "money" else set()))

    def is_empty(self, table: Any) -> Expression:
        """Return whether nothing stands in the field."""
        value = self.of(table)
        if self.type in TEXTS:
            return or_(value.is_(None), func.trim(value) == "")
        return value.is_(None)


def places(session: Session, record: str, names: Iterable[str]) -> dict[str, Place | None]:
    """Return where fields are kept, by the names that people give them; None for an unknown one.

    Fields go by our name, by a name under which files hold them, or by that of a field of the
    source's own; capitals, blanks and marks make no difference.
    """
    kind = kinds.KINDS[record]
    known = _known(kind)
    found = {name: known.get(_bare(name)) for name in names}
    if None in found.values():
        own = {_bare(one): one for one in segments.custom_fields(session, kind.table)}
        for name, place in found.items():
            given = own.get(_bare(name))
            if place is None and given is not None:
                found[name] = Place(given, "custom", "text", given)
    return found


def _known(kind: Kind) -> dict[str, Place]:
    others = synonyms.of(kind.name)
    found: dict[str, Place] = {}
    for one in kind.fields:
        place = Place(one.name, one.column, one.type)
        found[_bare(one.name)] = place
        for other in others.get(one.name, ()):
            found.setdefault(_bare(other), place)
    return found


def _bare(name: str) -> str:
    return synonyms.plain(name).replace("_", "")


def rules(session: Session, record: str | None = None) -> list[DataRule]:
    """Return the rules of a kind of record, or all, in their order."""
    statement = select(DataRule).where(col(DataRule.workspace_id) == workspace_of(session))
    if record is not None:
        statement = statement.where(col(DataRule.record) == record)
    return list(session.exec(statement.order_by(col(DataRule.position))))


def unknown(session: Session) -> list[tuple[str, str]]:
    """Return (record, field) of the rules whose field no record has, so that nothing is checked."""
    found = []
    every = rules(session)
    for record in dict.fromkeys(one.record for one in every):
        names = [one.field for one in every if one.record == record]
        found += [(record, name) for name, at in places(session, record, names).items() if not at]
    return found


def checks(session: Session, record: str) -> Iterator[Check]:
    """Yield the checks that leadership's rules make of a kind of record."""
    decided = rules(session, record)
    stages = _stages(session) if record == "deal" else []
    wanted = [one.field for one in decided] + [name for _, names in stages for name in names]
    if not wanted:
        return
    where = places(session, record, wanted)
    for rule in decided:
        place = where[rule.field]
        if place is not None:
            yield from _of_rule(record, rule, place)
    yield from _of_stages(stages, where)


def _of_rule(record: str, rule: DataRule, place: Place) -> Iterator[Check]:
    table = kinds.KINDS[record].table
    params: dict[str, object] = {"field": rule.field}

    def check(kind: str, texts: tuple[str, str], fix: Message, fails: Fails) -> Check:
        name = f"{kind}.{place.name}"
        return Check(name, record, texts, fix, fails, place.touches, params)

    if rule.is_required:
        yield check(
            "required",
            P_(
                "%(n)s record has nothing under “%(field)s”.",
                "%(n)s records have nothing under “%(field)s”.",
            ),
            _FILL_IN,
            lambda base, day: and_(_SPEAK_OF.get(place.name, true()), place.is_empty(table)),
        )
    invalid = _invalid(rule, place, table)
    if invalid is not None:
        yield check(
            "invalid",
            P_(
                "%(n)s record has an entry under “%(field)s” that your data policy does not allow.",
                "%(n)s records have entries under “%(field)s” that your data policy does not"
                " allow.",
            ),
            Message(N_("Correct the entry, or change the rule if it is good.")),
            lambda base, day: invalid,
        )
    if rule.duplicates != "may_repeat":
        yield check(
            "double",
            P_(
                "%(n)s record has the same entry under “%(field)s” as another.",
                "%(n)s records have the same entry under “%(field)s” as another.",
            ),
            TWIN_FIX,
            lambda base, day: doubled(table, base, lambda one: [_compared(rule, place, one)]),
        )


def _compared(rule: DataRule, place: Place, table: Any) -> Expression:
    value = place.of(table)
    return plain(value) if place.type in TEXTS and rule.duplicates == "alike" else value


def _invalid(rule: DataRule, place: Place, table: Any) -> Expression | None:
    """Return whether an entry breaks its rule; None where nothing can be checked."""
    value = place.of(table)
    if rule.allowed and place.type in TEXTS:
        spelled = [one.strip() for one in rule.allowed]
        known = or_(
            func.trim(value).in_(spelled), plain(value).in_([one.lower() for one in spelled])
        )
        return and_(plain(value).is_not(None), ~known)
    if place.type in NUMBERS and (rule.low is not None or rule.high is not None):
        below = [value < rule.low] if rule.low is not None else []
        above = [value > rule.high] if rule.high is not None else []
        return or_(*below, *above)
    return None


def _stages(session: Session) -> list[tuple[PipelineStage, list[str]]]:
    """Return the stages that ask for fields, with the fields' names."""
    statement = select(PipelineStage).where(
        col(PipelineStage.workspace_id) == workspace_of(session),
        col(PipelineStage.required).is_not(None),
    )
    every = [(one, _named(one.required or "")) for one in session.exec(statement)]
    return [(one, names) for one, names in every if names]


def _named(required: str) -> list[str]:
    return [name for one in required.split(",") if (name := one.strip())]


def _of_stages(
    stages: list[tuple[PipelineStage, list[str]]], where: Mapping[str, Place | None]
) -> Iterator[Check]:
    lacking = []
    for stage, names in stages:
        empty = [place.is_empty(Deal) for name in names if (place := where[name]) is not None]
        if empty:
            here = and_(
                col(Deal.connection_id) == stage.connection_id, col(Deal.stage) == stage.name
            )
            lacking.append(and_(here, or_(*empty)))
    if lacking:
        yield Check(
            "required_here",
            "deal",
            P_(
                "One open deal lacks a field that its stage asks for.",
                "%(n)s open deals lack a field that their stage asks for.",
            ),
            Message(N_("Fill the field in, or move the deal back to the stage before.")),
            lambda base, day: and_(col(Deal.status) == "open", or_(*lacking)),
            frozenset({"standing", "stage"}),
        )
