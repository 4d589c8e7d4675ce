"""Copies of all articles of a corpus, as rows of its own tables.

A copy of an article has another id, key, URL, title, day and text, and passages, statements and speakers at the same
places of it. Ids are those of the original plus a fixed distance a copy, so that what belongs together is found without
looking anything up. A copy of all articles is one transaction: what is broken off is gone on with by calling it again.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import Column, Connection, Integer, MetaData, Table, func, insert, select
from sqlalchemy.dialects.sqlite import insert as insert_sqlite

from benchmarks.altering import Original, Person, Renaming, renamed_share
from corpus.database import writing
from corpus.duplicates import content_hash
from corpus.records import ChangeKind, SpeakerKind
from corpus.saying import speaker_key
from corpus.schema import (
    articles,
    bands,
    changes,
    passages,
    revisions,
    speaker_forms,
    speakers,
    statements,
    voices,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from corpus.records import Article, Span
    from corpus.store import Store

DAYS_A_COPY = 31
"""How much older the articles of each copy are than those of the one before it."""

ATTEMPTS = 20
"""A text of a line or two has few words to change, and copies of it are soon the same."""

_BAND_MIXER = 0x9E3779B97F4A7C15
"""Odd, its bits evenly spread (Knuth, "The Art of Computer Programming", vol. 3, 6.4): other bands for each copy."""


@dataclass(frozen=True, slots=True)
class Stride:
    """The distance between the ids of an original and its copies: the highest ids that the originals have."""

    articles: int
    passages: int
    statements: int

    @classmethod
    def of(cls, store: Store) -> Stride:
        """Measure a corpus that holds nothing but originals."""
        with store.engine.connect() as connection:
            found = [connection.scalar(select(func.max(table.c.id))) or 0 for table in (articles, passages, statements)]
        return cls(*found)

    def copies(self, store: Store) -> int:
        """Return how many copies there are beside the originals."""
        return max(0, Stride.of(store).articles - 1) // self.articles


class Multiplier:
    """Copies the originals of a corpus."""

    def __init__(self, store: Store, stride: Stride, copies: float) -> None:
        """Read the originals.

        Args:
            store: the corpus; its caller holds the write lock.
            stride: of its originals.
            copies: how many times as large as the originals it is to become: so the number of speakers grows.
        """
        self._store = store
        self._stride = stride
        numbers = [number for number in store.article_numbers() if number <= stride.articles]
        self._articles: list[Article] = sorted(store.articles(numbers).values(), key=lambda article: article.id)
        with store.engine.connect() as connection:
            self._speakers = connection.execute(select(speakers).where(_original(speakers, stride))).all()
            self._forms = connection.execute(
                select(speaker_forms).where(speaker_forms.c.article <= stride.articles)
            ).all()
            heard = connection.execute(
                select(voices.c.speaker, statements.c.article)
                .join(statements, statements.c.id == voices.c.statement)
                .where(statements.c.id <= stride.statements)
                .distinct()
            ).all()
        self._heard = [(row.speaker, row.article) for row in heard]
        self._renaming = self._named(copies)
        fixed: dict[int, list[Span]] = {number: [] for number in numbers}
        for statement in store.statements_of(numbers):
            fixed[statement.article] += [*statement.source, *statement.cue]
        self._originals = {
            each.id: Original(each.id, each.text, self._renaming, fixed[each.id]) for each in self._articles
        }
        with store.engine.connect() as connection:
            self._taken = {hash(text) for text in connection.scalars(select(revisions.c.text))}

    @property
    def share(self) -> float:
        """In which share of the copies a speaker who is not widely known has another name."""
        return self._renaming.share

    def fill(self, passages_wanted: int) -> Iterator[int]:
        """Add copies until there are so many passages.

        Yields:
            The number of passages there are, after each copy.
        """
        while (there := self._count(passages)) < passages_wanted:
            self._add(self._stride.copies(self._store) + 1, self._last(passages_wanted - there))
            yield self._count(passages)

    def _text(self, article: int, copy: int) -> str:
        """Return a text for a copy of an article that no other article has, unless it has too few words for that."""
        tries = (self._originals[article].copy(copy, attempt) for attempt in range(ATTEMPTS))
        text = next((text for text in tries if hash(text) not in self._taken), self._originals[article].copy(copy))
        self._taken.add(hash(text))
        return text

    def _named(self, copies: float) -> Renaming:
        spoken: dict[int, set[int]] = {}
        for speaker, article in self._heard:
            spoken.setdefault(speaker, set()).add(article)
        named = [row for row in self._speakers if row.key is not None and row.id in spoken]
        persons = [Person(row.name, len(spoken[row.id])) for row in named if row.kind == SpeakerKind.PERSON.value]
        renaming = Renaming(persons, (article.text for article in self._articles))
        middle = self._articles[len(self._articles) // 2].id
        half = sum(min(spoken[row.id]) < middle for row in named)
        renaming.share = renamed_share((half, len(named)), copies, sum(renaming.renames(row.name) for row in named))
        return renaming

    def _last(self, wanted: int) -> int:
        """Return the last original to copy so that so many passages are added, the last of all where they do not do."""
        query = select(passages.c.article, func.count()).where(passages.c.id <= self._stride.passages)
        with self._store.engine.connect() as connection:
            for article, count in connection.execute(query.group_by(passages.c.article).order_by(passages.c.article)):
                wanted -= count
                if wanted <= 0:
                    return int(article)
        return self._stride.articles

    def _count(self, table: Table) -> int:
        with self._store.engine.connect() as connection:
            return connection.scalar(select(func.count()).select_from(table)) or 0

    def _add(self, copy: int, last: int) -> None:
        with writing(self._store.engine) as connection:
            self._add_articles(connection, copy, last)
            self._shift(connection, passages, copy, last)
            self._shift(connection, statements, copy, last)
            self._add_bands(connection, copy, last)
            self._add_voices(connection, copy, last, self._add_speakers(connection, copy, last))

    def _add_articles(self, connection: Connection, copy: int, last: int) -> None:
        shift, older = copy * self._stride.articles, timedelta(days=copy * DAYS_A_COPY)
        chosen = [article for article in self._articles if article.id <= last]
        read = select(articles.c.id, articles.c.statements_by).where(articles.c.id <= last)
        by = {row.id: row.statements_by for row in connection.execute(read)}
        now = datetime.now(UTC)
        rows, current, log = [], [], []
        generation = connection.scalar(select(func.max(changes.c.generation))) or 0
        for article in chosen:
            url = f"{article.url.rstrip('/')}/{copy}" if article.url else None
            rows.append(
                {
                    "id": article.id + shift,
                    "key": f"{article.reference}-{copy}",
                    "canonical_url": url,
                    "revision": 1,
                    "copy_of": article.copy_of + shift if article.copy_of else None,
                    "statements_by": by[article.id],
                }
            )
            text = self._text(article.id, copy)
            current.append(
                {
                    "article": article.id + shift,
                    "revision": 1,
                    "url": url,
                    "title": f"{self._renaming.of(article.title, copy)} ({copy + 1})",
                    "publisher": article.publisher,
                    "published": article.published - older if article.published else None,
                    "author": article.author,
                    "language": article.language,
                    "text": text,
                    "content_hash": content_hash(text),
                    "stored_at": now,
                }
            )
            generation += 1
            log.append(
                {"generation": generation, "kind": ChangeKind.ADD.value, "article": article.id + shift, "at": now}
            )
        # What copies what may come later than its copy, and foreign keys are checked row by row.
        connection.execute(insert(articles), sorted(rows, key=lambda row: (row["copy_of"] is not None, row["id"])))
        connection.execute(insert(revisions), current)
        connection.execute(insert(changes), log)

    def _shift(self, connection: Connection, table: Table, copy: int, last: int) -> None:
        """Copy the rows of a table that hold nothing else than ids and places in the text."""
        moved = {
            "id": table.c.id + copy * (self._stride.passages if table is passages else self._stride.statements),
            "article": table.c.article + copy * self._stride.articles,
        }
        columns = [moved.get(column.name, column) for column in table.columns]
        chosen = select(*columns).where(table.c.article <= last)
        connection.execute(insert(table).from_select([column.name for column in table.columns], chosen))

    def _add_bands(self, connection: Connection, copy: int, last: int) -> None:
        """Give copies bands of their own: in an archive, articles are seldom copies of each other."""
        mixer = (copy * _BAND_MIXER) % 2**63
        # Exclusive or, which SQLite lacks.
        band = bands.c.band.op("|")(mixer) - bands.c.band.op("&")(mixer)
        moved = select(band, bands.c.article + copy * self._stride.articles).where(bands.c.article <= last)
        connection.execute(insert(bands).from_select(["band", "article"], moved))

    def _add_speakers(self, connection: Connection, copy: int, last: int) -> Mapping[int, int]:
        """Give a copy the speakers of its originals.

        Returns:
            Id of a speaker of the originals -> that of the one who speaks in the copy.
        """
        speaking = {speaker for speaker, article in self._heard if article <= last}
        known: dict[tuple[str, str], int] = {
            (row.key, row.kind): row.id
            for row in connection.execute(select(speakers).where(speakers.c.key.is_not(None)))
        }
        following = (connection.scalar(select(func.max(speakers.c.id))) or 0) + 1
        instead: dict[int, int] = {}
        rows: list[dict[str, Any]] = []
        for row in self._speakers:
            if row.key is None:
                if row.article > last:
                    continue
                name, key, article = row.name, None, row.article + copy * self._stride.articles
            else:
                name, article = self._renaming.of(row.name, copy), None
                key = speaker_key(name)
                found = known.get((key, row.kind))
                if found is not None or row.id not in speaking:
                    instead[row.id] = found if found is not None else row.id
                    continue
                known[key, row.kind] = following
            instead[row.id] = following
            rows.append({"id": following, "kind": row.kind, "name": name, "key": key, "article": article})
            following += 1
        if rows:
            connection.execute(insert(speakers), rows)
        return instead

    def _add_voices(self, connection: Connection, copy: int, last: int, instead: Mapping[int, int]) -> None:
        map_table = Table(
            "instead",
            MetaData(),
            Column("speaker", Integer, primary_key=True),
            Column("by", Integer, nullable=False),
            prefixes=["TEMPORARY"],
        )
        map_table.create(connection)
        if instead:
            connection.execute(insert(map_table), [{"speaker": old, "by": new} for old, new in instead.items()])
        moved = (
            select(voices.c.statement + copy * self._stride.statements, voices.c.position, map_table.c.by)
            .join(statements, statements.c.id == voices.c.statement)
            .join(map_table, map_table.c.speaker == voices.c.speaker)
            .where(statements.c.article <= last)
        )
        connection.execute(insert(voices).from_select(["statement", "position", "speaker"], moved))
        map_table.drop(connection)
        forms = [
            {
                "speaker": instead[row.speaker],
                "article": row.article + copy * self._stride.articles,
                "kind": row.kind,
                "form": self._renaming.of(row.form, copy),
            }
            for row in self._forms
            if row.article <= last
        ]
        if forms:
            # Two speakers of one article may have got one name.
            connection.execute(insert_sqlite(speaker_forms).on_conflict_do_nothing(), forms)


def _original(table: Table, stride: Stride) -> Any:
    """Return the test by which rows of speakers are those of originals."""
    copied = select(speaker_forms.c.speaker).where(speaker_forms.c.article <= stride.articles)
    spoken = select(voices.c.speaker).where(voices.c.statement <= stride.statements)
    return table.c.id.in_(copied.union(spoken))
