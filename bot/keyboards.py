"""The buttons under answers, and what they report when they are tapped (at most 64 bytes)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from bot import texts
from bot.links import link

if TYPE_CHECKING:
    from collections.abc import Sequence

    from index.records import Citation

CONTEXT = re.compile(r"c:(\d{1,18}):(\d{1,4}):(\d{1,4})")
MORE = re.compile(r"m:(\d{1,18}):(\d{1,4})")


@dataclass(frozen=True, slots=True)
class Entry:
    """A citation under which buttons stand.

    Attributes:
        position: its place among the stored citations of its answer, from 0.
        number: the number shown beside it.
    """

    position: int
    number: int
    citation: Citation


@dataclass(frozen=True, slots=True)
class ContextTap:
    """Somebody wants to see what stands around a citation."""

    answer: int
    position: int
    number: int


@dataclass(frozen=True, slots=True)
class MoreTap:
    """Somebody wants to see the citations of an answer from position `start` on."""

    answer: int
    start: int


def tapped(data: str) -> ContextTap | MoreTap | None:
    """Read what a button reported; None for what no button of ours reports."""
    if found := CONTEXT.fullmatch(data):
        return ContextTap(*map(int, found.groups()))
    if found := MORE.fullmatch(data):
        return MoreTap(*map(int, found.groups()))
    return None


def more_data(answer: int, start: int) -> str:
    """Return what a More button reports."""
    return f"m:{answer}:{start}"


def keyboard(answer: int, entries: Sequence[Entry], more: tuple[int, int] | None = None) -> InlineKeyboardMarkup | None:
    """Return the buttons under a message: a row a citation, and a last one for more.

    Args:
        answer: number of the stored answer.
        entries: the citations that end in the message.
        more: position of the next citation and how many there are from it on; None when this is not the last message.
    """
    rows: list[list[InlineKeyboardButton]] = []
    for entry in entries:
        suffix = f" {entry.number}" if len(entries) > 1 else ""
        data = f"c:{answer}:{entry.position}:{entry.number}"
        row = [InlineKeyboardButton(texts.BUTTON_CONTEXT + suffix, callback_data=data)]
        rows.append(row + _source(entry.citation, suffix))
    if more is not None and more[1] > 0:
        label = texts.BUTTON_MORE.format(count=more[1])
        rows.append([InlineKeyboardButton(label, callback_data=more_data(answer, more[0]))])
    return InlineKeyboardMarkup(rows) if rows else None


def source_keyboard(citation: Citation) -> InlineKeyboardMarkup | None:
    """Return the button under the surroundings of a citation; None when its article has no address."""
    row = _source(citation, "")
    return InlineKeyboardMarkup([row]) if row else None


def without(markup: InlineKeyboardMarkup, data: str) -> InlineKeyboardMarkup | None:
    """Return a keyboard without the button that reports `data`; None when none is left."""
    rows = [[button for button in row if button.callback_data != data] for row in markup.inline_keyboard]
    left = [row for row in rows if row]
    return InlineKeyboardMarkup(left) if left else None


def without_links(markup: InlineKeyboardMarkup) -> InlineKeyboardMarkup | None:
    """Return a keyboard without its link buttons; None when none is left."""
    rows = [[button for button in row if button.url is None] for row in markup.inline_keyboard]
    left = [row for row in rows if row]
    return InlineKeyboardMarkup(left) if left else None


def _source(citation: Citation, suffix: str) -> list[InlineKeyboardButton]:
    address = link(citation.article.url, citation.text)
    return [InlineKeyboardButton(texts.BUTTON_SOURCE + suffix, url=address)] if address else []
