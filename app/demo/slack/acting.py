"""What people do in the small Slack; each deed reaches the bot as a delivery of Slack would."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from app.demo.slack import calls, chat, elements, payloads, views
from app.demo.slack.stage import Failed, Json, Stage
from integrations.slack import envelope, manifest
from integrations.slack.envelope import Envelope
from integrations.slack.inbound import Answered

SLACKBOT = "USLACKBOT"
COMMANDS = ("/goals",)


@dataclass(frozen=True)
class Actor:
    """Somebody in the small Slack, and the bot that hears of what they do."""

    stage: Stage
    answer: Callable[[Envelope], Answered]
    user: str

    def say(self, channel_id: str, text: str, thread: str | None = None) -> None:
        """Write something: a command, a question to the app, or words to the others."""
        stage = self.stage
        with stage.reading():
            channel = self.place(channel_id)
            if thread is not None:
                stage.message(channel_id, thread)
        name, _, rest = text.partition(" ")
        if text.startswith("/") and "/" not in name[1:]:
            self._command(channel, name, rest.strip(), thread)
            return
        with stage.changing():
            said: Json = {"user": self.user, "text": payloads.typed(stage, text), "blocks": []}
            if thread is not None:
                said["thread_ts"] = thread
            message = stage.put(channel_id, said)
        self._tell(channel, message)

    def _tell(self, channel: Json, message: Json) -> None:
        """Let the app hear of a message, as far as it would in Slack."""
        inner = {**message, "channel": channel["id"]}
        bot = self.stage.data["team"]["bot_user_id"]
        if channel["kind"] == "im":
            self._event({**inner, "channel_type": "im"}, message)
        elif f"<@{bot}>" in message["text"]:
            self._event({**inner, "type": "app_mention"}, message)
        base = self.stage.data["team"]["home"]
        links = [word.strip("<>") for word in message["text"].split() if word.startswith("<http")]
        ours = [link for link in links if link == base or link.startswith(f"{base}/")]
        if ours and "link_shared" in manifest.EVENTS:
            domain = base.partition("://")[2]
            shared = {
                "type": "link_shared", "user": self.user, "channel": channel["id"],
                "message_ts": message["ts"], "thread_ts": message.get("thread_ts"),
                "links": [{"domain": domain, "url": link} for link in ours],
                "source": "conversations_history",
                "unfurl_id": f"{channel['id']}-{message['ts']}",
            }  # fmt: skip
            self._event({k: v for k, v in shared.items() if v is not None}, message)

    def _event(self, inner: Json, message: Json) -> None:
        answered = self._send(payloads.event(self.stage, inner))
        if answered.status >= 400:
            self._note(str(inner["channel"]), "not_answered", message.get("thread_ts"))

    def _command(self, channel: Json, name: str, text: str, thread: str | None) -> None:
        stage = self.stage
        if thread is not None or name not in COMMANDS:
            code = "unknown_command" if name not in COMMANDS else "not_in_threads"
            self._note(channel["id"], code, thread, command=name)
            return
        with stage.reading():
            payload = payloads.command(stage, self.user, channel, name, text)
        answered = self._send(payload)
        if answered.status >= 400:
            self._note(channel["id"], "not_answered", None)
        elif answered.payload:
            chat.answer(stage, channel["id"], self.user, answered.payload)

    def place(self, channel_id: str) -> Json:
        """Return a channel that the person is in; raises Failed."""
        channel = self.stage.channel(channel_id)
        if self.user not in channel["members"]:
            raise Failed("channel_not_found")
        return channel

    def message(self, channel_id: str, ts: str) -> Json:
        """Return a message that the person sees; raises Failed."""
        self.place(channel_id)
        found = self.stage.message(channel_id, ts)
        if found.get("only") not in (None, self.user):
            raise Failed("message_not_found")
        return found

    def view(self, view_id: str) -> Json:
        """Return a modal or home of the person's; raises Failed."""
        data = self.stage.data
        home = data["homes"].get(self.user)
        found = home if home and home["id"] == view_id else data["views"].get(view_id)
        if found is None or found["user"] != self.user:
            raise Failed("view_not_found")
        assert isinstance(found, dict)
        return found

    def press(self, channel_id: str, ts: str, named: str, given: Sequence[str]) -> None:
        """Press or choose something in a message; one that changed meanwhile is left alone."""
        with self.stage.changing():
            message = self.message(channel_id, ts)
            found = elements.find(chat.blocks_of(message), named)
            if found is None:
                return
            action = self._action(*found, given, f"{channel_id}:{ts}")
            values = {found[0]["block_id"]: {found[1]["action_id"]: action}}
            payload = payloads.in_message(
                self.stage, self.user, self.place(channel_id), message, action, values
            )
        if self._send(payload).status >= 400:
            self._note(channel_id, "not_answered", message.get("thread_ts"))

    def press_in_view(self, view_id: str, named: str, form: elements.Given) -> None:
        """Press or choose something in a modal or the home; what was typed meanwhile is kept."""
        with self.stage.changing():
            view = self.view(view_id)
            self._keep(view, form)
            found = elements.find(view["content"]["blocks"], named)
            if found is None:
                return
            action = self._action(*found, form.get(f"f:{named}", ()), view_id)
            payload = payloads.in_view(self.stage, self.user, view, action)
        answered = self._send(payload)
        if answered.status >= 400 and view["content"]["type"] == "modal":
            with self.stage.changing():
                view["errors"] = {"": {"code": "not_answered"}}

    def submit(self, view_id: str, form: elements.Given) -> None:
        """Send a modal; what Slack itself would hold back is said at its field."""
        with self.stage.changing():
            view = self.view(view_id)
            self._keep(view, form)
            view["errors"] = elements.missing(view["content"]["blocks"], view["values"])
            if view["errors"]:
                return
            payload = payloads.of_view(self.stage, self.user, view, "view_submission")
        answered = self._send(payload)
        with self.stage.changing():
            self._submitted(view, answered)

    def _submitted(self, view: Json, answered: Answered) -> None:
        told: Json = answered.payload or {}
        action = told.get("response_action")
        if answered.status >= 400:
            view["errors"] = {"": {"code": "not_answered"}}
        elif action == "errors":
            view["errors"], view["hash"] = told["errors"], view["hash"] + "e"
        elif action == "clear":
            views.clear(self.stage, self.user)
        elif action in ("update", "push"):
            content = {**told["view"], "blocks": calls.fill(told["view"].get("blocks"))}
            if action == "update":
                views.replace(view, content)
            else:
                views.place(self.stage, self.user, content, view)
        else:
            views.close(self.stage, view)

    def dismiss(self, view_id: str) -> None:
        """Close a modal without sending it."""
        with self.stage.changing():
            view = self.view(view_id)
            payload = payloads.of_view(self.stage, self.user, view, "view_closed")
            views.close(self.stage, view)
        if view["content"].get("notify_on_close"):
            self._send(payload)

    def suggest(self, named: str, text: str, **where: str) -> list[Json]:
        """Return what the app offers for typed words, in a view or in a message."""
        with self.stage.reading():
            if "view" in where:
                view = self.view(where["view"])
                blocks, kept = view["content"]["blocks"], view["id"]
                about: Json = {
                    "container": {"type": "view", "view_id": view["id"]},
                    "view": views.show(self.stage, view),
                }
            else:
                message = self.message(where["channel"], where["ts"])
                blocks, kept = chat.blocks_of(message), f"{where['channel']}:{where['ts']}"
                about = {
                    "container": {"type": "message", "message_ts": message["ts"]},
                    "channel": {"id": where["channel"]},
                    "message": message,
                }
            found = elements.find(blocks, named)
            if found is None:
                return []
            ids = {"block_id": found[0]["block_id"], "action_id": found[1]["action_id"]}
            payload = payloads.suggestion(self.stage, self.user, about, ids, text)
        told: Any = self._send(payload).payload or {}
        offered = elements.options(told)[:100]
        with self.stage.reading():
            known = self.stage.offered.setdefault((self.user, kept, named), {})
            known.update({str(one["value"]): one for one in offered})
        return offered

    def shortcut(self, callback_id: str, about: tuple[str, str] | None = None) -> None:
        """Use a shortcut, on a message (its channel and id) or without one."""
        with self.stage.reading():
            on = None if about is None else (self.place(about[0]), self.message(*about))
            payload = payloads.shortcut(self.stage, self.user, callback_id, on)
        if self._send(payload).status >= 400 and about is not None:
            self._note(about[0], "not_answered", None)

    def come_home(self, tab: str) -> None:
        """Open the app's home, or the conversation with the app."""
        with self.stage.changing():
            channel = self.stage.direct(self.user)["id"]
            home = self.stage.data["homes"].get(self.user)
            inner: Json = {
                "type": "app_home_opened", "user": self.user, "channel": channel, "tab": tab,
            }  # fmt: skip
            if tab == "home" and home is not None:
                inner["view"] = views.show(self.stage, home)
            payload = payloads.event(self.stage, inner)
        self._send(payload)

    def read(self, channel_id: str) -> None:
        """Take note that the person has seen a channel."""
        with self.stage.reading() as data:
            said = data["messages"].get(channel_id)
            seen = data["read"].setdefault(self.user, {})
            is_old = not said or seen.get(channel_id) == said[-1]["ts"]
        if not is_old:
            with self.stage.changing():
                seen[channel_id] = said[-1]["ts"]

    def _keep(self, view: Json, form: elements.Given) -> None:
        """Keep what stands in the fields of a view."""
        blocks = view["content"]["blocks"]
        for block, element in elements.every(blocks):
            named = elements.key(block, element)
            if f"h:{named}" in form:
                known = self.stage.offered.get((self.user, view["id"], named), {})
                given = form.get(f"f:{named}", ())
                before = view["values"].get(block["block_id"], {}).get(element["action_id"], {})
                chosen = [before.get("selected_option"), *(before.get("selected_options") or ())]
                offered = [*known.values(), *(one for one in chosen if one)]
                held = elements.value(element, given, offered)
                view["values"].setdefault(block["block_id"], {})[element["action_id"]] = held
        view["values"] = elements.values(blocks, view["values"])

    def _action(self, block: Json, element: Json, given: Sequence[str], where: str) -> Json:
        ids = {"action_id": element["action_id"], "block_id": block["block_id"]}
        if element["type"] in ("button", "icon_button"):
            kept: Json = {k: element[k] for k in ("text", "value", "style", "url") if k in element}
            return {"type": "button", **kept, **ids}
        known = self.stage.offered.get((self.user, where, elements.key(block, element)), {})
        return {**elements.value(element, given, list(known.values())), **ids}

    def _send(self, payload: Json) -> Answered:
        return self.answer(envelope.envelope(payload))

    def _note(self, channel: str, code: str, thread: str | None, **also: str) -> None:
        """Say to the person alone what Slack itself has to say."""
        with self.stage.changing():
            said: Json = {"user": SLACKBOT, "only": self.user, "text": "", "note": code, **also}
            if thread is not None:
                said["thread_ts"] = thread
            self.stage.put(channel, {**said, "blocks": []})
