"""A chat as a picture: bubbles left and right, with their formatting and buttons, in two columns of an SVG.

The same entries make the same picture, byte for byte: nothing in it depends on clocks, fonts or the machine. It carries
its own ground and colours for both of GitHub's modes.

    picture(["Monday", Bubble(question), Bubble(answer, tapped="Source")], "How a question is answered")
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sandbox.canvas import Box, Canvas, Spot
from sandbox.lettering import Line, Run, fitted, lines, measured
from sandbox.shown import Button, Shown

WIDTH = 900
"""Pixels, which is about what a README is wide."""

MARGIN, GUTTER, GAP = 16.0, 20.0, 8.0
COLUMN = (WIDTH - 2 * MARGIN - GUTTER) / 2
MOST_BUBBLE = 400.0
PAD_X, PAD_Y = 11.0, 8.0
LETTER, SMALL, LEAD = 13.0, 11.0, 17.0
"""Sizes of letters, and from line to line, in pixels."""

INDENT = 14.0
"""Pixels by which quotations are narrower."""

EMPTY = 9.0
"""Height of an empty line, in pixels."""

KEY, KEY_GAP = 24.0, 3.0
"""Height of a button, and space around it, in pixels."""

PHOTO, FILE = 116.0, 40.0
"""Heights of what stands for a photo and for a file, in pixels."""

RADIUS = 11.0
BOLD, ITALIC = frozenset({"bold"}), frozenset({"italic"})


@dataclass(frozen=True, slots=True)
class Bubble:
    """A message in the picture; one of the bot stands on the left.

    Attributes:
        shown: the message.
        tapped: label of the button that was tapped then.
        most_lines: lines after which the rest is left out, which the picture says; None for all.
    """

    shown: Shown
    tapped: str | None = None
    most_lines: int | None = None


@dataclass(frozen=True, slots=True)
class Toast:
    """Words that appear for a moment after a tap.

    Attributes:
        text: the words.
    """

    text: str


Entry = Bubble | Toast | str
"""What stands below one another; a string is a heading."""


@dataclass(frozen=True, slots=True)
class _Block:
    """An entry that was measured.

    Attributes:
        entry: what it is.
        lines: its text, set.
        width: pixels.
        height: pixels, without the space below.
        head: who speaks, above the text; "" where that is clear.
    """

    entry: Entry
    lines: tuple[Line, ...]
    width: float
    height: float
    head: str = ""


def picture(entries: Sequence[Entry], title: str, foot: str = "") -> str:
    """Draw a chat.

    Args:
        entries: what is said, in order; it fills the left column, then the right one.
        title: what the picture shows, for those who do not see it.
        foot: small print below it.

    Returns:
        An SVG document, `WIDTH` pixels wide and as high as needed.
    """
    blocks = _measured(entries)
    left, right = _parted(blocks)
    height = MARGIN + max(_height(left), _height(right))
    small = [Line((Run(each),)) for each in _folded(foot, WIDTH - 2 * MARGIN, SMALL)]
    total = height + MARGIN + (len(small) * LEAD if small else 0)
    canvas = Canvas()
    canvas.box(Box(0, 0, WIDTH, total), "ground", RADIUS)
    for column, part in enumerate((left, right)):
        y = MARGIN
        for block in part:
            _draw(canvas, block, MARGIN + column * (COLUMN + GUTTER), y)
            y += block.height + GAP
    for number, line in enumerate(small):
        canvas.letters(line.runs, Spot(MARGIN, height + SMALL + number * LEAD, SMALL), "faint")
    return canvas.svg(WIDTH, total, title)


def _measured(entries: Sequence[Entry]) -> list[_Block]:
    found: list[_Block] = []
    before = ""
    for entry in entries:
        if isinstance(entry, Bubble):
            # Who speaks is said where that changes, and above what was written anew.
            edited = entry.shown.from_bot and entry.shown.edited
            head = f"{entry.shown.sender} · edited" if edited else entry.shown.sender
            found.append(_bubble(entry, head if edited or entry.shown.sender != before else ""))
            before = entry.shown.sender
        else:
            text, marks = (entry.text, frozenset[str]()) if isinstance(entry, Toast) else (entry, BOLD)
            set_ = tuple(Line((Run(each, marks),)) for each in _folded(text, MOST_BUBBLE - 2 * PAD_X, SMALL))
            wide = max((measured(each.runs, SMALL) for each in set_), default=0)
            found.append(_Block(entry, set_, wide + 2 * PAD_X, len(set_) * LEAD + PAD_Y))
            before = ""
    return found


def _bubble(entry: Bubble, head: str) -> _Block:
    shown = entry.shown
    set_ = lines(shown, MOST_BUBBLE - 2 * PAD_X, LETTER, INDENT)
    if entry.most_lines is not None and len(set_) > entry.most_lines:
        rest = len(set_) - entry.most_lines
        told = f"… {rest} more line{'s' if rest > 1 else ''}"
        set_ = [*set_[: entry.most_lines], Line((Run(told, ITALIC),))]
    widths = [measured(each.runs, LETTER) + (INDENT if each.quoted else 0) for each in set_]
    widths.append(measured([Run(head, BOLD)], SMALL))
    if shown.media:
        widths.append(measured([Run(shown.file_name or shown.media)], LETTER) + FILE)
    if shown.buttons or shown.media == "photo" or any(each.quoted for each in set_):
        widths.append(MOST_BUBBLE)
    height = 2 * PAD_Y + sum(map(_leading, set_)) + (LEAD if head else 0)
    height += {"photo": PHOTO, "document": FILE}.get(shown.media or "", 0.0)
    height += len(shown.buttons) * (KEY + KEY_GAP)
    return _Block(entry, tuple(set_), min(MOST_BUBBLE, max(widths) + 2 * PAD_X), height, head)


def _leading(line: Line) -> float:
    return LEAD if line.text.strip() else EMPTY


def _folded(text: str, width: float, size: float) -> list[str]:
    """Break a text of the picture itself."""
    plain = Shown(chat_id=0, id=0, moment=0, sender="", from_bot=True, text=text, rendered=text)
    return [line.text for line in lines(plain, width, size, 0)]


def _height(blocks: Sequence[_Block]) -> float:
    return sum(block.height + GAP for block in blocks)


def _parted(blocks: Sequence[_Block]) -> tuple[Sequence[_Block], Sequence[_Block]]:
    """Part a chat in two columns, as low as they can be; a heading stays with what follows it."""
    places = [n for n in range(1, len(blocks) + 1) if not isinstance(blocks[n - 1].entry, str)] or [len(blocks)]
    best = min(places, key=lambda n: (max(_height(blocks[:n]), _height(blocks[n:])), n))
    return blocks[:best], blocks[best:]


def _draw(canvas: Canvas, block: _Block, x: float, y: float) -> None:
    if isinstance(block.entry, Bubble):
        at = x if block.entry.shown.from_bot else x + COLUMN - block.width
        _draw_bubble(canvas, block, block.entry, Box(at, y, block.width, block.height))
        return
    toast = isinstance(block.entry, Toast)
    middle = x + COLUMN / 2
    place = Box(middle - block.width / 2, y, block.width, block.height)
    canvas.box(place, "toast" if toast else "pill", RADIUS)
    for number, line in enumerate(block.lines):
        spot = Spot(middle, y + PAD_Y / 2 + SMALL + 1 + number * LEAD, SMALL, centred=True)
        canvas.letters(line.runs, spot, "toastink" if toast else "ink")


def _draw_bubble(canvas: Canvas, block: _Block, entry: Bubble, place: Box) -> None:
    shown = entry.shown
    keys = len(shown.buttons) * (KEY + KEY_GAP)
    canvas.box(Box(place.x, place.y, place.width, place.height - keys), "theirs" if shown.from_bot else "mine", RADIUS)
    left, y = place.x + PAD_X, place.y + PAD_Y
    if block.head:
        canvas.letters([Run(block.head, BOLD)], Spot(left, y + SMALL, SMALL), "name")
        y += LEAD
    y = _draw_media(canvas, shown, Box(left, y, place.width - 2 * PAD_X, 0))
    for line in block.lines:
        leading = _leading(line)
        if line.quoted:
            canvas.box(Box(left, y, place.width - 2 * PAD_X, leading), "quote")
            canvas.box(Box(left, y, 3, leading), "bar")
        if line.text.strip():
            spot = Spot(left + (INDENT - 4 if line.quoted else 0), y + LETTER, LETTER)
            canvas.letters(line.runs, spot, "ink")
        y += leading
    y = place.y + place.height - keys
    for row in shown.buttons:
        _draw_row(canvas, row, entry.tapped, Box(place.x, y + KEY_GAP, place.width, KEY))
        y += KEY + KEY_GAP


def _draw_media(canvas: Canvas, shown: Shown, place: Box) -> float:
    """Draw what stands for a photo or a file; return where the text below it begins."""
    name = fitted(shown.file_name or shown.media or "", place.width - FILE, LETTER)
    if shown.media == "photo":
        canvas.box(Box(place.x, place.y, place.width, PHOTO - 8), "quote", 6)
        floor = place.y + PHOTO - 40
        for number, high in enumerate((22, 38, 30, 52, 44)):
            canvas.box(Box(place.x + place.width / 2 - 57 + number * 24, floor - high, 17, high), "bar", 2)
        spot = Spot(place.x + place.width / 2, place.y + PHOTO - 20, SMALL, centred=True)
        canvas.letters([Run(f"photo · {name}")], spot, "faint")
        return place.y + PHOTO
    if shown.media:
        canvas.box(Box(place.x, place.y, FILE - 8, FILE - 8), "bar", (FILE - 8) / 2)
        canvas.box(Box(place.x + 11, place.y + 8, 10, FILE - 24), "theirs", 2)
        canvas.letters([Run(name, BOLD)], Spot(place.x + FILE, place.y + FILE / 2 + 1, LETTER), "ink")
        return place.y + FILE
    return place.y


def _draw_row(canvas: Canvas, row: Sequence[Button], tapped: str | None, place: Box) -> None:
    width = (place.width - KEY_GAP * (len(row) - 1)) / len(row)
    for number, button in enumerate(row):
        here = button.label == tapped
        x = place.x + number * (width + KEY_GAP)
        canvas.box(Box(x, place.y, width, KEY), "tapped" if here else "key", 7)
        marks = BOLD if here else frozenset[str]()
        spot = Spot(x + width / 2, place.y + KEY / 2 + 4, SMALL + 1, centred=True)
        label = fitted(button.label, width - 8, SMALL + 1, marks)
        canvas.letters([Run(label, marks)], spot, "tappedink" if here else "ink")
