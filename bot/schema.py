"""The tables of the bot's own database; what they are for is told in `bot.state`."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Integer, LargeBinary, MetaData, Table, Text

metadata = MetaData()
updates = Table("updates", metadata, Column("id", Integer, primary_key=True), Column("at", Integer, nullable=False))
questions = Table(
    "questions",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("chat", Integer, nullable=False),
    Column("message", Integer, nullable=False),
    Column("thread", Integer),
    Column("text", Text, nullable=False),
    Column("state", Text, nullable=False),
)
answers = Table(
    "answers",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("chat", Integer, nullable=False),
    Column("message", Integer, nullable=False),
    Column("thread", Integer),
    Column("nearest", Integer, nullable=False),
    Column("shown", Integer, nullable=False),
    Column("numbered", Integer, nullable=False),
    Column("at", Integer, nullable=False, index=True),
    sqlite_autoincrement=True,
)
citations = Table(
    "citations",
    metadata,
    Column("answer", ForeignKey("answers.id", ondelete="CASCADE"), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("article", Integer, nullable=False),
    Column("start", Integer, nullable=False),
    Column("end", Integer, nullable=False),
    Column("digest", LargeBinary, nullable=False),
)
counters = Table("counters", metadata, Column("name", Text, primary_key=True), Column("value", Integer))
