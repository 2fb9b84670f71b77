"""The port of sources whose fields a person may choose: what is usual, and what else there is."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol, runtime_checkable

#: So many different values show what stands in a part.
SAMPLES = 3


@runtime_checkable
class Mapped(Protocol):
    """A source that reads each field of ours from a part of theirs, which may be another one."""

    @classmethod
    def usual(cls) -> Mapping[str, Mapping[str, str]]:
        """Return our fields of each kind of record with the parts they usually come from."""

    def look(self, record: str) -> Mapping[str, Sequence[str]]:
        """Ask the vendor for the parts of a kind of record, with some of their values.

        Raises goals.errors.SourceError.
        """


def parts(item: Mapping[str, Any], before: str = "") -> dict[str, list[str]]:
    """Return the parts of an object, nested ones with dots, each with its value if it has one."""
    found: dict[str, list[str]] = {}
    for name, value in item.items():
        path = f"{before}{name}"
        if isinstance(value, Mapping):
            found |= parts(value, f"{path}.")
        elif not isinstance(value, list):
            found[path] = [] if value in (None, "") else [str(value)]
    return found


def together(found: Sequence[Mapping[str, Sequence[str]]]) -> dict[str, list[str]]:
    """Return the parts of several objects with their first different values."""
    told: dict[str, list[str]] = {}
    for one in found:
        for name, given in one.items():
            kept = told.setdefault(name, [])
            kept += [value for value in given if value not in kept][: SAMPLES - len(kept)]
    return dict(sorted(told.items()))
