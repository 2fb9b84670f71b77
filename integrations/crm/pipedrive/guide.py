"""How a person connects Pipedrive."""

from goals.words import N_
from integrations.guide import Ask, Guide, Way

GUIDE = Guide(
    reads=(
        N_("Deals, also archived and deleted ones, with the stages they went through"),
        N_("Leads, persons, organizations and users"),
        N_("Activities that were done"),
        N_("Goals of people for the value of won deals, as quotas"),
    ),
    ways=(
        Way(
            N_("Personal API token"),
            (
                N_("Sign in to Pipedrive as a person who may see all deals."),
                N_("Open Personal preferences > API and copy the token."),
                N_("A new token ends the old one: other programs that use it need it as well."),
            ),
            (
                Ask("token", N_("API token"), is_secret=True),
                Ask(
                    "base_url",
                    N_("Address of your account"),
                    N_("With it, deals link to their pages in Pipedrive."),
                    "https://yourcompany.pipedrive.com",
                    is_optional=True,
                ),
            ),
        ),
    ),
    history=N_(
        "Pipedrive keeps every move, but each history costs part of the company's daily allowance. "
        "The newest deals come first, over days if there are many. Until then a deal counts from "
        "its last move."
    ),
    limits=N_(
        "Pipedrive keeps no tickets and no spend. Leads that became deals before the first sync "
        "are not in its lists any more."
    ),
)
