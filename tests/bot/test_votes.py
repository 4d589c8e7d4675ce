"""Votes and shares as rows, what is deleted when, and votes as questions for evaluation."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner
from fake_answering import article, cite
from fakes import HashEncoder, PatternExtractor

from bot.app import App
from bot.chat.memories import Asked, digest
from bot.chat.retention import KEEP_ANSWERS_S, KEEP_SHARES_S, KEEP_TURNS_S, KEEP_VOTES_S
from bot.chat.state import State
from bot.cli import cli
from bot.config import Settings
from bot.readers.forgetting import forget
from bot.readers.shares import Shares
from bot.readers.turns import Turns
from bot.readers.votes import Votes
from corpus.records import Draft
from index.records import Answer, Question, QuestionKind, Searched, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from bot.chat.memories import Given
    from index.records import Citation

ANN, BEN, GROUP = 5, 6, -77
TEXT = "The bridge will open.\n\nThe ferry will sail."
BRIDGE = "What did the mayor say about the bridge?"
SEARCHED = Searched(articles=1, passages=2, first=None, last=None, generation=1)


class Clock:
    """Seconds that pass when a test says so."""

    now = 1_000_000.0

    def __call__(self) -> float:
        """Return the time."""
        return self.now


@pytest.fixture
def clock() -> Clock:
    """A clock."""
    return Clock()


@pytest.fixture
def state(tmp_path: Path, clock: Clock) -> Iterator[State]:
    """The bot's memory."""
    made = State(tmp_path, clock)
    yield made
    made.close()


@pytest.fixture
def votes(state: State, clock: Clock) -> Votes:
    """Votes in it."""
    return Votes(state.engine, clock)


def cited(words: str = "The bridge will open.", number: int = 1) -> Citation:
    """Return a citation of an article."""
    return cite(article(number, TEXT), words)


def given(state: State, chat: int = ANN, user: int | None = ANN, *, nearest: bool = False) -> Given:
    """Keep an answer of one citation."""
    asked = Asked(id=1, chat=chat, message=42, thread=None, text=BRIDGE, user=user)
    number = state.keep(asked, [cited()], nearest=nearest)
    found = state.given(number, chat)
    assert found is not None
    return found


def answered(topic: str = "the bridge") -> Answer:
    """Return what came of a question."""
    question = Question(text=BRIDGE, kind=QuestionKind.SAID, speaker="the mayor", topic=topic)
    return Answer(question=question, verdict=Verdict.ANSWERED, citations=(), nearest=(), searched=SEARCHED)


def asked(chat: int = ANN, user: int | None = ANN, message: int = 42) -> Asked:
    """Return a question as it came in."""
    return Asked(id=1, chat=chat, message=message, thread=None, text=BRIDGE, user=user)


def test_one_vote_a_person_changeable(state: State, votes: Votes) -> None:
    """A second vote takes the place of the first; people vote independently; a vote can be taken back."""
    answer = given(state)
    votes.cast(answer, ANN, BRIDGE, up=True)
    votes.cast(answer, BEN, None, up=True)
    votes.cast(answer, ANN, BRIDGE, up=False)
    assert [(each.question, each.up) for each in votes.all()] == [(BRIDGE, False), (BRIDGE, True)]
    assert [votes.of(answer.id, user) for user in (ANN, BEN, 7)] == [False, True, None]
    votes.take_back(answer.id, ANN)
    assert [(each.question, each.up) for each in votes.all()] == [(BRIDGE, True)]


def test_question_is_kept_only_while_there_is_a_vote(state: State, votes: Votes) -> None:
    """The last vote takes the question with it; a question that comes with a later vote is added."""
    answer = given(state)
    votes.cast(answer, ANN, None, up=True)
    assert [each.question for each in votes.all()] == [None]
    votes.cast(answer, BEN, BRIDGE, up=True)
    assert [each.question for each in votes.all()] == [BRIDGE, BRIDGE]
    votes.take_back(answer.id, ANN)
    votes.take_back(answer.id, BEN)
    with state.engine.connect() as connection:
        for table in ("votes", "rated", "rated_places"):
            assert connection.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar() == 0


def test_vote_outlives_the_buttons_of_its_answer(state: State, votes: Votes, clock: Clock) -> None:
    """What was voted on stays when the answer's buttons are forgotten, and goes after its own time."""
    answer = given(state, nearest=True)
    votes.cast(answer, ANN, BRIDGE, up=True)
    clock.now += KEEP_ANSWERS_S + 1
    state.prune()
    assert state.given(answer.id, ANN) is None
    (vote,) = votes.all()
    assert (vote.nearest, vote.citations) == (True, answer.citations)
    clock.now += KEEP_VOTES_S
    state.prune()
    assert list(votes.all()) == []


def test_messages_lead_to_their_answer(state: State, votes: Votes) -> None:
    """A message tells which answer it shows, in its own chat only, and not after the answer is gone."""
    answer = given(state)
    votes.appeared(ANN, 100, answer.id)
    votes.appeared(ANN, 101, answer.id + 1)
    assert (votes.shown_in(ANN, 100), votes.shown_in(BEN, 100), votes.shown_in(ANN, 101)) == (answer.id, None, None)
    forget(state.engine, ANN)
    assert votes.shown_in(ANN, 100) is None


def test_share_has_one_name_that_nobody_guesses(state: State, clock: Clock) -> None:
    """An answer has one token, of what a deep link can carry; another answer has another; it goes after its time."""
    shares = Shares(state.engine, clock)
    answer, other = given(state), given(state)
    token = shares.make(answer, ANN, BRIDGE)
    assert shares.make(answer, BEN, None) == token
    assert shares.make(other, ANN, None) != token
    assert len(token) == 16
    assert token.replace("-", "a").replace("_", "a").isalnum()
    found = shares.get(token)
    assert found is not None
    assert (found.question, found.nearest, found.citations) == (BRIDGE, False, answer.citations)
    assert shares.get("x" * 16) is None
    clock.now += KEEP_SHARES_S + 1
    state.prune()
    assert shares.get(token) is None


def test_questions_are_remembered_for_their_time(state: State, clock: Clock) -> None:
    """Each person goes on from their own last question in each chat, for half an hour; nobody in particular has any."""
    turns = Turns(state.engine, clock)
    turns.remember(asked(message=1), answered(), 3)
    turns.remember(asked(message=2), answered("the ferry"), 4)
    turns.remember(asked(GROUP, BEN), answered(), None)
    turns.remember(asked(GROUP, None), answered(), None)
    last = turns.before(asked(message=3))
    assert last is not None
    assert (last.question.topic, last.question.speaker, last.answer) == ("the ferry", "the mayor", 4)
    assert turns.before(asked(GROUP, ANN, 9)) is None
    assert (turns.question_of(3), turns.question_of(4), turns.question_of(5)) == (BRIDGE, BRIDGE, None)
    clock.now += KEEP_TURNS_S
    assert turns.before(asked(GROUP, BEN, 9)) is not None
    clock.now += 1
    assert turns.before(asked(GROUP, BEN, 9)) is None
    assert turns.question_of(4) is None
    state.prune()
    with state.engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM turns").scalar() == 0


def test_question_that_is_asked_again_does_not_follow_itself(state: State, clock: Clock) -> None:
    """After a crash, or with a speaker who was chosen, a question goes on from the one before it, and counts once."""
    turns = Turns(state.engine, clock)
    turns.remember(asked(message=1), answered("the ferry"), 3)
    for answer in (4, 5):
        turns.remember(asked(message=2), answered(), answer)
    before = turns.before(asked(message=2))
    assert before is not None
    assert before.question.topic == "the ferry"
    assert (turns.question_of(4), turns.question_of(5)) == (None, BRIDGE)


def test_memory_follows_a_group(state: State, clock: Clock) -> None:
    """When a group becomes a supergroup, the last questions and the votes of its answers go along."""
    turns, votes = Turns(state.engine, clock), Votes(state.engine, clock)
    answer = given(state, GROUP, BEN)
    turns.remember(asked(GROUP, BEN), answered(), answer.id)
    votes.cast(answer, BEN, BRIDGE, up=True)
    state.move(GROUP, -1001)
    assert turns.before(asked(-1001, BEN, 9)) is not None
    assert turns.before(asked(GROUP, BEN, 9)) is None
    assert state.given(answer.id, -1001) is not None
    assert votes.of(answer.id, BEN) is True


def test_forgetting_is_whole_and_touches_nobody_else(state: State, votes: Votes, clock: Clock) -> None:
    """All of somebody's rows and of their private chat go, and are counted; those of others stay."""
    turns, shares = Turns(state.engine, clock), Shares(state.engine, clock)
    for person in (ANN, BEN):
        answer, in_group = given(state, person, person), given(state, GROUP, person)
        for each in (answer, in_group):
            votes.cast(each, person, BRIDGE, up=True)
        votes.cast(in_group, 7, BRIDGE, up=False)
        turns.remember(asked(person, person), answered(), answer.id)
        turns.remember(asked(GROUP, person), answered(), in_group.id)
        shares.make(answer, person, BRIDGE)
        state.take(person, Asked(person, GROUP, 1, None, "who?", user=person))
        state.take(100 + person, Asked(100 + person, person, 1, None, "who?"))
        state.offer(asked(person, person), "Okafor", [(1, "Mina Okafor")])
        state.look(person, "Pak")
    counts = forget(state.engine, ANN)
    assert (counts.turns, counts.questions, counts.votes, counts.shares, counts.buttons) == (2, 2, 2, 1, 3)
    assert {each.user for each in state.unanswered()[0]} == {BEN, None}
    assert turns.before(asked(BEN, BEN, 9)) is not None
    assert [votes.of(number, ANN) for number in (1, 2)] == [None, None]
    # The third person's votes keep the questions of the answers in the group.
    assert sorted(each.up for each in votes.all()) == [False, False, True, True]
    again = forget(state.engine, ANN)
    assert (again.turns, again.questions, again.votes, again.shares, again.buttons) == (0, 0, 0, 0, 0)
    assert forget(state.engine, BEN) == counts


def exported(directory: Path, file: str) -> tuple[list[dict[str, Any]], str]:
    """Export the votes of a data directory; return the records, and what was said beside them."""

    def make(settings: Settings) -> App:
        return App(settings, loading=lambda _name, _directory: HashEncoder(), extracting=PatternExtractor)

    result = CliRunner().invoke(cli, ["--data-dir", str(directory), "feedback", "export", file], obj=make)
    assert result.exit_code == 0, result.output
    lines = (directory / "votes.jsonl").read_text("utf-8") if file != "-" else result.stdout
    return [json.loads(line) for line in lines.splitlines()], result.stderr


def test_votes_are_exported_as_questions(tmp_path: Path) -> None:
    """A line for each vote, with the words as they stand; those that do not stand any more have none."""
    app = App(Settings(data_dir=tmp_path), loading=lambda _name, _directory: HashEncoder(), extracting=PatternExtractor)
    app.writer.add([Draft(text=TEXT, title="News", key="news"), Draft(text="Fog.", title="Fog", key="fog")])
    state = State(tmp_path)
    shown = [cited(), cited("The ferry will sail."), cite(article(2, "Fox."))]
    number = state.keep(asked(), shown, nearest=False)
    answer, lost = state.given(number, ANN), given(state, nearest=True)
    assert answer is not None
    votes = Votes(state.engine)
    votes.cast(answer, ANN, BRIDGE, up=True)
    votes.cast(answer, BEN, BRIDGE, up=False)
    votes.cast(lost, ANN, None, up=True)
    state.close()
    app.close()
    records, said = exported(tmp_path, str(tmp_path / "votes.jsonl"))
    assert [(each["question"], each["verdict"], each["vote"]) for each in records] == [
        (BRIDGE, "answered", "up"),
        (BRIDGE, "answered", "down"),
    ]
    assert [(each["article"], each["text"]) for each in records[0]["citations"]] == [
        ("news", "The bridge will open."),
        ("news", "The ferry will sail."),
        ("fog", None),
    ]
    first = records[0]["citations"][0]
    assert TEXT[first["start"] : first["end"]] == first["text"]
    assert digest(first["text"]) == answer.citations[0].digest
    assert "Exported 1 👍 and 1 👎." in said
    assert "Left out: 1" in said
    assert str(ANN) not in json.dumps([{**each, "citations": []} for each in records])


def test_nothing_is_exported_where_nobody_voted(tmp_path: Path) -> None:
    """A directory that was never served has no votes, and gets no database for it."""
    assert exported(tmp_path, "-")[0] == []
    assert not (tmp_path / "bot.sqlite").exists()
