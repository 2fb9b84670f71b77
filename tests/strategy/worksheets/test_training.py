"""Training: topics for roles, and who was not trained yet."""

from dataclasses import replace

from goals.words import render
from strategy.worksheets import setting, starters
from strategy.worksheets.rules import every, training


def about(desk):
    with desk.session() as session:
        return setting.of(session)


def found(desk):
    return every.findings(desk.book(), about(desk), "training")


def said(desk):
    return [render(one.message, "en") for one in found(desk)]


def topic(desk, name, *roles):
    return desk.add("training.plan", training_topic=name, for_roles=list(roles))


def log(desk, person, role, topic, trained_on=""):
    values = {"trained_person": str(person), "trained_role": role, "topic": topic}
    return desk.add("training.log", **values, trained_on=trained_on)


def test_everybody_who_was_trained_in_what_the_role_needs_is_done(desk):
    daily = topic(desk, "Use it daily", "user", "lead")
    log(desk, desk.dana, "lead", daily, "2027-01-18")
    log(desk, desk.nok, "user", daily, "2027-01-18")
    assert found(desk) == []


def test_somebody_who_is_planned_and_not_trained_is_listed(desk):
    daily = topic(desk, "Use it daily", "user")
    log(desk, desk.dana, "user", daily, "2027-01-18")
    item = log(desk, desk.nok, "user", daily)
    [one] = found(desk)
    assert (one.rule, one.severity, one.item, one.field) == (
        "train-open", "warn", item, "trained_on",
    )  # fmt: skip
    assert render(one.message, "en") == "Nok is not trained yet: Use it daily."


def test_a_topic_that_the_role_needs_is_missing_even_without_a_line(desk):
    daily = topic(desk, "Use it daily", "user")
    reports = topic(desk, "อ่านรายงาน 读报表", "lead")
    log(desk, desk.dana, "lead", daily, "2027-01-18")
    log(desk, desk.nok, "user", daily, "2027-01-18")
    assert training.untrained(desk.book(), about(desk)) == [
        training.Untrained(str(desk.dana), reports, None)
    ]
    assert "Dana is not trained yet: อ่านรายงาน 读报表." in said(desk)


def test_members_without_a_role_in_the_plan_are_named_together(desk):
    daily = topic(desk, "Use it daily", "user")
    log(desk, desk.dana, "user", daily, "2027-01-18")
    assert said(desk) == ["Not in the plan: Nok."]


def test_people_who_left_are_not_listed(desk):
    daily = topic(desk, "Use it daily", "user")
    log(desk, desk.nok, "user", daily)
    known = about(desk)
    gone = replace(known, members={str(desk.dana): "Dana"})
    assert training.untrained(desk.book(), gone) == []


def test_a_person_stands_in_the_plan_once_for_a_topic(desk):
    daily = topic(desk, "Use it daily", "user")
    for person in (desk.dana, desk.nok, desk.nok):
        log(desk, person, "user", daily, "2027-01-18")
    assert [one.rule for one in found(desk)] == ["train-twice"]


def test_a_role_that_does_not_need_a_topic_is_pointed_out(desk):
    reports = topic(desk, "Read reports", "lead")
    for person in (desk.dana, desk.nok):
        log(desk, person, "user", reports, "2027-01-18")
    assert [one.rule for one in found(desk)] == ["train-role", "train-role"]


def test_the_list_names_topic_and_person(desk):
    daily = topic(desk, "Use it daily", "user")
    log(desk, desk.nok, "user", daily)
    [row] = desk.page("training", "log").items.rows
    assert row.name == "Use it daily"
    assert [render(one, "en") for one in row.lines] == ["Nok"]


def test_our_topics_cover_every_role(desk):
    with desk.session() as session:
        starters.take(session, "training.plan", reader="th", by=desk.dana, now=desk.now)
    roles = {role for row in desk.book().of("training.plan") for role in row.value["for_roles"]}
    assert roles == {"user", "lead", "admin", "sponsor"}
    assert found(desk) == []
