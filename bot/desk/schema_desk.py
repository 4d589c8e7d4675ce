"""The tables of the bot's database for what admins hand in, and for what waits for their word."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Integer, Table, Text

from bot.chat.schema import metadata

desk_intakes = Table(
    "desk_intakes",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("chat", Integer, nullable=False),
    Column("message", Integer, nullable=False),
    Column("thread", Integer),
    Column("user", Integer, nullable=False),
    Column("language", Text, nullable=False),
    Column("at", Integer, nullable=False, index=True),
    sqlite_autoincrement=True,
)
desk_parts = Table(
    "desk_parts",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("intake", ForeignKey("desk_intakes.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("kind", Text, nullable=False),
    Column("content", Text, nullable=False),
)
desk_drafts = Table(
    "desk_drafts",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("chat", Integer, nullable=False),
    Column("message", Integer),
    Column("thread", Integer),
    Column("article", Integer),
    Column("kept", Text),
    Column("at", Integer, nullable=False, index=True),
    sqlite_autoincrement=True,
)
desk_texts = Table(
    "desk_texts",
    metadata,
    Column("draft", ForeignKey("desk_drafts.id", ondelete="CASCADE"), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("content", Text, nullable=False),
    Column("statements", Integer, nullable=False),
    Column("same", Integer),
    Column("near", Integer),
)
desk_prompts = Table(
    "desk_prompts",
    metadata,
    Column("chat", Integer, primary_key=True),
    Column("user", Integer, primary_key=True),
    Column("message", Integer),
    Column("draft", Integer, nullable=False),
    Column("field", Text, nullable=False),
    Column("at", Integer, nullable=False, index=True),
)
desk_imports = Table(
    "desk_imports",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("chat", Integer, nullable=False),
    Column("message", Integer),
    Column("thread", Integer),
    Column("user", Integer, nullable=False),
    Column("language", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("file", Text, nullable=False),
    Column("size", Integer, nullable=False),
    Column("begun", Integer, nullable=False),
    Column("at", Integer, nullable=False),
    sqlite_autoincrement=True,
)
desk_channels = Table(
    "desk_channels",
    metadata,
    Column("chat", Integer, primary_key=True),
    Column("title", Text, nullable=False),
    Column("username", Text),
    Column("user", Integer, nullable=False),
    Column("at", Integer, nullable=False),
)
desk_posts = Table(
    "desk_posts",
    metadata,
    Column("chat", Integer, primary_key=True),
    Column("message", Integer, primary_key=True),
    Column("article", Integer),
    Column("content", Text),
    Column("at", Integer, nullable=False),
)
