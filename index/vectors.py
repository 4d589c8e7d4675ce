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
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from index.encoder import Encoder, Vectors

log = logging.getLogger(__name__)

CHUNK = 256
"""Texts embedded between two commits: what a crash can make us embed again."""

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
            try:
                vectors[at : at + len(part)], new = self._encode(encoder, part)
            except sqlite3.DatabaseError as error:
                self._begin_again(error)
                vectors[at : at + len(part)], new = self._encode(encoder, part)
            embedded += new
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

    def _encode(self, encoder: Encoder, texts: Sequence[str]) -> tuple[list[Vectors], int]:
        """Embed one chunk of texts; return their vectors, and how many of them were new."""
        keys = [hashlib.sha256(text.encode(errors="surrogatepass")).digest() for text in texts]
        with closing(self._connect()) as connection:
            found = self._known(connection, keys, encoder)
            missing = {key: text for key, text in zip(keys, texts, strict=True) if key not in found}
            if missing:
                found |= dict(zip(missing, encoder.encode(list(missing.values())), strict=True))
                rows = [(key, encoder.fingerprint, found[key].tobytes()) for key in missing]
                with connection:
                    connection.executemany("INSERT OR REPLACE INTO vectors VALUES (?, ?, ?)", rows)
        return [found[key] for key in keys], len(missing)

    def _known(self, connection: sqlite3.Connection, keys: list[bytes], encoder: Encoder) -> dict[bytes, Vectors]:
        marks = ",".join("?" * len(keys))
        query = f"SELECT text, vector FROM vectors WHERE model = ? AND text IN ({marks})"  # noqa: S608  (marks only)
        rows = connection.execute(query, (encoder.fingerprint, *keys))
        size = encoder.dimension * np.dtype(np.float32).itemsize
        return {key: np.frombuffer(blob, np.float32) for key, blob in rows if len(blob) == size}

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
