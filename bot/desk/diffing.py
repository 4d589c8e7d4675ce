"""What changed between two versions of an article, in words.

Paragraphs are compared first, then the words of those that differ.
"""

from __future__ import annotations

from dataclasses import dataclass
from difflib import SequenceMatcher
from html import escape
from typing import TYPE_CHECKING

from bot.chat.formatting import Note, named
from bot.desk import texts_cards, texts_desk
from bot.desk.cards import title_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from corpus.records import Article

COMPARED = ("title", "publisher", "published", "author")
MOST_CHANGES = 8
"""Changes that are shown; the others are counted."""

MOST_VALUE_CHARS = 150

AROUND = 4
"""Unchanged words that are shown on each side of a change."""

MOST_WORDS = 25
"""Changed words that are shown of one change."""


@dataclass(frozen=True, slots=True)
class Change:
    """Words that became others.

    Attributes:
        before: unchanged words before them.
        old: words that went, "" when there are only new ones.
        new: words that came, likewise.
        after: unchanged words behind them.
    """

    before: str
    old: str
    new: str
    after: str

    @property
    def html(self) -> str:
        """The change in a line: what went struck through, what came in bold."""
        marked = [
            escape(self.before, quote=False),
            f"<s>{escape(self.old, quote=False)}</s>" if self.old else "",
            f"<b>{escape(self.new, quote=False)}</b>" if self.new else "",
            escape(self.after, quote=False),
        ]
        return " ".join(part for part in marked if part)


def changes(old: str, new: str) -> list[Change]:
    """Return what changed from one text to another, in the order of the texts."""
    before, after = _paragraphs(old), _paragraphs(new)
    found: list[Change] = []
    for tag, start, end, begin, stop in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag != "equal":
            found += _words(" ".join(before[start:end]).split(), " ".join(after[begin:stop]).split())
    return found


def difference(before: Article, after: Article) -> Note:
    """Say what changed from one revision of an article to another."""
    lines = [
        f"<i>{escape(texts_desk.refetched(after.id, after.revision), quote=False)}</i>",
        f"<b>{escape(title_of(after), quote=False)}</b>",
    ]
    for field in COMPARED:
        old, new = getattr(before, field), getattr(after, field)
        if old != new:
            values = f"{named(str(old or '—'), MOST_VALUE_CHARS)} → {named(str(new or '—'), MOST_VALUE_CHARS)}"
            lines.append(f"{escape(texts_cards.field_name(field), quote=False)}: {values}")
    found = changes(before.text, after.text)
    lines += [f"… {each.html} …" for each in found[:MOST_CHANGES]]
    if len(found) > MOST_CHANGES:
        lines.append(escape(texts_desk.more_changes(len(found) - MOST_CHANGES), quote=False))
    return Note("\n".join(lines))


def _words(old: list[str], new: list[str]) -> Iterator[Change]:
    for tag, start, end, begin, stop in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            continue
        yield Change(
            " ".join(old[max(0, start - AROUND) : start]),
            _cropped(old[start:end]),
            _cropped(new[begin:stop]),
            " ".join(old[end : end + AROUND]),
        )


def _cropped(words: list[str]) -> str:
    return " ".join(words) if len(words) <= MOST_WORDS else " ".join([*words[:MOST_WORDS], "…"])


def _paragraphs(text: str) -> list[str]:
    return [line for line in (" ".join(each.split()) for each in text.split("\n")) if line]
