"""Webhook mode: updates are delivered to the bot, and only Telegram's deliveries are taken."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING

import aiohttp
from served import invented

if TYPE_CHECKING:
    from pathlib import Path

    from sandbox import Sandbox

SECRET = "a-secret_of_the_test"
ANSWER = "An address that is none: scripted."


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


async def test_webhook_serves_and_refuses_strangers(telegram: Sandbox, tmp_path: Path) -> None:
    """Deliveries with the secret are answered; without it or with a wrong one they get 403 and change nothing."""
    port = free_port()
    url = f"http://127.0.0.1:{port}/hooks/verbatim"
    settings = {"VERBATIM_WEBHOOK_URL": url, "VERBATIM_WEBHOOK_SECRET": SECRET, "VERBATIM_WEBHOOK_PORT": str(port)}
    server = invented(telegram, tmp_path / "data", **settings)
    await server.start()
    try:
        ann = telegram.person("Ann", started=True)
        await ann.say("what is scripted?")
        answer = await ann.hears()
        assert answer.parts("expandable_blockquote") == [ANSWER]
        assert telegram.world.updates.webhook.secret == SECRET
        forged = {"update_id": 1, "message": {**ann_says(ann.id), "text": "what is linkless?"}}
        async with aiohttp.ClientSession() as stranger:
            for headers in ({}, {"X-Telegram-Bot-Api-Secret-Token": "wrong"}):
                async with stranger.post(url, json=forged, headers=headers) as reply:
                    assert reply.status == 403
        await ann.say("who mentioned the bridge?")
        assert "Bridge news" in (await ann.hears()).text
        assert ann.unread() == []
        assert await server.stop() == 0
        # What comes while the bot is away waits with Telegram, because the webhook stays set.
        await ann.say("what is scripted?")
        await server.start()
        assert (await ann.hears(timeout=20)).parts("expandable_blockquote") == [ANSWER]
        assert SECRET not in server.log
    finally:
        await server.close()


async def test_polling_after_webhook_takes_over(telegram: Sandbox, tmp_path: Path) -> None:
    """A bot that was served by webhook can be polled for again."""
    async with aiohttp.ClientSession() as client:
        address = f"{telegram.base_url}{telegram.token}/setWebhook"
        await client.post(address, json={"url": "http://127.0.0.1:9/gone"})
    server = invented(telegram, tmp_path / "data")
    await server.start()
    ben = telegram.person("Ben", started=True)
    await ben.say("what is scripted?")
    assert (await ben.hears()).parts("expandable_blockquote") == [ANSWER]
    await server.close()


async def test_refused_webhook_is_told(telegram: Sandbox, tmp_path: Path) -> None:
    """An address that Telegram refuses ends the process with a sentence that names the setting."""
    server = invented(telegram, tmp_path / "data", VERBATIM_WEBHOOK_URL="http://bot.example.org/hook")
    await server.start(ready=False)
    assert await server.ended() == 1
    assert "VERBATIM_WEBHOOK_URL: Telegram refuses it: Bad webhook: " in server.log


def ann_says(number: int) -> dict[str, object]:
    """Return a message as a stranger would forge it."""
    chat = {"id": number, "type": "private", "first_name": "Ann"}
    return {"message_id": 999, "date": 1, "chat": chat, "from": {"id": number, "is_bot": False, "first_name": "Ann"}}
