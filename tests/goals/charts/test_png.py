import re
import struct
from pathlib import Path

import pytest

from goals import words
from goals.charts import goal, png, small, status
from goals.charts.bars import Bar, bars
from goals.words import Reader
from tests.goals.charts.pictures import CHINESE, ENGLISH, THAI, parsed, quarter

ROOT = Path(__file__).parents[3]


def size(picture):
    assert picture.startswith(b"\x89PNG\r\n")
    return struct.unpack(">II", picture[16:24])


@pytest.mark.parametrize("reader", [ENGLISH, THAI, CHINESE])
def test_slack_gets_a_picture_of_800_by_400_at_twice_the_pixels(reader):
    assert size(png.goal_png(quarter(), reader)) == (1600, 800)


def test_a_picture_has_the_colours_of_the_palette():
    drawn = png.painted(goal.goal_chart(quarter(), ENGLISH))
    assert "class=" not in drawn
    assert "style=" not in drawn
    root = parsed(drawn)
    lines = {one.get("stroke") for one in root.iter("{http://www.w3.org/2000/svg}polyline")}
    assert lines >= {"#2450c8", "#6b7484", "#161a22"}
    dark = png.painted(goal.goal_chart(quarter(), ENGLISH), png.LIGHT | {"accent": "#8fb0ff"})
    lines = {one.get("stroke") for one in parsed(dark).iter("{http://www.w3.org/2000/svg}polyline")}
    assert "#8fb0ff" in lines
    assert "#2450c8" not in lines


def test_see_through_colours_are_split_into_colour_and_opacity():
    drawn = png.painted('<svg viewBox="0 0 9 9"><polygon class="fan2" points="0,0 1,1 2,2"/></svg>')
    assert 'fill="#2450c8" fill-opacity="0.2"' in drawn


def test_every_class_that_charts_use_has_a_look():
    pictures = [
        goal.goal_chart(quarter(), ENGLISH),
        small.sparkline([(0, 1), (1, 2)], [(0, 1), (1, 3)], "x"),
        small.ruler(0.3, 0.8, "x", low=0.2, middle=0.4, high=0.6),
        small.meter(0.3, "x", 0.2),
        small.gap_bar(1, -1, 1),
        bars("x", [Bar("a", 1)], "count", ENGLISH, whole=2),
    ]
    used = {
        name
        for picture in pictures
        for names in re.findall(r'class="([^"]*)"', picture)
        for name in names.split()
    }
    assert used - set(png.CLASSES) == {"spark", "ruler", "meter"}


def test_the_palette_is_that_of_the_stylesheet():
    sheet = (ROOT / "app" / "static" / "app.css").read_text(encoding="utf-8")
    light = sheet[: sheet.index("@media screen")]
    tokens = dict(re.findall(r"--hw-([\w-]+): (#[0-9a-f]{6,8});", light))
    assert {name: tokens[name] for name in png.LIGHT} == png.LIGHT


def test_the_thai_fonts_are_there_and_small_enough_to_ship():
    files = list(png.FONTS.glob("*.ttf"))
    assert sum(file.stat().st_size for file in files) < 700_000
    assert {file.stem for file in files} >= {"NotoSans-Regular", "NotoSansThai-Regular"}
    assert "SIL OPEN FONT LICENSE" in (png.FONTS / "OFL.txt").read_text(encoding="utf-8")


def test_thai_text_leaves_ink_on_the_picture():
    blank = '<svg viewBox="0 0 90 20"><text x="2" y="15">{}</text></svg>'
    assert png.png(blank.format("เป้าหมาย")) != png.png(blank.format(""))


def test_thai_labels_are_as_strong_as_english_ones():
    drawn = '<svg viewBox="0 0 90 20"><text{} x="2" y="15">เป้า 42.0</text></svg>'
    strong, plain = (drawn.format(f' font-weight="{weight}"') for weight in (600, 400))
    assert png.png(strong) != png.png(plain)


def test_a_chinese_reader_gets_english_where_the_machine_has_no_chinese_font(monkeypatch):
    monkeypatch.setattr(png, "chinese_font", lambda: None)
    reader = Reader("zh_Hans", zone="Asia/Shanghai", currency="CNY")
    assert png.picture_reader(reader) == Reader("en", zone="Asia/Shanghai", currency="CNY")
    assert png.picture_reader(THAI) == THAI
    monkeypatch.setattr(png, "chinese_font", lambda: Path("font.ttc"))
    assert png.picture_reader(reader) == reader


def test_every_status_has_a_shape_of_its_own_and_a_word():
    assert set(status.SHAPES) == set(words.STATUS)
    symbols = [shape.symbol for shape in status.SHAPES.values()]
    assert len(set(symbols)) == len(symbols)
    assert status.status_shape("off_track").mark == "◆"


def test_the_sprite_holds_every_shape_of_a_status():
    sprite = (ROOT / "templates" / "macros" / "sprite.svg.html").read_text(encoding="utf-8")
    symbols = re.findall(r'<symbol id="([^"]*)"', sprite)
    assert len(set(symbols)) == len(symbols)
    assert {shape.symbol for shape in status.SHAPES.values()} <= set(symbols)
    parsed(sprite)
