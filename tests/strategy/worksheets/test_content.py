"""The content files: they load, each question can be reached, and mistakes in them are named."""

import re
import unicodedata
from io import BytesIO

import pytest
from babel.messages.catalog import PYTHON_FORMAT
from babel.messages.extract import extract as babel_extract

from app import catalogues
from goals.words import Message, render
from strategy.worksheets import content, library
from strategy.worksheets.content import COMPANIES, ContentError

WORKSHEETS = library.worksheets()
EXTRACTOR = "strategy.worksheets.extract:extract"
QUESTIONS = list(WORKSHEETS.asked.values())
# What the reference names for these worksheets, in the words of our fields.
WANTED = {
    "business_goals": "statement kind metric baseline number change deadline owner why actions "
    "takes_part evidence",
    "proposition": "what_we_do_well what_customers_want overlap what_rivals_lack usp_sentence "
    "proof who_we_help problem result_with_number time_frame what_is_not_sacrificed proof_case "
    "sentence",
    "channels": "model name customer_type route intermediaries share_of_sales_now wanted margin "
    "who_owns_customer_data after_sale_duties advantages drawbacks owner",
    "sales_process": "name order definition entry_criteria exit_criteria owner_team probability "
    "max_age_days required_fields crm_stage_ids",
    "terms": "def_lead def_opportunity def_contact def_customer deal_stages pipeline_picture "
    "qualified_lead_rule lead_scoring_used handoff_rule sign_off_date",
    "lead_management": "category traits scored points threshold warm_from accept_hours method "
    "factor trigger mails exit_rule lead_type approach",
    "best_customers": "best_customer_attributes best_customer_interactions won_deals",
    "symptoms": "gap_handoff gap_process gap_retention gap_silos gap_unhappy",
    "gaps": "area now wanted gap actions linked_goal_id",
    "buy_in": "stakeholder team role position concern sign_off_date",
    "personas": "name segment role_or_occupation industry company_size location goals pains likes "
    "dislikes behaviour brand_interactions objections decision_role preferred_channels "
    "buying_signals disqualifiers quote source_of_evidence",
    "competitors": "competitor type offer price_level strengths weaknesses their_usp channels "
    "sales_and_marketing_activity trend our_edge threat last_reviewed",
    "crm_needs": "requirement team priority why owner weight",
    "crm_selection": "budget users price_per_user total_cost_24_months hosting data_residency "
    "vendor weight score evidence trial_script decision sign_off exit_plan decided_on",
    "implementation": "step task owner team start due depends_on status risk evidence",
    "readiness": "sponsor sponsor_signed_on readiness_score blockers",
    "training": "trained_person trained_role training_topic planned_on trained_on material",
    "data_governance": "data_field field_owner required validity_rule duplicate_rule "
    "freshness_rule access_rule good_data_example record",
    "team_goals": "team goal parent metric number change due owner cadence why actions",
}


@pytest.mark.parametrize("section", WANTED)
def test_a_section_asks_for_all_that_it_should(section):
    asked = WORKSHEETS.of_section(section)
    keys = {field.key for one in asked for field in one.question.fields}
    assert set(WANTED[section].split()) - keys == set()


@pytest.mark.parametrize("asked", QUESTIONS, ids=lambda one: one.address)
def test_each_question_is_one_tight_group_with_words_for_everything(asked):
    assert 1 <= len(asked.question.fields) <= 6
    assert asked.question.short != asked.section.title


@pytest.mark.parametrize("asked", QUESTIONS, ids=lambda one: one.address)
def test_each_question_has_an_example_for_three_kinds_of_company(asked):
    # The last one of the proposition asks for a judgement of one's own sentences.
    if asked.address != "proposition.pair":
        assert {one.company for one in asked.question.examples} == set(COMPANIES)


def test_the_five_kinds_of_business_goals_are_shown_as_examples():
    examples = WORKSHEETS.find("business_goals.goals").question.examples
    assert len(examples) == 5
    assert {one.values["kind"] for one in examples} == {"metric", "headcount", "milestone"}


def every_text():
    return sorted({text for one in WORKSHEETS.sections for text in content.texts(one)})


def test_texts_keep_to_the_house_style():
    odd = [text for text in every_text() if "!" in text or text[0].islower()]
    assert odd == []
    emoji = [text for text in every_text() if any(unicodedata.category(c) == "So" for c in text)]
    assert emoji == []


def test_percent_signs_in_texts_are_safe_for_translators():
    for text in every_text():
        id = content.catalogue_id(text)
        formats = [found for found in PYTHON_FORMAT.finditer(id) if found.group() != "%%"]
        assert all(found.group(1) for found in formats)
        if not formats:
            assert render(Message(id), "en") == text


@pytest.mark.parametrize("file", sorted(library.FOLDER.glob("*.toml")), ids=lambda one: one.stem)
def test_babel_finds_every_text_of_a_file_at_its_line(file):
    data = file.read_bytes()
    found = list(babel_extract(EXTRACTOR, BytesIO(data), keywords={}))
    section = WORKSHEETS.section(file.stem)
    expected = {content.catalogue_id(text) for text in content.texts(section)}
    assert {message for _, message, _, _ in found} == expected
    lines = data.decode().splitlines()
    for line, message, _, _ in found:
        assert str(message).replace("%%", "%")[:20] in lines[line - 1]


def test_every_text_is_collected_for_translation():
    collected = {text.id for text in catalogues.extract()}
    wanted = {content.catalogue_id(text) for text in every_text()}
    assert wanted - collected == set()


GOOD = """
key = "one"
group = "sell"
position = 1
title = "One"
hint = "A hint"
minutes = 5
[[questions]]
key = "rows"
title = "Rows?"
short = "Rows"
lede = "Write them."
why = "Because."
[questions.repeat]
title = "Rows"
lede = "All of them."
one = "Row %(number)s"
add = "Add a row"
none = "No rows yet."
named_by = "name"
[[questions.fields]]
key = "name"
kind = "text"
label = "Name"
[[questions]]
key = "more"
of = "rows"
title = "More?"
short = "More"
lede = "Write it."
why = "Because."
[[questions.fields]]
key = "size"
kind = "number"
label = "Size"
"""


def load(tmp_path, text):
    (tmp_path / "one.toml").write_text(text, encoding="utf-8")
    return library.load(tmp_path)


def test_a_small_file_loads(tmp_path):
    assert list(load(tmp_path, GOOD).asked) == ["one.rows", "one.more"]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('title = "More?"', "", "missing required field `title`"),
        ('kind = "number"', 'kind = "digits"', "questions[1].fields[0].kind"),
        ('hint = "A hint"', 'hint = "A hint"\ncolour = "red"', "unknown field `colour`"),
        ('key = "one"', 'key = "two"', "its key is two"),
        ('named_by = "name"', 'named_by = "title"', "rows: its rows are named by title"),
        ('of = "rows"', 'of = "row"', "more: it is of row"),
        ('key = "size"', 'key = "name"', "field name stands there twice"),
        ('key = "more"', 'key = "rows"', "question rows stands there twice"),
        ('label = "Size"', 'label = "Size"\nrequired = true', "what to do when it is empty"),
        ('kind = "number"', 'kind = "choice"', "have options"),
        ('kind = "number"', 'kind = "reference"', "say what they refer to"),
        ('lede = "Write it."', 'lede = "Write %(it)s."\npipes = {it = "one.rows.x"}', "takes up"),
        (
            'label = "Size"',
            'label = "Size"\nshow_if = {field = "x", any_of = ["1"]}',
            "depends on x",
        ),
        ('label = "Size"', 'label = "Size"\nshow_if = {field = "name"}', "a condition lists"),
        (
            'kind = "number"',
            'kind = "number"\nproposals = [{field = "name", any_of = ["x"], entries = ["Y"]}]',
            "lines are proposed for a list of texts only",
        ),
        (
            'kind = "number"',
            'kind = "texts"\nproposals = [{field = "shape", any_of = ["x"], entries = ["Y"]}]',
            "it is proposed by shape, which is not asked for",
        ),
        ("minutes = 5", "minutes = 5 5", "one.toml: Expected newline"),
        ('why = "Because."\n[questions.repeat]', 'why = ""\n[questions.repeat]', "a text is empty"),
    ],
)
def test_a_mistake_in_a_file_is_named_with_its_place(tmp_path, old, new, said):
    assert old in GOOD
    with pytest.raises(ContentError, match=re.escape(said)):
        load(tmp_path, GOOD.replace(old, new, 1))


def test_texts_that_take_up_answers_need_a_pipe_for_each_place(tmp_path):
    lede = 'lede = {text = "About %(row)s.", otherwise = "About it."}'
    piped = GOOD.replace('lede = "Write it."', lede, 1)
    with pytest.raises(ContentError, match="places"):
        load(tmp_path, piped)
    pipes = f'{lede}\npipes = {{row = "one.rows.name"}}'
    assert load(tmp_path, piped.replace(lede, pipes)).find("one.more").question.pipes


TABLE = """
[[questions]]
key = "cells"
title = "Cells?"
short = "Cells"
lede = "Fill them in."
why = "Because."
[questions.repeat]
title = "Cells"
lede = "All of them."
one = "Cell %(number)s"
add = "Add a cell"
none = "No cells yet."
named_by = "row"
table = true
[[questions.fields]]
key = "row"
kind = "reference"
label = "Row"
refers_to = "one.rows"
[[questions.fields]]
key = "value"
kind = "number"
label = "Value"
"""


def test_a_table_has_rows_that_are_named_by_others(tmp_path):
    found = load(tmp_path, GOOD + TABLE).find("one.cells")
    assert [one.key for one in found.naming] == ["row"]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('named_by = "row"', 'named_by = "value"', "can name nothing|no text, choice or metric"),
        ('refers_to = "one.rows"', 'refers_to = "one.cells"', "whose rows are named by others"),
        ('key = "cells"', 'key = "cells"\nasked_on = "one.gone"', "which is none"),
    ],
)
def test_a_mistake_in_a_table_is_named(tmp_path, old, new, said):
    with pytest.raises(ContentError, match=said):
        load(tmp_path, GOOD + TABLE.replace(old, new, 1))
