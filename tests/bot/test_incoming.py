"""Which messages ask the bot something."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest
from telegram import Update, User

from bot.chat.incoming import Inbox, asked_text, command_of, question_of
from bot.chat.memories import Asked
from bot.chat.state import State
from sandbox.texts import typed

if TYPE_CHECKING:
    from pathlib import Path

ME = User(99, "Verbatim", is_bot=True, username="Verbatim_Bot")
ANN = {"id": 5, "is_bot": False, "first_name": "Ann"}
BOT = {"id": 99, "is_bot": True, "first_name": "Verbatim", "username": "Verbatim_Bot"}
PRIVATE = {"id": 5, "type": "private", "first_name": "Ann"}
GROUP = {"id": -7, "type": "group", "title": "Readers"}
FROM_BOT = {"message_id": 1, "date": 0, "chat": GROUP, "from": BOT, "text": "[1] An answer"}
FROM_BEN = {"message_id": 1, "date": 0, "chat": GROUP, "from": {**ANN, "id": 6}, "text": "what did the mayor say?"}


def update(text: str | None, chat: dict[str, Any] = PRIVATE, **fields: Any) -> Update:
    """Return an update as Telegram sends it, with the entities that it finds."""
    message: dict[str, Any] = {"message_id": 2, "date": 0, "chat": chat, "from": ANN, **fields}
    if text is not None:
        body = typed(text)
        message |= {"text": body.plain, "entities": list(body.entities)}
    read = Update.de_json({"update_id": 1, "message": message}, None)
    assert read is not None
    return read


@pytest.mark.parametrize(
    ("text", "question"),
    [
        ("what did the mayor say?", "what did the mayor say?"),
        ("/ask what did the mayor say?", "what did the mayor say?"),
        ("/ASK@verbatim_bot what did\nthe mayor say?", "what did\nthe mayor say?"),
        ("@Verbatim_Bot what did the mayor say?", "what did the mayor say?"),
        ("😀 /ask is a command?", "😀 /ask is a command?"),
        ("/ask", None),
        ("/ask@Verbatim_Bot", None),
        ("/start", None),
        ("/help me", None),
        ("/asking about it", None),
        ("/ask@other_bot what?", None),
        ("@Verbatim_Bot", None),
    ],
)
def test_questions_in_private(text: str, question: str | None) -> None:
    """In private every text is a question, except commands other than /ask."""
    found = question_of(update(text), ME)
    assert (found.text if found else None) == question


@pytest.mark.parametrize(
    ("sender", "language"),
    [(ANN, "en"), ({**ANN, "language_code": "ko"}, "ko"), ({**ANN, "language_code": "fr"}, "en")],
)
def test_language_of_a_question(sender: dict[str, Any], language: str) -> None:
    """A question carries the language of the bot's that fits who asked."""
    found = question_of(update("who?", **{"from": sender}), ME)
    assert found is not None
    assert found.language == language


@pytest.mark.parametrize(
    ("text", "fields", "question"),
    [
        ("what did the mayor say?", {}, None),
        ("/ask what did the mayor say?", {}, "what did the mayor say?"),
        ("/ask@Verbatim_Bot who?", {}, "who?"),
        ("/ask@other_bot who?", {}, None),
        ("@verbatim_bot: what did @somebody say?", {}, "what did @somebody say?"),
        ("so what did she say, @Verbatim_Bot", {}, "so what did she say,"),
        ("@verbatim_botany is a club", {}, None),
        ("and what about the bridge?", {"reply_to_message": FROM_BOT}, "and what about the bridge?"),
        ("/other", {"reply_to_message": FROM_BOT}, None),
        ("and what about the bridge?", {"reply_to_message": FROM_BEN}, None),
        ("/ask", {"reply_to_message": FROM_BEN}, "what did the mayor say?"),
        ("/ask who else?", {"reply_to_message": FROM_BEN}, "who else?"),
        ("@Verbatim_Bot", {"reply_to_message": FROM_BEN}, "what did the mayor say?"),
        ("/ask", {"reply_to_message": FROM_BOT}, None),
        (
            "/ask",
            {"reply_to_message": FROM_BEN, "quote": {"text": "the mayor", "position": 9}},
            "the mayor",
        ),
        ("/ask", {"reply_to_message": {**FROM_BEN, "text": None, "caption": "what is this?"}}, "what is this?"),
        ("/ask who?", {"via_bot": {**BOT, "id": 98}}, None),
        ("/ask who?", {"from": {**BOT, "id": 98}}, None),
        ("/ask who?", {"from": {**BOT, "id": 98}, "sender_chat": GROUP}, "who?"),
        ("/ask who?", {"is_automatic_forward": True, "sender_chat": GROUP}, None),
    ],
)
def test_questions_in_groups(text: str, fields: dict[str, Any], question: str | None) -> None:
    """In groups only what is meant for the bot is a question; anonymous administrators and channels may ask."""
    found = question_of(update(text, GROUP, **fields), ME)
    assert (found.text if found else None) == question


def test_question_knows_where_it_was_asked() -> None:
    """A question carries its chat, message and topic."""
    forum = {**GROUP, "id": -1007, "type": "supergroup", "is_forum": True}
    asked = question_of(update("/ask who?", forum, message_thread_id=44, is_topic_message=True), ME)
    assert asked == Asked(id=1, chat=-1007, message=2, thread=44, text="who?", user=5)
    reply = question_of(update("/ask who?", forum, message_thread_id=44), ME)
    assert reply is not None
    assert reply.thread is None


def test_reply_to_a_command_asks_what_followed_it() -> None:
    """/ask as a reply to somebody's /ask asks the same question."""
    body = typed("/ask what did the mayor say?")
    replied = {**FROM_BEN, "text": body.plain, "entities": list(body.entities)}
    asked = question_of(update("/ask", GROUP, reply_to_message=replied), ME)
    assert asked is not None
    assert asked.text == "what did the mayor say?"


def test_addressed_without_a_question_is_told_apart() -> None:
    """An empty /ask is addressed to the bot, other commands are not questions at all."""
    for text, expected in (("/ask", ""), ("/start", None), ("hello", None)):
        message = update(text, GROUP).message
        assert message is not None
        assert asked_text(message, ME) == expected


def test_commands_are_read_in_any_case() -> None:
    """A command is its name in lower case and what follows it."""
    message = update("/Help@VERBATIM_bot  me ").message
    assert message is not None
    assert command_of(message, ME) == ("help", "me")


def test_commands_stand_in_captions_as_well() -> None:
    """The caption of a file may be a command, but never a question."""
    caption = {
        "caption": "/ask@verbatim_bot who?",
        "caption_entities": [{"type": "bot_command", "offset": 0, "length": 17}],
    }
    document = {"document": {"file_id": "f", "file_unique_id": "u"}}
    told = update(None, **caption, **document)
    assert told.message is not None
    assert command_of(told.message, ME) == ("ask", "who?")
    assert question_of(told, ME) is None


def test_other_kinds_of_updates_hold_no_question() -> None:
    """Edits and files ask nothing."""
    edited = Update.de_json({"update_id": 1, "edited_message": {**FROM_BEN, "chat": PRIVATE}}, None)
    assert edited is not None
    assert question_of(edited, ME) is None
    assert question_of(update(None), ME) is None


async def test_inbox_stores_before_it_passes_on(tmp_path: Path) -> None:
    """A question is on disk when `put` returns, and goes on as such; a repetition goes nowhere."""
    state = State(tmp_path)
    inbox = Inbox(state, lambda: ME)
    await inbox.put(update("who?"))
    await inbox.put(update("who?"))
    assert state.unanswered()[0] == [Asked(1, 5, 2, None, "who?", user=5)]
    assert [inbox.get_nowait(), inbox.empty()] == [Asked(1, 5, 2, None, "who?", user=5), True]
    state.close()


async def test_inbox_takes_in_what_is_admitted(tmp_path: Path) -> None:
    """What is not let in goes nowhere and is not on disk; who lets in is told what is a question."""
    state = State(tmp_path)
    asked: list[bool] = []

    async def admit(_update: Update, is_question: bool) -> bool:  # noqa: FBT001
        asked.append(is_question)
        return not is_question

    inbox = Inbox(state, lambda: ME, admit)
    await inbox.put(update("who?"))
    await inbox.put(update("/help"))
    assert asked == [True, False]
    assert (inbox.qsize(), state.unanswered()[0]) == (1, [])
    state.close()


async def test_inbox_leaves_a_groups_own_talk_alone(tmp_path: Path) -> None:
    """What a group says among itself is not even counted; commands and private messages are taken once."""
    state = State(tmp_path)
    inbox = Inbox(state, lambda: ME)
    for item in (update("nice weather", GROUP), update("nice weather", GROUP), "marker"):
        await inbox.put(item)
    assert state.take(1) is True
    for text, chat in (("/start", GROUP), ("/start", PRIVATE)):
        await inbox.put(update(text, chat))
    assert inbox.qsize() == 3
    state.close()


async def test_inbox_keeps_the_order_of_concurrent_deliveries(tmp_path: Path) -> None:
    """Webhook deliveries that overlap go on in the order in which they came."""
    state = State(tmp_path)
    inbox = Inbox(state, lambda: ME)
    updates = [update("who?") for _ in range(20)]
    for number, each in enumerate(updates):
        object.__setattr__(each, "update_id", number)
    await asyncio.gather(*(inbox.put(each) for each in updates))
    taken = [inbox.get_nowait() for _ in updates]
    assert [each.id for each in taken if isinstance(each, Asked)] == list(range(20))
    state.close()
