"""The tables of the corpus database (SQLAlchemy Core). Migrations in `corpus/migrations` create exactly these.

An article's identity (id, key, canonical URL, link to what it copies) stands in `articles`; what was published, in
`revisions`, which are never changed. Passages and statements belong to the current revision. Every change of an article
adds a row to `changes` in the same transaction.

Speakers are rows by name: one for each folded full name, and one for each unnamed speaker of an article. Which rows are
one and the same person is worked out when they are read (`corpus.registry`), so that nothing has to be rewritten.
"""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    Dialect,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    text,
)


class UtcDateTime(TypeDecorator[datetime]):
    """An aware time, stored in UTC. Databases without time zones get it back with its zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse a time without a zone, and store UTC."""
        del dialect
        if value is not None and value.tzinfo is None:
            msg = "a stored time needs a time zone"
            raise ValueError(msg)
        return value.astimezone(UTC) if value else None

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give the stored time its zone."""
        del dialect
        return value.replace(tzinfo=UTC) if value and value.tzinfo is None else value


# SQLite numbers rows by itself only in a column of type INTEGER.
Id = BigInteger().with_variant(Integer(), "sqlite")

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)

settings = Table(
    "settings",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("value", Text, nullable=False),
    comment="facts about the whole corpus, such as how passages were cut",
)

articles = Table(
    "articles",
    metadata,
    Column("id", Id, primary_key=True),
    Column("key", Text, comment="id given by the source"),
    Column("canonical_url", Text),
    Column("revision", Integer, nullable=False),
    Column("copy_of", Id, ForeignKey("articles.id"), index=True),
    Column("removed_at", UtcDateTime, comment="null while the article is part of the corpus"),
    Column("statements_by", Text, comment="fingerprint of the extractor that found its statements; null for none"),
    Index("ix_articles_canonical_url", "canonical_url"),
    Index(
        "ux_articles_key",
        "key",
        unique=True,
        sqlite_where=text("removed_at IS NULL"),
        postgresql_where=text("removed_at IS NULL"),
    ),
    sqlite_autoincrement=True,  # an id is never given twice, not even after a removal
)

revisions = Table(
    "revisions",
    metadata,
    Column("article", Id, ForeignKey("articles.id"), primary_key=True),
    Column("revision", Integer, primary_key=True),
    Column("url", Text),
    Column("title", Text, nullable=False),
    Column("publisher", Text),
    Column("published", Date, index=True),
    Column("author", Text),
    Column("language", String(8)),
    Column("text", Text, nullable=False),
    Column("content_hash", String(64), nullable=False, index=True),
    Column("stored_at", UtcDateTime, nullable=False),
)

passages = Table(
    "passages",
    metadata,
    Column("id", Id, primary_key=True),
    Column("article", Id, ForeignKey("articles.id"), nullable=False, index=True),
    Column("start", Integer, nullable=False),
    Column("end", Integer, nullable=False),
    sqlite_autoincrement=True,
)

statements = Table(
    "statements",
    metadata,
    Column("id", Id, primary_key=True),
    Column("article", Id, ForeignKey("articles.id"), nullable=False, index=True),
    Column("kind", String(16), nullable=False),
    Column("confidence", Float, nullable=False),
    Column("source", Text, nullable=False, comment="spans as JSON: [[start,end],…]"),
    Column("cue", Text, nullable=False),
    Column("content", Text, nullable=False),
    sqlite_autoincrement=True,
)

speakers = Table(
    "speakers",
    metadata,
    Column("id", Id, primary_key=True),
    Column("kind", String(16), nullable=False),
    Column("name", Text, nullable=False),
    Column("key", Text, comment="the name, folded; null for an unnamed speaker"),
    Column("article", Id, ForeignKey("articles.id"), index=True, comment="of an unnamed speaker: where it speaks"),
    Index("ux_speakers_key", "key", "kind", unique=True),
    sqlite_autoincrement=True,  # rows of named speakers are never deleted, so that corrections find them
)

voices = Table(
    "voices",
    metadata,
    Column("statement", Id, ForeignKey("statements.id", ondelete="CASCADE"), primary_key=True),
    Column("position", Integer, primary_key=True, comment="0: who spoke"),
    Column("speaker", Id, ForeignKey("speakers.id"), nullable=False, index=True),
    sqlite_with_rowid=False,
)

speaker_forms = Table(
    "speaker_forms",
    metadata,
    Column("speaker", Id, ForeignKey("speakers.id"), primary_key=True),
    Column("article", Id, ForeignKey("articles.id"), primary_key=True, index=True),
    Column("kind", String(8), primary_key=True, comment="name, alias or role"),
    Column("form", Text, primary_key=True),
    sqlite_with_rowid=False,
)

corrections = Table(
    "corrections",
    metadata,
    Column("id", Id, primary_key=True),
    Column("kind", String(16), nullable=False),
    Column(
        "payload", Text, nullable=False, comment="JSON: whom it concerns, by names and texts, which outlive a rebuild"
    ),
    Column("at", UtcDateTime, nullable=False),
    Column("note", Text, nullable=False),
    sqlite_autoincrement=True,
)

bands = Table(
    "bands",
    metadata,
    Column("band", BigInteger, primary_key=True, comment="hash of one band of a MinHash signature"),
    Column("article", Id, ForeignKey("articles.id"), primary_key=True, index=True),
    sqlite_with_rowid=False,
)

changes = Table(
    "changes",
    metadata,
    Column("generation", Id, primary_key=True, autoincrement=False),
    Column("kind", String(16), nullable=False),
    Column("article", Id, ForeignKey("articles.id"), nullable=False),
    Column("at", UtcDateTime, nullable=False),
)

jobs = Table(
    "jobs",
    metadata,
    Column("id", Id, primary_key=True),
    Column("kind", String(32), nullable=False),
    Column("state", String(16), nullable=False, index=True),
    Column("task", Text, nullable=False, comment="JSON: what is to be done"),
    Column("progress", Text, nullable=False, comment="JSON: how far it is"),
    Column("created_at", UtcDateTime, nullable=False),
    Column("updated_at", UtcDateTime, nullable=False),
    sqlite_autoincrement=True,
)

feeds = Table(
    "feeds",
    metadata,
    Column("id", Id, primary_key=True),
    Column("url", Text, nullable=False),
    Column("key", Text, nullable=False, comment="canonical form of the URL"),
    Column("title", Text, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("is_paused", Boolean, nullable=False),
    Column("is_broken", Boolean, nullable=False, comment="whether it was told that it is"),
    Column("failures", Integer, nullable=False, comment="since it was last read"),
    Column("problem", Text, comment="why it could not be read the last time; null when it could"),
    Column("etag", Text),
    Column("last_modified", Text),
    Column("added_at", UtcDateTime, nullable=False),
    Column("checked_at", UtcDateTime, comment="when it was last asked for"),
    Column("next_at", UtcDateTime, nullable=False, comment="when it is to be asked for again"),
    Index("ux_feeds_key", "key", unique=True),
    sqlite_autoincrement=True,
)

feed_entries = Table(
    "feed_entries",
    metadata,
    Column("id", Id, primary_key=True),
    Column("feed", Id, ForeignKey("feeds.id", ondelete="CASCADE"), nullable=False),
    Column("key", Text, nullable=False, comment="canonical form of the URL"),
    Column("url", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("published", UtcDateTime),
    Column("ranked", UtcDateTime, comment="published, else updated, else null: those later are fetched first"),
    Column("state", String(16), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("problem", Text, comment="why it could not be fetched the last time"),
    Column("article", Id, ForeignKey("articles.id"), comment="that holds it, or held it"),
    Column("seen_at", UtcDateTime, nullable=False),
    Column("next_at", UtcDateTime, nullable=False, comment="when it may be tried, while it waits"),
    Index("ux_feed_entries_key", "feed", "key", unique=True),
    Index("ix_feed_entries_state", "feed", "state"),
    sqlite_autoincrement=True,
)
