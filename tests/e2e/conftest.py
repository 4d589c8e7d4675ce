"""A local Telegram, and the real bot in a process of its own against it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import pytest_asyncio
from served import QUICK, World, invented

from corpus.database import open_database, sqlite_url
from corpus.store import Store
from sandbox import Sandbox

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from sandbox import Person


@pytest_asyncio.fixture
async def telegram() -> AsyncIterator[Sandbox]:
    """A local Telegram in quick time; a call that breaks the contract fails the test."""
    async with Sandbox(QUICK) as sandbox:
        yield sandbox


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def world(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[World]:
    """A Telegram with a running bot; a call that breaks the contract fails the last test of the module."""
    async with Sandbox(QUICK) as sandbox:
        made = invented(sandbox, tmp_path_factory.mktemp("world"))
        await made.start()
        yield World(sandbox, made)
        await made.close()


@pytest.fixture
def olga(world: World) -> Iterator[Person]:
    """The owner, who has read everything."""
    assert world.owner is not None
    world.owner.read_all()
    yield world.owner
    assert world.telegram.violations == []


@pytest.fixture
def store(world: World) -> Iterator[Store]:
    """The corpus on disk."""
    made = Store(open_database(sqlite_url(world.server.directory / "corpus.sqlite")))
    yield made
    made.close()
