"""Useful or noise: what a member says of an alert by its buttons in Slack."""

from typing import Any

from sqlmodel import Session

from goals import words
from goals.alerts import stories, verdicts
from goals.alerts.rule import AlertStory
from goals.table import id_from
from goals.tracking import standing
from goals.tracking.visibility import Viewer, audience
from goals.words import N_, Message
from integrations.slack import links, offers, people, posting
from integrations.slack.blocks import mrkdwn, notices
from integrations.slack.blocks.mrkdwn import Post
from integrations.slack.conversation import Exchange
from integrations.slack.envelope import an_id
from integrations.slack.people import Asker

#: What each button means; None takes back what was said.
MEANS: dict[str, bool | None] = {
    notices.USEFUL: True,
    notices.NOISE: False,
    notices.TAKE_BACK: None,
}
_NOTED = {
    True: N_("Noted: useful. It counts for how right the rule is."),
    False: N_("Noted: noise. It counts for how right the rule is."),
    None: N_("Taken back."),
}
_GONE = N_("This alert is not there any more.")
_READS = N_("Your role lets you read; ask an owner to be able to say what you think of alerts.")
_LINK = N_("Your Slack account is not linked to a member. Ask %(name)s to link you.")
#: Who may say something.
MAY = ("owner", "editor", "commenter")


def pressed(exchange: Exchange, body: dict[str, Any], action: dict[str, Any]) -> None:
    """Keep what somebody says of an alert, and answer them alone."""
    user = an_id((body.get("user") or {}).get("id"))
    if user is None:
        return
    who = people.asker(exchange.parts, exchange.team, exchange.look, user)
    means, story_id = MEANS[str(action.get("action_id"))], id_from(str(action.get("value") or ""))
    with exchange.parts.session(exchange.team.workspace_id) as session:
        refused = _refused(session, who, story_id)
    url = body.get("response_url")
    if refused is None and story_id is not None and who.viewer is not None:
        viewer, now = who.viewer, exchange.parts.clock()

        def keep(session: Session) -> None:
            story = _story(session, viewer, story_id)
            if story is not None:
                verdicts.give(session, story, viewer.member_id, means, now=now)

        exchange.handling.effects.append(keep)
    if isinstance(url, str):
        said = _answer(refused or Message(_NOTED[means]), who, str(story_id), refused, means)
        said = offers.with_button(exchange.parts, exchange.team, who, said)
        posting.reply(url, said, exchange.parts.config.api_url)


def _answer(
    text: Message, who: Asker, story: str, refused: Message | None, means: bool | None
) -> Post:
    said = mrkdwn.escape(_say(text, who))
    blocks = [mrkdwn.section(said)]
    if refused is None and means is not None:
        back = mrkdwn.button(notices.TAKE_BACK, _say(Message(N_("Take it back")), who), story)
        blocks.append(mrkdwn.actions(back))
    return Post(said, blocks)


def _say(text: Message, who: Asker) -> str:
    return words.render(text, who.reader)


def _refused(session: Session, who: Asker, story_id: int | None) -> Message | None:
    """Return why a person's word does not count here, None where it does."""
    if who.viewer is None:
        return Message(_LINK, {"name": links.who_to_ask(session)})
    story = None if story_id is None else _story(session, who.viewer, story_id)
    if story is None:
        return Message(_GONE)
    return None if who.viewer.role in MAY else Message(_READS)


def _story(session: Session, viewer: Viewer, story_id: int) -> AlertStory | None:
    """Return a story that was told and that a member may see, None where there is none."""
    story = stories.find(session, story_id)
    if story is None or story.told_at is None:
        return None
    if story.goal_id is None:
        return story
    seen = standing.board(session, audience([viewer]), ids=[story.goal_id])
    return story if seen else None
