"""Whom words refer to that are no name: pronouns, roles, "the company", people who are only described.

An article's references are noted in text order; each question is answered from those noted so far.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from corpus.antecedents import Reference, ranked, sure
from corpus.figures import Figure
from corpus.names import name_key, surname
from corpus.records import SpeakerKind
from corpus.roles import gender_of_noun, head, is_person_noun, is_plural, same_role, singular
from corpus.vocabulary import ARTICLES, DOCUMENTS, OWNED, STOP

if TYPE_CHECKING:
    from collections.abc import Sequence

    from corpus.cast import Cast
    from corpus.ground import Ground
    from corpus.mentions import Mention

Resolved = tuple[tuple[Figure, ...], float]
"""Who is meant, whoever comes first speaking, and how sure that is, 0 to 1."""

NOBODY: Resolved = ((), 0.0)

_NEAR = 3
"""Sentences within which "it" and "the two" find whom they mean."""

_LEAST = 0.35
"""Share of the weight that a candidate needs to be "the retired surgeon" where no candidate is called a surgeon."""

_PAST = frozenset({"former", "ex", "onetime", "retired", "late"})
_GOVERNED = re.compile(
    r"\b(?:of|for|by|with|to|from|at|in|on|about|against|as|than|like|after|before|asked|told|if|when|that|because|while|"
    r"called|behind|under|over|between|including|supporting|backing|back|support)[ \xa0](?:\w+[ \xa0]){0,2}$"
)
_ASKED = re.compile(r"\b(?:asked|pressed|questioned)[ \xa0]$")
_NOUN = re.compile(r"[ \xa0]([a-z]+)\b")
_GROUP = re.compile(
    r"(?:^|[\s“\"])((?:an?|the|one|some|many|several|those|two)\s[^,.;:“”\"]{3,60}?),?\s*$", re.IGNORECASE
)


class Referents:
    """What an article has referred to so far.

    Attributes:
        figures: all figures, named ones first, then the described in the order in which they came up.
        references: what refers to them, in text order as far as it has been read.
    """

    def __init__(self, ground: Ground, names: Sequence[Mention], cast: Cast) -> None:
        self.ground = ground
        self.names = names
        self.cast = cast
        self.figures: list[Figure] = list(cast.figures)
        self.references: list[Reference] = []
        self._described: dict[tuple[str, ...], Figure] = {}
        self._with_subject: set[int] = set()

    # What is read.

    def name(self, mention: Mention) -> None:
        """Note a name."""
        figure = self.cast.by_start.get(mention.start)
        if figure is None:
            return
        text = self.ground.text
        owns = mention.possessive or self._modifies(mention)
        before = text[self.ground.sentence_start(mention.outer) : mention.outer]
        subject = (
            figure.kind is SpeakerKind.PERSON
            and not (mention.quoted or owns or mention.sentence in self._with_subject)
            and not _GOVERNED.search(before)
        )
        if subject:
            self._with_subject.add(mention.sentence)
        self.references.append(
            Reference(
                mention.start,
                figure,
                subject=subject,
                possessive=owns,
                quoted=mention.quoted,
                asked=bool(_ASKED.search(before)),
            )
        )

    def narrated(self, at: int, gender: str) -> None:
        """Note a "he" or "she" of the narration."""
        order = ranked(self.ground, at, self.references, self.fitting(gender))
        if order:
            self.references.append(Reference(at, order[0][1], subject=True, pronoun=True))

    def speaker(self, at: int, figure: Figure, *, pronoun: bool) -> None:
        """Note who a source turned out to be."""
        quoted = self.ground.quote(at) is not None
        self.references.append(Reference(at, figure, subject=True, quoted=quoted, spoke=not quoted, pronoun=pronoun))

    def _modifies(self, mention: Mention) -> bool:
        """Tell whether a name stands before a noun ("the Miller campaign")."""
        match = _NOUN.match(self.ground.text, mention.end)
        if match is None:
            return False
        word = match.group(1)
        return word in OWNED or word in DOCUMENTS or is_person_noun(singular(word))

    # What is asked.

    def fitting(self, gender: str | None) -> list[Figure]:
        """Return the single people of a gender, or of any; those of an unknown one too."""
        return [
            f
            for f in self.figures
            if f.kind is not SpeakerKind.ORGANISATION
            and f.human
            and not f.plural
            and (gender is None or f.gender in (gender, None))
        ]

    def pronoun(self, at: int, fits: Sequence[Figure], *, goes_on: bool = False) -> Resolved:
        """Resolve "he" or "she" among the figures that fit."""
        order = ranked(self.ground, at, self.references, fits, goes_on=goes_on)
        if order:
            return (order[0][1],), max(0.3, min(0.95, sure(order)))
        # "As he left, Miller said": the name follows in the sentence.
        end = self.ground.sentence_end(at)
        for mention in self.names:
            figure = self.cast.by_start.get(mention.start)
            if figure is not None and at < mention.start < end and figure in fits:
                return (figure,), 0.4
        return NOBODY

    def relative(self, at: int) -> Resolved:
        """Resolve "who": the name right before, else the sentence's last person, else people described right before."""
        text, start = self.ground.text, self.ground.sentence_start(at)
        best: Figure | None = None
        for reference in self.references:
            if start <= reference.at < at and not reference.possessive and reference.figure.kind is SpeakerKind.PERSON:
                best = reference.figure
        for mention in self.names:
            if start <= mention.start < at and not text[mention.end : at].strip(" \xa0,()–—-"):
                best = self.cast.by_start.get(mention.start, best)
        if best is not None:
            return (best,), 0.8
        group = _GROUP.search(text[start:at])
        return ((self.described(group.group(1)),), 0.6) if group else NOBODY

    def several(self, at: int) -> Resolved:
        """Resolve "they": the last speaker that is several people or an organisation."""
        groups = [r for r in self.references if r.spoke and (r.figure.plural or self._is_body(r.figure))]
        if groups and self.ground.paragraph(at) - self.ground.paragraph(groups[-1].at) < _NEAR:
            return (groups[-1].figure,), 0.5
        return NOBODY

    def both(self, at: int) -> Resolved:
        """Resolve "the two": the only two people that were named in the last sentences."""
        people: list[Figure] = []
        for reference in reversed(self.references):
            if self.ground.sentence(at) - self.ground.sentence(reference.at) > _NEAR:
                break
            if reference.figure.kind is SpeakerKind.PERSON and not reference.quoted and reference.figure not in people:
                people.append(reference.figure)
        two = 2
        return (tuple(reversed(people)), 0.6) if len(people) == two else NOBODY

    def organisation(self, at: int, noun: str) -> Resolved:
        """Resolve "it" (no noun) and "the company": who is called so, else who spoke last, else the topic.

        Args:
            at: where it stands.
            noun: the folded noun, or "".
        """
        bodies = [r for r in self.references if self._is_body(r.figure) and not r.quoted]
        called = [r for r in bodies if noun and _is_called(r.figure, noun)]
        if called:
            return (called[-1].figure,), 0.7
        if noun in OWNED:
            return NOBODY
        sentence = self.ground.sentence(at)
        spoke = [r for r in self.references if r.spoke and (self._is_body(r.figure) or not r.figure.human)]
        if spoke and sentence - self.ground.sentence(spoke[-1].at) <= (1 if noun else _NEAR):
            return (spoke[-1].figure,), 0.6
        near = [r for r in bodies if sentence - self.ground.sentence(r.at) <= _NEAR and not r.possessive]
        if not near:
            return NOBODY
        weights: dict[int, float] = {}
        for r in near:
            opens = r.at <= self.ground.sentence_start(r.at) + len("The ")
            weights[id(r.figure)] = weights.get(id(r.figure), 0.0) + 1 + 2 * r.spoke + opens
        return (max(near, key=lambda r: (weights[id(r.figure)], r.at)).figure,), 0.4

    def last_speaker(self, at: int) -> Resolved:
        """Resolve "the statement": who spoke last, in this paragraph or the one before."""
        spoke = [r for r in self.references if r.spoke]
        if spoke and self.ground.paragraph(at) - self.ground.paragraph(spoke[-1].at) <= 1:
            return (spoke[-1].figure,), 0.5
        return NOBODY

    def by_role(self, at: int, noun: str, noun_phrase: str) -> Resolved:
        """Resolve "the Florida senator": by role, then by the words beside it, then by nearness.

        Args:
            at: where it stands.
            noun: the folded head.
            noun_phrase: the words without determiner.
        """
        fits = self.fitting(gender_of_noun(noun))
        called = [f for f in fits if noun in f.heads]
        alike = called or [f for f in fits if any(same_role(noun, each) for each in f.heads)]
        order = ranked(self.ground, at, self.references, alike or fits)
        if not order:
            return ((alike[0],), 0.5) if len(alike) == 1 else NOBODY
        if not alike and sure(order) < _LEAST:
            return NOBODY
        beside = set(name_key(noun_phrase)) - {noun}
        past = bool(beside & _PAST)

        def fitness(each: tuple[float, Figure, dict[str, float]]) -> float:
            score, figure, _ = each
            named = 1.5 * (figure.kind is SpeakerKind.PERSON)
            return score + 3 * len(beside & figure.words) + named - 2 * (past != bool(figure.words & _PAST))

        return (max(order, key=fitness)[1],), 0.7 if alike else 0.4

    def named(self, words: str) -> Figure | None:
        """Return the figure of a name that was not seen as one (in a headline); None where none or several have it."""
        key = name_key(words)
        if not key:
            return None
        same = [f for f in self.figures if any(key in (name_key(n), name_key(surname(n))) for n in f.forms)]
        return same[0] if len(same) == 1 else None

    def described(self, words: str, *, body: bool = False, noun: str = "") -> Figure:
        """Return the figure that has this description, a new one the first time.

        Args:
            words: the description as the article gives it.
            body: it is an organisation.
            noun: its folded head, where known.
        """
        first, _, rest = words.partition(" ")
        if first.lower() in STOP and not (first.isupper() and len(first) > 1):
            words = f"{first.lower()} {rest}".strip()
        noun = noun or head(words)
        key = tuple(w for w in name_key(words) if w not in ARTICLES)
        figure = self._described.get(key)
        if body and first.lower() == "the":
            words = rest
        if figure is None:
            figure = Figure(SpeakerKind.ORGANISATION if body else SpeakerKind.UNNAMED)
            figure.plural = is_plural(noun)
            figure.human = is_person_noun(singular(noun))
            figure.gender = gender_of_noun(noun)
            figure.certain = figure.gender is not None
            figure.heads.add(noun)
            figure.words.update(key)
            self._described[key] = figure
            self.figures.append(figure)
        figure.forms[words] += 1
        return figure

    @staticmethod
    def _is_body(figure: Figure) -> bool:
        return figure.kind is SpeakerKind.ORGANISATION


def _is_called(figure: Figure, noun: str) -> bool:
    return noun in name_key(figure.name) or any(head(role) == noun for role in figure.roles)
