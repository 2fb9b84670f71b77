"""How a person connects Freshsales (data)."""

from goals.words import N_
from integrations.guide import Ask, Guide, Way

GUIDE = Guide(
    reads=(
        N_("Pipelines and stages"),
        N_("Deals"),
        N_("Users"),
        N_("Accounts and contacts"),
        N_("Sales activities, past appointments and completed tasks"),
        N_("Names of campaigns"),
    ),
    ways=(
        Way(
            N_("API key"),
            (
                N_("In Freshsales, open Profile Settings, then API Settings."),
                N_("Copy the API key and the bundle alias that stands below it."),
                N_("The key reads what its user may read: use a user who sees all records."),
            ),
            (
                Ask(
                    "base_url",
                    N_("Bundle alias"),
                    example="https://acme.myfreshworks.com/crm/sales",
                ),
                Ask("token", N_("API key"), is_secret=True),
            ),
        ),
    ),
    history=N_(
        "From our own look at every sync: Freshsales tells only of the last move of a deal, so "
        "stages of the time before the first sync are not known."
    ),
    limits=N_(
        "Freshsales allows 1,000 requests an hour. It tells neither spend nor when a contact "
        "became a lead or a customer. Deleted deals are found once a day, other records once a "
        "week; activities are read once a day."
    ),
)
