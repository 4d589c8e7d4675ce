"""Answers as they leave: verified, numbered, remembered."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from fake_answering import FakeAnswering, article
from wire import Reply, Wire, client_on, error

from bot import texts
from bot.pacing import Patience, Workshop
from bot.replying import DROPPED, Replies
from bot.sending import Sender, Target
from bot.state import Asked, Given, State
from index.records import Answer, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

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
    assert sent["text"] == texts.JUST_CHANGED
    assert setting.state.counters() == {DROPPED: 3}
    assert setting.state.unanswered() == ([], [])


async def test_altered_citation_is_never_shown(setting: Setting) -> None:
    """A citation whose text is not the slice it claims to be is dropped even if the index vouches for it."""
    answering = setting.answering

    class Altering:
        """Answers with altered words, and vouches for them."""

        def ask(self, text: str, limit: int = 10) -> Answer:
            """Answer with the first citation altered."""
            answer = answering.ask(text, limit)
            first, *rest = answer.citations
            return replace(answer, citations=(replace(first, text=first.text.replace("open", "close")), *rest))

        def verify(self, citation: object) -> bool:
            """Vouch for anything."""
            del citation
            return True

    setting.replies._answering = Altering()  # type: ignore[assignment]
    (sent,) = await setting.ask()
    assert cited(sent) == ["[1] 2", "[2] 3"]


async def test_nothing_found_is_honest(setting: Setting) -> None:
    """Without an answer the bot says what it searched and offers the nearest, which More goes on calling so."""
    (sent,) = await setting.ask(replace(ASKED, text="who won the regatta?"))
    assert sent["text"].splitlines()[0] == (
        "I found nothing about that. I looked through 5 articles from 2 May 2024 to 6 May 2024."
    )
    assert texts.NEAREST in sent["text"]
    assert setting.given().nearest is True


async def test_more_of_the_nearest_is_labelled(setting: Setting) -> None:
    """Further nearest passages carry their label too."""
    answer = setting.answering.ask("what about the bridge?")
    setting.state.keep(ASKED, answer.citations, nearest=True)
    await setting.replies.more(setting.given(), setting.acknowledge)
    assert setting.wire.sent()[0]["text"].startswith(texts.MORE_NEAREST)


async def test_empty_collection_is_told(tmp_path: Path) -> None:
    """Without any article there is nothing to look through, and nothing nearest."""
    setting = Setting(tmp_path, articles=0)
    (sent,) = await setting.ask()
    assert sent["text"] == texts.NO_ARTICLES
    setting.close()


async def test_ambiguous_name_is_told(setting: Setting) -> None:
    """When a name fits several people the bot asks for the full name."""
    known = setting.answering.ask
    setting.answering.ask = lambda text, limit=10: replace(known(text, limit), verdict=Verdict.AMBIGUOUS)  # type: ignore[method-assign]
    (sent,) = await setting.ask()
    assert sent["text"] == texts.AMBIGUOUS


async def test_unsent_answer_is_left_to_the_next_start(setting: Setting) -> None:
    """An answer that surely did not leave stays accepted."""
    setting.wire.plan("sendMessage", error(500, "Internal Server Error"))
    await setting.ask()
    assert setting.state.unanswered() == ([ASKED], [])


async def test_uncertain_answer_is_closed_with_a_note(setting: Setting) -> None:
    """An answer that may have left is not repeated; the person is told, and the question is forgotten."""
    setting.wire.plan("sendMessage", UNCERTAIN)
    _, note = await setting.ask()
    assert note["text"] == texts.MAYBE_LOST
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
    assert sent["text"] == texts.BUSY
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
    assert setting.said == ["", texts.SHOWN_BELOW]
    assert len(setting.wire.sent()) == 2


async def test_context_of_changed_words_is_refused(setting: Setting) -> None:
    """When other words stand at the place now, there is no context to show."""
    await setting.ask()
    setting.answering.articles[1] = article(1, BRIDGE.format(n=1).replace("will open", "may close"))
    await setting.replies.context(setting.given().citations[0], 1, Target(5, 43), setting.acknowledge)
    assert setting.said == [texts.GONE]
    assert len(setting.wire.sent()) == 1


async def test_context_is_checked_before_it_is_shown(setting: Setting) -> None:
    """The surroundings of a citation are held against the stored article as well."""
    await setting.ask()
    setting.answering.unverified.add(BRIDGE.format(n=1))
    await setting.replies.context(setting.given().citations[0], 1, Target(5, 43), setting.acknowledge)
    assert len(setting.wire.sent()) == 1
    assert setting.state.counters() == {DROPPED: 1}
