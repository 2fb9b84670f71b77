"""What a key must be allowed to read, and what HubSpot can do without (pure)."""

from goals.errors import SourceError
from goals.words import N_, Message

#: What an account need not have or a key need not see, and what is said then.
LEFT_OUT = {
    "companies": N_("Companies are not read: the key needs the scope %(scope)s."),
    "contacts": N_("Contacts are not read: the key needs the scope %(scope)s."),
    "leads": N_("Leads are not read: the key needs the scope %(scope)s."),
}


def is_optional(error: SourceError, kind: str) -> bool:
    """Tell whether a failure only says that a type is not allowed which can be done without."""
    return error.code == "forbidden" and kind in LEFT_OUT


def not_allowed(kind: str) -> SourceError:
    """Return the error for a type that is left out until the key may read it."""
    return SourceError(
        "not_allowed",
        Message(LEFT_OUT[kind], {"scope": f"crm.objects.{kind}.read"}),
        fix=Message(N_("Add the scope to the key in HubSpot if you want them here.")),
        permanent=True,
    )
