"""Who published the articles: each publisher with how much of it there is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from corpus.queries import CURRENT, PRESENT
from corpus.schema import articles, revisions

if TYPE_CHECKING:
    from datetime import date

    from sqlalchemy import Engine


@dataclass(frozen=True, slots=True)
class Published:
    """A publisher's share of the corpus.

    Attributes:
        publisher: its name, or None for the articles that name none.
        articles: number of its articles.
        first: day of the earliest of them that has a date, or None.
        last: day of the latest, or None.
    """

    publisher: str | None
    articles: int
    first: date | None
    last: date | None


def published(engine: Engine) -> tuple[Published, ...]:
    """Return all publishers, most articles first, then by name; the articles that name none come last."""
    name = revisions.c.publisher
    count = func.count()
    query = (
        select(name, count, func.min(revisions.c.published), func.max(revisions.c.published))
        .select_from(articles)
        .join(revisions, CURRENT)
        .where(PRESENT)
        .group_by(name)
        .order_by(name.is_(None), count.desc(), name)
    )
    with engine.connect() as connection:
        return tuple(Published(*row) for row in connection.execute(query))
