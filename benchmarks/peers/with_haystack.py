"""Drives Haystack: its pipeline for hybrid retrieval, as its tutorial shows.

Indexing: `SentenceTransformersDocumentEmbedder` and `DocumentWriter`. Asking: text embedder, embedding retriever and
BM25 retriever over one `InMemoryDocumentStore`, joined by reciprocal rank. The tutorial's cross-encoder behind the
joiner is left out, because it is another model, and slower. The document store is the one that needs no server; it is
kept by `save_to_disk`.
"""

from __future__ import annotations

from haystack import Document, Pipeline
from haystack.components.joiners import DocumentJoiner
from haystack.components.retrievers.in_memory import InMemoryBM25Retriever, InMemoryEmbeddingRetriever
from haystack.components.writers import DocumentWriter
from haystack.document_stores.in_memory import InMemoryDocumentStore
from haystack_integrations.components.embedders.sentence_transformers import (
    SentenceTransformersDocumentEmbedder,
    SentenceTransformersTextEmbedder,
)

from benchmarks.peers.protocol import LIMIT, Answer, Cited, Material, Setup, serve


class Haystack:
    """Haystack as the comparison drives it."""

    _store: InMemoryDocumentStore
    _indexing: Pipeline
    _asking: Pipeline

    def __init__(self, setup: Setup) -> None:
        self._file = setup.directory / "store.json"
        self._model = str(setup.model)
        self._wire(InMemoryDocumentStore(embedding_similarity_function="cosine", return_embedding=False))

    def build(self, material: Material) -> None:
        """Index and save."""
        self.add(material)
        self.keep()

    def open(self) -> None:
        """Load what was saved."""
        self._wire(InMemoryDocumentStore.load_from_disk(str(self._file)))

    def ask(self, question: str) -> Answer:
        """Run the pipeline."""
        ran = self._asking.run({"text": {"text": question}, "words": {"query": question}})
        found = ran["joiner"]["documents"]
        return Answer(citations=[Cited(each.meta["article"], each.content) for each in found])

    def add(self, material: Material) -> None:
        """Embed and write documents."""
        documents = [
            Document(id=passage.id, content=passage.text, meta={"article": passage.article})
            for passage in material.passages()
        ]
        self._indexing.run({"embedder": {"documents": documents}})

    def keep(self) -> None:
        """Save anew."""
        self._file.parent.mkdir(parents=True, exist_ok=True)
        self._store.save_to_disk(str(self._file))

    def _wire(self, store: InMemoryDocumentStore) -> None:
        """Make the pipelines over a store, and load the model."""
        self._store = store
        self._indexing = Pipeline()
        self._indexing.add_component(
            "embedder", SentenceTransformersDocumentEmbedder(model=self._model, progress_bar=False)
        )
        self._indexing.add_component("writer", DocumentWriter(store))
        self._indexing.connect("embedder", "writer")
        self._indexing.warm_up()
        self._asking = Pipeline()
        self._asking.add_component("text", SentenceTransformersTextEmbedder(model=self._model, progress_bar=False))
        self._asking.add_component("dense", InMemoryEmbeddingRetriever(store, top_k=LIMIT))
        self._asking.add_component("words", InMemoryBM25Retriever(store, top_k=LIMIT))
        self._asking.add_component("joiner", DocumentJoiner(join_mode="reciprocal_rank_fusion", top_k=LIMIT))
        self._asking.connect("text.embedding", "dense.query_embedding")
        self._asking.connect("dense", "joiner")
        self._asking.connect("words", "joiner")
        self._asking.warm_up()


if __name__ == "__main__":
    serve(Haystack)
