"""An Answering over a few invented articles, in memory, for running the real bot without a model."""

from __future__ import annotations

import datetime as dt
import json
import re
import time
from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from corpus.errors import CorrectionError
from corpus.publishers import Published
from corpus.quotations import paragraphs, quotations
from corpus.records import Article, Profile, Span, Speaker, SpeakerKind
from index.browsing import Card, Portrait, Source, opening_of
from index.following import Known, follow
from index.records import Answer, Citation, Context, Question, QuestionKind, Searched, Verdict

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from index.following import Followed

STORED_AT = dt.datetime(2024, 5, 10, tzinfo=dt.UTC)


def article(number: int, text: str, **fields: object) -> Article:
    """Return an article with plausible defaults."""
    values: dict[str, object] = {
        "key": f"a{number}",
        "url": f"https://gazette.example/articles/{number}",
        "title": f"Article {number}",
        "publisher": "Harbour Gazette",
        "published": dt.date(2024, 5, number % 28 + 1),
        "author": None,
        "language": "en",
        "content_hash": f"{number:064x}",
        "revision": 1,
        "copy_of": None,
        "stored_at": STORED_AT,
    }
    return Article(id=number, text=text, **(values | fields))  # type: ignore[arg-type]


def cite(source: Article, words: str | None = None, **fields: object) -> Citation:
    """Return a citation of the first place where `words` stand, or of the whole text."""
    start = source.text.index(words) if words is not None else 0
    span = Span(start, start + len(source.text if words is None else words))
    return cite_span(source, span, **fields)


def cite_span(source: Article, span: Span, **fields: object) -> Citation:
    """Return a citation of a span, with what stands between quotation marks highlighted."""
    quoted = [each.span for place in paragraphs(source.text) for each in quotations(source.text, place)]
    values: dict[str, object] = {
        "highlights": tuple(each for each in quoted if span.contains(each)),
        "speaker": None,
        "kind": "passage",
        "score": 1.0,
    }
    return Citation(article=source, span=span, text=span.of(source.text), **(values | fields))  # type: ignore[arg-type]


@dataclass(frozen=True, kw_only=True)
class Told:
    """A statement of an invented article.

    Attributes:
        article: number of its article.
        words: the sentence that is cited.
        said: the part of it that is attributed.
        speaker: id of who said it, or None.
    """

    id: int
    article: int
    words: str
    said: str
    speaker: int | None
    kind: str = "direct"


SAID_ABOUT = re.compile(r"[Ww]hat did ([A-Z]\w*(?: [A-Z]\w*)*) say(?: about (.+?))?[?.! ]*")
SPOKE_ABOUT = re.compile(r"[Ww]ho spoke about (.+?)[?.! ]*")
OVERWHELMING = 4
"""Who said so many times as much as all others of the name is taken to be meant."""


@dataclass
class FakeAnswering:
    """Answers "what did NAME say about TOPIC?" with the statements of NAME that hold the last word of the topic.

    Any other question is answered with every paragraph that holds its last word, in the order of the articles.

    Attributes:
        articles: by id; tests take some out or change them.
        slow_s: seconds by a word in the question, for which answering takes so long.
        unverified: texts of citations that do not verify.
        failing: a word for which answering raises.
        cast: speakers by id.
        told: what they said.
    """

    articles: dict[int, Article]
    slow_s: Mapping[str, float] = field(default_factory=dict)
    unverified: set[str] = field(default_factory=set)
    failing: str = "kaboom"
    asked: list[str] = field(default_factory=list)
    cast: dict[int, Speaker] = field(default_factory=dict)
    told: list[Told] = field(default_factory=list)

    def ask(self, text: str, limit: int = 10, *, speaker: int | None = None, today: dt.date | None = None) -> Answer:
        """Answer a question."""
        del today
        self.asked.append(text)
        for word, seconds in self.slow_s.items():
            if word in text:
                time.sleep(seconds)
        if self.failing in text:
            raise RuntimeError(self.failing)
        asked_about = SAID_ABOUT.fullmatch(text) if self.cast else None
        if asked_about:
            return self._said(text, asked_about[1], asked_about[2] or "", limit, speaker)
        if self.cast and (spoke := SPOKE_ABOUT.fullmatch(text)):
            question = Question(text=text, kind=QuestionKind.WHO, topic=spoke[1])
            word = _last_word(spoke[1])
            said = [self._cite(told) for told in self._standing() if word in told.words.casefold()]
            return self._answer(question, said[:limit])
        word = _last_word(text)
        found = [
            cite_span(each, place)
            for each in self.articles.values()
            for place in paragraphs(each.text)
            if word in place.of(each.text).casefold()
        ]
        return self._answer(Question(text=text, topic=text), found[:limit])

    def _said(self, text: str, name: str, topic: str, limit: int, chosen: int | None) -> Answer:
        question = Question(text=text, kind=QuestionKind.SAID, speaker=name, topic=topic)
        fitting = self.speakers(name)
        profile, others = (fitting[0] if fitting else None), fitting[1:]
        if chosen is not None:
            profile, others = self.profile(chosen), ()
        elif others and profile and profile.statements < OVERWHELMING * sum(each.statements for each in others):
            answer = self._answer(question, [])
            return replace(answer, verdict=Verdict.AMBIGUOUS, nearest=(), candidates=fitting)
        found = []
        if profile is not None:
            word = _last_word(topic) if topic else ""
            mine = [told for told in self._standing() if told.speaker == profile.speaker.id]
            found = [self._cite(told) for told in mine if word in told.words.casefold()]
        return replace(
            self._answer(question, found[:limit]), speaker=profile, assumed=bool(others), candidates=tuple(others)
        )

    def _answer(self, question: Question, found: Sequence[Citation]) -> Answer:
        days = [each.published for each in self.articles.values() if each.published]
        nearest = [cite_span(each, paragraphs(each.text)[0]) for each in self.articles.values()]
        return Answer(
            question=question,
            verdict=Verdict.ANSWERED if found else Verdict.NOTHING_FOUND,
            citations=tuple(found),
            nearest=() if found else tuple(nearest[:3]),
            searched=Searched(
                articles=len(self.articles),
                passages=len(self.articles),
                statements=len(self._standing()),
                first=min(days, default=None),
                last=max(days, default=None),
                generation=1,
            ),
        )

    def verify(self, citation: Citation) -> bool:
        """Tell whether the words still stand there."""
        stored = self.articles.get(citation.article.id)
        if stored is None or citation.text in self.unverified:
            return False
        return citation.span.of(stored.text) == citation.text

    def recall(self, article: int, span: Span, statement: int | None = None) -> Citation | None:
        """Cite a span again."""
        stored = self.articles.get(article)
        if stored is None or span.end > len(stored.text):
            return None
        told = next((each for each in self._standing() if each.id == statement), None)
        return self._cite(told) if told else cite_span(stored, span)

    def context(self, article: int, span: Span) -> Context | None:
        """Return the paragraphs around a span."""
        stored = self.articles.get(article)
        if stored is None or span.end > len(stored.text):
            return None
        places = paragraphs(stored.text)
        before = [each for each in places if each.end <= span.start]
        after = [each for each in places if each.start >= span.end]
        return Context(
            article=stored,
            before=before[-1] if before else Span(span.start, span.start),
            span=span,
            after=after[0] if after else Span(span.end, span.end),
        )

    def profile(self, speaker: int) -> Profile | None:
        """Count what a speaker said."""
        known = self.cast.get(speaker)
        if known is None:
            return None
        mine = [told for told in self._standing() if told.speaker == speaker]
        days = [day for told in mine if (day := self.articles[told.article].published)]
        return Profile(
            speaker=known,
            ids=(speaker,),
            statements=len(mine),
            articles=len({told.article for told in mine}),
            first=min(days, default=None),
            last=max(days, default=None),
        )

    def speakers(self, words: str = "") -> tuple[Profile, ...]:
        """Return the speakers whose names hold all words."""
        wanted = set(words.casefold().split())
        fitting = [number for number, each in self.cast.items() if wanted <= set(each.name.casefold().split())]
        profiles = [profile for number in fitting if (profile := self.profile(number)) and profile.statements]
        return tuple(sorted(profiles, key=lambda profile: (-profile.statements, profile.speaker.id)))

    def sources(self) -> tuple[Source, ...]:
        """Count what each publisher has."""
        by_name: dict[str | None, list[Article]] = {}
        for each in self.articles.values():
            by_name.setdefault(each.publisher, []).append(each)
        found = []
        for name, mine in by_name.items():
            days = [each.published for each in mine if each.published]
            share = Published(name, len(mine), min(days, default=None), max(days, default=None))
            numbers = {each.id for each in mine}
            found.append(Source(published=share, statements=sum(told.article in numbers for told in self._standing())))
        return tuple(sorted(found, key=lambda each: (-each.published.articles, each.published.publisher or "")))

    def card(self, article: int) -> Card | None:
        """Return an article at a glance."""
        stored = self.articles.get(article)
        if stored is None:
            return None
        said = sum(told.article == article for told in self._standing())
        return Card(opening=cite_span(stored, opening_of(stored.text)), statements=said)

    def portrait(self, speaker: int, limit: int) -> Portrait | None:
        """Return a speaker at a glance."""
        profile = self.profile(speaker)
        if profile is None:
            return None
        mine = [self._cite(told) for told in self._standing() if told.speaker == speaker]
        publishers = Counter(each.article.publisher for each in mine if each.article.publisher)
        return Portrait(profile=profile, publishers=tuple(publishers.items()), latest=tuple(mine[::-1][:limit]))

    def follow(self, text: str, previous: Question | None, today: dt.date) -> Followed | None:
        """Tell what a text means after a question, as the real one does, among these speakers."""
        return follow(text, previous, Known(today, ("Harbour Gazette",), lambda words: bool(self.speakers(words))))

    def _standing(self) -> list[Told]:
        return [told for told in self.told if told.article in self.articles]

    def _cite(self, told: Told) -> Citation:
        source = self.articles[told.article]
        start = source.text.index(told.words)
        said = start + told.words.index(told.said)
        known = self.cast.get(told.speaker) if told.speaker is not None else None
        return cite_span(
            source,
            Span(start, start + len(told.words)),
            highlights=(Span(said, said + len(told.said)),),
            speaker=known.name if known else None,
            role=known.roles[0] if known and known.roles else None,
            kind=told.kind,
            statement=told.id,
        )


def person(number: int, name: str, *roles: str) -> Speaker:
    """Return a person who speaks."""
    return Speaker(id=number, name=name, kind=SpeakerKind.PERSON, roles=roles)


def _last_word(text: str) -> str:
    return text.rstrip("?.! ").split()[-1].casefold()


class FileAnswering:
    """Answers from a file that is read anew for every call, so that a test can change what another process knows."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def _now(self) -> FakeAnswering:
        read = json.loads(self._path.read_text())
        return FakeAnswering(
            {each["number"]: article(**each) for each in read["articles"]},
            slow_s=read["slow_s"],
            cast={number: person(number, name, *roles) for number, name, *roles in read["cast"]},
            told=[Told(**each) for each in read["told"]],
        )

    def ask(self, text: str, limit: int = 10, *, speaker: int | None = None, today: dt.date | None = None) -> Answer:
        """Answer a question."""
        return self._now().ask(text, limit, speaker=speaker, today=today)

    def verify(self, citation: Citation) -> bool:
        """Tell whether the words still stand there."""
        return self._now().verify(citation)

    def recall(self, article: int, span: Span, statement: int | None = None) -> Citation | None:
        """Cite a span again."""
        return self._now().recall(article, span, statement)

    def context(self, article: int, span: Span) -> Context | None:
        """Return the paragraphs around a span."""
        return self._now().context(article, span)

    def profile(self, speaker: int) -> Profile | None:
        """Count what a speaker said."""
        return self._now().profile(speaker)

    def speakers(self, words: str = "") -> tuple[Profile, ...]:
        """Return the speakers whose names hold all words."""
        return self._now().speakers(words)

    def sources(self) -> tuple[Source, ...]:
        """Count what each publisher has."""
        return self._now().sources()

    def card(self, article: int) -> Card | None:
        """Return an article at a glance."""
        return self._now().card(article)

    def portrait(self, speaker: int, limit: int) -> Portrait | None:
        """Return a speaker at a glance."""
        return self._now().portrait(speaker, limit)

    def follow(self, text: str, previous: Question | None, today: dt.date) -> Followed | None:
        """Tell what a text means after a question."""
        return self._now().follow(text, previous, today)


class FileCorrecting:
    """Corrects the speakers in the file of a `FileAnswering`; each correction keeps the file as it was before."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._log = path.with_suffix(".corrections")

    def merge(self, one: int, other: int) -> str:
        """Give the statements of one to another."""
        return self._correct(f"{one} merged into {other}", lambda told: {"speaker": other} if told == one else {})

    def rename(self, speaker: int, name: str) -> str:
        """Give a speaker another name."""
        before = self._read()
        cast = [[number, name if number == speaker else known, *roles] for number, known, *roles in before["cast"]]
        return self._noted(f"{speaker} renamed to {name}", before | {"cast": cast})

    def split(self, speaker: int, words: str) -> str:
        """Refuse, as what cannot be done is refused."""
        raise CorrectionError(f"number {speaker} cannot be split by {words!r}")

    def not_said_by(self, statement: int) -> str:
        """Take the speaker away from a statement."""
        before = self._read()
        told = [each | ({"speaker": None} if each["id"] == statement else {}) for each in before["told"]]
        return self._noted(f"statement {statement} was not said by its speaker", before | {"told": told})

    def undo(self, number: int) -> str:
        """Put back the file as it was before a correction."""
        entry = self._entries()[number - 1]
        self._write(entry["before"])
        return f"Correction {number} is taken back."

    def corrections(self) -> tuple[str, ...]:
        """Return a line for each correction."""
        return tuple(f"{number}: {each['what']}" for number, each in enumerate(self._entries(), start=1))

    def _correct(self, what: str, change: Callable[[int | None], dict[str, object]]) -> str:
        before = self._read()
        told = [each | change(each["speaker"]) for each in before["told"]]
        return self._noted(what, before | {"told": told})

    def _noted(self, what: str, after: dict[str, Any]) -> str:
        entries = [*self._entries(), {"what": what, "before": self._read()}]
        self._log.write_text(json.dumps(entries))
        self._write(after)
        return f"Correction {len(entries)}: {what}."

    def _entries(self) -> list[dict[str, Any]]:
        return list(json.loads(self._log.read_text())) if self._log.exists() else []

    def _read(self) -> dict[str, Any]:
        return dict(json.loads(self._path.read_text()))

    def _write(self, content: dict[str, Any]) -> None:
        aside = self._path.with_suffix(".new")
        aside.write_text(json.dumps(content))
        aside.replace(self._path)


def save(
    path: Path,
    articles: Sequence[Mapping[str, object]],
    slow_s: Mapping[str, float] | None = None,
    cast: Sequence[Sequence[object]] = (),
    told: Sequence[Mapping[str, object]] = (),
) -> None:
    """Write what a `FileAnswering` knows.

    Args:
        path: the file.
        articles: number, text, title, url, publisher of each.
        slow_s: seconds by slow word.
        cast: id, name and roles of each speaker.
        told: fields of `Told` of each statement.
    """
    aside = path.with_suffix(".new")
    content = {"articles": list(articles), "slow_s": dict(slow_s or {}), "cast": list(cast), "told": list(told)}
    aside.write_text(json.dumps(content))
    aside.replace(path)
