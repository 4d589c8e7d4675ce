"""Drives LlamaIndex: a FAISS vector store and a BM25 retriever, fused by reciprocal rank, as its documentation shows.

`VectorStoreIndex` over `FaissVectorStore(IndexFlatIP)`, `BM25Retriever` over the same nodes, `QueryFusionRetriever`
with `reciprocal_rerank` and no generated queries (which would need a language model). The embedding model takes as many
texts at a time as sentence-transformers does by default, more than LlamaIndex would.

Its examples take `IndexFlatL2`, but the fusion sorts by score, highest first, which turns distances upside down; with
the inner product of unit vectors, the same neighbours come in the right order.

BM25 in LlamaIndex takes no additions: it is built anew from the document store. A new article is found through its
vector before that, so only keeping it waits for the building.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import faiss
from llama_index.core import StorageContext, VectorStoreIndex, load_index_from_storage
from llama_index.core.llms import MockLLM
from llama_index.core.retrievers import QueryFusionRetriever
from llama_index.core.schema import MetadataMode, TextNode
from llama_index.embeddings.huggingface import HuggingFaceEmbedding
from llama_index.retrievers.bm25 import BM25Retriever
from llama_index.vector_stores.faiss import FaissVectorStore

from benchmarks.peers.protocol import LIMIT, Answer, Cited, Material, Setup, serve

if TYPE_CHECKING:
    from pathlib import Path

BATCH = 32


class LlamaIndex:
    """LlamaIndex as the comparison drives it."""

    _vectors: VectorStoreIndex
    _words: BM25Retriever
    _fused: QueryFusionRetriever

    def __init__(self, setup: Setup) -> None:
        self._folder = setup.directory
        self._model = HuggingFaceEmbedding(model_name=str(setup.model), embed_batch_size=BATCH)

    @property
    def _words_folder(self) -> Path:
        return self._folder / "bm25"

    def build(self, material: Material) -> None:
        """Index and persist."""
        size = len(self._model.get_text_embedding("size"))
        store = FaissVectorStore(faiss_index=faiss.IndexFlatIP(size))
        self._vectors = VectorStoreIndex(
            _nodes(material),
            storage_context=StorageContext.from_defaults(vector_store=store),
            embed_model=self._model,
        )
        self.keep()

    def open(self) -> None:
        """Load what was persisted."""
        folder = str(self._folder)
        context = StorageContext.from_defaults(
            vector_store=FaissVectorStore.from_persist_dir(folder), persist_dir=folder
        )
        self._vectors = load_index_from_storage(context, embed_model=self._model)
        self._words = BM25Retriever.from_persist_dir(str(self._words_folder))
        self._fuse()

    def ask(self, question: str) -> Answer:
        """Retrieve."""
        found = self._fused.retrieve(question)
        return Answer(
            citations=[Cited(each.node.metadata["article"], each.node.get_content(MetadataMode.NONE)) for each in found]
        )

    def add(self, material: Material) -> None:
        """Insert nodes."""
        self._vectors.insert_nodes(_nodes(material))

    def keep(self) -> None:
        """Build BM25 anew and persist both."""
        self._words = BM25Retriever.from_defaults(docstore=self._vectors.docstore, similarity_top_k=LIMIT)
        self._fuse()
        self._vectors.storage_context.persist(str(self._folder))
        self._words.persist(str(self._words_folder))

    def _fuse(self) -> None:
        dense = self._vectors.as_retriever(similarity_top_k=LIMIT)
        self._fused = QueryFusionRetriever(
            [dense, self._words],
            llm=MockLLM(),  # never asked: the question as it is, is the only query
            mode="reciprocal_rerank",
            similarity_top_k=LIMIT,
            num_queries=1,
            use_async=False,
        )


def _nodes(material: Material) -> list[TextNode]:
    """Return nodes whose text alone is embedded, and not the id of their article."""
    return [
        TextNode(
            id_=passage.id,
            text=passage.text,
            metadata={"article": passage.article},
            excluded_embed_metadata_keys=["article"],
        )
        for passage in material.passages()
    ]


if __name__ == "__main__":
    serve(LlamaIndex)
