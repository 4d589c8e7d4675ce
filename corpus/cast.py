"""The people and organisations of one article: which names are one person's, and what is known of each."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from corpus.figures import Figure
from corpus.names import compatible, fold, given, is_bare, name_key, surname
from corpus.persons import VERBAL, is_human
from corpus.records import SpeakerKind
from corpus.roles import gender_of_name, gender_of_noun, role_after, role_before, uses
from corpus.vocabulary import ORGANISATIONS, PLACES

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from corpus.ground import Ground
    from corpus.mentions import Mention

_PRONOUN = re.compile(r"\b(?:(he|him|his|himself)|(she|her|hers|herself))\b", re.IGNORECASE)
_PARTY = re.compile(r" \([RDI][.\-–—]([^)]{2,20})\)")
_COMMON_USE = 8
"""Languages in which a name is in use, for one vote on its bearer's gender: pronouns outvote a rare name only."""


class Cast:
    """Figures of one article, found by name, position or role.

    Args:
        ground: the article.
        found: its names, in text order.
        said: positions at which sources of statements begin.
    """

    def __init__(self, ground: Ground, found: Sequence[Mention], said: frozenset[int]) -> None:
        self.ground = ground
        self.figures: list[Figure] = []
        self.by_start: dict[int, Figure] = {}
        self._add_full(found, said)
        self._add_bare(found, said)
        for figure in self.figures:
            figure.mentions.sort(key=lambda m: m.start)
            if figure.kind is SpeakerKind.PERSON:
                self._describe(figure)
        self._learn_pronouns()

    def _add_full(self, found: Sequence[Mention], said: frozenset[int]) -> None:
        weights: dict[str, float] = {}
        groups: dict[str, list[Mention]] = {}
        bare = self._called_bare(found, said)
        for mention in found:
            if is_bare(mention.name):
                continue
            alone = 0 if mention.name in weights else 2 * (name_key(mention.name)[-1] in bare)
            weights[mention.name] = weights.get(mention.name, 0) + is_human(self.ground.text, mention, said) + alone
            groups.setdefault(mention.name, []).append(mention)
        for name in sorted(groups, key=lambda n: (-len(name_key(n)), groups[n][0].start)):
            whole = next((f for f in self.figures if f.kind is SpeakerKind.PERSON and _ends(f, name)), None)
            if whole is not None:
                self._enlist(whole, groups[name])
                continue
            human = weights[name] > 0
            kind = SpeakerKind.PERSON if human else SpeakerKind.ORGANISATION
            figure = next((f for f in self.figures if f.kind is kind and self._joins(f, name, human=human)), None)
            if figure is None:
                figure = Figure(kind)
                self.figures.append(figure)
            self._enlist(figure, groups[name])

    def _called_bare(self, found: Sequence[Mention], said: frozenset[int]) -> set[str]:
        """Return the folded names that stand alone where people do: behind a title, speaking, owning."""
        called = (m for m in found if is_bare(m.name) and not m.name.isupper() and name_key(m.name))
        text = self.ground.text
        return {
            name_key(m.name)[-1]
            for m in called
            if m.title or m.start in said or m.possessive or VERBAL.match(text, m.end)
        } - (PLACES | ORGANISATIONS)

    @staticmethod
    def _joins(figure: Figure, name: str, *, human: bool) -> bool:
        if human:
            return all(compatible(form, name) for form in figure.forms)
        return any(name_key(form) == name_key(name) for form in figure.forms)

    def _add_bare(self, found: Sequence[Mention], said: frozenset[int]) -> None:
        loose: dict[tuple[str, ...], list[Mention]] = {}
        surnames, firsts, initials = self._by_part()
        for mention in found:
            key = name_key(mention.name)
            if not is_bare(mention.name) or not key or (not mention.title and len(mention.name) == 1):
                continue
            options = surnames.get(key) or surnames.get(key[-1:]) or firsts.get(key) or []
            bearer = self._nearest(options, mention)
            if bearer is None and mention.name.replace(".", "").isupper():
                bearer = initials.get(fold(mention.name))
            if bearer is None:
                loose.setdefault(key, []).append(mention)
            else:
                self._enlist(bearer, [mention])
        for key, group in loose.items():
            weight = sum(is_human(self.ground.text, m, said) for m in group)
            figure = self._misspelt(key, surnames) if weight > 0 else None
            if figure is None:
                figure = Figure(SpeakerKind.PERSON if weight > 1 else SpeakerKind.ORGANISATION)
                self.figures.append(figure)
            self._enlist(figure, group)

    def _by_part(
        self,
    ) -> tuple[dict[tuple[str, ...], list[Figure]], dict[tuple[str, ...], list[Figure]], dict[str, Figure]]:
        """Return the figures by surname, by first name, and organisations by their initials."""
        surnames: dict[tuple[str, ...], list[Figure]] = {}
        firsts: dict[tuple[str, ...], list[Figure]] = {}
        initials: dict[str, Figure] = {}
        for figure in self.figures:
            for form in figure.forms:
                if figure.kind is not SpeakerKind.PERSON:
                    initials.setdefault("".join(w[0].lower() for w in form.split() if w[0].isupper()), figure)
                    continue
                last = name_key(surname(form))
                for key in dict.fromkeys((last, last[-1:])):
                    if figure not in surnames.setdefault(key, []):
                        surnames[key].append(figure)
                if given(form) and figure not in firsts.setdefault((given(form),), []):
                    firsts[given(form),].append(figure)
        return surnames, firsts, initials

    @staticmethod
    def _misspelt(key: tuple[str, ...], surnames: dict[tuple[str, ...], list[Figure]]) -> Figure | None:
        near = [f for k, fs in surnames.items() if k and compatible(" ".join(k), " ".join(key)) for f in fs]
        return near[0] if len({id(f) for f in near}) == 1 else None

    def _nearest(self, options: Sequence[Figure], mention: Mention) -> Figure | None:
        """Choose among namesakes: by title, then who was named last before, then who is named most."""
        if len(options) < 2:  # noqa: PLR2004 - no choice
            return options[0] if options else None
        told = gender_of_noun(mention.title.split()[-1]) if mention.title else None
        if told:
            fitting = [f for f in options if gender_of_name(given(f.name)) in (told, None)]
            titled = [f for f in fitting if any(fold(m.title) == fold(mention.title) for m in f.mentions if m.title)]
            options = titled or fitting or options
        elif mention.title:
            word = fold(mention.title.split()[-1])
            options = [f for f in options if any(word in fold(m.title) for m in f.mentions)] or options
        before = [(m.start, f) for f in options for m in f.mentions if m.start < mention.start]
        if not before:
            return max(options, key=lambda f: len(f.mentions))
        # The name's usual bearer: who is called so all the time, unless another was named in full just now.
        start, last = max(before, key=lambda b: b[0])
        if self.ground.paragraph(mention.start) - self.ground.paragraph(start) <= 1:
            return last
        return max(options, key=lambda f: (len(f.mentions), f is last))

    def _enlist(self, figure: Figure, group: Iterable[Mention]) -> None:
        for mention in group:
            # In a headline a verb may look like a part of the name.
            figure.forms[mention.name] += 0 if self.ground.is_headline(mention.start) else 1
            figure.mentions.append(mention)
            self.by_start[mention.start] = figure

    def _describe(self, figure: Figure) -> None:
        """Learn roles and gender from titles, appositions and the first name."""
        text = self.ground.text
        first = given(figure.name)
        figure.gender = gender_of_name(first) if first else None
        for mention in figure.mentions:
            title = mention.title
            lower = role_before(text, mention.outer, self.ground.sentence_start(mention.outer))
            role = " ".join(w for w in (lower, title) if w)
            if role:
                told = gender_of_noun(role.split()[-1])
                if told and not figure.certain:
                    figure.gender, figure.certain = told, True
                if fold(role) not in ("mr", "mrs", "ms", "miss", "mx", "messrs"):
                    figure.learn(role)
            after = None if mention.possessive else role_after(text, mention.end)
            if after:
                figure.learn(after)
            if match := _PARTY.match(text, mention.end):
                figure.words.add(fold(match.group(1)))
                figure.heads.update(("lawmaker", "politician"))

    def _learn_pronouns(self) -> None:
        """Learn the gender of the rest from pronouns behind a name in its sentence, before another person's name."""
        text = self.ground.text
        people = (
            sorted((m.start, m.end, f) for f in self.figures if f.kind is SpeakerKind.PERSON for m in f.mentions)
            if any(not f.certain for f in self.figures)
            else []
        )
        counts: dict[int, list[int]] = {}
        for at, (_, end, figure) in enumerate(people):
            if not figure.certain:
                over = self.ground.sentence_end(self.ground.sentence_end(end))
                stop = min(over, people[at + 1][0] if at + 1 < len(people) else len(text))
                if match := _PRONOUN.search(text, end, stop):
                    counts.setdefault(id(figure), [0, 0])[0 if match.group(1) else 1] += 1
        for figure in self.figures:
            male, female = (float(n) for n in counts.get(id(figure), (0, 0)))
            first = given(figure.name) if figure.kind is SpeakerKind.PERSON else ""
            trust = uses(first) / _COMMON_USE
            male += trust * (figure.gender == "m")
            female += trust * (figure.gender == "f")
            if not figure.certain and male != female:
                figure.gender = "m" if male > female else "f"


def _ends(figure: Figure, name: str) -> bool:
    """Tell whether a name is all of somebody's but the first name: "Peña Nieto" of "Enrique Peña Nieto"."""
    return any(name_key(form)[1:] == name_key(name) for form in figure.forms if len(name_key(form)) > 2)  # noqa: PLR2004
