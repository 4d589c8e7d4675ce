"""Answers and articles as JSON: the contract of `--json`, which other programs read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from corpus.records import Article
    from index.records import Answer, Citation


def answer_record(answer: Answer) -> dict[str, Any]:
    """Return an answer as JSON values; `text` is the article's stored text from `start` to `end`."""
    searched = answer.searched
    return {
        "question": answer.question.text,
        "verdict": answer.verdict.value,
        "citations": [citation_record(citation) for citation in answer.citations],
        "nearest": [citation_record(citation) for citation in answer.nearest],
        "searched": {
            "articles": searched.articles,
            "passages": searched.passages,
            "first": searched.first.isoformat() if searched.first else None,
            "last": searched.last.isoformat() if searched.last else None,
            "generation": searched.generation,
        },
    }


def citation_record(citation: Citation) -> dict[str, Any]:
    """Return a citation as JSON values."""
    article = citation.article
    return {
        "article": article.reference,
        "url": article.url,
        "title": article.title,
        "publisher": article.publisher,
        "published": article.published.isoformat() if article.published else None,
        "start": citation.span.start,
        "end": citation.span.end,
        "text": citation.text,
        "speaker": citation.speaker,
        "kind": citation.kind,
        "score": round(citation.score, 6),
        "also_in": [other.reference for other in citation.also_in],
    }


def article_record(article: Article) -> dict[str, Any]:
    """Return an article as JSON values, in the fields that the import reads."""
    return {
        "id": article.key,
        "url": article.url,
        "title": article.title,
        "publisher": article.publisher,
        "date": article.published.isoformat() if article.published else None,
        "author": article.author,
        "text": article.text,
    }


def listing_record(article: Article) -> dict[str, Any]:
    """Return an article without its text, with what the corpus knows about it, as JSON values."""
    return {
        "number": article.id,
        **{name: value for name, value in article_record(article).items() if name != "text"},
        "language": article.language,
        "characters": len(article.text),
        "revision": article.revision,
        "copy_of": article.copy_of,
        "stored_at": article.stored_at.isoformat(timespec="seconds"),
    }
