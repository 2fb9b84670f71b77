"""SlackUser: a person who writes, clicks and fills in forms, and so sends requests to the app."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any

from . import answers, forms, payloads, workflows
from .delivery import How, Reply, SignedHttp
from .forms import NotVisible
from .person import Person
from .surfaces import show_view
from .world import Channel, Execution, Json, Message, View


class SlackUser(Person):
    """One person in front of Slack.

    `app` is the app's address (to which /slack/events is added), a WSGI application or a
    FakeSocketMode. Every verb sends what Slack would send, fails when the app takes longer than
    three seconds, returns the app's Reply, and takes the fields of `How` as keywords. A person can
    only use what they see: everything else raises NotVisible.
    """

    # Writing

    def say(self, text: str, *, thread: Message | None = None, **how: Any) -> Reply:
        """Write to the bot in the direct message (event message.im)."""
        message = self.write(self.slack.im(self.user), text, thread=thread)
        return self.event(payloads.message_event(self.slack, message, "im"), **how)

    def mention(
        self, channel: Channel | str, text: str, *, thread: Message | None = None, **how: Any
    ) -> Reply:
        """Write to the bot by name in a channel it is in (event app_mention)."""
        place = self._member_of(channel)
        bot = self.slack.teams[place.team_id].bot_user_id
        if bot not in place.members or place.is_im:
            raise NotVisible(f"the bot is not in #{place.name}, so Slack sends no app_mention")
        message = self.write(place, text, thread=thread, prefix=f"<@{bot}> ")
        inner = payloads.message_event(self.slack, message, "channel")
        del inner["channel_type"]
        return self.event({**inner, "type": "app_mention"}, **how)

    def write(
        self,
        channel: Channel | str,
        text: str,
        *,
        thread: Message | None = None,
        prefix: str = "",
    ) -> Message:
        """Write in a channel without naming the bot: the app hears nothing of it."""
        place = self._member_of(channel)
        message = Message(
            team_id=self.user.team_id,
            channel=place.id,
            ts=self.slack.next_ts(place.id),
            user=self.id,
            text=prefix + payloads.typed(self.slack, self.user, text),
            thread_ts=(thread.thread_ts or thread.ts) if thread else None,
            client_msg_id=secrets.token_hex(16),
        )
        return self.slack.put(message)

    def edit(self, message: Message, text: str, **how: Any) -> Reply:
        """Change an own direct message (event message.im, subtype message_changed)."""
        before = {"type": "message", "user": self.id, "text": message.text, "ts": message.ts}
        message.text = payloads.typed(self.slack, self.user, text)
        message.edited_ts = self.slack.next_ts(message.channel)
        inner = {
            "type": "message",
            "subtype": "message_changed",
            "hidden": True,
            "channel": message.channel,
            "channel_type": "im",
            "ts": message.edited_ts,
            "message": before
            | {"text": message.text, "edited": {"user": self.id, "ts": message.edited_ts}},
            "previous_message": before,
        }
        return self.event(inner, **how)

    def slash(
        self, command: str, text: str = "", channel: Channel | str | None = None, **how: Any
    ) -> Reply:
        """Type a slash command, by default in the direct message with the bot."""
        place = self._readable(channel) if channel is not None else self.slack.im(self.user)
        hook = self.slack.new_response_url(self.user.team_id, place.id, self.id)
        fields = payloads.slash(self.slack, self.user, command, text, place, hook)
        return self._send(
            "slash_commands",
            fields,
            how,
            lambda reply: answers.to_slash(self.slack, hook, fields, reply),
        )

    # Using what is on the screen

    @property
    def modal(self) -> View:
        """The topmost modal before this person; raises NotVisible when there is none."""
        found = self.slack.modal(self.user)
        if found is None:
            raise NotVisible(f"no modal is open before {self.user.name}")
        return found

    @property
    def home(self) -> View:
        """This person's App Home; raises NotVisible when none was published."""
        found = self.slack.home(self.user)
        if found is None:
            raise NotVisible(f"{self.user.name} has no App Home yet")
        return found

    def click(
        self,
        where: Message | View,
        action: str,
        *,
        value: str | None = None,
        within: str | None = None,
        agree: bool = True,
        earlier: bool = False,
        **how: Any,
    ) -> Reply:
        """Press a button by its label or action id.

        `value` and `within` (words of the text it belongs to) tell equal labels apart.
        `agree=False` says no to a confirmation: nothing is sent, which raises NotVisible.
        `earlier=True` presses a button of the message as it was before its last change, as somebody
        does whose screen is a moment behind.
        """
        blocks = self._blocks(where, earlier)
        block, element = forms.locate(self.slack, blocks, action, value, within)
        if element["type"] not in ("button", "icon_button", "workflow_button"):
            raise NotVisible(f"{action!r} is a {element['type']}, not a button: use choose")
        if "confirm" in element and not agree:
            raise NotVisible("the person did not confirm, so nothing is sent")
        done = {
            key: element[key]
            for key in ("action_id", "type", "text", "value", "url")
            if key in element
        }
        return self._act(where, blocks, done | {"block_id": block["block_id"]}, how)

    def choose(
        self,
        where: Message | View,
        action: str,
        option: Any,
        *,
        within: str | None = None,
        earlier: bool = False,
        **how: Any,
    ) -> Reply:
        """Choose in a menu, date picker, radio group or check boxes, by an option's label or value.

        A field of a form that does not dispatch only keeps the choice: use `fill` or `submit` for
        it. `earlier=True` chooses in the message as it was before its last change.
        """
        blocks = self._blocks(where, earlier)
        block, element = forms.locate(self.slack, blocks, action, within=within)
        if block["type"] == "input" and not block.get("dispatch_action"):
            raise NotVisible(f"{action!r} sends nothing before the form is submitted: use fill")
        offered = self._offered.get(element["action_id"])
        state = forms.chosen(self.slack, element, option, offered)
        if isinstance(where, View) and element["type"] != "overflow":
            where.values.setdefault(block["block_id"], {})[element["action_id"]] = state
        ids = {"action_id": element["action_id"], "block_id": block["block_id"]}
        return self._act(where, blocks, state | ids, how)

    def suggest(self, where: Message | View, action: str, text: str, **how: Any) -> list[str]:
        """Type into an external select; gives the labels offered, for `choose` and `fill`."""
        block, element = forms.locate(self.slack, self._blocks(where), action)
        if element["type"] not in ("external_select", "multi_external_select"):
            raise NotVisible(f"{action!r} asks the app for nothing")
        ids = {"action_id": element["action_id"], "block_id": block["block_id"]}
        payload = payloads.suggestion(self.slack, self.user, where, ids, text)
        options = answers.options(self._send("interactive", payload, how))
        self._offered[element["action_id"]] = options
        return [option["text"]["text"] for option in options]

    def fill(self, view: View, values: Mapping[str, Any]) -> None:
        """Enter values into a modal's fields, by label, block id or action id; sends nothing."""
        blocks = self._blocks(view)
        for name, value in values.items():
            block, element = forms.locate(self.slack, blocks, name)
            offered = self._offered.get(element["action_id"])
            entry = forms.chosen(self.slack, element, value, offered)
            view.values.setdefault(block["block_id"], {})[element["action_id"]] = entry

    def submit(
        self,
        view: View,
        values: Mapping[str, Any] | None = None,
        *,
        force: bool = False,
        **how: Any,
    ) -> Reply:
        """Fill in and submit a modal; what the app answers happens to the modal.

        Raises CannotSubmit where Slack holds the form back itself, unless `force=True`.
        """
        self.fill(view, values or {})
        state = forms.values(view.blocks, view.values)
        if not force:
            forms.hold_back(view, state)
        payload = payloads.view_event(self.slack, self.user, view, "view_submission", state)
        return self._send(
            "interactive",
            payload,
            how,
            lambda reply: answers.to_submission(self.slack, view, reply),
        )

    def close(self, view: View, **how: Any) -> Reply | None:
        """Close a modal; the app hears of it only if it asked to (notify_on_close)."""
        self._blocks(view)
        view.open = False
        if not view.body.get("notify_on_close"):
            return None
        payload = payloads.view_event(self.slack, self.user, view, "view_closed", view.values)
        return self._send("interactive", payload, how)

    def shortcut(self, callback_id: str, message: Message | None = None, **how: Any) -> Reply:
        """Use a global shortcut, or one on a message."""
        if message is not None:
            self._blocks(message)
        return self._send(
            "interactive", payloads.shortcut(self.slack, self.user, callback_id, message), how
        )

    def run_step(
        self,
        function: Json,
        callback_id: str,
        inputs: Json,
        *,
        by_timer: bool = False,
        **how: Any,
    ) -> tuple[Execution, Reply]:
        """Start a workflow with a step of the app (event function_executed).

        `function` is the step's entry in the manifest. With `by_timer` the workflow starts by
        itself, so that Slack knows of nobody. The execution tells how the app ended it.
        """
        starter = None if by_timer else self.user
        execution, inner = workflows.begin(self.slack, function, callback_id, inputs, starter)
        return execution, self.event(inner, **how)

    # Being somewhere

    def open_home(self, tab: str = "home", **how: Any) -> Reply:
        """Open the app's Home or Messages tab (event app_home_opened)."""
        inner: Json = {
            "type": "app_home_opened",
            "user": self.id,
            "channel": self.slack.im(self.user).id,
            "tab": tab,
        }
        home = self.slack.home(self.user)
        if home is not None and tab == "home":
            inner["view"] = show_view(self.slack, home)
        return self.event(inner, **how)

    def join(self, channel: Channel | str, **how: Any) -> Reply | None:
        """Join a channel (event member_joined_channel, sent when the bot is in it too)."""
        return self._let_in(self.slack.channel(channel), self.id, how)

    def invite_bot(self, channel: Channel | str, **how: Any) -> Reply | None:
        """Bring the bot into a channel (event member_joined_channel about the bot itself)."""
        place = self._member_of(channel)
        return self._let_in(place, self.slack.teams[self.user.team_id].bot_user_id, how, self.id)

    def paste_link(
        self, channel: Channel | str, url: str, *, composer: bool = False, **how: Any
    ) -> Reply:
        """Write a link to one of the app's unfurl domains (event link_shared).

        With `composer` it stands in a message that is not sent yet: Slack then names neither a
        channel nor a message that anybody else could see.
        """
        place = self._member_of(channel)
        inner: Json = {
            "type": "link_shared",
            "user": self.id,
            "is_bot_user_member": self.slack.teams[self.user.team_id].bot_user_id in place.members,
            "links": [{"domain": url.split("/")[2].split(":")[0], "url": url}],
        }
        if composer:
            draft = f"{self.id}-{secrets.token_hex(16)}"
            inner |= {"channel": "COMPOSER", "message_ts": draft, "unfurl_id": draft}
            return self.event(inner | {"source": "composer"}, **how)
        message = self.write(place, url)
        inner |= {
            "channel": message.channel,
            "message_ts": message.ts,
            "unfurl_id": f"{message.channel}.{message.ts}",
            "source": "conversations_history",
        }
        return self.event(inner, **how)

    def event(self, inner: Json, **how: Any) -> Reply:
        """Deliver any event of the Events API, given its inner part."""
        return self._send("events_api", payloads.event(self.slack, self.user, inner), how)

    def resend(self, reply: Reply, *, exactly: bool = False, **how: Any) -> Reply:
        """Deliver an earlier request again: freshly signed as retries are, or byte for byte."""
        if exactly and isinstance(self._sender, SignedHttp):
            return self._sender.resend_exactly(reply, How(**how))
        return self._sender.send(reply.sent.kind, reply.sent.payload, How(**how))

    def _let_in(
        self, place: Channel, who: str, how: dict[str, Any], inviter: str | None = None
    ) -> Reply | None:
        if place.kind == "private" and who == self.id and self.id not in place.members:
            raise NotVisible("nobody joins a private channel uninvited")
        place.members.add(who)
        if self.slack.teams[self.user.team_id].bot_user_id not in place.members:
            return None
        inner = {
            "type": "member_joined_channel",
            "user": who,
            "channel": place.id,
            "channel_type": "G" if place.kind == "private" else "C",
            "team": self.user.team_id,
        }
        return self.event(inner | ({"inviter": inviter} if inviter else {}), **how)
