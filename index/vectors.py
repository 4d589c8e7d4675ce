"""The vector cache: what was embedded once is not embedded again.

A file beside the index, keyed by the hash of the text and the model's fingerprint. It can be deleted at any time.
"""

from __future__ import annotations

import hashlib
import logging
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from index.encoder import Encoder, Vectors

log = logging.getLogger(__name__)

CHUNK = 2048
"""Texts embedded between two commits: what a crash can make us embed again. So many at once let the encoder put those
of a length together."""

ASKED = 512
"""Keys asked for by one statement; each number of them is a statement of its own that SQLite prepares."""

_SCHEMA = """
CREATE TABLE IF NOT EXISTS vectors (
    text BLOB NOT NULL, model TEXT NOT NULL, vector BLOB NOT NULL, PRIMARY KEY (text, model)
) WITHOUT ROWID
"""


class VectorCache:
    """Vectors of texts, by model. May be used by several processes at once."""

    def __init__(self, path: Path) -> None:
        self.path = path
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            self._prepare()
        except sqlite3.DatabaseError as error:
            self._begin_again(error)

    def encode(
        self, encoder: Encoder, texts: Sequence[str], progress: Callable[[int], None] | None = None
    ) -> tuple[Vectors, int]:
        """Embed texts, taking from the cache what it holds and adding what it does not.

        Args:
            encoder: the model.
            texts: passages.
            progress: told how many more of the texts are done.

        Returns:
            Array of shape (len(texts), dimension), unit L2 norm per row, in the order of `texts`; and how many of
            the texts had to be embedded.
        """
        report = progress or (lambda _: None)
        vectors = np.zeros((len(texts), encoder.dimension), np.float32)
        embedded = 0
        for at in range(0, len(texts), CHUNK):
            part = texts[at : at + CHUNK]
            into = vectors[at : at + len(part)]
            try:
                embedded += self._encode(encoder, part, into)
            except sqlite3.DatabaseError as error:
                self._begin_again(error)
                embedded += self._encode(encoder, part, into)
            report(len(part))
        return vectors, embedded

    def count(self) -> int:
        """Return how many vectors are kept, of all models."""
        with closing(self._connect()) as connection:
            return int(connection.execute("SELECT count(*) FROM vectors").fetchone()[0])

    def prune(self, fingerprint: str) -> int:
        """Drop the vectors of other models, and return how many there were."""
        with closing(self._connect()) as connection, connection:
            return connection.execute("DELETE FROM vectors WHERE model != ?", (fingerprint,)).rowcount

    def _encode(self, encoder: Encoder, texts: Sequence[str], into: Vectors) -> int:
        """Embed one chunk of texts into rows, and return how many of them were new."""
        places: dict[bytes, list[int]] = {}
        for row, text in enumerate(texts):
            places.setdefault(hashlib.sha256(text.encode(errors="surrogatepass")).digest(), []).append(row)
        with closing(self._connect()) as connection:
            known = set()
            for key, vector in self._known(connection, list(places), encoder):
                into[places[key]] = vector
                known.add(key)
            missing = [key for key in places if key not in known]
            if missing:
                made = encoder.encode([texts[places[key][0]] for key in missing])
                for key, vector in zip(missing, made, strict=True):
                    into[places[key]] = vector
                # In the order of the keys, which is that of the file: new pages are filled one after the other.
                rows = sorted((key, encoder.fingerprint, v.tobytes()) for key, v in zip(missing, made, strict=True))
                with connection:
                    connection.executemany("INSERT OR REPLACE INTO vectors VALUES (?, ?, ?)", rows)
        return len(missing)

    def _known(
        self, connection: sqlite3.Connection, keys: Sequence[bytes], encoder: Encoder
    ) -> Iterator[tuple[bytes, Vectors]]:
        """Yield the vectors that are kept, with their keys."""
        size = encoder.dimension * np.dtype(np.float32).itemsize
        for at in range(0, len(keys), ASKED):
            asked = keys[at : at + ASKED]
            marks = ",".join("?" * len(asked))
            query = f"SELECT text, vector FROM vectors WHERE model = ? AND text IN ({marks})"  # noqa: S608  (marks only)
            for key, blob in connection.execute(query, (encoder.fingerprint, *asked)):
                if len(blob) == size:
                    yield key, np.frombuffer(blob, np.float32)

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self.path, timeout=30)
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            # A cache may lose its last rows in a power cut.
            connection.execute("PRAGMA synchronous = NORMAL")
        except BaseException:
            connection.close()
            raise
        return connection

    def _begin_again(self, error: sqlite3.DatabaseError) -> None:
        """Replace a cache that cannot be read by an empty one: it is worth nothing, and costs nothing but time."""
        if isinstance(error, sqlite3.OperationalError):
            raise error  # it is locked, say, or the disk is full; the cache itself is in order
        log.warning("The vector cache %s is damaged (%s); texts are embedded again.", self.path, error)
        for suffix in ("", "-wal", "-shm"):
            self.path.with_name(self.path.name + suffix).unlink(missing_ok=True)
        self._prepare()

    def _prepare(self) -> None:
        with closing(self._connect()) as connection, connection:
            connection.execute(_SCHEMA)
