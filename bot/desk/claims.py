"""Which texts are meant for the desk, though they look like questions.

They are replies to its questions, further pieces of a pasted text, and forwarded posts. That is told when an update
comes in, before anybody has handled those that came in before it.
"""

from __future__ import annotations

import asyncio
from collections import deque
from datetime import timedelta
from typing import TYPE_CHECKING

from telegram import Message, MessageOriginChannel, Update
from telegram.constants import ChatType
from telegram.ext.filters import UpdateFilter

from bot.access.access import sender_of
from bot.chat.incoming import command_of
from bot.chat.splitting import utf16

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from telegram import User

    from bot.access.access import Access
    from bot.desk.drafts import Drafts

ADD = "add"
PASTE = "paste"
"""Field of a prompt that asks for the text of an article."""

LEAST_PIECE_UNITS = 2048
"""A piece of a text that Telegram has cut is longer than this, unless it is the last: it holds up to 4096 units, and
clients look for a gap near its end."""

LONGEST_GAP = timedelta(seconds=2)
"""Between two pieces of a text; Telegram tells whole seconds."""

MOST_REMEMBERED = 1000


class Claims(UpdateFilter):
    """Claims texts for the desk, and is the filter that lets them through to it.

    Args:
        access: who is an admin.
        drafts: which questions are open.
        me: tells who the bot is, once that is known.
    """

    def __init__(self, access: Access, drafts: Drafts, me: Callable[[], User]) -> None:
        super().__init__("desk")
        self._access = access
        self._drafts = drafts
        self._me = me
        self._claimed: deque[int] = deque(maxlen=MOST_REMEMBERED)
        self._pasting: dict[tuple[int, int], datetime] = {}

    def filter(self, update: Update) -> bool:
        """Tell whether an update was claimed."""
        return update.update_id in self._claimed

    async def claim(self, update: Update) -> bool:
        """Look at an update as it comes in; return whether it is meant for the desk and no question."""
        message, user = update.message, sender_of(update)
        if message is None or not message.text or user is None or not self._access.is_admin(user):
            return False
        claimed = await self._is_meant(message, user)
        if claimed:
            self._claimed.append(update.update_id)
        return claimed

    async def _is_meant(self, message: Message, user: int) -> bool:
        who = message.chat.id, user
        begun = self._pasting.pop(who, None)
        if is_post(message) and message.chat.type == ChatType.PRIVATE:
            return True
        is_long = utf16(message.text or "") >= LEAST_PIECE_UNITS
        command = command_of(message, self._me())
        if command is not None:
            if command[0] == ADD and is_long:
                self._pasting[who] = message.date
            return False
        goes_on = begun is not None and message.date - begun <= LONGEST_GAP
        field = None if goes_on else await self._asked(message, user)
        if is_long and (goes_on or field == PASTE):
            self._pasting[who] = message.date
        return goes_on or field is not None

    async def _asked(self, message: Message, user: int) -> str | None:
        replied = message.reply_to_message
        if replied is None or replied.from_user is None or replied.from_user.id != self._me().id:
            return None
        prompt = await asyncio.to_thread(self._drafts.prompt, message.chat.id, user, replied.message_id)
        return prompt.field if prompt else None


def is_post(message: Message) -> bool:
    """Tell whether a message is a forwarded post of a channel."""
    return isinstance(message.forward_origin, MessageOriginChannel)
