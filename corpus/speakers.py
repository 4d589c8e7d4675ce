"""Who spoke: from the words that name a source to somebody in the article's cast.

The article is read once from beginning to end. Names, pronouns and sources add to what has been referred to; a pronoun
or description is resolved from that. What stays open is left unattributed (promise 2).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from corpus.cast import Cast
from corpus.figures import Figure
from corpus.ground import Ground
from corpus.mentions import mentions
from corpus.names import name_key
from corpus.phrases import Phrase, read
from corpus.records import SpeakerKind
from corpus.referents import NOBODY, Referents, Resolved
from corpus.roles import is_person_noun, is_plural, singular
from corpus.vocabulary import BODIES, DOCUMENTS, ORGANISATIONS, OWNED

if TYPE_CHECKING:
    from collections.abc import Sequence

    from corpus.records import Attribution, Character, Span

_GENDERS = dict.fromkeys(("he", "him", "his", "himself"), "m") | dict.fromkeys(("she", "her", "hers", "herself"), "f")
_FIRST = frozenset({"i", "me", "my", "mine", "myself", "we", "us", "our", "ours", "ourselves"})
_THEY = frozenset({"they", "them", "their", "theirs", "themselves", "these", "those"})
_IT = frozenset({"it", "its", "itself"})
_WHO = frozenset({"who", "whom", "which", "that", "whose"})
_TWO = frozenset({"the two", "both", "the pair", "the couple", "the duo", "both men", "both women", "the two men"})
_NARRATED = re.compile(r"(?<![\w’'])(?:(he)|she)(?!\w)", re.IGNORECASE)
_GOES_ON = re.compile(r"\b(?:add|continu|went on|goes on|further|elaborat|conclud|also)", re.IGNORECASE)
_BY = re.compile(r"^by\s+", re.IGNORECASE)
_AND = re.compile(r"\s*(?:,| and | & )\s*")
_SPACE = re.compile(r"\s+")
_NAME, _SOURCE, _NONE, _PRONOUN = 1, 0, 2, 3
"""What is read at a position, in the order in which things at one position are read."""


def resolve(
    text: str, found: Sequence[Attribution], author: str | None = None
) -> tuple[tuple[Character, ...], tuple[tuple[tuple[int, ...], float], ...]]:
    """Find out who made the statements of an article.

    Args:
        text: the article's text.
        found: its attributions, in text order of their content.
        author: who wrote it; "I" outside quotations.

    Returns:
        The cast: who made a statement, in the order of their first one. And for each attribution, in order, positions
        in the cast (who spoke first, then those for whom or with whom; empty: unattributed) with a confidence, 0 to 1.
    """
    reader = _Reader(text, found, author)
    reader.read()
    figures: dict[int, tuple[int, Figure]] = {}
    said = []
    for number in range(len(found)):
        speakers, confidence = reader.resolved.get(number, NOBODY)
        positions = tuple(figures.setdefault(id(f), (len(figures), f))[0] for f in dict.fromkeys(speakers))
        said.append((positions, round(confidence, 3) if positions else 0.0))
    return tuple(figure.character() for _, figure in figures.values()), tuple(said)


class _Reader:
    """Reads an article from beginning to end; see the module."""

    def __init__(self, text: str, found: Sequence[Attribution], author: str | None) -> None:
        self.text = text
        self.found = found
        self.author = author
        self.ground = Ground(text)
        self.names = mentions(self.ground)
        self.cast = Cast(self.ground, self.names, frozenset(a.source[0].start for a in found if a.source))
        self.known = Referents(self.ground, self.names, self.cast)
        self.resolved: dict[int, Resolved] = {}

    def read(self) -> None:
        """Go through names, pronouns and sources in text order; those in the first person come last."""
        later: list[int] = []
        for at, what, number in sorted(self._events()):
            if what == _NAME:
                self.known.name(self.names[number])
            elif what == _PRONOUN:
                self.known.narrated(at, "mf"[number])
            elif what == _NONE:
                self.resolved[number] = self._goes_on(number)
            elif self._words(number).lower() in _FIRST:
                later.append(number)
            else:
                self._settle(number, at)
        for number in later:
            self.resolved[number] = self._first_person(number)

    def _events(self) -> list[tuple[int, int, int]]:
        """Return (position, what, number) of all that is read; of a pronoun 0 for "he" and 1 for "she"."""
        events = [(mention.start, _NAME, number) for number, mention in enumerate(self.names)]
        sources: set[int] = set()
        for number, each in enumerate(self.found):
            if each.source:
                sources.add(each.source[0].start)
                events.append((each.source[0].start, _SOURCE, number))
            else:
                events.append((each.content[0].start, _NONE, number))
        events += [
            (match.start(), _PRONOUN, 0 if match.group(1) else 1)
            for match in _NARRATED.finditer(self.text)
            if match.start() not in sources and self.ground.quote(match.start()) is None
        ]
        return events

    def _settle(self, number: int, at: int) -> None:
        self.resolved[number] = self._source(number, at)
        for figure in self.resolved[number][0][:1]:
            self.known.speaker(at, figure, pronoun=self._words(number).lower() in _GENDERS)

    def _words(self, number: int) -> str:
        source = self.found[number].source
        return _SPACE.sub(" ", self.text[source[0].start : source[-1].end]).strip(' ,.:;"“”') if source else ""

    def _source(self, number: int, at: int) -> Resolved:
        low = self._words(number).lower()
        if low in _GENDERS:
            return self.pronoun(number, at, _GENDERS[low])
        for forms, ask in ((_WHO, self.known.relative), (_TWO, self.known.both), (_THEY, self.known.several)):
            if low in forms:
                return ask(at)
        if low in _IT:
            return self.known.organisation(at, "")
        source = self.found[number].source
        return self._phrase(read(self.text, (source[0].start, source[-1].end), self.names, self.cast), number)

    def pronoun(self, number: int, at: int, gender: str) -> Resolved:
        """Resolve "he" or "she" as the source of a statement."""
        fits = self.known.fitting(gender)
        enclosing = self._enclosing(number)
        if enclosing is not None:  # within a quotation "he" is not who is quoted
            fits = [f for f in fits if f not in self.resolved.get(enclosing, NOBODY)[0]]
        return self.known.pronoun(at, fits, goes_on=self.goes_on(number))

    def goes_on(self, number: int) -> bool:
        """Tell whether a statement's cue says that somebody goes on speaking ("added")."""
        cue = self.found[number].cue
        return bool(cue) and _GOES_ON.search(self.text, cue[0].start, cue[-1].end) is not None

    def _phrase(self, phrase: Phrase, number: int) -> Resolved:
        if phrase.people:
            agents = phrase.organisations if phrase.is_spokesperson else []
            return tuple(self.cast.by_start[m.start] for m in (*phrase.people, *agents)), 0.95
        if phrase.owner is not None:
            return self._owned(phrase, number)
        if phrase.organisations and not phrase.is_description:
            return tuple(self.cast.by_start[m.start] for m in phrase.organisations[:2]), 0.9
        return self._description(phrase)

    def _owned(self, phrase: Phrase, number: int) -> Resolved:
        """Resolve "his answer" and "Miller's tweet" to him, "his campaign" and "Miller's lawyer" not."""
        owner = self._owner(phrase, number)
        if owner is None:
            return self._description(phrase)
        if not phrase.noun or phrase.noun in DOCUMENTS or singular(phrase.noun) in DOCUMENTS:
            return (owner,), 0.75
        for figure in self.known.figures:  # "his spokesman", when the article names one
            named = figure.kind is SpeakerKind.PERSON and figure is not owner and phrase.noun in figure.heads
            if named and figure.words & {name_key(owner.name)[-1], *_GENDERS} and not is_plural(phrase.noun):
                return (figure,), 0.6
        words = f"{owner.name}’s {phrase.noun_phrase}"
        return (self.known.described(words, body=phrase.noun in OWNED, noun=phrase.noun),), 0.7

    def _owner(self, phrase: Phrase, number: int) -> Figure | None:
        if isinstance(phrase.owner, str):
            if phrase.owner in _GENDERS:
                people, _ = self.pronoun(number, phrase.start, _GENDERS[phrase.owner])
                return people[0] if people else None
            people, _ = self._first_person(number) if phrase.owner in _FIRST else NOBODY
            return people[0] if people else None
        return self.cast.by_start.get(phrase.owner.start) if phrase.owner is not None else None

    def _description(self, phrase: Phrase) -> Resolved:
        noun = phrase.noun
        body = noun in OWNED | BODIES or (noun in ORGANISATIONS and not is_person_noun(noun))
        body = body and not is_plural(noun)
        if phrase.organisations:  # "the Acme report"
            return (self.cast.by_start[phrase.organisations[0].start],), 0.7
        if phrase.determiner in ("the", "this", "that"):
            resolved = NOBODY
            if noun in DOCUMENTS:
                resolved = self.known.last_speaker(phrase.start)
            elif body:
                resolved = self.known.organisation(phrase.start, noun)
            elif is_person_noun(noun) and not is_plural(noun):
                resolved = self.known.by_role(phrase.start, noun, phrase.noun_phrase)
            if resolved[0]:
                return resolved
        elif figure := self.known.named(phrase.words):
            return (figure,), 0.8
        if not noun:
            return NOBODY
        return (self.known.described(phrase.words, body=body, noun=noun),), 0.8

    # Who is not named.

    def _enclosing(self, number: int) -> int | None:
        """Return the statement within whose content a source stands, the innermost; None outside all."""
        source = self.found[number].source
        around = [
            (len(span), other)
            for other, each in enumerate(self.found)
            for span in each.content
            if other != number and source and span.contains(source[0])
        ]
        return min(around)[1] if around else None

    def _first_person(self, number: int) -> Resolved:
        """Resolve "I": the speaker of the quotation around it; outside quotations who wrote the article."""
        seen = {number}
        around = self._enclosing(number)
        while around is not None and self._words(around).lower() in _FIRST and around not in seen:
            seen.add(around)
            around = self._enclosing(around)
        if around is not None and around not in seen:
            people, confidence = self.resolved.get(around, NOBODY)
            return people[:1], confidence * 0.95
        at = self.found[number].source[0].start
        quote = self.ground.quote(at)
        if quote is None:
            return self._writer()
        span = self.ground.quotes[quote]
        for other, (people, confidence) in sorted(self.resolved.items()):
            if people and other not in seen and any(c.overlaps(span) for c in self.found[other].content):
                return people[:1], confidence * 0.8
        paragraph = self.ground.paragraph(at)
        near = [r for r in self.known.references if r.spoke and self.ground.paragraph(r.at) == paragraph]
        return ((near[0].figure,), 0.5) if near else NOBODY

    def _writer(self) -> Resolved:
        figures = []
        for name in _AND.split(_BY.sub("", (self.author or "").strip()))[:2]:
            if not name_key(name):
                continue
            figure = self.known.named(name)
            if figure is None:
                figure = Figure(SpeakerKind.PERSON if " " in name else SpeakerKind.ORGANISATION)
                figure.forms[name] += 1
                self.known.figures.append(figure)
            figures.append(figure)
        return (tuple(figures), 0.7) if figures else NOBODY

    def _goes_on(self, number: int) -> Resolved:
        """Resolve a statement whose sentence names nobody: a quotation that goes on has the speaker it had."""
        content = self.found[number].content[0]
        if number == 0 or self.found[number].cue:
            return NOBODY
        people, confidence = self.resolved.get(number - 1, NOBODY)
        before = self.found[number - 1].content[-1]
        apart = self.ground.paragraph(content.start) - self.ground.paragraph(max(0, before.end - 1))
        if people and apart <= 1 and self._is_quoted(content):
            return people, confidence * (0.9 if apart == 0 else 0.7)
        return NOBODY

    def _is_quoted(self, span: Span) -> bool:
        return self.ground.quote(span.start) is not None or self.ground.quote(min(span.start + 1, span.end)) is not None
