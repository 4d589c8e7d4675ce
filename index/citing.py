"""Citing: from what was found to the words that are shown, cut out of the stored articles.

A statement is shown in its whole sentences, with what the same speaker says beside it, at most a paragraph. What
several articles carry is cited once, with "also in".
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from corpus.quotations import paragraphs, quotations
from corpus.records import Span, StatementKind
from corpus.sentences import Sentences
from index.folding import terms
from index.records import Citation

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from corpus.records import Article, Statement
    from corpus.registry import Registry

SAME_SHARE = 0.8
"""Two texts of articles that are copies of each other say the same when they share this much of the shorter one."""

LEAST_SHARE = 0.6
"""Two texts that share less of the shorter one's words do not share `SAME_SHARE` of its terms."""

LEAST_SHARED_TERMS = 6
"""Fewer terms are no quotation by which two articles could be told to carry the same."""

LEAST_QUOTED_WORDS = 4
"""Shorter quotations are titles and scare quotes more often than something said."""

LONGEST_TOGETHER = 700
"""Characters up to which a speaker's neighbouring statements are shown together."""

PASSAGE = "passage"

_SPACE = re.compile(r"\s+")
_WORD = re.compile(r"[^\W_]+")


@dataclass
class Shown:
    """Something that is about to be cited, and the articles in which it stands too."""

    article: Article
    span: Span
    score: float
    highlights: tuple[Span, ...]
    kind: str = PASSAGE
    speaker: str | None = None
    role: str | None = None
    statement: int | None = None
    copies: dict[int, Article] = field(default_factory=dict)

    @cached_property
    def folded(self) -> str:
        """The words by which two articles carry the same."""
        parts = [self.span] if self.kind == PASSAGE else self.highlights
        return " ".join(_SPACE.sub(" ", part.of(self.article.text)) for part in parts).casefold()

    @cached_property
    def terms(self) -> frozenset[str]:
        """Their terms."""
        return frozenset(terms(self.folded))

    @cached_property
    def words(self) -> frozenset[str]:
        """The words as they are written: quicker to find than terms."""
        return frozenset(_WORD.findall(self.folded))

    def repeats(self, other: Shown) -> bool:
        """Tell whether another article's citation carries the same."""
        if self.article.id == other.article.id:
            return self.span == other.span
        if self.folded == other.folded:
            return True
        related = (self.article.copy_of or self.article.id) == (other.article.copy_of or other.article.id)
        if not related and (self.kind == PASSAGE or self.speaker != other.speaker or self.speaker is None):
            return False
        if self.folded.isascii() and other.folded.isascii():
            # Nearly all terms are words: where most words differ, the terms need not be looked at.
            shortest = min(len(self.words), len(other.words))
            if len(self.words & other.words) < LEAST_SHARE * shortest:
                return False
        least = min(len(self.terms), len(other.terms))
        return (related or least >= LEAST_SHARED_TERMS) and len(self.terms & other.terms) >= SAME_SHARE * least

    def citation(self) -> Citation:
        """Cut the words out."""
        others = tuple(self.copies[number] for number in sorted(self.copies) if number != self.article.id)
        return Citation(
            article=self.article,
            span=self.span,
            text=self.span.of(self.article.text),
            highlights=self.highlights,
            speaker=self.speaker,
            role=self.role,
            kind=self.kind,
            statement=self.statement,
            score=self.score,
            also_in=others,
        )


def each_once(found: Iterable[Shown], limit: int) -> list[Shown]:
    """Keep the first of what repeats, in order, at most `limit`; the others become "also in"."""
    chosen: list[Shown] = []
    for entry in found:
        same = next((other for other in chosen if entry.repeats(other)), None)
        if same is not None:
            same.copies[entry.article.id] = entry.article
        elif len(chosen) < limit:
            chosen.append(entry)
        else:
            break
    return chosen


def passage(article: Article, span: Span, score: float) -> Shown:
    """Show a span of an article as a passage."""
    return Shown(article, span, score, tuple(quoted(article.text, span)))


def together(article: Article, statement: Statement, beside: Sequence[Statement]) -> tuple[Span, list[Statement]]:
    """Choose what is shown of a statement: its whole sentences, and what its speaker says next to it in the paragraph.

    Args:
        article: its article.
        statement: what was found.
        beside: others of the article by the same speaker that begin in the same paragraph, in any order.

    Returns:
        The span, and the statements in it, in text order.
    """
    paragraph = paragraph_of(article.text, statement.content[0])
    sentences = Sentences(article.text, [paragraph])

    def shown(one: Statement) -> Span:
        parts = [part for part in (*one.source, *one.cue, *one.content) if part.overlaps(paragraph)]
        around = sentences.around(parts)
        return Span(max(around.start, paragraph.start), min(around.end, paragraph.end))

    span = shown(statement)
    kept = [statement]
    for mate in sorted(beside, key=lambda one: (abs(one.content[0].start - statement.content[0].start), one.id)):
        own = shown(mate)
        both = Span(min(span.start, own.start), max(span.end, own.end))
        if len(both) <= max(LONGEST_TOGETHER, len(span)):
            span = both
            kept.append(mate)
    return span, sorted(kept, key=lambda one: (one.content[0].start, one.id))


def paragraph_of(text: str, content: Span) -> Span:
    """Return the paragraph in which a statement's content begins; where it begins in none, the content itself."""
    around = paragraphs(text, Span(content.start, content.start + 1))
    return around[0] if around else content


@dataclass(frozen=True, slots=True)
class Said:
    """A statement that is shown, and those that are shown with it.

    Attributes:
        kept: all statements within what is shown, in text order.
    """

    statement: Statement
    kept: tuple[Statement, ...]
    score: float


def said(article: Article, span: Span, shown: Said, registry: Registry) -> Shown:
    """Show a statement in a span, under its speaker's name."""
    speakers = shown.statement.speakers
    profile = registry.profile(speakers[0]) if speakers else None
    return Shown(
        article,
        span,
        shown.score,
        highlighted(shown.kept, span),
        kind=kind_of(shown.kept),
        speaker=profile.speaker.name if profile else None,
        role=profile.speaker.roles[0] if profile and profile.speaker.roles else None,
        statement=shown.statement.id,
    )


def highlighted(statements: Sequence[Statement], span: Span) -> tuple[Span, ...]:
    """Return the words in a span that statements attribute, in text order, never overlapping."""
    parts = sorted(
        Span(max(part.start, span.start), min(part.end, span.end))
        for one in statements
        for part in one.content
        if part.overlaps(span)
    )
    joined: list[Span] = []
    for part in parts:
        if joined and part.start <= joined[-1].end:
            joined[-1] = Span(joined[-1].start, max(joined[-1].end, part.end))
        else:
            joined.append(part)
    return tuple(joined)


def kind_of(statements: Sequence[Statement]) -> str:
    """Return the kind of statements that are shown together: their own, or "mixed" where they differ."""
    kinds = {one.kind for one in statements}
    return (kinds.pop() if len(kinds) == 1 else StatementKind.MIXED).value


def quoted(text: str, span: Span) -> Iterable[Span]:
    """Find what a span holds between quotation marks, in text order."""
    for paragraph in paragraphs(text, span):
        for quotation in quotations(text, paragraph):
            if not quotation.span.overlaps(span):
                continue
            inside = Span(max(quotation.span.start, span.start), min(quotation.span.end, span.end))
            if len(inside.of(text).split()) >= LEAST_QUOTED_WORDS:
                yield inside
