"""Answers as they leave: verified, numbered, remembered."""

from __future__ import annotations

import asyncio
import threading
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from fake_answering import FakeAnswering, Told, article, person
from wire import Reply, Wire, client_on, error

from bot.chat import texts
from bot.chat.memories import Asked, Given
from bot.chat.pacing import Patience
from bot.chat.pages import DROPPED
from bot.chat.replying import Replies
from bot.chat.sending import Sender, Target
from bot.chat.state import State
from bot.chat.workshop import Workshop
from bot.readers.wishes import wished

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from index.records import Answer

BRIDGE = "Before {n}.\n\nThe bridge will open, said source {n}.\n\nAfter {n}."
ASKED = Asked(id=1, chat=5, message=42, thread=None, text="what about the bridge?")
UNCERTAIN = Reply(failure=httpx.ReadTimeout("", request=httpx.Request("POST", "https://api.telegram.org")))


class Setting:
    """Replies over invented articles on a scripted wire.

    Attributes:
        said: what was told to who tapped.
    """

    def __init__(self, directory: Path, articles: int = 5) -> None:
        self.answering = FakeAnswering({n: article(n, BRIDGE.format(n=n)) for n in range(1, articles + 1)})
        self.state = State(directory)
        self.wire = Wire()
        self.client, throttle = client_on(self.wire)
        self.workshop = Workshop()
        sender = Sender(self.client, throttle, self._moved, Patience(all_s=-1))
        self.replies = Replies(self.answering, self.state, sender, self.workshop)
        self.said: list[str] = []

    async def _moved(self, old: int, new: int) -> None:
        self.state.move(old, new)

    async def acknowledge(self, words: str) -> None:
        """Note what is told to who tapped."""
        self.said.append(words)

    async def ask(self, asked: Asked = ASKED) -> list[dict[str, Any]]:
        """Ask, and return what was sent."""
        self.state.take(asked.id, asked)
        await self.replies.answer(self.client, asked)
        return self.wire.sent()

    def given(self, answer: int = 1) -> Given:
        """Return a stored answer."""
        found = self.state.given(answer, 5)
        assert found is not None
        return found

    def close(self) -> None:
        """Let go of files and threads."""
        self.workshop.close()
        self.state.close()


@pytest.fixture
def setting(tmp_path: Path) -> Iterator[Setting]:
    """Replies over five articles."""
    made = Setting(tmp_path)
    yield made
    made.close()


def cited(message: dict[str, Any]) -> list[str]:
    """Return number and source of each citation in a message."""
    lines = message["text"].splitlines()
    quoted = [line.rpartition("source ")[2].partition(".")[0] for line in lines if "<blockquote" in line]
    return [f"{line.partition(']')[0]}] {who}" for line, who in zip(_numbered(lines), quoted, strict=True)]


def _numbered(lines: list[str]) -> list[str]:
    return [line for line in lines if line.startswith("[")]


async def test_answered_question_is_forgotten(setting: Setting) -> None:
    """When the answer has left, nothing of the question waits any more."""
    (sent,) = await setting.ask()
    assert cited(sent) == ["[1] 1", "[2] 2", "[3] 3"]
    assert setting.state.unanswered() == ([], [])


async def test_citation_that_does_not_stand_is_dropped(setting: Setting, caplog: pytest.LogCaptureFixture) -> None:
    """A citation that fails its check is dropped, logged and counted, and the rest is numbered without a gap."""
    setting.answering.unverified.add("The bridge will open, said source 2.")
    (sent,) = await setting.ask()
    assert cited(sent) == ["[1] 1", "[2] 3"]
    assert setting.state.counters() == {DROPPED: 1}
    assert "dropped a citation that does not stand in its article any more: article 2 [11, 47)" in caplog.text


async def test_more_continues_after_what_was_dropped(setting: Setting) -> None:
    """More goes on with the number after the last one shown, and with the passages not yet shown."""
    setting.answering.unverified.add("The bridge will open, said source 2.")
    await setting.ask()
    await setting.replies.more(setting.given(), setting.acknowledge)
    assert cited(setting.wire.sent()[1]) == ["[3] 4", "[4] 5"]
    assert setting.said == [""]
    assert (setting.given().shown, setting.given().numbered) == (5, 4)


async def test_nothing_left_standing_is_told(setting: Setting) -> None:
    """When every citation fails its check, the person is asked to ask again."""
    setting.answering.unverified |= {f"The bridge will open, said source {n}." for n in range(1, 6)}
    (sent,) = await setting.ask()
    assert sent["text"] == texts.just_changed()
    assert setting.state.counters() == {DROPPED: 3}
    assert setting.state.unanswered() == ([], [])


async def test_altered_citation_is_never_shown(setting: Setting) -> None:
    """A citation whose text is not the slice it claims to be is dropped even if the index vouches for it."""
    answering = setting.answering

    class Altering:
        """Answers with altered words, and vouches for them."""

        def ask(self, text: str, limit: int = 10, *, speaker: int | None = None) -> Answer:
            """Answer with the first citation altered."""
            answer = answering.ask(text, limit, speaker=speaker)
            first, *rest = answer.citations
            return replace(answer, citations=(replace(first, text=first.text.replace("open", "close")), *rest))

        def follow(self, *_: object) -> None:
            """Follow nothing."""

        def verify(self, citation: object) -> bool:
            """Vouch for anything."""
            del citation
            return True

    setting.replies._following._answering = Altering()  # type: ignore[assignment]
    setting.replies._pages._answering = Altering()  # type: ignore[assignment]
    (sent,) = await setting.ask()
    assert cited(sent) == ["[1] 2", "[2] 3"]


async def test_nothing_found_is_honest(setting: Setting) -> None:
    """Without an answer the bot says what it searched and offers the nearest, which More goes on calling so."""
    (sent,) = await setting.ask(replace(ASKED, text="who won the regatta?"))
    assert sent["text"].splitlines()[0] == (
        "I found nothing about that. I looked through 5 articles from 2 May 2024 to 6 May 2024."
    )
    assert texts.nearest() in sent["text"]
    assert setting.given().nearest is True


async def test_more_of_the_nearest_is_labelled(setting: Setting) -> None:
    """Further nearest passages carry their label too."""
    answer = setting.answering.ask("what about the bridge?")
    setting.state.keep(ASKED, answer.citations, nearest=True)
    await setting.replies.more(setting.given(), setting.acknowledge)
    assert setting.wire.sent()[0]["text"].startswith(texts.more_nearest())


async def test_empty_collection_is_told(tmp_path: Path) -> None:
    """Without any article there is nothing to look through, and nothing nearest."""
    setting = Setting(tmp_path, articles=0)
    (sent,) = await setting.ask()
    assert sent["text"] == texts.no_articles()
    setting.close()


CAST = {
    1: person(1, "Mina Okafor", "mayor of Port Vell"),
    2: person(2, "Tobi Okafor", "harbour pilot"),
    3: person(3, "Ida Wren"),
    4: person(4, "Ola Wren", "baker"),
}
SPOKEN = "The bridge will open, said source {n}."


def told(number: int, place: int, speaker: int | None, kind: str = "direct") -> Told:
    """Return a statement of an article about the bridge."""
    words = SPOKEN.format(n=place)
    return Told(id=number, article=place, words=words, said="The bridge will open", speaker=speaker, kind=kind)


@pytest.fixture
def spoken(setting: Setting) -> Setting:
    """Replies over five articles in which four people speak."""
    setting.answering.cast = CAST
    setting.answering.told = [
        *(told(n, n, 1) for n in (1, 2)),
        told(3, 3, 2, "indirect"),
        *(told(10 + n, n, 3) for n in (1, 2, 3, 4)),
        told(20, 5, 4),
    ]
    return setting


def asking(words: str) -> Asked:
    """Return a question."""
    return replace(ASKED, text=words)


def buttons(message: dict[str, Any]) -> list[tuple[str, str]]:
    """Return label and data of the buttons of a message that report something, but for those of readers' wishes."""
    rows = message.get("reply_markup", {"inline_keyboard": []})["inline_keyboard"]
    found = [(button["text"], button["callback_data"]) for row in rows for button in row if "callback_data" in button]
    return [(label, data) for label, data in found if wished(data) is None]


async def test_ambiguous_name_is_asked_about(spoken: Setting) -> None:
    """When a name fits several people the bot asks which, with role, number and last day, and a button each."""
    (sent,) = await spoken.ask(asking("What did Okafor say about the bridge?"))
    assert sent["text"] == (
        "<b>Which Okafor?</b>\n\n"
        "<b>Mina Okafor</b> · mayor of Port Vell · 2 statements, last 3 May 2024\n"
        "<b>Tobi Okafor</b> · harbour pilot · 1 statement, last 4 May 2024"
    )
    assert buttons(sent) == [("Mina Okafor", "w:1:0"), ("Tobi Okafor", "w:1:1")]
    assert spoken.state.unanswered() == ([], [])


async def test_chosen_speaker_answers(spoken: Setting) -> None:
    """A question that goes on with a speaker is answered with what that one said, as a reply to the question."""
    await spoken.ask(asking("What did Okafor say about the bridge?"))
    offered = spoken.state.offered(1, 5)
    assert offered is not None
    chosen = spoken.state.choose(offered, 1, 77)
    assert chosen is not None
    await spoken.replies.answer(spoken.client, chosen)
    sent = spoken.wire.sent()[1]
    assert sent["text"].splitlines()[0] == "[1] 📝 <b>Tobi Okafor</b>, harbour pilot · <i>reported</i>"
    assert sent["reply_parameters"]["message_id"] == 42
    assert spoken.state.unanswered() == ([], [])


async def test_assumed_speaker_is_told(spoken: Setting) -> None:
    """An answer that takes a name to mean one of several says so first, and offers the others."""
    (sent,) = await spoken.ask(asking("What did Wren say about the bridge?"))
    assert sent["text"].splitlines()[:3] == [
        "Taken to mean Ida Wren (4 statements); not Ola Wren.",
        "",
        "[1] 💬 <b>Ida Wren</b>",
    ]
    assert buttons(sent)[-2:] == [("More (1)", "m:1:3"), ("I meant Ola Wren", "w:1:0")]


async def test_known_speaker_without_an_answer(spoken: Setting) -> None:
    """Of a speaker who said nothing about it the bot says how much there is, and offers the nearest."""
    (sent,) = await spoken.ask(asking("What did Ola Wren say about football?"))
    lines = sent["text"].splitlines()
    assert lines[0] == "Ola Wren: 1 statement in 1 article, 6 May 2024, none about football."
    assert lines[2] == texts.nearest()


async def test_assumed_speaker_without_an_answer(spoken: Setting) -> None:
    """Who was taken to be meant is told before what was searched, and the others are offered."""
    (sent,) = await spoken.ask(asking("What did Wren say about football?"))
    assert sent["text"].splitlines()[:4] == [
        "Taken to mean Ida Wren (4 statements); not Ola Wren.",
        "Ida Wren: 4 statements in 4 articles, 2–5 May 2024, none about football.",
        "",
        texts.nearest(),
    ]
    assert buttons(sent)[-1] == ("I meant Ola Wren", "w:1:0")


async def test_unknown_speaker_is_told(spoken: Setting) -> None:
    """Nobody's words are shown for a speaker whom no article quotes."""
    (sent,) = await spoken.ask(asking("What did Zed say about the bridge?"))
    assert sent["text"].splitlines()[0] == (
        "No article quotes Zed. I looked through 8 statements in 5 articles from 2 May 2024 to 6 May 2024."
    )


async def test_long_names_and_topics_are_shortened(spoken: Setting) -> None:
    """A question as long as a message leaves room for what is found."""
    topic, name = "football " * 440, "Z" * 4000
    (sent,) = await spoken.ask(asking(f"What did Ola Wren say about {topic}?"))
    assert sent["text"].splitlines()[0].endswith(f", none about {('football ' * 9)[:79]}….")
    _, other = await spoken.ask(asking(f"What did {name} say?"))
    assert other["text"].startswith(f"No article quotes {'Z' * 79}…. I looked through")


async def test_context_of_a_statement_names_its_speaker(spoken: Setting) -> None:
    """Around a statement the attributed words are bold, and the line above says whose they are."""
    await spoken.ask(asking("What did Ola Wren say about the bridge?"))
    await spoken.replies.context(spoken.given().citations[0], 1, Target(5, 43), spoken.acknowledge)
    sent = spoken.wire.sent()[1]["text"]
    assert sent.startswith("Context of [1], with the words of Ola Wren in bold:")
    assert "<b>The bridge will open</b>, said source 5." in sent


async def test_only_the_chat_of_who_may_correct_can_deny(spoken: Setting) -> None:
    """Under a statement in an admin's private chat stands a button that doubts its speaker; nowhere else."""
    await spoken.ask(asking("What did Ola Wren say?"))
    spoken.replies._may_correct = lambda user: user == 5
    await spoken.ask(asking("What did Ola Wren say?"))
    first, second = spoken.wire.sent()
    assert buttons(first) == [("Context", "c:1:0:1")]
    assert buttons(second) == [("Context", "c:2:0:1"), ("Not said by Ola Wren?", "n:2:0")]


async def test_unsent_answer_is_left_to_the_next_start(setting: Setting) -> None:
    """An answer that surely did not leave stays accepted."""
    setting.wire.plan("sendMessage", error(500, "Internal Server Error"))
    await setting.ask()
    assert setting.state.unanswered() == ([ASKED], [])


async def test_uncertain_answer_is_closed_with_a_note(setting: Setting) -> None:
    """An answer that may have left is not repeated; the person is told, and the question is forgotten."""
    setting.wire.plan("sendMessage", UNCERTAIN)
    _, note = await setting.ask()
    assert note["text"] == texts.maybe_lost()
    assert setting.state.unanswered() == ([], [])


async def test_question_is_marked_before_it_leaves(setting: Setting) -> None:
    """A process that ends while the answer is on its way finds the question as one that may be answered."""
    hanging = asyncio.Event()
    setting.wire.do_request = lambda *_, **__: hanging.wait()  # type: ignore[assignment,method-assign]
    setting.state.take(ASKED.id, ASKED)
    answering = asyncio.create_task(setting.replies.answer(setting.client, ASKED))
    async with asyncio.timeout(5):
        while setting.state.unanswered() != ([], [ASKED]):  # noqa: ASYNC110 - the state is a file
            await asyncio.sleep(0.01)
    answering.cancel()


async def test_overload_is_told(setting: Setting) -> None:
    """When too much waits the person hears so at once."""
    setting.workshop._most = 0
    (sent,) = await setting.ask()
    assert sent["text"] == texts.busy()
    assert setting.state.unanswered() == ([], [])


async def test_who_waits_in_a_crowd_is_told_and_answered(setting: Setting) -> None:
    """When the turn does not come in time the person hears so, once, and the answer follows."""
    setting.workshop.close()
    setting.workshop = Workshop(workers=1, patience_s=0.05)
    setting.replies._workshop = setting.workshop
    go = threading.Event()
    busy = asyncio.create_task(setting.workshop.run(go.wait, 20))
    await asyncio.sleep(0)
    asking = asyncio.create_task(setting.ask())
    async with asyncio.timeout(20):
        while not setting.wire.sent():  # noqa: ASYNC110 - the wire tells nobody
            await asyncio.sleep(0.01)
    go.set()
    first, *answer = await asking
    await busy
    assert first["text"] == texts.delayed()
    assert answer
    assert all("bridge" in each["text"] for each in answer)
    assert setting.state.unanswered() == ([], [])


async def test_failed_more_can_be_tapped_again(setting: Setting) -> None:
    """More that did not leave shows the same passages at the next tap."""
    await setting.ask()
    setting.wire.plan("sendMessage", error(500, "Internal Server Error"))
    await setting.replies.more(setting.given(), setting.acknowledge)
    assert setting.given().shown == 3
    await setting.replies.more(setting.given(), setting.acknowledge)
    assert cited(setting.wire.sent()[-1]) == ["[4] 4", "[5] 5"]


async def test_second_tap_on_more_shows_nothing_again(setting: Setting) -> None:
    """Two taps that saw the same button show the next passages once."""
    await setting.ask()
    seen = setting.given()
    await setting.replies.more(seen, setting.acknowledge)
    await setting.replies.more(seen, setting.acknowledge)
    assert setting.said == ["", texts.shown_below()]
    assert len(setting.wire.sent()) == 2


async def test_context_of_changed_words_is_refused(setting: Setting) -> None:
    """When other words stand at the place now, there is no context to show."""
    await setting.ask()
    setting.answering.articles[1] = article(1, BRIDGE.format(n=1).replace("will open", "may close"))
    await setting.replies.context(setting.given().citations[0], 1, Target(5, 43), setting.acknowledge)
    assert setting.said == [texts.gone()]
    assert len(setting.wire.sent()) == 1


async def test_context_is_checked_before_it_is_shown(setting: Setting) -> None:
    """The surroundings of a citation are held against the stored article as well."""
    await setting.ask()
    setting.answering.unverified.add(BRIDGE.format(n=1))
    await setting.replies.context(setting.given().citations[0], 1, Target(5, 43), setting.acknowledge)
    assert len(setting.wire.sent()) == 1
    assert setting.state.counters() == {DROPPED: 1}
