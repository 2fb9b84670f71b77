"""How a person connects Salesforce."""

from goals.words import N_
from integrations.guide import Ask, Guide, Way

_ADDRESS = Ask(
    "base_url",
    N_("Address of your Salesforce"),
    N_("Setup > My Domain shows it. It ends in my.salesforce.com."),
    "https://acme.my.salesforce.com",
)
_CLIENT = Ask("client_id", N_("Consumer Key"), example="3MVG9...")
_APP = (
    N_(
        "In Salesforce open Setup > External Client App Manager and choose New External Client"
        " App. Connected Apps can no longer be made since Spring '26."
    ),
    N_(
        "Switch on Enable OAuth and add the scope Manage user data via APIs (api). Any callback"
        " address will do; it is not used."
    ),
)

GUIDE = Guide(
    reads=(
        N_("Users, accounts, contacts, leads and products"),
        N_("Opportunities with their stages and complete stage history"),
        N_("Completed tasks, calls, mails and meetings"),
        N_("Cases"),
        N_("Campaigns, their members and what they cost"),
        N_("Quotas, where forecasts are switched on"),
    ),
    ways=(
        Way(
            N_("With a secret"),
            (
                *_APP,
                N_(
                    "Switch on Enable Client Credentials Flow, and under Policies name the user"
                    " for whom it runs. Choose one who may see all records."
                ),
                N_(
                    "Under Settings > OAuth Settings copy the Consumer Key and the Consumer Secret."
                ),
            ),
            (_ADDRESS, _CLIENT, Ask("client_secret", N_("Consumer Secret"), is_secret=True)),
        ),
        Way(
            N_("With a certificate"),
            (
                *_APP,
                N_(
                    "Switch on Enable JWT Bearer Flow and upload the certificate that belongs to"
                    " your private key."
                ),
                N_(
                    "Under Policies let only users whom an administrator approved sign in, and"
                    " approve the profile of the user named below."
                ),
            ),
            (
                _ADDRESS,
                _CLIENT,
                Ask("username", N_("User name"), example="headway@acme.com"),
                Ask(
                    "private_key",
                    N_("Private key"),
                    N_("The text of the .pem file, from BEGIN to END."),
                    is_secret=True,
                ),
            ),
        ),
    ),
    history=N_(
        "Salesforce keeps the stages of every opportunity from its first day on; all of it is read."
    ),
    scopes=(
        ("api", N_("reads records")),
        ("API Enabled", N_("lets the user's programs in at all")),
        ("View All Data", N_("shows records that the user does not own")),
        ("View All Forecasts", N_("shows quotas; without it they are left out")),
    ),
    limits=N_(
        "Salesforce counts the requests of all your programs together. The sync stops once four"
        " fifths of a day's requests are used and goes on later. Amounts count in the workspace's"
        " currency where your Salesforce has only one."
    ),
)
