"""Handing in: /add with text, links, or as a reply; files; forwarded posts; and what belongs to what came before."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from bot.access.access import sender_of
from bot.chat.formatting import note
from bot.chat.splitting import utf16
from bot.desk import texts_desk as texts
from bot.desk.acts import act_of
from bot.desk.claims import LEAST_PIECE_UNITS, PASTE
from bot.desk.drafts import Prompt
from bot.desk.intakes import PostPart, TextPart
from bot.desk.parts import parts_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from telegram import Message, Update

    from bot.desk.acts import Act, Tools, Works
    from bot.desk.intakes import Intakes, Part
    from bot.desk.readings import Readings

JOIN_S = 1.2
"""What comes within this time belongs together: pieces of a text, files of an album, posts forwarded at once."""


class Handing:
    """Takes in what admins hand in.

    Args:
        tools: what it works with.
        intakes: where it is kept until it is read.
        readings: who reads it.
        works: where that is done.
    """

    def __init__(self, tools: Tools, intakes: Intakes, readings: Readings, works: Works) -> None:
        self._tools = tools
        self._intakes = intakes
        self._readings = readings
        self._works = works
        self._open: dict[tuple[int, int], int] = {}
        self._ends: dict[int, float] = {}

    async def recover(self) -> None:
        """Read what an earlier run of the bot left."""
        for number in await asyncio.to_thread(self._intakes.open):
            self._works.start(self._readings.read(number))

    async def add(self, act: Act, message: Message, text: str) -> None:
        """Take in what stands behind /add, or in the message that it replies to; else ask for it.

        Args:
            act: who does it where.
            message: the message with the command.
            text: what follows the command.
        """
        parts = parts_of(message, text) if text or message.document else []
        if not parts and message.reply_to_message is not None:
            quoted = message.quote.text if message.quote else None
            parts = parts_of(message.reply_to_message, quoted)
        if parts:
            await self.collect(act, parts, may_go_on=_may_go_on(message, parts), anew=message.media_group_id is None)
            return
        drafts = self._tools.drafts
        await asyncio.to_thread(drafts.ask, act.target.chat, act.user, Prompt(0, PASTE))
        asked = await self._tools.posting.ask(act.target, note(texts.add_usage()), texts.add_hint())
        await asyncio.to_thread(drafts.asked, act.target.chat, act.user, asked)

    async def document(self, update: Update, context: Any) -> None:
        """Take in a file that an admin sends in private, without a command."""
        del context
        message, user = update.message, sender_of(update)
        act = act_of(update, user) if user is not None else None
        if message is None or act is None:
            return
        await self.collect(act, parts_of(message), may_go_on=message.media_group_id is not None)

    async def further(self, act: Act, message: Message) -> None:
        """Take in a further piece of a pasted text, or a forwarded post."""
        parts = parts_of(message) if message.forward_origin is not None else [TextPart(message.text or "")]
        await self.collect(act, parts, may_go_on=_may_go_on(message, parts))

    async def pasted(self, act: Act, message: Message) -> None:
        """Take in what was asked for."""
        parts = parts_of(message)
        await self.collect(act, parts, may_go_on=_may_go_on(message, parts), anew=True)

    async def collect(self, act: Act, parts: Sequence[Part], *, may_go_on: bool, anew: bool = False) -> None:
        """Keep what was handed in, and read it when nothing more comes.

        Args:
            act: who hands it in.
            parts: what it is.
            may_go_on: whether more may follow at once.
            anew: whether it surely does not belong to what came before.
        """
        who = act.target.chat, act.user
        clock = asyncio.get_running_loop().time
        number = None if anew else self._open.get(who)
        if number is None:
            number = await asyncio.to_thread(self._intakes.begin, act.target, act.user, act.language, parts)
            self._open[who] = number
            self._works.start(self._settle(number, who))
        else:
            # Set before anything is awaited, so that it is not read in between.
            self._ends[number] = clock() + JOIN_S
            await asyncio.to_thread(self._intakes.extend, number, parts)
        self._ends[number] = clock() + (JOIN_S if may_go_on else 0.0)

    async def _settle(self, number: int, who: tuple[int, int]) -> None:
        """Wait until nothing more comes, then read."""
        clock = asyncio.get_running_loop().time
        while (left := self._ends[number] - clock()) > 0:  # noqa: ASYNC110 - what ends it is time
            await asyncio.sleep(left)
        del self._ends[number]
        if self._open.get(who) == number:
            del self._open[who]
        await self._readings.read(number)


def _may_go_on(message: Message, parts: Sequence[Part]) -> bool:
    """Tell whether more of the same may follow at once."""
    is_long = utf16(message.text or "") >= LEAST_PIECE_UNITS
    return is_long or message.media_group_id is not None or any(isinstance(part, PostPart) for part in parts)
