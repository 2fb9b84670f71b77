"""Shared words: spelling is no conflict, a difference is, and signatures settle it."""

from datetime import timedelta
from typing import Any

import pytest

from goals.words import render
from strategy.worksheets import setting
from strategy.worksheets.rules import every, sameness, terms

ANSWERS = "terms.answers"
AGREED: dict[str, dict[str, Any]] = {
    "lead": {"def_lead": "A clinic whose number we have"},
    "opportunity": {"def_opportunity": "A clinic on trial"},
    "contact": {"def_contact": "A person at a clinic"},
    "customer": {"def_customer": "A clinic whose contract runs"},
    "stages": {"deal_stages": ["On trial", "Signed"]},
    "pipeline": {"pipeline_picture": "A funnel"},
    "qualified": {"qualified_lead_rule": "Three doctors or more"},
    "scoring": {"lead_scoring_used": "no"},
    "handoff": {"handoff_rule": "When it is qualified"},
}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("A lead is a person who filled in our form", "Lead: persons that fill in our forms."),
        ("E-mail address", "Email adress"),
        ("Follow-up within three days", "follow up within 3 days"),
        ("Organisation with a contract", "Organization with contract"),
        ("Anyone who paid", "Anybody who paid"),
        ("It doesn't answer", "It does not answer"),
        ("Colour of the centre", "Color of the center"),
        ("ลูกค้าที่จ่ายเงินแล้วครับ", "ลูกค้าที่จ่ายเงินแล้ว"),
        ("ลูกค้าที่ชำระเงินแล้วภายใน ๓ วัน", "ลูกค้าที่ชำระเงินแล้วภายใน 3 วัน"),
        ("บริษัทที่ขอใบเสนอราคา", "บริษัทที่ขอใบเสนอราคาา"),
        ("已付款的客户", "已付款客户。"),
        ("已付款的客戶", "已付款的客户"),
        ("三天内联系", "3天内联系"),
        ("", "Anything"),
    ],
)
def test_spelling_makes_no_difference(one, other):
    assert sameness.same(one, other)
    assert sameness.same(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("A clinic that signed a contract", "A clinic that has paid"),
        ("A score of 50", "A score of 60"),
        ("Qualified when the budget is known", "Not qualified when the budget is known"),
        ("Interested", "Uninterested"),
        ("A clinic with a contract", "A clinic with a contact"),
        ("A firm that asked for an offer", "A firm that asked for an offer and has a budget"),
        ("ลูกค้าเก่าที่ซื้อซ้ำในสองปี", "ลูกค้าใหม่ที่ซื้อซ้ำในสองปี"),
        ("ลูกค้าที่จ่ายเงิน", "ลูกค้าที่ไม่จ่ายเงิน"),
        ("ใกล้ร้าน", "ไกลร้าน"),
        ("新客户", "旧客户"),
        ("已付款的客户", "未付款的客户"),
        ("签了合同的公司", "付了首款的公司"),
    ],
)
def test_a_word_a_number_or_a_negation_does(one, other):
    assert not sameness.same(one, other)
    assert not sameness.same(other, one)


def found(desk):
    with desk.session() as session:
        about = setting.of(session)
    return every.findings(desk.book(), about, terms.SECTION)


def rules(desk):
    return [one.rule for one in found(desk)]


def team(desk, name, **said):
    item = desk.add(ANSWERS, team_name=name)
    for page in ("team_leads", "team_customers", "team_deals", "team_handover"):
        desk.save(f"terms.{page}", item, **said)
    return item


def agree(desk):
    for page, values in AGREED.items():
        desk.save(f"terms.{page}", **values)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("A clinic whose number we have", "A clinic that started a trial"),
        ("คลินิกที่เรามีเบอร์โทร", "คลินิกที่เริ่มทดลองใช้"),
        ("我们有电话号码的诊所", "已开始试用的诊所"),
    ],
)
def test_differing_answers_are_a_conflict_with_both_texts(desk, one, other):
    team(desk, "Sales", lead_means=one)
    team(desk, "Marketing", lead_means=other)
    [finding] = found(desk)
    assert (finding.rule, finding.severity, finding.question) == (
        "terms-differ",
        "weak",
        "terms.lead",
    )
    assert finding.evidence == f"Sales: {one}; Marketing: {other}"
    assert "Lead" in render(finding.message, "en")


def test_teams_that_agree_are_named_together(desk):
    team(desk, "Sales", customer_means="A clinic that pays")
    team(desk, "Service", customer_means="Clinics that pay.")
    team(desk, "Marketing", customer_means="Whoever is on the list")
    [finding] = found(desk)
    assert finding.evidence == (
        "Sales, Service: A clinic that pays; Marketing: Whoever is on the list"
    )


def test_one_team_alone_is_in_no_conflict(desk):
    team(desk, "Sales", lead_means="A clinic", stages_used=["Talks", "Signed"])
    assert found(desk) == []


def test_stages_are_compared_as_lists_and_pictures_not_at_all(desk):
    team(desk, "Sales", stages_used=["Talks", "Signed"], pipeline_looks="A funnel")
    team(desk, "Marketing", stages_used=["talks", "signed"], pipeline_looks="A pipe")
    assert [(one.rule, one.question) for one in found(desk)] == [
        ("terms-agree", "terms.stages"),
        ("terms-agree", "terms.pipeline"),
    ]
    desk.save("terms.stages", deal_stages=["Talks", "Signed"])
    team(desk, "Service", stages_used=["Talks", "Offer", "Signed"])
    assert "terms-differ" in rules(desk)


def test_whoever_does_not_know_of_a_score_contradicts_nobody(desk):
    team(desk, "Sales", scoring_used="yes")
    team(desk, "Marketing", scoring_used="unsure")
    assert "terms-differ" not in rules(desk)
    team(desk, "Service", scoring_used="no")
    assert "terms-differ" in rules(desk)


def test_a_conflict_is_settled_when_every_team_has_signed(desk):
    agree(desk)
    sales = team(desk, "Sales", lead_means="A clinic whose number we have")
    marketing = team(desk, "Marketing", lead_means="A clinic that started a trial")
    assert sorted(rules(desk)) == ["terms-differ", "terms-sign", "terms-sign"]
    day = (desk.now + timedelta(days=1)).date().isoformat()
    desk.save("terms.signature", sales, sign_off_date=day, signed_by=str(desk.nok))
    assert sorted(rules(desk)) == ["terms-differ", "terms-sign"]
    assert next(one for one in found(desk) if one.rule == "terms-sign").item == marketing
    desk.save("terms.signature", marketing, sign_off_date=day)
    assert found(desk) == []
    assert terms.settled(desk.book())


def test_a_text_changed_after_the_signature_is_signed_again(desk):
    agree(desk)
    item = team(desk, "Sales", lead_means="A clinic")
    desk.save("terms.signature", item, sign_off_date=desk.now.date().isoformat())
    assert terms.settled(desk.book())
    desk.now += timedelta(days=3)
    desk.save("terms.customer", def_customer="A clinic that pays")
    [finding] = found(desk)
    assert finding.rule == "terms-sign"
    assert "Customer" in render(finding.message, "en")


def test_a_word_shows_the_answers_of_the_teams_beside_its_text(desk):
    sales = team(desk, "Sales", lead_means="A clinic whose number we have")
    team(desk, "Marketing", opportunity_means="A clinic on trial")
    [recall] = desk.page("terms", "lead").recalls
    assert render(recall.label, "en") == "Sales"
    assert [render(line, "en") for line in recall.shown.lines] == ["A clinic whose number we have"]
    assert (recall.place.question, recall.place.item) == ("team_leads", sales)


def test_the_agreed_stages_stand_beside_those_of_the_sales_process(desk):
    desk.add("sales_process.stages", name="On trial")
    desk.add("sales_process.stages", name="Signed")
    desk.save("terms.stages", deal_stages=["On Trial", "Signed"])
    [recall] = desk.page("terms", "stages").recalls
    assert [render(line, "en") for line in recall.shown.lines] == ["On trial", "Signed"]
    assert found(desk) == []
    desk.add("sales_process.stages", name="Contract sent")
    [finding] = found(desk)
    assert (finding.rule, finding.evidence) == ("terms-stages", "Contract sent")
