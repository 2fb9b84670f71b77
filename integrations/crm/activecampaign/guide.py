"""How a person connects ActiveCampaign (data)."""

from goals.words import N_
from integrations.guide import Ask, Guide, Way

GUIDE = Guide(
    reads=(
        N_("Pipelines and stages"),
        N_("Deals with their stage history"),
        N_("Users"),
        N_("Accounts and contacts"),
        N_("Tasks that were done"),
        N_("Campaigns"),
    ),
    ways=(
        Way(
            N_("API key"),
            (
                N_("In ActiveCampaign, open Settings, then Developer."),
                N_("Copy the URL and the key under API Access."),
                N_("The key reads what its user may read: use a user who sees all pipelines."),
            ),
            (
                Ask("base_url", N_("API URL"), example="https://acme.api-us1.com"),
                Ask("token", N_("API key"), is_secret=True),
            ),
        ),
    ),
    history=N_(
        "From the activities of each deal. ActiveCampaign answers one deal at a time and five "
        "requests a second, so the first sync takes about 4 minutes for each 1,000 deals."
    ),
    limits=N_(
        "ActiveCampaign does not tell what campaigns cost nor when a deal is expected to close. "
        "Deleted records are found once a day."
    ),
)
