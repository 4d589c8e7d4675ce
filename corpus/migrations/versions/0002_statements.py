"""Who said what: statements, speakers, who speaks in which statement, how speakers are called, corrections."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the tables. Articles get their statements from whoever writes next."""
    op.add_column(
        "articles",
        sa.Column(
            "statements_by", sa.Text(), comment="fingerprint of the extractor that found its statements; null for none"
        ),
    )
    op.create_table(
        "statements",
        sa.Column("id", ID, nullable=False),
        sa.Column("article", ID, nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("confidence", sa.Float(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False, comment="spans as JSON: [[start,end],…]"),
        sa.Column("cue", sa.Text(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["article"], ["articles.id"], name="fk_statements_article"),
        sa.PrimaryKeyConstraint("id", name="pk_statements"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_statements_article", "statements", ["article"])
    op.create_table(
        "speakers",
        sa.Column("id", ID, nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), comment="the name, folded; null for an unnamed speaker"),
        sa.Column("article", ID, comment="of an unnamed speaker: where it speaks"),
        sa.ForeignKeyConstraint(["article"], ["articles.id"], name="fk_speakers_article"),
        sa.PrimaryKeyConstraint("id", name="pk_speakers"),
        sqlite_autoincrement=True,
    )
    op.create_index("ux_speakers_key", "speakers", ["key", "kind"], unique=True)
    op.create_index("ix_speakers_article", "speakers", ["article"])
    op.create_table(
        "voices",
        sa.Column("statement", ID, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False, comment="0: who spoke"),
        sa.Column("speaker", ID, nullable=False),
        sa.ForeignKeyConstraint(["statement"], ["statements.id"], name="fk_voices_statement", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["speaker"], ["speakers.id"], name="fk_voices_speaker"),
        sa.PrimaryKeyConstraint("statement", "position", name="pk_voices"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_voices_speaker", "voices", ["speaker"])
    op.create_table(
        "speaker_forms",
        sa.Column("speaker", ID, nullable=False),
        sa.Column("article", ID, nullable=False),
        sa.Column("kind", sa.String(8), nullable=False, comment="name, alias or role"),
        sa.Column("form", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["speaker"], ["speakers.id"], name="fk_speaker_forms_speaker"),
        sa.ForeignKeyConstraint(["article"], ["articles.id"], name="fk_speaker_forms_article"),
        sa.PrimaryKeyConstraint("speaker", "article", "kind", "form", name="pk_speaker_forms"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_speaker_forms_article", "speaker_forms", ["article"])
    op.create_table(
        "corrections",
        sa.Column("id", ID, nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column(
            "payload",
            sa.Text(),
            nullable=False,
            comment="JSON: whom it concerns, by names and texts, which outlive a rebuild",
        ),
        sa.Column("at", TIME, nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_corrections"),
        sqlite_autoincrement=True,
    )


def downgrade() -> None:
    """Drop the tables."""
    for table in ("corrections", "speaker_forms", "voices", "speakers", "statements"):
        op.drop_table(table)
    op.drop_column("articles", "statements_by")
