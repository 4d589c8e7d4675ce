"""What the bot does with what comes in: questions, commands, taps on buttons, and errors."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Any

from telegram import CallbackQuery, Message, Update
from telegram.error import Forbidden
from telegram.ext import (
    Application,
    CallbackQueryHandler,
    CommandHandler,
    ContextTypes,
    MessageHandler,
    TypeHandler,
    filters,
)

from bot.access import texts_access
from bot.access.access import sender_of
from bot.care import texts_care
from bot.chat import guides, texts
from bot.chat.formatting import note
from bot.chat.incoming import asked_text
from bot.chat.keyboards import ChoiceTap, ContextTap, DenialTap, MoreTap, PageTap, more_data, tapped, without
from bot.chat.memories import Asked
from bot.chat.sending import Target
from bot.chat.taps import acknowledge, rebutton
from bot.desk import texts_desk
from bot.feeds import texts_feeds
from bot.language import speaking
from bot.readers import texts_readers

if TYPE_CHECKING:
    from bot.chat.choosing import Choosing
    from bot.chat.memories import Given
    from bot.chat.registry import Registry
    from bot.chat.replying import Replies
    from bot.chat.sending import Sender
    from bot.chat.state import State

log = logging.getLogger(__name__)

Context = ContextTypes.DEFAULT_TYPE
ALLOWED_UPDATES = (
    Update.MESSAGE,
    Update.EDITED_MESSAGE,
    Update.CHANNEL_POST,
    Update.EDITED_CHANNEL_POST,
    Update.INLINE_QUERY,
    Update.CALLBACK_QUERY,
    Update.MY_CHAT_MEMBER,
    Update.MESSAGE_REACTION,
)
"""Kinds of updates the bot asks for. Edited messages are among them for the audit log only (`bot.access.gate`): an
answer that was given stays, and whoever edits a question sends it anew."""

ALBUM = "album"

_FRESH = filters.UpdateType.MESSAGE
_PRIVATE = filters.ChatType.PRIVATE & _FRESH


class Handlers:
    """Registers what the bot does.

    Args:
        replies: who answers.
        state: what was answered before.
        sender: how messages leave.
        choosing: who takes choices of speakers.
        registry: who shows and corrects speakers.
    """

    def __init__(self, replies: Replies, state: State, sender: Sender, choosing: Choosing, registry: Registry) -> None:
        self._replies = replies
        self._state = state
        self._sender = sender
        self._choosing = choosing
        self._registry = registry

    def register(self, application: Application[Any, Any, Any, Any, Any, Any]) -> None:
        """Add all handlers; the first one that fits an update handles it."""
        application.add_handlers(
            [
                TypeHandler(Asked, self.question),
                CallbackQueryHandler(self.tap),
                CommandHandler("start", self.start, filters=_FRESH),
                CommandHandler("help", self.help, filters=_FRESH),
                CommandHandler("speakers", self._registry.command, filters=_FRESH),
                MessageHandler(filters.StatusUpdate.MIGRATE & _FRESH, self.migrated),
                MessageHandler(filters.TEXT & _FRESH, self.no_question),
                MessageHandler(_PRIVATE & ~filters.StatusUpdate.ALL, self.no_text),
            ]
        )
        application.add_error_handler(self.failed)

    async def question(self, asked: Asked, context: Context) -> None:
        """Answer a question."""
        try:
            await self._replies.answer(context.bot, asked)
        except Exception:
            log.exception("a question could not be answered")
            await self._replies.apologise(asked)

    async def start(self, update: Update, context: Context) -> None:
        """Greet, whatever a deep link carries that leads nowhere (`bot.readers` opens those that do)."""
        del context
        await self._say(update, guides.greeting())

    async def help(self, update: Update, context: Context) -> None:
        """Explain; to admins, also what only they may do."""
        message = update.message
        private = message is not None and message.chat.type == message.chat.PRIVATE
        may_correct = private and self._registry.may_correct(sender_of(update))
        more = (
            guides.admin_guide(),
            texts_desk.guide(),
            texts_feeds.admin_help(),
            texts_care.guide(),
            texts_access.admin_help(),
        )
        parts = [guides.guide(), texts_readers.more_help(context.bot.username), *(more if may_correct else ())]
        await self._say(update, "\n\n".join(parts))

    async def no_question(self, update: Update, context: Context) -> None:
        """Explain what was meant for the bot but holds no question; what a group says among itself is left alone."""
        message = update.message
        if message is None:
            return
        if asked_text(message, context.bot.bot) == "":
            await self._say(update, texts.empty_ask())
        elif message.chat.type == message.chat.PRIVATE and (message.text or "").startswith("/"):
            await self._say(update, texts.unknown_command())

    async def no_text(self, update: Update, context: Context) -> None:
        """Say that only text can be read; once an album."""
        message = update.message
        if message is None or message.effective_attachment is None:
            return
        seen = context.chat_data if context.chat_data is not None else {}
        if message.media_group_id is not None:
            if seen.get(ALBUM) == message.media_group_id:
                return
            seen[ALBUM] = message.media_group_id
        await self._say(update, texts.no_text())

    async def migrated(self, update: Update, context: Context) -> None:
        """Follow a group that became a supergroup."""
        del context
        message = update.message
        if message is not None and message.migrate_to_chat_id:
            await asyncio.to_thread(self._state.move, message.chat.id, message.migrate_to_chat_id)

    async def tap(self, update: Update, context: Context) -> None:
        """Do what a button promises."""
        query = update.callback_query
        if query is None:
            return
        match tapped(query.data or ""):
            case ChoiceTap() as wanted:
                await self._chosen(update.update_id, query, wanted, context)
            case PageTap() as wanted:
                await self._registry.turn(query, wanted)
            case DenialTap() as wanted:
                await self._registry.deny(update, wanted)
            case ContextTap() | MoreTap() as wanted:
                await self._answers(query, wanted)
            case None:
                await acknowledge(query, texts.expired())

    async def _chosen(self, number: int, query: CallbackQuery, wanted: ChoiceTap, context: Context) -> None:
        asked = await self._choosing.choose(query, wanted, number)
        if asked is not None:
            # Whoever tapped was told in their language; the answer is for who asked.
            with speaking(asked.language):
                await self.question(asked, context)
                await self._choosing.mark(query, wanted)

    async def _answers(self, query: CallbackQuery, wanted: ContextTap | MoreTap) -> None:
        """Do what a button under a citation promises."""
        # Buttons work only where their answer stands: their data could be forged to look into another chat's answer.
        given = None
        if query.message is not None:
            given = await asyncio.to_thread(self._state.given, wanted.answer, query.message.chat.id)
        if given is None or query.message is None:
            await acknowledge(query, texts.expired())
        elif isinstance(wanted, MoreTap):
            await self._more(query, given, wanted)
        elif wanted.position < len(given.citations):
            target = Target(given.chat, query.message.message_id, given.thread)
            kept = given.citations[wanted.position]
            await self._replies.context(kept, wanted.number, target, lambda words: acknowledge(query, words))
        else:
            await acknowledge(query, texts.expired())

    async def _more(self, query: CallbackQuery, given: Given, wanted: MoreTap) -> None:
        if wanted.start != given.shown:
            await acknowledge(query, texts.shown_below())
            return
        await self._replies.more(given, lambda words: acknowledge(query, words))
        message = query.message
        if isinstance(message, Message) and message.reply_markup is not None:
            await rebutton(query, without(message.reply_markup, more_data(wanted.answer, wanted.start)))

    async def failed(self, update: object, context: Context) -> None:
        """Log what nobody expected, and tell the person who waits."""
        error = context.error
        if isinstance(error, Forbidden):
            log.info("a chat cannot be written to: %s", error)
            return
        log.error("an update could not be handled", exc_info=error)
        if not isinstance(update, Update):
            return
        if update.callback_query:
            await acknowledge(update.callback_query, texts.tap_failed())
        elif update.message and update.message.chat.type == update.message.chat.PRIVATE:
            await self._say(update, texts.apology())

    async def _say(self, update: Update, words: str) -> None:
        message = update.message
        if message is None:
            return
        thread = message.message_thread_id if message.is_topic_message else None
        reply_to = None if message.chat.type == message.chat.PRIVATE else message.message_id
        await self._sender.send(Target(message.chat.id, reply_to, thread), note(words))
