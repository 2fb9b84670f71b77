"""What people do in Slack, each with what comes before them: all that there is, by its own lists.

Commands, shortcuts and steps are those of the manifest, phrases those of the lexicon, and whatever
can be pressed, chosen, typed into or filled in is found on the screen.
"""

from collections.abc import Callable
from typing import Any

from integrations.slack import manifest
from tests.fakes.slack.delivery import Reply
from tests.fakes.slack.forms import NotVisible, elements
from tests.fakes.slack.user import SlackUser
from tests.fakes.slack.world import Json, Message, View
from tests.support.leaks.rules import MARK, Rules
from tests.support.leaks.stage import Stage

_FEATURES: Json = manifest.manifest("https://headway.example")
_MENUS = ("static_select", "overflow", "radio_buttons", "external_select")
_PEOPLE = ("users_select", "multi_users_select")
_CHANNELS = ("conversations_select", "channels_select")


def ask_by_command(stage: Stage, who: SlackUser) -> list[Reply]:
    """Type a slash command, in a channel or alone with the bot."""
    command = stage.dice.choice(_FEATURES["features"]["slash_commands"])["command"]
    place = None if stage.dice.random() < 0.3 else stage.place_of(who)
    words = [stage.question(), f"check-in {stage.dice.choice(stage.names())}"]
    return [who.slash(command, stage.dice.choice(words), place)]


def ask_by_mention(stage: Stage, who: SlackUser) -> list[Reply]:
    """Write to the bot in a channel, now and then in a thread."""
    place = stage.place_of(who)
    thread = None
    before = [one for one in stage.slack.messages(place) if one.thread_ts in (None, one.ts)]
    if before and stage.dice.random() < 0.4:
        thread = stage.dice.choice(before)
    return [who.mention(place, stage.question(), thread=thread)]


def ask_alone(stage: Stage, who: SlackUser) -> list[Reply]:
    """Write to the bot alone."""
    return [who.say(stage.question())]


def press(stage: Stage, who: SlackUser) -> list[Reply]:
    """Press any button that is before somebody, also one that a later version has no more."""
    item, block, element = stage.element(who, "button", "icon_button")
    return [who.click(item, element["action_id"], value=element.get("value"), within=None)]


def choose(stage: Stage, who: SlackUser) -> list[Reply]:
    """Choose in any menu that is before somebody."""
    item, block, element = stage.element(who, *_MENUS)
    if element["type"] == "external_select":
        replies: list[Reply] = []
        option = _suggested(stage, who, item, element, replies)
        if block["type"] == "input" and not block.get("dispatch_action"):
            return replies
        return [*replies, who.choose(item, element["action_id"], option)]
    if block["type"] == "input" and not block.get("dispatch_action"):
        raise NotVisible("a field")
    option = stage.dice.choice(_options(element))["text"]["text"]
    return [who.choose(item, element["action_id"], option)]


def type_ahead(stage: Stage, who: SlackUser) -> list[Reply]:
    """Type into any field that asks for what there is."""
    item, _, element = stage.element(who, "external_select", "multi_external_select")
    replies: list[Reply] = []
    _suggested(stage, who, item, element, replies)
    return replies


def fill_in(stage: Stage, who: SlackUser) -> list[Reply]:
    """Fill in and submit the form before somebody, or close it."""
    view = who.modal
    if not view.body.get("submit") or stage.dice.random() < 0.2:
        closed = who.close(view)
        return [closed] if closed is not None else []
    replies: list[Reply] = []
    for _, block, element in elements(view.blocks):
        if block["type"] == "input" and (not block.get("optional") or stage.dice.random() < 0.4):
            value = _value(stage, who, view, element, replies)
            if value is not None:
                who.fill(view, {block["block_id"]: value})
    return [*replies, who.submit(view)]


def use_shortcut(stage: Stage, who: SlackUser) -> list[Reply]:
    """Use any shortcut of the manifest, on a message where it belongs to one."""
    shortcut = stage.dice.choice(_FEATURES["features"].get("shortcuts") or [None])
    if shortcut is None:
        raise NotVisible("no shortcut")
    message = None
    if shortcut["type"] == "message":
        # What a person wrote is shown back as it stands, whatever it names.
        seen = [
            one
            for one in stage.slack.visible_to(who.user)
            if isinstance(one, Message) and one.bot_id
        ]
        is_ours = seen and stage.dice.random() < 0.5
        message = stage.dice.choice(seen) if is_ours else who.write(stage.place_of(who), "hello")
    return [who.shortcut(shortcut["callback_id"], message)]


def run_step(stage: Stage, who: SlackUser) -> list[Reply]:
    """Run any step of the manifest about any goal, by hand or by a timer."""
    steps = sorted(_FEATURES.get("functions", {}).items())
    if not steps:
        raise NotVisible("no step")
    callback_id, step = stage.dice.choice(steps)
    goal = stage.dice.choice(Rules(stage.desk).secrets)
    known = step.get("input_parameters", {}).get("properties", {})
    inputs = {
        name: _input(stage, who, name, parameter["type"], goal.goal_id)
        for name, parameter in known.items()
        if parameter["type"] != "slack#/types/user_context"
    }
    needed = {known[name]["type"] for name in step["input_parameters"].get("required", ())}
    by_timer = "slack#/types/user_context" not in needed and stage.dice.random() < 0.3
    execution, reply = who.run_step(step, callback_id, inputs, by_timer=by_timer)
    # Whoever made the workflow reads what comes out and what they typed themselves, and so may
    # everybody: a member who starts it may bring about no more than what all may see.
    said = f"{execution.outputs} {execution.error}".replace(str(inputs.get("goal")), "")
    rules = Rules(stage.desk)
    for secret in rules.secrets:
        is_open = secret.visibility == "workspace" and rules.may(who.user, secret)
        assert not secret.is_in(said) or (is_open and not by_timer), (secret, said)
    return [reply]


def open_home(stage: Stage, who: SlackUser) -> list[Reply]:
    """Open one of the app's tabs."""
    return [who.open_home(stage.dice.choice(["home", "home", "messages"]))]


def paste_link(stage: Stage, who: SlackUser) -> list[Reply]:
    """Paste the address of a goal, alert or anything else of ours into a channel."""
    base = stage.desk.wiring.settings.base_url
    goal = stage.dice.choice(Rules(stage.desk).secrets).goal_id
    path = stage.dice.choice(
        [f"goals/{goal}", f"goals/{goal}", f"goals/{goal}?a=b#c", f"goals/{goal}/history", "goals"]
    )
    place = stage.slack.im(who.user) if stage.dice.random() < 0.2 else stage.place_of(who)
    return [who.paste_link(place, f"{base}/{path}")]


def come_or_go(stage: Stage, who: SlackUser) -> list[Reply]:
    """Come into a channel or leave one; Slack tells of it."""
    place = stage.dice.choice(stage.places)
    if who.id in place.members:
        place.members.discard(who.id)
        event = {"type": "member_left_channel", "user": who.id, "channel": place.id}
        return [stage.desk.user(stage.people[0]).event(event)]
    if who.user.team_id != place.team_id and not place.ext_shared:
        raise NotVisible("of another company")
    place.members.add(who.id)
    event = {"type": "member_joined_channel", "user": who.id, "channel": place.id}
    return [stage.desk.user(stage.people[0]).event(event)]


VERBS: dict[str, Callable[[Stage, SlackUser], list[Reply]]] = {
    "command": ask_by_command,
    "mention": ask_by_mention,
    "direct": ask_alone,
    "button": press,
    "menu": choose,
    "typeahead": type_ahead,
    "form": fill_in,
    "shortcut": use_shortcut,
    "step": run_step,
    "home": open_home,
    "link": paste_link,
    "membership": come_or_go,
}


def _suggested(
    stage: Stage, who: SlackUser, item: Any, element: Json, replies: list[Reply]
) -> str | None:
    """Type something and return one of what is offered; the reply is kept to be looked at."""
    words = stage.dice.choice(["", MARK.lower()[:3], *stage.names()])
    offered = who.suggest(item, element["action_id"], words)
    replies.append(who.replies[-1])
    return stage.dice.choice(offered) if offered else None


def _options(element: Json) -> list[Json]:
    groups = element.get("option_groups") or []
    return [*element.get("options", ()), *(one for group in groups for one in group["options"])]


def _value(stage: Stage, who: SlackUser, view: View, element: Json, replies: list[Reply]) -> Any:
    """Return something to enter into a field, None to leave it as it is."""
    kind = element["type"]
    if kind == "external_select":
        return _suggested(stage, who, view, element, replies)
    if kind in _MENUS:
        return stage.dice.choice(_options(element))["text"]["text"]
    if kind == "checkboxes":
        return [option["text"]["text"] for option in _options(element)]
    if kind == "number_input":
        return stage.dice.choice(["12", "-1", "0.5"])
    if kind == "datepicker":
        return stage.dice.choice(["2026-12-24", "2026-01-01", "2027-03-31"])
    if kind == "plain_text_input":
        typed = [*filter(None, stage.dressing), *[stage.remark()] * 3, "5"]
        return stage.dice.choice(typed)[: element.get("max_length", 3000)]
    if kind in _PEOPLE or kind in _CHANNELS:
        among = [one.id for one in (stage.people if kind in _PEOPLE else stage.places)]
        found = stage.dice.choice(among)
        return [found] if kind.startswith("multi") else found
    return None


def _input(stage: Stage, who: SlackUser, name: str, kind: str, goal_id: int) -> Any:
    """Return an argument of a step."""
    if kind == "slack#/types/user_id":
        return who.id
    if kind == "slack#/types/channel_id":
        return stage.place_of(who).id
    if kind in ("number", "integer"):
        return 12
    if kind == "boolean":
        return True
    if "goal" not in name:
        return stage.dice.choice([stage.remark(), "50", "70"])
    return stage.dice.choice([str(goal_id), f"{MARK.lower()}{stage.dice.randint(0, 8)}x"])
