"""Steps of workflows: a goal's status and a check-in, ended well or with words."""

import pytest
from sqlmodel import col, select

from goals.tracking.checkins.table import Checkin
from integrations.slack import manifest
from integrations.slack.tables import SlackInbound
from tests.support.slack import Desk


def status(person, goal: str, **also):
    """Run the step that gives a goal's status; returns how it ended."""
    function = manifest.FUNCTIONS["goal_status"]
    execution, _ = person.run_step(function, "goal_status", {"goal": goal}, **also)
    return execution


def check_in(person, goal: str, confidence: str = "70", note: str = "It moves.", **also):
    """Run the step that records a check-in; returns how it ended, and the delivery."""
    function = manifest.FUNCTIONS["record_checkin"]
    inputs = {"goal": goal, "confidence": confidence, "note": note}
    return person.run_step(function, "record_checkin", inputs, **also)


def kept(desk: Desk) -> list[Checkin]:
    with desk.session() as session:
        statement = select(Checkin).where(col(Checkin.workspace_id) == desk.workspace_id)
        return list(session.exec(statement))


def test_a_step_gives_a_goals_status(slack_desks: Desk) -> None:
    slack_desks.goal("New business")
    ann = slack_desks.user(slack_desks.person("Ann"))
    ended = status(ann, "new business")
    assert ended.error is None
    assert ended.outputs["status"] == "At risk"
    assert "New business: At risk." in ended.outputs["summary"]
    assert "42,000,000" in ended.outputs["summary"]


def test_the_goal_may_be_given_by_its_number(slack_desk: Desk) -> None:
    goal = slack_desk.goal("New business", "on_track")
    ann = slack_desk.user(slack_desk.person("Ann"))
    assert status(ann, str(goal)).outputs["status"] == "On track"


def test_an_owners_private_goal_does_not_leave_through_a_workflow(slack_desk: Desk) -> None:
    secret = slack_desk.goal("Secret margin", visibility="private")
    team = slack_desk.teams["Sales"]
    slack_desk.goal("Team pipeline", visibility="team", team_id=team)
    ann = slack_desk.user(slack_desk.person("Ann", "owner", "Sales"))
    for words in ("secret margin", "Secret", str(secret), "team pipeline"):
        ended = status(ann, words)
        assert ended.outputs is None
        assert "There is no goal" in ended.error
        assert "margin" not in ended.error.replace(f"“{words}”", "")
    assert check_in(ann, "secret margin")[0].error is not None
    assert kept(slack_desk) == []


def test_a_workflow_that_a_timer_starts_is_told_nothing(slack_desk: Desk) -> None:
    slack_desk.goal("New business")
    ann = slack_desk.user(slack_desk.person("Ann"))
    function = {**manifest.FUNCTIONS["goal_status"]}
    function["input_parameters"] = {**function["input_parameters"], "required": ["goal"]}
    execution, _ = ann.run_step(function, "goal_status", {"goal": "new business"}, by_timer=True)
    assert execution.outputs is None
    assert execution.error is not None
    assert "Slack does not say who started this workflow." in execution.error


def test_a_stranger_is_told_whom_to_ask(slack_desk: Desk) -> None:
    slack_desk.goal("New business")
    eve = slack_desk.user(slack_desk.slack.add_user("Eve"))
    assert "Ask Dana Keller to link you." in status(eve, "new business").error
    assert "Ask Dana Keller to link you." in check_in(eve, "new business")[0].error
    assert kept(slack_desk) == []


def test_words_that_name_several_goals_name_them(slack_desk: Desk) -> None:
    slack_desk.goal("Revenue North")
    slack_desk.goal("Revenue South")
    ann = slack_desk.user(slack_desk.person("Ann"))
    error = status(ann, "revenue").error or ""
    assert "Revenue North" in error
    assert "Revenue South" in error


def test_a_guess_is_not_taken_for_the_goal(slack_desk: Desk) -> None:
    slack_desk.goal("New business")
    ann = slack_desk.user(slack_desk.person("Ann"))
    ended = status(ann, "new busines")
    assert ended.outputs is None
    assert "New business" in ended.error


def test_a_check_in_is_recorded_once_however_often_it_arrives(slack_desk: Desk) -> None:
    goal = slack_desk.goal("New business")
    ann = slack_desk.user(slack_desk.person("Ann", "commenter"))
    execution, reply = check_in(ann, "new business", "70%", "Two deals &amp; more", duplicate=1)
    ann.resend(reply, retry_num=1)
    [row] = kept(slack_desk)
    assert (row.goal_id, row.confidence, row.note) == (goal, "70", "Two deals & more")
    assert execution.outputs == {"summary": "New business: Likely (70%)"}


@pytest.mark.parametrize(
    ("confidence", "note", "told"),
    [
        ("perhaps", "It moves.", "is not one of: Sure (90%), Likely (70%)"),
        ("70", "  ", "Say what changed, in a sentence."),
        ("70", "long " * 500, None),
    ],
)
def test_what_is_wrong_is_said_in_words(slack_desk: Desk, confidence, note, told) -> None:
    slack_desk.goal("New business")
    ann = slack_desk.user(slack_desk.person("Ann", "commenter"))
    execution, _ = check_in(ann, "new business", confidence, note)
    if told is None:
        assert len(kept(slack_desk)) == 1
    else:
        assert told in execution.error
        assert kept(slack_desk) == []


def test_a_viewer_records_nothing(slack_desk: Desk) -> None:
    slack_desk.goal("New business")
    vic = slack_desk.user(slack_desk.person("Vic"))
    assert "Your role lets you read." in check_in(vic, "new business")[0].error
    assert kept(slack_desk) == []


@pytest.mark.parametrize(("locale", "said"), [("th", "70%"), ("zh_Hans", "70%")])
def test_words_of_the_persons_language_are_taken(slack_desk: Desk, locale, said) -> None:
    from goals import words
    from goals.tracking.checkins import confidence
    from goals.workspace import Person

    slack_desk.goal("New business")
    ann = slack_desk.user(slack_desk.person("Ann", "commenter"))
    with slack_desk.session() as session:
        person = session.exec(select(Person).where(Person.name == "Ann")).one()
        person.locale = locale
        session.add(person)
    typed = words.render(words.Message(confidence.WORDS["70"]), locale)
    execution, _ = check_in(ann, "new business", typed)
    assert said in execution.outputs["summary"]
    ended = status(ann, "new business")
    assert ended.outputs["status"] == words.render(words.status("at_risk"), locale)


def test_the_token_of_a_step_is_kept_nowhere(slack_desk: Desk) -> None:
    slack_desk.goal("New business")
    ann = slack_desk.user(slack_desk.person("Ann"))
    ended = status(ann, "new business")
    with slack_desk.wiring.database.system() as session:
        payloads = [row.payload for row in session.exec(select(SlackInbound))]
    assert any("function_executed" in one for one in payloads)
    assert all(ended.token not in one for one in payloads)


def test_what_a_step_says_cannot_ping(slack_desk: Desk) -> None:
    slack_desk.goal("<!channel> deals")
    ann = slack_desk.user(slack_desk.person("Ann"))
    ended = status(ann, "deals")
    said = ended.error or ended.outputs["summary"]
    assert "<!channel>" not in said
