"""The commands /stats and /health: the collection in numbers, with a picture, and whether all is well."""

from __future__ import annotations

import asyncio
import logging
import time
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from telegram import Message, ReplyParameters
from telegram.constants import ChatAction
from telegram.error import TelegramError
from telegram.ext import CommandHandler, filters

from bot.care import texts_health, texts_stats
from bot.care.charts import picture
from bot.care.figures import gather
from bot.care.jobs import answer
from bot.commands.doctor import Check, examine

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from telegram import Update
    from telegram.ext import Application, ContextTypes

    from bot.access.access import Access
    from bot.app import App
    from bot.care.figures import Figures
    from bot.care.tallies import Tallies
    from bot.chat.sending import Sender
    from bot.chat.workshop import Workshop

log = logging.getLogger(__name__)

CHECKS = ("database", "standing", "statements", "jobs", "feeds", "model", "disk")
"""What /health looks at, besides what only a running bot knows."""

CROWDED = 20
"""More questions than these wait for longer than people like to."""


class FiguresDesk:
    """Shows the collection in numbers, and whether all is well.

    Args:
        app: the data directory.
        tallies: how questions went.
        access: who may see that.
        sender: how messages leave.
        workshop: where questions are worked on.

    Attributes:
        more: further checks of /health; each is called in a thread.
    """

    def __init__(self, app: App, tallies: Tallies, access: Access, sender: Sender, workshop: Workshop) -> None:
        self.more: list[Callable[[], Iterable[Check]]] = []
        self._app = app
        self._tallies = tallies
        self._access = access
        self._sender = sender
        self._workshop = workshop
        self._started = time.monotonic()

    def register(self, application: Application[Any, Any, Any, Any, Any, Any]) -> None:
        """Add the handlers."""
        fresh = filters.UpdateType.MESSAGE
        application.add_handlers(
            [
                CommandHandler("stats", self.stats, filters=fresh),
                CommandHandler("health", self.health, filters=fresh),
            ]
        )

    async def stats(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """Send the picture, with the main figures under it."""
        message = update.effective_message
        if await self._access.admin(update, "stats") is None or not isinstance(message, Message):
            return
        try:
            await context.bot.send_chat_action(message.chat.id, ChatAction.UPLOAD_PHOTO)
        except TelegramError as error:
            log.info("it could not be shown that a picture is coming: %s", error)
        figures, drawn = await asyncio.to_thread(self._drawn)
        caption = texts_stats.caption(figures)
        thread = message.message_thread_id if message.is_topic_message else None
        reply_to = None if message.chat.type == message.chat.PRIVATE else message.message_id
        try:
            await context.bot.send_photo(
                message.chat.id,
                drawn,
                caption=caption,
                message_thread_id=thread,
                reply_parameters=ReplyParameters(reply_to, allow_sending_without_reply=True) if reply_to else None,
                filename="verbatim.png",
            )
        except TelegramError as error:
            # Where pictures may not be sent, the figures may.
            log.warning("the picture of /stats could not be sent: %s", error)
            await answer(self._sender, update, caption)

    async def health(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """Say of everything that the bot needs whether it is well, and what to do where it is not."""
        del context
        if await self._access.admin(update, "health") is None:
            return
        checks = await asyncio.to_thread(self._checked)
        await answer(self._sender, update, listed(checks))

    def _drawn(self) -> tuple[Figures, bytes]:
        figures = gather(self._app, self._tallies)
        return figures, picture(figures)

    def _checked(self) -> list[Check]:
        checks = list(examine(self._app, CHECKS))
        checks += [check for more in self.more for check in more()]
        waiting = self._workshop.inside
        fix = texts_health.crowded() if waiting >= CROWDED else ""
        checks.append(
            Check("queue", well=not fix, seen=texts_health.waiting(waiting, self._workshop.load.longest_s), fix=fix)
        )
        running = texts_health.up(version("verbatim"), time.monotonic() - self._started)
        return [*checks, Check("bot", well=True, seen=running)]


def listed(checks: Iterable[Check]) -> str:
    """Write checks as a message: one line each, and what to do below it."""
    rows = []
    bad = 0
    for check in checks:
        sign = "✅" if check.well else "⚠️"
        bad += not check.well
        rows.append(f"{sign} {texts_health.name_of(check.name)}: {check.seen}")
        if check.fix:
            rows.append(f"→ {texts_health.in_chat(check.fix)}")
    return "\n".join([texts_health.not_well(bad) if bad else texts_health.all_well(), "", *rows])
