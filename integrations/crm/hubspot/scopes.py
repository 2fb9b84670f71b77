"""What a key must be allowed to read, and what HubSpot can do without (pure)."""

from goals.errors import SourceError
from goals.words import N_, Message

#: What an account need not have or a key need not see, and what is said then.
LEFT_OUT = {
    "products": N_("Products are not read: the key needs the scope %(scope)s."),
    "companies": N_("Companies are not read: the key needs the scope %(scope)s."),
    "contacts": N_("Contacts are not read: the key needs the scope %(scope)s."),
    "leads": N_("Leads are not read: the key needs the scope %(scope)s."),
    "calls": N_("Calls are not read: the key needs the scope %(scope)s."),
    "emails": N_("E-mails are not read: the key needs the scope %(scope)s."),
    "meetings": N_("Meetings are not read: the key needs the scope %(scope)s."),
    "tasks": N_("Tasks are not read: the key needs the scope %(scope)s."),
    "tickets": N_("Tickets are not read: the key needs the scope %(scope)s."),
    "feedback_submissions": N_("Survey answers are not read: the key needs the scope %(scope)s."),
    "goal_targets": N_("Quotas are not read: the key needs the scope %(scope)s."),
    "campaigns": N_("Campaigns are not read: the key needs the scope %(scope)s."),
    "spend": N_("What campaigns cost is not read: the key needs the scope %(scope)s."),
}
#: Scopes that are not named after what they allow.
_SCOPES = {
    "calls": "crm.objects.contacts.read",
    "emails": "sales-email-read",
    "meetings": "crm.objects.contacts.read",
    "tasks": "crm.objects.contacts.read",
    "tickets": "tickets",
    "goal_targets": "crm.objects.goals.read",
    "campaigns": "marketing.campaigns.read",
    "spend": "marketing.campaigns.read",
}


def scope(kind: str) -> str:
    """Return HubSpot's name of the right to read a type."""
    return _SCOPES.get(kind, f"crm.objects.{kind}.read")


def not_allowed(kind: str) -> SourceError:
    """Return the error for a type that is left out until the key may read it."""
    return SourceError(
        "not_allowed",
        Message(LEFT_OUT[kind], {"scope": scope(kind)}),
        fix=Message(N_("Add the scope to the key in HubSpot if you want them here.")),
        permanent=True,
    )
