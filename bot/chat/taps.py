"""What is done with the message whose button was tapped."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from telegram import Message
from telegram.constants import ParseMode
from telegram.error import TelegramError

if TYPE_CHECKING:
    from telegram import CallbackQuery, InlineKeyboardMarkup

    from bot.chat.formatting import Note

log = logging.getLogger(__name__)

MOST_ALERT_CHARS = 200


async def acknowledge(query: CallbackQuery, words: str = "", *, alert: bool = True) -> None:
    """Stop the spinner of a button, with words if there are any.

    Args:
        query: the tap.
        words: what is told to who tapped.
        alert: whether the words have to be closed, or fade away by themselves.
    """
    try:
        await query.answer(words[:MOST_ALERT_CHARS] or None, show_alert=alert and bool(words))
    except TelegramError as error:
        # "Query is too old": the bot was down or busy for a while; what was asked for is done all the same.
        log.info("a tap could not be acknowledged: %s", error)


async def rewrite(query: CallbackQuery, words: Note, markup: InlineKeyboardMarkup | None = None) -> None:
    """Put other words and buttons in the place of the tapped message."""
    if not isinstance(query.message, Message):
        return
    try:
        await query.message.edit_text(words.html, parse_mode=ParseMode.HTML, reply_markup=markup)
    except TelegramError as error:
        # "Not modified": two taps on the same button.
        log.info("a message stays as it is: %s", error)


async def rebutton(query: CallbackQuery, markup: InlineKeyboardMarkup | None) -> None:
    """Put other buttons under the tapped message."""
    if not isinstance(query.message, Message):
        return
    try:
        await query.message.edit_reply_markup(markup)
    except TelegramError as error:
        # A button that stays says what became of it when it is tapped again. "Not modified": it is gone already.
        log.info("the buttons of a message stay as they are: %s", error)
