"""The tables of the bot's database for long jobs, canaries, and what is counted."""

from __future__ import annotations

from sqlalchemy import Column, Integer, Table, Text

from bot.chat.schema import metadata

followers = Table(
    "followers",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("job", Integer, nullable=False, index=True),
    Column("user", Integer, nullable=False),
    Column("name", Text, nullable=False),
    Column("chat", Integer, nullable=False),
    Column("thread", Integer),
    Column("message", Integer),
    Column("language", Text, nullable=False),
)
canaries = Table(
    "canaries",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("question", Text, nullable=False, unique=True),
    sqlite_autoincrement=True,
)
tallies = Table(
    "tallies",
    metadata,
    Column("day", Text, primary_key=True),
    Column("name", Text, primary_key=True),
    Column("value", Integer, nullable=False),
)
