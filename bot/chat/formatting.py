"""Citations as Telegram HTML: a line that says who is speaking, one expandable quotation, a line that says where.

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

from bot.chat import captions
from bot.chat.links import link
from bot.chat.splitting import cut, utf16
from bot.days import day
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
MOST_AROUND = 4
"""Entities of a citation besides its bold words: the quotation, the name, how it is said, the link."""

MOST_NAME_CHARS = 80
MOST_ROLE_CHARS = 150
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


def surroundings(context: Context, cited: Citation | None = None) -> Citation:
    """Return a citation of what was cited with the paragraphs around it.

    Args:
        context: the words and their surroundings.
        cited: the citation; of a statement, its highlights are kept, else all that was cited is highlighted.
    """
    span = Span(context.before.start, context.after.end)
    is_statement = cited is not None and cited.kind in captions.SIGNS
    return Citation(
        article=context.article,
        span=span,
        text=span.of(context.article.text),
        highlights=cited.highlights if cited is not None and is_statement else (context.span,),
        speaker=cited.speaker if cited is not None and is_statement else None,
        kind="context",
        score=0.0,
    )


def alone(citation: Citation) -> Note | None:
    """Write one citation as a message of its own, without a number; None when it is too long for one."""
    bold = _merged(citation)
    quotation = _quoted(citation.text, Span(0, len(citation.text)), bold)
    html = f"{heading(citation)}\n{quotation}\n{attribution(citation)}"
    block = _Block(html, len(bold) + MOST_AROUND)
    return Note(html) if _fits([block]) else None


def heading(citation: Citation, number: int | None = None) -> str:
    """Return the line above a quotation: its number, then who is speaking, and whether that is reported.

    A passage is headed by the title of its article, with its link.
    """
    place = f"[{number}] " if number is not None else ""
    if citation.kind not in captions.SIGNS:
        return f"{place}<b>{linked_title(citation)}</b>"
    manner = captions.manner(citation.kind)
    name = f"<b>{named(citation.speaker)}</b>" if citation.speaker else f"<i>{captions.unattributed()}</i>"
    role = named(citation.role, MOST_ROLE_CHARS) if citation.speaker else ""
    who = f"{name}, {role}" if role else name
    return f"{place}{captions.SIGNS[citation.kind]} {who}" + (f" · <i>{manner}</i>" if manner else "")


def attribution(citation: Citation, part: str = "") -> str:
    """Return the line under a quotation: publisher, day, title with its link (unless it stands above), copies.

    Args:
        citation: what is cited.
        part: which part of it is shown, when it is too long for one message.
    """
    article = citation.article
    pieces = [
        named(article.publisher),
        day(article.published) if article.published else captions.undated(),
        "" if citation.kind == "passage" else linked_title(citation),
        captions.also_in(citation.also_in) if citation.also_in else "",
        part,
    ]
    return " · ".join(piece for piece in pieces if piece)


def named(name: str | None, most: int = MOST_NAME_CHARS) -> str:
    """Return a name or title as it is shown: folded, shortened, escaped."""
    return escape(short(name or "", most), quote=False)


def short(name: str, most: int = MOST_NAME_CHARS) -> str:
    """Fold white space and shorten; names written from right to left are kept from reordering the line."""
    folded = " ".join(name.split())
    cropped = folded if len(folded) <= most else folded[: most - 1].rstrip() + "…"
    backwards = any(unicodedata.bidirectional(char) in {"R", "AL"} for char in cropped)
    return f"\u2068{cropped}\u2069" if backwards else cropped


def linked_title(citation: Citation) -> str:
    """Return the title of a citation's article, leading to the words on its page where it has an address."""
    article = citation.article
    address = link(article.url, citation.text)
    title = named(article.title, MOST_TITLE_CHARS) or named(article.key, MOST_TITLE_CHARS) or captions.untitled()
    return f'<a href="{escape(address)}">{title}</a>' if address else title


def _blocks(citation: Citation, number: int, head: int) -> Iterator[_Block]:
    """Write one citation; `head` units of its first message are taken already."""
    # What surrounds a citation stands under a line of its own.
    above = "" if citation.kind == "context" else heading(citation, number) + "\n"
    # The longest label is taken for measuring, the real one is known when the parts are counted.
    around = above + attribution(citation, captions.part(88, 99))
    room = MOST_UNITS - head - utf16(unescape(_TAG.sub("", around))) - 1
    bold = _merged(citation)
    parts = cut(citation.text, Span(0, len(citation.text)), bold, room)
    for position, part in enumerate(parts, start=1):
        label = captions.part(position, len(parts)) if len(parts) > 1 else ""
        inside = [each for each in bold if each.overlaps(part)][:MOST_BOLD]
        quotation = _quoted(citation.text, part, inside)
        html = f"{above}{quotation}\n{attribution(citation, label)}"
        yield _Block(html, len(inside) + MOST_AROUND, number if position == len(parts) else None)


def _quoted(text: str, part: Span, bold: Sequence[Span]) -> str:
    return f"<blockquote expandable>{_marked(text, part, bold)}</blockquote>"


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
