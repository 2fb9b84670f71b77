"""What Word and PowerPoint share: fonts for every script, directions, colours, descriptions."""

import unicodedata
from typing import Any

#: Latin, Thai (a complex script) and Chinese; a machine without them takes its own.
LATIN, COMPLEX, CHINESE = "Arial", "Noto Sans Thai", "Noto Sans CJK SC"
#: Language tags: of Latin text by the reader's language, then East Asian, then complex.
TAGS = {"en": "en-GB", "th": "en-GB", "zh_Hans": "zh-CN"}
EAST_ASIAN, BIDI = "zh-CN", "th-TH"
#: Ink and ground of a status.
TONES = {
    "ok": ("0C5D34", "E2F4EA"),
    "warn": ("6B4700", "FCF0D3"),
    "bad": ("8D1D25", "FCE6E6"),
    "none": ("454D5A", "E9ECF1"),
}


def is_right_to_left(text: str) -> bool:
    """Tell whether a text begins with a script that runs from right to left."""
    for sign in text:
        kind = unicodedata.bidirectional(sign)
        if kind in ("R", "AL"):
            return True
        if kind == "L":
            return False
    return False


def describe(part: Any, text: str) -> None:
    """Give a picture the sentence that says what it shows."""
    part.set("descr", text)
