"""Inline results: verified one by one, within the time that people wait, and never cut."""

from __future__ import annotations

import asyncio
import json
import time
from typing import TYPE_CHECKING, Any, cast

import pytest
from fake_answering import FakeAnswering, article
from telegram import Update
from wire import Wire, client_on

from bot.access.limiting import Drawn
from bot.chat.pages import DROPPED, Pages
from bot.chat.sending import Sender
from bot.chat.state import State
from bot.chat.workshop import WORKERS, Workshop
from bot.readers import inline, texts_readers
from bot.readers.inline import Inline
from bot.readers.votes import Votes

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from telegram.ext import ContextTypes

    from index.records import Citation

BRIDGE = "Before {n}.\n\nThe bridge will open, said source {n}.\n\nAfter {n}."
CITED = "The bridge will open, said source {n}."
LONG = "The bridge " + "was discussed at great length by all of them, and " * 100 + "then the bridge."


class Setting:
    """Inline mode over invented articles on a scripted wire."""

    def __init__(self, directory: Path) -> None:
        self.answering = FakeAnswering({n: article(n, BRIDGE.format(n=n)) for n in range(1, 13)})
        self.state = State(directory)
        self.wire = Wire()
        self.client, throttle = client_on(self.wire)

        async def moved(old: int, new: int) -> None:
            raise AssertionError((old, new))

        sender = Sender(self.client, throttle, moved)
        self.workshop = Workshop()
        pages = Pages(self.answering, self.state, sender, Votes(self.state.engine))
        self.inline = Inline(self.answering, self.workshop, pages)

    async def ask(self, text: str = "what about the bridge", number: int = 1, user: int = 5) -> None:
        """Type a query."""
        person = {"id": user, "is_bot": False, "first_name": "Ann"}
        query = {"id": str(number), "from": person, "query": text, "offset": ""}
        update = Update.de_json({"update_id": number, "inline_query": query}, self.client)
        await self.inline.query(update, cast("ContextTypes.DEFAULT_TYPE", None))

    def shown(self) -> list[tuple[list[str], str | None]]:
        """Return descriptions and the button's label of each answer."""
        answers: list[dict[str, Any]] = [values for method, values in self.wire.calls if method == "answerInlineQuery"]
        return [
            ([each["description"] for each in one["results"]], one["button"]["text"] if "button" in one else None)
            for one in answers
        ]

    def close(self) -> None:
        """Let go of files and threads."""
        self.workshop.close()
        self.state.close()


@pytest.fixture
def setting(tmp_path: Path) -> Iterator[Setting]:
    """Inline mode over twelve articles."""
    made = Setting(tmp_path)
    yield made
    made.close()


async def test_ten_results_at_most(setting: Setting) -> None:
    """Of many citations ten are offered, in the order of the answer, under different ids."""
    await setting.ask()
    assert setting.shown() == [([CITED.format(n=n) for n in range(1, 11)], None)]
    (values,) = [values for method, values in setting.wire.calls if method == "answerInlineQuery"]
    ids = [each["id"] for each in values["results"]]
    assert len(set(ids)) == 10
    assert max(len(each.encode()) for each in ids) <= 64


async def test_citation_that_does_not_stand_is_not_offered(setting: Setting) -> None:
    """Each citation is compared with its article right before; what fails is dropped and counted."""
    setting.answering.unverified |= {CITED.format(n=n) for n in (1, 3)}
    await setting.ask()
    assert setting.shown()[0][0] == [CITED.format(n=n) for n in (2, 4, 5, 6, 7, 8, 9, 10)]
    assert setting.state.counters() == {DROPPED: 2}


async def test_long_passage_is_left_out(setting: Setting) -> None:
    """A passage that does not fit into one message is not offered, rather than cut."""
    setting.answering.articles = {1: article(1, LONG), 2: article(2, BRIDGE.format(n=2))}
    await setting.ask()
    assert setting.shown() == [([CITED.format(n=2)], None)]


async def test_what_is_verified_in_time_is_shown(setting: Setting, monkeypatch: pytest.MonkeyPatch) -> None:
    """When verifying takes too long, what was verified until then is shown."""
    verify = setting.answering.verify

    def slowly(citation: Citation) -> bool:
        time.sleep(0.15)
        return verify(citation)

    monkeypatch.setattr(setting.answering, "verify", slowly)
    monkeypatch.setattr(inline, "DEADLINE_S", 0.6)
    began = time.monotonic()
    await setting.ask()
    assert time.monotonic() - began < 1.2
    ((shown, button),) = setting.shown()
    assert 1 <= len(shown) < 6
    assert shown == [CITED.format(n=n) for n in range(1, len(shown) + 1)]
    assert button is None


async def test_failure_after_the_deadline_is_logged(
    setting: Setting, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """A question that fails when nobody waits any more leaves a line in the log, and nothing else."""
    setting.answering.slow_s = {"kaboom": 0.5}
    monkeypatch.setattr(inline, "DEADLINE_S", 0.4)
    await setting.ask("kaboom")
    assert setting.shown() == [([], texts_readers.inline_late())]
    async with asyncio.timeout(5):
        while "that took too long has failed" not in caplog.text:  # noqa: ASYNC110 - a log tells nobody
            await asyncio.sleep(0.05)


async def test_failure_is_told(setting: Setting, caplog: pytest.LogCaptureFixture) -> None:
    """A question that fails is told in a sentence, and logged."""
    await setting.ask("kaboom")
    assert setting.shown() == [([], texts_readers.inline_failed())]
    assert "RuntimeError: kaboom" in caplog.text


async def test_too_many_questions_are_turned_away(setting: Setting) -> None:
    """When the queue is full, the person is told to try again."""
    setting.workshop._most = 0
    await setting.ask()
    assert setting.shown() == [([], texts_readers.inline_busy())]


async def test_who_asks_too_much_waits(setting: Setting) -> None:
    """Queries that are worked on count as questions; who has asked too many is told how long to wait."""
    counted = list[int]()

    def draw(user: int) -> Drawn:
        counted.append(user)
        return Drawn(7 if len(counted) > 1 else 0)

    setting.inline.draw = draw
    await asyncio.gather(*(setting.ask(f"what about the bridge {n} bridge", n) for n in range(1, 4)))
    assert counted == [5]
    await setting.ask("what about the bridge", 4)
    assert setting.shown()[-1] == ([], texts_readers.inline_too_many(7))
    assert setting.answering.asked == ["what about the bridge 3 bridge"]


async def test_only_the_latest_query_is_worked_on(setting: Setting) -> None:
    """Of one person's queries only the last is asked; those of others are asked beside it; nothing is left behind."""
    queries = [setting.ask(f"what about the bridge {n} bridge", n) for n in range(1, 6)]
    await asyncio.gather(*queries, setting.ask("what about the bridge", 6, user=7))
    assert sorted(setting.answering.asked) == ["what about the bridge", "what about the bridge 5 bridge"]
    assert len(setting.shown()) == 2
    assert setting.inline._latest == {}


async def test_query_that_waits_for_a_thread_is_given_up(setting: Setting) -> None:
    """A query whose person types on while it waits for a thread is not asked when its turn comes."""
    setting.answering.slow_s = {"slowly": 0.5}
    busy = [setting.workshop.run(setting.answering.ask, "slowly bridge") for _ in range(WORKERS)]
    running = [asyncio.ensure_future(each) for each in busy]
    first = asyncio.create_task(setting.ask("first bridge", 1))
    await asyncio.sleep(inline.PAUSE_S + 0.1)
    await setting.ask("second bridge", 2)
    await asyncio.gather(first, *running)
    assert "first bridge" not in setting.answering.asked
    assert len(setting.shown()) == 1


async def test_results_are_personal_and_fresh(setting: Setting) -> None:
    """Telegram may repeat results only to the same person, and only for seconds."""
    await setting.ask()
    (values,) = [values for method, values in setting.wire.calls if method == "answerInlineQuery"]
    assert values["is_personal"] is True
    assert values["cache_time"] <= 10
    assert json.dumps(values["results"]).count("<blockquote expandable>") == 10
