"""How corrections take effect: on which entries are one speaker, on names, and on who speaks in which statement.

Nothing stored is changed. A correction names speakers and articles by what outlives a rebuild, another import of them,
and another extractor; where what it names is not there, it waits.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, select

from corpus.identity import Groups, group
from corpus.queries import CURRENT, PRESENT
from corpus.records import SpeakerKind
from corpus.saying import speaker_key
from corpus.schema import articles, corrections, revisions, statements

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from datetime import datetime

    from corpus.voices import Heard

SAME_WORDS = 0.8
"""Share of its letters that the content of a statement may have lost or gained since it was corrected."""


class CorrectionKind(StrEnum):
    """What was wrong."""

    MERGE = "merge"
    """Two speakers were one."""

    SPLIT = "split"
    """One speaker was two."""

    RENAME = "rename"
    """A speaker was called wrongly."""

    DENY = "deny"
    """A statement was attributed to somebody who did not make it."""


@dataclass(frozen=True, slots=True)
class Correction:
    """A correction as stored.

    Attributes:
        id: number given by the corpus; never reused.
        payload: JSON values that `amend` understands.
        note: what was corrected, as a sentence.
    """

    id: int
    kind: CorrectionKind
    payload: dict[str, Any]
    at: datetime
    note: str


@dataclass(slots=True)
class Amended:
    """What is heard, with the corrections.

    Attributes:
        groups: which entries are one.
        names: names given to entries, the later ones last.
        voices: by statement, who speaks in it: ids of entries or of unnamed speakers; only where that was corrected.
        dropped: forms that are no longer those of an entry's group, folded.
        idle: numbers of corrections that find nothing to correct.
    """

    groups: Groups = field(default_factory=Groups)
    names: list[tuple[int, str]] = field(default_factory=list)
    voices: dict[int, list[int]] = field(default_factory=dict)
    dropped: set[tuple[int, str]] = field(default_factory=set)
    idle: list[int] = field(default_factory=list)


def all_corrections(connection: Connection) -> list[Correction]:
    """Return the corrections, oldest first."""
    rows = connection.execute(select(corrections).order_by(corrections.c.id))
    return [Correction(row.id, CorrectionKind(row.kind), json.loads(row.payload), row.at, row.note) for row in rows]


def amend(connection: Connection, heard: Heard) -> Amended:
    """Apply the corrections in their order, later ones over earlier ones."""
    made = all_corrections(connection)
    amended = Amended()
    together: list[tuple[int, int]] = []
    apart: set[frozenset[int]] = set()
    for correction in made:
        payload = correction.payload
        one = [row for who in payload.get("speaker", ()) for row in _rows(heard, who)]
        other = [row for who in payload.get("into", ()) for row in _rows(heard, who)]
        if not one or ("into" in payload and not other):
            amended.idle.append(correction.id)
        elif correction.kind is CorrectionKind.MERGE:
            apart -= {frozenset((left, right)) for left in one for right in other}
            together += [(row, other[0]) for row in (*one, *other[1:])]
            amended.names.append((other[0], payload["name"]))
        elif correction.kind is CorrectionKind.RENAME:
            amended.names.append((one[0], payload["name"]))
        elif correction.kind is CorrectionKind.SPLIT:
            new = other[0]
            together = [pair for pair in together if not (new in pair and set(pair) <= {new, *one})]
            apart |= {frozenset((row, new)) for row in one if row != new}
            amended.names.append((new, payload["into"][0]["name"]))
    amended.groups = group(list(heard.entries.values()), together, apart)
    for correction in made:
        if correction.kind in {CorrectionKind.SPLIT, CorrectionKind.DENY} and correction.id not in amended.idle:
            _move(connection, heard, amended, correction)
    return amended


def _rows(heard: Heard, who: dict[str, str]) -> Iterator[int]:
    """Yield the entry that a correction names, of its kind or else of the other."""
    key, kind = speaker_key(who["name"]), SpeakerKind(who["kind"])
    for either in (kind, SpeakerKind.PERSON, SpeakerKind.ORGANISATION):
        if (key, either) in heard.keys:
            yield heard.keys[key, either]
            return


def _move(connection: Connection, heard: Heard, amended: Amended, correction: Correction) -> None:
    """Give statements to those who made them."""
    payload = correction.payload
    groups = {amended.groups.of(row) for who in payload["speaker"] for row in _rows(heard, who)}
    to = next((row for who in payload.get("into", ()) for row in _rows(heard, who)), None)
    if to is not None and correction.kind is CorrectionKind.SPLIT:
        groups.discard(amended.groups.of(to))  # it was taken out of the group it stands beside
        if payload.get("form"):
            amended.dropped |= {(number, speaker_key(payload["form"])) for number in groups}
    spoken: dict[int, list[int]] = {}
    within = _articles(connection, payload["article"]) if payload.get("article") else None
    for line in heard.lines:
        if line.speaker is not None and (within is None or line.article in within):
            spoken.setdefault(line.statement, []).append(line.speaker)
    spoken |= {number: voices for number, voices in amended.voices.items() if number in spoken}
    theirs = {
        number: voices for number, voices in spoken.items() if any(amended.groups.of(each) in groups for each in voices)
    }
    for number in _meant(connection, theirs, payload):
        kept = [to if amended.groups.of(each) in groups else each for each in theirs[number]]
        amended.voices[number] = list(dict.fromkeys(each for each in kept if each is not None))


def _articles(connection: Connection, named: dict[str, str | None]) -> set[int]:
    """Return the present articles that a correction names: by key, else by URL, else by text."""
    for column, value in (
        (articles.c.key, named.get("key")),
        (articles.c.canonical_url, named.get("url")),
        (revisions.c.content_hash, named.get("hash")),
    ):
        if value:
            query = select(articles.c.id).join(revisions, CURRENT).where(PRESENT, column == value)
            if found := set(connection.scalars(query)):
                return found
    return set()


def _meant(connection: Connection, among: Collection[int], payload: dict[str, Any]) -> list[int]:
    """Return those statements whose content, or whose source, is what a correction says; by id."""
    content, form = payload.get("content"), payload.get("form")
    if content is None and form is None:
        return sorted(among)
    numbers, found = sorted(among), []
    wanted = speaker_key(str(content if content is not None else form))
    column = statements.c.content if content is not None else statements.c.source
    for at in range(0, len(numbers), 500):
        query = (
            select(statements.c.id, column.label("spans"), revisions.c.text)
            .join(articles, articles.c.id == statements.c.article)
            .join(revisions, CURRENT)
            .where(statements.c.id.in_(numbers[at : at + 500]))
            .order_by(statements.c.id)
        )
        for row in connection.execute(query):
            parts = [row.text[start:end] for start, end in json.loads(row.spans)]
            if content is not None:
                fits = _same_words(wanted, speaker_key(" ".join(parts)))
            else:
                fits = any(speaker_key(part) == wanted for part in parts)
            if fits:
                found.append(row.id)
    return found


def _same_words(one: str, other: str) -> bool:
    """Tell whether two folded contents are one, give or take a few words at their ends."""
    short, long = sorted((one, other), key=len)
    return one == other or (bool(short) and short in long and len(short) >= SAME_WORDS * len(long))
