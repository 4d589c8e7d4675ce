"""Whom a command means."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from telegram import Message
from wire import Wire, client_on, error

from bot.access import texts_access
from bot.access.people import People, Person
from bot.access.whom import Whom
from bot.chat.schema import open_file

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ADA = {"id": 7, "is_bot": False, "first_name": "Ada", "username": "ada_w"}
BEN = {"id": 5, "is_bot": False, "first_name": "Ben"}
GROUP = {"id": -7, "type": "supergroup", "title": "Desk"}
PRIVATE = {"id": 5, "type": "private", "first_name": "Ben"}
TEXT = {"message_id": 1, "date": 1, "chat": PRIVATE, "text": "x"}


def command(**fields: Any) -> Message:
    """Return a command in Ben's private chat."""
    made = Message.de_json({**TEXT, "message_id": 2, "from": BEN, **fields}, None)
    assert made is not None
    return made


def replying(**fields: Any) -> Message:
    """Return a command that replies to a message."""
    return command(reply_to_message={**TEXT, **fields})


def origin(kind: str, **fields: Any) -> dict[str, Any]:
    """Return where a forwarded message comes from."""
    return {"from": BEN, "forward_origin": {"type": kind, "date": 1, **fields}}


@pytest.fixture
def whom(tmp_path: Path) -> Iterator[Whom]:
    """Ada has written to the bot."""
    engine = open_file(tmp_path / "bot.sqlite")
    people = People(engine)
    people.see(Person(7, "Ada", "ada_w", "ko"))
    yield Whom(people)
    engine.dispose()


MENTION = {"type": "text_mention", "offset": 0, "length": 1, "user": {**ADA, "id": 8, "first_name": "Bo"}}


@pytest.mark.parametrize(
    ("message", "words", "number"),
    [
        (command(), "@Ada_W", 7),
        (command(), "7", 7),
        (command(entities=[MENTION]), "Bo", 8),
        (replying(**{"from": ADA}), "", 7),
        (replying(**{"from": ADA}), "8", 8),
        (replying(**origin("user", sender_user=ADA)), "", 7),
        (command(chat=GROUP), "", -7),
        (command(chat=GROUP, reply_to_message={**TEXT, "from": ADA}), "", 7),
        (command(), "-1001", -1001),
    ],
)
async def test_somebody_is_meant(whom: Whom, message: Message, words: str, number: int) -> None:
    """By user name, number or mention; else by the message replied to, or the group."""
    wire = Wire()
    wire.plan("getChat", error(400, "Bad Request: chat not found"))
    meant = await whom.meant(client_on(wire)[0], message, words, groups=True)
    assert isinstance(meant, Person)
    assert meant.id == number


@pytest.mark.parametrize(
    ("message", "words", "told"),
    [
        (command(), "", texts_access.name_somebody()),
        (command(chat=GROUP), "", texts_access.name_somebody()),
        (command(), "@nobody_here", texts_access.never_seen("@nobody_here")),
        (command(), "@a", texts_access.how_to_name("@a")),
        (command(), "x" * 99, texts_access.how_to_name("x" * 99)),
        (command(), "0", texts_access.no_person(0)),
        (command(), "-1001", texts_access.no_person(-1001)),
        (replying(**origin("hidden_user", sender_user_name="Ada")), "", texts_access.hidden()),
        (replying(**origin("channel", chat={**GROUP, "type": "channel"}, message_id=1)), "", texts_access.no_face()),
        (replying(**origin("chat", sender_chat=GROUP)), "", texts_access.no_face()),
        (replying(**{"from": {**BEN, "is_bot": True}, "sender_chat": GROUP}), "", texts_access.no_face()),
        (replying(), "", texts_access.no_face()),
        (replying(**{"from": {**BEN, "is_bot": True}}), "", texts_access.no_bots()),
    ],
)
async def test_nobody_is_meant(whom: Whom, message: Message, words: str, told: str) -> None:
    """What names nobody who can have the role is told."""
    assert await whom.meant(client_on(Wire())[0], message, words, groups=False) == told
