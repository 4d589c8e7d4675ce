"""The list of feeds, page by page, and what its buttons report."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from bot.chat.formatting import note, short
from bot.chat.keyboards import BACK, MOST_LABEL_CHARS, ON
from bot.feeds import texts_feeds

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bot.chat.formatting import Note
    from corpus.feeds import Feed
    from corpus.subscriptions import Subscription

PER_PAGE = 5
TAP = re.compile(r"f:(page|pause|resume|ask|yes|no|take):(\d{1,18}):(\d{1,6})")


class Step(StrEnum):
    """What a button is for."""

    PAGE = "page"
    PAUSE = "pause"
    RESUME = "resume"
    ASK = "ask"
    YES = "yes"
    NO = "no"
    TAKE = "take"


@dataclass(frozen=True, slots=True)
class FeedTap:
    """Somebody tapped a button about feeds.

    Attributes:
        number: of the feed, or of the offer; 0 where a page is turned.
        page: of the list, from 0.
    """

    step: Step
    number: int = 0
    page: int = 0

    @property
    def data(self) -> str:
        """What the button reports."""
        return f"f:{self.step}:{self.number}:{self.page}"


def tapped(data: str) -> FeedTap | None:
    """Read what a button reported; None for what is none of these buttons."""
    found = TAP.fullmatch(data)
    return FeedTap(Step(found[1]), int(found[2]), int(found[3])) if found else None


def listing(
    feeds: Sequence[Subscription], problems: Mapping[int, str], page: int
) -> tuple[Note, InlineKeyboardMarkup | None]:
    """Write a page of the list.

    Args:
        feeds: all of them, in the order in which they are shown.
        problems: why some could not be read, by feed, for who speaks another language.
        page: which page, from 0; the last one where there are fewer.
    """
    if not feeds:
        return note(texts_feeds.no_feeds()), None
    count = -(-len(feeds) // PER_PAGE)
    page = min(page, count - 1)
    shown = feeds[page * PER_PAGE : (page + 1) * PER_PAGE]
    head = texts_feeds.list_head(len(feeds), page * PER_PAGE + 1, page * PER_PAGE + len(shown))
    # What is kept counts only as long as it is what the corpus says.
    entries = (texts_feeds.entry(feed, _fitting(feed, problems.get(feed.id))) for feed in shown)
    rows = [_row(feed, page) for feed in shown]
    turns = ((BACK, page - 1), (ON, page + 1))
    turning = [_button(sign, FeedTap(Step.PAGE, page=other)) for sign, other in turns if 0 <= other < count]
    return note("\n\n".join([head, *entries])), InlineKeyboardMarkup([*rows, *([turning] if turning else [])])


def removal(feed: Subscription) -> InlineKeyboardMarkup:
    """Return the buttons that confirm or take back that a feed is to be removed."""
    steps = ((texts_feeds.button_yes(), Step.YES), (texts_feeds.button_no(), Step.NO))
    return InlineKeyboardMarkup([[_button(words, FeedTap(step, feed.id)) for words, step in steps]])


def offers(feeds: Sequence[Feed], numbers: Sequence[int]) -> InlineKeyboardMarkup:
    """Return a button for each feed that can be subscribed to, by the numbers of the offers, in their order."""
    labels = (short(texts_feeds.candidate(feed), MOST_LABEL_CHARS) for feed in feeds)
    return InlineKeyboardMarkup(
        [[_button(label, FeedTap(Step.TAKE, number))] for label, number in zip(labels, numbers, strict=True)]
    )


def _fitting(feed: Subscription, problem: str | None) -> str | None:
    return problem if problem is not None and str(problem) == feed.problem else None


def _row(feed: Subscription, page: int) -> list[InlineKeyboardButton]:
    change = (
        _button(texts_feeds.button_resume(feed), FeedTap(Step.RESUME, feed.id, page))
        if feed.is_paused
        else _button(texts_feeds.button_pause(feed), FeedTap(Step.PAUSE, feed.id, page))
    )
    return [change, _button(texts_feeds.button_remove(feed), FeedTap(Step.ASK, feed.id, page))]


def _button(label: str, tap: FeedTap) -> InlineKeyboardButton:
    return InlineKeyboardButton(label, callback_data=tap.data)
