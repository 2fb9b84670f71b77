import pytest

from app.cli import house


@pytest.fixture
def template(tmp_path):
    def write(text):
        file = tmp_path / "templates" / "page.html"
        file.parent.mkdir(exist_ok=True)
        file.write_text(text, encoding="utf-8")
        return house.inline_markup(tmp_path)

    return write


@pytest.mark.parametrize(
    ("markup", "what"),
    [
        ("<style>a {}</style>", "style element"),
        ('<p style="color: red">', "style attribute"),
        ("<p class=a style = 'color: red'>", "style attribute"),
        ("<script>go()</script>", "inline script"),
        ("<script type=module>go()</script>", "inline script"),
        ('<a href="#" onclick="go()">', "handler attribute"),
        ('<a hx-on:click="go()">', "handler attribute"),
        ('<a href="javascript:go()">', "javascript: address"),
    ],
)
def test_inline_markup_is_found(template, markup, what):
    (found,) = template(f"<h1>A page</h1>\n{markup}")
    assert found == f"templates/page.html:2: {what}"


@pytest.mark.parametrize(
    "markup",
    [
        '<script src="/static/app.js"></script>',
        '<script type="application/json">{}</script>',
        '<p class="style">one = two</p>',
        '<button data-once="1">Conversion = won deals / closed deals</button>',
        '<svg fill="none" stroke-width="2"></svg>',
    ],
)
def test_plain_markup_passes(template, markup):
    assert template(markup) == []


def catalogue(tmp_path, body):
    file = tmp_path / "goals" / "translations" / "th" / "LC_MESSAGES" / "messages.po"
    file.parent.mkdir(parents=True)
    header = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n\n'
    file.write_text(header + body, encoding="utf-8")
    return house.broken_catalogues(tmp_path)


def test_a_translation_that_loses_a_placeholder_is_found(tmp_path):
    (found,) = catalogue(
        tmp_path, '#, python-format\nmsgid "%(n)s goals"\nmsgstr "เป้าหมาย %(m)s"\n'
    )
    assert found.startswith("goals/translations/th/LC_MESSAGES/messages.po:")


def test_a_catalogue_that_is_no_catalogue_is_found(tmp_path):
    assert catalogue(tmp_path, 'msgid "one\nnonsense') != []


def test_a_good_catalogue_passes(tmp_path):
    assert (
        catalogue(tmp_path, '#, python-format\nmsgid "%(n)s goals"\nmsgstr "%(n)s เป้าหมาย"\n') == []
    )


@pytest.mark.parametrize(
    "line", ["path = '/" + "root/x'", "see /" + "home/anna/notes", "https://pypi." + "org/simple/"]
)
def test_names_of_machines_are_recognised(line):
    assert house.MACHINE.search(line)


@pytest.mark.parametrize(
    "line",
    [
        "/workspaces/3/goals",
        "url_for('/rooted')",
        "https://example.com/home/start",
        "app/work/x.py",
    ],
)
def test_ordinary_paths_are_no_machine(line):
    assert not house.MACHINE.search(line)
