"""Citations as Telegram HTML: one expandable quotation each, then a line that says whose words they are and where.

Messages are split between citations; a passage that is too long for one message is split between its paragraphs or
sentences, each part a quotation of its own. Lengths are counted in UTF-16 units, the longer of the two readings of
Telegram's "characters". What stands inside a quotation is the citation's text, character by character.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from html import escape, unescape
from typing import TYPE_CHECKING

from bot import texts
from bot.links import link
from bot.splitting import cut, utf16
from corpus.records import Span
from index.records import Citation

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from index.records import Context

MOST_UNITS = 4096
"""Length of a message after parsing, in UTF-16 units."""

MOST_BYTES = 32_768
"""Length of a message with its markup, in bytes of UTF-8."""

MOST_ENTITIES = 90
"""Telegram drops what is beyond 100; links that it finds by itself in the text count too."""

MOST_BOLD = 80
MOST_NAME_CHARS = 80
MOST_TITLE_CHARS = 150
SEPARATOR = "\n\n"

_TAG = re.compile(r"<[^>]*>")


@dataclass(frozen=True, slots=True)
class Note:
    """One message that is to be sent.

    Attributes:
        html: its text with markup.
        numbers: numbers of the citations that end in it, ascending; empty for all but the last part of a long one.
    """

    html: str
    numbers: tuple[int, ...] = ()

    @property
    def plain(self) -> str:
        """The text without markup, for when Telegram cannot read the markup."""
        return unescape(_TAG.sub("", self.html))


@dataclass(frozen=True, slots=True)
class _Block:
    """A piece of a message that is never cut.

    Attributes:
        entities: how many entities it has at most.
        number: the citation that ends with it, or None.
    """

    html: str
    entities: int
    number: int | None = None


def note(text: str) -> Note:
    """Return a message in the bot's own words."""
    return Note(escape(text, quote=False))


def compose(citations: Sequence[Citation], first: int = 1, lead: str = "") -> list[Note]:
    """Write citations as messages.

    Args:
        citations: in the order in which they are shown.
        first: number of the first; the others follow without gaps.
        lead: words of the bot above the first citation.
    """
    head = utf16(lead) + utf16(SEPARATOR) if lead else 0
    blocks = [_Block(escape(lead, quote=False), 0)] if lead else []
    for number, citation in enumerate(citations, start=first):
        blocks += _blocks(citation, number, head if number == first else 0)
    return list(_packed(blocks))


def surroundings(context: Context) -> Citation:
    """Return a citation of a passage with the paragraphs around it, in which the passage is what is highlighted."""
    span = Span(context.before.start, context.after.end)
    return Citation(
        article=context.article,
        span=span,
        text=span.of(context.article.text),
        highlights=(context.span,),
        speaker=None,
        kind="context",
        score=0.0,
    )


def attribution(citation: Citation, number: int, part: str = "") -> str:
    """Return the line under a quotation: number, speaker, publisher, day, title with its link, copies.

    Args:
        citation: what is cited.
        number: its number.
        part: which part of it is shown, when it is too long for one message.
    """
    article = citation.article
    address = link(article.url, citation.text)
    title = _name(article.title, MOST_TITLE_CHARS) or _name(article.key or "", MOST_TITLE_CHARS) or texts.UNTITLED
    shown = escape(title, quote=False)
    pieces = [
        _escaped_name(citation.speaker),
        _escaped_name(article.publisher),
        texts.day(article.published) if article.published else texts.UNDATED,
        f'<a href="{escape(address)}">{shown}</a>' if address else shown,
        texts.also_in(citation.also_in) if citation.also_in else "",
        part,
    ]
    return f"[{number}] " + " · ".join(piece for piece in pieces if piece)


def _blocks(citation: Citation, number: int, head: int) -> Iterator[_Block]:
    """Write one citation; `head` units of its first message are taken already."""
    # The longest label is taken for measuring, the real one is known when the parts are counted.
    line = utf16(unescape(_TAG.sub("", attribution(citation, number, texts.part(88, 99)))))
    room = MOST_UNITS - head - line - 1
    whole = Span(0, len(citation.text))
    bold = _merged(citation)
    parts = cut(citation.text, whole, bold, room)
    for position, part in enumerate(parts, start=1):
        label = texts.part(position, len(parts)) if len(parts) > 1 else ""
        inside = [each for each in bold if each.overlaps(part)][:MOST_BOLD]
        quotation = f"<blockquote expandable>{_marked(citation.text, part, inside)}</blockquote>"
        html = f"{quotation}\n{attribution(citation, number, label)}"
        yield _Block(html, len(inside) + 2, number if position == len(parts) else None)


def _packed(blocks: Iterable[_Block]) -> Iterator[Note]:
    """Put blocks into as few messages as their order allows."""
    taken: list[_Block] = []
    for block in blocks:
        if taken and not _fits([*taken, block]):
            yield _joined(taken)
            taken = []
        taken.append(block)
    if taken:
        yield _joined(taken)


def _fits(blocks: Sequence[_Block]) -> bool:
    joined = _joined(blocks)
    return (
        utf16(joined.plain) <= MOST_UNITS
        and len(joined.html.encode()) <= MOST_BYTES
        and sum(block.entities for block in blocks) <= MOST_ENTITIES
    )


def _joined(blocks: Sequence[_Block]) -> Note:
    numbers = tuple(block.number for block in blocks if block.number is not None)
    return Note(SEPARATOR.join(block.html for block in blocks), numbers)


def _merged(citation: Citation) -> list[Span]:
    """Return the highlights as spans of the citation's own text, without overlaps, in text order."""
    merged: list[Span] = []
    for highlight in sorted(citation.highlights):
        start = max(highlight.start, citation.span.start) - citation.span.start
        end = min(highlight.end, citation.span.end) - citation.span.start
        if end <= start:
            continue
        if merged and start <= merged[-1].end:
            merged[-1] = Span(merged[-1].start, max(end, merged[-1].end))
        else:
            merged.append(Span(start, end))
    return merged


def _marked(text: str, part: Span, bold: Sequence[Span]) -> str:
    """Escape a part of a text, with its highlighted words in bold."""
    written: list[str] = []
    place = part.start
    for span in bold:
        start, end = max(span.start, part.start), min(span.end, part.end)
        written += [escape(text[place:start], quote=False), "<b>", escape(text[start:end], quote=False), "</b>"]
        place = end
    return "".join([*written, escape(text[place : part.end], quote=False)])


def _escaped_name(name: str | None) -> str:
    return escape(_name(name or "", MOST_NAME_CHARS), quote=False)


def _name(name: str, most: int) -> str:
    """Fold white space and shorten; names written from right to left are kept from reordering the line."""
    folded = " ".join(name.split())
    short = folded if len(folded) <= most else folded[: most - 1].rstrip() + "…"
    backwards = any(unicodedata.bidirectional(char) in {"R", "AL"} for char in short)
    return f"\u2068{short}\u2069" if backwards else short
