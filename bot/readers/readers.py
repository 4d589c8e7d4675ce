"""What readers get beyond questions, wired: commands, links, buttons, reactions and inline mode."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from telegram.ext import (
    Application,
    CallbackQueryHandler,
    CommandHandler,
    ContextTypes,
    InlineQueryHandler,
    MessageReactionHandler,
    filters,
)

from bot.chat import texts
from bot.chat.incoming import called_by
from bot.chat.pages import Pages
from bot.chat.taps import acknowledge
from bot.readers.browsing import Browsing
from bot.readers.feedback import Feedback
from bot.readers.inline import Inline
from bot.readers.privacy import Privacy
from bot.readers.sharing import Sharing
from bot.readers.votes import Votes
from bot.readers.wishes import PREFIX, Wish, wished

if TYPE_CHECKING:
    from telegram import Update

    from bot.chat.replying import Replies
    from bot.chat.sending import Sender
    from bot.chat.state import State
    from bot.chat.workshop import Workshop
    from index.answering import Answering

Context = ContextTypes.DEFAULT_TYPE

LINK: Final = re.compile(r"^/start(?:@\w+)?\s+(?:a(?P<article>\d{1,18})|q(?P<token>[\w-]{8,63}))\s*$", re.ASCII)
"""Start with what a deep link carries: the number of an article, or the token of a shared answer."""

_FRESH = filters.UpdateType.MESSAGE


class Readers:
    """Registers what readers get beyond questions.

    Args:
        answering: who knows the articles.
        state: the bot's memory.
        sender: how messages leave.
        replies: who shows citations.
        workshop: where questions are worked on.

    Attributes:
        inline: who answers inline queries.
    """

    def __init__(
        self, answering: Answering, state: State, sender: Sender, replies: Replies, workshop: Workshop
    ) -> None:
        self._replies = replies
        self._browsing = Browsing(answering, sender, replies)
        self._feedback = Feedback(state)
        self._sharing = Sharing(answering, state, sender, replies, self._feedback)
        self._privacy = Privacy(state, sender)
        self.inline = Inline(answering, workshop, Pages(answering, state, sender, Votes(state.engine)))

    def register(self, application: Application[Any, Any, Any, Any, Any, Any]) -> None:
        """Add all handlers; they stand before those that take any tap and any /start."""
        application.add_handlers(
            [
                InlineQueryHandler(self.inline.query),
                MessageReactionHandler(self._feedback.react),
                CallbackQueryHandler(self.tap, pattern=PREFIX),
                CommandHandler("start", self.link, filters=_FRESH & filters.ChatType.PRIVATE & filters.Regex(LINK)),
                CommandHandler("sources", self._browsing.sources, filters=_FRESH),
                CommandHandler("about", self._browsing.about, filters=_FRESH),
                CommandHandler("privacy", self._privacy.privacy, filters=_FRESH),
                CommandHandler("forget_me", self._privacy.forget_me, filters=_FRESH),
            ]
        )

    async def link(self, update: Update, context: Context) -> None:
        """Open what a deep link leads to."""
        del context
        message = update.message
        found = LINK.match(message.text or "") if message else None
        if message is None or found is None:
            return
        asked = called_by(update.update_id, message)
        if found["article"]:
            await self._browsing.article(asked, int(found["article"]))
        else:
            await self._sharing.open(asked, found["token"])

    async def tap(self, update: Update, context: Context) -> None:
        """Do what a reader's button promises."""
        query = update.callback_query
        if query is None:
            return
        wanted = wished(query.data or "")
        if wanted is None:
            await acknowledge(query, texts.expired())
            return
        match wanted.wish:
            case Wish.UP | Wish.DOWN:
                await self._feedback.tap(query, wanted, context.bot.bot)
            case Wish.SHARE:
                await self._sharing.tap(query, wanted, context.bot.bot)
            case Wish.SOURCES:
                await self._browsing.turn(query, wanted)
            case Wish.ABOUT | Wish.LIST:
                asked = await self._browsing.tap(query, wanted, update.update_id)
                if asked is not None:
                    await self._replies.answer(context.bot, asked)
            case Wish.FORGET | Wish.KEEP:
                await self._privacy.tap(query, wanted)
