"""How a person connects EspoCRM (data)."""

from goals.words import N_
from integrations.guide import Ask, Guide, Way

GUIDE = Guide(
    reads=(
        N_("Stages with their probabilities"),
        N_("Opportunities with their stage history"),
        N_("Users"),
        N_("Accounts and contacts"),
        N_("Leads"),
        N_("Calls, meetings and tasks that were done"),
        N_("Cases"),
        N_("Campaigns with their budgets"),
    ),
    ways=(
        Way(
            N_("API user"),
            (
                N_("In EspoCRM, open Administration, then API Users, and create a user."),
                N_("Choose API Key as its authentication method."),
                N_("Give it a role that may read all records of the types listed here."),
                N_("Copy the API key that is shown once the user is saved."),
            ),
            (
                Ask("base_url", N_("Address of EspoCRM"), example="https://crm.example.com"),
                Ask("api_key", N_("API key"), is_secret=True),
            ),
        ),
    ),
    history=N_("From each opportunity's stream, which notes every change of its stage."),
    scopes=(
        ("Opportunity, Account, User", N_("read all, stream included")),
        ("Lead, Contact, Call, Meeting, Task, Case, Campaign", N_("read all, where you want them")),
    ),
    limits=N_(
        "EspoCRM keeps one date of closing: the expected one while an opportunity is open, the "
        "actual one once it is closed. Deleted records are found once a day."
    ),
)
