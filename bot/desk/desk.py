"""The desk: what admins do with articles from their chat. Wires its parts, and gives each command and button to one.

Everything is refused to others here, in the handlers, and written into the audit log.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from typing import TYPE_CHECKING, Any

from sqlalchemy.exc import SQLAlchemyError
from telegram.ext import CallbackQueryHandler, CommandHandler, MessageHandler, filters
from telegram.ext.filters import UpdateFilter

from bot.access.access import sender_of
from bot.chat.incoming import command_of
from bot.chat.taps import acknowledge
from bot.desk import texts_desk as texts
from bot.desk.acts import Tools, Works, act_of
from bot.desk.cards import PREFIX, tapped
from bot.desk.channels import Channels
from bot.desk.claims import ADD, PASTE, Claims, is_post
from bot.desk.drafting import Drafting
from bot.desk.drafts import Drafts
from bot.desk.handing import Handing
from bot.desk.imports import Imports
from bot.desk.intakes import Intakes
from bot.desk.parts import caption_command
from bot.desk.posting import Posting
from bot.desk.posts import Following
from bot.desk.readings import Readings
from bot.desk.shelf import Shelf
from bot.desk.transfer import Transfer
from bot.language import speaking

if TYPE_CHECKING:
    from collections.abc import Callable

    from telegram import Update, User
    from telegram.ext import Application, ExtBot

    from bot.access.access import Access
    from bot.chat.state import State
    from bot.desk.acts import Tapping
    from bot.desk.newsroom import Newsroom

log = logging.getLogger(__name__)

PRUNE_S = 3600.0
MOST_ALBUMS = 100
"""Albums of which is remembered that they are imports; their files come within a moment."""

IMPORT = "import"
COMMANDS = (ADD, "articles", "show", "edit", "remove", "refetch", IMPORT, "export")
CAPTIONED = (ADD, IMPORT)
"""Commands that may stand in the caption of a file."""

_FRESH = filters.UpdateType.MESSAGE


class Desk:
    """What admins do with articles.

    Args:
        newsroom: who reads and changes the corpus.
        state: the bot's memory.
        access: who may do what.
        client: PTB's bot.
        me: tells who the bot is, once that is known.
    """

    def __init__(
        self, newsroom: Newsroom, state: State, access: Access, client: ExtBot[Any], me: Callable[[], User]
    ) -> None:
        self._drafts = Drafts(state.engine)
        self._access = access
        self._me = me
        tools = Tools(newsroom, self._drafts, Posting(client), access)
        intakes = Intakes(state.engine)
        self._works = Works()
        self._albums: deque[str] = deque(maxlen=MOST_ALBUMS)
        self.claims = Claims(access, self._drafts, me)
        readings = Readings(tools, intakes)
        self._handing = Handing(tools, intakes, readings, self._works)
        self._drafting = Drafting(tools, readings)
        self._following = Following(tools, Channels(state.engine))
        self._transfer = Transfer(tools, Imports(state.engine), self._works)
        self._shelf = shelf = Shelf(tools, readings, state)
        self._articles = {
            "show": shelf.show,
            "edit": shelf.change,
            "remove": shelf.ask_remove,
            "refetch": shelf.refetch,
        }
        self._taps: dict[str, tuple[str, Tapping]] = {
            "keep": ("add", self._drafting.keep),
            "drop": ("add", self._drafting.drop),
            "edit": ("add", self._drafting.edit),
            "page": ("add", self._drafting.turn),
            "undo": ("remove", self._drafting.undo),
            "list": ("articles", shelf.turn),
            "show": ("show", shelf.tapping(shelf.show)),
            "said": ("show", shelf.tapping(shelf.said)),
            "lines": ("show", shelf.lines),
            "text": ("show", shelf.tapping(shelf.text)),
            "change": ("edit", shelf.tapping(shelf.change)),
            "remove": ("remove", shelf.tapping(shelf.ask_remove)),
            "gone": ("remove", shelf.tapping(shelf.remove)),
            "stay": ("remove", shelf.stay),
            "back": ("restore", shelf.back),
            "fetch": ("refetch", shelf.tapping(shelf.refetch)),
            "stop": ("import", self._transfer.stop),
        }

    def register(self, application: Application[Any, Any, Any, Any, Any, Any]) -> None:
        """Add the handlers; they stand before those for questions."""
        is_admins = _Admins(self._access)
        application.add_handlers(
            [
                CallbackQueryHandler(self.tap, pattern=f"^{PREFIX}:"),
                CommandHandler(COMMANDS, self.command, filters=_FRESH),
                MessageHandler(filters.UpdateType.CHANNEL_POSTS, self._following.post),
                MessageHandler(self.claims & _FRESH, self.claimed),
                MessageHandler(_Captioned(self._me) & _FRESH, self.captioned),
                MessageHandler(
                    filters.ChatType.PRIVATE & filters.CAPTION & filters.FORWARDED & _Posts() & is_admins & _FRESH,
                    self.claimed,
                ),
                MessageHandler(filters.ChatType.PRIVATE & filters.Document.ALL & is_admins & _FRESH, self.document),
            ]
        )

    async def begin(self) -> None:
        """Begin what runs beside the handlers."""
        self._running = asyncio.create_task(self.run())

    async def end(self) -> None:
        """End it in good order."""
        if self._running is not None:
            self._running.cancel()
            await asyncio.gather(self._running, return_exceptions=True)

    async def run(self) -> None:
        """Take up what an earlier run left, and forget what is too old, until this is cancelled."""
        try:
            await self._handing.recover()
            await self._transfer.recover()
            self._works.start(self._following.run())
            while True:
                try:
                    await asyncio.to_thread(self._drafts.prune)
                except SQLAlchemyError:
                    log.exception("old drafts could not be forgotten")
                await asyncio.sleep(PRUNE_S)
        finally:
            await self._works.close()

    async def command(self, update: Update, context: Any) -> None:
        """Do what a command asks for."""
        del context
        message = update.message
        read = command_of(message, self._me()) if message else None
        if message is not None and read is not None:
            await self._do(update, read[0], read[1])

    async def captioned(self, update: Update, context: Any) -> None:
        """Do what a command in a file's caption asks for."""
        del context
        message = update.message
        read = caption_command(message, self._me()) if message else None
        if message is None or read is None:
            return
        if message.media_group_id is not None and read[0] == IMPORT:
            self._albums.append(message.media_group_id)
        await self._do(update, read[0], read[1])

    async def document(self, update: Update, context: Any) -> None:
        """Take in a file that an admin sends in private, without a command: for what the first of its album says."""
        message = update.message
        if message is not None and message.media_group_id in self._albums:
            await self._do(update, IMPORT, "")
        else:
            await self._handing.document(update, context)

    async def claimed(self, update: Update, context: Any) -> None:
        """Take in what is meant for the desk though it is no command."""
        del context
        message, user = update.message, sender_of(update)
        act = act_of(update, user) if user is not None else None
        if message is None or act is None:
            return
        with speaking(act.language):
            replied = message.reply_to_message
            prompt = None
            if replied is not None and not is_post(message):
                prompt = await asyncio.to_thread(self._drafts.prompt, act.target.chat, act.user, replied.message_id)
            if prompt is None:
                await self._handing.further(act, message)
            elif prompt.field == PASTE:
                await asyncio.to_thread(self._drafts.answered, act.target.chat, act.user)
                await self._handing.pasted(act, message)
            else:
                await self._drafting.answered(act, message, prompt)

    async def tap(self, update: Update, context: Any) -> None:
        """Do what a button promises."""
        del context
        query = update.callback_query
        if query is None:
            return
        found = tapped(query.data or "")
        action, doing = self._taps.get(found[0], ("", None)) if found else ("", None)
        if found is None or doing is None:
            await acknowledge(query, texts.expired())
            return
        user = await self._access.admin(update, action)
        if user is None:
            return
        act = act_of(update, user)
        if act is None:  # Telegram shows old messages to bots no more
            await acknowledge(query, texts.expired())
            return
        with speaking(act.language):
            await doing(act, query, found[1], found[2])

    async def _do(self, update: Update, command: str, words: str) -> None:
        user, message = await self._access.admin(update, command), update.message
        act = None if user is None else act_of(update, user)
        if act is None or message is None:
            return
        with speaking(act.language):
            if command == ADD:
                if not await self._following.command(act, message, words):
                    await self._handing.add(act, message, words)
            elif command == "articles":
                await self._shelf.search(act, words)
            elif command == IMPORT:
                await self._transfer.take(act, message)
            elif command == "export":
                await self._transfer.export(act, words)
            else:
                article = await self._shelf.named(act, command, words)
                if article is not None:
                    await self._articles[command](act, article)


class _Admins(UpdateFilter):
    """Lets through what admins send."""

    def __init__(self, access: Access) -> None:
        super().__init__("admins")
        self._access = access

    def filter(self, update: Update) -> bool:
        """Tell whether an admin sent it."""
        return self._access.is_admin(sender_of(update))


class _Posts(UpdateFilter):
    """Lets through forwarded posts of channels."""

    def filter(self, update: Update) -> bool:
        """Tell whether it is one."""
        return update.message is not None and is_post(update.message)


class _Captioned(UpdateFilter):
    """Lets through files with a command of the desk in their caption."""

    def __init__(self, me: Callable[[], User]) -> None:
        super().__init__("captioned")
        self._me = me

    def filter(self, update: Update) -> bool:
        """Tell whether there is such a command."""
        found = caption_command(update.message, self._me()) if update.message else None
        return found is not None and found[0] in CAPTIONED
