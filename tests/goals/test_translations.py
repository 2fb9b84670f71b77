import re
import shutil
from pathlib import Path

import pytest
from babel.messages import pofile

from app import catalogues
from tests.support import languages

LANGUAGES = ["th", "zh_Hans"]
#: Thai and Chinese letters.
OWN_LETTERS = re.compile("[\u0e00-\u0e7f\u4e00-\u9fff]")
#: Names in examples, written alike in every language.
NAMES = {"Alfa Pumps Co., Ltd.", "Commit (CRM)"}
PURE = ("goals/words.py", "goals/charts/")


def entries(language, folder=catalogues.TRANSLATIONS):
    with (folder / language / "LC_MESSAGES" / "messages.po").open("rb") as file:
        return {one.id: one for one in pofile.read_po(file, locale=language) if one.id}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_words_of_values_and_charts_are_translated(language):
    missing = [
        text
        for text, one in entries(language).items()
        if any(name.startswith(PURE) for name, _ in one.locations) and not all(one.string)
    ]
    assert missing == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_percent_sign_stands_for_itself_only_where_the_text_says_so(language):
    lone = re.compile(r"%(?![(%])")
    found = []
    for text, one in entries(language).items():
        asked = text if isinstance(text, str) else " ".join(text)
        given = one.string if isinstance(one.string, str) else " ".join(one.string)
        if lone.search(given.replace("%%", "")) and not lone.search(asked.replace("%%", "")):
            found.append(given)
    assert found == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_translation_is_a_guess(language):
    assert [text for text, one in entries(language).items() if one.fuzzy] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_translation_is_the_english_text(language):
    left = []
    for one in entries(language).values():
        for text in one.string if isinstance(one.string, tuple) else (one.string,):
            plain = re.sub(r"%\(\w+\)[sd]", " ", text)
            if not OWN_LETTERS.search(plain) and len(languages.latin(plain)) > 1:
                left.append(text)
    assert set(left) <= NAMES


@pytest.fixture
def project(tmp_path):
    for folder in ("app", "goals/translations/th/LC_MESSAGES", "templates"):
        (tmp_path / folder).mkdir(parents=True)
    translations = tmp_path / "goals" / "translations"
    shutil.copy(catalogues.TRANSLATIONS / "babel.cfg", translations)
    write(translations, 'msgid "Gone"\nmsgstr "หาย"\n\nmsgid "Goal"\nmsgstr "เป้าหมาย"\n')
    return tmp_path


def write(translations: Path, text: str) -> None:
    head = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\n'
    file = translations / "th" / "LC_MESSAGES" / "messages.po"
    file.write_text(head + text, encoding="utf-8")


def test_new_texts_come_in_and_gone_ones_leave(project):
    (project / "app" / "page.py").write_text(
        'a = N_("Goal")\nb = P_("%(n)s deal", "%(n)s deals")\n'
    )
    (project / "templates" / "page.html").write_text('<h1>{{ _("Home") }}</h1>')
    folder = project / "goals" / "translations"
    assert catalogues.update(project, folder) == {"th": 2}
    found = entries("th", folder)
    assert set(found) == {"Goal", "Home", ("%(n)s deal", "%(n)s deals")}
    assert found["Goal"].string == "เป้าหมาย"
    assert found["Home"].string == ""
    assert not any(one.fuzzy for one in found.values())


def test_a_second_update_changes_nothing(project):
    (project / "app" / "page.py").write_text('a = N_("Goal")\nb = N_("Home")\n')
    folder = project / "goals" / "translations"
    file = folder / "th" / "LC_MESSAGES" / "messages.po"
    catalogues.update(project, folder)
    before = file.read_bytes()
    assert catalogues.update(project, folder) == {"th": 1}
    assert file.read_bytes() == before
