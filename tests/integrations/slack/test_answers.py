"""What people get to hear in Slack, and what they do not."""

from tests.support.slack import Desk


def test_a_command_answers_the_asker_alone_with_the_numbers_of_ask(slack_desk: Desk) -> None:
    slack_desk.goal("Churn rate")
    ann = slack_desk.user(slack_desk.person("Ann Lee"))
    channel = slack_desk.slack.add_channel("sales", members=[ann.user])
    reply = ann.slash("/goals", "status of churn rate", channel)
    assert reply.status == 200
    [card] = reply.messages
    assert card.shown_to == ann.id
    text = slack_desk.slack.screen_text(card)
    assert "At risk" in text and "16,200,000" in text
    assert slack_desk.slack.audit == []
