"""Lexical search: BM25 with Tantivy, over terms folded by `index.folding`.

All texts are found by an inverted index; those of a filter are scored by a forward index beside it (`index.forward`).
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, cast

import numpy as np
import tantivy

from index.folding import COMMONEST, QUESTION_WORDS, question_terms, terms
from index.forward import Forward, Row, Term, inverse_frequency, numbered
from index.fusion import Ranked, best
from index.workspace import claim, link, link_committed, remove

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path

    from index.entries import Entry
    from index.forward import Ids, Scores

TOKENIZER = "folded"
WRITER_BYTES = 64_000_000
"""Memory of Tantivy's writer; its least is 15 MB."""

FUZZY_LETTERS, FUZZIER_LETTERS = 5, 8
"""Terms of at least so many letters may be misspelt by one letter, or by two."""

FORWARD = "forward"
"""Directory of the forward index within that of the inverted one."""

COUNTED = 4096
"""Terms in at most so many passages are counted exactly; counting reads each of them."""

MANY = 10_000
"""Of so many passages or more, a part is found by searching all: scoring them takes longer."""

DEEPER, DEEPEST = 4, 20_000
"""How much deeper than needed on average is searched for them, and how deep at most."""

REMEMBERED = 10_000
"""Frequencies that a view keeps."""


class LexicalSearcher:
    """An immutable view of a lexical index. Searching lets other threads run."""

    def __init__(
        self, searcher: tantivy.Searcher, schema: tantivy.Schema, analyzer: tantivy.TextAnalyzer, forward: Forward
    ) -> None:
        self._searcher = searcher
        self._schema = schema
        self._analyzer = analyzer
        self._forward = forward
        self._counted: dict[str, int] = {}
        self._measured: tuple[float, int] | None = None

    def __len__(self) -> int:
        """Number of passages."""
        return int(self._searcher.num_docs)

    def question(self, text: str) -> list[str]:
        """Return the terms for which a question looks, each once, in its order."""
        asked = [term for term in question_terms(text) if term not in QUESTION_WORDS]
        return list(dict.fromkeys(self._analyzer.analyze(" ".join(asked))))

    def frequency(self, term: str) -> int:
        """Return how many passages hold a term of `question`; where none does, 1 if one holds a nearly equal one.

        Of terms in more than `COUNTED` passages it is Tantivy's own frequency, which goes on counting passages that
        were taken out until it merges the segment where they stood.
        """
        return self._holding(term) or int(self._stands(self._fuzzy(term)))

    def search(self, wanted: Sequence[str], count: int, among: Ids | None = None) -> Ranked:
        """Find the passages that hold most of the terms of a question, rare ones counting more (BM25).

        Args:
            wanted: terms of `question`.
            count: how many passages at most.
            among: ids of the passages to search among, ascending; None for all. A passage scores alike either way,
                but for the last digit of a float.
        """
        if not wanted or count < 1 or (among is not None and not len(among)):
            return Ranked.of([])
        if among is None:
            query = self._any(wanted)
            return Ranked.of(best(lambda size: self._fetch(query, size), count))
        deep = self._deep(wanted, count, among)
        if deep is None and not self._forward.skipped.isdisjoint(wanted):
            return self._searched(wanted, count, among)
        ids, scores = deep or self._scored(wanted, among)
        if len(ids) > count:
            lowest = np.partition(scores, len(scores) - count)[len(scores) - count]
            ids, scores = ids[scores >= lowest], scores[scores >= lowest]
        order = np.lexsort((ids, -scores))[:count]
        return Ranked(ids[order], scores[order])

    def hold_all(self, wanted: Sequence[str]) -> bool:
        """Tell whether one passage holds every term of a question."""
        all_terms = [(tantivy.Occur.Must, self._query(term)) for term in wanted]
        return bool(wanted) and self._stands(tantivy.Query.boolean_query(all_terms))

    def _deep(self, wanted: Sequence[str], count: int, among: Ids) -> tuple[Ids, Scores] | None:
        """Search all passages deep enough that `count` of many are among what is found; None where that is too deep.

        Returns:
            At least all of the best that a filter lets through, in no defined order.
        """
        depth = DEEPER * (count + 1) * len(self) // len(among)
        if len(among) < MANY or depth > DEEPEST:
            return None
        found = self._fetch(self._any(wanted), depth)
        ranked = Ranked.of(found)
        inside = np.isin(ranked.ids, among, assume_unique=True)
        ids, scores = ranked.ids[inside], ranked.scores[inside]
        # Equal ones may lie across the depth: those that count must score higher than its last.
        whole = len(found) < depth or (len(scores) >= count and scores[count - 1] > ranked.scores[-1])
        return (ids, scores) if whole else None

    def _scored(self, wanted: Sequence[str], among: Ids) -> tuple[Ids, Scores]:
        """Score those of the passages that hold a term, by the forward index."""
        exact = [term for term in wanted if self._holding(term)]
        ids, scores = np.zeros(0, np.int64), np.zeros(0, np.float32)
        if exact:
            average, texts = self._statistics(exact[0])
            rare = [Term(numbered(t), inverse_frequency(self._searcher.doc_freq("text", t), texts)) for t in exact]
            ids, scores = self._forward.score(among, rare, average)
        guessed = [term for term in wanted if term not in exact]
        if not guessed:
            return ids, scores
        # What is nearly equal counts 1 in Tantivy, whatever it is.
        near = [self._near(term, among) for term in guessed]
        both, places = np.unique(np.concatenate([ids, *near]), return_inverse=True)
        scores = np.concatenate([scores, *(np.ones(len(found), np.float32) for found in near)])
        return both, np.bincount(places, scores, len(both)).astype(np.float32)

    def _searched(self, wanted: Sequence[str], count: int, among: Ids) -> Ranked:
        """Search among passages by the inverted index, which takes longer the more they are."""
        must = tantivy.Occur.Must
        chosen = tantivy.Query.const_score_query(
            tantivy.Query.term_set_query(self._schema, "id", cast("list[object]", among.tolist())), 0.0
        )
        query = tantivy.Query.boolean_query([(must, self._any(wanted)), (must, chosen)])
        return Ranked.of(best(lambda size: self._fetch(query, size), count))

    def _near(self, term: str, among: Ids) -> Ids:
        """Return the ids of those passages that hold a term nearly equal to one that stands nowhere."""
        query = self._fuzzy(term)
        holding = int(self._searcher.search(query, 1).count)  # type: ignore[attr-defined]
        found = np.array([number for number, _ in self._fetch(query, holding)] if holding else [], np.int64)
        return np.intersect1d(found, among)

    def _statistics(self, term: str) -> tuple[float, int]:
        """Return the mean length of a passage and their number, as Tantivy has them when it scores; see `explain`.

        Args:
            term: one that a passage holds.
        """
        if self._measured is None:
            query = self._exact(term)
            (_, address), *_ = self._searcher.search(query, 1, count=False).hits
            explained = json.loads(query.explain(self._searcher, address).to_json())
            said = dict(_said(explained))
            self._measured = said["avgdl, average length of field"], round(said["N, total number of docs"])
        return self._measured

    def _fetch(self, query: tantivy.Query, size: int) -> list[tuple[int, float]]:
        hits = self._searcher.search(query, size, count=False).hits
        numbers = self._searcher.fast_field_values("id", [address for _, address in hits])
        return [(int(cast("int", number)), float(score)) for number, (score, _) in zip(numbers, hits, strict=True)]

    def _any(self, wanted: Sequence[str]) -> tantivy.Query:
        return tantivy.Query.boolean_query([(tantivy.Occur.Should, self._query(term)) for term in wanted])

    def _query(self, term: str) -> tantivy.Query:
        # A term that stands nowhere is taken for a slip of the finger.
        return self._exact(term) if self._holding(term) else self._fuzzy(term)

    def _holding(self, term: str) -> int:
        """Return how many passages hold a term; see `frequency`."""
        known = self._counted.get(term)
        if known is not None:
            return known
        counted = min(self._searcher.doc_freq("text", term), len(self))
        if 0 < counted <= COUNTED:
            # Its types lack `count`.
            counted = int(self._searcher.search(self._exact(term), 1).count)  # type: ignore[attr-defined]
        if len(self._counted) < REMEMBERED:
            self._counted[term] = counted
        return counted

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
    """A lexical index in a directory. One thread changes it; its searchers are free for all.

    The writer stays open between changes, and merges segments in threads of its own: a change never waits for them.
    """

    def __init__(self, workspace: Path, snapshot: Path | None = None) -> None:
        self._schema = _schema()
        self._analyzer = (
            tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace())
            .filter(tantivy.Filter.remove_long(80))
            .filter(tantivy.Filter.stemmer("english"))
            .build()
        )
        skipped = frozenset(self._analyzer.analyze(COMMONEST))
        self._writer: tantivy.IndexWriter | None = None
        self._working, self._claim = claim(workspace)
        try:
            if snapshot is None:
                self._forward = Forward((), skipped)
                self._inner = tantivy.Index(self._schema, str(self._working))
            else:
                link(snapshot, self._working)
                self._inner = tantivy.Index.open(str(self._working))
                self._forward = Forward.load(snapshot / FORWARD, skipped)
            self._inner.register_tokenizer(TOKENIZER, self._analyzer)
            _check(self._inner.searcher(), self._forward)
        except BaseException:
            self.close()
            raise

    def searcher(self) -> LexicalSearcher:
        """Return a view of what was committed last."""
        self._inner.reload()
        return LexicalSearcher(self._inner.searcher(), self._schema, self._analyzer, self._forward)

    def change(self, gone: Iterable[int], entries: Iterable[Entry]) -> None:
        """Take out the passages of articles, then put in entries, and commit; when it fails, nothing has changed."""
        gone = list(gone)
        rows = []
        writer = self._writer = self._writer or self._inner.writer(WRITER_BYTES, 1)
        try:
            for article in gone:
                writer.delete_documents_by_query(tantivy.Query.term_query(self._schema, "article", article))
            for entry in entries:
                text = " ".join(terms(entry.text))
                document = tantivy.Document()
                document.add_unsigned("id", entry.id)
                document.add_unsigned("article", entry.article)
                document.add_text("text", text)
                writer.add_document(document)
                rows.append(Row(entry.id, entry.article, self._analyzer.analyze(text)))
            forward = self._forward.changed(gone, rows, self._working)
            writer.commit()
        except BaseException:
            # A writer that failed once fails for ever, and holds the lock until nobody knows it.
            self._writer = None
            del writer
            raise
        self._forward = forward

    def saving(self, directory: Path) -> Callable[[], None]:
        """Begin to write the index as it was committed last into a new directory.

        Returns:
            What writes the rest, which may run while the index is changed.
        """
        link_committed(self._working, directory)
        forward = self._forward
        return lambda: forward.save(directory / FORWARD)

    def save(self, directory: Path) -> None:
        """Write the index as it was committed last into a new directory."""
        self.saving(directory)()

    def close(self) -> None:
        """Remove the working copy."""
        self._writer = None
        remove(self._working)
        self._claim.close()


def _check(searcher: tantivy.Searcher, forward: Forward) -> None:
    if len(forward) != searcher.num_docs:
        msg = f"it finds {searcher.num_docs} texts by their terms, and the terms of {len(forward)} texts"
        raise ValueError(msg)


def _said(explained: dict[str, Any]) -> Iterator[tuple[str, float]]:
    """Yield what an explanation says, with all its details."""
    yield explained["description"], explained["value"]
    for detail in explained.get("details", ()):
        yield from _said(detail)


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_unsigned_field("id", stored=False, indexed=True, fast=True)
    builder.add_unsigned_field("article", stored=False, indexed=True, fast=False)
    builder.add_text_field("text", stored=False, tokenizer_name=TOKENIZER, index_option="freq")
    return builder.build()
