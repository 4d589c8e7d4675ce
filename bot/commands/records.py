"""Answers and articles as JSON: the contract of `--json`, which other programs read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from datetime import date

    from corpus.records import Article, Profile
    from index.records import Answer, Citation, Question


def answer_record(answer: Answer) -> dict[str, Any]:
    """Return an answer as JSON values; `text` is the article's stored text from `start` to `end`."""
    searched = answer.searched
    return {
        "question": answer.question.text,
        "understood": question_record(answer.question),
        "verdict": answer.verdict.value,
        "speaker": profile_record(answer.speaker) if answer.speaker else None,
        "assumed": answer.assumed,
        "candidates": [profile_record(profile) for profile in answer.candidates],
        "citations": [citation_record(citation) for citation in answer.citations],
        "nearest": [citation_record(citation) for citation in answer.nearest],
        "searched": {
            "articles": searched.articles,
            "passages": searched.passages,
            "statements": searched.statements,
            "first": _day(searched.first),
            "last": _day(searched.last),
            "generation": searched.generation,
        },
    }


def question_record(question: Question) -> dict[str, Any]:
    """Return how a question was understood, as JSON values."""
    return {
        "kind": question.kind.value,
        "speaker": question.speaker,
        "topic": question.topic,
        "since": _day(question.since),
        "until": _day(question.until),
        "publisher": question.publisher,
    }


def profile_record(profile: Profile) -> dict[str, Any]:
    """Return a speaker, and how much there is of them, as JSON values."""
    speaker = profile.speaker
    return {
        "id": speaker.id,
        "name": speaker.name,
        "role": speaker.roles[0] if speaker.roles else None,
        "statements": profile.statements,
        "articles": profile.articles,
        "first": _day(profile.first),
        "last": _day(profile.last),
    }


def citation_record(citation: Citation) -> dict[str, Any]:
    """Return a citation as JSON values."""
    article = citation.article
    return {
        "article": article.reference,
        "url": article.url,
        "title": article.title,
        "publisher": article.publisher,
        "published": _day(article.published),
        "start": citation.span.start,
        "end": citation.span.end,
        "text": citation.text,
        "highlights": [[span.start, span.end] for span in citation.highlights],
        "speaker": citation.speaker,
        "role": citation.role,
        "kind": citation.kind,
        "statement": citation.statement,
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
        "date": _day(article.published),
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


def _day(when: date | None) -> str | None:
    return when.isoformat() if when else None
