"""Lexical search: BM25 with Tantivy, over terms folded by `index.folding`.

A snapshot's directory is never changed, and may vanish while it is in use. Each process therefore works on a copy of
its own, made of hard links, since Tantivy never changes a file of a segment that it has written.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, cast

import tantivy

from index.folding import fold, question_terms, terms
from index.fusion import Ranked, best

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import numpy as np
    from numpy.typing import NDArray

TOKENIZER = "folded"
WRITER_BYTES = 64_000_000
"""Memory of Tantivy's writer; its least is 15 MB."""

FUZZY_LETTERS, FUZZIER_LETTERS = 5, 8
"""Terms of at least so many letters may be misspelt by one letter, or by two."""

_ASKING = """
    a about according after all am an and any anything are as asked at be because been before being but by call called
    can comment commented comments could describe did do does done explain for from give had has have he her him his how
    i in into is it its just me mention mentioned my of on or our please position regarding remark remarks reply respond
    responded s said say saying says she should show so some speak spoke statement t talk talked tell that the their
    them there they think thinks this thought to told us view views was we were what when where which who whom whose why
    will with would you your
"""
QUESTION_WORDS = frozenset(fold(word) for word in _ASKING.split())
"""Words by which people ask rather than what they ask for. Only questions lose them; "US" is another term than "us"."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A passage or statement to be indexed.

    Attributes:
        id: its id; statements and passages are numbered each on their own, and never stand in one index.
        start: where it stands in the article, in characters; of a statement, where the first of its content does.
        end: where that ends.
        letters: characters of it; of a statement, of all its content.
        length: characters of the article.
        day: number of the day on which the article was published (`date.toordinal`), 0 where that is not known.
        confidence: of a statement, 0 to 1.
        direct: whether a statement is direct speech.
    """

    id: int
    article: int
    text: str
    start: int = 0
    end: int = 0
    letters: int = 0
    length: int = 0
    day: int = 0
    confidence: float = 0.0
    direct: bool = False


class LexicalSearcher:
    """An immutable view of a lexical index."""

    def __init__(self, searcher: tantivy.Searcher, schema: tantivy.Schema, analyzer: tantivy.TextAnalyzer) -> None:
        self._searcher = searcher
        self._schema = schema
        self._analyzer = analyzer

    def __len__(self) -> int:
        """Number of passages."""
        return int(self._searcher.num_docs)

    def question(self, text: str) -> list[str]:
        """Return the terms for which a question looks, each once, in its order."""
        asked = [term for term in question_terms(text) if term not in QUESTION_WORDS]
        return list(dict.fromkeys(self._analyzer.analyze(" ".join(asked))))

    def frequency(self, term: str) -> int:
        """Return how many passages hold a term of `question`; where none does, 1 if one holds a nearly equal one."""
        # Tantivy's own frequency of a term goes on counting the passages that were taken out. (Its types lack `count`.)
        exact = self._searcher.search(self._exact(term), 1)
        return int(exact.count) or int(self._stands(self._fuzzy(term)))  # type: ignore[attr-defined]

    def search(self, wanted: Sequence[str], count: int, among: NDArray[np.int64] | None = None) -> Ranked:
        """Find the passages that hold most of the terms of a question, rare ones counting more (BM25).

        Args:
            wanted: terms of `question`.
            count: how many passages at most.
            among: passage ids to search among, ascending; None for all.

        Returns:
            Passage ids with their scores.
        """
        if not wanted or count < 1:
            return Ranked.of([])
        should, must = tantivy.Occur.Should, tantivy.Occur.Must
        any_term = tantivy.Query.boolean_query([(should, self._query(term)) for term in wanted])
        query = any_term
        if among is not None:
            chosen = tantivy.Query.term_set_query(self._schema, "id", among.tolist())
            query = tantivy.Query.boolean_query(
                [(must, any_term), (must, tantivy.Query.const_score_query(chosen, 0.0))]
            )

        def fetch(size: int) -> list[tuple[int, float]]:
            hits = self._searcher.search(query, size, count=False).hits
            numbers = self._searcher.fast_field_values("id", [address for _, address in hits])
            return [(int(cast("int", number)), float(score)) for number, (score, _) in zip(numbers, hits, strict=True)]

        return Ranked.of(best(fetch, count))

    def hold_all(self, wanted: Sequence[str]) -> bool:
        """Tell whether one passage holds every term of a question."""
        all_terms = [(tantivy.Occur.Must, self._query(term)) for term in wanted]
        return bool(wanted) and self._stands(tantivy.Query.boolean_query(all_terms))

    def _query(self, term: str) -> tantivy.Query:
        # A term that stands nowhere is taken for a slip of the finger.
        return self._exact(term) if self._stands(self._exact(term)) else self._fuzzy(term)

    def _stands(self, query: tantivy.Query) -> bool:
        return bool(self._searcher.search(query, 1, count=False).hits)

    def _exact(self, term: str) -> tantivy.Query:
        return tantivy.Query.term_query(self._schema, "text", term)

    def _fuzzy(self, term: str) -> tantivy.Query:
        if len(term) < FUZZY_LETTERS or not term.isalpha():
            return tantivy.Query.empty_query()
        distance = 1 if len(term) < FUZZIER_LETTERS else 2
        return tantivy.Query.fuzzy_term_query(self._schema, "text", term, distance, transposition_cost_one=True)


class LexicalIndex:
    """A lexical index in a directory. One thread changes it; its searchers are free for all."""

    def __init__(self, workspace: Path, snapshot: Path | None = None) -> None:
        self._schema = _schema()
        self._analyzer = (
            tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace())
            .filter(tantivy.Filter.remove_long(80))
            .filter(tantivy.Filter.stemmer("english"))
            .build()
        )
        self._working, self._claim = _claim(workspace)
        try:
            if snapshot is None:
                self._inner = tantivy.Index(self._schema, str(self._working))
            else:
                _link(snapshot, self._working)
                self._inner = tantivy.Index.open(str(self._working))
        except BaseException:
            self.close()
            raise
        self._inner.register_tokenizer(TOKENIZER, self._analyzer)

    def searcher(self) -> LexicalSearcher:
        """Return a view of what was committed last."""
        self._inner.reload()
        return LexicalSearcher(self._inner.searcher(), self._schema, self._analyzer)

    def change(self, gone: Iterable[int], entries: Iterable[Entry]) -> None:
        """Take out the passages of articles, then put in entries, and commit."""
        writer = self._inner.writer(WRITER_BYTES, 1)
        for article in gone:
            writer.delete_documents_by_query(tantivy.Query.term_query(self._schema, "article", article))
        for entry in entries:
            document = tantivy.Document()
            document.add_unsigned("id", entry.id)
            document.add_unsigned("article", entry.article)
            document.add_text("text", " ".join(terms(entry.text)))
            writer.add_document(document)
        writer.commit()
        writer.wait_merging_threads()

    def save(self, directory: Path) -> None:
        """Write the index as it was committed last into a new directory."""
        writer = self._inner.writer(WRITER_BYTES, 1)
        writer.garbage_collect_files()
        writer.wait_merging_threads()
        _link(self._working, directory)

    def close(self) -> None:
        """Remove the working copy."""
        shutil.rmtree(self._working, ignore_errors=True)
        self._claim.close()


def clear_workspace(workspace: Path) -> None:
    """Remove the working copies that processes which are no more have left behind."""
    for path in sorted(workspace.iterdir()) if workspace.is_dir() else ():
        # A lock ends with its process; a process id may be another's by now, or another container's.
        with suppress(BlockingIOError, FileNotFoundError, NotADirectoryError), _Claim(path):
            shutil.rmtree(path, ignore_errors=True)


class _Claim:
    """A lock on a directory, held until it is closed or its process ends.

    Raises:
        BlockingIOError: another holds it.
    """

    def __init__(self, path: Path) -> None:
        self._descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> None:
        """Hold the lock for a block."""

    def __exit__(self, *_: object) -> None:
        """Let go."""
        self.close()

    def close(self) -> None:
        """Let go."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1


def _claim(workspace: Path) -> tuple[Path, _Claim]:
    """Make a directory in which nobody else works."""
    workspace.mkdir(parents=True, exist_ok=True)
    while True:
        path = Path(tempfile.mkdtemp(prefix=f"{os.getpid()}-", dir=workspace))
        # Another process that is clearing may take the empty directory for an abandoned one.
        with suppress(BlockingIOError, FileNotFoundError):
            claim = _Claim(path)
            if path.is_dir():
                return path, claim
            claim.close()


def _link(source: Path, target: Path) -> None:
    """Give a directory of immutable files a second name, file by file; the few that change are copied."""
    target.mkdir(parents=True, exist_ok=True)
    for path in sorted(source.iterdir()):
        if path.suffix == ".lock":
            continue
        # Tantivy replaces its .json files by renaming, but a copy costs nothing and needs no trust.
        if path.suffix == ".json":
            shutil.copy2(path, target / path.name)
            continue
        try:
            os.link(path, target / path.name)
        except OSError:  # other file systems, and those without links
            shutil.copy2(path, target / path.name)


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_unsigned_field("id", stored=False, indexed=True, fast=True)
    builder.add_unsigned_field("article", stored=False, indexed=True, fast=False)
    builder.add_text_field("text", stored=False, tokenizer_name=TOKENIZER, index_option="freq")
    return builder.build()
