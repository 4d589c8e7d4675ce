"""Letters of a picture: how wide they are, in which style, and where lines end.

Widths come from a table and not from fonts that happen to be installed, so that a picture is the same everywhere. They
are those of Helvetica, which Arial and Liberation Sans share; other fonts are at most `SLACK` wider.
"""

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from sandbox.shown import QUOTATIONS, Shown

SLACK = 1.07
BOLD = 1.06
"""How much wider bold letters are, on average."""

WIDE, MONOSPACED, UNKNOWN = 1300, 600, 600
"""Widths of emoji and East Asian letters, of letters in code, and of what is not in the table; in 1/1000 em."""

# Adobe Font Metrics of Helvetica, 1/1000 em.
_BY_WIDTH = {
    191: "'",
    222: "ijl‘’",
    260: "|",
    278: " !,./:;I[\\]ftıi·",
    333: "()-`r“”",
    334: "{}",
    350: "•",
    355: '"',
    389: "*",
    469: "^",
    500: "Jckgsvxyz",
    556: "#$0123456789?L_abdeghnopqu–",
    584: "+<=>~",
    611: "FTZ",
    667: "&ABEKPSVXY",
    722: "CDHNRUw",
    778: "GOQ",
    833: "Mm",
    889: "%",
    944: "W",
    1000: "—…",
    1015: "@",
}
_WIDTHS = {letter: width for width, letters in _BY_WIDTH.items() for letter in letters}

Marks = frozenset[str]
Letter = tuple[str, Marks]


@dataclass(frozen=True, slots=True)
class Run:
    """Letters of one style.

    Attributes:
        text: the letters.
        marks: kinds of entities that they are under, as the Bot API names them, quotations left out.
    """

    text: str
    marks: Marks = frozenset()


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a message as it is drawn.

    Attributes:
        runs: its letters, from left to right.
        quoted: whether it is part of a quotation.
    """

    runs: tuple[Run, ...] = ()
    quoted: bool = False

    @property
    def text(self) -> str:
        """Its letters without styles."""
        return "".join(run.text for run in self.runs)


def measured(runs: Iterable[Run], size: float) -> float:
    """Return the width of letters in pixels, for a font of `size` pixels."""
    return sum(_width(letter, run.marks) for run in runs for letter in run.text) * size / 1000


def fitted(text: str, width: float, size: float, marks: Marks = frozenset()) -> str:
    """Return a text that is at most `width` pixels wide, its end replaced with "…" where it is wider."""
    if measured([Run(text, marks)], size) <= width:
        return text
    while text and measured([Run(f"{text}…", marks)], size) > width:
        text = text[:-1]
    return f"{text.rstrip()}…"


def lines(shown: Shown, width: float, size: float, indent: float) -> list[Line]:
    """Set a message in lines.

    Args:
        shown: the message.
        width: pixels that a line may be wide.
        size: pixels of the font.
        indent: pixels by which quotations are narrower.

    Returns:
        The lines from top to bottom; empty ones have no runs. A message without text has none.
    """
    if not shown.text:
        return []
    found = []
    for letters, quoted in _paragraphs(shown):
        room = width - indent if quoted else width
        found += [Line(_runs(part), quoted) for part in _wrapped(letters, room, size)]
    return found


def _paragraphs(shown: Shown) -> list[tuple[list[Letter], bool]]:
    """Return what stands between line breaks, letter by letter, and whether it is quoted."""
    found: list[tuple[list[Letter], bool]] = [([], False)]
    position = 0
    for letter in shown.text:
        over = [each for each in shown.entities if each["offset"] <= position < each["offset"] + each["length"]]
        kinds = frozenset(each["type"] for each in over)
        # A line break belongs to the line that it ends.
        if letter == "\n":
            found.append(([], False))
        else:
            found[-1][0].append((letter, kinds - QUOTATIONS))
        if kinds & QUOTATIONS:
            found[-1] = (found[-1][0], True)
        position += 1 if letter <= "\uffff" else 2
    return found


def _wrapped(letters: Sequence[Letter], width: float, size: float) -> list[Sequence[Letter]]:
    """Break a paragraph at spaces, and where a word is wider than a line, within it."""
    found: list[Sequence[Letter]] = []
    start, space, wide = 0, -1, 0.0
    most = width * 1000 / size
    position = 0
    while position < len(letters):
        letter, marks = letters[position]
        if letter == " ":
            space = position
        wide += _width(letter, marks)
        if wide > most and letter != " " and position > start:
            end = space if space > start else position
            found.append(letters[start:end])
            start = position = end + 1 if end == space else end
            space, wide = -1, 0.0
            continue
        position += 1
    return [*found, letters[start:]]


def _runs(letters: Sequence[Letter]) -> tuple[Run, ...]:
    parts = groupby(letters, key=lambda each: each[1])
    return tuple(Run("".join(letter for letter, _ in part), marks) for marks, part in parts)


def _width(letter: str, marks: Marks) -> float:
    if unicodedata.combining(letter) or unicodedata.category(letter) in ("Cf", "Mn"):
        return 0
    if "code" in marks or "pre" in marks:
        return MONOSPACED * SLACK
    wide = unicodedata.east_asian_width(letter) in "WF" or unicodedata.category(letter) == "So"
    width = WIDE if wide else _WIDTHS.get(letter, UNKNOWN)
    return width * SLACK * (BOLD if "bold" in marks else 1)
