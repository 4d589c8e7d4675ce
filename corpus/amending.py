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

from corpus.queries import BATCH, CURRENT, PRESENT
from corpus.records import SpeakerKind
from corpus.rows import Links
from corpus.saying import speaker_key
from corpus.schema import articles, corrections, revisions, speakers, statements

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime

    from corpus.grouping import Grouping
    from corpus.lines import Lines

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


@dataclass(frozen=True, slots=True)
class Move:
    """A correction that takes statements away from its speaker.

    Attributes:
        source: entries that did not make them.
        target: the one that did; None: nobody knows.
    """

    correction: Correction
    source: tuple[int, ...]
    target: int | None


@dataclass(frozen=True, slots=True)
class Amended:
    """What corrections say of the speakers that there are.

    Attributes:
        links: which entries are one, and which are not.
        names: names given to entries, the later ones last.
        moves: which statements are whose, in the order of the corrections.
        idle: numbers of corrections that find nothing to correct.
    """

    links: Links = field(default_factory=Links)
    names: tuple[tuple[int, str], ...] = ()
    moves: tuple[Move, ...] = ()
    idle: tuple[int, ...] = ()


@dataclass(slots=True)
class Moved:
    """Who speaks where that was corrected.

    Attributes:
        voices: by statement, ids of entries or of unnamed speakers.
        dropped: forms that are no longer those of a group's entries, folded, with the group.
        read: by correction, the statements that were compared with it: whether it means them.
    """

    voices: dict[int, list[int]] = field(default_factory=dict)
    dropped: set[tuple[int, str]] = field(default_factory=set)
    read: dict[int, dict[int, bool]] = field(default_factory=dict)


def all_corrections(connection: Connection) -> list[Correction]:
    """Return the corrections, oldest first."""
    rows = connection.execute(select(corrections).order_by(corrections.c.id))
    return [Correction(row.id, CorrectionKind(row.kind), json.loads(row.payload), row.at, row.note) for row in rows]


def amend(connection: Connection) -> Amended:
    """Find whom the corrections name; later ones count over earlier ones."""
    made = all_corrections(connection)
    if not made:
        return Amended()
    known = _known(connection, made)
    names: list[tuple[int, str]] = []
    moves: list[Move] = []
    idle: list[int] = []
    together: list[tuple[int, int]] = []
    apart: set[frozenset[int]] = set()
    for correction in made:
        payload = correction.payload
        one = [row for who in payload.get("speaker", ()) for row in _rows(known, who)]
        other = [row for who in payload.get("into", ()) for row in _rows(known, who)]
        if not one or ("into" in payload and not other):
            idle.append(correction.id)
            continue
        if correction.kind is CorrectionKind.MERGE:
            apart -= {frozenset((left, right)) for left in one for right in other}
            together += [(row, other[0]) for row in (*one, *other[1:])]
            names.append((other[0], payload["name"]))
        elif correction.kind is CorrectionKind.RENAME:
            names.append((one[0], payload["name"]))
        elif correction.kind is CorrectionKind.SPLIT:
            new = other[0]
            together = [pair for pair in together if not (new in pair and set(pair) <= {new, *one})]
            apart |= {frozenset((row, new)) for row in one if row != new}
            names.append((new, payload["into"][0]["name"]))
        if correction.kind in {CorrectionKind.SPLIT, CorrectionKind.DENY}:
            moves.append(Move(correction, tuple(one), other[0] if other else None))
    return Amended(Links(tuple(together), frozenset(apart)), tuple(names), tuple(moves), tuple(idle))


def move(
    connection: Connection, amended: Amended, groups: Grouping, lines: Lines, read: dict[int, dict[int, bool]]
) -> Moved:
    """Give statements to those who made them.

    Args:
        connection: to the corpus.
        amended: what corrections say.
        groups: who is one speaker, by these as well.
        lines: who speaks where, as stored.
        read: what is known of `Moved.read`.
    """
    moved = Moved(read=read)
    for each in amended.moves:
        _move(connection, each, groups, lines, moved)
    return moved


def _known(connection: Connection, made: Sequence[Correction]) -> dict[tuple[str, SpeakerKind], int]:
    """Return the entries that corrections name, by key and kind."""
    named = (who for each in made for part in ("speaker", "into") for who in each.payload.get(part, ()))
    keys = sorted({speaker_key(who["name"]) for who in named})
    known: dict[tuple[str, SpeakerKind], int] = {}
    for at in range(0, len(keys), BATCH):
        query = select(speakers.c.id, speakers.c.key, speakers.c.kind).where(speakers.c.key.in_(keys[at : at + BATCH]))
        known |= {(row.key, SpeakerKind(row.kind)): row.id for row in connection.execute(query)}
    return known


def _rows(known: Mapping[tuple[str, SpeakerKind], int], who: dict[str, str]) -> Iterator[int]:
    """Yield the entry that a correction names, of its kind or else of the other."""
    key, kind = speaker_key(who["name"]), SpeakerKind(who["kind"])
    for either in (kind, SpeakerKind.PERSON, SpeakerKind.ORGANISATION):
        if (key, either) in known:
            yield known[key, either]
            return


def _move(connection: Connection, each: Move, groups: Grouping, lines: Lines, moved: Moved) -> None:
    payload, to = each.correction.payload, each.target
    theirs = {groups.of(row) for row in each.source}
    if to is not None and each.correction.kind is CorrectionKind.SPLIT:
        theirs.discard(groups.of(to))  # it was taken out of the group it stands beside
        if payload.get("form"):
            moved.dropped |= {(number, speaker_key(payload["form"])) for number in theirs}
    among = set(lines.of(row for number in theirs for row in groups.members(number))[0].tolist())
    # Those that earlier corrections have given to them, or taken from them.
    among -= moved.voices.keys()
    among |= {number for number, voices in moved.voices.items() if any(groups.of(one) in theirs for one in voices)}
    if payload.get("article"):
        within = sorted(_articles(connection, payload["article"]))
        among &= set(connection.scalars(select(statements.c.id).where(statements.c.article.in_(within))))
    meant = _meant(connection, among, each.correction, moved.read)
    stored = lines.voices(set(meant) - moved.voices.keys())
    for number in meant:
        kept = [to if groups.of(one) in theirs else one for one in moved.voices.get(number, stored.get(number, ()))]
        moved.voices[number] = list(dict.fromkeys(one for one in kept if one is not None))


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


def _meant(
    connection: Connection, among: set[int], correction: Correction, read: dict[int, dict[int, bool]]
) -> list[int]:
    """Return those statements whose content, or whose source, is what a correction says; by id."""
    content, form = correction.payload.get("content"), correction.payload.get("form")
    if content is None and form is None:
        return sorted(among)
    known = read.setdefault(correction.id, {})
    numbers = sorted(among - known.keys())
    wanted = speaker_key(str(content if content is not None else form))
    column = statements.c.content if content is not None else statements.c.source
    for at in range(0, len(numbers), BATCH):
        query = (
            select(statements.c.id, column.label("spans"), revisions.c.text)
            .join(articles, articles.c.id == statements.c.article)
            .join(revisions, CURRENT)
            .where(statements.c.id.in_(numbers[at : at + BATCH]))
            .order_by(statements.c.id)
        )
        for row in connection.execute(query):
            parts = [row.text[start:end] for start, end in json.loads(row.spans)]
            if content is not None:
                known[row.id] = _same_words(wanted, speaker_key(" ".join(parts)))
            else:
                known[row.id] = any(speaker_key(part) == wanted for part in parts)
    return sorted(number for number in among if known.get(number))


def _same_words(one: str, other: str) -> bool:
    """Tell whether two folded contents are one, give or take a few words at their ends."""
    short, long = sorted((one, other), key=len)
    return one == other or (bool(short) and short in long and len(short) >= SAME_WORDS * len(long))
