"""Which texts are meant for the desk, and what a message hands in."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from telegram import Chat, Message, MessageEntity, MessageOriginChannel, Update, User

from bot.access.access import Access
from bot.access.auditing import Audit
from bot.chat.schema import open_file
from bot.chat.state import FILE
from bot.desk.claims import LEAST_PIECE_UNITS, PASTE, Claims
from bot.desk.drafts import Drafts, Prompt
from bot.desk.intakes import LinkPart, PostPart, TextPart
from bot.desk.parts import parts_of, post_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ME = User(99, "Verbatim", is_bot=True, username="verbatim_bot")
OLGA, SAM = User(1, "Olga", is_bot=False), User(2, "Sam", is_bot=False)
PRIVATE = Chat(1, Chat.PRIVATE)
CHANNEL = Chat(-1005, Chat.CHANNEL, title="Post", username="post")
NOON = datetime(2024, 5, 1, 12, tzinfo=UTC)
LONG = "word " * (LEAST_PIECE_UNITS // 5 + 1)
ORIGIN = MessageOriginChannel(NOON, CHANNEL, 7)


class Desk:
    """Claims over a database, and the messages that come in."""

    def __init__(self, drafts: Drafts, audit: Audit) -> None:
        self.drafts = drafts
        self.claims = Claims(Access(audit, None, OLGA.id), drafts, lambda: ME)  # type: ignore[arg-type]
        self._number = 0

    async def claims_it(self, text: str, user: User = OLGA, after_s: float = 0, **more: Any) -> bool:
        """Let a message come in; return whether it is claimed, which the filter must say, too."""
        self._number += 1
        update = Update(self._number, message=message(text, user, after_s, **more))
        claimed = await self.claims.claim(update)
        assert self.claims.filter(update) is claimed
        return claimed


def message(text: str, user: User | None = OLGA, after_s: float = 0, **more: Any) -> Message:
    """Return a private message; one that begins with a slash has a command."""
    name = text.split(maxsplit=1)[0]
    entities = [MessageEntity(MessageEntity.BOT_COMMAND, 0, len(name))] if text.startswith("/") else []
    given = {"chat": PRIVATE, "from_user": user, "text": text, "entities": entities} | more
    return Message(5, NOON + timedelta(seconds=after_s), **given)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """A desk over an empty database."""
    engine = open_file(tmp_path / FILE)
    yield Desk(Drafts(engine), Audit(engine))
    engine.dispose()


async def test_a_question_is_a_question(desk: Desk) -> None:
    """Neither a short text nor a long one is claimed by itself, nor is a command."""
    assert not await desk.claims_it("What did Pak say?")
    assert not await desk.claims_it(LONG)
    assert not await desk.claims_it("/add x")


async def test_pieces_go_on_until_a_short_one(desk: Desk) -> None:
    """Behind a long /add everything is claimed up to the last piece, which is short."""
    assert not await desk.claims_it(f"/add {LONG}")
    assert await desk.claims_it(LONG, after_s=1)
    assert await desk.claims_it("The end.", after_s=2)
    assert not await desk.claims_it("What did Pak say?", after_s=2)


@pytest.mark.parametrize(("user", "after_s"), [(SAM, 0), (OLGA, 3)])
async def test_what_is_no_further_piece(desk: Desk, user: User, after_s: float) -> None:
    """Somebody else's text does not belong to a paste, nor does what comes later."""
    await desk.claims_it(f"/add {LONG}")
    assert not await desk.claims_it("The end.", user, after_s)


async def test_replies_to_questions_of_the_desk(desk: Desk) -> None:
    """The reply to an open question is claimed, a long one goes on; a reply to any other message is not."""
    asked = message("Which?", ME)
    assert not await desk.claims_it("A", reply_to_message=asked)
    desk.drafts.ask(PRIVATE.id, OLGA.id, Prompt(0, PASTE))
    assert not await desk.claims_it("A", reply_to_message=message("Which?", SAM))
    assert not await desk.claims_it("A", SAM, reply_to_message=asked)
    assert await desk.claims_it(LONG, reply_to_message=asked)
    assert await desk.claims_it("The end.")


async def test_forwarded_posts_of_admins(desk: Desk) -> None:
    """A forwarded post is claimed for an admin in private, not for others, not in groups."""
    assert await desk.claims_it("News.", forward_origin=ORIGIN)
    assert not await desk.claims_it("News.", SAM, forward_origin=ORIGIN)
    assert not await desk.claims_it("News.", forward_origin=ORIGIN, chat=Chat(-7, Chat.GROUP))


async def test_who_writes_as_a_chat_is_nobody(desk: Desk) -> None:
    """In the name of a channel or group, nothing is claimed, whoever may be behind it."""
    assert not await desk.claims_it("News.", forward_origin=ORIGIN, sender_chat=CHANNEL)


def url(offset: int, length: int) -> MessageEntity:
    """Return the entity of a link."""
    return MessageEntity(MessageEntity.URL, offset, length)


def test_what_a_message_hands_in() -> None:
    """Links where they are what it is about, otherwise the text; the words behind a link count for its address."""
    assert parts_of(message("n.example/a", entities=[url(0, 11)])) == [LinkPart("https://n.example/a")]
    twice = message("n.example n.example", entities=[url(0, 9), url(10, 9)])
    assert parts_of(twice) == [LinkPart("https://n.example")]
    hidden = MessageEntity(MessageEntity.TEXT_LINK, 0, 4, url="https://n.example/b")
    assert parts_of(message("This one", entities=[hidden])) == [LinkPart("https://n.example/b")]
    long = f"n.example {'word ' * 40}"
    assert parts_of(message(long, entities=[url(0, 9)])) == [TextPart(long)]
    assert parts_of(message("see n.example now", entities=[url(4, 9)]), "see") == [TextPart("see")]


def test_strange_addresses_are_links() -> None:
    """What Telegram does not mark, or only a part of, is a link as a whole, in its place among the others."""
    for address in ("http://2130706433/", "http://[::1]:80/a", "file:///etc/passwd", "http://localhost/"):
        assert parts_of(message(f"see {address}, please")) == [LinkPart(address)]
    some = message("http://0x7f.1/ n.example http://x@n.example/a", entities=[url(15, 9), url(34, 11)])
    assert parts_of(some) == [
        LinkPart("http://0x7f.1/"),
        LinkPart("https://n.example"),
        LinkPart("http://x@n.example/a"),
    ]
    long = f"http://2130706433/ {'word ' * 40}"
    assert parts_of(message(long)) == [TextPart(long)]


def test_posts_know_where_they_come_from() -> None:
    """A forwarded post has its channel, number, address and day; a channel's own post has the same."""
    part = PostPart("News.", "Post", CHANNEL.id, 7, "https://t.me/post/7", "2024-05-01")
    assert parts_of(message("News.", forward_origin=ORIGIN)) == [part]
    assert post_of(Message(7, NOON, CHANNEL, text="News.")) == part
    assert post_of(Message(7, NOON, CHANNEL, caption=" ")) is None
