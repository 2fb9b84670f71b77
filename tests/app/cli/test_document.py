"""The command that writes the strategy as a file."""

import json
import zipfile

import pytest

from strategy.document import formats


def test_each_format_of_the_contract_is_written(acme):
    assert sorted(formats.FORMATS) == ["docx", "html", "json", "md", "pdf", "pptx", "xlsx"]
    for ending in ("docx", "html", "json", "md", "pptx", "xlsx"):
        told = acme.json("document", f"plan.{ending}", "--format", ending)
        file = acme.folder / f"plan.{ending}"
        assert told["file"] == f"plan.{ending}" and told["bytes"] == file.stat().st_size > 100
        assert told["format"] == ending and told["goals"] == 2 and told["version"] is None
        assert zipfile.is_zipfile(file) == (ending in ("docx", "pptx", "xlsx"))
    assert [one.name for one in acme.folder.iterdir() if one.suffix == ".tmp"] == []


def test_a_pdf_is_told_with_the_characters_that_no_font_has(acme):
    code, out, err = acme.say("document", "plan.pdf", "--format", "pdf", "--json")
    told = json.loads(out)
    if code:
        assert told["error"]["code"] == "no_pdf"
    else:
        assert told["boxes"] == [] and told["bytes"] > 10_000


def test_the_goals_stand_in_it_with_the_numbers_of_status(acme):
    acme.json("review", "--today", "2026-03-31")
    acme.json("document", "plan.json", "--format", "json", "--today", "2026-03-31")
    goals = json.loads((acme.folder / "plan.json").read_text(encoding="utf-8"))["goals"]
    status = acme.json("status", "--today", "2026-03-31")["goals"]
    assert goals == status and len(goals) == 2


def test_a_day_before_the_review_knows_nothing_of_it(acme):
    acme.json("review", "--today", "2026-03-31")
    acme.json("document", "plan.json", "--format", "json", "--today", "2026-02-01")
    goals = json.loads((acme.folder / "plan.json").read_text(encoding="utf-8"))["goals"]
    assert {one["status"] for one in goals} == {"no_data"}


@pytest.mark.parametrize(
    ("lang", "word"), [("en", "Due"), ("th", "เป้าหมาย"), ("zh-CN", "目标"), ("zh", "目标")]
)
def test_it_speaks_the_language_that_is_asked_for(acme, lang, word):
    acme.json("document", "plan.md", "--format", "md", "--lang", lang)
    assert word in (acme.folder / "plan.md").read_text(encoding="utf-8")


def test_without_a_strategy_and_goals_it_says_so(headway):
    headway.json("workspace", "create", "Empty")
    code, said, _ = headway.say("document", "plan.md", "--format", "md")
    assert code == 0 and "Nothing of the strategy is written yet." in said
    assert "Nothing of the strategy is written yet." in (headway.folder / "plan.md").read_text()


def test_an_unknown_format_and_a_missing_one_are_not_understood(acme):
    assert acme.error("document", "plan.x", "--format", "x", code=2)["code"] == "usage"
    assert acme.error("document", "plan.md", code=2)["code"] == "usage"


def test_a_place_that_takes_no_file_is_told(acme):
    error = acme.error("document", "no/such/folder/plan.md", "--format", "md", code=1)
    assert (error["code"], error["field"]) == ("unwritable_file", "file")


def test_a_file_that_is_there_is_replaced_whole(acme):
    acme.write("plan.md", "old " * 10_000)
    acme.json("document", "plan.md", "--format", "md")
    assert (acme.folder / "plan.md").read_text(encoding="utf-8").startswith("# Strategy\n")
