"""Weighing: which statements may answer a question, and how likely each of them does.

Speaker, days and publisher filter before the search; the topic ranks (`index.ranking`).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from corpus.records import SpeakerKind
from index.features import SHORT_LIST, Asked, Surroundings, candidates, short_list
from index.folding import question_terms
from index.ranking import Candidate

if TYPE_CHECKING:
    from collections.abc import Collection

    from corpus.registry import Registry
    from index.building import Indexed
    from index.columns import Ids
    from index.records import Question
    from index.speakers import View


@dataclass(frozen=True, slots=True)
class Weighed:
    """Statements weighed for a question.

    Attributes:
        ranked: best first.
        count: of how many statements they were chosen.
        words: how many words of the topic were looked for.
    """

    ranked: tuple[Candidate, ...]
    count: int
    words: int = 0


class Weighing:
    """Weighs the statements of an index's corpus."""

    def __init__(self, indexed: Indexed) -> None:
        self._indexed = indexed
        self._encoder = indexed.parts.encoder

    def view(self) -> View:
        """Return who speaks in the corpus as it is now."""
        return self._indexed.parts.speakers.view()

    def weigh(self, question: Question, speakers: Collection[int] | None, view: View) -> Weighed:
        """Weigh the statements that may answer a question, by its topic.

        Args:
            question: what was asked; its days and publisher restrict.
            speakers: ids of those who may have made them; None for all.
            view: who speaks.
        """
        engines = self._indexed.engines
        everything = speakers is None and not is_restricted(question)
        among = None if everything else _numbers(question, speakers, view)
        count = engines.statements.counts()[0] if among is None else len(among)
        if not count:
            return Weighed((), 0)
        asked = Asked.of(self._encoder, question.topic or question.text, question.text)
        listed = short_list(engines, asked, among)
        around = Surroundings.of(engines.passages, asked, np.unique(listed.rows["article"]))
        ranked = candidates(listed, around, "who" if speakers is None else "rank")
        return Weighed(ranked, count, around.terms)

    def latest(self, question: Question, speakers: Collection[int], view: View) -> Weighed:
        """Return what speakers said last, those of one day by id, for a question without a topic."""
        numbers = _numbers(question, speakers, view)
        rows, known = self._indexed.engines.statements.columns.rows(numbers)
        order = np.argsort(-rows["day"][known], kind="stable")[:SHORT_LIST]
        ids, articles = numbers[known][order], rows["article"][known][order]
        made = (Candidate(*pair, (), 0.0) for pair in zip(ids.tolist(), articles.tolist(), strict=True))
        return Weighed(tuple(made), len(numbers))


def said_by_others(weighed: Weighed, topic: str, registry: Registry) -> Weighed:
    """Keep the statements of named speakers who are not named in the topic: who is called a liar did not say so."""
    asked = frozenset(question_terms(topic))

    def may_answer(speakers: tuple[int, ...]) -> bool:
        speaker = registry.profile(speakers[0]) if speakers else None
        if speaker is None or speaker.speaker.kind is SpeakerKind.UNNAMED:
            return False
        person = speaker.speaker.kind is SpeakerKind.PERSON
        return not (person and _surname(speaker.speaker.name) in asked)

    spoken = registry.speakers_of([each.statement for each in weighed.ranked])
    kept = tuple(each for each, speakers in zip(weighed.ranked, spoken, strict=True) if may_answer(speakers))
    return replace(weighed, ranked=kept)


@lru_cache(maxsize=10_000)
def _surname(name: str) -> str:
    """Return the last term of a name, "" for none; the same names speak again and again."""
    return next(reversed(question_terms(name)), "")


def attributed_first(weighed: Weighed, registry: Registry) -> Weighed:
    """Put statements of unknown speakers behind the others: whether it is who was asked about, nobody can tell."""
    spoken = registry.speakers_of([each.statement for each in weighed.ranked])
    known = tuple(each for each, speakers in zip(weighed.ranked, spoken, strict=True) if speakers)
    unknown = tuple(each for each, speakers in zip(weighed.ranked, spoken, strict=True) if not speakers)
    return replace(weighed, ranked=known + unknown)


def is_restricted(question: Question) -> bool:
    """Tell whether a question asks for days or a publisher."""
    return bool(question.since or question.until or question.publisher)


def _numbers(question: Question, speakers: Collection[int] | None, view: View) -> Ids:
    return view.registry.statement_numbers(
        speakers=speakers, since=question.since, until=question.until, publisher=question.publisher
    )
