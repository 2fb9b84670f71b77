"""Every field that the reference of the domain names is asked for somewhere in its sections."""

import json
from pathlib import Path

from strategy.worksheets import library

FIELDS = Path(__file__).resolve().parents[4] / "shared" / "domain" / "fields.json"

#: Part of the reference -> our sections.
SECTIONS = {
    "1.0": ("symptoms", "gaps", "buy_in"),
    "1.1": ("business_goals", "proposition", "personas", "competitors"),
    "1.2": ("channels", "sales_process", "terms"),
    "1.3": ("journey", "content_plan"),
    "1.4": ("crm_needs", "crm_selection"),
    "1.5": ("implementation", "readiness"),
    "1.6": ("team_goals",),
    "1.7": ("data_governance", "training", "automations", "retention", "best_customers"),
}
#: What has another name here: a target is a number with its kind of change.
ALSO = {"metric_id": "metric", "target": "number", "parent_goal": "parent"}


def asked(section):
    """Return the keys of all fields of a section."""
    questions = library.worksheets().section(section).questions
    return {field.key for question in questions for field in question.fields}


def test_every_field_of_the_reference_is_asked_for():
    parts = json.loads(FIELDS.read_text(encoding="utf-8")) if FIELDS.exists() else []
    missing = {
        f"{part['section']}: {name}"
        for part in parts
        for name in part["fields"]
        if ALSO.get(name, name) not in set().union(*map(asked, SECTIONS[part["section"][:3]]))
    }
    assert missing == set()


def test_every_part_of_the_reference_has_sections():
    known = {one.key for one in library.worksheets().sections}
    named = {section for sections in SECTIONS.values() for section in sections}
    assert known - named == {"lead_management"}
    assert all(asked(section) for section in named)
