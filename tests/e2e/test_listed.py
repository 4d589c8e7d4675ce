"""A bot that answers only who is on its list, and nobody too often."""

from __future__ import annotations

import asyncio
import signal
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest
import pytest_asyncio
from served import QUICK, invented

from bot.access import texts_access
from bot.chat import guides
from bot.language import speaking
from sandbox import Person, Sandbox

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from served import Bot

    from sandbox import Place

pytestmark = pytest.mark.asyncio(loop_scope="module")

QUESTION = "what is scripted?"
ANSWER = "An address that is none: scripted."
PER_MINUTE = 3


@dataclass(frozen=True)
class Club:
    """A Telegram with a bot that has an owner and a list of readers."""

    telegram: Sandbox
    server: Bot
    owner: Person

    def person(self, name: str, **more: str) -> Person:
        """Return somebody who has started the bot."""
        return self.telegram.person(name, started=True, **more)  # type: ignore[arg-type]

    async def let_in(self, who: Person | Place) -> None:
        """Put somebody on the list."""
        await self.owner.say(f"/readers add {who.id}")
        await self.owner.hears("may ask now")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def club(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Club]:
    """A running bot; a call that breaks the contract fails the last test of the module."""
    async with Sandbox(QUICK) as sandbox:
        owner = sandbox.person("Olga", started=True)
        settings = {"OWNER_ID": str(owner.id), "READERS": "listed", "QUESTIONS_PER_MINUTE": str(PER_MINUTE)}
        made = {f"VERBATIM_{name}": value for name, value in settings.items()}
        server = invented(sandbox, tmp_path_factory.mktemp("club"), **made)
        await server.start()
        yield Club(sandbox, server, owner)
        await server.close()


@pytest.fixture(autouse=True)
def _nothing_wrong(club: Club) -> Iterator[None]:
    """No rule of Telegram's is broken."""
    yield
    assert club.telegram.violations == []


async def idle(club: Club) -> None:
    """Wait until the bot has handled all that was sent to it."""
    for _ in range(200):
        await asyncio.sleep(0.05)
        if not club.telegram.world.updates.pending:
            break
    await asyncio.sleep(0.3)


async def test_strangers_are_turned_away_once(club: Club) -> None:
    """Whatever a stranger sends, the bot says once how to be let in, also over a restart, and answers nothing."""
    stranger = club.telegram.person("Sam")
    await stranger.press_start()
    assert (await stranger.hears()).text == texts_access.not_a_reader(stranger.id)
    for words in (QUESTION, "/help", "/speakers", "/ask what?", "/sources", "hello"):
        await stranger.say(words)
    await idle(club)
    await club.server.stop(signal.SIGKILL)
    await club.server.start()
    await stranger.say(QUESTION)
    await idle(club)
    assert stranger.unread() == []


async def test_a_stranger_asks_first(club: Club) -> None:
    """A question is turned away like everything else, and is not answered later when its writer has been let in."""
    stranger = club.person("Una")
    await stranger.say(QUESTION)
    assert (await stranger.hears()).text == texts_access.not_a_reader(stranger.id)
    await club.let_in(stranger)
    assert (await stranger.hears()).text == "You have been let in: you may ask me now. /help tells how."
    await idle(club)
    assert stranger.unread() == []
    await stranger.say(QUESTION)
    assert (await stranger.hears()).parts("expandable_blockquote") == [ANSWER]


async def test_strangers_see_nothing_inline(club: Club) -> None:
    """An inline query of a stranger has no results, and a button that leads to the bot, who says how to be let in."""
    stranger = club.person("Ian")
    shown = await stranger.ask_inline("what did the mayor say?")
    assert shown.results == ()
    assert shown.button == {"text": "Only for those on the bot’s list", "start_parameter": "let-me-in"}
    await stranger.press_start("let-me-in")
    assert (await stranger.hears()).text == texts_access.not_a_reader(stranger.id)


async def test_strangers_tap_nothing(club: Club) -> None:
    """Buttons under a reader's answer in a group do nothing for who may not read."""
    reader, stranger = club.person("Rob"), club.telegram.person("Tom")
    await club.let_in(reader)
    group = club.telegram.group("Mixed", [reader, stranger])
    await reader.say("/ask what did the mayor say about the bridge?", chat=group)
    answer = await reader.hears(chat=group)
    tap = await stranger.tap("Context 1", on=answer)
    assert (await tap.answered())["text"] == texts_access.not_a_reader(stranger.id)
    await reader.tap("Context 1", on=answer)
    assert "Context of [1]" in (await reader.hears(chat=group)).text


async def test_readers_are_let_in_and_out(club: Club) -> None:
    """By number, user name or reply; the list shows them with a button that takes them off, after a question."""
    reader = club.person("Ria", username="ria_r")
    await reader.say(QUESTION)
    await reader.hears()
    await club.owner.say("/readers add @ria_r")
    assert (await club.owner.hears()).text == f"Ria (@ria_r, {reader.id}) may ask now."
    await reader.hears("let in")
    await club.owner.say("/readers")
    listed = await club.owner.hears()
    assert f"Ria (@ria_r, {reader.id}) · since " in listed.text
    await club.owner.tap("Remove Ria", on=listed)
    question = await club.owner.hears()
    assert question.text == f"Shall Ria (@ria_r, {reader.id}) be taken off the list?"
    await club.owner.tap("Yes, remove", on=question)
    assert (await club.owner.hears()).text == f"Ria (@ria_r, {reader.id}) is off the list."
    assert (await reader.hears()).text == "You have been taken off the list of this bot’s readers."
    await reader.say(QUESTION)
    await idle(club)
    assert reader.unread() == []


async def test_a_listed_group_follows_its_migration(club: Club) -> None:
    """In a listed group everybody may ask, in it alone, also when it has become a supergroup; then it is taken off."""
    member = club.telegram.person("Mia")
    group = club.telegram.group("Reading circle", [member, club.owner])
    await member.say(f"/ask {QUESTION}", chat=group)
    assert (await member.hears(chat=group)).text == texts_access.not_a_readers_group(group.id)
    await member.say(f"/ask {QUESTION}", chat=group)
    await club.owner.say("/readers add", chat=group)
    assert (await member.hears(chat=group)).text == f"Reading circle ({group.id}) may ask now."
    await member.say(f"/ask {QUESTION}", chat=group)
    assert (await member.hears(chat=group)).parts("expandable_blockquote") == [ANSWER]
    await member.press_start()
    assert (await member.hears()).text == texts_access.not_a_reader(member.id)
    large = await club.telegram.migrate(group)
    await member.say(f"/ask {QUESTION}", chat=large)
    assert (await member.hears(chat=large)).parts("expandable_blockquote") == [ANSWER]
    club.owner.read_all()
    await club.owner.say("/readers")
    assert f"Reading circle ({large.id})" in (await club.owner.hears()).text
    await club.owner.say("/readers remove", chat=large)
    await club.owner.tap("Yes, remove", on=await club.owner.hears("Shall", chat=large))
    assert "is off the list" in (await club.owner.hears(chat=large)).text
    await member.say(f"/ask {QUESTION}", chat=large)
    assert (await member.hears("its number", chat=large)).text == texts_access.not_a_readers_group(large.id)


async def test_too_many_questions_wait(club: Club) -> None:
    """Beyond the rate a reader is told once how long to wait; a restart gives nothing back; admins are exempt."""
    reader = club.person("Rex")
    await club.let_in(reader)
    await reader.hears("let in")
    began = time.monotonic()
    for _ in range(2 * PER_MINUTE):
        await reader.say(QUESTION)
    for _ in range(PER_MINUTE):
        assert (await reader.hears("scripted", timeout=30)).parts("expandable_blockquote") == [ANSWER]
    await idle(club)
    told = [each.text for each in club.telegram.messages(reader) if "at once" in each.text]
    assert told in [[texts_access.too_many(seconds)] for seconds in range(1, 61)]
    reader.read_all()
    await club.server.stop(signal.SIGKILL)
    await club.server.start()
    for _ in range(PER_MINUTE):
        await reader.say(QUESTION)
    await reader.say("/help")
    await reader.hears(guides.guide(), timeout=30)
    # On a busy machine all this takes so long that a token or two have come back; a full bucket would hold all.
    given_back = int((time.monotonic() - began) * PER_MINUTE / 60)
    answers = [each for each in club.telegram.messages(reader) if each.parts("expandable_blockquote")]
    assert len(answers) <= PER_MINUTE + given_back
    club.owner.read_all()
    for _ in range(PER_MINUTE + 2):
        await club.owner.say(QUESTION)
    for _ in range(PER_MINUTE + 2):
        assert (await club.owner.hears()).parts("expandable_blockquote") == [ANSWER]


async def test_korean_strangers_are_turned_away_in_their_language(club: Club) -> None:
    """Who cannot ask is told so in the language of their Telegram."""
    stranger = club.person("지우", language="ko-KR")
    await stranger.say(QUESTION)
    with speaking("ko"):
        assert (await stranger.hears()).text == texts_access.not_a_reader(stranger.id)
