"""What each person asked a moment ago in a chat, so that "and about Russia?" is understood, also after a restart."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import delete, insert, select

from bot.chat.retention import KEEP_TURNS_S
from bot.chat.schema import turns, writing
from index.records import Question, QuestionKind

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Engine

    from bot.chat.memories import Asked
    from index.records import Answer


@dataclass(frozen=True, slots=True)
class Turn:
    """What was asked.

    Attributes:
        question: the question; its speaker is the full name, where that is known.
        speaker: id of the speaker, or None.
        answer: number of the answer that was given, or None when nothing was shown.
    """

    question: Question
    speaker: int | None
    answer: int | None


class Turns:
    """Keeps the questions of each person in each chat for a while.

    Args:
        engine: the bot's own database.
        clock: seconds since 1970.
    """

    def __init__(self, engine: Engine, clock: Callable[[], float] = time.time) -> None:
        self._engine = engine
        self._clock = clock

    def remember(self, asked: Asked, answer: Answer, number: int | None) -> None:
        """Keep a question; of somebody without an identity nothing is kept.

        Args:
            asked: the question in full.
            answer: what came of it.
            number: number of the answer, if something was shown.
        """
        if asked.user is None:
            return
        question, profile = answer.question, answer.speaker
        values = {
            "chat": asked.chat,
            "user": asked.user,
            "message": asked.message,
            "text": asked.text,
            "kind": question.kind.value,
            "name": profile.speaker.name if profile else question.speaker,
            "speaker": profile.speaker.id if profile else None,
            "topic": question.topic,
            "since": question.since,
            "until": question.until,
            "publisher": question.publisher,
            "answer": number,
        }
        with writing(self._engine) as connection:
            # A question that is asked again with a speaker who was chosen, or after a crash, is one question.
            again = turns.c.chat == asked.chat, turns.c.user == asked.user, turns.c.message == asked.message
            connection.execute(delete(turns).where(*again))
            connection.execute(insert(turns).values(**values, at=int(self._clock())))

    def before(self, asked: Asked) -> Turn | None:
        """Return what somebody asked before a question in its chat, or None when that is too long ago, or nothing."""
        fresh = turns.c.at >= int(self._clock()) - KEEP_TURNS_S
        # The question itself may have been remembered right before a crash.
        mine = turns.c.chat == asked.chat, turns.c.user == asked.user, turns.c.message != asked.message
        query = select(turns).where(*mine, fresh).order_by(turns.c.id.desc())
        with self._engine.connect() as connection:
            row = connection.execute(query).first()
        if row is None:
            return None
        question = Question(
            text=row.text,
            kind=QuestionKind(row.kind),
            speaker=row.name,
            topic=row.topic,
            since=row.since,
            until=row.until,
            publisher=row.publisher,
        )
        return Turn(question, row.speaker, row.answer)

    def question_of(self, answer: int) -> str | None:
        """Return the question that an answer was given to, as long as it is remembered."""
        fresh = turns.c.at >= int(self._clock()) - KEEP_TURNS_S
        with self._engine.connect() as connection:
            return connection.scalar(select(turns.c.text).where(turns.c.answer == answer, fresh))
