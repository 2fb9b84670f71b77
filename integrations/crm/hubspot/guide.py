"""How HubSpot is connected: a service key, or an app that somebody signs in to."""

from goals.words import N_
from integrations.crm.hubspot import paths
from integrations.guide import Ask, Guide, Way
from integrations.oauth import OAuth

_NEEDED = (
    ("crm.objects.deals.read", N_("deals with their amounts and stages")),
    ("crm.schemas.deals.read", N_("pipelines, and fields of your own on deals")),
    ("crm.objects.owners.read", N_("who owns what")),
)
_WANTED = (
    ("crm.objects.companies.read", N_("companies, which are your customers")),
    ("crm.objects.contacts.read", N_("contacts")),
    ("crm.objects.leads.read", N_("leads, if your account has them")),
    ("sales-email-read", N_("that e-mails were sent, without their texts")),
    ("tickets", N_("tickets, for times of answers")),
    ("crm.objects.feedback_submissions.read", N_("answers to surveys")),
    ("crm.objects.goals.read", N_("goals in money, which are quotas")),
    ("crm.objects.line_items.read", N_("which products a deal is about")),
    ("crm.objects.products.read", N_("products with their prices")),
    ("marketing.campaigns.read", N_("campaigns and what they cost")),
)
_BASE = Ask(
    "base_url",
    N_("Address of the API"),
    N_("Leave it empty for HubSpot's own."),
    "https://api.hubapi.com",
    is_optional=True,
)

GUIDE = Guide(
    reads=(
        N_("Deals, their stages and stage history"),
        N_("Companies, contacts and leads, without e-mail texts"),
        N_("Calls, e-mails, meetings and tasks, tickets and surveys, campaigns and quotas"),
        N_("Owners, to know who owns what"),
        N_("Fields of your own on all of these"),
    ),
    history=N_("HubSpot keeps when each deal came to each stage, and it is read from there."),
    scopes=_NEEDED + _WANTED,
    limits=N_(
        "An account that lacks some of these works too: what a key may not see is left out and"
        " named on the page of the connection."
    ),
    ways=(
        Way(
            N_("Service key"),
            (
                N_("In HubSpot, open Settings, then Development, Keys, Service keys."),
                N_("Create a service key, call it Headway, and give it the scopes named below."),
                N_("Copy the key and paste it here."),
            ),
            (
                Ask(
                    "token",
                    N_("Service key"),
                    N_("The token of an older private app works here too."),
                    "pat-eu1-1a2b3c4d-...",
                    is_secret=True,
                ),
                _BASE,
            ),
        ),
        Way(
            N_("Sign in with an app of yours"),
            (
                N_("In HubSpot, open Development and create an app that uses OAuth."),
                N_("Enter the redirect URI below as the app's redirect URL, letter by letter."),
                N_("Give the app the scopes named below: the first three are needed."),
                N_("Copy the app's client ID and client secret and paste them here."),
            ),
            (
                Ask("client_id", N_("Client ID"), example="1a2b3c4d-5e6f-7a8b-9c0d-..."),
                Ask("client_secret", N_("Client secret"), is_secret=True),
                _BASE,
            ),
            OAuth(
                "HubSpot",
                "https://app.hubspot.com/oauth/authorize",
                "https://api.hubapi.com/oauth/2026-09/token",
                tuple(name for name, _ in _NEEDED),
                tuple(name for name, _ in _WANTED),
                hosts=paths.HOSTS,
            ),
        ),
    ),
)
