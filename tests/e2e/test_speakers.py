"""What people see when a question is about somebody: who is meant, who said it, and who may correct that."""

from __future__ import annotations

import asyncio
import signal
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest
import pytest_asyncio
from fake_answering import save
from served import CAST, COUNCIL, PILOT, QUICK, RATING, SLOW, SPOKEN, TOLD, invented

from bot.access import texts_access
from bot.care import texts_care
from bot.chat import captions, corrections, guides, texts
from bot.desk import texts_desk
from bot.feeds import texts_feeds
from bot.readers import texts_readers
from sandbox import Person, Sandbox, Shown

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator
    from pathlib import Path

    from served import Bot

pytestmark = pytest.mark.asyncio(loop_scope="module")

QUESTION = "What did Okafor say about the ferry?"
WHICH = (
    "Which Okafor?\n\n"
    "Mina Okafor · mayor of Port Vell · 3 statements, last 4 May 2024\n"
    "Tobi Okafor · harbour pilot · 1 statement, last 5 May 2024"
)


@dataclass(frozen=True)
class Town:
    """A Telegram with a bot over articles in which people speak, and its owner."""

    telegram: Sandbox
    server: Bot
    owner: Person

    def restore(self, articles: object = SPOKEN) -> None:
        """Let the articles and the speakers be as they were at first."""
        save(self.server.articles, articles, SLOW, CAST, TOLD)  # type: ignore[arg-type]

    def person(self, name: str) -> Person:
        """Return somebody who has started the bot."""
        return self.telegram.person(name, started=True)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def town(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Town]:
    """A running bot; a call that breaks the contract fails the last test of the module."""
    async with Sandbox(QUICK) as sandbox:
        owner = sandbox.person("Olga", started=True)
        directory: Path = tmp_path_factory.mktemp("town")
        server = invented(sandbox, directory, VERBATIM_OWNER_ID=str(owner.id))
        made = Town(sandbox, server, owner)
        made.restore()
        await server.start()
        yield made
        await server.close()


@pytest.fixture(autouse=True)
def _restored(town: Town) -> Iterator[None]:
    """Each test begins with the same articles and speakers, and breaks no rule of Telegram's."""
    town.restore()
    yield
    assert town.telegram.violations == []


async def asked(person: Person, question: str = QUESTION) -> Shown:
    """Return what is answered to a question asked in private."""
    await person.say(question)
    return await person.hears()


async def test_ambiguous_name_is_chosen_by_a_button(town: Town) -> None:
    """The bot asks which one; a tap answers the question with that one, and the message says who was chosen."""
    ann = town.person("Ann")
    question = await ann.say(QUESTION)
    which = await ann.hears()
    assert which.text == WHICH
    assert which.reply_to == question.id
    assert which.labels == ["Mina Okafor", "Tobi Okafor"]
    tap = await ann.tap("Tobi Okafor", on=which)
    assert (await tap.answered())["text"] == "→ Tobi Okafor"
    answer = await ann.hears()
    assert answer.reply_to == question.id
    assert (
        answer.text == f"[1] 📝 Tobi Okafor, harbour pilot · reported\n{PILOT}\nHarbour Gazette · 5 May 2024 · Pilots"
    )
    assert answer.parts("bold") == ["Tobi Okafor", "that the ferry would sail at night"]
    marked = await ann.hears(where=lambda each: each.id == which.id)
    assert (marked.text, marked.labels) == ("Which Okafor? → Tobi Okafor", ["Mina Okafor"])
    assert ann.unread() == []


async def test_the_other_one_can_be_chosen_as_well(town: Town) -> None:
    """Who was not chosen keeps a button; a second tap on one that was chosen says that it is answered."""
    bea = town.person("Bea")
    which = await asked(bea)
    first = await bea.tap("Tobi Okafor", on=which)
    again = await bea.tap("Tobi Okafor", on=which)
    other = await bea.tap("Mina Okafor", on=which)
    assert (await again.answered())["text"] == texts.answered_below()
    await first.answered()
    await other.answered()
    assert (await bea.hears("Tobi Okafor, harbour pilot")).reply_to is not None
    answer = await bea.hears("Mina Okafor, mayor")
    assert answer.parts("expandable_blockquote") == [COUNCIL.format(n=n) for n in (1, 2, 3)]
    marked = await bea.hears(where=lambda each: each.text == "Which Okafor? → Mina Okafor, Tobi Okafor")
    assert marked.labels == []
    assert bea.unread() == []


async def test_anybody_in_a_group_may_choose(town: Town) -> None:
    """In a group somebody else than who asked may say who is meant; the answer replies to the question."""
    cas, dan = town.telegram.person("Cas"), town.telegram.person("Dan")
    group = town.telegram.group("Readers", [cas, dan])
    question = await cas.say(f"/ask {QUESTION}", chat=group)
    which = await dan.hears(chat=group)
    await dan.tap("Tobi Okafor", on=which)
    answer = await cas.hears("reported", chat=group)
    assert answer.reply_to == question.id


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
async def test_choice_survives_a_restart(town: Town, number: signal.Signals) -> None:
    """The buttons of an earlier run answer the question, however it ended."""
    eli = town.person("Eli")
    which = await asked(eli)
    await asyncio.sleep(0.5)  # until the bot knows that its question arrived
    await town.server.stop(number)
    await town.server.start()
    await eli.tap("Tobi Okafor", on=which)
    assert PILOT in (await eli.hears(timeout=20)).text
    assert (await eli.hears(where=lambda each: each.edited)).labels == ["Mina Okafor"]


async def test_crash_after_a_choice_loses_nothing(town: Town) -> None:
    """A choice that was acknowledged before kill -9 is answered by the next start, once, with the chosen speaker."""
    eva = town.person("Eva")
    question = await eva.say("What did Okafor say about the slowly sailing ferry?")
    which = await eva.hears()
    await asyncio.sleep(0.5)
    tap = await eva.tap("Tobi Okafor", on=which)
    await tap.answered()
    await town.server.stop(signal.SIGKILL)
    await town.server.start()
    answer = await eva.hears(timeout=20)
    assert (answer.reply_to, answer.parts("bold")[0]) == (question.id, "Tobi Okafor")
    again = await eva.tap("Tobi Okafor", on=which)
    assert (await again.answered())["text"] == texts.answered_below()
    assert eva.unread() == []


async def test_speaker_who_is_gone_is_told(town: Town) -> None:
    """A tap on somebody who is not quoted any more says so, and answers nothing."""
    fay = town.person("Fay")
    which = await asked(fay)
    town.restore([each for each in SPOKEN if each["number"] != 4])
    tap = await fay.tap("Tobi Okafor", on=which)
    assert (await tap.answered())["text"] == texts.gone_speaker("Tobi Okafor")
    assert fay.unread() == []


async def test_button_of_another_chat_answers_nothing(town: Town) -> None:
    """A choice works only where it was offered."""
    gus, hal = town.person("Gus"), town.person("Hal")
    which = await asked(gus)
    data = town.telegram.calls_of("sendMessage")[-1].values["reply_markup"]["inline_keyboard"][0][0]["callback_data"]
    other = await asked(hal, "What did Ola Wren say?")
    forged = town.telegram.world.chats[hal.id].messages[other.id]
    assert forged.markup
    forged.markup["inline_keyboard"][0][0]["callback_data"] = data
    tap = await hal.tap("Context", on=other)
    assert (await tap.answered())["text"] == texts.expired()
    assert which.labels == ["Mina Okafor", "Tobi Okafor"]


async def test_assumed_speaker_is_told_and_can_be_changed(town: Town) -> None:
    """Who is likeliest is answered for, and the bot says so; a button answers for the other."""
    ida = town.person("Ida")
    question = await ida.say("What did Wren say?")
    answer = await ida.hears()
    assert answer.text.splitlines()[:3] == [
        "Taken to mean Ida Wren (4 statements); not Ola Wren.",
        "",
        "[1] 💬 Ida Wren, lighthouse keeper",
    ]
    assert answer.labels[-5:] == ["More (1)", "I meant Ola Wren", *RATING]
    await ida.tap("I meant Ola Wren", on=answer)
    other = await ida.hears()
    assert other.reply_to == question.id
    assert other.text.startswith("[1] 📝 Ola Wren · reported, partly quoted\n")
    left = await ida.hears(where=lambda each: each.id == answer.id)
    assert left.labels[-4:] == ["More (1)", *RATING]
    await ida.tap("More (1)", on=answer)
    assert (await ida.hears()).text.startswith("[4] 💬 Ida Wren, lighthouse keeper\n")


async def test_nothing_by_a_known_speaker(town: Town) -> None:
    """What was searched of a known speaker is told, and the nearest passages come under their label."""
    jan = town.person("Jan")
    answer = await asked(jan, "What did Tobi Okafor say about football?")
    assert answer.text.splitlines()[:3:2] == [
        "Tobi Okafor: 1 statement in 1 article, 5 May 2024, none about football.",
        texts.nearest(),
    ]
    assert len(answer.parts("expandable_blockquote")) == 3


async def test_nobody_of_that_name(town: Town) -> None:
    """A speaker whom no article quotes is told apart from one who said nothing about it."""
    answer = await asked(town.person("Kai"), "What did Zed say about football?")
    assert answer.text.startswith("No article quotes Zed. I looked through 21 statements in 9 articles from")


async def test_context_marks_the_speakers_words(town: Town) -> None:
    """The context of a statement shows whose words are bold."""
    lea = town.person("Lea")
    answer = await asked(lea, "What did Tobi Okafor say about the ferry?")
    await lea.tap("Context", on=answer)
    context = await lea.hears()
    assert context.text.startswith("Context of [1], with the words of Tobi Okafor in bold:")
    assert context.parts("bold") == ["that the ferry would sail at night"]


async def test_anybody_lists_speakers(town: Town) -> None:
    """/speakers lists who is quoted, in pages; with words, those whose names fit; without numbers."""
    mia = town.person("Mia")
    await mia.say("/speakers")
    page = await mia.hears()
    lines = page.text.splitlines()
    assert lines[0] == "16 speakers · 1–10"
    assert lines[2] == "Ida Wren · lighthouse keeper · 4 statements in 4 articles, 6–9 May 2024"
    assert page.labels == ["▶"]
    await mia.tap("▶", on=page)
    second = await mia.hears()
    assert second.text.splitlines()[0] == "16 speakers · 11–16"
    assert second.labels == ["◀"]
    await mia.say("/speakers okafor")
    assert (await mia.hears()).text == (
        "2 speakers called “okafor”\n\n"
        "Mina Okafor · mayor of Port Vell · 3 statements in 3 articles, 2–4 May 2024\n"
        "Tobi Okafor · harbour pilot · 1 statement in 1 article, 5 May 2024"
    )
    await mia.say("/speakers nobody at all")
    assert (await mia.hears()).text == "No speaker is called “nobody at all”."


async def test_pages_of_a_search_survive_a_restart(town: Town) -> None:
    """What was looked for is remembered for the button that turns the page."""
    ned = town.person("Ned")
    await ned.say("/speakers witness")
    page = await ned.hears()
    await town.server.stop(signal.SIGKILL)
    await town.server.start()
    await ned.tap("▶", on=page)
    assert (await ned.hears(timeout=20)).text == (
        "12 speakers called “witness” · 11–12\n\n"
        "Witness 20 · 1 statement in 1 article, 5 May 2024\nWitness 21 · 1 statement in 1 article, 5 May 2024"
    )


@pytest.mark.parametrize("what", ["merge 1 = 2", "rename 1 = X", "split 1 = X", "undo 1", "corrections", "MERGE"])
async def test_strangers_change_nothing(town: Town, what: str) -> None:
    """Every change is refused to whoever is no admin."""
    before = town.server.articles.read_text()
    stranger = town.person("Pat")
    await stranger.say(f"/speakers {what}")
    assert (await stranger.hears()).text == texts_access.admins_only()
    assert town.server.articles.read_text() == before


async def test_owner_corrects_and_takes_back(town: Town) -> None:
    """The owner sees numbers, merges by number or name, renames, lists and undoes; what cannot be done is said."""
    olga = town.owner
    await olga.say("/help")
    more = texts_readers.more_help(town.telegram.options.username)
    parts = [
        guides.guide(),
        more,
        guides.admin_guide(),
        texts_desk.guide(),
        texts_feeds.admin_help(),
        texts_care.guide(),
        texts_access.admin_help(),
    ]
    assert (await olga.hears()).text == "\n\n".join(parts)
    await olga.say("/speakers okafor")
    assert [line.split(" · ")[0] for line in (await olga.hears()).text.splitlines()[2:]] == [
        "#1 Mina Okafor",
        "#2 Tobi Okafor",
    ]
    await olga.say("/speakers merge tobi okafor = #1")
    assert (await olga.hears()).text == "Correction 1: 2 merged into 1."
    await olga.say(QUESTION)
    assert (await olga.hears()).text.startswith("[1] 💬 Mina Okafor, mayor of Port Vell")
    await olga.say("/speakers rename Mina Okafor = Mina Ade Okafor")
    assert (await olga.hears()).text == "Correction 2: 1 renamed to Mina Ade Okafor."
    await olga.say("/speakers undo 2")
    assert (await olga.hears()).text == "Correction 2 is taken back."
    await olga.say("/speakers corrections")
    assert (await olga.hears()).text == "1: 2 merged into 1\n2: 1 renamed to Mina Ade Okafor"
    for command, answer in {
        "merge Okafor": f"{corrections.sides_usage()[0].upper()}{corrections.sides_usage()[1:]}.",
        "merge Wren = Mina Okafor": (
            "'Wren' may be any of Ida Wren (number 3), Ola Wren (number 4). Give the full name, or the number."
        ),
        "merge Zed = Mina Okafor": corrections.nobody("Zed"),
        "rename 99 = X": corrections.nobody("99"),
        "split Mina Okafor = x": "Number 1 cannot be split by 'x'.",
        "undo it": f"{corrections.undo_usage()[0].upper()}{corrections.undo_usage()[1:]}.",
    }.items():
        await olga.say(f"/speakers {command}")
        assert (await olga.hears()).text == answer


async def test_owner_denies_a_statement(town: Town) -> None:
    """Under a statement the owner can say that it was not said by its speaker, after a question, or keep it."""
    olga = town.owner
    answer = await asked(olga, "What did Tobi Okafor say about the ferry?")
    assert answer.labels == ["Context", "Source", "Not said by Tobi Okafor?", *RATING]
    await olga.tap("Not said by Tobi Okafor?", on=answer)
    doubt = await olga.hears()
    assert doubt.text == "Was this really not said by Tobi Okafor?\n\nthat the ferry would sail at night"
    await olga.tap(captions.deny_no(), on=doubt)
    assert (await olga.hears()).text == "Kept as said by Tobi Okafor:\n\nthat the ferry would sail at night"
    await olga.tap("Not said by Tobi Okafor?", on=answer)
    await olga.tap(captions.deny_yes(), on=await olga.hears())
    assert (await olga.hears()).text.endswith("statement 4 was not said by its speaker.")
    assert (await asked(olga, "What did Tobi Okafor say?")).text.startswith("No article quotes Tobi Okafor.")
    late = await olga.tap("Not said by Tobi Okafor?", on=answer)
    assert (await late.answered())["text"] == texts.gone()


async def test_no_denial_in_a_group(town: Town) -> None:
    """In a group not even the owner sees the button, and a forged one is refused to others."""
    quin = town.telegram.person("Quin")
    group = town.telegram.group("Staff", [town.owner, quin])
    await town.owner.say("/ask What did Tobi Okafor say about the ferry?", chat=group)
    answer = await quin.hears(chat=group)
    assert answer.labels == ["Context", "Source", *RATING]
    message = town.telegram.world.chats[group.id].messages[answer.id]
    assert message.markup
    row = message.markup["inline_keyboard"][0]
    row[0]["callback_data"] = row[0]["callback_data"].replace("c:", "y:").rpartition(":")[0]
    before = town.server.articles.read_text()
    for person, words in ((quin, texts_access.admins_only()), (town.owner, texts_access.private_only())):
        tap = await person.tap("Context", on=answer)
        assert (await tap.answered())["text"] == words
    assert town.server.articles.read_text() == before
