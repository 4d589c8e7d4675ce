"""The readers' buttons, and what they report: at most 64 bytes, beginning with "r:"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from bot.chat.keyboards import BACK, ON
from bot.readers import texts_privacy, texts_readers

PREFIX: Final = r"^r:"


class Wish(StrEnum):
    """What a reader's button is for."""

    UP = "u"
    """Like an answer."""

    DOWN = "d"
    """Dislike an answer."""

    SHARE = "s"
    """Get a link to an answer."""

    SOURCES = "p"
    """Turn to a page of the publishers."""

    ABOUT = "b"
    """See the card of a speaker."""

    LIST = "l"
    """See the statements of a speaker."""

    FORGET = "f"
    """Delete what is stored about a user."""

    KEEP = "k"
    """Keep what is stored about a user."""


_TAP = re.compile(rf"r:([{''.join(Wish)}]):(\d{{1,18}})")


@dataclass(frozen=True, slots=True)
class Wished:
    """What a reader wants, and of what: the number of an answer, page, speaker or user."""

    wish: Wish
    number: int


def wished(data: str) -> Wished | None:
    """Read what a button reported; None for what no reader's button reports."""
    found = _TAP.fullmatch(data)
    return Wished(Wish(found[1]), int(found[2])) if found else None


def button(label: str, wish: Wish, number: int) -> InlineKeyboardButton:
    """Return a reader's button."""
    return InlineKeyboardButton(label, callback_data=f"r:{wish}:{number}")


def rating_row(answer: int) -> tuple[InlineKeyboardButton, ...]:
    """Return the buttons with which people vote on an answer and share it."""
    return (
        button(texts_readers.UP, Wish.UP, answer),
        button(texts_readers.DOWN, Wish.DOWN, answer),
        button(texts_readers.share(), Wish.SHARE, answer),
    )


def turning(page: int, count: int) -> InlineKeyboardMarkup | None:
    """Return the buttons that turn to the page of publishers before and after; None when there is one page only."""
    ends = ((BACK, page - 1), (ON, page + 1))
    row = [button(label, Wish.SOURCES, other) for label, other in ends if 0 <= other < count]
    return InlineKeyboardMarkup([row]) if row else None


def forgetting(user: int) -> InlineKeyboardMarkup:
    """Return the buttons that confirm or take back the wish to be forgotten."""
    row = [
        button(texts_privacy.forget_yes(), Wish.FORGET, user),
        button(texts_privacy.forget_no(), Wish.KEEP, user),
    ]
    return InlineKeyboardMarkup([row])
