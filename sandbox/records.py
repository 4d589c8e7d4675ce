"""Records of a local Telegram: users, chats, messages, files, queries and events."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sandbox.calls import Json
from sandbox.texts import Text

if TYPE_CHECKING:
    from sandbox.shown import Shown


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


_ANONYMOUS = User(1_087_968_824, "Group", "GroupAnonymousBot", is_bot=True)
MASKS = {
    "group": _ANONYMOUS,
    "supergroup": _ANONYMOUS,
    "channel": User(136_817_688, "Channel", "Channel_Bot", is_bot=True),
}
"""Users of Telegram's own behind whom somebody writes in the name of a chat."""


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
    shown: "Shown | None" = None
    detail: str = ""
