"""The command menus: those of everybody, and longer ones in the private chats of admins, in every language.

Menus only show commands; whoever may not use one is refused by its handler. Telegram takes a menu for a private chat
only when its person has pressed Start, so it is tried again when they do.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from telegram import BotCommandScopeChat
from telegram.error import TelegramError
from telegram.ext import CommandHandler, ContextTypes, filters

from bot.access.access import sender_of
from bot.language import ENGLISH, LANGUAGES, speaking

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from telegram import BotCommandScope, Update
    from telegram.ext import Application, ExtBot

    Commands = Callable[[], dict[str, str]]

log = logging.getLogger(__name__)

AFTER_OTHERS = 10
"""Group of the handler: it runs beside those that answer /start, after them."""


class Menus:
    """Sets the command menus.

    Args:
        client: PTB's bot.
        admins: returns the user ids of those who see more commands.
        everybody: each returns commands with their descriptions, in the language that is spoken.
        more: each returns further commands of admins; one that everybody has gets another description by that.
    """

    def __init__(
        self,
        client: ExtBot[Any],
        admins: Callable[[], Collection[int]],
        everybody: Sequence[Commands],
        more: Sequence[Commands],
    ) -> None:
        self._client = client
        self._admins = admins
        self._everybody = tuple(everybody)
        self._of_admins = (*everybody, *more)

    def register(self, application: Application[Any, Any, Any, Any, Any, Any]) -> None:
        """Set the menu of an admin when they press Start."""
        pressed = CommandHandler("start", self._started, filters=filters.UpdateType.MESSAGE & filters.ChatType.PRIVATE)
        application.add_handler(pressed, AFTER_OTHERS)

    async def announce(self) -> None:
        """Set all menus, as a bot does when it starts."""
        await self._set(self._everybody)
        for admin in sorted(self._admins()):
            await self.promote(admin)

    async def promote(self, user: int) -> None:
        """Give somebody the menu of admins; where they have not pressed Start, they get it when they do."""
        await self._set(self._of_admins, BotCommandScopeChat(user))

    async def demote(self, user: int) -> None:
        """Give somebody the menu of everybody again."""
        try:
            for language in LANGUAGES:
                await self._client.delete_my_commands(BotCommandScopeChat(user), _code(language))
        except TelegramError as error:
            log.info("the command menu of user %s could not be taken away: %s", user, error)

    async def _started(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        del context
        user = sender_of(update)
        if user is not None and user in self._admins():
            await self.promote(user)

    async def _set(self, parts: Sequence[Commands], scope: BotCommandScope | None = None) -> None:
        try:
            for language in LANGUAGES:
                with speaking(language):
                    menu = {name: description for part in parts for name, description in part().items()}
                await self._client.set_my_commands(list(menu.items()), scope, _code(language))
        except TelegramError as error:
            # "Chat not found": they have not pressed Start.
            level = logging.WARNING if scope is None else logging.INFO
            log.log(level, "the command menu could not be set (%s): %s", scope.to_dict() if scope else "all", error)


def _code(language: str) -> str | None:
    """Return what Telegram files a menu under: nothing for the language of those who speak none of the others."""
    return None if language == ENGLISH else language
