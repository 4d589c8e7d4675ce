"""What people see when they type `@bot …` into any chat."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING

import pytest
import pytest_asyncio
from fake_answering import save
from served import CAST, COUNCIL, QUICK, SLOW, SPOKEN, TOLD, World, invented

from bot.chat import guides
from bot.readers import texts_readers
from sandbox import Fault, Sandbox

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

pytestmark = pytest.mark.asyncio(loop_scope="module")

FERRY = "what did Mina Okafor say about the ferry"
LATE_S = 2.0


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def world(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[World]:
    """A running bot over articles in which people speak."""
    async with Sandbox(QUICK) as sandbox:
        made = invented(sandbox, tmp_path_factory.mktemp("inline"))
        save(made.articles, SPOKEN, SLOW, CAST, TOLD)
        await made.start()
        yield World(sandbox, made)
        await made.close()


@pytest.fixture(autouse=True)
def _restored(world: World) -> Iterator[None]:
    """Each test begins with the same articles, and breaks no rule of Telegram's."""
    save(world.server.articles, SPOKEN, SLOW, CAST, TOLD)
    before = len(world.telegram.errors)
    yield
    assert world.telegram.violations == []
    assert world.telegram.errors[before:] == []


async def test_quotations_are_offered_and_sent(world: World) -> None:
    """Results show who spoke and what; the chosen one is a quotation with speaker, article, date and link."""
    ann, ben = world.telegram.person("Ann"), world.telegram.person("Ben")
    group = world.telegram.group("Friends", [ann, ben], bot="left")
    answer = await ann.ask_inline(FERRY, chat=group)
    assert answer.titles == ["Mina Okafor"] * 3
    assert [each["description"] for each in answer.results] == ["“The ferry will stay free of charge,”"] * 3
    assert answer.button is None
    (call,) = world.telegram.calls_of("answerInlineQuery")[-1:]
    assert call.values["cache_time"] <= 10
    assert call.values["is_personal"] is True
    first = dict(answer.results[0], title="first")
    sent = await ann.choose(type(answer)(answer.query_id, answer.query, (first,)), "first", chat=group)
    assert sent.text == (
        f"💬 Mina Okafor, mayor of Port Vell\n{COUNCIL.format(n=1)}\nHarbour Gazette · 2 May 2024 · Article 1"
    )
    assert sent.parts("expandable_blockquote") == [COUNCIL.format(n=1)]
    assert sent.parts("bold") == ["Mina Okafor", "“The ferry will stay free of charge,”"]
    assert sent.labels == ["Source"]
    tap = await ben.tap("Source", on=sent)
    assert tap.url is not None
    assert tap.url.startswith("https://gazette.example/articles/1#:~:text=")


async def test_nothing_typed_gets_a_hint(world: World) -> None:
    """Without a question there is a button that explains, and leads to the private chat."""
    answer = await world.telegram.person("Cas").ask_inline("  ")
    assert answer.results == ()
    assert answer.button == {"text": texts_readers.inline_hint(), "start_parameter": "inline"}


async def test_start_from_inline_greets(world: World) -> None:
    """The button above the results leads to the greeting."""
    dan = world.telegram.person("Dan")
    await dan.press_start("inline")
    assert (await dan.hears()).text == guides.greeting()


async def test_nothing_found_is_told(world: World) -> None:
    """Where no article answers, there are no results, and the button says so."""
    answer = await world.telegram.person("Eva").ask_inline("who won the regatta")
    assert (answer.results, answer.button and answer.button["text"]) == ((), texts_readers.inline_nothing())


async def test_name_of_several_shows_who_is_who(world: World) -> None:
    """Where a name fits several speakers, the words of each are offered under their names, and the button says so."""
    answer = await world.telegram.person("Fay").ask_inline("what did Okafor say about the ferry")
    assert answer.titles == ["Mina Okafor"] * 3 + ["Tobi Okafor"]
    assert answer.button is not None
    assert answer.button["text"] == texts_readers.inline_which("Okafor")


async def test_removed_and_changed_articles_are_not_offered(world: World) -> None:
    """Every quotation is compared with its article right before it is offered."""
    changed = dict(SPOKEN[1], text="All of it is new.")
    save(world.server.articles, [SPOKEN[0], changed, *SPOKEN[3:]], SLOW, CAST, [TOLD[0], *TOLD[2:]])
    answer = await world.telegram.person("Gil").ask_inline(FERRY)
    words = COUNCIL.format(n=1).partition("“")[2].partition("”")[0]
    assert [words in each["input_message_content"]["message_text"] for each in answer.results] == [True]


async def test_passage_without_speaker_is_called_by_its_article(world: World) -> None:
    """A passage is offered under the title of its article."""
    answer = await world.telegram.person("Hal").ask_inline("who spoke up.")
    assert answer.titles == ["Pilots"]
    assert answer.results[0]["description"] == "Pilots spoke up."


async def test_slow_answer_shows_what_is_there(world: World) -> None:
    """When an answer takes longer than people wait, a button says so in time."""
    ida = world.telegram.person("Ida")
    began = time.monotonic()
    answer = await ida.ask_inline("look sluggish ferry")
    assert time.monotonic() - began < LATE_S + 0.5
    assert (answer.results, answer.button and answer.button["text"]) == ((), texts_readers.inline_late())
    await asyncio.sleep(3.5)  # until the thread is free again


async def test_only_the_latest_query_of_a_person_is_answered(world: World) -> None:
    """Who types on gets an answer to what they typed last; others are answered meanwhile."""
    jan, kim = world.telegram.person("Jan"), world.telegram.person("Kim")
    before = len(world.telegram.calls_of("answerInlineQuery"))
    typed = [asyncio.create_task(jan.ask_inline(FERRY[:size], timeout=3)) for size in (10, 20, 30)]
    await asyncio.sleep(0.05)
    last, other = await asyncio.gather(jan.ask_inline(FERRY), kim.ask_inline("what did Ola Wren say about bakers"))
    assert last.titles == ["Mina Okafor"] * 3
    assert other.titles == ["Ola Wren"]
    results = await asyncio.gather(*typed, return_exceptions=True)
    assert all(isinstance(each, Exception) for each in results)
    assert len(world.telegram.calls_of("answerInlineQuery")) == before + 2


async def test_who_blocked_the_bot_can_quote(world: World) -> None:
    """Inline mode needs no private chat: it works for who blocked the bot, and sends nothing there."""
    lou = world.telegram.person("Lou", started=True)
    await lou.block()
    answer = await lou.ask_inline("what did Tobi Okafor say about the ferry")
    assert [each["description"] for each in answer.results] == ["that the ferry would sail at night"]
    assert lou.unread() == []


async def test_late_answer_is_no_error(world: World) -> None:
    """Telegram's refusal of an answer that comes too late is passed over, and the next query is answered."""
    mo = world.telegram.person("Mo")
    too_old = "Bad Request: query is too old and response timeout expired or query ID is invalid"
    world.telegram.fail_next("answerInlineQuery", Fault.error(400, too_old))
    with pytest.raises(Exception, match="did not answer"):
        await mo.ask_inline(FERRY, timeout=1.5)
    answer = await mo.ask_inline("what did Ola Wren say about bakers")
    assert [each["description"] for each in answer.results] == ["“a gift to bakers”"]


async def test_inline_queries_survive_a_restart(world: World) -> None:
    """What is asked while the bot is down is answered when it is back."""
    await world.server.stop()
    ned = world.telegram.person("Ned")
    asking = asyncio.create_task(ned.ask_inline(FERRY, timeout=20))
    await asyncio.sleep(0.1)
    await world.server.start()
    assert (await asking).titles == ["Mina Okafor"] * 3
