"""What an article is as a draft, and what becomes of it when a draft brings something new."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING

from corpus.records import Draft

if TYPE_CHECKING:
    from corpus.records import Article

METADATA = tuple(field.name for field in fields(Draft) if field.name not in {"text", "key"})


def as_draft(article: Article) -> Draft:
    """Return the draft that would make this article."""
    return Draft(text=article.text, key=article.key, **{name: getattr(article, name) for name in METADATA})


def merged(known: Article, draft: Draft) -> Draft:
    """Return a draft with what it leaves out taken from the article of which it is another version."""
    kept = {name: getattr(draft, name) or getattr(known, name) for name in METADATA}
    return Draft(text=draft.text, key=draft.key or known.key, **kept)
