"""The bot's pace."""

from __future__ import annotations

import asyncio
import time
from collections import defaultdict
from itertools import pairwise
from typing import Any

import pytest
from telegram import Update

from bot.chat.memories import Asked
from bot.chat.pacing import MOST_IN_ALL, MOST_OF_CHAT, ChatOrder, Rates, Throttle
from bot.chat.workshop import Workshop
from bot.language import spoken

UNIT_S = 0.05
FAST = Rates(chat_s=UNIT_S, group=3, group_s=6 * UNIT_S, overall=5, overall_s=2 * UNIT_S)


class Calls:
    """Makes calls through a throttle, and notes when they left."""

    def __init__(self) -> None:
        self.throttle = Throttle(FAST)
        self.left: dict[Any, list[float]] = defaultdict(list)

    async def call(self, chat: int | None, endpoint: str = "sendMessage", before: Any = None) -> str:
        """Make one call."""

        async def leave() -> str:
            self.left[chat].append(time.monotonic())
            return "done"

        data = {} if chat is None else {"chat_id": chat}
        return str(await self.throttle.process_request(leave, (), {}, endpoint, data, before))


def gaps(times: list[float]) -> list[float]:
    """Return the time between successive events."""
    return [later - earlier for earlier, later in pairwise(times)]


async def test_private_chat_gets_one_message_a_unit() -> None:
    """Messages into one chat keep their distance, and calls give back what was answered."""
    calls = Calls()
    assert await asyncio.gather(*(calls.call(5) for _ in range(4))) == ["done"] * 4
    assert min(gaps(calls.left[5])) >= UNIT_S


async def test_group_has_a_second_limit() -> None:
    """A group gets no more than its share in any window, not even after a pause."""
    calls = Calls()
    for _ in range(7):
        await calls.call(-5)
    times = calls.left[-5]
    assert all(later - earlier >= FAST.group_s for earlier, later in zip(times, times[FAST.group :], strict=False))


async def test_all_chats_share_an_overall_limit() -> None:
    """In no window more messages leave than Telegram takes from one bot."""
    calls = Calls()
    await asyncio.gather(*(calls.call(chat) for chat in range(1, 14)))
    times = sorted(each for times in calls.left.values() for each in times)
    apart = zip(times, times[FAST.overall :], strict=False)
    assert all(later - earlier >= FAST.overall_s * 0.99 for earlier, later in apart)


async def test_busy_chat_does_not_hold_up_another() -> None:
    """A chat that waits for its turn leaves the others alone."""
    calls = Calls()
    calls.throttle.pause(5, 10)
    waiting = asyncio.create_task(calls.call(5))
    await asyncio.sleep(0)
    async with asyncio.timeout(1):
        await calls.call(6)
    waiting.cancel()
    assert len(calls.left[6]) == 1
    assert calls.left[5] == []


async def test_pause_is_kept() -> None:
    """After Telegram asked for a pause nothing leaves before its end."""
    calls = Calls()
    start = time.monotonic()
    calls.throttle.pause(5, 3 * UNIT_S)
    await calls.call(5)
    assert calls.left[5][0] - start >= 3 * UNIT_S


async def test_calls_without_a_chat_and_typing_are_not_held_up() -> None:
    """Callback answers, polls and "typing" leave at once."""
    calls = Calls()
    calls.throttle.pause(5, 10)
    async with asyncio.timeout(1):
        await calls.call(None, "answerCallbackQuery")
        await calls.call(5, "sendChatAction")
    assert (len(calls.left[None]), len(calls.left[5])) == (1, 1)


async def test_mark_is_made_right_before_the_call() -> None:
    """What a call wants done before it leaves is done after the waiting, not before."""
    calls = Calls()
    await calls.call(5)
    marked: list[float] = []

    async def mark() -> None:
        marked.append(time.monotonic())

    await calls.call(5, before=mark)
    assert marked[0] - calls.left[5][0] >= UNIT_S
    assert calls.left[5][1] >= marked[0]


async def test_ready_waits_without_using_up_the_turn() -> None:
    """When `ready` returns, a message leaves at once."""
    calls = Calls()
    await calls.call(5)
    await calls.throttle.ready(5)
    ready = time.monotonic()
    await calls.call(5)
    assert calls.left[5][1] - calls.left[5][0] >= UNIT_S
    assert calls.left[5][1] - ready < UNIT_S


async def test_idle_chats_are_forgotten() -> None:
    """The throttle does not grow with every chat that ever wrote."""
    now = 0.0
    throttle = Throttle(Rates(overall=10**9), clock=lambda: now)

    async def leave() -> None:
        """Do nothing."""

    for chat in range(1, 1500):
        now += 1
        await throttle.process_request(leave, (), {}, "sendMessage", {"chat_id": chat}, None)
    assert len(throttle._lanes) <= 1000


async def process(order: ChatOrder, done: list[str], name: str, chat: int, wait_s: float = 0.0) -> None:
    """Put one update through the order."""

    async def handle() -> None:
        await asyncio.sleep(wait_s)
        done.append(name)

    await order.process_update(Asked(1, chat, 1, None, name), handle())


async def test_updates_of_a_chat_keep_their_order() -> None:
    """A quick update waits for a slow one of its chat, and others do not."""
    order, done = ChatOrder(), list[str]()
    await asyncio.gather(
        process(order, done, "slow", 1, 0.1), process(order, done, "quick", 1), process(order, done, "other", 2)
    )
    assert done == ["other", "slow", "quick"]


async def test_flooding_chat_leaves_room_for_others() -> None:
    """Waiting updates of one chat do not use up the places for all."""
    order, done = ChatOrder(most_at_once=2), list[str]()
    flood = [asyncio.create_task(process(order, done, "flood", 1, 0.02)) for _ in range(20)]
    await asyncio.sleep(0)
    await process(order, done, "other", 2)
    assert done.count("flood") <= 1
    await asyncio.gather(*flood)
    assert order._turns == {}


async def test_failing_update_frees_its_chat() -> None:
    """An error in one update does not block the next of its chat."""
    order, done = ChatOrder(), list[str]()

    async def fail() -> None:
        raise RuntimeError("boom")

    with pytest.raises(RuntimeError):
        await order.process_update(Asked(1, 1, 1, None, ""), fail())
    await process(order, done, "next", 1)
    assert done == ["next"]


def caused_by(code: str | None) -> Update:
    """Return a message of somebody whose Telegram speaks a language."""
    user = {"id": 5, "is_bot": False, "first_name": "Ann"} | ({"language_code": code} if code else {})
    chat = {"id": 5, "type": "private", "first_name": "Ann"}
    message = {"message_id": 2, "date": 0, "chat": chat, "from": user, "text": "/start"}
    read = Update.de_json({"update_id": 1, "message": message}, None)
    assert read is not None
    return read


@pytest.mark.parametrize(
    ("update", "language"),
    [
        (caused_by("ko"), "ko"),
        (caused_by("en-US"), "en"),
        (caused_by("de"), "en"),
        (caused_by(None), "en"),
        (Asked(1, 5, 2, None, "who?", language="ko"), "ko"),
        (Asked(1, 5, 2, None, "who?"), "en"),
        (object(), "en"),
    ],
)
async def test_update_is_handled_in_its_language(update: object, language: str) -> None:
    """The language of who caused an update is spoken while it is handled, also in threads, and not any longer."""
    workshop, heard = Workshop(workers=1), list[str]()

    async def handle() -> None:
        heard.extend([spoken(), await asyncio.to_thread(spoken), await workshop.run(spoken)])

    await ChatOrder().process_update(update, handle())
    assert heard == [language] * 3
    assert (spoken(), await workshop.run(spoken)) == ("en", "en")
    workshop.close()


async def test_languages_do_not_mix() -> None:
    """People of different languages who are served at the same time are each spoken to in theirs."""
    order, heard = ChatOrder(), dict[int, list[str]]()

    async def handle(chat: int) -> None:
        for _ in range(5):
            heard.setdefault(chat, []).append(spoken())
            await asyncio.sleep(0.001)

    people = {1: "ko", 2: "en", 3: "ko"}
    questions = [Asked(chat, chat, 1, None, "who?", language=code) for chat, code in people.items()]
    await asyncio.gather(*(order.process_update(asked, handle(asked.chat)) for asked in questions))
    assert heard == {chat: [code] * 5 for chat, code in people.items()}


async def test_a_chat_is_full_when_much_of_it_waits() -> None:
    """A chat may have so many updates waiting, whatever others do; when all chats have too many, all are full."""
    order, go = ChatOrder(), asyncio.Event()

    async def wait(chat: int) -> None:
        await order.process_update(Asked(1, chat, 1, None, ""), _until(go))

    waiting = [asyncio.create_task(wait(1)) for _ in range(MOST_OF_CHAT - 1)]
    await asyncio.sleep(0)
    assert not order.is_full(1)
    waiting.append(asyncio.create_task(wait(1)))
    await asyncio.sleep(0)
    assert (order.is_full(1), order.is_full(2)) == (True, False)
    waiting += [asyncio.create_task(wait(chat)) for chat in range(100, 100 + MOST_IN_ALL - MOST_OF_CHAT)]
    await asyncio.sleep(0)
    assert order.is_full(2)
    go.set()
    await asyncio.gather(*waiting)
    assert (order.is_full(1), order.is_full(2)) == (False, False)


async def _until(event: asyncio.Event) -> None:
    await event.wait()
