import gettext
import os

from app import catalogues

HEAD = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n\n'
PO = HEAD + 'msgid "Goal"\nmsgstr "%s"\n'


def write(folder, word):
    file = folder / "th" / "LC_MESSAGES" / "messages.po"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(PO % word, encoding="utf-8")
    return file


def test_a_catalogue_is_compiled_once(tmp_path):
    source = write(tmp_path, "เป้าหมาย")
    assert catalogues.compile_stale(tmp_path) == [source.with_suffix(".mo")]
    assert catalogues.compile_stale(tmp_path) == []
    assert gettext.translation("messages", tmp_path, ["th"]).gettext("Goal") == "เป้าหมาย"


def test_a_changed_catalogue_is_compiled_again(tmp_path):
    source = write(tmp_path, "หนึ่ง")
    catalogues.compile_stale(tmp_path)
    write(tmp_path, "สอง")
    later = source.stat().st_mtime_ns + 1_000_000_000
    os.utime(source, ns=(later, later))
    assert len(catalogues.compile_stale(tmp_path)) == 1
    with source.with_suffix(".mo").open("rb") as file:
        assert gettext.GNUTranslations(file).gettext("Goal") == "สอง"


def test_nothing_but_the_two_files_is_left_behind(tmp_path):
    source = write(tmp_path, "เป้าหมาย")
    catalogues.compile_stale(tmp_path)
    assert {file.name for file in source.parent.iterdir()} == {"messages.po", "messages.mo"}


def test_no_translations_are_no_error(tmp_path):
    assert catalogues.compile_stale(tmp_path / "missing") == []
