"""The buttons under answers, and what they report when they are tapped (at most 64 bytes)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from bot.chat import captions
from bot.chat.formatting import short
from bot.chat.links import link

if TYPE_CHECKING:
    from collections.abc import Sequence

    from index.records import Citation

CONTEXT = re.compile(r"c:(\d{1,18}):(\d{1,4}):(\d{1,4})")
MORE = re.compile(r"m:(\d{1,18}):(\d{1,4})")
CHOICE = re.compile(r"w:(\d{1,18}):(\d{1,4})")
PAGE = re.compile(r"s:(\d{1,18}):(\d{1,4})")
DENIAL = re.compile(r"([nyk]):(\d{1,18}):(\d{1,4})")

BACK, ON = "◀", "▶"
"""Labels of the buttons that turn pages."""

MOST_LABEL_CHARS = 48
"""Phones cut longer labels."""


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


@dataclass(frozen=True, slots=True)
class ChoiceTap:
    """Somebody says which of several speakers is meant."""

    choice: int
    position: int


@dataclass(frozen=True, slots=True)
class PageTap:
    """Somebody wants to see another page of the speakers, from 0; `lookup` is 0 for all of them."""

    lookup: int
    page: int


class Denial(StrEnum):
    """What is said to a statement's speaker."""

    ASK = "n"
    """Was it really said by them?"""

    YES = "y"
    """It was not."""

    KEEP = "k"
    """It was."""


@dataclass(frozen=True, slots=True)
class DenialTap:
    """The owner doubts, denies or keeps the speaker of a citation."""

    step: Denial
    answer: int
    position: int


Tapped = ContextTap | MoreTap | ChoiceTap | PageTap | DenialTap


def tapped(data: str) -> Tapped | None:
    """Read what a button reported; None for what no button of ours reports."""
    if found := DENIAL.fullmatch(data):
        return DenialTap(Denial(found[1]), int(found[2]), int(found[3]))
    if found := CONTEXT.fullmatch(data):
        return ContextTap(*map(int, found.groups()))
    if found := MORE.fullmatch(data):
        return MoreTap(*map(int, found.groups()))
    if found := CHOICE.fullmatch(data):
        return ChoiceTap(*map(int, found.groups()))
    if found := PAGE.fullmatch(data):
        return PageTap(*map(int, found.groups()))
    return None


def more_data(answer: int, start: int) -> str:
    """Return what a More button reports."""
    return f"m:{answer}:{start}"


@dataclass(frozen=True, slots=True)
class Below:
    """What stands under the last message of an answer.

    Attributes:
        start: position of the next citation.
        left: how many there are from it on.
        rather: buttons below each other: for other speakers who may have been meant, or for what else can be done.
        beside: buttons beside each other, at the very end.
    """

    start: int
    left: int
    rather: tuple[InlineKeyboardButton, ...] = ()
    beside: tuple[InlineKeyboardButton, ...] = ()


def keyboard(
    answer: int, entries: Sequence[Entry], below: Below | None = None, *, deniable: bool = False
) -> InlineKeyboardMarkup | None:
    """Return the buttons under a message: a row a citation, then one for more, then what else stands below.

    Args:
        answer: number of the stored answer.
        entries: the citations that end in the message.
        below: what stands below them; None when this is not the last message.
        deniable: whether the speaker of a statement can be denied here.
    """
    rows: list[list[InlineKeyboardButton]] = []
    for entry in entries:
        suffix = f" {entry.number}" if len(entries) > 1 else ""
        data = f"c:{answer}:{entry.position}:{entry.number}"
        row = [InlineKeyboardButton(captions.context() + suffix, callback_data=data)]
        rows.append(row + _source(entry.citation, suffix))
        cited = entry.citation
        if deniable and cited.speaker and cited.statement is not None:
            label = captions.deny(short(cited.speaker, MOST_LABEL_CHARS // 2)) + suffix
            rows.append([InlineKeyboardButton(label, callback_data=f"{Denial.ASK}:{answer}:{entry.position}")])
    if below is not None and below.left > 0:
        label = captions.more(below.left)
        rows.append([InlineKeyboardButton(label, callback_data=more_data(answer, below.start))])
    if below is not None:
        rows += [[button] for button in below.rather]
        rows += [list(below.beside)] if below.beside else []
    return InlineKeyboardMarkup(rows) if rows else None


def choice_buttons(choice: int, labels: Sequence[str]) -> tuple[InlineKeyboardButton, ...]:
    """Return a button for each speaker of a choice, in their order."""
    return tuple(
        InlineKeyboardButton(short(label, MOST_LABEL_CHARS), callback_data=choice_data(choice, position))
        for position, label in enumerate(labels)
    )


def choice_data(choice: int, position: int) -> str:
    """Return what the button of a speaker reports."""
    return f"w:{choice}:{position}"


def column(buttons: Sequence[InlineKeyboardButton]) -> InlineKeyboardMarkup | None:
    """Return buttons below each other; None when there are none."""
    return InlineKeyboardMarkup([[button] for button in buttons]) if buttons else None


def pages(lookup: int, page: int, count: int) -> InlineKeyboardMarkup | None:
    """Return the buttons that turn to the page before and after; None when there is one page only."""
    row = [
        InlineKeyboardButton(label, callback_data=f"s:{lookup}:{other}")
        for label, other in ((BACK, page - 1), (ON, page + 1))
        if 0 <= other < count
    ]
    return InlineKeyboardMarkup([row]) if row else None


def denial(answer: int, position: int) -> InlineKeyboardMarkup:
    """Return the buttons that confirm or take back a doubt about a statement's speaker."""
    steps = ((captions.deny_yes(), Denial.YES), (captions.deny_no(), Denial.KEEP))
    row = [InlineKeyboardButton(label, callback_data=f"{step}:{answer}:{position}") for label, step in steps]
    return InlineKeyboardMarkup([row])


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
    return [InlineKeyboardButton(captions.source() + suffix, url=address)] if address else []
