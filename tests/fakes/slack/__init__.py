"""A Slack to test against: a server on this machine, people who use it, and Socket Mode.

Written from Slack's documentation and independent of the app's code. It needs the standard library
and slack_sdk, whose validators look over every payload, as does the schema in `slack_types.json`.

    from tests.fakes.slack.server import FakeSlack
    from tests.fakes.slack.socketmode import FakeSocketMode
    from tests.fakes.slack.user import SlackUser

A worked example
----------------
    with FakeSlack() as slack:                  # a millisecond; one workspace, "Acme"
        record = slack.add_user("Ann Lee", locale="th-TH", tz="Asia/Bangkok")
        sales = slack.add_channel("sales", members=[record])     # our bot is in it, too
        # The app is told slack.api_url, slack.bot_token and slack.signing_secret and listens at
        # app_url; a WSGI application, such as a Flask app, may stand in the address's place.
        ann = SlackUser(slack, record, app_url)

        reply = ann.slash("/goals", "status churn", sales)   # fails if it takes more than 3 s
        card = reply.messages[0]                # what Ann sees now that she did not see before
        assert "Churn rate" in slack.screen_text(card)

        ann.click(card, "Check in")             # only a button that she sees now
        ann.submit(ann.modal, {"Value": "4.2", "Comment": "Two customers left"})
        assert slack.modal(record) is None      # closed: no errors

        slack.wait_for(lambda: slack.find(sales, "churn is off track"))
        assert len(slack.find(sales, "churn is off track")) == 1
        assert slack.audit == []                # no ping, disguised link or mute message

FakeSlack: what it knows and tells
----------------------------------
Building: `add_team`, `add_user`, `add_channel`, `im(user)`, `grant("channels:history")`,
`withdraw`, `revoke(token)`. Records may be changed at any time (`sales.archived = True`,
`team.active = False`). The bot token starts with the manifest's required scopes
(`world.MANIFEST_SCOPES`), without the optional ones.

Asking: `messages(channel, thread=ts)`, `ephemerals(user)`, `home(user)`, `modal(user)`,
`visible_to(user)`, `find(channel, words)` (a list), `one(channel, words)` (fails unless there is
one), `screen_text(message or view)`, `notification_text(message)`, `calls`, `calls_to(method)`,
`audit`, `prompts[channel id]`, `statuses`, `unfurls`, `files`, `wait_for(what, timeout)`.

`reset()` between tests keeps the address and gives the same ids and tokens again.
`forward(seconds)` lets time pass for Slack alone: trigger ids live 3 s, response_urls 30 min and
5 uses, codes 10 min, tokens 12 h with `token_rotation`. `consent(url, user)` is the person on the
consent page of the OAuth flow. `tells_scopes = True` lets answers name their token's scopes.
Settings are arguments of the constructor: `rate_limits`,
`log_path`, `strict_args`, `dedupe_client_msg_id`, `edit_window`, `token_rotation`,
`files_ready_after`, `now`.

Audit kinds: `broadcast`; `unknown_mention`; `disguised_link` (a labelled link to a host that is
not in `trusted_hosts`, or a label that names another address); `raw_user_content` (text given to
`watch` appears unescaped); `auto_link` (parse=full or link_names); `no_notification_text` (blocks
without top-level text); `update_without_blocks` (chat.update with text alone leaves old blocks);
`refused` (a call that Slack takes from nobody); `sdk` and `types` (what slack_sdk's validators and
Slack's published types say against blocks, cards, modals and App Home). The end of `with` and
`reset()` fail when the audit is not empty, unless the fake is made with `strict=False`; a test
that means to send what is wrong clears the audit when it has looked at it.

Faults
------
    slack.faults.add("chat.postMessage", "lose_after", times=2)
    slack.faults.add("chat.postMessage", "lose_before", probability=0.05, seed=7)
    slack.faults.add("*", "latency", seconds=1.5)
    slack.faults.add("chat.postMessage", "error", code="is_archived", channel=sales.id)
    slack.faults.add("chat.postMessage", "error", code="ratelimited", retry_after=2)

Kinds: lose_before, lose_after, latency, http_500, http_503, html_200, truncated_json, error.
After lose_after, truncated_json and latency the call has been carried out; after the others not.
Without `times` or `probability` a fault fires once.

SlackUser: what a person does
-----------------------------
`say`, `mention`, `write`, `edit`, `slash`, `click`, `choose`, `suggest`, `fill`, `submit`,
`close`, `shortcut`, `run_step`, `open_home`, `join`, `invite_bot`, `paste_link`, `event` (any other
event) and `resend`; `modal` and `home` are what is open before the person. Each verb takes the
keywords of
`delivery.How`: `retry_num=1`, `duplicate=2`, `at_once=True`, `age=301`, `secret="x"`,
`signature="v0=ไทย"`, `timestamp="abc"`, `truncate=10`, `pad=2_000_000`,
`content_type="text/plain"`, `deadline=0.2`. An immediate answer to a slash command, and what
comes through a response_url, appears as an ephemeral or public message. What a person cannot do
raises `forms.NotVisible` or `forms.CannotSubmit`; what the app must not do,
`delivery.DeadlineExceeded` or `answers.BadAnswer`.

Socket Mode
-----------
    with FakeSlack() as slack, FakeSocketMode(slack) as socket_mode:
        ...                                     # the app connects with slack.app_token
        socket_mode.wait_connected()
        ann = SlackUser(slack, slack.add_user("Ann"), socket_mode)     # the same verbs
        ann.say("hello", duplicate=1)           # the same envelope twice
        socket_mode.disconnect()                # or drop(); `acks` has every ack

From the shell: `python -m tests.fakes.slack --log calls.jsonl` prints what an app needs to know.

What the fake does not have
---------------------------
Enterprise organisations, user tokens, scheduled messages, streams, canvases,
Slack's undocumented limits. Where sources disagree on a Block Kit limit, the smaller one holds.
"""
