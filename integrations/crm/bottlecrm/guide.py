"""How a person connects BottleCRM."""

from goals.words import N_
from integrations.guide import Ask, Guide, Way

GUIDE = Guide(
    reads=(
        N_("Opportunities as deals, with their pipelines and stages"),
        N_("Accounts, and users as owners"),
        N_("Cases as tickets, revenue goals of people as quotas"),
    ),
    ways=(
        Way(
            N_("A personal access token"),
            (
                N_("In BottleCRM open your profile, then Tokens, and make one for Headway."),
                N_("An administrator's token sees all records, another one only its owner's."),
                N_("Write the address of BottleCRM and the token below."),
            ),
            (
                Ask("base_url", N_("Address of the server"), example="https://crm.example.com"),
                Ask("token", N_("Token"), example="bcrm_pat_...", is_secret=True),
            ),
        ),
    ),
    history=N_("BottleCRM keeps no history; what moves between two pulls becomes it."),
    limits=N_("Everything is read with each run, because BottleCRM does not say what changed."),
)
