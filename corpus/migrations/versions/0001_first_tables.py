"""The first tables: articles, revisions, passages, near-duplicate bands, change log, jobs, settings."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "settings",
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_settings"),
        comment="facts about the whole corpus, such as how passages were cut",
    )
    op.create_table(
        "articles",
        sa.Column("id", ID, nullable=False),
        sa.Column("key", sa.Text(), comment="id given by the source"),
        sa.Column("canonical_url", sa.Text()),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("copy_of", ID),
        sa.Column("removed_at", TIME, comment="null while the article is part of the corpus"),
        sa.ForeignKeyConstraint(["copy_of"], ["articles.id"], name="fk_articles_copy_of"),
        sa.PrimaryKeyConstraint("id", name="pk_articles"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_articles_copy_of", "articles", ["copy_of"])
    op.create_index("ix_articles_canonical_url", "articles", ["canonical_url"])
    present = sa.text("removed_at IS NULL")
    op.create_index("ux_articles_key", "articles", ["key"], unique=True, sqlite_where=present, postgresql_where=present)
    op.create_table(
        "revisions",
        sa.Column("article", ID, nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("url", sa.Text()),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("publisher", sa.Text()),
        sa.Column("published", sa.Date()),
        sa.Column("author", sa.Text()),
        sa.Column("language", sa.String(8)),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("content_hash", sa.String(64), nullable=False),
        sa.Column("stored_at", TIME, nullable=False),
        sa.ForeignKeyConstraint(["article"], ["articles.id"], name="fk_revisions_article"),
        sa.PrimaryKeyConstraint("article", "revision", name="pk_revisions"),
    )
    op.create_index("ix_revisions_content_hash", "revisions", ["content_hash"])
    op.create_index("ix_revisions_published", "revisions", ["published"])
    op.create_table(
        "passages",
        sa.Column("id", ID, nullable=False),
        sa.Column("article", ID, nullable=False),
        sa.Column("start", sa.Integer(), nullable=False),
        sa.Column("end", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["article"], ["articles.id"], name="fk_passages_article"),
        sa.PrimaryKeyConstraint("id", name="pk_passages"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_passages_article", "passages", ["article"])
    op.create_table(
        "bands",
        sa.Column("band", sa.BigInteger(), nullable=False, comment="hash of one band of a MinHash signature"),
        sa.Column("article", ID, nullable=False),
        sa.ForeignKeyConstraint(["article"], ["articles.id"], name="fk_bands_article"),
        sa.PrimaryKeyConstraint("band", "article", name="pk_bands"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_bands_article", "bands", ["article"])
    op.create_table(
        "changes",
        sa.Column("generation", ID, autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("article", ID, nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.ForeignKeyConstraint(["article"], ["articles.id"], name="fk_changes_article"),
        sa.PrimaryKeyConstraint("generation", name="pk_changes"),
    )
    op.create_table(
        "jobs",
        sa.Column("id", ID, nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("task", sa.Text(), nullable=False, comment="JSON: what is to be done"),
        sa.Column("progress", sa.Text(), nullable=False, comment="JSON: how far it is"),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("updated_at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_jobs"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_jobs_state", "jobs", ["state"])


def downgrade() -> None:
    """Drop the tables."""
    for table in ("jobs", "changes", "bands", "passages", "revisions", "articles", "settings"):
        op.drop_table(table)
