"""What is repeated, what is changed, and what is never sent again."""

from __future__ import annotations

import asyncio
import datetime as dt
from typing import TYPE_CHECKING

import httpx
import pytest
from telegram import InlineKeyboardButton, InlineKeyboardMarkup
from telegram.error import RetryAfter
from wire import OK, Reply, Wire, client_on, error

from bot.chat.formatting import Note
from bot.chat.pacing import Patience
from bot.chat.sending import Marks, Outcome, Sender, Target, seconds_of

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

# PTB announces that retry_after will change its type whenever it is read.
pytestmark = pytest.mark.filterwarnings("ignore:.*In a future major version attribute `retry_after`")

NOTE = Note("<b>Hello</b> &amp; goodbye")
REQUEST = httpx.Request("POST", "https://api.telegram.org")
NO_CONNECTION = Reply(failure=httpx.ConnectError("refused", request=REQUEST))
NO_CONNECTION_IN_TIME = Reply(failure=httpx.ConnectTimeout("", request=REQUEST))
POOL_IN_USE = Reply(failure=httpx.PoolTimeout("", request=REQUEST))
NO_ANSWER_IN_TIME = Reply(failure=httpx.ReadTimeout("", request=REQUEST))
BROKEN = Reply(failure=httpx.ReadError("", request=REQUEST))
HALF_WRITTEN = Reply(failure=httpx.WriteTimeout("", request=REQUEST))
HUNG_UP = Reply(failure=httpx.RemoteProtocolError("Server disconnected", request=REQUEST))
GATEWAY = Reply(502, raw="<html><title>502 Bad Gateway</title></html>")
GATEWAY_TIMEOUT = Reply(504, raw="<html><title>504 Gateway Time-out</title></html>")
BUTTONS = InlineKeyboardMarkup(
    [
        [
            InlineKeyboardButton("Context", callback_data="c:1:0:1"),
            InlineKeyboardButton("Source", url="https://x.example"),
        ]
    ]
)


class Tried:
    """A sender on a scripted wire, with what it marked and where groups moved."""

    def __init__(self, *replies: Reply, patience_s: float = 60.0) -> None:
        self.wire = Wire()
        self.wire.plan("sendMessage", *replies)
        client, self.throttle = client_on(self.wire)
        self.marks: list[str] = []
        self.moves: list[tuple[int, int]] = []
        self.sender = Sender(client, self.throttle, self._moved, Patience(all_s=patience_s, first_s=0.0))

    async def _moved(self, old: int, new: int) -> None:
        self.moves.append((old, new))

    def _mark(self, word: str) -> Callable[[], Awaitable[None]]:
        async def mark() -> None:
            self.marks.append(word)

        return mark

    async def send(self, target: Target | None = None, note: Note = NOTE) -> Outcome:
        """Send one message with buttons and marks."""
        marks = Marks(self._mark("leaving"), self._mark("held back"))
        return await self.sender.send(target or Target(5, 42), note, BUTTONS, marks)


async def test_message_is_sent_as_asked() -> None:
    """A message goes out as HTML, as a reply that may lose its target, without a link preview."""
    tried = Tried()
    assert await tried.send(Target(-5, 42, 7)) is Outcome.DELIVERED
    (sent,) = tried.wire.sent()
    assert (sent["chat_id"], sent["text"], sent["parse_mode"], sent["message_thread_id"]) == (-5, NOTE.html, "HTML", 7)
    assert sent["reply_parameters"] == {"message_id": 42, "allow_sending_without_reply": True}
    assert sent["link_preview_options"] == {"is_disabled": True}
    assert tried.marks == ["leaving"]


@pytest.mark.parametrize(
    "reply", [NO_ANSWER_IN_TIME, BROKEN, HALF_WRITTEN, HUNG_UP, GATEWAY_TIMEOUT, Reply(raw="<html>")]
)
async def test_what_may_have_arrived_is_never_sent_again(reply: Reply) -> None:
    """After a timeout, a broken connection or an unreadable answer the message is left alone, and stays marked."""
    tried = Tried(reply)
    assert await tried.send() is Outcome.UNCERTAIN
    assert len(tried.wire.sent()) == 1
    assert tried.marks == ["leaving"]


@pytest.mark.parametrize("reply", [NO_CONNECTION, NO_CONNECTION_IN_TIME, POOL_IN_USE, GATEWAY, error(500, "Internal")])
async def test_what_was_not_executed_is_repeated(reply: Reply) -> None:
    """Without a connection, or after a server's error, the message is sent again, and was held back meanwhile."""
    tried = Tried(reply, reply)
    assert await tried.send() is Outcome.DELIVERED
    assert len(tried.wire.sent()) == 3
    assert tried.marks == ["leaving", "held back"] * 2 + ["leaving"]


async def test_patience_ends() -> None:
    """When Telegram stays away the message is given up, unsent for certain."""
    tried = Tried(NO_CONNECTION, patience_s=-1)
    assert await tried.send() is Outcome.UNSENT
    assert tried.marks == ["leaving", "held back"]


async def test_flood_wait_is_kept() -> None:
    """A 429 is waited for, for its own chat only, and is no attempt that may have arrived."""
    tried = Tried(error(429, "Too Many Requests: retry after 1", retry_after=1))
    start = asyncio.get_running_loop().time()
    assert await tried.send() is Outcome.DELIVERED
    assert asyncio.get_running_loop().time() - start >= 1
    assert tried.marks == ["leaving", "held back", "leaving"]


@pytest.mark.parametrize("wait", [3, dt.timedelta(seconds=3)])
def test_flood_wait_is_read_in_either_form(wait: int | dt.timedelta) -> None:
    """PTB gives the wait as a number or as a timedelta, depending on its settings."""

    class Changing(RetryAfter):
        retry_after = wait  # type: ignore[assignment]

    assert seconds_of(Changing(3)) == pytest.approx(3.1)


async def test_migrated_group_is_followed() -> None:
    """A group that became a supergroup gets its message there, and the move is told."""
    tried = Tried(error(400, "Bad Request: group chat was upgraded to a supergroup chat", migrate_to_chat_id=-1005))
    assert await tried.send(Target(-5, 42)) is Outcome.DELIVERED
    assert [sent["chat_id"] for sent in tried.wire.sent()] == [-5, -1005]
    assert tried.moves == [(-5, -1005)]


async def test_refused_markup_becomes_plain_text_once() -> None:
    """The words go out without markup after the first refusal, and are given up after the second."""
    refused = error(400, "Bad Request: can't parse entities: unclosed start tag")
    tried = Tried(refused)
    assert await tried.send() is Outcome.DELIVERED
    first, second = tried.wire.sent()
    assert (first["text"], first["parse_mode"]) == ("<b>Hello</b> &amp; goodbye", "HTML")
    assert second["text"] == "Hello & goodbye"
    assert "parse_mode" not in second
    assert await Tried(refused, refused).send() is Outcome.REFUSED


async def test_refused_length_becomes_pieces_once() -> None:
    """A message that is too long goes out in plain pieces, the buttons under the last; never in smaller ones."""
    refused = error(400, "Bad Request: message is too long")
    note = Note("<b>" + "A sentence. " * 200 + "</b>")
    tried = Tried(refused)
    assert await tried.send(note=note) is Outcome.DELIVERED
    _, *pieces = tried.wire.sent()
    assert " ".join(piece["text"] for piece in pieces) == note.plain
    assert ["reply_markup" in piece for piece in pieces] == [False, True]
    assert await Tried(refused, refused).send(note=note) is Outcome.REFUSED


async def test_refused_button_is_left_out_once() -> None:
    """A message whose link button is refused goes out with the others."""
    refused = error(400, "Bad Request: BUTTON_URL_INVALID")
    tried = Tried(refused)
    assert await tried.send() is Outcome.DELIVERED
    assert tried.wire.sent()[1]["reply_markup"] == {
        "inline_keyboard": [[{"text": "Context", "callback_data": "c:1:0:1"}]]
    }
    assert await Tried(refused, refused).send() is Outcome.REFUSED


async def test_lost_target_and_topic_are_left_out() -> None:
    """A message whose target or topic is gone goes out without it."""
    tried = Tried(
        error(400, "Bad Request: message to be replied not found"), error(400, "Bad Request: message thread not found")
    )
    assert await tried.send(Target(-5, 42, 7)) is Outcome.DELIVERED
    last = tried.wire.sent()[2]
    assert "reply_parameters" not in last
    assert "message_thread_id" not in last


@pytest.mark.parametrize(
    "reply",
    [
        error(403, "Forbidden: bot was blocked by the user"),
        error(403, "Forbidden: bot was kicked from the group chat"),
        error(400, "Bad Request: chat not found"),
        error(400, "Bad Request: not enough rights to send text messages to the chat"),
        error(400, "Bad Request: TOPIC_CLOSED"),
    ],
)
async def test_nobody_there_is_no_error(reply: Reply, caplog: pytest.LogCaptureFixture) -> None:
    """Whoever blocked the bot or threw it out is left alone, without noise in the log."""
    tried = Tried(reply)
    assert await tried.send() is Outcome.UNREACHABLE
    assert len(tried.wire.sent()) == 1
    assert [record for record in caplog.records if record.levelname in {"WARNING", "ERROR"}] == []


async def test_other_refusals_are_logged(caplog: pytest.LogCaptureFixture) -> None:
    """What Telegram refuses for a reason nobody expected is a defect, not repeated, and in the log."""
    tried = Tried(error(400, "Bad Request: something new"), OK)
    assert await tried.send() is Outcome.REFUSED
    assert len(tried.wire.sent()) == 1
    assert "Telegram refused a message: Something new" in caplog.text


async def test_unknown_token_is_not_repeated() -> None:
    """A token that is not known any more leaves the message to the next start, unsent for certain."""
    tried = Tried(error(401, "Unauthorized"))
    assert await tried.send() is Outcome.UNSENT
    assert len(tried.wire.sent()) == 1
    assert tried.marks == ["leaving", "held back"]
