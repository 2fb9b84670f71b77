"""How a person connects Zoho CRM."""

from goals.words import N_
from integrations.crm.zoho import access
from integrations.guide import Ask, Guide, Way
from integrations.oauth import OAuth

#: The data centres by the ending of their addresses, with what people call them.
CHOICES = (
    ("com", N_("United States, zoho.com")),
    ("eu", N_("Europe, zoho.eu")),
    ("in", N_("India, zoho.in")),
    ("com.cn", N_("China, zoho.com.cn")),
    ("com.au", N_("Australia, zoho.com.au")),
    ("jp", N_("Japan, zoho.jp")),
    ("ca", N_("Canada, zohocloud.ca")),
    ("sa", N_("Saudi Arabia, zoho.sa")),
)

_CLIENT = (
    Ask(
        "dc",
        N_("Data centre"),
        N_("The ending of the address at which you use Zoho CRM."),
        choices=CHOICES,
    ),
    Ask("client_id", N_("Client ID"), example="1000.ABC"),
    Ask("client_secret", N_("Client secret"), is_secret=True),
)
_SCOPES = (
    ("ZohoCRM.modules.READ", N_("Deals, leads, people, activities, cases and campaigns")),
    ("ZohoCRM.settings.READ", N_("Stages, pipelines and fields")),
    ("ZohoCRM.users.READ", N_("Owners")),
)

GUIDE = Guide(
    reads=(
        N_("Deals with the stages they went through, and their own fields"),
        N_("Leads, also converted ones, contacts, accounts and users"),
        N_("Calls, meetings and completed tasks"),
        N_("Cases, and campaigns with what they cost"),
    ),
    ways=(
        Way(
            N_("Self client"),
            (
                N_("Open the API console of your data centre, for instance api-console.zoho.com."),
                N_("Add a client of the kind Self Client and copy its id and secret."),
                N_("Under Generate Code, enter the scopes below and create a code."),
                N_(
                    "Exchange the code for a refresh token within its ten minutes: POST it to "
                    "/oauth/v2/token of your accounts server with grant_type=authorization_code."
                ),
            ),
            (*_CLIENT, Ask("refresh_token", N_("Refresh token"), is_secret=True)),
        ),
        Way(
            N_("Sign in with a client of yours"),
            (
                N_("Open the API console of your data centre, for instance api-console.zoho.com."),
                N_("Add a client of the kind Server-based Applications."),
                N_("Enter the redirect URI below as its authorized one, letter by letter."),
                N_("Copy the client's ID and secret and paste them here."),
            ),
            _CLIENT,
            # Without both words Zoho gives a token for an hour and none to renew it with.
            OAuth(
                "Zoho CRM",
                "https://accounts.zoho.com/oauth/v2/auth",
                "https://accounts.zoho.com/oauth/v2/token",
                tuple(name for name, _ in _SCOPES),
                gap=",",
                more={"access_type": "offline", "prompt": "consent"},
                hosts=access.HOSTS,
                servers={name: server for name, (server, _) in access.CENTRES.items()},
                by="dc",
            ),
        ),
    ),
    history=N_(
        "Zoho keeps the stages of each deal. Every changed deal costs one call of the "
        "organization's daily credits."
    ),
    scopes=_SCOPES,
    limits=N_(
        "Zoho does not keep when a case was closed; its last change stands for it. A campaign's "
        "cost counts on its first day."
    ),
)
