"""What people see when they ask: private chats, groups, buttons, long and hostile articles."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest
from served import HOSTILE, LONG, RATING

from bot.access import texts_access
from bot.chat import guides, texts
from bot.readers import texts_readers
from sandbox import Person, Shown, Upload
from sandbox.texts import units

if TYPE_CHECKING:
    from collections.abc import Iterator

    from served import World

pytestmark = pytest.mark.asyncio(loop_scope="module")

QUOTED = "“The new bridge will open in spring,” said Mina Okafor, the mayor, for the {n}. time."
QUESTION = "what did the mayor say about the bridge?"


@pytest.fixture(autouse=True)
def _nothing_wrong(world: World) -> Iterator[None]:
    """Every call was within the contract, and none was refused or too fast."""
    before = len(world.telegram.errors)
    yield
    assert world.telegram.violations == []
    assert world.telegram.errors[before:] == []


def quotations(message: Shown) -> list[str]:
    """Return the quotations of a message."""
    return message.parts("expandable_blockquote")


async def asked(person: Person, question: str = QUESTION) -> Shown:
    """Return the answer to a question asked in private."""
    await person.say(question)
    return await person.hears()


async def test_start_greets_and_help_explains(world: World) -> None:
    """/start greets, also when it comes from a deep link, and /help explains the buttons."""
    alice = world.telegram.person("Alice")
    await alice.press_start()
    assert (await alice.hears()).text == guides.greeting()
    await alice.press_start("campaign-42")
    assert (await alice.hears()).text == guides.greeting()
    await alice.say("/help")
    more = texts_readers.more_help(world.telegram.options.username)
    assert (await alice.hears()).text == f"{guides.guide()}\n\n{more}"


async def test_menu_offers_the_commands(world: World) -> None:
    """The command menu is set at the start."""
    await world.telegram.wait_for_call("setMyCommands")
    expected = guides.commands() | texts_readers.commands()
    assert world.telegram.person("Ann", started=True).commands() == expected


async def test_answer_quotes_word_for_word(world: World) -> None:
    """The first three passages are quoted exactly, numbered, attributed, linked, as a reply to the question."""
    bob = world.telegram.person("Bob", started=True)
    question = await bob.say(QUESTION)
    answer = await bob.hears()
    assert answer.reply_to == question.id
    assert quotations(answer) == [QUOTED.format(n=n) for n in (1, 2, 3)]
    assert answer.parts("bold") == [
        words for n in (1, 2, 3) for words in (f"Bridge news {n}", "“The new bridge will open in spring,”")
    ]
    lines = [line for line in answer.text.splitlines() if line.startswith(("[", "Harbour"))]
    assert lines == [
        line for n in (1, 2, 3) for line in (f"[{n}] Bridge news {n}", f"Harbour Gazette · {n + 1} May 2024")
    ]
    assert answer.labels == [
        "Context 1",
        "Source 1",
        "Context 2",
        "Source 2",
        "Context 3",
        "Source 3",
        "More (2)",
        *RATING,
    ]
    assert "typing" in world.telegram.actions(bob)


async def test_link_previews_are_off(world: World) -> None:
    """No message shows a preview of a linked article."""
    await asked(world.telegram.person("Bo", started=True))
    sent = world.telegram.calls_of("sendMessage")[-1]
    assert sent.values["link_preview_options"] == {"is_disabled": True}


async def test_source_leads_to_the_words(world: World) -> None:
    """The Source button opens the article at the quoted words."""
    carl = world.telegram.person("Carl", started=True)
    answer = await asked(carl)
    tap = await carl.tap("Source 2", on=answer)
    assert tap.url is not None
    words = "%E2%80%9CThe%20new%20bridge%20will%20open,mayor%2C%20for%20the%202.%20time."
    assert tap.url == f"https://gazette.example/articles/2#:~:text={words}"


async def test_context_shows_the_neighbouring_paragraphs(world: World) -> None:
    """Context replies with the paragraphs around the passage, in which the passage is bold."""
    dora = world.telegram.person("Dora", started=True)
    answer = await asked(dora)
    tap = await dora.tap("Context 3", on=answer)
    assert not (await tap.answered()).get("text")
    context = await dora.hears()
    words = QUOTED.format(n=3)
    assert context.reply_to == answer.id
    assert quotations(context) == [
        f"The council of Port Vell met on day 3.\n\n{words}\n\nWork on it began two years ago."
    ]
    assert context.parts("bold") == [words]
    assert context.text.startswith("Context of [3]")
    assert context.labels == ["Source"]


async def test_more_continues_the_numbers(world: World) -> None:
    """More shows the next passages with the next numbers, once, and leaves the keyboard."""
    eve = world.telegram.person("Eve", started=True)
    answer = await asked(eve)
    tap = await eve.tap("More (2)", on=answer)
    again = await eve.tap("More (2)", on=answer)
    assert not (await tap.answered()).get("text")
    more = await eve.hears()
    assert quotations(more) == [QUOTED.format(n=n) for n in (4, 5)]
    assert [line[:3] for line in more.text.splitlines() if line.startswith("[")] == ["[4]", "[5]"]
    assert more.labels == ["Context 4", "Source 4", "Context 5", "Source 5"]
    assert (await again.answered())["text"] == texts.shown_below()
    await eve.hears(where=lambda each: each.id == answer.id and each.edited)
    assert "More (2)" not in eve.sees(answer).labels
    assert eve.unread() == []


async def test_nothing_found_says_what_was_searched(world: World) -> None:
    """Without an answer the bot says so, names what it looked through, and labels the nearest passages."""
    finn = world.telegram.person("Finn", started=True)
    answer = await asked(finn, "who won the regatta?")
    lead = answer.text.splitlines()[:3:2]
    assert lead == [
        "I found nothing about that. I looked through 9 articles from 2 May 2024 to 10 May 2024.",
        texts.nearest(),
    ]
    assert len(quotations(answer)) == 3
    assert answer.labels[-4:] == ["Source 3", *RATING]


async def test_hostile_article_is_shown_as_it_is(world: World) -> None:
    """Markup, entities, joined emoji and right-to-left text of an article reach the person unchanged."""
    gina = world.telegram.person("Gina", started=True)
    answer = await asked(gina, "what about <b>the</b> hostile?")
    assert quotations(answer) == [HOSTILE.split("\n\n")[1]]
    assert answer.parts("bold") == ["<b>Hostile</b> & co", "“she said <i>yes & no</i> to it”", "„כן”"]
    assert answer.text.startswith("[1] <b>Hostile</b> & co\n")
    assert answer.text.endswith("\n<i>Mirror</i> · 7 May 2024")
    assert "https://evil.example" not in [link for link in answer.links if link.startswith("https://evil.example'")]


async def test_long_passage_is_split_between_sentences(world: World) -> None:
    """A passage of two messages is shown whole, in parts that end with sentences and stay within 4096 units."""
    hugo = world.telegram.person("Hugo", started=True)
    await hugo.say("how long was the list?")
    first, second = await hugo.hears(), await hugo.hears(timeout=15)
    (one,), (two,) = quotations(first), quotations(second)
    assert f"{one} {two}" == LONG.split("\n\n")[1]
    assert one.endswith("remembers.")
    assert "part 1 of 2" in first.text
    assert "part 2 of 2" in second.text
    assert max(units(first.text), units(second.text)) <= 4096
    assert (first.labels, second.labels) == ([], ["Context", "Source", *RATING])


async def test_article_without_usable_address_has_no_source(world: World) -> None:
    """An article without an address, or with one that is not of the web, is cited without a link."""
    ida = world.telegram.person("Ida", started=True)
    none = await asked(ida, "what is linkless?")
    assert none.labels == ["Context", *RATING]
    assert none.text.startswith("[1] a8\n")
    assert none.text.endswith("\nHarbour Gazette · 9 May 2024")
    other = await asked(ida, "what is scripted?")
    assert other.labels == ["Context", *RATING]
    assert other.links == []
    tap = await ida.tap("Context", on=other)
    assert (await tap.answered())["text"] == texts.no_context()


async def test_what_is_no_question_gets_a_hint(world: World) -> None:
    """Unknown commands, an empty /ask, files and albums get one friendly hint each; edits get nothing."""
    jan = world.telegram.person("Jan", started=True)
    await jan.say("/nonsense")
    assert (await jan.hears()).text == texts.unknown_command()
    await jan.say("/ask")
    assert (await jan.hears()).text == texts.empty_ask()
    await jan.upload(Upload("notes.pdf", b"%PDF-"))
    assert (await jan.hears()).text == texts.no_text()
    photo = Upload("a.jpg", b"\xff\xd8\xff", photo=True)
    await jan.upload(photo, photo, photo)
    assert (await jan.hears()).text == texts.no_text()
    question = await jan.say("/ask who mentioned the spring?")
    assert "[1]" in (await jan.hears()).text
    await jan.edit(question, "who mentioned the bridge?")
    await jan.say("what is scripted?")
    assert "scripted" in (await jan.hears()).text
    assert jan.unread() == []


async def test_bot_without_owner_lists_and_corrects_nothing(world: World) -> None:
    """Where no owner is set nobody changes speakers, and a collection in which nobody speaks says so."""
    joe = world.telegram.person("Joe", started=True)
    await joe.say("/speakers")
    assert (await joe.hears()).text == "No speaker is known yet."
    await joe.say("/speakers merge 1 = 2")
    assert (await joe.hears()).text == texts_access.admins_only()


async def test_groups_ask_by_command_mention_and_reply(world: World) -> None:
    """In a group the bot answers /ask, /ask@its name, mentions and replies to it, and nothing else."""
    kim, lou = world.telegram.person("Kim"), world.telegram.person("Lou")
    group = world.telegram.group("Readers", [kim, lou], bot="administrator")
    name = world.telegram.options.username
    await kim.say("what about the bridge?", chat=group)
    await kim.say("/ask@other_bot what about the bridge?", chat=group)
    first = await kim.say("/ask what is scripted?", chat=group)
    answer = await kim.hears(chat=group)
    assert answer.reply_to == first.id
    second = await lou.say(f"/ask@{name} what is linkless?", chat=group)
    assert (await lou.hears("linkless", chat=group)).reply_to == second.id
    third = await lou.say(f"@{name}, what is scripted?", chat=group)
    assert (await lou.hears("scripted", chat=group)).reply_to == third.id
    fourth = await kim.say("and what is linkless?", chat=group, reply_to=answer)
    assert (await lou.hears("linkless", chat=group)).reply_to == fourth.id
    fifth = await lou.say("/ask", chat=group)
    assert (await lou.hears(chat=group)).reply_to == fifth.id
    assert lou.unread(chat=group) == []


async def test_ask_as_a_reply_asks_that_message(world: World) -> None:
    """/ask alone, as a reply to somebody's text, asks what that text says."""
    mia, ned = world.telegram.person("Mia"), world.telegram.person("Ned")
    group = world.telegram.group("Friends", [mia, ned])
    said = await mia.say("I wonder what is scripted?", chat=group)
    command = await ned.say("/ask", chat=group, reply_to=said)
    answer = await ned.hears(chat=group)
    assert answer.reply_to == command.id
    assert quotations(answer) == ["An address that is none: scripted."]


async def test_chat_order_is_kept_and_others_are_not_held_up(world: World) -> None:
    """Quick questions behind a slow one are answered after it; another chat is answered meanwhile; typing goes on."""
    olga, paul = world.telegram.person("Olga", started=True), world.telegram.person("Paul", started=True)
    slow = await olga.say("please look sluggish scripted")
    quick = await olga.say("what is linkless?")
    await paul.say("what is scripted?")
    await paul.hears("scripted", timeout=4)
    assert olga.unread() == []
    assert [(await olga.hears()).reply_to, (await olga.hears()).reply_to] == [slow.id, quick.id]
    assert world.telegram.actions(olga).count("typing") >= 3


async def test_question_that_fails_gets_an_apology(world: World) -> None:
    """An unexpected error is told in a sentence, without a traceback, and is logged."""
    quinn = world.telegram.person("Quinn", started=True)
    assert (await asked(quinn, "what is kaboom?")).text == texts.apology()
    assert "RuntimeError: kaboom" in world.server.log


async def test_people_beyond_the_limits_are_served_in_turn(world: World) -> None:
    """Many questions at once are all answered, each chat within one message a second, without a single 429."""
    people = [world.telegram.person(f"Reader {n}", started=True) for n in range(40)]
    for person in people:
        await person.say("what is scripted?")
    answers = await asyncio.gather(*(person.hears("scripted", timeout=30) for person in people))
    assert len({answer.chat_id for answer in answers}) == 40
