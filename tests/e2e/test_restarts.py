"""What a stop, a crash and a second process do: no question is lost, none is answered twice."""

from __future__ import annotations

import asyncio
import signal
from typing import TYPE_CHECKING

import pytest
import pytest_asyncio
from fake_answering import save
from served import ARTICLES, QUICK, SLOW, invented

from bot.chat import texts
from sandbox import Fault, Sandbox, SandboxOptions

if TYPE_CHECKING:
    from pathlib import Path

    from served import Bot, World

pytestmark = pytest.mark.asyncio(loop_scope="module")

ANSWER = "An address that is none: scripted."
QUESTION = "who mentioned the bridge?"


@pytest.fixture
def telegram(world: World) -> Sandbox:
    """The local Telegram of the module."""
    return world.telegram


@pytest_asyncio.fixture(loop_scope="module")
async def server(world: World) -> Bot:
    """The bot of the module, running, over all articles."""
    save(world.server.articles, ARTICLES, SLOW)
    if world.server.process is None or world.server.process.returncode is not None:
        world.server.command[-1] = "8"
        await world.server.start()
    return world.server


async def test_stop_finishes_what_is_under_way(telegram: Sandbox, server: Bot) -> None:
    """SIGTERM lets an answer be finished; the process ends with success, and a second start answers nothing again."""
    ann = telegram.person("Ann", started=True)
    await ann.say("look slowly scripted")
    await telegram.wait_for_call("sendChatAction")
    assert await server.stop(signal.SIGTERM) == 0
    assert (await ann.hears(timeout=1)).parts("expandable_blockquote") == [ANSWER]
    await server.start()
    assert await server.stop(signal.SIGINT) == 0
    assert ann.unread() == []


async def test_stop_leaves_the_rest_to_the_next_start(telegram: Sandbox, server: Bot) -> None:
    """Questions that a stop does not wait for are answered by the next start, each once, in their order."""
    await server.stop()
    server.command[-1] = "0.3"
    await server.start()
    ben = telegram.person("Ben", started=True)
    asked = [await ben.say(f"look slowly {number} scripted") for number in range(2)]
    await telegram.wait_for_call("sendChatAction")
    assert await server.stop() == 0
    assert ben.unread() == []
    await server.start()
    answers = [await ben.hears("scripted", timeout=25) for _ in range(2)]
    assert [answer.reply_to for answer in answers] == [question.id for question in asked]
    await asyncio.sleep(0.6)
    assert ben.unread() == []


async def test_crash_loses_no_question(telegram: Sandbox, server: Bot) -> None:
    """A question whose update was confirmed before kill -9 is answered after the restart, and a new one behind it."""
    cas = telegram.person("Cas", started=True)
    first = await cas.say("look slowly scripted")
    await telegram.wait_for_call("sendChatAction")
    await telegram.world.until(lambda: True if not telegram.world.updates.pending else None, 5)
    await server.stop(signal.SIGKILL)
    second = await cas.say("what is linkless?")
    await server.start()
    assert [(await cas.hears(timeout=20)).reply_to, (await cas.hears()).reply_to] == [first.id, second.id]
    await asyncio.sleep(0.6)
    assert cas.unread() == []


async def test_crash_while_sending_sends_nothing_twice(telegram: Sandbox, server: Bot) -> None:
    """When kill -9 hits between sending and hearing that it arrived, the answer is not repeated; a note says so."""
    dee = telegram.person("Dee", started=True)
    telegram.fail_next("sendMessage", Fault.slow(5))
    await dee.say("what is scripted?")
    assert (await dee.hears()).parts("expandable_blockquote") == [ANSWER]
    await server.stop(signal.SIGKILL)
    await server.start()
    assert (await dee.hears()).text == texts.maybe_lost()
    await dee.say("what is linkless?")
    assert "linkless" in (await dee.hears()).text
    assert await server.stop() == 0
    assert dee.unread() == []


async def test_buttons_survive_a_restart(telegram: Sandbox, server: Bot) -> None:
    """Context and More of an earlier run's answer work; those of removed and changed articles say what happened."""
    eli = telegram.person("Eli", started=True)
    await eli.say(QUESTION)
    answer = await eli.hears()
    await server.stop()
    changed = dict(ARTICLES[1], text=str(ARTICLES[1]["text"]).replace("spring", "autumn"))
    save(server.articles, [ARTICLES[0], changed, *ARTICLES[3:]])
    await server.start()
    tap = await eli.tap("Context 1", on=answer)
    assert not (await tap.answered()).get("text")
    assert "met on day 1" in (await eli.hears()).text
    for label in ("Context 2", "Context 3"):
        tap = await eli.tap(label, on=answer)
        assert (await tap.answered())["text"] == texts.gone()
    save(server.articles, [*ARTICLES[:3], ARTICLES[4]])
    await eli.tap("More (2)", on=answer)
    more = await eli.hears()
    assert [line for line in more.text.splitlines() if line.startswith("[")] == ["[4] Bridge news 5"]


async def test_more_of_removed_articles_says_so(telegram: Sandbox, server: Bot) -> None:
    """When all that is left to show was removed, More says so."""
    fay = telegram.person("Fay", started=True)
    await fay.say(QUESTION)
    answer = await fay.hears()
    save(server.articles, ARTICLES[:2])
    tap = await fay.tap("More (2)", on=answer)
    assert (await tap.answered())["text"] == texts.none_left()


async def test_repeated_update_is_answered_once(telegram: Sandbox, server: Bot) -> None:
    """An update that Telegram delivers twice, also across a restart, is answered once."""
    gil = telegram.person("Gil", started=True)
    await gil.say("what is scripted?")
    (update,) = [dict(each) for each in telegram.world.updates.pending]
    await gil.hears()
    telegram.world.updates.pending.append(update)
    telegram.world.updates._wake()
    await asyncio.sleep(0.6)
    assert await server.stop() == 0
    telegram.world.updates.pending.append(update)
    await server.start()
    await gil.say("what is linkless?")
    assert "linkless" in (await gil.hears()).text
    assert gil.unread() == []


async def test_second_process_of_a_directory_is_refused(telegram: Sandbox, server: Bot, tmp_path: Path) -> None:
    """A second process with the same data directory ends at once with a clear message; the first goes on."""
    second = invented(telegram, tmp_path / "second", VERBATIM_DATA_DIR=str(server.directory))
    await second.start(ready=False)
    assert await second.ended() == 1
    assert "error: another process serves the bot of" in second.log
    hal = telegram.person("Hal", started=True)
    await hal.say("what is scripted?")
    assert (await hal.hears()).parts("expandable_blockquote") == [ANSWER]


async def test_older_poller_stops_with_a_clear_message(telegram: Sandbox, server: Bot, tmp_path: Path) -> None:
    """When another process polls for the same bot, the older one says so and ends; the other serves."""
    other = invented(telegram, tmp_path / "other")
    await other.start()
    try:
        assert await server.ended() == 1
        assert "error: another process gets this bot's updates" in server.log
        ivy = telegram.person("Ivy", started=True)
        await ivy.say("what is scripted?")
        assert (await ivy.hears()).parts("expandable_blockquote") == [ANSWER]
    finally:
        await other.close()


async def test_wrong_token_is_told_and_kept_secret(tmp_path: Path) -> None:
    """A token that Telegram does not know ends the process with a sentence that does not contain it."""
    async with Sandbox(SandboxOptions(token="987654321:AAH-another_token_of_no_value_at_all")) as telegram:
        server = invented(telegram, tmp_path / "data", VERBATIM_TELEGRAM_TOKEN="123456789:AAF-unknown_to_telegram")
        await server.start(ready=False)
        assert await server.ended() == 1
        assert "error: Telegram refuses the bot's token. Set VERBATIM_TELEGRAM_TOKEN" in server.log
        assert "AAF-unknown" not in server.log


async def test_revoked_token_ends_the_process(telegram: Sandbox, server: Bot) -> None:
    """When Telegram does not know the token any more, the bot says so and ends, instead of polling for nothing."""
    telegram.fail_next("getUpdates", Fault.error(401, "Unauthorized"))
    ida = telegram.person("Ida", started=True)
    await ida.say("what is scripted?")  # wakes the poll that waits
    assert await server.ended() == 1
    assert "error: Telegram refuses the bot's token" in server.log
    await server.start()
    assert (await ida.hears()).parts("expandable_blockquote") == [ANSWER]


UNREACHABLE = "Telegram cannot be reached"
"""What the bot writes whenever it has tried in vain."""


async def test_start_waits_for_telegram(tmp_path: Path) -> None:
    """When Telegram is down at the start, the bot tries again until it is up, and can be stopped meanwhile."""
    telegram = Sandbox(QUICK)
    async with telegram:
        telegram.fail_next("getMe", Fault.bad_gateway())
        server = invented(telegram, tmp_path / "data")
        await server.start()
        jo = telegram.person("Jo", started=True)
        await jo.say("what is scripted?")
        assert (await jo.hears()).parts("expandable_blockquote") == [ANSWER]
        assert await server.stop() == 0
    before = server.log.count(UNREACHABLE)
    await server.start(ready=False)
    async with asyncio.timeout(30):
        while server.log.count(UNREACHABLE) == before:  # noqa: ASYNC110  (the log is a file)
            await asyncio.sleep(0.1)
    assert await server.stop() == 0
    await server.close()
