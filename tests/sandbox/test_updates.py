"""Long polling and webhooks."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import pytest
import pytest_asyncio
from aiohttp import ClientError, ClientSession, ClientTimeout, web

from sandbox import Person, Sandbox


def numbers(updates: list[dict[str, Any]]) -> list[int]:
    """Update ids, counted from the first of the sandbox."""
    return [each["update_id"] - 500_000_001 for each in updates]


async def test_offset_confirms(api: Any, alice: Person) -> None:
    """Updates come again until a later offset confirms them; limit and negative offsets hold."""
    for text in "abcd":
        await alice.say(text)
    first = (await api("getUpdates", limit=2)).result
    assert numbers(first) == [0, 1]
    assert numbers((await api("getUpdates", limit=2)).result) == [0, 1]
    assert numbers((await api("getUpdates", offset=first[-1]["update_id"] + 1)).result) == [2, 3]
    assert numbers((await api("getUpdates", offset=-1)).result) == [3]
    assert numbers((await api("getUpdates")).result) == [3]
    assert (await api("getUpdates", offset=first[0]["update_id"] + 4)).result == []


async def test_polling_waits_for_the_first_update(api: Any, alice: Person) -> None:
    """A long poll returns as soon as something happens, and empty when its time is over."""
    polling = asyncio.create_task(api("getUpdates", timeout=5))
    await asyncio.sleep(0.02)
    await alice.say("now")
    assert [each["message"]["text"] for each in (await polling).result] == ["now"]
    started = time.monotonic()
    assert (await api("getUpdates", offset=600_000_000, timeout=1)).result == []
    assert 0.9 <= time.monotonic() - started < 3


async def test_limits_outside_the_documented_are_violations(telegram: Sandbox, api: Any) -> None:
    """The limit is 1-100 and the timeout positive."""
    await api("getUpdates", limit=0)
    await api("getUpdates", limit=101)
    await api("getUpdates", timeout=-1)
    assert [each.problem.split(":")[0] for each in telegram.forgive()] == ["limit", "limit", "timeout"]


async def test_the_older_poller_is_terminated(telegram: Sandbox, api: Any, alice: Person) -> None:
    """Of two pollers the older gets 409, and the newer the updates."""
    older = asyncio.create_task(api("getUpdates", timeout=5))
    await asyncio.sleep(0.05)
    newer = asyncio.create_task(api("getUpdates", timeout=5))
    conflict = await older
    assert conflict.status == 409
    assert conflict.description == (
        "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"
    )
    await alice.say("x")
    assert len((await newer).result) == 1
    assert [each.code for each in telegram.errors] == [409]


async def test_a_poll_that_was_given_up_is_no_conflict(telegram: Sandbox, api: Any) -> None:
    """A client that closes its poll and opens another is one instance, not two."""
    with contextlib.suppress(TimeoutError):
        await api.send("getUpdates", json={"timeout": 5}, timeout=ClientTimeout(0.05))
    await asyncio.sleep(0.05)
    assert (await api("getUpdates")).result == []
    assert telegram.errors == []


async def test_allowed_updates_are_remembered(api: Any, alice: Person) -> None:
    """A list stays in force for later calls without one, and an empty list restores the default."""
    await api("getUpdates", allowed_updates=["callback_query"])
    await alice.say("unseen")
    assert (await api("getUpdates")).result == []
    assert (await api("getWebhookInfo")).result["allowed_updates"] == ["callback_query"]
    await api("getUpdates", allowed_updates=[])
    said = await alice.say("seen")
    await alice.edit(said, "seen, edited")
    assert [list(each)[1] for each in (await api("getUpdates")).result] == ["message", "edited_message"]


@dataclass
class Hook:
    """A webhook that refuses the first deliveries."""

    refusals: int = 0
    seen: list[tuple[str | None, dict[str, Any]]] = field(default_factory=list)
    incoming: asyncio.Queue[tuple[str | None, dict[str, Any]]] = field(default_factory=asyncio.Queue)
    url: str = ""

    async def take(self, request: web.Request) -> web.Response:
        """Take one delivery."""
        secret = request.headers.get("X-Telegram-Bot-Api-Secret-Token")
        self.incoming.put_nowait((secret, await request.json()))
        self.refusals -= 1
        return web.Response(status=500 if self.refusals >= 0 else 200)

    async def until(self, count: int) -> None:
        """Wait for so many deliveries."""
        async with asyncio.timeout(5):
            while len(self.seen) < count:
                self.seen.append(await self.incoming.get())


@pytest_asyncio.fixture
async def hook() -> AsyncIterator[Hook]:
    """A running webhook."""
    taker = Hook()
    application = web.Application()
    application.router.add_post("/hook", taker.take)
    runner = web.AppRunner(application)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    taker.url = f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    yield taker
    await runner.cleanup()


async def test_a_webhook_gets_every_update_with_the_secret(api: Any, alice: Person, hook: Hook) -> None:
    """Pending and new updates are delivered in order with the secret; polling is a conflict meanwhile."""
    await alice.say("before")
    assert (await api("setWebhook", url=hook.url, secret_token="s3-cret_")).result is True
    await alice.say("after")
    await hook.until(2)
    assert [(secret, update["message"]["text"]) for secret, update in hook.seen] == [
        ("s3-cret_", "before"),
        ("s3-cret_", "after"),
    ]
    conflict = await api("getUpdates")
    assert (conflict.status, conflict.description) == (
        409,
        "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first",
    )
    info = (await api("getWebhookInfo")).result
    assert (info["url"], info["pending_update_count"]) == (hook.url, 0)


async def test_refused_deliveries_are_repeated(telegram: Sandbox, api: Any, alice: Person, hook: Hook) -> None:
    """A delivery that is not answered 2xx comes again, later ones wait, and the error is reported."""
    hook.refusals = 2
    await api("setWebhook", url=hook.url)
    await alice.say("one")
    await alice.say("two")
    await hook.until(4)
    assert [update["message"]["text"] for _, update in hook.seen] == ["one", "one", "one", "two"]
    assert telegram.world.updates.deliveries == 4
    info = (await api("getWebhookInfo")).result
    assert info["last_error_message"] == "Wrong response from the webhook: 500 Internal Server Error"


async def test_a_webhook_that_is_away_is_reported(api: Any, alice: Person) -> None:
    """Updates stay pending while nobody listens, and dropping them on request forgets them."""
    await api("setWebhook", url="http://127.0.0.1:9/hook")
    await alice.say("x")
    info: dict[str, Any] = {}
    for _ in range(500):
        info = (await api("getWebhookInfo")).result
        if "last_error_message" in info:
            break
        await asyncio.sleep(0.01)
    assert info["last_error_message"].startswith("Connection failed")
    assert info["pending_update_count"] == 1
    assert (await api("deleteWebhook", drop_pending_updates=True)).result is True
    assert (await api("getUpdates")).result == []


async def test_setting_a_webhook_ends_a_poll(api: Any, hook: Hook) -> None:
    """A poll that waits when a webhook is set is answered 409."""
    polling = asyncio.create_task(api("getUpdates", timeout=5))
    await asyncio.sleep(0.05)
    await api("setWebhook", url=hook.url)
    assert (await polling).description == "Conflict: terminated by setWebhook request"


@pytest.mark.parametrize(
    ("values", "description"),
    [
        ({"url": "http://example.com/hook"}, "bad webhook: An HTTPS URL must be provided for webhook"),
        ({"url": "https://"}, "bad webhook: URL host is empty"),
        ({"url": "https://[x/"}, "bad webhook: invalid URL specified"),
        ({"url": "https://example.com", "secret_token": "a b"}, "secret token contains unallowed characters"),
        ({"url": "https://example.com", "secret_token": "a" * 257}, "secret token is too long"),
    ],
)
async def test_webhooks_are_checked(api: Any, values: dict[str, Any], description: str) -> None:
    """Address and secret of a webhook are checked."""
    assert (await api("setWebhook", **values)).description == f"Bad Request: {description}"


async def test_closing_lets_a_poll_go() -> None:
    """A poll that waits when the sandbox closes does not hold it up."""
    started = time.monotonic()
    async with ClientSession() as session, Sandbox() as telegram:
        url = f"{telegram.base_url}{telegram.token}/getUpdates"
        polling = asyncio.create_task(session.get(url, params={"timeout": "50"}))
        await asyncio.sleep(0.05)
    with contextlib.suppress(ClientError):
        (await polling).close()
    assert time.monotonic() - started < 5
