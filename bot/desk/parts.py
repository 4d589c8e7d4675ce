"""What a message hands in: files, posts, links, or text."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from telegram import Message, MessageEntity, MessageOriginChannel

from bot.desk.intakes import FilePart, LinkPart, PostPart, TextPart

if TYPE_CHECKING:
    from collections.abc import Mapping

    from telegram import Chat, User

    from bot.desk.intakes import Part

MOST_WORDS_AROUND = 30
"""A message with links and no more words than this beside them hands in the links, otherwise its text."""

_ADDRESS = re.compile(r"(?<!\S)[A-Za-z][A-Za-z0-9+.-]*://\S+")
_BEHIND = ".,;:!?)”’»\"'"
"""What stands behind an address and is none of it."""

_LINKS: list[str | None] = [MessageEntity.URL, MessageEntity.TEXT_LINK]


def parts_of(message: Message, text: str | None = None) -> list[Part]:
    """Return what a message hands in.

    Args:
        message: the message.
        text: its text without the command; default: all of its text or caption.
    """
    if message.document is not None:
        document = message.document
        return [FilePart(document.file_id, document.file_name or "file", document.file_size or 0)]
    written = (message.text or message.caption or "") if text is None else text
    if not written.strip():
        return []
    if isinstance(message.forward_origin, MessageOriginChannel):
        return [_post(message.forward_origin, written)]
    links = _links(message, written)
    return list(links) if links else [TextPart(written)]


def post_of(message: Message) -> PostPart | None:
    """Return a channel's own post, or None where it holds no text."""
    text = message.text or message.caption or ""
    if not text.strip():
        return None
    return _part(message.chat, message.message_id, message.date.date().isoformat(), text)


def caption_command(message: Message, me: User) -> tuple[str, str] | None:
    """Return the command for this bot that a caption begins with, in lower case, and what follows it; else None."""
    first = message.caption_entities[0] if message.caption_entities else None
    if first is None or first.type != MessageEntity.BOT_COMMAND or first.offset != 0:
        return None
    written = message.parse_caption_entity(first)
    name, _, addressee = written[1:].partition("@")
    if addressee and addressee.lower() != (me.username or "").lower():
        return None
    return name.lower(), (message.caption or "")[len(written) :].strip()


def public_url(username: str | None, message: int) -> str | None:
    """Return the address of a post in a public channel; None for a channel without a user name."""
    return f"https://t.me/{username}/{message}" if username else None


def _post(origin: MessageOriginChannel, text: str) -> PostPart:
    return _part(origin.chat, origin.message_id, origin.date.date().isoformat(), text)


def _part(chat: Chat, message: int, day: str, text: str) -> PostPart:
    return PostPart(text, chat.title or "", chat.id, message, public_url(chat.username, message), day)


def _links(message: Message, written: str) -> list[LinkPart]:
    """Return a message's links, each once and in its order, where they are what it is about."""
    found: Mapping[MessageEntity, str] = (
        message.parse_entities(_LINKS) if message.text else message.parse_caption_entities(_LINKS)
    )
    # Telegram marks no address of other kinds, and of strange ones parts; what is wrong with those is to be told.
    strange = [each for each in _ADDRESS.findall(written) if not any(map(each.startswith, found.values()))]
    links: list[tuple[int, str]] = [(written.find(each), each.rstrip(_BEHIND)) for each in strange]
    around = written
    for each in strange:
        around = around.replace(each, " ", 1)
    for entity, words in found.items():
        if words not in around:  # a part of the message was quoted, or it is a part of a strange address
            continue
        address = entity.url or words
        links.append((written.find(words), address if "://" in address else f"https://{address}"))
        if entity.url is None:
            around = around.replace(words, " ", 1)
    addresses = dict.fromkeys(address for _, address in sorted(links))
    return [LinkPart(each) for each in addresses] if len(around.split()) <= MOST_WORDS_AROUND else []
