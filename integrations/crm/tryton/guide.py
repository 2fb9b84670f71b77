"""How a person connects Tryton."""

from goals.words import N_
from integrations.guide import Ask, Guide, Way

GUIDE = Guide(
    reads=(
        N_("Opportunities as deals, with every state they went through"),
        N_("The same opportunities as leads, converted when they have a sale"),
        N_("Parties as accounts, employees as owners"),
        N_("Confirmed sales as purchases"),
    ),
    ways=(
        Way(
            N_("A user of its own with a password"),
            (
                N_("In Tryton open Administration, Users, Users and create a user for Headway."),
                N_("Give it the groups Sales and Opportunity and your company; no more is needed."),
                N_("Write the address of the server and the name of the database below."),
            ),
            (
                Ask("base_url", N_("Address of the server"), example="https://tryton.example.com"),
                Ask("database", N_("Database"), example="company"),
                Ask("user", N_("User"), example="headway"),
                Ask("password", N_("Password"), is_secret=True),
            ),
        ),
    ),
    history=N_("Tryton keeps every earlier state of an opportunity, so stage history is complete."),
    scopes=(
        ("sale.opportunity", N_("deals, leads and their history")),
        ("party.party, company.employee", N_("accounts and owners")),
        ("sale.sale", N_("purchases")),
    ),
    limits=N_(
        "Deleted rows are noticed once a day. A cancelled opportunity counts as lost; its stage is "
        "Cancelled."
    ),
)
