"""What readers get beyond questions: follow-ups, browsing, links, votes, and being forgotten."""

from __future__ import annotations

import asyncio
import signal
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

import pytest
import pytest_asyncio
from fake_answering import save
from served import BAKER, CAST, COUNCIL, PILOT, QUICK, RATING, SLOW, SPOKEN, TOLD, invented

from bot.chat import guides, texts
from bot.chat.schema import open_file
from bot.readers import texts_privacy, texts_readers
from bot.readers.votes import Votes
from sandbox import Person, Sandbox, Shown

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator, Sequence
    from pathlib import Path

    from served import Bot

    from bot.readers.votes import Vote
    from sandbox import Place

pytestmark = pytest.mark.asyncio(loop_scope="module")

FERRY = "What did Mina Okafor say about the ferry?"
TAKEN = "Taken as: {}"
UP, DOWN = True, False


@dataclass(frozen=True)
class Town:
    """A Telegram with a bot over articles in which people speak."""

    telegram: Sandbox
    server: Bot

    def restore(self, articles: Sequence[dict[str, object]] = SPOKEN) -> None:
        """Let the articles and the speakers be as they were at first."""
        save(self.server.articles, articles, SLOW, CAST, TOLD)

    def person(self, name: str) -> Person:
        """Return somebody who has started the bot."""
        return self.telegram.person(name, started=True)

    def votes(self) -> list[Vote]:
        """Return all votes that the bot has stored."""
        engine = open_file(self.server.directory / "bot.sqlite")
        found = list(Votes(engine).all())
        engine.dispose()
        return found

    async def voted(self, before: int, *expected: bool) -> None:
        """Wait until the votes behind the first ones are as expected."""
        async with asyncio.timeout(10):
            while [each.up for each in self.votes()[before:]] != list(expected):  # noqa: ASYNC110 - a file tells nobody
                await asyncio.sleep(0.1)

    async def restart(self, how: signal.Signals = signal.SIGTERM) -> None:
        """End the bot, and start it anew."""
        await self.server.stop(how)
        await self.server.start()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def town(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Town]:
    """A running bot; a call that breaks the contract fails the last test of the module."""
    async with Sandbox(QUICK) as sandbox:
        directory: Path = tmp_path_factory.mktemp("town")
        made = Town(sandbox, invented(sandbox, directory))
        made.restore()
        await made.server.start()
        yield made
        await made.server.close()


@pytest.fixture(autouse=True)
def _restored(town: Town) -> Iterator[None]:
    """Each test begins with the same articles, and breaks no rule of Telegram's."""
    town.restore()
    yield
    assert town.telegram.violations == []


def quoted(message: Shown) -> list[str]:
    """Return the quotations of a message."""
    return message.parts("expandable_blockquote")


async def ask(person: Person, question: str, *, chat: Place | None = None) -> Shown:
    """Return what the bot answers."""
    await person.say(f"/ask {question}" if chat else question, chat=chat)
    return await person.hears(chat=chat, timeout=20)


# Follow-ups


async def test_another_topic_and_another_speaker(town: Town) -> None:
    """A short question keeps who was asked about, or what about, and says as what it was taken."""
    ann = town.person("Ann")
    assert quoted(await ask(ann, "What did Mina Okafor say about the council?")) == [
        COUNCIL.format(n=n) for n in (1, 2, 3)
    ]
    topic = await ask(ann, "ok, and abt the ferry?")
    assert topic.text.splitlines()[0] == TAKEN.format(FERRY)
    assert quoted(topic) == [COUNCIL.format(n=n) for n in (1, 2, 3)]
    speaker = await ask(ann, "and Tobi Okafor?")
    assert speaker.text.splitlines()[0] == TAKEN.format("What did Tobi Okafor say about the ferry?")
    assert quoted(speaker) == [PILOT]
    he = await ask(ann, "what did he say about the night?")
    assert he.text.splitlines()[0] == TAKEN.format("What did Tobi Okafor say about the night?")
    assert quoted(he) == [PILOT]
    full = await ask(ann, "What did Ola Wren say about bread?")
    assert "Taken as" not in full.text


async def test_chosen_speaker_is_kept(town: Town) -> None:
    """After a choice between namesakes, a follow-up asks about the chosen one without asking again."""
    bea = town.person("Bea")
    which = await ask(bea, "What did Okafor say about the ferry?")
    await bea.tap("Tobi Okafor", on=which)
    assert quoted(await bea.hears("reported")) == [PILOT]
    await bea.hears("→ Tobi Okafor")
    answer = await ask(bea, "and about the night?")
    assert answer.text.splitlines()[0] == TAKEN.format("What did Tobi Okafor say about the night?")
    assert quoted(answer) == [PILOT]
    namesakes = await ask(bea, "and Okafor?")
    assert namesakes.text.splitlines()[0] == TAKEN.format("What did Okafor say about the night?")
    assert "Which Okafor?" in namesakes.text
    assert namesakes.labels == ["Mina Okafor", "Tobi Okafor"]


async def test_who_else_leaves_out_who_was_heard(town: Town) -> None:
    """Who else asks everybody, and leaves out whose words were shown; when nobody else spoke of it, that is said."""
    cas = town.person("Cas")
    await ask(cas, FERRY)
    others = await ask(cas, "who else?")
    assert others.text.splitlines()[:2] == [
        TAKEN.format("Who spoke about the ferry?"),
        "Left out, since you have read them: Mina Okafor.",
    ]
    assert quoted(others) == [PILOT, BAKER]
    nobody = await ask(cas, "who else")
    assert nobody.text.splitlines()[1] == "Left out, since you have read them: Tobi Okafor, Ola Wren."
    assert quoted(nobody) == [COUNCIL.format(n=n) for n in (1, 2, 3)]
    await ask(cas, "What did Ola Wren say about bakers?")
    alone = await ask(cas, "who else?")
    assert "I found nobody who said that." in alone.text


async def test_when_and_what_else_are_about_the_last_answer(town: Town) -> None:
    """When tells the days of the passages that were shown, what else shows the rest, and then there is no more."""
    dan = town.person("Dan")
    await ask(dan, "What did Ida Wren say about paint?")
    when = await ask(dan, "when?")
    assert when.text.splitlines() == [
        texts_readers.published_on(earliest_first=False),
        "",
        *(f"{day} May 2024 · Harbour Gazette · Article {day - 1}" for day in (6, 7, 8)),
    ]
    assert [link.partition("#")[0] for link in when.links] == [
        f"https://gazette.example/articles/{n}" for n in (5, 6, 7)
    ]
    more = await ask(dan, "what else?")
    assert quoted(more) == ["“The lighthouse needs paint 8 times,” Ida Wren said."]
    assert (await ask(dan, "more")).text == texts_readers.no_more()
    since = await ask(dan, "since when?")
    assert since.text.splitlines()[0] == texts_readers.published_on(earliest_first=True)
    assert len(since.text.splitlines()) == 6
    town.restore(SPOKEN[:4])
    assert (await ask(dan, "when?")).text == texts_readers.nothing_to_date()


async def test_short_question_without_one_before(town: Town) -> None:
    """A fragment that nothing gives a meaning to is not searched for; one with words in it is."""
    eva = town.person("Eva")
    for fragment in ("when?", "who else?", "why?"):
        assert (await ask(eva, fragment)).text == texts_readers.unclear()
    assert quoted(await ask(eva, "what about the ferry?")) != []


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL])
async def test_memory_survives_a_restart(town: Town, how: signal.Signals) -> None:
    """What was asked before the bot was ended, however it was, is what a follow-up goes on from."""
    fay = town.person("Fay")
    await ask(fay, FERRY)
    await asyncio.sleep(0.5)  # until the bot knows that its answer arrived
    await town.restart(how)
    answer = await ask(fay, "and Tobi Okafor?")
    assert answer.text.splitlines()[0] == TAKEN.format("What did Tobi Okafor say about the ferry?")


async def test_two_people_in_one_group_follow_up_separately(town: Town) -> None:
    """In a group each person goes on from their own question, also when the group becomes a supergroup."""
    gil, hal = town.telegram.person("Gil"), town.telegram.person("Hal")
    group = town.telegram.group("Readers", [gil, hal])
    await ask(gil, FERRY, chat=group)
    hal.read_all(chat=group)
    await ask(hal, "What did Ida Wren say about paint?", chat=group)
    gil.read_all(chat=group)
    mine = await ask(gil, "and Tobi Okafor?", chat=group)
    assert mine.text.splitlines()[0] == TAKEN.format("What did Tobi Okafor say about the ferry?")
    hal.read_all(chat=group)
    yours = await ask(hal, "and about the lighthouse?", chat=group)
    assert yours.text.splitlines()[0] == TAKEN.format("What did Ida Wren say about the lighthouse?")
    new = await town.telegram.migrate(group)
    await asyncio.sleep(0.3)
    moved = await ask(gil, "and Mina Okafor?", chat=new)
    assert moved.text.splitlines()[0] == TAKEN.format(FERRY)
    tap = await gil.tap("👍", on=moved)
    assert (await tap.answered())["text"] == texts_readers.thanks()
    assert [(each.question, each.up) for each in town.votes()][-1:] == [(FERRY, True)]


# Browsing


async def test_sources_are_paged(town: Town) -> None:
    """/sources counts articles, statements and days of each publisher, ten a page; a restart turns on."""
    ida = town.person("Ida")
    await ida.say("/sources")
    assert (await ida.hears()).text == (
        "1 publisher · 9 articles\n\nHarbour Gazette · 9 articles · 21 statements · 2–10 May 2024"
    )
    papers = [{"number": n, "text": "Fog.", "publisher": f"<Paper> {n:02}"} for n in range(1, 13)]
    town.restore([*papers, {"number": 13, "text": "Nobody's.", "publisher": None}])
    await ida.say("/sources")
    first = await ida.hears()
    assert first.text.splitlines()[:3] == [
        "12 publishers · 13 articles · 1–10",
        "",
        "<Paper> 01 · 1 article · 12 statements · 2 May 2024",
    ] or first.text.splitlines()[0].startswith("12 publishers · 13 articles · 1–10")
    assert first.labels == ["▶"]
    await town.restart()
    await ida.tap("▶", on=first)
    second = await ida.hears(where=lambda each: each.edited)
    assert second.labels == ["◀"]
    assert len(second.text.splitlines()) == 5
    town.restore(SPOKEN)
    await ida.tap("◀", on=second)
    assert "1 publisher · 9 articles" in (await ida.hears(where=lambda each: each.edited)).text


async def test_about_shows_a_card(town: Town) -> None:
    """/about NAME tells roles, extent and publishers, with the last three statements, verified, and ways to go on."""
    jan = town.person("Jan")
    await jan.say("/about ida wren")
    card = await jan.hears()
    assert card.text.splitlines()[:5] == [
        "Ida Wren",
        "Roles: lighthouse keeper",
        "4 statements · 4 articles · 6–9 May 2024",
        "Quoted in: Harbour Gazette (4)",
        "",
    ]
    assert quoted(card) == [f"“The lighthouse needs paint {n} times,” Ida Wren said." for n in (8, 7, 6)]
    assert card.labels[-2:] == ["Ask about …", "All statements (4)"]
    assert (await jan.tap("Ask about …", on=card)).inline_query == "what did Ida Wren say about "
    await town.restart()
    await jan.tap("All statements", on=card)
    every = await jan.hears()
    assert quoted(every)[0] == "“The lighthouse needs paint 5 times,” Ida Wren said."
    assert "More (1)" in every.labels
    about = await ask(jan, "and about the lighthouse?")
    assert about.text.splitlines()[0] == TAKEN.format("What did Ida Wren say about the lighthouse?")
    town.restore(SPOKEN[:4])
    tap = await jan.tap("All statements", on=card)
    assert (await tap.answered())["text"] == texts_readers.speaker_gone()


async def test_about_asks_which_speaker_is_meant(town: Town) -> None:
    """A name of several speakers is asked about; an unknown or missing one gets a kind hint."""
    kim = town.person("Kim")
    await kim.say("/about Okafor")
    which = await kim.hears()
    assert (which.text, which.labels) == (texts_readers.several_called("Okafor"), ["Mina Okafor", "Tobi Okafor"])
    await kim.tap("Tobi Okafor", on=which)
    assert (await kim.hears()).text.startswith("Tobi Okafor\nRoles: harbour pilot\n1 statement · 1 article")
    await kim.say("/about <Zed>")
    assert (await kim.hears()).text == texts_readers.nobody_called("<Zed>")
    await kim.say("/about")
    assert (await kim.hears()).text == texts_readers.about_usage()


# Links


async def test_link_opens_an_article(town: Town) -> None:
    """start=a4 opens the card of article 4; one that was removed, or never was, gets a kind message."""
    lou = town.telegram.person("Lou")
    await lou.press_start("a4")
    card = await lou.hears()
    assert card.text.splitlines()[0] == "Article 4 · 13 statements"
    assert quoted(card) == [f"Pilots spoke up.\n\n{PILOT}\n\nNobody slept."]
    assert "[1] Pilots" in card.text
    assert card.text.endswith("Harbour Gazette · 5 May 2024")
    assert card.labels == ["Context", "Source"]
    town.restore(SPOKEN[:3])
    for payload in ("a4", "a99999", "a999999999999999999"):
        await lou.press_start(payload)
        assert (await lou.hears()).text == texts_readers.article_gone()
    await lou.press_start("campaign-42")
    assert (await lou.hears()).text == guides.greeting()


def payload_of(message: Shown) -> str:
    """Return what the deep link in a message carries."""
    (link,) = [each for each in message.links if "?start=" in each]
    return parse_qs(urlsplit(link).query)["start"][0]


async def test_shared_answer_is_opened_by_somebody_else(town: Town) -> None:
    """Share gives a link; whoever opens it sees the question and the passages, as they stand then."""
    mia, ned = town.person("Mia"), town.telegram.person("Ned")
    answer = await ask(mia, FERRY)
    assert answer.labels[-3:] == RATING
    await mia.tap("Share", on=answer)
    given = await mia.hears()
    payload = payload_of(given)
    assert given.text == texts_readers.link_to(f"https://t.me/{town.telegram.options.username}?start={payload}")
    send = await mia.tap("Send to a chat", on=given)
    assert send.url is not None
    assert send.url.startswith("https://t.me/share/url?url=https%3A%2F%2Ft.me%2F")
    await town.restart()
    await ned.press_start(payload)
    shown = await ned.hears()
    assert shown.text.splitlines()[0] == texts_readers.shared(FERRY)
    assert quoted(shown) == quoted(answer)
    await ned.tap("Context 2", on=shown)
    assert "Context of [2]" in (await ned.hears()).text
    changed = [dict(SPOKEN[0], text="All of it is new."), *SPOKEN[2:]]
    town.restore(changed)
    await ned.press_start(payload)
    assert quoted(await ned.hears()) == [COUNCIL.format(n=3)]
    town.restore(SPOKEN[4:])
    await ned.press_start(payload)
    assert (await ned.hears()).text == texts_readers.share_gone()
    await ned.press_start("q" + "x" * 16)
    assert (await ned.hears()).text == texts_readers.share_gone()


# Votes


async def test_vote_by_button_is_one_and_changeable(town: Town) -> None:
    """👍 and 👎 are one vote, kept with question and passages, also after a restart; the same again takes it back."""
    pam = town.person("Pam")
    before = len(town.votes())
    answer = await ask(pam, FERRY)
    tap = await pam.tap("👍", on=answer)
    assert (await tap.answered())["text"] == texts_readers.thanks()
    await town.restart()
    await (await pam.tap("👎", on=answer)).answered()
    *_, vote = town.votes()
    assert len(town.votes()) == before + 1
    assert (vote.question, vote.up, vote.nearest) == (FERRY, False, False)
    assert [each.article for each in vote.citations] == [1, 2, 3]
    town.restore(SPOKEN[3:])
    tap = await pam.tap("👎", on=answer)
    assert (await tap.answered())["text"] == texts_readers.vote_taken_back()
    assert len(town.votes()) == before


async def test_vote_on_a_follow_up_keeps_its_full_question(town: Town) -> None:
    """What was taken as a full question is kept as that."""
    quin = town.person("Quin")
    await ask(quin, FERRY)
    answer = await ask(quin, "and Tobi Okafor?")
    await ask(quin, "What did Ola Wren say about bread?")
    await (await quin.tap("👍", on=answer)).answered()
    assert town.votes()[-1].question == "What did Tobi Okafor say about the ferry?"


async def test_vote_by_reaction(town: Town) -> None:
    """A reaction to an answer is a vote, another changes it, and taking it back takes the vote back."""
    rae = town.person("Rae")
    before = len(town.votes())
    answer = await ask(rae, FERRY)
    await rae.react("👍", on=answer)
    await town.voted(before, UP)
    assert town.votes()[-1].question == FERRY
    await rae.react("👎", on=answer)
    await town.voted(before, DOWN)
    await rae.react("🔥", on=answer)
    await town.voted(before)
    await (await rae.tap("👍", on=answer)).answered()
    await rae.react("👎", on=answer)
    await town.voted(before, DOWN)
    await rae.react(None, on=answer)
    await town.voted(before)


async def test_each_person_in_a_group_has_a_vote(town: Town) -> None:
    """In a group everybody votes for themselves, also somebody who has blocked the bot in private."""
    sam, tia = town.person("Sam"), town.person("Tia")
    group = town.telegram.supergroup("Readers", [sam, tia], bot="administrator")
    before = len(town.votes())
    answer = await ask(sam, FERRY, chat=group)
    await sam.block()
    await (await sam.tap("👍", on=answer)).answered()
    await tia.react("👎", on=answer)
    await town.voted(before, UP, DOWN)
    await sam.tap("Share", on=answer)
    assert "?start=q" in (await tia.hears("Whoever has this link", chat=group)).text


async def test_forged_buttons_reach_no_other_chat(town: Town) -> None:
    """A button that reports another chat's answer, or nonsense, changes and shows nothing."""
    uma, vic = town.person("Uma"), town.person("Vic")
    await ask(uma, FERRY)
    mine = await ask(vic, "What did Ola Wren say about bread?")
    before = town.votes()
    stored = town.telegram.world.chats[vic.id].messages[mine.id]
    for data in ("r:u:1", "r:s:1", "r:d:999999", "r:x:1", "r:", "r:u:-1"):
        stored.markup = {"inline_keyboard": [[{"text": "Forged", "callback_data": data}]]}
        tap = await vic.tap("Forged", on=mine)
        assert (await tap.answered())["text"] == texts.expired()
    assert town.votes() == before
    assert vic.unread() == []


# Privacy


async def test_privacy_tells_what_is_stored(town: Town) -> None:
    """/privacy says what is stored and how long, in numbers that are those of the code."""
    wim = town.person("Wim")
    await wim.say("/privacy")
    told = await wim.hears()
    assert told.text == texts_privacy.privacy()
    for words in ("30 minutes", "30 days", "365 days", "2 days", "10 minutes later"):
        assert words in told.text


async def test_forget_me_deletes_after_confirmation(town: Town) -> None:
    """/forget_me asks first; then votes, memory and links are gone, and what was deleted is told."""
    xia, yan = town.person("Xia"), town.telegram.person("Yan")
    before = len(town.votes())
    answer = await ask(xia, FERRY)
    await (await xia.tap("👍", on=answer)).answered()
    await xia.tap("Share", on=answer)
    payload = payload_of(await xia.hears())
    await xia.say("/forget_me")
    asked = await xia.hears()
    assert (asked.text, asked.labels) == (texts_privacy.forget_question(), ["Delete it", "Keep it"])
    await xia.tap("Keep it", on=asked)
    assert (await xia.hears(where=lambda each: each.edited)).text == texts_privacy.nothing_forgotten()
    assert len(town.votes()) == before + 1
    await xia.say("/forget_me")
    asked = await xia.hears()
    await town.restart()
    await xia.tap("Delete it", on=asked)
    assert (await xia.hears(where=lambda each: each.edited)).text == (
        "Deleted:\n• 1 name\n• 1 remembered question\n• 1 vote\n• 1 shared answer\n• the buttons of 1 message"
    )
    assert len(town.votes()) == before
    assert (await ask(xia, "when?")).text == texts_readers.unclear()
    tap = await xia.tap("👍", on=answer)
    assert (await tap.answered())["text"] == texts.expired()
    await yan.press_start(payload)
    assert (await yan.hears()).text == texts_readers.share_gone()
    await xia.say("/forget_me")
    asked = await xia.hears()
    await xia.tap("Delete it", on=asked)
    assert (await xia.hears(where=lambda each: each.edited)).text == "I had nothing stored about you."


async def test_nobody_forgets_for_somebody_else(town: Town) -> None:
    """In a group only who sent /forget_me may press its buttons."""
    zoe, abe = town.telegram.person("Zoe"), town.telegram.person("Abe")
    group = town.telegram.group("Readers", [zoe, abe])
    await ask(zoe, FERRY, chat=group)
    await zoe.say("/forget_me", chat=group)
    asked = await zoe.hears("Delete what I store", chat=group)
    tap = await abe.tap("Delete it", on=asked)
    assert (await tap.answered())["text"] == texts_privacy.not_yours()
    await zoe.tap("Delete it", on=asked)
    edited = await zoe.hears("Deleted:", chat=group, where=lambda each: each.edited)
    assert edited.text == "Deleted:\n• 1 name\n• 1 remembered question"
