"""What the desk keeps in the bot's own database: drafts, prompts, intakes, imports, channels and posts."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import pytest

from bot.chat.schema import open_file
from bot.chat.sending import Target
from bot.chat.state import FILE, State
from bot.desk.channels import Channels, Followed, Waiting
from bot.desk.drafts import KEEP_DRAFTS_S, Drafts, Piece, Prompt
from bot.desk.imports import Imports
from bot.desk.intakes import FilePart, Intakes, LinkPart, PostPart, TextPart, joined
from corpus.records import Draft

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sqlalchemy import Engine

HERE = Target(-5, 3, 9)
PIECE = Piece(
    Draft(text="Text & <more>.", title="T", url="https://n.example", published=date(2024, 5, 1)), 2, same=None, near=4
)
POST = PostPart("Words.", "The Post", -100, 7, None, "2024-05-01")


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    """The bot's own database."""
    made = open_file(tmp_path / FILE)
    yield made
    made.dispose()


def test_drafts_come_back_as_they_were(engine: Engine) -> None:
    """Pieces keep their order and fields; a change replaces the first; they are known in their chat only."""
    drafts = Drafts(engine)
    other = Piece(Draft(text="Other."))
    pending = drafts.add(HERE, [PIECE, other], article=12)
    assert drafts.pending(pending.id, HERE.chat) == pending
    assert drafts.pending(pending.id, 99) is None
    assert drafts.pieces(pending.id) == [PIECE, other]
    assert drafts.pieces(pending.id, 1, 1) == [other]
    changed = replace(PIECE, statements=3, near=None)
    drafts.change(pending.id, changed)
    drafts.shown(pending.id, 44)
    assert drafts.pieces(pending.id) == [changed, other]
    drafts.keep(pending.id, [5, 6])
    assert drafts.pending(pending.id, HERE.chat) == replace(pending, message=44, kept=(5, 6), count=0)
    drafts.discard(pending.id)
    assert drafts.pending(pending.id, HERE.chat) is None


def test_drafts_are_forgotten_after_a_day(engine: Engine) -> None:
    """A day later neither a draft nor a question is known, and nothing of it is left on disk."""
    now = 1_000_000.0
    drafts = Drafts(engine, lambda: now)
    pending = drafts.add(HERE, [PIECE])
    drafts.ask(HERE.chat, 1, Prompt(pending.id, "title"))
    now += KEEP_DRAFTS_S - 1
    drafts.prune()
    assert drafts.pending(pending.id, HERE.chat) is not None
    now += 1
    assert drafts.pending(pending.id, HERE.chat) is None
    assert drafts.prompt(HERE.chat, 1, 5) is None
    drafts.prune()
    assert drafts.pieces(pending.id) == []


def test_a_question_is_known_by_its_message_and_person(engine: Engine) -> None:
    """Before it is known which message asks, any counts; the newest question of a person takes the place of another."""
    drafts = Drafts(engine)
    drafts.ask(HERE.chat, 1, Prompt(3, "title"))
    assert drafts.prompt(HERE.chat, 1, 50) == Prompt(3, "title")
    assert drafts.prompt(HERE.chat, 2, 50) is None
    drafts.asked(HERE.chat, 1, 51)
    assert drafts.prompt(HERE.chat, 1, 50) is None
    assert drafts.prompt(HERE.chat, 1, 51) == Prompt(3, "title")
    drafts.ask(HERE.chat, 1, Prompt(4, "url"))
    drafts.asked(HERE.chat, 1, 60)
    assert drafts.prompt(HERE.chat, 1, 51) is None
    drafts.answered(HERE.chat, 1)
    assert drafts.prompt(HERE.chat, 1, 60) is None


def test_intakes_keep_parts_in_order(engine: Engine) -> None:
    """Parts of every kind come back as they came, also those that came later; a closed intake is gone."""
    intakes = Intakes(engine)
    parts = (TextPart("a <b>"), LinkPart("https://n.example"), FilePart("id", "n.txt", 5), POST)
    number = intakes.begin(HERE, 1, "ko", parts[:2])
    intakes.extend(number, parts[2:])
    read = intakes.read(number)
    assert read is not None
    assert (read.target, read.user, read.language, read.parts) == (HERE, 1, "ko", parts)
    assert intakes.open() == [number]
    intakes.close(number)
    assert intakes.read(number) is None
    assert intakes.open() == []


@pytest.mark.parametrize(
    ("pieces", "whole"),
    [
        (["One."], "One."),
        (["It ends.", "It begins."], "It ends.\n\nIt begins."),
        (["“It ends.”", " Next"], "“It ends.”\n\nNext"),
        (["in the", "middle of it "], "in the middle of it "),
    ],
)
def test_pieces_of_a_text_are_joined(pieces: list[str], whole: str) -> None:
    """What was cut inside of a sentence goes on in its line; what ended with one begins a paragraph."""
    assert joined(pieces) == whole


def test_imports_remember_that_they_were_begun(engine: Engine) -> None:
    """An import is open until it is done, and knows whether it was begun before."""
    imports = Imports(engine)
    number = imports.add(HERE, 1, "en", FilePart("id", "n.jsonl", 5))
    read = imports.read(number)
    assert read is not None
    assert (read.begun, read.message, read.target) == (False, None, Target(HERE.chat, None, HERE.thread))
    imports.begin(number)
    imports.shown(number, 70)
    again = imports.read(number)
    assert again == replace(read, begun=True, message=70)
    assert imports.open() == [number]
    imports.done(number)
    assert imports.read(number) is None


def test_posts_wait_until_they_are_stored(engine: Engine) -> None:
    """Only posts of followed channels wait, edits only of known ones; an edit while one is stored waits again."""
    channels = Channels(engine)
    assert not channels.receive(POST, edited=False)
    channel = Followed(-100, "The Post", None, 1)
    assert channels.follow(channel)
    assert not channels.follow(channel)
    assert not channels.receive(POST, edited=True)
    assert channels.receive(POST, edited=False)
    assert channels.waiting() == Waiting(POST, None)
    edited = replace(POST, text="Other words.")
    assert channels.receive(edited, edited=True)
    channels.stored(POST, 12)
    assert channels.waiting() == Waiting(edited, 12)
    channels.stored(edited, 12)
    assert channels.waiting() is None
    channels.receive(POST, edited=True)
    assert channels.unfollow(-100)
    assert not channels.unfollow(-100)
    assert channels.waiting() is None


def test_a_group_that_moves_takes_all_along(tmp_path: Path) -> None:
    """When a group becomes a supergroup, what waits in it waits there."""
    state = State(tmp_path)
    drafts = Drafts(state.engine)
    pending = drafts.add(HERE, [PIECE])
    state.move(HERE.chat, -100_5)
    assert drafts.pending(pending.id, HERE.chat) is None
    assert drafts.pending(pending.id, -100_5) == replace(pending, chat=-100_5)
    state.close()
