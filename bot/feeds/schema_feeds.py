"""The tables of the bot's database for feeds: who wants their news, what was ordered and offered, what is wrong."""

from __future__ import annotations

from sqlalchemy import Column, Integer, Table, Text

from bot.chat.schema import metadata

feed_news = Table(
    "feed_news",
    metadata,
    Column("user", Integer, primary_key=True),
    Column("wanted", Integer, nullable=False),
    Column("told", Integer, nullable=False),
    Column("at", Integer, nullable=False),
)
feed_orders = Table(
    "feed_orders",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("user", Integer, nullable=False),
    Column("chat", Integer, nullable=False),
    Column("reply_to", Integer),
    Column("thread", Integer),
    Column("message", Integer),
    Column("feed", Integer),
    Column("since", Integer, nullable=False),
    Column("language", Text, nullable=False),
    sqlite_autoincrement=True,
)
feed_offers = Table(
    "feed_offers",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("url", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("at", Integer, nullable=False, index=True),
    sqlite_autoincrement=True,
)
feed_problems = Table(
    "feed_problems",
    metadata,
    Column("feed", Integer, primary_key=True),
    Column("problem", Text, nullable=False),
)
