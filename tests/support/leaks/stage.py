"""The workspace and its people, the look at all that was said, and the dice by which they act."""

import json
import random
from collections.abc import Sequence
from typing import Any

from goals.questions import lexicon
from goals.workspace import Team
from tests.fakes.slack import forms
from tests.fakes.slack.delivery import Reply
from tests.fakes.slack.forms import CannotSubmit, NotVisible
from tests.fakes.slack.user import SlackUser
from tests.fakes.slack.world import Channel, Json, Message, User, View
from tests.support.leaks.rules import KEEPER, MARK, REMARK, SURNAME, Rules, Secret
from tests.support.slack import Desk

#: Calls that speak to people: what they said is looked at where it is shown.
_SHOWN = (
    *("chat.postMessage", "chat.postEphemeral", "chat.update", "chat.unfurl", "hooks.response"),
    *("views.open", "views.push", "views.update", "views.publish"),
    *("files.getUploadURLExternal", "files.completeUploadExternal", "upload"),
    *("functions.completeSuccess", "functions.completeError"),
)
#: How often something is done, beside all that is not named here.
_OFTEN = {
    "mention": 8,
    "command": 4,
    "direct": 3,
    "button": 6,
    "form": 6,
    "shortcut": 4,
    "membership": 1,
}
#: What somebody does who has a form before them.
_IN_A_FORM = ("form", "typeahead", "menu", "button")
_VISIBILITIES = ("workspace", "team", "private")


class Stage:
    """Goals of every visibility; people of every role; channels of every kind.

    The texts of `dressing` are worn by goals and owners, and typed into forms.
    """

    def __init__(self, desk: Desk, seed: int, dressing: Sequence[str] = ("",)) -> None:
        self.desk, self.slack, self.dressing = desk, desk.slack, dressing
        self.dice = random.Random(seed)
        self.done: dict[str, int] = {}
        self._timeline = self._calls = self._remarks = 0
        self.slack.grant("groups:read", "mpim:read")
        self.people = self._people()
        self._goals()
        self.places = self._places()
        self._alerts()

    def _people(self) -> list[User]:
        desk, slack = self.desk, self.slack
        self.insiders = [
            desk.person(f"{role.title()} {team or 'Alone'}", role, team)
            for role, team in (
                *(("owner", None), ("editor", "Sales"), ("commenter", "Sales")),
                *(("viewer", "Service"), ("editor", None), ("owner", "Service")),
            )
        ]
        self.outsiders = [
            slack.add_user("Unlinked"),
            slack.add_user("Guest", guest="single"),
            slack.add_user("Stranger", team=slack.add_team("Partner")),
        ]
        guest = desk.person("Linked Guest", "viewer", None, guest="multi")
        return [*self.insiders, guest, *self.outsiders]

    def _goals(self) -> None:
        desk, dice = self.desk, self.dice
        for number in range(9):
            worn = self.dressing[number % len(self.dressing)]
            known = f"{KEEPER}{number} Low {worn}".strip()
            keeper = desk.add_member(f"k{number}@acme.test", known, "viewer")
            actor = self._member(dice.choice(self.insiders))
            desk.goal(
                f"{MARK}{number}x {SURNAME}{number}y {worn}".strip(),
                dice.choice(["at_risk", "off_track", "on_track"]),
                actual=str(7_310_000 + number * 101_011 + 77),
                visibility=_VISIBILITIES[number % 3],
                team_id=desk.teams[dice.choice(["Sales", "Service"])],
                owner_id=dice.choice([keeper, keeper, actor]),
            )

    def _member(self, user: User) -> int:
        return Rules(self.desk).member_id(user)

    def _places(self) -> list[Channel]:
        """Make, of every kind of channel, one of people alike, one of insiders, one with others."""
        made: list[Channel] = []
        for kind in ("public", "private", "shared", "shared_private", "mpim"):
            for inside in (self._alike(), self._some(self.insiders), self._with_others(kind)):
                place = self.slack.add_channel(
                    f"{kind}-{len(made)}",
                    members=inside,
                    private=kind in ("private", "shared_private", "mpim"),
                    ext_shared="shared" in kind,
                )
                if kind == "mpim":
                    place.kind = "mpim"
                made.append(place)
                if self.dice.random() < 0.85:
                    clearance = self.dice.choice(["none", "none", "none", "team", "workspace"])
                    self.desk.switch_on(place, clearance=clearance)
        with self.desk.session() as session:
            for team_id in self.desk.teams.values():
                team = session.get(Team, (self.desk.workspace_id, team_id))
                team.channel = self.dice.choice(made).id
                session.add(team)
        return made

    def _alike(self) -> list[User]:
        """Return the owners, or those of one team: who may see more than others."""
        owners = [self.insiders[0], self.insiders[-1]]
        return self.dice.choice([owners, self.insiders[1:3], self.insiders[1:2]])

    def _some(self, people: list[User]) -> list[User]:
        return self.dice.sample(people, self.dice.randint(1, min(3, len(people))))

    def _with_others(self, kind: str) -> list[User]:
        outsiders = self.outsiders if "shared" in kind else self.outsiders[:-1]
        return [*self._some(self.insiders), *self._some(outsiders)]

    def _alerts(self) -> None:
        """Tell channels and people of goals that they may see, so that there is what to press."""
        rules, dice = Rules(self.desk), self.dice
        for place in dice.sample(self.places, 6):
            mine = [one for one in rules.secrets if rules.may_land(place, one)]
            if mine:
                self.desk.message(dice.choice(mine).goal_id, place.id)
        self.desk.deliver()
        self.check()

    # What was said

    def check(self) -> None:
        """Fail where anything said since the last look gives a goal away."""
        rules = Rules(self.desk)
        for what, message in self.slack.timeline[self._timeline :]:
            if message.bot_id is not None and what != "deleted":
                self._check_message(rules, message)
        for view in self.slack.views.values():
            self._check_view(rules, view)
        for call in self.slack.calls[self._calls :]:
            if call.method == "chat.unfurl":
                self._check_card(rules, call.args)
            elif call.method not in _SHOWN:
                _none(_said([call.method, call.args]), rules.secrets, call.method)
        self._timeline, self._calls = len(self.slack.timeline), len(self.slack.calls)

    def _check_message(self, rules: Rules, message: Message) -> None:
        place = self.slack.channels[message.channel]
        before = _said(message.earlier[:1])
        hidden = [one for one in rules.secrets if not rules.may_land(place, one)]
        if message.shown_to is not None:
            reader = self.slack.users[message.shown_to]
            hidden = [
                one for one in hidden if not (rules.may(reader, one) or rules.cleared(place, one))
            ]
        # Who came later reads what was said before they came.
        hidden = [one for one in hidden if not one.is_in(before)]
        said = [message.text, message.blocks, message.attachments, message.metadata]
        files = [{**file, "id": "", "url_private": ""} for file in message.files]
        _none(_said([said, files]), hidden, (place, message.shown_to))

    def _check_view(self, rules: Rules, view: View) -> None:
        reader = self.slack.users[view.user_id]
        hidden = [one for one in rules.secrets if not rules.reads(reader, one)]
        _none(_said(view.body), hidden, (view.type, reader))

    def _check_card(self, rules: Rules, args: Json) -> None:
        """Look at what a pasted address is shown as; the address itself a person pasted."""
        channel = args.get("channel") or str(args.get("unfurl_id")).split(".")[0]
        place = self.slack.channels[channel]
        hidden = [one for one in rules.secrets if not rules.may_land(place, one)]
        cards = json.dumps(list((args.get("unfurls") or {}).values()), ensure_ascii=False)
        _none(cards, hidden, ("unfurl", place))

    # What people do

    def act(self, verbs: Any) -> str:
        """Let somebody do something and look at what came of it; returns what it was, or ""."""
        busy = [user for user in self.people if self.slack.modal(user) is not None]
        is_form = bool(busy) and self.dice.random() < 0.5
        who = self.desk.user(self.dice.choice(busy if is_form else self.people))
        able = [*_IN_A_FORM] if is_form else sorted(verbs)
        verb = self.dice.choices(able, [_OFTEN.get(one, 2) for one in able])[0]
        try:
            replies = verbs[verb](self, who)
        except (NotVisible, CannotSubmit):
            return ""
        for reply in replies:
            self._check_reply(verb, who.user, reply)
        self.check()
        self.done[verb] = self.done.get(verb, 0) + 1
        return verb

    def _check_reply(self, verb: str, user: User, reply: Reply) -> None:
        assert reply.status < 300, (verb, user, reply.status, reply.text, reply.sent.payload)
        if reply.sent.payload.get("type") == "block_suggestion":
            rules = Rules(self.desk)
            hidden = [one for one in rules.secrets if not rules.may(user, one)]
            _none(reply.body.decode(), hidden, ("typeahead", user))

    def question(self) -> str:
        """Return something to ask: any phrase there is, of any language, mostly about a goal."""
        name = self.dice.choice(self.names())
        known = phrases()
        phrase = self.dice.choice(known[self.dice.choice(sorted(known))])
        return self.dice.choice(
            [
                *(name, phrase, f"{phrase} {name}", f"{name} {phrase}", MARK.lower()),
                *("goals", "what is off track", "show all goals"),
            ]
        )

    def remark(self) -> str:
        """Return something to type that nobody has typed before."""
        self._remarks += 1
        return f"{REMARK}{self._remarks}z"

    def names(self) -> list[str]:
        """Return how goals are called by those who type: in part, with a slip, by number."""
        made = []
        for secret in Rules(self.desk).secrets:
            first = secret.marks[0].lower()
            made += [first, first[:-2] + first[-1], str(secret.goal_id)]
        return made

    def place_of(self, who: SlackUser) -> Channel:
        """Return a channel that somebody is in; raises NotVisible for a loner."""
        mine = [place for place in self.places if who.id in place.members]
        if not mine:
            raise NotVisible("in no channel")
        return self.dice.choice(mine)

    def element(self, who: SlackUser, *kinds: str) -> tuple[Any, Json, Json]:
        """Return something of some kinds that somebody could use now; raises NotVisible."""
        modal = self.slack.modal(who.user)
        shown = [modal] if modal is not None else self.slack.visible_to(who.user)
        found = [
            (item, block, element)
            for item in shown
            if isinstance(item, View) or item.bot_id
            for _, block, element in forms.elements(item.blocks)
            if element["type"] in kinds
        ]
        if not found:
            raise NotVisible("nothing to use")
        return self.dice.choice(found)


def phrases() -> dict[str, list[str]]:
    """Return the phrases of every meaning that asks something."""
    made: dict[str, list[str]] = {}
    for phrase, meanings in lexicon.phrases().items():
        for meaning in meanings:
            if ":" not in meaning:
                made.setdefault(meaning, []).append(phrase)
    return made


def _said(what: Any) -> str:
    return json.dumps(what, ensure_ascii=False, default=str)


def _none(said: str, hidden: list[Secret], where: Any) -> None:
    for secret in hidden:
        assert not secret.is_in(said), f"{secret}\ngiven away in {where}:\n{said}"
