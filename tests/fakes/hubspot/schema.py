"""What HubSpot defines out of the box: object types, properties, association types, pipelines."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from tests.fakes.hubspot import stamps

FIELD_TYPES = {
    "string": "text",
    "number": "number",
    "datetime": "date",
    "date": "date",
    "enumeration": "select",
    "bool": "booleancheckbox",
}
# When everything that comes with a new account was made.
FOUNDED = stamps.to_ms("2015-01-01")


@dataclass(slots=True)
class Property:
    """A property of an object type; `kind` is HubSpot's type (string, number, date, ...)."""

    name: str
    kind: str
    label: str
    custom: bool = False
    computed: bool = False
    options: list[tuple[str, str]] = field(default_factory=list)

    def body(self, group: str) -> dict[str, Any]:
        """The property as GET /crm/properties shows it."""
        return {
            "name": self.name,
            "label": self.label,
            "type": self.kind,
            "fieldType": FIELD_TYPES[self.kind],
            "description": "",
            "groupName": group,
            "options": [
                {"label": label, "value": value, "displayOrder": place, "hidden": False}
                for place, (value, label) in enumerate(self.options)
            ],
            "createdAt": stamps.iso(FOUNDED),
            "updatedAt": stamps.iso(FOUNDED),
            "displayOrder": -1,
            "calculated": self.computed,
            "externalOptions": False,
            "archived": False,
            "hasUniqueValue": self.name == "hs_object_id",
            "hidden": False,
            "hubspotDefined": not self.custom,
            "formField": self.custom,
            "dataSensitivity": "non_sensitive",
            "modificationMetadata": {
                "archivable": self.custom,
                "readOnlyDefinition": not self.custom,
                "readOnlyOptions": False,
                "readOnlyValue": self.computed,
            },
        }


@dataclass(slots=True)
class ObjectType:
    """A CRM object type; `modified` and `created` name its two stamp properties."""

    name: str
    singular: str
    type_id: str
    modified: str
    created: str
    first_id: int
    defaults: tuple[str, ...]
    properties: dict[str, Property]

    @property
    def always(self) -> tuple[str, ...]:
        """Properties that come with every answer, asked for or not."""
        return (self.created, self.modified, "hs_object_id")

    def define(self, name: str, kind: str, **more: Any) -> Property:
        """Add or replace a property."""
        label = more.pop("label", None) or name.removeprefix("hs_").replace("_", " ").capitalize()
        self.properties[name] = Property(name, kind, label, **more)
        return self.properties[name]


# First ids are chosen so that a larger account crosses a power of ten: ids that are compared as
# text fall out of order there.
TYPES = """
deals 0-3 deal hs_lastmodifieddate createdate 9999501
contacts 0-1 contact lastmodifieddate createdate 99501
companies 0-2 company hs_lastmodifieddate createdate 9951
leads 0-136 lead hs_lastmodifieddate hs_createdate 51
tickets 0-5 ticket hs_lastmodifieddate createdate 951
calls 0-48 call hs_lastmodifieddate hs_createdate 951
emails 0-49 email hs_lastmodifieddate hs_createdate 951
meetings 0-47 meeting hs_lastmodifieddate hs_createdate 951
tasks 0-27 task hs_lastmodifieddate hs_createdate 951
products 0-7 product hs_lastmodifieddate createdate 951
line_items 0-8 line_item hs_lastmodifieddate createdate 951
feedback_submissions 0-19 feedback_submission hs_lastmodifieddate hs_createdate 951
goal_targets 0-74 goal_target hs_lastmodifieddate hs_createdate 951
"""
DEFAULTS = {
    "deals": "amount closedate dealname dealstage pipeline",
    "contacts": "email firstname lastname",
    "companies": "domain name",
    "leads": "hs_lead_name",
    "tickets": "content hs_pipeline hs_pipeline_stage hs_ticket_priority subject",
    "products": "description name price",
    "line_items": "amount quantity",
}
SHARED = (
    "hubspot_owner_id:enumeration hs_merged_object_ids:enumeration hs_created_by_user_id:number"
)
PROPERTIES = {
    "deals": """dealname:string amount:number deal_currency_code:enumeration dealstage:enumeration
        pipeline:enumeration closedate:datetime dealtype:enumeration description:string
        closed_lost_reason:string closed_won_reason:string hs_priority:enumeration
        hs_analytics_source:enumeration hs_deal_stage_probability:number! hs_is_closed:bool!
        hs_is_closed_won:bool! hs_is_closed_lost:bool! hs_createdate:datetime!""",
    "contacts": """email:string firstname:string lastname:string company:string phone:string
        lifecyclestage:enumeration hs_lead_status:enumeration hs_analytics_source:enumeration
        associatedcompanyid:number""",
    "companies": """name:string domain:string industry:enumeration country:string city:string
        numberofemployees:number annualrevenue:number founded_year:string
        lifecyclestage:enumeration hs_parent_company_id:number""",
    "leads": """hs_lead_name:string hs_lead_label:enumeration hs_lead_type:enumeration
        hs_pipeline:enumeration hs_pipeline_stage:enumeration hs_lead_source:enumeration""",
    "tickets": """subject:string content:string hs_pipeline:enumeration
        hs_pipeline_stage:enumeration hs_ticket_category:enumeration
        hs_ticket_priority:enumeration closed_date:datetime
        first_agent_reply_date:datetime""",
    "calls": """hs_timestamp:datetime hs_call_title:string hs_call_body:string
        hs_call_direction:enumeration hs_call_disposition:enumeration hs_call_duration:number
        hs_call_status:enumeration""",
    "emails": """hs_timestamp:datetime hs_email_subject:string hs_email_text:string
        hs_email_direction:enumeration hs_email_status:enumeration""",
    "meetings": """hs_timestamp:datetime hs_meeting_title:string hs_meeting_body:string
        hs_meeting_start_time:datetime hs_meeting_end_time:datetime
        hs_meeting_outcome:enumeration""",
    "tasks": """hs_timestamp:datetime hs_task_subject:string hs_task_body:string
        hs_task_status:enumeration hs_task_type:enumeration hs_task_priority:enumeration
        hs_task_completion_date:datetime""",
    "products": """name:string price:number hs_sku:string description:string
        hs_product_type:enumeration""",
    "line_items": """name:string price:number quantity:number amount:number! discount:number
        hs_product_id:number""",
    "feedback_submissions": """hs_survey_name:string hs_survey_type:enumeration hs_value:number
        hs_content:string hs_response_group:enumeration hs_sentiment:enumeration
        hs_submission_timestamp:datetime""",
    "goal_targets": """hs_goal_name:string hs_target_amount:number hs_start_datetime:datetime
        hs_end_datetime:datetime hs_assignee_user_id:number hs_kpi_unit_type:string""",
}
#: What a call may come to; the values are HubSpot's own, accounts add others.
DISPOSITIONS = [
    ("f240bbac-87c9-4f6e-bf70-924b57d47db7", "Connected"),
    ("b2cf5968-551e-4856-9783-52b3da59a7d0", "Left voicemail"),
    ("73a0d17f-1163-4015-bdd5-ec830791da20", "No answer"),
]
#: Scopes of types that have none of their own name; any one will do.
SCOPES = {
    "tickets": ["tickets"],
    "calls": ["crm.objects.contacts.read"],
    "emails": ["sales-email-read"],
    "meetings": ["crm.objects.contacts.read"],
    "tasks": ["crm.objects.contacts.read"],
    "products": ["crm.objects.products.read", "e-commerce"],
    "line_items": ["crm.objects.line_items.read", "e-commerce"],
    "goal_targets": ["crm.objects.goals.read"],
}
STAGE_PROPERTY = {
    "deals": "dealstage",
    "leads": "hs_pipeline_stage",
    "tickets": "hs_pipeline_stage",
}
PIPELINE_PROPERTY = {"deals": "pipeline", "leads": "hs_pipeline", "tickets": "hs_pipeline"}

# from, to: (labelled Primary, unlabelled) type ids, as HubSpot lists them.
ASSOCIATION_TYPES = {
    ("deals", "companies"): (5, 341),
    ("deals", "contacts"): (None, 3),
    ("companies", "deals"): (6, 342),
    ("contacts", "deals"): (None, 4),
    ("contacts", "companies"): (1, 279),
    ("companies", "contacts"): (2, 280),
    ("leads", "contacts"): (578, 608),
    ("contacts", "leads"): (None, 579),
    ("leads", "deals"): (None, 583),
    ("deals", "leads"): (None, 584),
    ("tickets", "contacts"): (None, 16),
    ("contacts", "tickets"): (None, 15),
    ("tickets", "companies"): (26, 339),
    ("companies", "tickets"): (25, 340),
    ("calls", "contacts"): (None, 194),
    ("calls", "deals"): (None, 206),
    ("emails", "contacts"): (None, 198),
    ("emails", "deals"): (None, 210),
    ("meetings", "contacts"): (None, 200),
    ("meetings", "deals"): (None, 212),
    ("tasks", "contacts"): (None, 204),
    ("tasks", "deals"): (None, 216),
    ("calls", "leads"): (None, 596),
    ("deals", "line_items"): (None, 19),
    ("line_items", "deals"): (None, 20),
    ("feedback_submissions", "contacts"): (None, 98),
}


def object_types() -> dict[str, ObjectType]:
    """A fresh set of object types with HubSpot's own properties."""
    types: dict[str, ObjectType] = {}
    for line in TYPES.split("\n"):
        if not line:
            continue
        name, type_id, singular, modified, created, first = line.split()
        always = (created, modified, "hs_object_id")
        names = tuple(sorted({*DEFAULTS.get(name, "").split(), *always}))
        kind = ObjectType(name, singular, type_id, modified, created, int(first), names, {})
        for text in f"{PROPERTIES[name]} {SHARED}".split():
            key, value_kind = text.rstrip("!").split(":")
            kind.define(key, value_kind, computed=text.endswith("!"))
        kind.define(created, "datetime")
        kind.define(modified, "datetime", computed=True)
        kind.define("hs_object_id", "number", computed=True)
        types[name] = kind
    types["calls"].properties["hs_call_disposition"].options = list(DISPOSITIONS)
    return types


def type_named(types: dict[str, ObjectType], text: str) -> ObjectType | None:
    """The object type of a path segment: plural or singular name, or the id such as 0-3."""
    for kind in types.values():
        if text.lower() in (kind.name, kind.singular, kind.type_id):
            return kind
    return None


@dataclass(slots=True)
class Stage:
    """A stage of a pipeline; `probability` is text as in HubSpot's metadata."""

    id: str
    label: str
    probability: str
    closed: bool

    @property
    def won(self) -> bool:
        """Closed with certainty."""
        return self.closed and float(self.probability) == 1


@dataclass(slots=True)
class Pipeline:
    """A pipeline with its stages in order."""

    id: str
    label: str
    stages: list[Stage]

    def body(self) -> dict[str, Any]:
        """The pipeline as GET /crm/pipelines shows it."""
        return {**_frame(self.id, self.label, 0), "stages": self.stage_bodies()}

    def stage_bodies(self) -> list[dict[str, Any]]:
        """Its stages; all metadata is text."""
        return [
            {
                **_frame(stage.id, stage.label, place),
                "metadata": {
                    "isClosed": "true" if stage.closed else "false",
                    "probability": stage.probability,
                },
                "writePermissions": "CRM_PERMISSIONS_ENFORCEMENT",
            }
            for place, stage in enumerate(self.stages)
        ]


def _frame(key: str, label: str, place: int) -> dict[str, Any]:
    made = stamps.iso(FOUNDED)
    frame: dict[str, Any] = {"id": key, "label": label, "displayOrder": place}
    return {**frame, "createdAt": made, "updatedAt": made, "archived": False}


def pipelines() -> dict[str, list[Pipeline]]:
    """A fresh set of pipelines: own stages have numbers for ids, HubSpot's have names."""
    sales = [
        Stage("1084510", "Prospecting", "0.1", False),
        Stage("1084511", "Engaging", "0.4", False),
        Stage("closedwon", "Won", "1.0", True),
        Stage("closedlost", "Lost", "0.0", True),
    ]
    leads = [
        Stage("new-stage-id", "New", "0.0", False),
        Stage("attempting-stage-id", "Attempting", "0.0", False),
        Stage("qualified-stage-id", "Qualified", "1.0", True),
        Stage("unqualified-stage-id", "Disqualified", "0.0", True),
    ]
    support = [
        Stage("1", "New", "0.0", False),
        Stage("2", "Waiting on contact", "0.0", False),
        Stage("4", "Closed", "0.0", True),
    ]
    return {
        "deals": [Pipeline("default", "Sales", sales)],
        "leads": [Pipeline("lead-pipeline-id", "Lead pipeline", leads)],
        "tickets": [Pipeline("0", "Support", support)],
    }
