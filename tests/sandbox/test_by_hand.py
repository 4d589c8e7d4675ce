"""Chatting with a bot by hand."""

import asyncio
import queue
from typing import Any

import aiohttp
import pytest

from sandbox import SandboxOptions, __main__


class Keyboard:
    """Lines that are typed when the test says so."""

    def __init__(self) -> None:
        self.lines: queue.Queue[str] = queue.Queue()

    def readline(self) -> str:
        """Wait for a line."""
        return self.lines.get(timeout=10)


async def written(capsys: pytest.CaptureFixture[str], words: str, shown: list[str]) -> None:
    """Wait until these words are on the screen."""
    for _ in range(500):
        shown.append(capsys.readouterr().out)
        if words in "".join(shown):
            return
        await asyncio.sleep(0.01)
    raise AssertionError("".join(shown))


async def test_a_bot_can_be_talked_to(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """The console prints the settings and the bot's messages, says lines, taps buttons, and ends on an empty line."""
    typed, shown = Keyboard(), []
    monkeypatch.setattr(__main__.sys, "stdin", typed)
    chatting = asyncio.create_task(__main__.chat(0))
    await written(capsys, "an empty line ends", shown)
    settings = next(line for line in "".join(shown).splitlines() if "export" in line)
    token, address = (part.split("=")[1] for part in settings.split()[1:])
    assert token == SandboxOptions().token
    async with aiohttp.ClientSession(f"{address}/bot{token}/") as session:
        typed.lines.put("hello\n")
        (update,) = await result(session, "getUpdates", timeout=5)
        assert update["message"]["text"] == "hello"
        row = [{"text": "Source", "url": "https://example.com/a"}, {"text": "More", "callback_data": "m"}]
        where = {"chat_id": update["message"]["chat"]["id"]}
        await result(session, "sendMessage", **where, text="found", reply_markup={"inline_keyboard": [row]})
        await written(capsys, "Verbatim [2]: found\n[Source] [More]\n", shown)
        for line in ("#1", "#2", "#3", "#x"):
            typed.lines.put(f"{line}\n")
        await written(capsys, "https://example.com/a\n(tapped More)\nthere is no such button\nthere is no such", shown)
        async with session.post("sendMessage", json={**where, "text": ""}) as answer:
            assert answer.status == 400
        typed.lines.put("\n")
        await chatting
    await written(capsys, "sendMessage: Bad Request: message text is empty", shown)


async def result(session: aiohttp.ClientSession, method: str, **values: Any) -> Any:
    """Call a method that must succeed."""
    async with session.post(method, json=values) as answer:
        return (await answer.json())["result"]
