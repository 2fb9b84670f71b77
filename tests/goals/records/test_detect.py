import pytest

from goals.records import detect

THAI = "ชื่อ,ยอด\nสมชาย ใจดี,100\n"
CHINESE = "名称,金额\n销售机会管理,100\n"


@pytest.mark.parametrize(
    ("text", "sign"),
    [
        ("a,b,c\n1,2,3\n", ","),
        ("a;b;c\n1,5;2,5;3,5\n4,5;5,5;6,5\n", ";"),
        ("a\tb\n1, 2\t3\n", "\t"),
        ("a|b\n1|2\n", "|"),
        ('a,b\n"x;y;z",1\n"p;q;r",2\n', ","),
        ("only\none\n", ","),
    ],
)
def test_the_sign_between_cells_cuts_lines_alike(text, sign):
    assert detect.delimiter(text) == sign


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-32"])
def test_a_mark_names_the_encoding(encoding):
    assert detect.marked(THAI.encode(encoding)) == encoding


def test_without_a_mark_no_encoding_is_named():
    assert detect.marked(THAI.encode()) is None


@pytest.mark.parametrize(
    ("text", "encoding", "preview"),
    [(THAI, "cp874", "ชื่อ,ยอด"), (CHINESE, "gb18030", "名称,金额"), ("a\nb\n", "utf-16-le", "a")],
)
def test_the_right_encoding_is_among_the_choices(text, encoding, preview):
    assert preview in [one.preview for one in detect.choices(text.encode(encoding))]


@pytest.mark.parametrize("head", [b"<html><body>", b"%PDF-1.7", b"a\0\0b\0"])
def test_what_is_no_text_is_recognised(head):
    found = detect.trouble(head)
    assert found is not None
    assert found[0] == "not_text"


def test_text_is_no_trouble():
    assert detect.trouble(THAI.encode("utf-16")) is None
    assert detect.trouble(b"a,b\n1,2\0\n" + b"3,4\n" * 30) is None
