"""How a person connects Odoo (data)."""

from goals.words import N_
from integrations.guide import Ask, Guide, Way

GUIDE = Guide(
    reads=(
        N_("Stages and sales teams"),
        N_("Opportunities with their stage history"),
        N_("Leads and what became of them"),
        N_("Salespeople"),
        N_("Customers and their contacts"),
        N_("Activities that were done, and meetings"),
        N_("Campaigns"),
    ),
    ways=(
        Way(
            N_("API key"),
            (
                N_("In Odoo 19 or later, open your preferences, then Account Security."),
                N_("Choose New API Key, name it and give it a time to live."),
                N_("Copy the key: it is shown once."),
            ),
            (
                Ask("base_url", N_("Address of Odoo"), example="https://acme.odoo.com"),
                Ask("database", N_("Name of the database"), example="acme"),
                Ask("api_key", N_("API key"), is_secret=True),
            ),
        ),
    ),
    history=N_(
        "From the changes that Odoo tracks, which only an administrator may read. With another "
        "user's key, each sync notes in which stage every opportunity stands."
    ),
    scopes=(
        (N_("Sales: All Documents"), N_("read the opportunities and leads of all salespeople")),
        (N_("Administration: Settings"), N_("read stage histories, if you want those of the past")),
    ),
    limits=N_(
        "The JSON-2 API came with Odoo 19; hosted by Odoo it is part of the Custom plan. "
        "Deleted records are found once a day."
    ),
)
