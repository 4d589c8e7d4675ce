"""The state of a local Telegram: users, chats, messages, files, and what is pending between them."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from sandbox.calls import Json
from sandbox.contract import administrator_rights
from sandbox.errors import ApiError
from sandbox.options import SandboxOptions
from sandbox.rates import Rates
from sandbox.shown import Shown, show
from sandbox.texts import Text
from sandbox.updates import Updates

Found = TypeVar("Found")

# Ids need more than 32 bits, as many real ones do.
FIRST_USER_ID = 7_000_000_001
FIRST_GROUP_ID = -4_000_000_001
FIRST_SUPERGROUP_ID = -1_002_000_000_001
FORBIDDEN = 403


@dataclass(slots=True, eq=False)
class User:
    """A person or the bot."""

    id: int
    first_name: str
    username: str | None = None
    language: str | None = None
    is_bot: bool = False

    def json(self) -> Json:
        """Return it as the Bot API writes a User."""
        optional = {"username": self.username, "language_code": self.language}
        given = {name: value for name, value in optional.items() if value}
        return {"id": self.id, "is_bot": self.is_bot, "first_name": self.first_name, **given}


@dataclass(slots=True, eq=False)
class StoredFile:
    """A file on Telegram's side.

    Attributes:
        size: bytes as reported, which may be more than `content` holds.
        dimensions: width and height in pixels of a photo; None for a document.
    """

    file_id: str
    name: str
    mime_type: str
    content: bytes
    size: int
    dimensions: tuple[int, int] | None = None

    def json(self) -> Json:
        """Return it as the fields of a Message."""
        described = {"file_id": self.file_id, "file_unique_id": f"u{self.file_id}", "file_size": self.size}
        if self.dimensions:
            width, height = self.dimensions
            return {"photo": [{**described, "width": width, "height": height}]}
        return {"document": {**described, "file_name": self.name, "mime_type": self.mime_type}}


@dataclass(slots=True, eq=False)
class Chat:
    """A private chat (which has its person's id), group, supergroup or channel.

    Attributes:
        members: status of every user who is or was in it: creator, administrator, member, left or kicked.
        user: the person, in a private chat.
        met: whether the bot has heard of it.
        started: whether the person of a private chat ever pressed Start.
        blocked: whether the person of a private chat blocked the bot.
        migrated_to: the supergroup that a group became.
        keyboard: the reply keyboard shown in it.
        pinned: message_ids, the last one on top.
    """

    id: int
    kind: str
    title: str
    username: str | None = None
    user: User | None = None
    members: dict[int, str] = field(default_factory=dict)
    messages: "dict[int, Message]" = field(default_factory=dict)
    met: bool = False
    started: bool = False
    blocked: bool = False
    migrated_to: int | None = None
    keyboard: Json | None = None
    pinned: list[int] = field(default_factory=list)

    def json(self) -> Json:
        """Return it as the Bot API writes a Chat."""
        name = "first_name" if self.kind == "private" else "title"
        described: Json = {"id": self.id, "type": self.kind, name: self.title}
        return {**described, "username": self.username} if self.username else described


@dataclass(slots=True, eq=False)
class Message:
    """A message as it stands now.

    Attributes:
        sender: its author; None for channel posts.
        body: text or caption.
        reply: the fields that say what it replies to: reply_to_message, external_reply, quote.
        markup: its inline keyboard.
        origin: forward_origin.
        service: the field of a service message.
        extra: further fields that are repeated as they were sent.
        reactions: emoji of each user.
        by_bot: whether the bot sent it, be it in its own name or in a channel's.
    """

    chat: Chat
    id: int
    sender: User | None
    date: int
    body: Text
    file: StoredFile | None = None
    markup: Json | None = None
    reply: Json = field(default_factory=dict)
    origin: Json | None = None
    via_bot: User | None = None
    inline_id: str | None = None
    edit_date: int | None = None
    service: Json = field(default_factory=dict)
    extra: Json = field(default_factory=dict)
    reactions: dict[int, list[Json]] = field(default_factory=dict)
    deleted: bool = False
    by_bot: bool = False

    def json(self, *, nested: bool = False) -> Json:
        """Return it as the Bot API writes a Message; a nested one does not say what it replies to."""
        described: Json = {"message_id": self.id, "date": self.date, "chat": self.chat.json()}
        if self.sender:
            described["from"] = self.sender.json()
        if self.chat.kind == "channel":
            described["sender_chat"] = self.chat.json()
        names = ("caption", "caption_entities") if self.file else ("text", "entities")
        if self.body.plain:
            described[names[0]] = self.body.plain
        if self.body.entities:
            described[names[1]] = list(self.body.entities)
        if self.file:
            described |= self.file.json()
        optional: Json = {
            "forward_origin": self.origin,
            "via_bot": self.via_bot.json() if self.via_bot else None,
            "edit_date": self.edit_date,
            "reply_markup": self.markup,
        }
        described |= {name: value for name, value in optional.items() if value is not None}
        return described | self.service | self.extra | ({} if nested else self.reply)


@dataclass(slots=True)
class Query:
    """A tapped button or an inline query that waits for its answer.

    Attributes:
        expires: clock after which it cannot be answered any more.
        text: the inline query, or the button's data.
        answer: parameters of the answering call; None until then.
    """

    id: str
    user: User
    expires: float
    text: str
    answer: Json | None = None


@dataclass(frozen=True, slots=True)
class Event:
    """Something that became visible: kind is "message", "edit", "delete" or "action"."""

    moment: int
    kind: str
    chat_id: int
    shown: Shown | None = None
    detail: str = ""


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
