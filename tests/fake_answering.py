"""An Answering over a few invented articles, in memory, for running the real bot without a model."""

from __future__ import annotations

import datetime as dt
import json
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from corpus.quotations import paragraphs, quotations
from corpus.records import Article, Span
from index.records import Answer, Citation, Context, Question, Searched, Verdict

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

STORED_AT = dt.datetime(2024, 5, 10, tzinfo=dt.UTC)


def article(number: int, text: str, **fields: object) -> Article:
    """Return an article with plausible defaults."""
    values: dict[str, object] = {
        "key": f"a{number}",
        "url": f"https://gazette.example/articles/{number}",
        "title": f"Article {number}",
        "publisher": "Harbour Gazette",
        "published": dt.date(2024, 5, number % 28 + 1),
        "author": None,
        "language": "en",
        "content_hash": f"{number:064x}",
        "revision": 1,
        "copy_of": None,
        "stored_at": STORED_AT,
    }
    return Article(id=number, text=text, **(values | fields))  # type: ignore[arg-type]


def cite(source: Article, words: str | None = None, **fields: object) -> Citation:
    """Return a citation of the first place where `words` stand, or of the whole text."""
    start = source.text.index(words) if words is not None else 0
    span = Span(start, start + len(source.text if words is None else words))
    return cite_span(source, span, **fields)


def cite_span(source: Article, span: Span, **fields: object) -> Citation:
    """Return a citation of a span, with what stands between quotation marks highlighted."""
    quoted = [each.span for place in paragraphs(source.text) for each in quotations(source.text, place)]
    values: dict[str, object] = {
        "highlights": tuple(each for each in quoted if span.contains(each)),
        "speaker": None,
        "kind": "passage",
        "score": 1.0,
    }
    return Citation(article=source, span=span, text=span.of(source.text), **(values | fields))  # type: ignore[arg-type]


@dataclass
class FakeAnswering:
    """Answers with every paragraph that holds the last word of the question, in the order of the articles.

    Attributes:
        articles: by id; tests take some out or change them.
        slow_s: seconds by a word in the question, for which answering takes so long.
        unverified: texts of citations that do not verify.
        failing: a word for which answering raises.
    """

    articles: dict[int, Article]
    slow_s: Mapping[str, float] = field(default_factory=dict)
    unverified: set[str] = field(default_factory=set)
    failing: str = "kaboom"
    asked: list[str] = field(default_factory=list)

    def ask(self, text: str, limit: int = 10) -> Answer:
        """Answer a question."""
        self.asked.append(text)
        for word, seconds in self.slow_s.items():
            if word in text:
                time.sleep(seconds)
        if self.failing in text:
            raise RuntimeError(self.failing)
        word = text.rstrip("?.! ").split()[-1].casefold()
        found = [
            cite_span(each, place)
            for each in self.articles.values()
            for place in paragraphs(each.text)
            if word in place.of(each.text).casefold()
        ]
        days = [each.published for each in self.articles.values() if each.published]
        nearest = [cite_span(each, paragraphs(each.text)[0]) for each in self.articles.values()]
        return Answer(
            question=Question(text),
            verdict=Verdict.ANSWERED if found else Verdict.NOTHING_FOUND,
            citations=tuple(found[:limit]),
            nearest=() if found else tuple(nearest[:3]),
            searched=Searched(
                articles=len(self.articles),
                passages=len(self.articles),
                first=min(days, default=None),
                last=max(days, default=None),
                generation=1,
            ),
        )

    def verify(self, citation: Citation) -> bool:
        """Tell whether the words still stand there."""
        stored = self.articles.get(citation.article.id)
        if stored is None or citation.text in self.unverified:
            return False
        return citation.span.of(stored.text) == citation.text

    def recall(self, article: int, span: Span) -> Citation | None:
        """Cite a span again."""
        stored = self.articles.get(article)
        return cite_span(stored, span) if stored is not None and span.end <= len(stored.text) else None

    def context(self, article: int, span: Span) -> Context | None:
        """Return the paragraphs around a span."""
        stored = self.articles.get(article)
        if stored is None or span.end > len(stored.text):
            return None
        places = paragraphs(stored.text)
        before = [each for each in places if each.end <= span.start]
        after = [each for each in places if each.start >= span.end]
        return Context(
            article=stored,
            before=before[-1] if before else Span(span.start, span.start),
            span=span,
            after=after[0] if after else Span(span.end, span.end),
        )


class FileAnswering:
    """Answers from a file that is read anew for every call, so that a test can change what another process knows."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def _now(self) -> FakeAnswering:
        read = json.loads(self._path.read_text())
        articles = {each["number"]: article(**each) for each in read["articles"]}
        return FakeAnswering(articles, slow_s=read["slow_s"])

    def ask(self, text: str, limit: int = 10) -> Answer:
        """Answer a question."""
        return self._now().ask(text, limit)

    def verify(self, citation: Citation) -> bool:
        """Tell whether the words still stand there."""
        return self._now().verify(citation)

    def recall(self, article: int, span: Span) -> Citation | None:
        """Cite a span again."""
        return self._now().recall(article, span)

    def context(self, article: int, span: Span) -> Context | None:
        """Return the paragraphs around a span."""
        return self._now().context(article, span)


def save(path: Path, articles: Sequence[Mapping[str, object]], slow_s: Mapping[str, float] | None = None) -> None:
    """Write articles (number, text, title, url, publisher) and slow words for `FileAnswering`."""
    aside = path.with_suffix(".new")
    aside.write_text(json.dumps({"articles": list(articles), "slow_s": dict(slow_s or {})}))
    aside.replace(path)
