"""The state of a local Telegram: users, chats, messages, files, and what is pending between them."""

import asyncio
from collections.abc import Callable
from typing import Any, TypeVar

from sandbox.calls import Json
from sandbox.contract import administrator_rights
from sandbox.errors import ApiError
from sandbox.options import SandboxOptions
from sandbox.rates import Rates
from sandbox.records import Chat, Event, Message, Query, StoredFile, User
from sandbox.shown import Shown, show
from sandbox.updates import Updates

Found = TypeVar("Found")

# Ids need more than 32 bits, as many real ones do.
FIRST_USER_ID = 7_000_000_001
FIRST_GROUP_ID = -4_000_000_001
FIRST_SUPERGROUP_ID = -1_002_000_000_001
FORBIDDEN = 403


class World:
    """Everything that a local Telegram knows.

    Args:
        options: identity, limits and clock.
    """

    def __init__(self, options: SandboxOptions) -> None:
        self.options = options
        self.rates = Rates(options.limits, options.clock)
        self.updates = Updates(options)
        self.bot = User(int(options.token.split(":")[0]), options.name, options.username, is_bot=True)
        self.users: dict[int, User] = {self.bot.id: self.bot}
        self.chats: dict[int, Chat] = {}
        self.files: dict[str, StoredFile] = {}
        self.callbacks: dict[str, Query] = {}
        self.inline_queries: dict[str, Query] = {}
        self.inline_messages: dict[str, Message] = {}
        self.profile: dict[Any, Any] = {}
        self.started_at = options.clock()
        self.events: list[Event] = []
        self._numbers: dict[str, int] = {}
        self._changed = asyncio.Event()

    def now(self) -> int:
        """Return the clock in whole seconds."""
        return int(self.options.clock())

    def number(self, series: str, first: int = 1) -> int:
        """Return the next number of a named series."""
        self._numbers[series] = self._numbers.get(series, first - 1) + 1
        return self._numbers[series]

    def ring(self) -> None:
        """Wake everybody who waits for a change."""
        changed, self._changed = self._changed, asyncio.Event()
        changed.set()

    async def until(self, look: Callable[[], Found | None], timeout_s: float) -> Found | None:
        """Return what `look` finds, looking again at every change; None when the time is over."""
        try:
            async with asyncio.timeout(timeout_s):
                while (found := look()) is None:
                    await self._changed.wait()
                return found
        except TimeoutError:
            return None

    def add_chat(self, kind: str, title: str, *, user: User | None = None, username: str | None = None) -> Chat:
        """Create a chat of any kind; `user` is the person of a private one."""
        if user:
            chat_id = user.id
        elif kind == "group":
            chat_id = FIRST_GROUP_ID + 1 - self.number("group")
        else:
            chat_id = FIRST_SUPERGROUP_ID + 1 - self.number("supergroup")
        chat = self.chats[chat_id] = Chat(chat_id, kind, title, username, user)
        return chat

    def next_message_id(self, chat: Chat) -> int:
        """Return the next message_id: private chats and groups share one series, other chats have their own."""
        return self.number("message" if chat.kind in ("private", "group") else f"message{chat.id}")

    def add(self, message: Message) -> Message:
        """Put a message into its chat and show it."""
        message.chat.messages[message.id] = message
        self.announce("message", message)
        return message

    def announce(self, kind: str, message: Message, detail: str = "") -> Shown:
        """Record that a message became visible, changed or disappeared."""
        moment = self.number("moment")
        shown = show(message, moment)
        self.events.append(Event(moment, kind, message.chat.id, shown, detail))
        self.ring()
        return shown

    def announce_action(self, chat: Chat, action: str) -> None:
        """Record that the bot shows itself busy, such as "typing"."""
        self.events.append(Event(self.number("moment"), "action", chat.id, detail=action))
        self.ring()

    def find_chat(self, reference: int | str) -> Chat:
        """Return the chat that a call means.

        Raises:
            ApiError: there is no such chat, or the bot has never heard of it.
        """
        text = str(reference)
        if not text:
            raise ApiError("chat_id is empty")
        chat = None
        if text.startswith("@"):
            names = {each.username.lower(): each for each in self.chats.values() if each.username and not each.user}
            chat = names.get(text[1:].lower())
        elif text.lstrip("-").isdecimal():
            chat = self.chats.get(int(text))
        if chat is None or not (chat.met or (chat.username and not chat.user)):
            raise ApiError("chat not found")
        return chat

    def writable_chat(self, reference: int | str) -> Chat:
        """Return the chat that a call means to write into.

        Raises:
            ApiError: the bot may not write there.
        """
        chat = self.find_chat(reference)
        if chat.migrated_to:
            parameters = {"migrate_to_chat_id": chat.migrated_to}
            raise ApiError("group chat was upgraded to a supergroup chat", parameters=parameters)
        if chat.kind == "private":
            if chat.blocked:
                raise ApiError("bot was blocked by the user", code=FORBIDDEN)
            if not chat.started:
                raise ApiError("bot can't initiate conversation with a user", code=FORBIDDEN)
            return chat
        status = chat.members.get(self.bot.id, "left")
        if status in ("left", "kicked"):
            was = "was kicked from" if status == "kicked" else "is not a member of"
            raise ApiError(f"bot {was} the {chat.kind} chat", code=FORBIDDEN)
        if chat.kind == "channel" and status != "administrator":
            raise ApiError("need administrator rights in the channel chat")
        return chat

    def find_user(self, user_id: int) -> Json | None:
        """Return a user as the Bot API writes them, or None."""
        user = self.users.get(user_id)
        return user.json() if user else None

    def member(self, user: User, status: str) -> Json:
        """Return a ChatMember."""
        described: Json = {"user": user.json(), "status": status}
        match status:
            case "creator":
                return {**described, "is_anonymous": False}
            case "administrator":
                return described | administrator_rights() | {"is_anonymous": False}
            case "kicked":
                return {**described, "until_date": 0}
            case _:
                return described
