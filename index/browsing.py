"""Browsing: what there is, for those who ask nothing yet: publishers, single articles, and speakers at a glance."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from rapidfuzz.distance import OSA

from corpus.names import fold
from corpus.publishers import published
from corpus.quotations import paragraphs
from corpus.reading import reading
from corpus.records import Span
from index.citing import each_once, passage
from index.following import Known, follow
from index.records import Question

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import date

    from corpus.publishers import Published
    from corpus.records import Article, Profile, Speaker
    from corpus.store import Store
    from index.following import Followed
    from index.records import Citation, Context
    from index.showing import Showing
    from index.speakers import View
    from index.weighing import Weighing

OPENING_CHARS: Final = 600
"""An article's opening is its first paragraph, and further ones as long as they fit into so many characters."""

LEAST_SLIP: Final = 5
"""Letters of the shortest name that is recognised with one letter wrong: shorter ones are near too many words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A publisher with how much of it there is.

    Attributes:
        published: its name and articles.
        statements: number of statements in them.
    """

    published: Published
    statements: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """An article at a glance.

    Attributes:
        opening: how it begins, cited as a passage.
        statements: number of statements in it.
    """

    opening: Citation
    statements: int

    @property
    def article(self) -> Article:
        """The article."""
        return self.opening.article


@dataclass(frozen=True, slots=True, kw_only=True)
class Portrait:
    """A speaker at a glance.

    Attributes:
        profile: who it is, and how much there is.
        publishers: publishers of the statements, with how many; most first, then by name.
        latest: the latest statements, those on one day by id; those without a date last.
    """

    profile: Profile
    publishers: tuple[tuple[str, int], ...]
    latest: tuple[Citation, ...]


class Browser:
    """Looks into the articles of a projection; the methods are explained in `index.answering.Answering`.

    Attributes:
        weighing: who speaks in them.
        showing: what is shown of them.
    """

    weighing: Weighing
    showing: Showing
    _store: Store

    def verify(self, citation: Citation) -> bool:
        """Tell whether the citation's words still stand in the stored article, under the same name."""
        asked = [] if citation.statement is None else [citation.statement]
        with reading(self._store.engine) as read:
            stored = read.articles([citation.article.id]).get(citation.article.id)
            stated = list(read.statements(asked).values())
        if stored is None or not citation.is_verbatim or citation.span.of(stored.text) != citation.text:
            return False
        if citation.statement is None:
            return True
        here = [one for one in stated if one.article == stored.id]
        if not any(part.overlaps(citation.span) for one in here for part in one.content):
            return False
        registry = self.weighing.view().registry
        speakers = registry.speakers_of(asked)[0]
        profile = registry.profile(speakers[0]) if speakers else None
        return (profile.speaker.name if profile else None) == citation.speaker

    def recall(self, article: int, span: Span, statement: int | None = None) -> Citation | None:
        """Cite a span of an article again; with the id of its statement, as it was shown."""
        stored = self._store.articles([article]).get(article)
        if stored is None or span.end > len(stored.text):
            return None
        if statement is None:
            return passage(stored, span, 0.0).citation()
        shown = self.showing.again(stored, span, statement, self.weighing.view().registry)
        return shown.citation() if shown else None

    def context(self, article: int, span: Span) -> Context | None:
        """Return the paragraphs around a span, or None when the article is not there any more."""
        return self.showing.context(article, span)

    def profile(self, speaker: int) -> Profile | None:
        """Return a speaker with how much of them there is, or None when there is no such speaker any more."""
        return self.weighing.view().registry.profile(speaker)

    def speakers(self, words: str = "") -> Sequence[Profile]:
        """Return persons and organisations, most statements first, ties by id; words narrow them by name."""
        registry = self.weighing.view().registry
        return registry.sharing(words) if words.strip() else registry.profiles

    def sources(self) -> tuple[Source, ...]:
        """Return all publishers, most articles first, then by name; articles that name none come last."""
        spoken = dict(self.weighing.view().registry.publishers())
        return tuple(
            Source(published=each, statements=spoken.get(each.publisher, 0) if each.publisher else 0)
            for each in published(self._store.engine)
        )

    def card(self, article: int) -> Card | None:
        """Return an article at a glance, or None when there is no such article any more."""
        stored = self._store.articles([article]).get(article)
        if stored is None:
            return None
        opening = passage(stored, opening_of(stored.text), 0.0).citation()
        return Card(opening=opening, statements=len(self._store.statements_of([article])))

    def portrait(self, speaker: int, limit: int) -> Portrait | None:
        """Return a speaker at a glance, with at most `limit` statements, or None when there is no such speaker."""
        view = self.weighing.view()
        profile = view.registry.profile(speaker)
        if profile is None:
            return None
        ids = view.persons.ids(profile)
        latest = self.weighing.latest(Question(text=""), ids, view)
        shown = each_once(self.showing.statements(latest, view.registry), limit)
        return Portrait(
            profile=profile,
            publishers=view.registry.publishers(ids),
            latest=tuple(each.citation() for each in shown),
        )

    def follow(self, text: str, previous: Question | None, today: date) -> Followed | None:
        """Tell what a text means after a question; see `index.following.follow`."""
        view = self.weighing.view()
        return follow(text, previous, Known(today, view.publishers, lambda words: _names(view, words)))


def opening_of(text: str) -> Span:
    """Return where an article's opening stands: its first paragraph, and further whole ones that fit."""
    around = paragraphs(text)
    if not around:
        return Span(0, len(text))
    start, end = around[0].start, around[0].end
    for each in around[1:]:
        if each.end - start > OPENING_CHARS:
            break
        end = each.end
    return Span(start, end)


def _names(view: View, words: str) -> bool:
    """Tell whether words name a speaker, be it one of several; of a name, one letter may be wrong."""
    asked = {fold(word) for word in words.split()} - {"the", "of", "and"}
    return any(_fits(asked, profile.speaker) for profile in view.persons.meant(words).profiles)


def _fits(asked: Collection[str], speaker: Speaker) -> bool:
    """Tell whether a word stands in a speaker's names or roles, or nearly in a name."""
    names = {fold(word) for form in (speaker.name, *speaker.aliases) for word in form.split()}
    roles = {fold(word) for form in speaker.roles for word in form.split()}
    exact = any(word in names or word in roles for word in asked)
    long = [word for word in asked if len(word) >= LEAST_SLIP]
    return exact or any(OSA.distance(word, name) == 1 for word in long for name in names)
