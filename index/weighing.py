"""Weighing: which statements may answer a question, and how likely each of them does.

Speaker, days and publisher filter before the search; the topic ranks (`index.ranking`).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from corpus.records import SpeakerKind
from corpus.registry import Registry
from index.folding import question_terms
from index.persons import Persons
from index.ranking import SHORT_LIST, Asked, Candidate, Surroundings, candidates, short_list, worth

if TYPE_CHECKING:
    from collections.abc import Collection

    from corpus.records import Article, Passage, Statement
    from index.building import Indexed
    from index.records import Question


@dataclass(frozen=True, slots=True)
class View:
    """Who speaks in one state of the corpus, and where it was published."""

    registry: Registry
    persons: Persons
    publishers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Weighed:
    """Statements weighed for a question.

    Attributes:
        ranked: best first.
        articles: of the ranked, by id.
        count: of how many statements they were chosen.
        words: how many words of the topic were looked for.
    """

    ranked: tuple[Candidate, ...]
    articles: dict[int, Article]
    count: int
    words: int = 0


class Weighing:
    """Weighs the statements of an index's corpus."""

    def __init__(self, indexed: Indexed) -> None:
        self._indexed = indexed
        self._store = indexed.parts.store
        self._encoder = indexed.parts.encoder
        self._view: View | None = None

    def view(self) -> View:
        """Return who speaks in the corpus as it is now."""
        seen = self._view
        registry = seen.registry.refreshed(self._store) if seen else Registry.load(self._store)
        if seen is None or registry is not seen.registry:
            publishers = tuple(name for name, _ in self._store.summary().publishers)
            changed = registry.changed_since(seen.registry.stamp) if seen else None
            persons = Persons(registry) if seen is None or changed is None else seen.persons.renewed(registry, changed)
            self._view = seen = View(registry, persons, publishers)
        return seen

    def weigh(self, question: Question, speakers: Collection[int] | None) -> Weighed:
        """Weigh the statements that may answer a question, by its topic.

        Args:
            question: what was asked; its days and publisher restrict.
            speakers: ids of those who may have made them; None for all.
        """
        view = self.view()
        engines = self._indexed.engines
        everything = speakers is None and not is_restricted(question)
        among = None if everything else self._numbers(question, speakers, view)
        count = engines.statements.counts()[0] if among is None else len(among)
        if not count:
            return Weighed((), {}, 0)
        asked = Asked.of(self._encoder, question.topic or question.text, question.text)
        listed = short_list(engines, asked, among)
        stated = self._store.statements(list(listed))
        around = self._surroundings(asked, {article.id for _, article in stated.values()})
        known = {
            number: (view.registry.corrected(statement), len(article.text))
            for number, (statement, article) in stated.items()
        }
        ranked = candidates(listed, known, around, "who" if speakers is None else "rank")
        articles = {article.id: article for _, article in stated.values()}
        return Weighed(tuple(ranked), articles, count, len(around.found.terms))

    def latest(self, question: Question, speakers: Collection[int]) -> Weighed:
        """Return what speakers said last, for a question without a topic."""
        view = self.view()
        numbers = self._numbers(question, speakers, view)
        stated = self._store.statements(numbers)
        made = sorted(
            (Candidate(view.registry.corrected(statement), (), 0.0) for statement, _ in stated.values()),
            key=lambda each: (-_day_number(stated[each.statement.id][1]), each.statement.id),
        )
        return Weighed(tuple(made[:SHORT_LIST]), {article.id: article for _, article in stated.values()}, len(numbers))

    def said_by_others(self, weighed: Weighed, topic: str) -> Weighed:
        """Keep the statements of named speakers who are not named in the topic: who is called a liar did not say so."""
        registry, asked = self.view().registry, frozenset(question_terms(topic))

        def may_answer(statement: Statement) -> bool:
            speaker = registry.profile(statement.speakers[0]) if statement.speakers else None
            if speaker is None or speaker.speaker.kind is SpeakerKind.UNNAMED:
                return False
            person = speaker.speaker.kind is SpeakerKind.PERSON
            return not (person and asked & set(question_terms(speaker.speaker.name)[-1:]))

        kept = tuple(each for each in weighed.ranked if may_answer(each.statement))
        return replace(weighed, ranked=kept)

    def _numbers(self, question: Question, speakers: Collection[int] | None, view: View) -> list[int]:
        numbers: list[int] = view.registry.statement_numbers(
            speakers=speakers, since=question.since, until=question.until, publisher=question.publisher
        ).tolist()
        return numbers

    def _surroundings(self, asked: Asked, articles: Collection[int]) -> Surroundings:
        engine = self._indexed.engines.passages
        of_article: dict[int, list[Passage]] = {}
        for each in self._store.passages_of(sorted(articles)):
            of_article.setdefault(each.article, []).append(each)
        near = [each.id for group in of_article.values() for each in group]
        found = engine.search(asked.topic, asked.vectors[0], near, max(1, len(near)))
        return Surroundings(of_article, found, worth(found, engine.counts()[0]))


def attributed_first(weighed: Weighed) -> Weighed:
    """Put statements of unknown speakers behind the others: whether it is who was asked about, nobody can tell."""
    return replace(weighed, ranked=tuple(sorted(weighed.ranked, key=lambda each: not each.statement.speakers)))


def is_restricted(question: Question) -> bool:
    """Tell whether a question asks for days or a publisher."""
    return bool(question.since or question.until or question.publisher)


def _day_number(article: Article) -> int:
    return article.published.toordinal() if article.published else 0
