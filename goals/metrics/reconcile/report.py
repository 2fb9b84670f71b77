"""What a CRM's own report counts: the choices by which it may differ from ours (pure)."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from zoneinfo import ZoneInfo

from goals.errors import Refusal
from goals.words import N_

#: The words of each choice, the one that makes no difference first.
CHOICES: Mapping[str, tuple[str, ...]] = {
    "counts": ("same", "closed", "all"),
    "dated": ("same", "created", "closed"),
    "currency": ("converted", "plain"),
}


@dataclass(frozen=True)
class Report:
    """A report of a CRM, as its maker set it up.

    `counts` names the records it takes: the "same" that the metric counts, all that are
    "closed", or "all". `dated` is the day it goes by: the "same" as the metric, the day "created"
    or "closed". `zone` is the one whose days it shows (None: the workspace's). `currency` tells
    whether it converts amounts, all by the newest rate, or adds them up "plain", whatever their
    currency. `archived` records are among its own or not, and it is narrowed as the question is
    or not at all.
    """

    counts: str = "same"
    dated: str = "same"
    zone: str | None = None
    currency: str = "converted"
    archived: bool = False
    narrowed: bool = False

    def changed(self, usual: "Report") -> dict[str, str | bool | None]:
        """Return the choices in which this report differs from another one, by name."""
        mine, theirs = asdict(self), asdict(usual)
        return {name: value for name, value in mine.items() if value != theirs[name]}


def checked(report: Report) -> Report:
    """Return a report whose choices exist; raises Refusal at the one that does not."""
    for name, words in CHOICES.items():
        value = getattr(report, name)
        if value not in words:
            raise Refusal(
                "choice_unknown",
                N_("%(value)s is not one of %(words)s."),
                {"value": value, "words": ", ".join(words)},
                field=name,
            )
    if report.zone is not None and not _is_zone(report.zone):
        raise Refusal(
            "zone_unknown",
            N_("%(zone)s is not a time zone. Write one such as Asia/Bangkok."),
            {"zone": report.zone[:60]},
            field="zone",
        )
    return report


def _is_zone(name: str) -> bool:
    try:
        return ZoneInfo(name).key == name
    except (KeyError, ValueError, OSError):
        # A folder of zones is none, and what leads out of them is refused.
        return False
