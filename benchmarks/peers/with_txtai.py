"""Drives txtai: one embeddings database with hybrid search, as its documentation recommends.

`Embeddings(hybrid=True, content=True)`: FAISS vectors and BM25 beside each other, their scores combined by halves, the
texts in SQLite. Passages are indexed in one stream, which txtai encodes in batches; a new article is an `upsert`. What
it keeps is `save`d whole.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from txtai import Embeddings

from benchmarks.peers.protocol import LIMIT, Answer, Cited, Material, Setup, serve

if TYPE_CHECKING:
    from collections.abc import Iterator


class Txtai:
    """txtai as the comparison drives it."""

    def __init__(self, setup: Setup) -> None:
        self._path = str(setup.directory)
        self._embeddings = Embeddings(path=str(setup.model), hybrid=True, content=True)

    def build(self, material: Material) -> None:
        """Index and save."""
        self._embeddings.index(_documents(material))
        self._embeddings.save(self._path)

    def open(self) -> None:
        """Load what was saved."""
        self._embeddings.load(self._path)

    def ask(self, question: str) -> Answer:
        """Search."""
        found = self._embeddings.search(question, LIMIT)
        return Answer(citations=[Cited(each["id"].rpartition("#")[0], each["text"]) for each in found])

    def add(self, material: Material) -> None:
        """Upsert."""
        self._embeddings.upsert(_documents(material))

    def keep(self) -> None:
        """Save anew."""
        self._embeddings.save(self._path)


def _documents(material: Material) -> Iterator[dict[str, Any]]:
    return ({"id": passage.id, "text": passage.text} for passage in material.passages())


if __name__ == "__main__":
    serve(Txtai)
