"""A running sandbox and a client that can send anything, right or wrong."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import aiohttp
import pytest_asyncio

from sandbox import Limits, Person, Sandbox, SandboxOptions


@dataclass
class Answer:
    """What came back: HTTP status, decoded body and headers."""

    status: int
    body: dict[str, Any]
    headers: Any

    @property
    def result(self) -> Any:
        """The result of a call that must have succeeded."""
        assert self.body["ok"], self.body
        return self.body["result"]

    @property
    def description(self) -> str:
        """The description of a call that must have failed, whose error_code must be the HTTP status."""
        assert not self.body["ok"], self.body
        assert self.body["error_code"] == self.status
        return self.body["description"]


class Api:
    """A client without opinions: JSON by default, or whatever aiohttp is told to send."""

    def __init__(self, telegram: Sandbox, session: aiohttp.ClientSession) -> None:
        self.root = f"{telegram.base_url}{telegram.token}"
        self.session = session

    async def __call__(self, method: str, **values: Any) -> Answer:
        """Call with a JSON body."""
        return await self.send(method, json=values)

    async def send(self, method: str, verb: str = "POST", **how: Any) -> Answer:
        """Call with any body."""
        async with self.session.request(verb, f"{self.root}/{method}", **how) as answer:
            return Answer(answer.status, await answer.json(), answer.headers)


@pytest_asyncio.fixture
async def telegram() -> AsyncIterator[Sandbox]:
    """A sandbox whose rates no test reaches; leaving it checks the contract."""
    async with Sandbox(SandboxOptions(limits=Limits.generous(), webhook_backoff_s=0.01)) as running:
        yield running


@pytest_asyncio.fixture
async def api(telegram: Sandbox) -> AsyncIterator[Api]:
    """A raw client of that sandbox."""
    async with aiohttp.ClientSession() as session:
        yield Api(telegram, session)


@pytest_asyncio.fixture
async def alice(telegram: Sandbox) -> Person:
    """Somebody who pressed Start some time ago."""
    return telegram.person("Alice", started=True)
