"""The corpus week by week: how many articles were published, and how many statements stand in them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from corpus.queries import CURRENT, PRESENT
from corpus.schema import articles, revisions, statements

if TYPE_CHECKING:
    from collections.abc import Iterable

    from corpus.store import Store

WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Week:
    """What was published in a week.

    Attributes:
        monday: its first day.
        articles: number of articles published in it.
        statements: number of statements in these articles.
    """

    monday: date
    articles: int
    statements: int


def weekly(store: Store, most: int) -> tuple[Week, ...]:
    """Return the weeks up to that of the latest article, oldest first; those without articles are among them.

    Articles without a day of publication count nowhere.

    Args:
        store: the corpus.
        most: number of weeks at most.
    """
    published = (
        select(revisions.c.published, func.count())
        .select_from(articles)
        .join(revisions, CURRENT)
        .where(PRESENT, revisions.c.published.is_not(None))
        .group_by(revisions.c.published)
    )
    said = (
        select(revisions.c.published, func.count())
        .select_from(statements)
        .join(articles, articles.c.id == statements.c.article)
        .join(revisions, CURRENT)
        .where(PRESENT, revisions.c.published.is_not(None))
        .group_by(revisions.c.published)
    )
    with store.engine.connect() as connection:
        of_articles = _by_week(connection.execute(published))
        of_statements = _by_week(connection.execute(said))
    if not of_articles:
        return ()
    first, last = max(min(of_articles), max(of_articles) - (most - 1) * WEEK), max(of_articles)
    mondays = [first + number * WEEK for number in range((last - first) // WEEK + 1)]
    return tuple(Week(monday, of_articles[monday], of_statements[monday]) for monday in mondays)


def _by_week(days: Iterable[Any]) -> Counter[date]:
    """Add up numbers by day to numbers by the Monday of the week."""
    weeks: Counter[date] = Counter()
    for day, number in days:
        weeks[day - timedelta(days=day.weekday())] += number
    return weeks
