"""Checks of a number with a direction and a target, wherever one is asked for."""

from goals.words import N_, Message
from strategy.worksheets import measured
from strategy.worksheets.book import Row
from strategy.worksheets.rules.finding import Finding
from strategy.worksheets.setting import Setting


def findings(prefix: str, question: str, row: Row, setting: Setting) -> list[Finding]:
    """Return what there is to say about the number of a row, its rules named by a prefix."""
    said = measured.read(row.value, setting)
    found: list[Finding] = []
    if said.metric is None or said.number is None:
        return found
    changes = said.change != "target"
    if changes and said.baseline is None and said.metric.takes_readings:
        found.append(
            Finding(
                rule=f"{prefix}-baseline",
                severity="weak",
                message=Message(N_("The change has no number to start from.")),
                fix=Message(N_("Write where it stands today: no CRM record tells.")),
                question=question,
                item=row.item,
                field="baseline",
            )
        )
    if not changes and said.baseline is not None and _wrong_side(said):
        values = {
            "target": measured.amount(said.number, said.metric.unit, setting.currency),
            "baseline": measured.amount(said.baseline, said.metric.unit, setting.currency),
        }
        text = N_("The target of %(target)s lies on the wrong side of today's %(baseline)s.")
        found.append(
            Finding(
                rule=f"{prefix}-side",
                severity="fail",
                message=Message(text, values),
                fix=Message(N_("Change the target, or which way the number should go.")),
                question=question,
                item=row.item,
                field="number",
                evidence=str(row.value.get("number")),
            )
        )
    return found


def _wrong_side(said: measured.Measure) -> bool:
    assert said.number is not None and said.baseline is not None
    if said.direction == "up":
        return said.number <= said.baseline
    return said.direction == "down" and said.number >= said.baseline
