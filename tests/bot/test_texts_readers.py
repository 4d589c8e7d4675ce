"""What readers are told: catalogues, lengths of time, and questions read back from what was said."""

from __future__ import annotations

import re

import pytest
from fake_answering import FakeAnswering, article, cite, person

from bot import language
from bot.chat.formatting import MOST_UNITS, alone
from bot.chat.retention import KEPT
from bot.readers import texts_privacy, texts_readers
from bot.readers.forgetting import Forgotten
from bot.readers.wishes import Wish, button, forgetting, rating_row, turning, wished

GREATEST = 10**18 - 1


def test_what_was_taken_is_read_back() -> None:
    """The full question is read back from an answer's first line; what was shortened, or says nothing of it, is not."""
    question = "What did Pak say about (the) {US}?"
    assert texts_readers.question_taken(f"{texts_readers.taken_as(question)}\nmore") == question
    assert texts_readers.question_taken(texts_readers.taken_as("x" * 300)) is None
    assert texts_readers.question_taken("[1] Pak") is None
    assert texts_readers.question_taken("") is None


def test_privacy_names_every_table_with_its_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """How long each table is kept is told, and a changed constant changes what is told."""
    assert {table.name for table, _ in KEPT} == {
        "updates", "answers", "choices", "lookups", "turns", "rated", "shares",
    }  # fmt: skip
    told = texts_privacy.privacy()
    for _, seconds in KEPT:
        assert texts_privacy._lasting(seconds) in told
    monkeypatch.setattr(texts_privacy, "KEEP_VOTES_S", 7 * 3600)
    assert "the passages: 7 hours" in texts_privacy.privacy()


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(60, "1 minute"), (1800, "30 minutes"), (3600, "1 hour"), (86_400, "1 day"), (90_000, "25 hours")],
)
def test_lengths_of_time(seconds: int, said: str) -> None:
    """A length of time is told in its largest whole unit."""
    assert texts_privacy._lasting(seconds) == said


def test_what_was_deleted_is_counted() -> None:
    """Only what there was is told, in numbers."""
    counts = Forgotten(names=0, turns=0, questions=1, votes=1_200, shares=0, buttons=2)
    assert texts_privacy.forgotten(counts) == (
        "Deleted:\n• 1 waiting question\n• 1,200 votes\n• the buttons of 2 messages"
    )
    none = Forgotten(names=0, turns=0, questions=0, votes=0, shares=0, buttons=0)
    assert texts_privacy.forgotten(none) == "I had nothing stored about you."


def test_commands_can_be_announced() -> None:
    """Names and descriptions are what Telegram takes, in every language."""
    for code in language.LANGUAGES:
        with language.speaking(code):
            for name, description in texts_readers.commands().items():
                assert re.fullmatch(r"[a-z_]{1,32}", name)
                assert 1 <= len(description) <= 256


def test_about_is_short_for_whom_much_is_known() -> None:
    """Of many roles, names and publishers the first are listed; the card leaves room for statements."""
    roles = tuple(f"role {n} {'x' * 500}" for n in range(60))
    answering = FakeAnswering({1: article(1, "Words.")}, cast={1: person(1, "Mina " + "O" * 400, *roles)})
    portrait = answering.portrait(1, 3)
    assert portrait is not None
    told = texts_readers.about(portrait)
    assert len(told) < MOST_UNITS / 4
    assert "… and 54 more" in told


def test_readers_buttons_are_read_back() -> None:
    """Each wish is read back with its number, in at most 64 bytes; anything else is no wish."""
    for wish in Wish:
        data = button("x", wish, GREATEST).callback_data
        assert isinstance(data, str)
        assert len(data.encode()) <= 64
        found = wished(data)
        assert found is not None
        assert (found.wish, found.number) == (wish, GREATEST)
    for data in ("", "r:", "r:u:", "r:u:-1", "r:u:1x", "r:q:1", "c:1:1:1", "r:u:" + "1" * 19):
        assert wished(data) is None
    assert [each.text for each in rating_row(1)] == ["👍", "👎", "Share"]
    assert turning(0, 1) is None
    turned = turning(1, 3)
    assert turned is not None
    assert [each.callback_data for each in turned.inline_keyboard[0]] == ["r:p:0", "r:p:2"]
    assert [each.callback_data for each in forgetting(7).inline_keyboard[0]] == ["r:f:7", "r:k:7"]


def test_citation_alone_is_one_message() -> None:
    """A citation by itself has no number; one that does not fit into a message is not cut but left out."""
    written = alone(cite(article(1, "She said <no> & left.", title="News")))
    assert written is not None
    assert written.plain == "News\nShe said <no> & left.\nHarbour Gazette · 2 May 2024"
    assert alone(cite(article(1, "word " * 1_000))) is None
