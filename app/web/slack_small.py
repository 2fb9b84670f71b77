"""The small Slack of the sample company: its page, and what people do there."""

from flask import Response, abort, current_app, jsonify, redirect, render_template, request, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response as AnyResponse

from app.demo.slack import company, elements, files
from app.demo.slack.acting import Actor
from app.demo.slack.stage import Failed, Json, Stage
from app.web import access, frame, slack_blocks, slack_room
from app.web.forms.settings import ROLES
from integrations.slack import envelope

#: Where the app's home stands among the channels.
HOME = "home"
MOST_TEXT = 4000


def stage() -> Stage | None:
    """Return the small Slack of this workspace, None where there is none."""
    found: Stage | None = current_app.extensions.get("small_slack")
    if found is None or found.data["team"].get("workspace") != frame.here().id:
        return None
    return found


def _actor() -> Actor:
    """Return whom the person acts as: themselves; owners may also look with others' eyes."""
    here = stage()
    if here is None:
        abort(404)
    own = company.user_of(frame.me())
    if own not in here.data["users"]:
        company.settle(frame.session(), here, frame.wiring().slack.config.base_url, frame.now())
    user = request.values.get("as") or own
    if user not in here.data["users"] or (user != own and not frame.may("owner")):
        abort(404)
    return Actor(here, frame.wiring().slack_bot.answer, user)


def page() -> str:
    """Show a channel, the conversation with the app or its home."""
    actor = _actor()
    data = actor.stage.data
    places = slack_room.places(actor)
    where, thread = request.args.get("in"), request.args.get("thread")
    if where != HOME and where not in [one.id for one in places]:
        # Such as a channel that only the one was in whose eyes were used before.
        where = thread = None
    current, lines, replies = None, [], []
    with actor.stage.reading():
        try:
            if where is not None and where != HOME:
                current = actor.place(where)
                lines = slack_room.said(actor, where)
                if thread:
                    actor.message(where, thread)
                    replies = slack_room.said(actor, where, thread)
        except Failed:
            abort(404)
    if current is not None:
        actor.read(current["id"])
        places = slack_room.places(actor)
    elif where == HOME and "quiet" not in request.args:
        actor.come_home("home")
    names = slack_room.names(actor)
    people = list(data["users"].values()) if frame.may("owner") else [data["users"][actor.user]]
    return render_template(
        "slack/small/page.html",
        actor=actor,
        me=data["users"][actor.user],
        people=people,
        team=data["team"],
        places=places,
        where=where,
        current=current,
        lines=lines,
        thread=thread if replies else None,
        replies=replies,
        modal=slack_room.modal(actor),
        home=slack_room.home(actor),
        has_home=slack_room.features()["app_home"]["home_tab_enabled"],
        prompts=data["prompts"].get(where, ()),
        shortcuts=slack_room.shortcuts,
        version=actor.stage.version,
        marked=lambda given: slack_blocks.text(given, names),
        rich=lambda block: slack_blocks.rich(block, names),
        picture=lambda image: slack_blocks.picture(image, data["team"]["home"]),
        key=elements.key,
        options=elements.options,
        chosen=slack_blocks.chosen,
        picked=slack_blocks.picked,
        fault=slack_blocks.fault,
        channels=[one for one in places if one.kind != "im"],
        offered=lambda element: _offered(actor, element),
        offer_url=lambda key, around, in_view: url_for(
            "slack.offer",
            **({"view": around["id"]} if in_view else {"in": where, "ts": around["ts"]}),
            **{"key": key, "as": actor.user},
        ),
        role_word=dict(ROLES).get,
    )


def _offered(actor: Actor, element: Json) -> list[Json]:
    """Return what a choice of several offers."""
    data = actor.stage.data
    if element["type"] == "multi_users_select":
        every = [(one["id"], one["real_name"]) for one in data["users"].values()]
    elif element["type"] in ("multi_conversations_select", "multi_channels_select"):
        every = [(one.id, f"#{one.name}") for one in slack_room.places(actor) if one.name]
    else:
        return [*elements.options(element), *(element.get("initial_options") or ())]
    return [{"value": value, "text": label} for value, label in every]


@access.needs("viewer")
def act() -> AnyResponse:
    """Do one thing in the small Slack, and show what it looks like then."""
    actor = _actor()
    form = request.form.to_dict(flat=False)
    try:
        _do(actor, request.form.get("act", ""), form)
    except (Failed, envelope.Malformed):
        abort(404)
    at: Json = {one: request.form[one] for one in ("as", "in", "thread") if request.form.get(one)}
    return redirect(url_for("slack.preview", quiet=1, **at), 303)


def _do(actor: Actor, kind: str, form: dict[str, list[str]]) -> None:
    def given(name: str) -> str:
        return form.get(name, [""])[0]

    if kind == "say":
        text = given("text").replace("\r\n", "\n").strip()[:MOST_TEXT]
        if text:
            actor.say(given("in"), text, given("thread") or None)
    elif kind == "press":
        named, chosen = _pressed(form)
        actor.press(given("in"), given("ts"), named, chosen)
    elif kind == "view":
        _in_view(actor, given("view"), form)
    elif kind == "shortcut":
        about = (given("in"), given("ts")) if given("ts") else None
        actor.shortcut(given("callback"), about)
    elif kind == "tab":
        actor.come_home("messages")
    else:
        raise Failed("unknown")


def _in_view(actor: Actor, view: str, form: dict[str, list[str]]) -> None:
    named, chosen = _pressed(form)
    if named == "submit":
        actor.submit(view, form)
    elif named == "close":
        actor.dismiss(view)
    else:
        actor.press_in_view(view, named, {**form, f"f:{named}": chosen})


def _pressed(form: dict[str, list[str]]) -> tuple[str, list[str]]:
    """Return what was used, and what was chosen there: by its own button, or in its field."""
    named, _, option = form.get("do", [""])[0].partition(" ")
    return named, [option] if option else form.get(f"f:{named}", [])


def offer() -> Response:
    """Return what the app offers for typed words: values and their labels."""
    actor = _actor()
    args = request.args
    where = {"view": args["view"]} if "view" in args else {"channel": args["in"], "ts": args["ts"]}
    try:
        found = actor.suggest(args["key"], args.get("q", "")[:200], **where)
    except (Failed, envelope.Malformed):
        abort(404)
    names = slack_room.names(actor)
    shown = [
        {"value": one["value"], "label": Markup(slack_blocks.text(one["text"], names)).striptags()}
        for one in found
    ]
    return jsonify(shown)


def now() -> Response:
    """Return the number of the last change, by which a page knows whether it is the newest."""
    here = stage()
    if here is None:
        abort(404)
    return jsonify({"version": here.version})


def file(token: str) -> Response:
    """Return a picture that the app brought."""
    here = stage()
    found: Json | None = here.data["files"].get(token) if here is not None else None
    if found is None or not found["is_complete"]:
        abort(404)
    body = files.content(found)
    kind = files.kind(body)
    if kind is None:
        abort(404)
    return Response(body, mimetype=kind)
