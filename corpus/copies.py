"""Links between near-duplicates: which article is a copy of which, kept right as articles come, change and go."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Engine, Row, delete, func, insert, select, update

from corpus.duplicates import band_hashes, canonical_url, content_hash, is_copy, shingles
from corpus.queries import article_query, as_article
from corpus.schema import articles, bands, revisions

if TYPE_CHECKING:
    from collections.abc import Sequence

    from corpus.records import Article, Draft


@dataclass(frozen=True, slots=True)
class Likeness:
    """What a draft has in common with stored articles.

    Attributes:
        same: the article of which it is another version, or None.
        near: id of the article of which it is a near-duplicate, where it is no version of one; else None.
    """

    same: Article | None = None
    near: int | None = None


def likeness(engine: Engine, draft: Draft) -> Likeness:
    """Tell what storing a draft would find: an article that it revises, or one of which it is a copy."""
    with engine.connect() as connection:
        same = same_article(connection, draft)
        if same is not None:
            return Likeness(same=same)
        pieces = shingles(draft.text)
        return Likeness(near=original(connection, pieces, band_hashes(pieces)))


def original(connection: Connection, found: frozenset[str], signature: Sequence[int]) -> int | None:
    """Find the article of which a text is a near-duplicate: the one with most bands in common that proves to be one."""
    if not signature:
        return None
    candidates = connection.scalars(
        select(bands.c.article)
        .where(bands.c.band.in_(signature))
        .group_by(bands.c.article)
        .order_by(func.count().desc(), bands.c.article)
        .limit(10)
    )
    for number in list(candidates):
        row = connection.execute(article_query().where(articles.c.id == number)).one()
        if is_copy(found, shingles(row.text)):
            # Links lead to the original itself, never to another copy.
            number_of_original: int = row.copy_of or row.id
            return number_of_original
    return None


def relink(connection: Connection, number: int, found: frozenset[str]) -> int | None:
    """Renew the links of an article whose text changes, and return the article of which it now is a copy.

    Copies of it that still are copies stay so; it then remains their original.
    """
    signature = band_hashes(found)
    connection.execute(delete(bands).where(bands.c.article == number))
    former = copies(connection, number)
    kept = [row.id for row in former if is_copy(found, shingles(row.text))]
    release(connection, [row for row in former if row.id not in kept])
    source = None if kept else original(connection, found, signature)
    insert_bands(connection, number, signature)
    return source


def copies(connection: Connection, number: int) -> Sequence[Row[Any]]:
    """Return the rows of the copies of an article, by id."""
    query = article_query().where(articles.c.copy_of == number).order_by(articles.c.id)
    return connection.execute(query).all()


def release(connection: Connection, former: Sequence[Row[Any]]) -> None:
    """Part copies from an original that went or changed; the earliest becomes the original of those like it."""
    rest = list(former)
    while rest:
        first, *others = rest
        found = shingles(first.text)
        # What stood in one long story need not have anything else in common.
        same = [row.id for row in others if is_copy(found, shingles(row.text))]
        connection.execute(update(articles).where(articles.c.id == first.id).values(copy_of=None))
        if same:
            connection.execute(update(articles).where(articles.c.id.in_(same)).values(copy_of=first.id))
        rest = [row for row in others if row.id not in same]


def insert_bands(connection: Connection, number: int, signature: Sequence[int]) -> None:
    """Write down the bands by which an article's near-duplicates are found."""
    if signature:
        connection.execute(insert(bands), [{"band": band, "article": number} for band in sorted(set(signature))])


def same_article(connection: Connection, draft: Draft) -> Article | None:
    """Find the stored article that a draft is another version of."""
    query = article_query().order_by(articles.c.id)
    if draft.key is not None:
        row = connection.execute(query.where(articles.c.key == draft.key)).first()
        if row is not None:
            return as_article(row)
    if draft.url:
        same_url = query.where(articles.c.canonical_url == canonical_url(draft.url))
        if draft.key is not None:
            same_url = same_url.where(articles.c.key.is_(None))
        row = connection.execute(same_url).first()
    elif draft.key is None:
        row = connection.execute(query.where(revisions.c.content_hash == content_hash(draft.text))).first()
    else:
        row = None
    return None if row is None else as_article(row)
