"""A HubSpot account to test against: a server on this machine, its records, and what goes wrong.

Written from HubSpot's published specification of the 2026-09 paths (the v3 and v4 paths are
answered by the same handlers) and independent of the app's code. Standard library only.

    from tests.fakes.hubspot.hub import FakeHubSpot
    from tests.fakes.hubspot.generate import generate
    from tests.fakes.hubspot.maven import load_maven
    from tests.fakes.hubspot.process import running

A worked example
----------------
>>> from datetime import UTC, datetime
>>> from tests.fakes.hubspot.client import DEALS, Client
>>> from tests.fakes.hubspot.hub import FakeHubSpot
>>> with FakeHubSpot(now=datetime(2026, 3, 2, 9, tzinfo=UTC)) as hub, Client(hub.url) as client:
...     ann = hub.add_owner("Ann", "Lee", teams=("East / Sue Ray",))
...     acme = hub.add_company("Acme")
...     first = hub.add_deal("Acme, 5 seats", amount=500, owner=ann, company=acme,
...                          stage="Engaging", created="2026-01-05")
...     others = [hub.add_deal(f"Deal {n}") for n in range(150)]
...     hub.after_page(1, lambda: hub.move(first, "Won", at="2026-03-02T08:00:00Z"))
...     planned = hub.faults.add(DEALS, "http_503", after=1)
...     one = client.get(DEALS, limit=100)
...     refused = client.get(DEALS, limit=100, after=one.after)
...     two = client.get(DEALS, limit=100, after=one.after)
...     deal = client.get(f"{DEALS}/{first}", propertiesWithHistory="dealstage").json
>>> [len(one.ids), refused.status, len(two.ids), two.after]
[100, 503, 51, None]
>>> [(entry["value"], entry["timestamp"]) for entry in deal["propertiesWithHistory"]["dealstage"]]
[('closedwon', '2026-03-02T08:00:00Z'), ('1084511', '2026-01-05T00:00:00Z')]
>>> [call.status for call in hub.calls(DEALS)]
[200, 503, 200, 200]

The account
-----------
Settings are arguments of FakeHubSpot, and none of them limits anything until it is set:
`rate_limit=(requests, seconds)`, `search_rate`, `daily_limit`, `retry_after`, `page_delay`,
`search_lag`, `size_limits=Limits(...)` (HubSpot's own numbers), `scopes`, `oauth=OAuthApp(...)`,
`now`, `time_zone`, `currency`, `merged_ids="gone"|"forward"`. `page_delay`, `search_lag`, `now`
and `limits` may be changed while it runs.

Building: `add_owner`, `add_company`, `add_contact`, `add_deal`, `add_lead`, `add(kind, ...)`,
`associate`, `define_property`, `add_pipeline`. Changing: `move`, `update`, `touch`, `archive`,
`restore`, `delete`, `merge`, `dissociate`, `archive_owner`, `remove_property`. `at` is when
something happened; the modification stamp is always `hub.now`, which stands still where it was set
and runs with `advance(seconds)`. Custom properties are defined before they are used.

Access: `expire_token(after=calls)`, `revoke_token`, `grant(scopes)`, `access.issued` (tokens that
were refreshed). Looking: `calls(path, status)` and `requests` (the log), `objects(kind)` (the whole
truth), `rates.refused` (answers with 429).

Between pages: `after_page(number, what, path)` acts once that page has been made. Faults:
`faults.add(path prefix, kind, times=1, after=0, method=None)`; times=None hits for ever. Kinds:
http_500, http_502, http_503, http_504, status_530_html, html_200, reset, reset_mid_body,
short_body, truncated_json, invalid_utf8, slow_drip and latency (`seconds`), bad_value (`name`,
`value`), huge_field (`name`, `size`), empty_page_in_middle, cursor_loop.

Where it is deliberately inconvenient, because HubSpot is
---------------------------------------------------------
Times have three decimals only where they are not whole seconds. Ids cross a power of ten, so that
ids compared as text fall out of order. A search takes one sort, pages by offset over results that
move, ends at 10,000 and never has archived records. A batch answers in no order of its inputs.
A record without associations is an error entry in a 207, and a primary company is listed twice. A
merge leaves a new id, and both old ones are gone without being archived. Text is compared in lower
case, the values of IN are not. Search answers carry no limits in their headers. A daily 429 has no
Retry-After. The association entries `"label": null` and a textual `subCategory` are what HubSpot
sends, although its specification says otherwise.

Campaigns: `add_campaign`, `add_spend`, `rename_campaign`, `remove_campaign`. Calls, e-mails,
meetings, tasks, products, line items, survey answers and goals are object types like the others.

Not in it: writes, search for words, NOT_IN and CONTAINS_TOKEN, other object types, reports of
campaigns and webhooks; associations from a company to generated deals.

Large accounts and processes
----------------------------
`generate(hub, deals=1_000_000)` costs no memory per deal: deals repeat after `period` of them in
all but id, name and stamp, and pages are formatted from bytes that are kept. `load_maven(hub,
directory)` loads the public sales data. `python -m tests.fakes.hubspot --help` runs it alone;
`running("--deals", "1000000", "--keep-pages", "20")` does so from a test and gives `url`, `token`,
`pid`, `call(name, ...)` and `log()`.
"""
