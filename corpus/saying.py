"""Statements in the database: how an article gets them, and how they are read.

An article's statements are found before the transaction that stores them is opened, for that is slow; a text in which
they cannot be found has none, and is stored all the same.
"""

from __future__ import annotations

import json
import logging
import re
import unicodedata
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import Column, Connection, Engine, delete, insert, or_, select, update

from corpus.queries import PRESENT, article_query, as_article, batches
from corpus.records import Extraction, Span, SpeakerKind, Statement, StatementKind
from corpus.schema import articles, speaker_forms, speakers, statements, voices

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from corpus.records import Article, Character, Said
    from corpus.statements import Extractor

log = logging.getLogger(__name__)

FAILED = "failed "
"""Stands before the fingerprint of an extractor that found nothing in an article because it failed."""

LONGEST_NAME = 200
"""Characters of a name, alias or role: what is longer is none, and would not fit into PostgreSQL's indexes."""

NAME, ALIAS, ROLE = "name", "alias", "role"
"""Kinds of `speaker_forms`."""

READERS = 2
"""Texts that are read at once: the network runs one at a time on all processors."""

KEPT_NAMES = 100_000
"""Folded names kept in memory: speakers are described again after every change that concerns them."""

_APART = re.compile(r"[^\w]+")


@lru_cache(maxsize=KEPT_NAMES)
def speaker_key(name: str) -> str:
    """Fold a name: without case, accents and punctuation. Rows of speakers with one key are one row."""
    plain = "".join(letter for letter in unicodedata.normalize("NFKD", name) if not unicodedata.combining(letter))
    # "O'Neil" is one word, "Jong-chon" are two, and "U.S." is "us".
    return " ".join(_APART.sub(" ", re.sub("['’ʼ.]", "", plain).casefold()).split())


class Found:
    """What an extractor found in the texts that are about to be stored, each read once.

    Attributes:
        extractor: who finds it.
    """

    def __init__(self, extractor: Extractor) -> None:
        self.extractor = extractor
        self._known: dict[tuple[str, str | None], Extraction | None] = {}

    def read(self, texts: Iterable[tuple[str, str | None]]) -> None:
        """Read several texts, each with its author, at once: rules work on one while the network reads another."""
        new = [asked for asked in dict.fromkeys(texts) if asked not in self._known]
        with ThreadPoolExecutor(READERS) as pool:
            self._known.update(zip(new, pool.map(lambda asked: self._extract(*asked), new), strict=True))

    def of(self, text: str, author: str | None) -> Extraction | None:
        """Return who said what in a text, or None when the extractor failed, which is logged."""
        asked = (text, author)
        if asked not in self._known:
            self._known[asked] = self._extract(text, author)
        return self._known[asked]

    def _extract(self, text: str, author: str | None) -> Extraction | None:
        try:
            found = self.extractor.extract(text, author)
        except Exception:
            # Whatever a model makes of a strange text, the article is kept.
            log.exception("no statements were found in a text of %d characters: the extractor failed", len(text))
            return None
        sound = tuple(said for said in found.said if _is_sound(said, len(text), len(found.cast)))
        if len(sound) < len(found.said):
            log.warning("%d statements lie outside of their text and are left out", len(found.said) - len(sound))
        return Extraction(sound, found.cast)


def _is_sound(said: Said, length: int, cast: int) -> bool:
    within = all(span.end <= length for span in (*said.source, *said.cue, *said.content))
    return bool(said.content) and within and all(0 <= position < cast for position in said.speakers)


def replace_statements(connection: Connection, number: int, found: Extraction | None, fingerprint: str) -> bool:
    """Give an article the statements that were found in it.

    Those that come out the same keep their ids; otherwise all get new ones: an id never stands for two statements.

    Args:
        connection: a transaction that writes.
        number: id of the article.
        found: what was found; None when the extractor failed.
        fingerprint: of the extractor.

    Returns:
        Whether anything changed.
    """
    extraction = found or Extraction()
    by = fingerprint if found is not None else FAILED + fingerprint
    connection.execute(update(articles).where(articles.c.id == number).values(statements_by=by))
    if _stored(connection, number) == _described(extraction):
        return False
    delete_statements(connection, number)
    positions = sorted({position for said in extraction.said for position in said.speakers})
    rows = _speaker_rows(connection, number, {position: extraction.cast[position] for position in positions})
    made = _insert_statements(connection, number, extraction)
    spoken = [
        {"statement": statement, "position": at, "speaker": row}
        for statement, said in zip(made, extraction.said, strict=True)
        for at, row in enumerate(dict.fromkeys(rows[position] for position in said.speakers))
    ]
    if spoken:
        connection.execute(insert(voices), spoken)
    forms = {
        (rows[position], kind, form): None
        for position in positions
        if extraction.cast[position].kind is not SpeakerKind.UNNAMED or extraction.cast[position].roles
        for kind, form in _forms(extraction.cast[position])
    }
    if forms:
        values = [{"speaker": row, "article": number, "kind": kind, "form": form} for row, kind, form in forms]
        connection.execute(insert(speaker_forms), values)
    return True


def _insert_statements(connection: Connection, number: int, extraction: Extraction) -> list[int]:
    """Store statements of an article, and return their ids, in their order."""
    given = [
        {
            "article": number,
            "kind": said.kind.value,
            "confidence": said.confidence,
            "source": _packed(said.source),
            "cue": _packed(said.cue),
            "content": _packed(said.content),
        }
        for said in extraction.said
    ]
    if not given:
        return []
    return list(connection.scalars(insert(statements).returning(statements.c.id, sort_by_parameter_order=True), given))


def delete_statements(connection: Connection, number: int) -> None:
    """Take an article's statements away, with its unnamed speakers; named ones stay, for corrections name them."""
    connection.execute(delete(statements).where(statements.c.article == number))  # voices go with them
    connection.execute(delete(speaker_forms).where(speaker_forms.c.article == number))
    connection.execute(delete(speakers).where(speakers.c.article == number))


def speaker_row(connection: Connection, name: str, kind: SpeakerKind) -> int:
    """Return the id of a named speaker's row, which is made when there is none."""
    key = speaker_key(name)
    found = select(speakers.c.id).where(speakers.c.key == key, speakers.c.kind == kind.value)
    known = connection.scalar(found)
    if known is not None:
        return int(known)
    made = connection.execute(insert(speakers).values(kind=kind.value, name=name, key=key)).inserted_primary_key
    assert made is not None
    return int(made[0])


def _speaker_rows(connection: Connection, number: int, cast: dict[int, Character]) -> dict[int, int]:
    """Return the row of each character by its position in the cast."""
    rows: dict[int, int] = {}
    unnamed: dict[str, int] = {}
    for position, character in cast.items():
        name = " ".join(character.name.split())
        if character.kind is not SpeakerKind.UNNAMED and len(name) <= LONGEST_NAME and speaker_key(name):
            rows[position] = speaker_row(connection, name, character.kind)
            continue
        if name not in unnamed:
            values = {"kind": SpeakerKind.UNNAMED.value, "name": name, "article": number}
            made = connection.execute(insert(speakers).values(**values)).inserted_primary_key
            assert made is not None
            unnamed[name] = made[0]
        rows[position] = unnamed[name]
    return rows


def _forms(character: Character) -> Iterator[tuple[str, str]]:
    named = [(NAME, character.name)] if character.kind is not SpeakerKind.UNNAMED else []
    aliases = [(ALIAS, form) for form in character.aliases if form != character.name]
    for kind, form in (*named, *aliases, *((ROLE, form) for form in character.roles)):
        if form.strip() and len(form) <= LONGEST_NAME:
            yield kind, " ".join(form.split())


def _described(found: Extraction) -> tuple[list[tuple[object, ...]], set[tuple[object, ...]]]:
    """Describe an extraction as `_stored` describes what is stored."""
    lines: list[tuple[object, ...]] = []
    forms: set[tuple[object, ...]] = set()
    for said in found.said:
        cast = [found.cast[position] for position in said.speakers]
        names = list(dict.fromkeys(_identity(character) for character in cast))
        parts = (_packed(said.source), _packed(said.cue), _packed(said.content))
        lines.append((said.kind.value, said.confidence, *parts, *names))
        forms |= {
            (_identity(character), *form)
            for character in cast
            if character.kind is not SpeakerKind.UNNAMED or character.roles
            for form in _forms(character)
        }
    return lines, forms


def _identity(character: Character) -> tuple[str, str]:
    name = " ".join(character.name.split())
    key = speaker_key(name)
    if character.kind is SpeakerKind.UNNAMED or len(name) > LONGEST_NAME or not key:
        return SpeakerKind.UNNAMED.value, name
    return character.kind.value, key


def _stored(connection: Connection, number: int) -> tuple[list[tuple[object, ...]], set[tuple[object, ...]]]:
    named = (speakers.c.kind, speakers.c.key, speakers.c.name)
    spoken: dict[int, list[tuple[object, ...]]] = {}
    query = (
        select(voices.c.statement, *named)
        .join(statements, statements.c.id == voices.c.statement)
        .join(speakers, speakers.c.id == voices.c.speaker)
        .where(statements.c.article == number)
        .order_by(voices.c.statement, voices.c.position)
    )
    for row in connection.execute(query):
        spoken.setdefault(row.statement, []).append((row.kind, row.key or row.name))
    lines: list[tuple[object, ...]] = [
        (row.kind, row.confidence, row.source, row.cue, row.content, *spoken.get(row.id, ()))
        for row in connection.execute(
            select(statements).where(statements.c.article == number).order_by(statements.c.id)
        )
    ]
    called = (
        select(speaker_forms.c.kind.label("what"), speaker_forms.c.form, *named)
        .join(speakers, speakers.c.id == speaker_forms.c.speaker)
        .where(speaker_forms.c.article == number)
    )
    forms: set[tuple[object, ...]] = {
        ((row.kind, row.key or row.name), row.what, row.form) for row in connection.execute(called)
    }
    return lines, forms


class StatementReader:
    """The stored statements, for reading; part of `corpus.store.Store`."""

    engine: Engine

    def statements_of(self, numbers: Sequence[int]) -> list[Statement]:
        """Return the statements of articles, by statement id: within an article in text order."""
        return [statement for statement, _ in self.stated_of(numbers)]

    def statements(self, numbers: Sequence[int]) -> dict[int, tuple[Statement, Article]]:
        """Return statements by id, each with the article revision that it was found in; those gone are left out."""
        return {statement.id: (statement, article) for statement, article in self._stated(statements.c.id, numbers)}

    def stated_of(self, numbers: Sequence[int]) -> list[tuple[Statement, Article]]:
        """Return the statements of articles, by statement id, each with the article revision that it was found in."""
        return sorted(self._stated(statements.c.article, numbers), key=lambda pair: pair[0].id)

    def unread(self, fingerprint: str, *, failed: bool = False) -> list[int]:
        """Return the ids of the articles whose statements an extractor has not found yet, ascending.

        Args:
            fingerprint: of the extractor.
            failed: also those where it failed.
        """
        read = [fingerprint] if failed else [fingerprint, FAILED + fingerprint]
        other = or_(articles.c.statements_by.is_(None), articles.c.statements_by.not_in(read))
        with self.engine.connect() as connection:
            return list(connection.scalars(select(articles.c.id).where(PRESENT, other).order_by(articles.c.id)))

    def _stated(self, column: Column[int], numbers: Sequence[int]) -> Iterator[tuple[Statement, Article]]:
        # One transaction reads all, so that a statement never meets the text of another revision.
        with self.engine.connect() as connection:
            for part in batches(numbers):
                chosen = select(statements.c.id).where(column.in_(part))
                texts = article_query().where(articles.c.id.in_(select(statements.c.article).where(column.in_(part))))
                with connection.begin():
                    found = {row.id: as_article(row) for row in connection.execute(texts)}
                    spoken: dict[int, list[int]] = {}
                    for voice in connection.execute(
                        select(voices)
                        .where(voices.c.statement.in_(chosen))
                        .order_by(voices.c.statement, voices.c.position)
                    ):
                        spoken.setdefault(voice.statement, []).append(voice.speaker)
                    rows = connection.execute(
                        select(statements).where(column.in_(part)).order_by(statements.c.id)
                    ).all()
                for row in rows:
                    if row.article in found:
                        yield as_statement(row, spoken.get(row.id, ())), found[row.article]


def as_statement(row: Any, spoken: Sequence[int]) -> Statement:
    """Turn a row of `statements` into a record, with the ids of its speakers."""
    return Statement(
        id=row.id,
        article=row.article,
        source=_unpacked(row.source),
        cue=_unpacked(row.cue),
        content=_unpacked(row.content),
        kind=StatementKind(row.kind),
        speakers=tuple(spoken),
        confidence=row.confidence,
    )


def _packed(spans: Sequence[Span]) -> str:
    return json.dumps([[span.start, span.end] for span in spans], separators=(",", ":"))


def _unpacked(spans: str) -> tuple[Span, ...]:
    return tuple(Span(start, end) for start, end in json.loads(spans))
