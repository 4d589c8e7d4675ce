"""Shapes and letters as SVG, in colours for a light and a dark surrounding."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from xml.sax.saxutils import escape, quoteattr

from sandbox.lettering import Run

FONTS = "Helvetica, Arial, 'Liberation Sans', sans-serif"

COLOURS = {
    "ground": ("#dfe8ef", "#0e1621"),
    "theirs": ("#ffffff", "#1f2c3a"),
    "mine": ("#e1f6d3", "#2b5278"),
    "ink": ("#16202a", "#e9eef3"),
    "faint": ("#667685", "#9aabbb"),
    "name": ("#1c6fb3", "#6ab7f5"),
    "link": ("#1c6fb3", "#6ab7f5"),
    "quote": ("#e8f1f9", "#26394c"),
    "bar": ("#3f8fce", "#5aa7e6"),
    "key": ("#c3d2df", "#2a3a4a"),
    "tapped": ("#1c6fb3", "#3f8fce"),
    "tappedink": ("#ffffff", "#ffffff"),
    "pill": ("#b9cad8", "#24323f"),
    "toast": ("#33414e", "#3b4a58"),
    "toastink": ("#ffffff", "#ffffff"),
}
"""Name of a colour -> light and dark."""

STYLES = {
    "bold": ("font-weight", "bold"),
    "italic": ("font-style", "italic"),
    "underline": ("text-decoration", "underline"),
    "strikethrough": ("text-decoration", "line-through"),
    "code": ("font-family", "monospace"),
    "pre": ("font-family", "monospace"),
}
"""Kind of entity -> attribute and value; kinds that are neither here nor a link are drawn as the rest."""

LINKS = frozenset({"text_link", "url", "mention", "text_mention", "bot_command", "hashtag", "cashtag", "email"})

# What no XML document may hold, not even escaped (XML 1.0, section 2.2).
_FORBIDDEN = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle, in pixels.

    Attributes:
        x: left edge.
        y: upper edge.
        width: how wide.
        height: how high.
    """

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a line of letters stands.

    Attributes:
        x: pixels from the left: of its start, or of its middle if it is centred.
        y: pixels from the top of its base line.
        size: pixels of the font.
        centred: whether it is centred.
    """

    x: float
    y: float
    size: float
    centred: bool = False


@dataclass(slots=True)
class Canvas:
    """An SVG in the making; what is drawn later covers what is there.

    Attributes:
        shapes: its elements, in the order of drawing.
    """

    shapes: list[str] = field(default_factory=list)

    def box(self, box: Box, colour: str, radius: float = 0) -> None:
        """Fill a rectangle with a colour, its corners rounded."""
        where = f'x="{_px(box.x)}" y="{_px(box.y)}" width="{_px(box.width)}" height="{_px(box.height)}"'
        self.shapes.append(f'<rect class="{colour}" {where} rx="{_px(radius)}"/>')

    def letters(self, runs: Iterable[Run], spot: Spot, colour: str) -> None:
        """Draw a line of letters."""
        spans = "".join(map(_span, runs))
        where = f'x="{_px(spot.x)}" y="{_px(spot.y)}" font-size="{_px(spot.size)}"'
        anchor = ' text-anchor="middle"' if spot.centred else ""
        self.shapes.append(f'<text class="{colour}" {where}{anchor}>{spans}</text>')

    def svg(self, width: float, height: float, title: str) -> str:
        """Return the document.

        Args:
            width: pixels.
            height: pixels.
            title: what the picture shows, for those who do not see it.
        """
        light = "\n".join(f".{name} {{ fill: {light} }}" for name, (light, _) in COLOURS.items())
        dark = "\n".join(f"  .{name} {{ fill: {dark} }}" for name, (_, dark) in COLOURS.items())
        size = f'width="{_px(width)}" height="{_px(height)}" viewBox="0 0 {_px(width)} {_px(height)}"'
        label = quoteattr(_allowed(title))
        space = 'xmlns="http://www.w3.org/2000/svg" xml:space="preserve"'
        head = f'<svg {space} {size} role="img" aria-label={label} font-family="{FONTS}">'
        style = f"<style>\n{light}\n@media (prefers-color-scheme: dark) {{\n{dark}\n}}\n</style>"
        return "\n".join([head, f"<title>{_written(title)}</title>", style, *self.shapes, "</svg>", ""])


def _span(run: Run) -> str:
    values: dict[str, list[str]] = {}
    for mark in sorted(run.marks & STYLES.keys()):
        attribute, value = STYLES[mark]
        given = values.setdefault(attribute, [])
        given += [] if value in given else [value]
    if run.marks & LINKS:
        values["class"] = ["link"]
    styles = "".join(f' {attribute}="{" ".join(given)}"' for attribute, given in values.items())
    text = _written(run.text)
    return f"<tspan{styles}>{text}</tspan>" if styles else text


def _written(text: str) -> str:
    return escape(_allowed(text))


def _allowed(text: str) -> str:
    return _FORBIDDEN.sub("\ufffd", text)


def _px(number: float) -> str:
    return f"{number:.1f}".removesuffix(".0")
