"""What every language writes in Latin letters."""

import re

#: What is written alike in every language, and why.
ALIKE = set()
for words in (
    # Products, and what is named after them.
    "Headway HubSpot Slack Salesforce Excel PowerPoint Word",
    # What the trade calls by its English letters in Thai and in Chinese.
    "Commit commit CRM IT ID KPI NPS IQL MQL SQL USP SMART CSAT CES CAC LTV CLV MRR NRR GRR CPL"
    " B2B",
    # Kinds of files and protocols, currencies, units, and what a language calls itself.
    "Markdown English CSV xlsx JSON PDF HTML HTTP https API UTC UTF THB USD EUR MB",
    # Names on the screens of Slack and HubSpot, which a reader must find there as they stand.
    "Socket Mode Manifest From manifest Create New App Install App-Level Basic Information"
    " Tokens Token Bot User OAuth Signing Secret xapp xoxb Settings Development Service Keys keys"
    " scope client id secret Client Redirect redirect URI HEADWAY_BASE_URL Sales"
    " Credentials Event Subscriptions",
    # Keys of a keyboard.
    "Esc",
    # What is typed into a terminal, stands in a file, or is part of a name that is an example.
    "web worker bot open won lost Ltd Asia",
):
    ALIKE |= {part for word in words.split() for part in re.split("[-]", word)}
