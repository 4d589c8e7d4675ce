"""Which question a vote is about, and which reactions are votes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from fake_answering import article, cite
from telegram import Message, ReactionTypeCustomEmoji, ReactionTypeEmoji, User

from bot.chat.memories import Asked
from bot.chat.state import State
from bot.language import speaking
from bot.readers import texts_readers
from bot.readers.feedback import Feedback, _vote
from bot.readers.turns import Turns
from index.records import Answer, Question, Searched, Verdict
from sandbox.texts import typed

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from bot.chat.memories import Given

ME = User(99, "Verbatim", is_bot=True, username="verbatim_bot")
GROUP = {"id": -7, "type": "group", "title": "Readers"}
ANN = {"id": 5, "is_bot": False, "first_name": "Ann"}
QUESTION = "What did Pak say about the US?"
ANSWER = Answer(
    question=Question(text=QUESTION),
    verdict=Verdict.ANSWERED,
    citations=(),
    nearest=(),
    searched=Searched(articles=1, passages=1, first=None, last=None, generation=1),
)
UP, DOWN = ReactionTypeEmoji("👍"), ReactionTypeEmoji("👎")


@pytest.fixture
def state(tmp_path: Path) -> Iterator[State]:
    """The bot's memory."""
    made = State(tmp_path)
    yield made
    made.close()


def given(state: State) -> Given:
    """Keep an answer to message 42 of the group."""
    number = state.keep(Asked(1, -7, 42, None, QUESTION), [cite(article(1, "Words."))], nearest=False)
    found = state.given(number, -7)
    assert found is not None
    return found


def message(number: int, text: str, **fields: Any) -> dict[str, Any]:
    """Return a message of the group as Telegram sends it."""
    body = typed(text)
    entities = list(body.entities)
    return {"message_id": number, "date": 0, "chat": GROUP, "from": ANN, "text": text, "entities": entities, **fields}


def shown(text: str, replied: dict[str, Any] | None) -> Message:
    """Return a message that shows an answer."""
    fields = {"reply_to_message": replied} if replied else {}
    return Message.de_json(message(50, text, **fields), None)


@pytest.mark.parametrize(
    ("text", "replied", "question"),
    [
        ("[1] Words.", message(42, QUESTION), QUESTION),
        ("[1] Words.", message(42, f"/ask {QUESTION}"), QUESTION),
        ("[1] Words.", message(42, f"@verbatim_bot {QUESTION}"), QUESTION),
        (f"{texts_readers.taken_as(QUESTION)}\n\n[1] Words.", message(42, "and about the US?"), QUESTION),
        (f"{texts_readers.taken_as(QUESTION)}\n\n[1] Words.", None, QUESTION),
        ("[1] Words.", message(42, "/ask"), None),
        ("[1] Words.", message(41, "Something else"), None),
        ("[1] Words.", None, None),
    ],
)
async def test_question_is_read_from_what_is_shown(
    state: State, text: str, replied: dict[str, Any] | None, question: str | None
) -> None:
    """When it is forgotten, the question is the one that the answer replies to, or that it says it was taken as."""
    assert await Feedback(state).question_of(given(state), shown(text, replied), ME) == question


async def test_what_was_taken_is_read_in_any_language(state: State) -> None:
    """The language of who votes need not be that of the answer."""
    with speaking("ko"):
        text = f"{texts_readers.taken_as(QUESTION)}\n\n[1] Words."
    assert await Feedback(state).question_of(given(state), shown(text, None), ME) == QUESTION


async def test_remembered_question_comes_first(state: State) -> None:
    """As long as it is remembered, the question is the full one."""
    answer = given(state)
    Turns(state.engine).remember(Asked(1, -7, 42, None, QUESTION, user=5), ANSWER, answer.id)
    assert await Feedback(state).question_of(answer, shown("[1] Words.", message(42, "short")), ME) == QUESTION


def test_only_thumbs_are_votes() -> None:
    """Up or down is a vote, both at once and anything else is none."""
    assert _vote((UP,)) is True
    assert _vote((ReactionTypeEmoji("👎\ufe0f"), ReactionTypeEmoji("🔥"))) is False
    for none in ((), (UP, DOWN), (ReactionTypeEmoji("🔥"),), (ReactionTypeCustomEmoji("1"),)):
        assert _vote(none) is None
