"""Pictures for where there is no stylesheet: classes become colours, and SVG becomes PNG."""

import re
from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from goals.charts import goal
from goals.charts.goal import GoalChart
from goals.words import Reader

FONTS = Path(__file__).parent / "fonts"
FAMILY = "Noto Sans, Noto Sans Thai, Noto Sans CJK SC, sans-serif"
#: A fallback for single glyphs loses the weight, so Thai pictures begin with the Thai face.
THAI_FAMILY = "Noto Sans Thai, Noto Sans, sans-serif"

#: The tokens of the stylesheet's light theme: what is printed or sent is always light.
LIGHT = {
    "surface": "#ffffff",
    "sunken": "#eef0f4",
    "ink": "#161a22",
    "muted": "#566072",
    "control": "#7d8797",
    "accent": "#2450c8",
    "ok": "#12824a",
    "bad": "#c22f38",
    "plan": "#6b7484",
    "band": "#6b748422",
    "fan": "#2450c81f",
    "fan-2": "#2450c833",
    "grid": "#e6e9ef",
}

#: What each class stands for, as in the stylesheet; colours are names of tokens.
CLASSES: dict[str, dict[str, str]] = {
    "lbl": {"font-weight": "600", "fill": "ink"},
    "lbl-a": {"font-weight": "600", "fill": "accent"},
    "grid": {"stroke": "grid"},
    "base": {"stroke": "control"},
    "band": {"fill": "band"},
    "fan": {"fill": "fan"},
    "fan2": {"fill": "fan-2"},
    "plan": {"fill": "none", "stroke": "plan", "stroke-width": "1.75", "stroke-dasharray": "5 4"},
    "act": {
        "fill": "none",
        "stroke": "accent",
        "stroke-width": "2.5",
        "stroke-linejoin": "round",
    },
    "p50": {
        "fill": "none",
        "stroke": "accent",
        "stroke-width": "2",
        "stroke-dasharray": "1.5 4.5",
        "stroke-linecap": "round",
    },
    "beside": {"stroke": "muted", "stroke-width": "1", "stroke-dasharray": "8 3"},
    "tgt": {"fill": "none", "stroke": "ink", "stroke-width": "1.5"},
    "today": {"stroke": "ink", "stroke-width": "1", "stroke-dasharray": "2 3"},
    "dot": {"fill": "accent", "stroke": "surface", "stroke-width": "2"},
    "dot-p": {"fill": "surface", "stroke": "plan", "stroke-width": "2"},
    "lead": {"fill": "none", "stroke": "control"},
    "mark": {"fill": "surface", "stroke": "ink", "stroke-width": "1.5"},
    "halo": {
        "paint-order": "stroke",
        "stroke": "surface",
        "stroke-width": "4",
        "stroke-linejoin": "round",
    },
    "bar": {"fill": "accent"},
    "tick-h": {"stroke": "surface", "stroke-width": "5"},
    "tick25": {"stroke": "ink", "stroke-width": "2"},
    "track": {"fill": "sunken"},
    "past": {"fill": "accent"},
    "fill": {"fill": "accent"},
    "exp": {"fill": "ink"},
    "rng": {"fill": "accent", "opacity": ".32"},
    "mid": {"fill": "surface", "stroke": "accent", "stroke-width": "2.5"},
    "ref": {"stroke": "ink", "stroke-width": "1.5"},
    "p": {"fill": "none", "stroke": "plan", "stroke-width": "1.25", "stroke-dasharray": "3 3"},
    "a": {"fill": "none", "stroke": "accent", "stroke-width": "2", "stroke-linejoin": "round"},
    "e": {"fill": "accent"},
    "pos": {"fill": "ok"},
    "neg": {"fill": "bad"},
    "sum": {"fill": "ink"},
    "zero": {"stroke": "control"},
}

_TAG = re.compile(r"<(svg|text|polyline|polygon|line|circle|path|rect)\b([^>]*?)(/?)>")
_THAI = re.compile("[\u0e01-\u0e3a\u0e40-\u0e5b]")
_CLASS = re.compile(r'\sclass="([^"]*)"')
_BOX = re.compile(r'viewBox="0 0 ([\d.]+) ([\d.]+)"')


def painted(picture: str, palette: Mapping[str, str] = LIGHT, margin: int = 0) -> str:
    """Return a chart that needs no stylesheet: its classes have become attributes.

    For documents, mail and PNG; `margin` pixels are added all around. A picture without a
    size of its own (a ruler) gets none.
    """
    size = ""
    if box := _BOX.search(picture):
        width, height = (float(one) + 2 * margin for one in box.groups())
        size = f' width="{width:g}" height="{height:g}"'
        around = f'viewBox="{-margin} {-margin} {width:g} {height:g}"'
        picture = picture.replace(box.group(), around, 1)
    family = THAI_FAMILY if _THAI.search(picture) else FAMILY
    head = f'<svg xmlns="http://www.w3.org/2000/svg"{size} font-family="{family}"'

    def paint(tag: re.Match[str]) -> str:
        name, rest, end = tag.groups()
        found = _CLASS.search(rest)
        kinds = found.group(1).split() if found else []
        plain = _CLASS.sub("", rest)
        looks: dict[str, str] = {}
        if name == "text":
            looks = {"fill": "muted", "font-size": "12"}
            if ' font-size="' in plain:
                del looks["font-size"]
        for kind in kinds:
            looks |= CLASSES.get(kind, {})
        told = "".join(_attribute(key, value, palette) for key, value in looks.items())
        return f"<{name}{plain}{told}{end}>"

    body = _TAG.sub(paint, picture)
    return head + body.removeprefix("<svg")


def goal_png(chart: GoalChart, reader: Reader, width: int = 800, height: int = 400) -> bytes:
    """Return a goal's chart as Slack shows it: 800 x 400 at twice the pixels, larger text."""
    margin = 12
    inner = width - 2 * margin, height - 2 * margin
    drawn = goal.goal_chart(chart, picture_reader(reader), *inner, size=14)
    return png(drawn, margin=margin)


def png(
    picture: str, palette: Mapping[str, str] = LIGHT, scale: float = 2, margin: int = 0
) -> bytes:
    """Return a chart as PNG on the palette's ground, `scale` pixels for each of the chart's.

    The same fonts everywhere: those that lie beside this module, and one for Chinese where
    the machine has one.
    """
    # Loaded here: only Slack and documents need it.
    import resvg_py

    fonts = [str(file) for file in sorted(FONTS.glob("*.ttf"))]
    if (chinese := chinese_font()) is not None:
        fonts.append(str(chinese))
    return bytes(
        resvg_py.svg_to_bytes(
            svg_string=painted(picture, palette, margin),
            background=palette["surface"],
            skip_system_fonts=True,
            font_files=fonts,
            font_family="Noto Sans",
            sans_serif_family="Noto Sans",
            zoom=scale,
        )
    )


def picture_reader(reader: Reader) -> Reader:
    """Return for whom a PNG is drawn: in English where a Chinese one would have no glyphs."""
    if reader.locale == "zh_Hans" and chinese_font() is None:
        return replace(reader, locale="en")
    return reader


@lru_cache(maxsize=1)
def chinese_font() -> Path | None:
    """Return a font with Chinese glyphs that this machine has, None without one."""
    folders = ["/usr/share/fonts", "/usr/local/share/fonts", "/System/Library/Fonts"]
    folders += ["/Library/Fonts", "C:/Windows/Fonts", "~/.local/share/fonts", "~/.fonts"]
    names = ["NotoSansCJK*-Regular.*", "NotoSansSC*-Regular.*", "SourceHanSans*-Regular.*"]
    names += ["wqy-*.tt?", "PingFang.ttc", "Hiragino Sans GB.ttc", "msyh.ttc", "simhei.ttf"]
    for folder in (Path(name).expanduser() for name in folders):
        if folder.is_dir():
            for name in names:
                if found := next(folder.rglob(name), None):
                    return found
    return None


def _attribute(name: str, value: str, palette: Mapping[str, str]) -> str:
    colour = palette.get(value, value) if name in ("fill", "stroke") else value
    if len(colour) == 9 and colour.startswith("#"):
        # Not every reader of SVG knows eight digits.
        opacity = int(colour[7:], 16) / 255
        return f' {name}="{colour[:7]}" {name}-opacity="{opacity:.3g}"'
    return f' {name}="{colour}"'
