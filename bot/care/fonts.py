"""Fonts for pictures: which of a text's characters can be drawn with what is installed.

Matplotlib brings DejaVu Sans, which has no Korean, Chinese or Japanese; those are drawn where a font of the system has
them. What cannot be drawn is not drawn: boxes in the place of letters tell nobody anything.
"""

from __future__ import annotations

import unicodedata
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

OWN = "DejaVu Sans"
OTHERS = (
    "Noto Sans CJK KR",
    "Noto Sans KR",
    "NanumGothic",
    "Malgun Gothic",
    "Apple SD Gothic Neo",
    "Noto Sans CJK JP",
    "Noto Sans CJK SC",
    "Source Han Sans KR",
    "UnDotum",
    "Baekmuk Gulim",
    "WenQuanYi Zen Hei",
    "Hiragino Sans",
    "Microsoft YaHei",
    "Droid Sans Fallback",
    "Unifont",
)
"""Families that have Korean, Chinese or Japanese letters, as they are called on Linux, macOS and Windows."""


@cache
def families() -> tuple[str, ...]:
    """Return the families that texts are drawn with, each character with the first that has it."""
    from matplotlib import font_manager  # noqa: PLC0415  (takes a second, and is needed by few commands)

    installed = {font.name for font in font_manager.fontManager.ttflist}
    return (OWN, *(name for name in OTHERS if name in installed))


def drawable(text: str, among: Iterable[str] | None = None) -> bool:
    """Tell whether all characters of a text can be drawn, in their right order.

    Args:
        text: the text.
        among: families that may be used; default: those of `families`.
    """
    chosen = tuple(families() if among is None else among)
    if any(unicodedata.bidirectional(char) in {"R", "AL"} for char in text):
        return False  # Letters would stand in the wrong order, and unjoined.
    return all(char.isspace() or any(_has(family, char) for family in chosen) for char in text)


@cache
def _has(family: str, char: str) -> bool:
    from matplotlib import font_manager  # noqa: PLC0415  (as in `families`)

    path = font_manager.findfont(family, fallback_to_default=True)
    return font_manager.get_font(path).get_char_index(ord(char)) != 0
