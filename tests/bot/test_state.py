"""The bot's memory."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from fake_answering import article, cite
from hypothesis import given
from hypothesis import strategies as st

from bot.chat.memories import Asked
from bot.chat.retention import KEEP_ANSWERS_S, KEEP_UPDATES_S
from bot.chat.state import State
from bot.errors import StateError
from corpus.records import Span

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

CITED = [cite(article(n, f"Words of article {n}.")) for n in (1, 2, 3)]


def asked(number: int, chat: int = 5, words: str = "who?") -> Asked:
    """Return a question."""
    return Asked(id=number, chat=chat, message=number + 100, thread=None, text=words)


class Clock:
    """A clock that stands still until it is set."""

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
    """An empty memory."""
    made = State(tmp_path, clock)
    yield made
    made.close()


def test_question_is_taken_once(state: State) -> None:
    """An update that was taken is not taken again, not even after its question was answered."""
    assert state.take(1, asked(1)) is True
    assert state.take(1, asked(1)) is False
    state.done(asked(1))
    assert state.take(1, asked(1)) is False
    assert state.unanswered() == ([], [])


def test_states_survive_a_restart(tmp_path: Path) -> None:
    """A new process finds accepted and sending questions apart, in the order in which they came, with their words."""
    first = State(tmp_path)
    for number in (3, 1, 2, 4):
        first.take(number, asked(number, words=f"is it {number} 😀?"))
    first.sending(asked(2))
    first.sending(asked(4))
    first.held_back(asked(4))
    first.done(asked(3))
    first.close()
    second = State(tmp_path)
    accepted, sending = second.unanswered()
    assert accepted == [asked(1, words="is it 1 😀?"), asked(4, words="is it 4 😀?")]
    assert sending == [asked(2, words="is it 2 😀?")]
    second.close()


def test_answered_question_leaves_no_words_behind(state: State, tmp_path: Path) -> None:
    """Nothing of what somebody asked is stored when it is answered."""
    state.take(1, asked(1, words="something private"))
    state.keep(asked(1), CITED, nearest=False)
    state.done(asked(1))
    with sqlite3.connect(tmp_path / "bot.sqlite") as raw:
        assert "something private" not in "\n".join(raw.iterdump())
    raw.close()


def test_file_is_for_its_owner_only(state: State, tmp_path: Path) -> None:
    """Nobody else on the machine reads what people ask."""
    del state
    assert (tmp_path / "bot.sqlite").stat().st_mode & 0o077 == 0


def test_answer_is_kept_for_its_chat(state: State) -> None:
    """An answer's places are found again in its chat, and in no other."""
    number = state.keep(asked(1), CITED, nearest=True)
    given = state.given(number, 5)
    assert given is not None
    assert (given.message, given.nearest, given.shown, given.numbered) == (101, True, 0, 0)
    assert [(kept.article, kept.span) for kept in given.citations] == [(each.article.id, each.span) for each in CITED]
    assert given.citations[0].fits("Words of article 1.")
    assert not given.citations[0].fits("Words of article 2.")
    assert state.given(number, 6) is None
    assert state.given(number + 1, 5) is None


def test_shown_moves_only_from_where_it_was(state: State) -> None:
    """Of two taps on the same button one shows the next citations."""
    number = state.keep(asked(1), CITED, nearest=False)
    assert state.show(number, 0, 2) is True
    assert state.show(number, 0, 2) is False
    state.number(number, 2)
    given = state.given(number, 5)
    assert given is not None
    assert (given.shown, given.numbered) == (2, 2)


def test_group_that_moved_is_followed(state: State) -> None:
    """Questions and answers of a group belong to the supergroup that it became."""
    state.take(1, asked(1, chat=-7))
    number = state.keep(asked(1, chat=-7), CITED, nearest=False)
    choice, lookup = state.offer(asked(1, chat=-7), None, OFFERED), state.look(-7, "okafor")
    state.move(-7, -1007)
    assert (state.offered(choice, -1007) is None, state.looked(lookup, -1007)) == (False, "okafor")
    assert (state.offered(choice, -7), state.looked(lookup, -7)) == (None, None)
    assert state.unanswered()[0] == [asked(1, chat=-1007)]
    assert state.given(number, -1007) is not None
    assert state.given(number, -7) is None


def test_old_things_are_forgotten(state: State, clock: Clock) -> None:
    """Update numbers are kept for two days, answers for thirty; unanswered questions stay."""
    state.take(1, asked(1))
    number = state.keep(asked(1), CITED, nearest=False)
    clock.now += KEEP_UPDATES_S
    state.prune()
    assert state.take(1) is False
    clock.now += 1
    state.prune()
    assert state.take(1) is True
    assert state.given(number, 5) is not None
    clock.now += KEEP_ANSWERS_S
    state.prune()
    assert state.given(number, 5) is None
    assert state.unanswered()[0] == [asked(1)]


def test_answer_numbers_are_never_used_again(state: State, clock: Clock) -> None:
    """The button of a forgotten answer cannot show another one."""
    first = state.keep(asked(1), CITED, nearest=False)
    clock.now += KEEP_ANSWERS_S + 1
    state.prune()
    assert state.keep(asked(2), CITED, nearest=False) > first


OFFERED = [(7, "Mina Okafor"), (9, "Tobi Okafor")]


def test_choice_is_kept_for_its_chat(state: State) -> None:
    """A question is found again in its chat with who was offered for it, and in no other."""
    number = state.offer(asked(1, words="What did Okafor say?"), "Okafor", OFFERED)
    offered = state.offered(number, 5)
    assert offered is not None
    assert (offered.message, offered.text, offered.words, offered.assumed) == (
        101,
        "What did Okafor say?",
        "Okafor",
        False,
    )
    assert offered.candidates == ((7, "Mina Okafor", False), (9, "Tobi Okafor", False))
    assert state.offered(number, 6) is None
    assert state.offered(number + 1, 5) is None


def test_each_speaker_is_chosen_once(state: State) -> None:
    """A choice becomes a question that waits for its answer; the same choice again becomes nothing."""
    offered = state.offered(state.offer(asked(1), None, OFFERED, assumed=True), 5)
    assert offered is not None
    assert offered.assumed is True
    assert offered.language == "en"
    chosen = state.choose(offered, 1, 50)
    assert chosen == Asked(id=50, chat=5, message=101, thread=None, text="who?", speaker=9)
    assert state.choose(offered, 1, 51) is None
    assert state.unanswered() == ([chosen], [])
    other = state.choose(offered, 0, 52)
    assert other is not None
    assert other.speaker == 7
    now = state.offered(offered.id, 5)
    assert now is not None
    assert [each[2] for each in now.candidates] == [True, True]


def test_language_of_a_question_is_kept(tmp_path: Path) -> None:
    """Who is answered after a restart, or after a choice, is answered in the language in which they asked."""
    first = State(tmp_path)
    korean = replace(asked(1), language="ko")
    first.take(1, korean)
    choice = first.offer(korean, None, OFFERED)
    first.close()
    second = State(tmp_path)
    assert second.unanswered() == ([korean], [])
    offered = second.offered(choice, 5)
    assert offered is not None
    chosen = second.choose(offered, 0, 50)
    assert chosen is not None
    assert (offered.language, chosen.language) == ("ko", "ko")
    second.close()


def test_choices_and_lookups_are_forgotten(state: State, clock: Clock) -> None:
    """Questions kept for buttons, and names looked for, are gone after thirty days, with their words."""
    choice, lookup = state.offer(asked(1), "Okafor", OFFERED), state.look(5, "okafor")
    clock.now += KEEP_ANSWERS_S
    state.prune()
    assert (state.offered(choice, 5) is None, state.looked(lookup, 5)) == (False, "okafor")
    clock.now += 1
    state.prune()
    assert (state.offered(choice, 5), state.looked(lookup, 5)) == (None, None)


def test_lookup_is_kept_for_its_chat(state: State) -> None:
    """What names were looked for is known in that chat only."""
    lookup = state.look(5, "okafor")
    assert (state.looked(lookup, 5), state.looked(lookup, 6), state.looked(lookup + 1, 5)) == ("okafor", None, None)


def test_statement_of_a_citation_is_kept(state: State) -> None:
    """A citation of a statement is remembered with its statement."""
    said = cite(article(1, "Words."), kind="direct", statement=12)
    given = state.given(state.keep(asked(1), [said, *CITED], nearest=False), 5)
    assert given is not None
    assert [kept.statement for kept in given.citations] == [12, None, None, None]


OLDER = """
CREATE TABLE questions (id INTEGER PRIMARY KEY, chat INTEGER NOT NULL, message INTEGER NOT NULL, thread INTEGER,
    text TEXT NOT NULL, state TEXT NOT NULL);
CREATE TABLE answers (id INTEGER PRIMARY KEY AUTOINCREMENT, chat INTEGER NOT NULL, message INTEGER NOT NULL,
    thread INTEGER, nearest INTEGER NOT NULL, shown INTEGER NOT NULL, numbered INTEGER NOT NULL, at INTEGER NOT NULL);
CREATE TABLE citations (answer INTEGER REFERENCES answers (id) ON DELETE CASCADE, position INTEGER, article INTEGER
    NOT NULL, start INTEGER NOT NULL, "end" INTEGER NOT NULL, digest BLOB NOT NULL, PRIMARY KEY (answer, position));
INSERT INTO questions VALUES (1, 5, 101, NULL, 'who?', 'accepted');
INSERT INTO answers VALUES (3, 5, 90, NULL, 0, 1, 1, 1000000);
INSERT INTO citations VALUES (3, 0, 8, 2, 6, x'00');
PRAGMA user_version = 1;
"""


def test_file_of_the_first_version_is_taken_over(tmp_path: Path) -> None:
    """Questions and answers of a bot that knew no speakers are still there, and can be chosen for from now on."""
    with sqlite3.connect(tmp_path / "bot.sqlite") as raw:
        raw.executescript(OLDER)
    raw.close()
    for _ in range(2):
        state = State(tmp_path)
        assert state.unanswered() == ([asked(1)], [])
        given = state.given(3, 5)
        assert given is not None
        assert [(kept.article, kept.span, kept.statement) for kept in given.citations] == [(8, Span(2, 6), None)]
        assert state.offer(asked(1), "Okafor", OFFERED) > 0
        state.close()


SECOND = """
ALTER TABLE questions ADD COLUMN speaker INTEGER;
ALTER TABLE citations ADD COLUMN statement INTEGER;
CREATE TABLE choices (id INTEGER PRIMARY KEY AUTOINCREMENT, chat INTEGER NOT NULL, message INTEGER NOT NULL, thread
    INTEGER, text TEXT NOT NULL, words TEXT, assumed INTEGER NOT NULL, at INTEGER NOT NULL);
CREATE TABLE candidates (choice INTEGER REFERENCES choices (id) ON DELETE CASCADE, position INTEGER, speaker INTEGER
    NOT NULL, name TEXT NOT NULL, chosen INTEGER NOT NULL, PRIMARY KEY (choice, position));
INSERT INTO choices VALUES (4, 5, 101, NULL, 'who?', 'Okafor', 0, 1000000);
INSERT INTO candidates VALUES (4, 0, 7, 'Mina Okafor', 0);
PRAGMA user_version = 2;
"""


def test_file_of_the_second_version_is_taken_over(tmp_path: Path) -> None:
    """Questions and choices of a bot that spoke English only are still there, in English."""
    with sqlite3.connect(tmp_path / "bot.sqlite") as raw:
        raw.executescript(OLDER + SECOND)
    raw.close()
    for _ in range(2):
        state = State(tmp_path)
        assert state.unanswered() == ([asked(1)], [])
        offered = state.offered(4, 5)
        assert offered is not None
        assert (offered.language, offered.candidates) == ("en", ((7, "Mina Okafor", False),))
        state.close()


def test_counters_add_up(state: State) -> None:
    """Counters begin at nothing and keep their sum."""
    assert state.counters() == {}
    state.count("dropped")
    state.count("dropped", 2)
    assert state.counters() == {"dropped": 3}


def test_damaged_file_is_told(tmp_path: Path) -> None:
    """A file that is no database is reported with what to do."""
    (tmp_path / "bot.sqlite").write_bytes(b"not a database at all, but long enough to be looked at" * 10)
    with pytest.raises(StateError, match="no article is lost"):
        State(tmp_path)


def test_newer_file_is_told(tmp_path: Path) -> None:
    """A file of another version is not touched."""
    with sqlite3.connect(tmp_path / "bot.sqlite") as raw:
        raw.execute("PRAGMA user_version = 99")
    raw.close()
    with pytest.raises(StateError, match="another version"):
        State(tmp_path)


@given(st.lists(st.sampled_from(["take", "sending", "held_back", "done", "restart"]), max_size=12))
def test_a_question_is_in_one_state(tmp_path_factory: pytest.TempPathFactory, steps: list[str]) -> None:
    """Whatever happens in which order, a question that was taken and not done is found exactly once."""
    directory = tmp_path_factory.mktemp("state")
    state = State(directory)
    expected: str | None = None
    taken = False
    for step in steps:
        match step:
            case "take":
                assert state.take(1, asked(1)) is not taken
                expected, taken = ("accepted" if not taken else expected), True
            case "restart":
                state.close()
                state = State(directory)
            case "done":
                state.done(asked(1))
                expected = None
            case _:
                getattr(state, step)(asked(1))
                expected = expected and {"sending": "sending", "held_back": "accepted"}[step]
    accepted, sending = state.unanswered()
    state.close()
    assert (accepted, sending) == (
        [asked(1)] if expected == "accepted" else [],
        [asked(1)] if expected == "sending" else [],
    )
