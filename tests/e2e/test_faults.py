"""What becomes of answers when Telegram or the network misbehaves: none is lost silently, none is sent twice."""

from __future__ import annotations

import asyncio
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from served import RATING

from bot.access import texts_access
from bot.chat import texts
from sandbox import Fault, Person, Shown

if TYPE_CHECKING:
    from served import World

pytestmark = pytest.mark.asyncio(loop_scope="module")

QUESTION = "what is scripted?"
ANSWER = "An address that is none: scripted."
TOO_LONG = Fault.error(400, "Bad Request: message is too long")
UNPARSABLE = Fault.error(400, "Bad Request: can't parse entities: unsupported start tag at byte offset 5")
BAD_BUTTON = Fault.error(400, "Bad Request: inline keyboard button URL 'https://x.example' is invalid: Wrong HTTP URL")


async def asked_during(world: World, name: str, *faults: Fault, question: str = QUESTION) -> tuple[Person, Shown]:
    """Return a person and the message that answered, with faults planned for the first tries."""
    person = world.telegram.person(name, started=True)
    for fault in faults:
        world.telegram.fail_next("sendMessage", fault)
    await person.say(question)
    return person, await person.hears(timeout=20)


async def quiet(world: World, person: Person, seconds: float = 0.7) -> list[Shown]:
    """Return what the bot shows within the next seconds."""
    await asyncio.sleep(seconds)
    assert world.telegram.violations == []
    return person.unread()


async def test_flood_wait_is_waited_for(world: World) -> None:
    """After a 429 the answer comes once, after the time that Telegram named."""
    ann, answer = await asked_during(world, "Ann", Fault.too_many_requests(1))
    assert answer.parts("expandable_blockquote") == [ANSWER]
    tries = world.telegram.calls_of("sendMessage")[-2:]
    assert tries[1].at - tries[0].at >= 1
    assert await quiet(world, ann) == []


async def test_server_errors_are_tried_again(world: World) -> None:
    """A 502 with an HTML page and a 500 are no obstacles: the answer comes once."""
    ben, answer = await asked_during(world, "Ben", Fault.bad_gateway(), Fault.server_error())
    assert answer.parts("expandable_blockquote") == [ANSWER]
    assert await quiet(world, ben) == []


async def test_lost_answer_is_not_sent_again(world: World) -> None:
    """When a send was executed but its answer was lost, the answer is not repeated; a note says what to do."""
    cleo, answer = await asked_during(world, "Cleo", Fault.answer_lost())
    assert answer.parts("expandable_blockquote") == [ANSWER]
    assert (await cleo.hears()).text == texts.maybe_lost()
    assert await quiet(world, cleo) == []


async def test_lost_request_is_not_silent(world: World) -> None:
    """When the connection broke before a send was executed, which looks just the same, the note comes alone."""
    dan, note = await asked_during(world, "Dan", Fault.reset())
    assert note.text == texts.maybe_lost()
    await dan.say(QUESTION)
    assert (await dan.hears()).parts("expandable_blockquote") == [ANSWER]
    assert await quiet(world, dan) == []


async def test_slow_server_delays_but_does_not_repeat(world: World) -> None:
    """A send that Telegram answers late is waited for, and the next message of the chat waits behind it."""
    ela = world.telegram.person("Ela", started=True)
    world.telegram.fail_next("sendMessage", Fault.slow(1))
    await ela.say(QUESTION)
    await ela.say("what is linkless?")
    assert (await ela.hears()).parts("expandable_blockquote") == [ANSWER]
    assert "linkless" in (await ela.hears()).text
    assert await quiet(world, ela) == []


async def test_refused_markup_falls_back_to_plain_text(world: World) -> None:
    """When Telegram cannot read the markup, the same words come once as plain text, with their buttons."""
    fred, answer = await asked_during(world, "Fred", UNPARSABLE, question="what is hostile?")
    assert answer.parts("expandable_blockquote") == []
    assert "“she said <i>yes & no</i> to it” 😀" in answer.text
    assert answer.labels == ["Context", "Source", *RATING]
    assert await quiet(world, fred) == []


async def test_refused_length_falls_back_to_pieces(world: World) -> None:
    """When Telegram finds a message too long, its words come in plain pieces, the buttons under the last."""
    gus, first = await asked_during(world, "Gus", TOO_LONG, question="how long was the list?")
    second = await gus.hears(timeout=15)
    assert (first.labels, first.parts("expandable_blockquote")) == ([], [])
    assert first.text.endswith("remembers.")
    assert second.text.startswith("The harbour master")


async def test_refused_button_is_left_out(world: World) -> None:
    """When Telegram refuses the address of a button, the answer comes without link buttons."""
    _, answer = await asked_during(world, "Hal", BAD_BUTTON, question="who mentioned the bridge?")
    assert answer.labels == ["Context 1", "Context 2", "Context 3", "More (2)", *RATING]


async def test_deleted_question_is_answered_without_reply(world: World) -> None:
    """A question that was deleted meanwhile is answered all the same."""
    ira = world.telegram.person("Ira", started=True)
    question = await ira.say("look slowly scripted")
    await ira.delete(question)
    answer = await ira.hears()
    assert answer.reply_to is None
    assert answer.parts("expandable_blockquote") == [ANSWER]


async def test_blocked_bot_gives_up_quietly(world: World) -> None:
    """Somebody who blocks the bot while it works is left alone, and others are served."""
    jil = world.telegram.person("Jil", started=True)
    await jil.say("look slowly scripted")
    await jil.block()
    kai, answer = await asked_during(world, "Kai")
    assert answer.parts("expandable_blockquote") == [ANSWER]

    def refused() -> list[str]:
        errors = [each for each in world.telegram.errors if each.code == 403 and each.method == "sendMessage"]
        return [each.values["chat_id"] for each in errors]

    await world.telegram.world.until(lambda: refused() or None, 10)
    assert refused() == [str(jil.id)]
    assert await quiet(world, kai, 0.5) == []


async def test_migrated_group_is_followed(world: World) -> None:
    """An answer to a group that became a supergroup goes to the supergroup."""
    liv = world.telegram.person("Liv")
    group = world.telegram.group("Moving", [liv])
    await liv.say("/ask look slowly scripted", chat=group)
    await asyncio.sleep(0.3)
    new = await world.telegram.migrate(group)
    answer = await liv.hears("scripted", chat=new)
    assert answer.parts("expandable_blockquote") == [ANSWER]
    tap = await liv.tap("Context", on=answer)
    assert (await tap.answered())["text"] == texts.no_context()


async def test_late_tap_is_served_without_its_acknowledgement(world: World) -> None:
    """A tap that cannot be acknowledged any more ("query is too old") is done all the same."""
    mo, answer = await asked_during(world, "Mo", question="who mentioned the bridge?")
    too_old = "Bad Request: query is too old and response timeout expired or query ID is invalid"
    world.telegram.fail_next("answerCallbackQuery", Fault.error(400, too_old))
    await mo.tap("Context 1", on=answer)
    assert "Context of [1]" in (await mo.hears()).text


async def test_forged_button_opens_no_other_chat(world: World) -> None:
    """A button that reports another chat's answer, or nonsense, is answered politely and shows nothing."""
    nia, answer = await asked_during(world, "Nia", question="who mentioned the bridge?")
    oz, other = await asked_during(world, "Oz", question="who mentioned the bridge?")
    (button,) = [each for row in answer.buttons for each in row if each.label == "Context 1"]
    stored = world.telegram.world.chats[oz.id].messages[other.id]
    expected = dict.fromkeys((button.data, "c:99999:0:1", "m:99999:3"), texts.expired())
    for data, words in (expected | dict.fromkeys(("c:1:1", "nonsense"), texts_access.admins_only())).items():
        stored.markup = {"inline_keyboard": [[{"text": "Forged", "callback_data": data}]]}
        tap = await oz.tap("Forged", on=other)
        assert (await tap.answered())["text"] == words
    assert await quiet(world, oz, 0.3) == []
    assert nia.unread() == []


async def test_polling_survives_an_outage(world: World) -> None:
    """Failing polls are tried again, and what was asked meanwhile is answered."""
    world.telegram.fail_next("getUpdates", Fault.bad_gateway())
    pam = world.telegram.person("Pam", started=True)
    await pam.say(QUESTION)
    world.telegram.fail_next("getUpdates", Fault.reset())
    assert (await pam.hears(timeout=20)).parts("expandable_blockquote") == [ANSWER]


async def test_group_rate_is_kept(world: World) -> None:
    """Answers into a group keep their distance; the bot waits instead of running into a 429."""
    rae = world.telegram.person("Rae")
    group = world.telegram.group("Busy", [rae])
    before = len(world.telegram.errors)
    for _ in range(3):
        await rae.say("/ask what is scripted?", chat=group)
    answers = [await rae.hears("scripted", chat=group) for _ in range(3)]
    calls = [call for call in world.telegram.calls_of("sendMessage") if call.values["chat_id"] == group.id]
    assert len({each.id for each in answers}) == 3
    assert all(later.at - earlier.at >= 0.2 for earlier, later in pairwise(calls))
    assert world.telegram.errors[before:] == []
