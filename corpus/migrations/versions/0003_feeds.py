"""Feeds that are subscribed to, and what became of their entries."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "feeds",
        sa.Column("id", ID, nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False, comment="canonical form of the URL"),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("is_paused", sa.Boolean(), nullable=False),
        sa.Column("is_broken", sa.Boolean(), nullable=False, comment="whether it was told that it is"),
        sa.Column("failures", sa.Integer(), nullable=False, comment="since it was last read"),
        sa.Column("problem", sa.Text(), comment="why it could not be read the last time; null when it could"),
        sa.Column("etag", sa.Text()),
        sa.Column("last_modified", sa.Text()),
        sa.Column("added_at", TIME, nullable=False),
        sa.Column("checked_at", TIME, comment="when it was last asked for"),
        sa.Column("next_at", TIME, nullable=False, comment="when it is to be asked for again"),
        sa.PrimaryKeyConstraint("id", name="pk_feeds"),
        sqlite_autoincrement=True,
    )
    op.create_index("ux_feeds_key", "feeds", ["key"], unique=True)
    op.create_table(
        "feed_entries",
        sa.Column("id", ID, nullable=False),
        sa.Column("feed", ID, nullable=False),
        sa.Column("key", sa.Text(), nullable=False, comment="canonical form of the URL"),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("published", TIME),
        sa.Column("ranked", TIME, comment="published, else updated, else null: those later are fetched first"),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("problem", sa.Text(), comment="why it could not be fetched the last time"),
        sa.Column("article", ID, comment="that holds it, or held it"),
        sa.Column("seen_at", TIME, nullable=False),
        sa.Column("next_at", TIME, nullable=False, comment="when it may be tried, while it waits"),
        sa.ForeignKeyConstraint(["feed"], ["feeds.id"], name="fk_feed_entries_feed", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["article"], ["articles.id"], name="fk_feed_entries_article"),
        sa.PrimaryKeyConstraint("id", name="pk_feed_entries"),
        sqlite_autoincrement=True,
    )
    op.create_index("ux_feed_entries_key", "feed_entries", ["feed", "key"], unique=True)
    op.create_index("ix_feed_entries_state", "feed_entries", ["feed", "state"])


def downgrade() -> None:
    """Drop the tables."""
    op.drop_table("feed_entries")
    op.drop_table("feeds")
