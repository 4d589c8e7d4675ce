"""What the bot remembers: a small SQLite database of its own, beside the corpus.

It holds what a restart must not lose, and nothing more about people than that needs:

How long each of it is kept stands in `bot.chat.retention`.

- updates: numbers of the updates that were taken in, so that none is handled twice (Telegram keeps updates for a day).
- questions: those that are not answered yet. A question is "accepted" from before Telegram is told that it arrived,
  "sending" from right before its answer leaves, and is deleted when it is answered. After a crash, accepted questions
  are answered; of a question found "sending" nobody can know whether its answer arrived, so it is not answered again,
  and the person is told to ask again if they see none.
- answers and citations: which passages were shown under which answer, as places in articles, for the buttons, and
  which messages showed them (appearances). The words themselves are not stored here, only a digest that tells whether
  they still stand there.
- choices and candidates: questions in which a name fits several speakers, with their words, since a tap on a name
  answers them.
- lookups: what names were looked for, for the buttons that turn pages.
- turns: what each person asked a moment ago in a chat, for questions that follow up (`bot.readers.following`).
- rated, votes: what was thought of answers, with their questions (`bot.readers.votes`).
- shares: answers to which somebody made a link (`bot.readers.shares`).
- audits and repeats: who changed what, or tried to, and how often; kept for good (`bot.access.auditing`).
- members: who is an admin, and which people and groups may read where not everybody may (`bot.access.members`).
- people: what those who write to the bot are called (`bot.access.people`).
- buckets and notices: how much each may ask yet, and what they were told already (`bot.access.limiting`).
- desk_…: what admins hand in, and what waits for their word (`bot.desk.intakes`, `bot.desk.drafts`, `bot.importing`,
  `bot.desk.channels`).
- followers: who wants to hear of which long job, and in which message (`bot.care.followers`).
- canaries: questions that are asked before an index is switched (`bot.care.canaries`).
- tallies: how many questions came to what, by day; no words and no people (`bot.care.tallies`).
- counters: how often something happened that should not.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from sqlalchemy import Connection, delete, insert, select, update
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from bot.chat.memories import Asked, Given, Kept, Offered, digest
from bot.chat.retention import KEPT
from bot.chat.schema import (
    answers,
    candidates,
    choices,
    citations,
    counters,
    lookups,
    metadata,
    open_file,
    questions,
    updates,
    writing,
)
from corpus.records import Span

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from contextlib import AbstractContextManager
    from pathlib import Path

    from index.records import Citation

FILE = "bot.sqlite"
ACCEPTED, SENDING = "accepted", "sending"


class State:
    """The bot's memory. Safe to use from several threads; every method is one transaction, on disk when it returns.

    Raises:
        StateError: the file cannot be used.
    """

    def __init__(self, directory: Path, clock: Callable[[], float] = time.time) -> None:
        self._clock = clock
        self.engine = self._engine = open_file(directory / FILE)

    def close(self) -> None:
        """Close the file."""
        self._engine.dispose()

    def take(self, number: int, question: Asked | None = None) -> bool:
        """Take an update in, and its question with it; return False if it was taken before."""
        with self._writing() as connection:
            row = sqlite_insert(updates).values(id=number, at=self._now()).on_conflict_do_nothing()
            if connection.execute(row).rowcount == 0:
                return False
            if question is not None:
                values = {name: getattr(question, name) for name in question.__slots__}
                connection.execute(insert(questions).values(**values, state=ACCEPTED))
        return True

    def sending(self, question: Asked) -> None:
        """Write down that the answer leaves now."""
        self._mark(question, SENDING)

    def held_back(self, question: Asked) -> None:
        """Write down that the answer did not leave after all."""
        self._mark(question, ACCEPTED)

    def done(self, question: Asked) -> None:
        """Forget a question that was answered, or of which nothing more can be known."""
        with self._writing() as connection:
            connection.execute(delete(questions).where(questions.c.id == question.id))

    def unanswered(self) -> tuple[list[Asked], list[Asked]]:
        """Return the questions found accepted and those found sending, in the order in which they came."""
        with self._engine.connect() as connection:
            rows = connection.execute(select(questions).order_by(questions.c.id)).mappings().all()
        found: dict[str, list[Asked]] = {ACCEPTED: [], SENDING: []}
        for row in rows:
            found[row["state"]].append(Asked(**{name: row[name] for name in Asked.__slots__}))
        return found[ACCEPTED], found[SENDING]

    def keep(self, question: Asked, shown: Sequence[Citation], *, nearest: bool) -> int:
        """Keep an answer's citations for its buttons; return the answer's number."""
        with self._writing() as connection:
            values = {"chat": question.chat, "message": question.message, "thread": question.thread}
            row = insert(answers).values(**values, nearest=nearest, shown=0, numbered=0, at=self._now())
            number = int(connection.execute(row).lastrowid)
            if shown:
                rows = [
                    {
                        "answer": number,
                        "position": position,
                        "article": citation.article.id,
                        "start": citation.span.start,
                        "end": citation.span.end,
                        "digest": digest(citation.text),
                        "statement": citation.statement,
                    }
                    for position, citation in enumerate(shown)
                ]
                connection.execute(insert(citations), rows)
        return number

    def given(self, answer: int, chat: int) -> Given | None:
        """Return an answer that was given in a chat, or None when it is not known (any more)."""
        with self._engine.connect() as connection:
            found = select(answers).where(answers.c.id == answer, answers.c.chat == chat)
            row = connection.execute(found).mappings().one_or_none()
            if row is None:
                return None
            places = select(citations).where(citations.c.answer == answer).order_by(citations.c.position)
            kept = connection.execute(places).mappings().all()
        places_kept = tuple(
            Kept(each["article"], Span(each["start"], each["end"]), each["digest"], each["statement"]) for each in kept
        )
        values = {name: row[name] for name in Given.__slots__ if name not in {"citations", "nearest"}}
        return Given(**values, nearest=bool(row["nearest"]), citations=places_kept)

    def show(self, answer: int, was: int, shown: int) -> bool:
        """Move the mark of what was shown, unless somebody else moved it from where it `was`."""
        with self._writing() as connection:
            moved = update(answers).where(answers.c.id == answer, answers.c.shown == was).values(shown=shown)
            return connection.execute(moved).rowcount == 1

    def number(self, answer: int, numbered: int) -> None:
        """Write down the last number given to a citation of an answer."""
        with self._writing() as connection:
            connection.execute(update(answers).where(answers.c.id == answer).values(numbered=numbered))

    def offer(
        self, question: Asked, words: str | None, offered: Sequence[tuple[int, str]], *, assumed: bool = False
    ) -> int:
        """Keep a question for the buttons with which somebody says who is meant; return the choice's number.

        Args:
            question: the question.
            words: its words that name who spoke, or None.
            offered: id and name of each speaker who may be meant.
            assumed: whether it was answered, with another speaker than these.
        """
        with self._writing() as connection:
            values = {
                name: getattr(question, name) for name in ("chat", "message", "thread", "text", "language", "user")
            }
            row = insert(choices).values(**values, words=words, assumed=assumed, at=self._now())
            number = int(connection.execute(row).lastrowid)
            rows = [
                {"choice": number, "position": position, "speaker": speaker, "name": name, "chosen": 0}
                for position, (speaker, name) in enumerate(offered)
            ]
            connection.execute(insert(candidates), rows)
        return number

    def offered(self, choice: int, chat: int) -> Offered | None:
        """Return a choice that was offered in a chat, or None when it is not known (any more)."""
        with self._engine.connect() as connection:
            found = select(choices).where(choices.c.id == choice, choices.c.chat == chat)
            row = connection.execute(found).mappings().one_or_none()
            if row is None:
                return None
            names = select(candidates).where(candidates.c.choice == choice).order_by(candidates.c.position)
            each = [(one.speaker, one.name, bool(one.chosen)) for one in connection.execute(names)]
        values = {name: row[name] for name in Offered.__slots__ if name not in {"assumed", "candidates"}}
        return Offered(**values, assumed=bool(row["assumed"]), candidates=tuple(each))

    def choose(self, offered: Offered, position: int, number: int) -> Asked | None:
        """Ask a question again with the speaker who was chosen, unless this one was chosen before.

        Args:
            offered: the choice.
            position: which of its candidates was chosen.
            number: number of the update that chose; the question goes on under it, as if it had come in like any other.
        """
        speaker = offered.candidates[position][0]
        values = {name: getattr(offered, name) for name in ("chat", "message", "thread", "text", "language", "user")}
        asked = Asked(number, speaker=speaker, **values)
        with self._writing() as connection:
            mine = candidates.c.choice == offered.id, candidates.c.position == position, candidates.c.chosen == 0
            if connection.execute(update(candidates).where(*mine).values(chosen=1)).rowcount == 0:
                return None
            values = {name: getattr(asked, name) for name in asked.__slots__}
            connection.execute(insert(questions).values(**values, state=ACCEPTED))
        return asked

    def look(self, chat: int, words: str) -> int:
        """Keep what names were looked for in a chat; return its number."""
        with self._writing() as connection:
            row = insert(lookups).values(chat=chat, words=words, at=self._now())
            return int(connection.execute(row).lastrowid)

    def looked(self, lookup: int, chat: int) -> str | None:
        """Return what names were looked for in a chat, or None when that is not known (any more)."""
        with self._engine.connect() as connection:
            return connection.scalar(select(lookups.c.words).where(lookups.c.id == lookup, lookups.c.chat == chat))

    def move(self, old: int, new: int) -> None:
        """Follow a group that became a supergroup with another id."""
        with self._writing() as connection:
            for table in metadata.sorted_tables:
                if "chat" in table.c:
                    connection.execute(update(table).where(table.c.chat == old).values(chat=new))

    def count(self, name: str, by: int = 1) -> None:
        """Add to a counter."""
        with self._writing() as connection:
            row = sqlite_insert(counters).values(name=name, value=by)
            added = {"value": counters.c.value + row.excluded.value}
            connection.execute(row.on_conflict_do_update(index_elements=[counters.c.name], set_=added))

    def counters(self) -> dict[str, int]:
        """Return all counters by name."""
        with self._engine.connect() as connection:
            rows = connection.execute(select(counters).order_by(counters.c.name)).all()
        return {row.name: row.value for row in rows}

    def prune(self) -> None:
        """Forget what is too old to be of use."""
        with self._writing() as connection:
            for table, seconds in KEPT:
                connection.execute(delete(table).where(table.c.at < self._now() - seconds))

    def _mark(self, question: Asked, state: str) -> None:
        with self._writing() as connection:
            connection.execute(update(questions).where(questions.c.id == question.id).values(state=state))

    def _now(self) -> int:
        return int(self._clock())

    def _writing(self) -> AbstractContextManager[Connection]:
        return writing(self._engine)
