"""Deleting what is stored about somebody."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import delete, or_

from bot.chat.schema import (
    answers,
    buckets,
    choices,
    lookups,
    notices,
    people,
    questions,
    shares,
    turns,
    votes,
    writing,
)
from bot.readers.votes import drop_unrated

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Engine, Table


@dataclass(frozen=True, slots=True, kw_only=True)
class Forgotten:
    """How much was deleted.

    Attributes:
        names: what they are called.
        turns: questions remembered for follow-ups.
        questions: questions that waited to be answered.
        votes: votes; the question of an answer goes with the last of its votes.
        shares: shared answers.
        buttons: messages whose buttons have lost their meaning.
    """

    names: int
    turns: int
    questions: int
    votes: int
    shares: int
    buttons: int


def forget(engine: Engine, user: int) -> Forgotten:
    """Delete what is stored about somebody, and all of their private chat with the bot, in one transaction.

    The audit log stays: it is kept for good, as /privacy says; and so does what somebody may do.
    """

    # A private chat has the id of its person.
    def mine(table: Table) -> ColumnElement[bool]:
        return or_(table.c.user == user, table.c.chat == user)

    with writing(engine) as connection:
        for limited in (buckets, notices):
            connection.execute(delete(limited).where(limited.c.id == user))
        counts = Forgotten(
            names=connection.execute(delete(people).where(people.c.id == user)).rowcount,
            turns=connection.execute(delete(turns).where(mine(turns))).rowcount,
            questions=connection.execute(delete(questions).where(mine(questions))).rowcount,
            votes=connection.execute(delete(votes).where(votes.c.user == user)).rowcount,
            shares=connection.execute(delete(shares).where(shares.c.user == user)).rowcount,
            buttons=connection.execute(delete(answers).where(answers.c.chat == user)).rowcount
            + connection.execute(delete(choices).where(mine(choices))).rowcount
            + connection.execute(delete(lookups).where(lookups.c.chat == user)).rowcount,
        )
        drop_unrated(connection)
    return counts
