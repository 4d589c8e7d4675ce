"""Whom a command means: by user name, by number, by a mention, by the message replied to, or the group it stands in."""

from __future__ import annotations

import asyncio
import re
from typing import TYPE_CHECKING

from telegram import Message, MessageEntity, MessageOriginChannel, MessageOriginChat, MessageOriginUser
from telegram.error import TelegramError

from bot.access import texts_access
from bot.access.people import MOST_NAME_CHARS, Person, label, person_of

if TYPE_CHECKING:
    from telegram import User
    from telegram.ext import ExtBot

    from bot.access.people import People

_NUMBER = re.compile(r"-?\d{1,18}")
_USERNAME = re.compile(r"@[A-Za-z]\w{3,31}", re.ASCII)


class Whom:
    """Finds out whom a command means.

    Args:
        people: what people are called.
    """

    def __init__(self, people: People) -> None:
        self._people = people

    async def meant(self, client: ExtBot[None], message: Message, words: str, *, groups: bool) -> Person | str:
        """Return who is meant, or a sentence that says why that is not known.

        Args:
            client: asks Telegram what somebody is called whose number is given.
            message: the command. Whoever it mentions, or replies to, may be meant.
            words: what follows the verb.
            groups: whether a group may be meant; without any words, the one in which the command stands.
        """
        mentioned = message.parse_entities([MessageEntity.TEXT_MENTION])
        users = [entity.user for entity in mentioned if entity.user is not None]
        if users:
            return _user(users[0])
        if words:
            return await self._named(client, words, groups=groups)
        if message.reply_to_message is not None:
            return _replied(message.reply_to_message)
        if groups and message.chat.type != message.chat.PRIVATE:
            return group_of(message)
        return texts_access.name_somebody()

    async def label(self, number: int) -> str:
        """Return what a user or group is called, with its number."""
        known = await asyncio.to_thread(self._people.known, [number])
        return label(number, known.get(number))

    async def _named(self, client: ExtBot[None], words: str, *, groups: bool) -> Person | str:
        if _NUMBER.fullmatch(words):
            return await self._numbered(client, int(words), groups=groups)
        if _USERNAME.fullmatch(words):
            found = await asyncio.to_thread(self._people.find, words)
            return found or texts_access.never_seen(words)
        return texts_access.how_to_name(words)

    async def _numbered(self, client: ExtBot[None], number: int, *, groups: bool) -> Person | str:
        if number == 0 or (number < 0 and not groups):
            return texts_access.no_person(number)
        known = (await asyncio.to_thread(self._people.known, [number])).get(number)
        if known is not None:
            return known
        try:
            chat = await client.get_chat(number)
        except TelegramError:
            # Nobody whom the bot has met. Numbers are what people are let in by before they ever write.
            return Person(number, "", reachable=False)
        return Person(number, chat.effective_name or "", chat.username)


def group_of(message: Message) -> Person:
    """Return the group in which a message stands."""
    chat = message.chat
    return Person(chat.id, (chat.title or "")[:MOST_NAME_CHARS], chat.username)


def _replied(message: Message) -> Person | str:
    """Return who wrote a message, or, of a forwarded one, who wrote it first."""
    match message.forward_origin:
        case MessageOriginUser() as origin:
            return _user(origin.sender_user)
        case MessageOriginChat() | MessageOriginChannel():
            return texts_access.no_face()
        case None:
            if message.sender_chat is not None or message.from_user is None:
                return texts_access.no_face()
            return _user(message.from_user)
        case _:
            return texts_access.hidden()


def _user(user: User) -> Person | str:
    return texts_access.no_bots() if user.is_bot else person_of(user)
