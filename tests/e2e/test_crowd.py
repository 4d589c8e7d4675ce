"""A crowd: 64 chats that all ask several questions at once, at the platform's limits."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from served import World

    from sandbox import Person, Shown
    from sandbox.gestures import Place

pytestmark = pytest.mark.asyncio(loop_scope="module")

CHATS = 64
GROUPS = 4
QUESTIONS = ("what is scripted?", "what about the bridge?", "what is linkless?", "was anything scripted?")
WORDS = ("An address that is none", "Bridge news 1", "A note without an address", "An address that is none")
LATE_S = 60.0
QUIET_S = 0.5
"""An answer that is sent twice is sent twice within so many seconds, a multiple of what a chat waits here."""


async def answers(person: Person, group: Place | None, count: int) -> list[Shown]:
    """Return the messages that a chat has got, as soon as there are enough, and a moment later."""
    async with asyncio.timeout(LATE_S):
        while len(person.unread(chat=group)) < count:  # noqa: ASYNC110 - messages come from another process
            await asyncio.sleep(0.05)
    await asyncio.sleep(QUIET_S)
    return person.unread(chat=group)


async def test_nothing_is_lost_doubled_or_out_of_order(world: World) -> None:
    """Each question of each chat gets its own answer, once, in the order of the chat, without a single 429."""
    before = len(world.telegram.errors)
    people = [world.telegram.person(f"Reader {n}", started=True) for n in range(CHATS)]
    groups = [world.telegram.group(f"Desk {n}", [people[n]], bot="administrator") for n in range(GROUPS)]
    places: list[Place | None] = [*groups, *[None] * (CHATS - GROUPS)]
    asked: list[list[int]] = [[] for _ in range(CHATS)]
    for number, question in enumerate(QUESTIONS):
        for person, place, mine in zip(people, places, asked, strict=True):
            # Some take a while, so that a line forms; nobody asks what anybody else asks.
            slowly = "slowly " if number == 0 and person in people[::16] else ""
            words = f"{slowly}{person.name.lower()} asks: {question}"
            mine.append((await person.say(f"/ask {words}" if place else words, chat=place)).id)
    heard = await asyncio.gather(
        *(answers(person, place, len(QUESTIONS)) for person, place in zip(people, places, strict=True))
    )
    assert [[each.reply_to for each in chat] for chat in heard] == asked
    for chat in heard:
        assert [words in each.text for words, each in zip(WORDS, chat, strict=True)] == [True] * len(WORDS)
    assert world.telegram.errors[before:] == []
    assert world.telegram.violations == []
