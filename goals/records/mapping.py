"""Mappings: which column of a file is which field, and what its words mean (pure)."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from goals.errors import Refusal
from goals.records import synonyms
from goals.records.field import Field
from goals.words import N_, Message

KEYS = ("columns", "stages", "events", "constants", "aliases", "key", "format")
FORMATS = ("encoding", "delimiter", "date_order", "decimal", "thousands", "sheet")
ORDERS = ("ymd", "mdy", "dmy")
#: Between several orders of which the file itself decides.
OR = "|"
MEANINGS = ("open", "won", "lost")
#: In `events`, the stage that the row itself is in.
OWN_STAGE = "@stage"
_CUSTOM = "custom."


@dataclass(frozen=True)
class FileMapping:
    """How a file is read; empty parts are left to detection and defaults.

    `columns` gives each field its column, `constants` a value for all rows, `aliases` other
    words for values; `stages` says which stages are open, won and lost; `events` are stages
    with the column of the day on which they were entered.
    """

    columns: Mapping[str, str] = field(default_factory=dict)
    stages: Mapping[str, str] = field(default_factory=dict)
    events: Sequence[tuple[str, str]] = ()
    constants: Mapping[str, str] = field(default_factory=dict)
    aliases: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    key: Sequence[str] = ()
    format: Mapping[str, str] = field(default_factory=dict)

    def fields(self) -> set[str]:
        """Return the names of the fields that a row gets a value for."""
        return {*self.columns, *self.constants}

    def to_json(self) -> dict[str, Any]:
        """Return the mapping as a mapping file holds it, without what it leaves open."""
        told: dict[str, Any] = {
            "columns": dict(self.columns),
            "stages": dict(self.stages),
            "events": [{"stage": stage, "on": column} for stage, column in self.events],
            "constants": dict(self.constants),
            "aliases": {name: dict(words) for name, words in self.aliases.items()},
            "key": list(self.key),
            "format": dict(self.format),
        }
        return {name: value for name, value in told.items() if value or name == "columns"}


def read(told: Any, record: str, fields: Iterable[Field]) -> FileMapping:
    """Return the mapping that a mapping file tells of.

    Raises Refusal `bad_mapping` naming whatever is not understood.
    """
    known = {one.name for one in fields}
    parts = _part(told, "mapping", KEYS)
    # The names of a file's columns are read without blanks at their ends.
    columns = {name: one.strip() for name, one in _texts(parts.get("columns"), "columns").items()}
    constants = _texts(parts.get("constants"), "constants")
    aliases = {
        name: _texts(words, f"aliases.{name}")
        for name, words in _object(parts.get("aliases"), "aliases").items()
    }
    key = _list(parts.get("key"), "key")
    made = FileMapping(
        columns=columns,
        stages=_stages(parts.get("stages")),
        events=[_event(one) for one in _list(parts.get("events"), "events")],
        constants=constants,
        aliases=aliases,
        key=[str(one) for one in key],
        format=_format(parts.get("format")),
    )
    named = [*columns, *constants, *aliases, *made.key]
    unknown = sorted({one for one in named if one not in known and not is_custom(one)})
    if unknown:
        raise _bad(
            N_("%(record)s has no field %(names)s."),
            {"record": record, "names": unknown},
            Message(N_("Its fields are: %(names)s."), {"names": sorted(known)}),
        )
    if made.events and record != "deal":
        raise _bad(N_("Only the rows of deals can have events."))
    if made.stages and record not in ("deal", "stage_event"):
        raise _bad(N_("Only deals and stage events have stages."))
    return made


def is_custom(name: str) -> bool:
    """Tell whether a field is one of the workspace's own."""
    return name.startswith(_CUSTOM) and len(name) > len(_CUSTOM)


def custom_name(name: str) -> str:
    """Return the bare name of a custom field."""
    return name.removeprefix(_CUSTOM)


@dataclass(frozen=True)
class Suggestion:
    """A mapping made from the names of columns; `sure` if it may be used without asking."""

    mapping: FileMapping
    sure: bool
    missing: Sequence[str]


def suggest(
    header: Sequence[str],
    record: str,
    fields: Sequence[Field],
    remembered: Mapping[str, str] | None = None,
    flags: Collection[str] = (),
) -> Suggestion:
    """Suggest a mapping for a file's columns.

    It is sure if every required field has a column of exactly its name, or of a name that
    was mapped to it before (`remembered`: column to field), and at least one field has. Case,
    blanks and punctuation do not count. `flags` are columns that hold nothing but yes and no:
    one of those named "closed" is no date.
    """
    free = {synonyms.plain(one): one for one in reversed(header) if one}
    names = {synonyms.plain(column): name for column, name in (remembered or {}).items()}
    columns: dict[str, str] = {}
    for one in fields:
        if one.name in free:
            columns[one.name] = free.pop(one.name)
    for column in list(free):
        name = names.get(column)
        if name is not None and name not in columns:
            columns[name] = free.pop(column)
    certain = set(columns)
    called = synonyms.of(record)
    # Another name for it, then the same without a unit or currency in brackets behind it.
    for plain in (synonyms.plain, synonyms.bare):
        left = {plain(column): word for word, column in reversed(free.items())}
        for one in fields:
            if one.name in columns:
                continue
            named = (one.name, *called.get(one.name, ()))
            unfit = flags if one.type in ("date", "instant") else ()
            match = next((it for it in named if it in left and free[left[it]] not in unfit), None)
            if match is not None:
                columns[one.name] = free.pop(left.pop(match))
    for column in [one for one in free.values() if is_custom(one)]:
        columns[column] = column
    required = [one.name for one in fields if one.required]
    missing = [name for name in required if name not in columns]
    sure = bool(certain) and all(name in certain for name in required)
    order = [one.name for one in fields]
    ordered = sorted(columns, key=lambda name: order.index(name) if name in order else len(order))
    return Suggestion(FileMapping({name: columns[name] for name in ordered}), sure, missing)


def without(made: FileMapping, columns: Iterable[str]) -> FileMapping:
    """Return a mapping without the fields and events of columns that a file does not have."""
    gone = set(columns)
    return replace(
        made,
        columns={name: column for name, column in made.columns.items() if column not in gone},
        events=[(stage, column) for stage, column in made.events if column not in gone],
    )


# --- Reading a mapping file ------------------------------------------------------------------


def _bad(text: str, params: dict[str, object] | None = None, fix: Message | None = None) -> Refusal:
    advice = fix or Message(N_("Correct the mapping file."))
    return Refusal("bad_mapping", text, params, fix=advice, field="mapping", misused=False)


def _object(told: Any, where: str) -> dict[str, Any]:
    if told is None:
        return {}
    if not isinstance(told, dict) or not all(isinstance(one, str) for one in told):
        raise _bad(N_("%(where)s must be an object of names and values."), {"where": where})
    return told


def _part(told: Any, where: str, allowed: Sequence[str]) -> dict[str, Any]:
    found = _object(told, where)
    unknown = [name for name in found if name not in allowed]
    if unknown:
        raise _bad(
            N_("%(where)s has no part %(names)s."),
            {"where": where, "names": unknown},
            Message(N_("Its parts are: %(names)s."), {"names": list(allowed)}),
        )
    return found


def _texts(told: Any, where: str) -> dict[str, str]:
    found = _object(told, where)
    wrong = [name for name, value in found.items() if not isinstance(value, str | int | float)]
    if wrong:
        raise _bad(N_("%(where)s must give texts."), {"where": f"{where}.{wrong[0]}"})
    return {name: str(value) for name, value in found.items()}


def _list(told: Any, where: str) -> list[Any]:
    if told is None:
        return []
    if not isinstance(told, list):
        raise _bad(N_("%(where)s must be a list."), {"where": where})
    return told


def _event(told: Any) -> tuple[str, str]:
    found = _texts(_part(told, "events", ("stage", "on")), "events")
    if len(found) != 2:
        raise _bad(N_("An event needs a stage and the column of its day (on)."))
    return found["stage"], found["on"].strip()


def _stages(told: Any) -> dict[str, str]:
    found = _texts(told, "stages")
    for stage, meaning in found.items():
        if meaning not in MEANINGS:
            raise _bad(
                N_("The stage %(stage)s cannot be %(meaning)s."),
                {"stage": stage, "meaning": meaning},
                Message(N_("A stage is open, won or lost.")),
            )
    return found


def _format(told: Any) -> dict[str, str]:
    found = _texts(_part(told, "format", FORMATS), "format")
    orders = found.pop("date_order", "").split(OR)
    if orders != [""]:
        if not set(orders) <= set(ORDERS):
            raise _bad(
                N_("format.%(name)s cannot be %(value)s."),
                {"name": "date_order", "value": OR.join(orders)},
                Message(N_("It is ymd, mdy or dmy.")),
            )
        if len(orders) == 1:
            found["date_order"] = orders[0]
    allowed = {
        "decimal": (".", ","),
        "thousands": ("", ".", ",", " ", "'", "\u00a0", "\u202f", "\u2009", "’"),
    }
    for name, values in allowed.items():
        if found.get(name, values[0]) not in values:
            raise _bad(
                N_("format.%(name)s cannot be %(value)s."), {"name": name, "value": found[name]}
            )
    if len(found.get("delimiter", ",")) != 1:
        raise _bad(N_("format.delimiter must be one character."))
    if found.get("delimiter") in ('"', "\r", "\n"):
        raise _bad(N_("format.delimiter cannot be a quote or the end of a line."))
    if found.get("thousands") and found["thousands"] == found.get("decimal"):
        raise _bad(N_("format.decimal and format.thousands cannot be the same sign."))
    return found
