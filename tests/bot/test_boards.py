"""Messages that change: what Telegram may answer, and what is done then."""

from __future__ import annotations

import httpx
import pytest
from wire import Reply, Wire, client_on, error

from bot.care import boards
from bot.care.boards import TRIES, Board, Written
from bot.chat.formatting import note
from bot.chat.keyboards import column
from bot.chat.pacing import Patience
from bot.chat.sending import Sender, Target

# PTB announces that retry_after will change its type whenever it is read.
pytestmark = pytest.mark.filterwarnings("ignore:.*In a future major version attribute `retry_after`")

HERE = Target(7, 3, 4)
CONNECT = Reply(failure=httpx.ConnectError("away"))
LOST = Reply(failure=httpx.ReadTimeout("late"))
MOVED = error(400, "Bad Request: group chat was upgraded to a supergroup chat", migrate_to_chat_id=-1005)


class Tried:
    """A board on a scripted wire."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(boards, "PAUSE_S", 0.01)
        self.wire = Wire()
        client, throttle = client_on(self.wire)
        self.moved: list[tuple[int, int]] = []

        async def moved(old: int, new: int) -> None:
            self.moved.append((old, new))

        self.board = Board(client, throttle, Sender(client, throttle, moved, Patience(first_s=0.01)), moved)

    @property
    def methods(self) -> list[str]:
        """The methods that were called, in order."""
        return [method for method, _ in self.wire.calls]


@pytest.fixture
def tried(monkeypatch: pytest.MonkeyPatch) -> Tried:
    """A board."""
    return Tried(monkeypatch)


async def test_a_message_is_put_up_where_it_belongs(tried: Tried) -> None:
    """It stands in its topic, replies to its message, is escaped, and its number is known."""
    assert await tried.board.post(HERE, note("1 < 2"), column(())) == 1
    (sent,) = tried.wire.sent()
    assert (sent["chat_id"], sent["message_thread_id"], sent["text"]) == (7, 4, "1 &lt; 2")
    assert sent["reply_parameters"]["message_id"] == 3


@pytest.mark.parametrize(
    ("replies", "number", "tries"),
    [
        ([CONNECT, CONNECT], 1, 3),
        ([error(429, "Too Many Requests", retry_after=0)], 1, 2),
        ([CONNECT] * TRIES, None, TRIES),
        ([LOST], None, 1),
        ([error(403, "Forbidden: bot was blocked by the user")], None, 1),
    ],
)
async def test_putting_up_is_repeated_only_when_it_was_not_executed(
    tried: Tried, replies: list[Reply], number: int | None, tries: int
) -> None:
    """What may have arrived, or never will, is not sent again."""
    tried.wire.plan("sendMessage", *replies)
    assert await tried.board.post(HERE, note("progress")) == number
    assert len(tried.wire.sent()) == tries


async def test_a_message_follows_its_group(tried: Tried) -> None:
    """A group that became a supergroup gets a new message, and where it went is told; old ones cannot be changed."""
    tried.wire.plan("sendMessage", MOVED)
    assert await tried.board.post(Target(-5), note("progress")) == 1
    assert [sent["chat_id"] for sent in tried.wire.sent()] == [-5, -1005]
    tried.wire.plan("editMessageText", MOVED)
    assert await tried.board.edit(-5, 1, note("more")) is Written.GONE
    assert tried.moved == [(-5, -1005), (-5, -1005)]


@pytest.mark.parametrize(
    ("reply", "written"),
    [
        (error(400, "Bad Request: message is not modified: specified new message content is the same"), Written.SHOWN),
        (error(400, "Bad Request: message to edit not found"), Written.GONE),
        (error(403, "Forbidden: bot was kicked from the group chat"), Written.GONE),
        (error(429, "Too Many Requests", retry_after=1), Written.LATER),
        (Reply(502, "Bad Gateway"), Written.LATER),
        (LOST, Written.LATER),
    ],
)
async def test_a_change_is_tried_once(tried: Tried, reply: Reply, written: Written) -> None:
    """What came of it is told, and the next change is another chance."""
    tried.wire.plan("editMessageText", reply)
    assert await tried.board.edit(7, 1, note("more")) is written
    assert tried.methods == ["editMessageText"]


async def test_the_last_words_arrive(tried: Tried) -> None:
    """They are tried again while that may help, and sent as a message of their own where it does not."""
    tried.wire.plan("editMessageText", LOST, Reply(502, "Bad Gateway"))
    await tried.board.settle(HERE, 1, note("the end"))
    assert tried.methods == ["editMessageText"] * 3
    tried.wire.plan("editMessageText", error(400, "Bad Request: message to edit not found"))
    await tried.board.settle(HERE, 1, note("the end"))
    await tried.board.settle(HERE, None, note("the end"))
    assert tried.methods[3:] == ["editMessageText", "sendMessage", "sendMessage"]
