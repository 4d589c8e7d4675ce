"""Faults on demand: what the client sees, and what was executed all the same."""

import asyncio
import time
from typing import Any

import aiohttp
import pytest

from sandbox import Fault, Person, Sandbox
from sandbox.errors import NotHeard


async def test_answered_faults_execute_nothing(telegram: Sandbox, api: Any, alice: Person) -> None:
    """429, 500 and other errors come in order, nothing is sent, and they are not among the errors."""
    telegram.fail_next("sendMessage", Fault.too_many_requests(2))
    telegram.fail_next("SENDMESSAGE", Fault.server_error())
    telegram.fail_next("sendMessage", Fault.error(400, "Bad Request: odd"))
    answers = [await api("sendMessage", chat_id=alice.id, text=text) for text in "abcd"]
    assert [each.status for each in answers] == [429, 500, 400, 200]
    assert answers[0].body["parameters"] == {"retry_after": 2}
    assert answers[0].headers["Retry-After"] == "2"
    assert [each.description for each in answers[:3]] == [
        "Too Many Requests: retry after 2",
        "Internal Server Error",
        "Bad Request: odd",
    ]
    assert [each.text for each in telegram.messages(alice)] == ["d"]
    assert telegram.errors == []
    assert [call.fault is not None for call in telegram.calls] == [True, True, True, False]


async def test_a_bad_gateway_is_html(telegram: Sandbox, api: Any) -> None:
    """A 502 comes with a page, as from the proxy in front of the real server."""
    telegram.fail_next("getMe", Fault.bad_gateway())
    async with api.session.get(f"{api.root}/getMe") as answer:
        assert (answer.status, answer.content_type) == (502, "text/html")
        assert "502 Bad Gateway" in await answer.text()


async def test_a_lost_answer_was_executed(telegram: Sandbox, api: Any, alice: Person) -> None:
    """The message is there, but the connection closes without an answer."""
    telegram.fail_next("sendMessage", Fault.answer_lost())
    with pytest.raises(aiohttp.ClientError):
        await api("sendMessage", chat_id=alice.id, text="x")
    assert [each.text for each in telegram.messages(alice)] == ["x"]
    call = await telegram.wait_for_call("sendMessage", timeout=1)
    assert (call.code, call.ok) == (0, False)


async def test_a_reset_connection_executed_nothing(telegram: Sandbox, api: Any, alice: Person) -> None:
    """The connection closes before anything happened, as often as was asked for."""
    telegram.fail_next("sendMessage", Fault.reset(), times=2)
    for _ in range(2):
        with pytest.raises(aiohttp.ClientError):
            await api("sendMessage", chat_id=alice.id, text="x")
    assert telegram.messages(alice) == []
    assert (await api("sendMessage", chat_id=alice.id, text="x")).status == 200


async def test_a_slow_answer_was_executed_at_once(telegram: Sandbox, api: Any, alice: Person) -> None:
    """A client that gives up waiting has its message sent all the same."""
    telegram.fail_next("sendMessage", Fault.slow(0.1))
    started = time.monotonic()
    assert (await api("sendMessage", chat_id=alice.id, text="x")).status == 200
    assert time.monotonic() - started >= 0.1
    telegram.fail_next("sendMessage", Fault.slow(5))
    with pytest.raises(TimeoutError):
        await api.send("sendMessage", json={"chat_id": alice.id, "text": "y"}, timeout=aiohttp.ClientTimeout(0.05))
    assert [each.text for each in telegram.messages(alice)] == ["x", "y"]


async def test_polling_can_fail_too(telegram: Sandbox, api: Any, alice: Person) -> None:
    """A fault for any method spares getUpdates, which has its own; updates are not lost by it."""
    telegram.fail_next("*", Fault.server_error())
    telegram.fail_next("getUpdates", Fault.bad_gateway())
    await alice.say("x")
    async with api.session.get(f"{api.root}/getUpdates") as answer:
        assert answer.status == 502
    assert len((await api("getUpdates")).result) == 1
    assert (await api("getMe")).status == 500


async def test_the_server_can_be_away_for_a_while(telegram: Sandbox, api: Any, alice: Person) -> None:
    """While it is down connections fail and people go on; back at the same address nothing is lost."""
    polling = asyncio.create_task(api("getUpdates", timeout=30))
    await asyncio.sleep(0.05)
    await telegram.go_down()
    with pytest.raises(aiohttp.ClientError):
        await polling
    with pytest.raises(aiohttp.ClientError):
        await api("getMe")
    await alice.say("are you there?")
    await telegram.come_up()
    assert [each["message"]["text"] for each in (await api("getUpdates")).result] == ["are you there?"]


async def test_waiting_says_what_was_there_instead(telegram: Sandbox, api: Any, alice: Person) -> None:
    """What did not come is reported with what did."""
    await api("sendMessage", chat_id=alice.id, text="something else")
    with pytest.raises(
        NotHeard, match=r"Alice heard nothing with 'answer' within 0.01 s; unread:\nVerbatim .1.: something"
    ):
        await alice.hears("answer", timeout=0.01)
    with pytest.raises(NotHeard, match=r"what was said:\n--- Alice \(private\) ---\nVerbatim .1.: something else"):
        await telegram.wait_for(lambda shown: shown.text == "answer", timeout=0.01)
    with pytest.raises(NotHeard, match=r"no 2 call\(s\) of sendMessage within 0.01 s; calls: sendMessage"):
        await telegram.wait_for_call("sendMessage", count=2, timeout=0.01)
