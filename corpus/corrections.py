"""Corrections of who said what, made by a person: two speakers are one, or one is two; another name; "not said by".

A correction is a row that names whom it concerns by names and texts; `corpus.amending` says how it takes effect. It can
be taken back at any time, and nothing else is lost by that.
"""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, insert

from corpus.amending import Correction, CorrectionKind, all_corrections
from corpus.database import writing
from corpus.duplicates import canonical_url
from corpus.errors import ArticleNotFoundError, CorrectionError, SpeakerNotFoundError
from corpus.records import SpeakerKind
from corpus.registry import Registry
from corpus.saying import LONGEST_NAME, speaker_key, speaker_row
from corpus.schema import corrections, speakers
from corpus.wording import Wording

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from corpus.records import Article, Profile
    from corpus.store import Store

MOST_QUOTED_CHARS = 60
TOLD = "told"
"""Where template and values of a correction's sentence are in its payload."""

_NAMED = re.compile(r"(?P<words>.+?)\s+as\s+(?P<name>.+)", re.DOTALL)


class Corrections:
    """Makes corrections, and takes them back. Each is one transaction; no other lock is needed.

    Methods that correct return a sentence that says what was done, with the correction's number.

    Args:
        store: the corpus.
        registry: gives the registry as it is now, where somebody has it; default: one is read.
    """

    def __init__(self, store: Store, registry: Callable[[], Registry] | None = None) -> None:
        self.store = store
        self._current = registry
        self._registry: Registry | None = None

    @property
    def registry(self) -> Registry:
        """The registry as it is now."""
        if self._current is not None:
            return self._current()
        self._registry = self._registry.refreshed(self.store) if self._registry else Registry.load(self.store)
        return self._registry

    def merge(self, one: int, other: int) -> str:
        """Make one speaker the same as another, whose name stays.

        Raises:
            SpeakerNotFoundError: there is no such speaker.
            CorrectionError: they are one already, or one of them is unnamed.
        """
        first, second = self._named(one), self._named(other)
        if first.speaker.id == second.speaker.id:
            raise CorrectionError(
                Wording("{one} and {other} are one speaker already", one=first.speaker.name, other=second.speaker.name)
            )
        name = second.speaker.name
        payload = {"speaker": self._who(first), "into": self._who(second), "name": name}
        return self._make(
            CorrectionKind.MERGE,
            payload,
            Wording("{one} and {other} are one, called {other}", one=first.speaker.name, other=name),
        )

    def rename(self, speaker: int, name: str) -> str:
        """Give a speaker another name.

        Raises:
            SpeakerNotFoundError: there is no such speaker.
            CorrectionError: that is no name, or its own.
        """
        profile, name = self._named(speaker), _name(name)
        if profile.speaker.name == name:
            raise CorrectionError(Wording("{name} is called that already", name=name))
        payload = {"speaker": self._who(profile), "name": name}
        return self._make(
            CorrectionKind.RENAME, payload, Wording("{name} is called {other}", name=profile.speaker.name, other=name)
        )

    def split(self, speaker: int, words: str, name: str | None = None) -> str:
        """Take a part of a speaker's statements away; it becomes a speaker of its own, or goes to another.

        Args:
            speaker: id of the speaker.
            words: a form of the name: the statements whose source is called so. Or an article, by id, URL or number:
                the statements there. Either may be followed by "as NAME", instead of the next.
            name: who it is; for an article it has to be given.

        Raises:
            SpeakerNotFoundError: there is no such speaker.
            CorrectionError: the words name no part of what they said.
        """
        profile = self._named(speaker)
        mine = profile.speaker
        named = _NAMED.fullmatch(words.strip())
        part, called = (named["words"], named["name"]) if named and name is None else (words.strip(), name)
        name = _name(called) if called is not None else None
        forms = {speaker_key(form): form for form in (*mine.aliases, *self._entry_names(profile))}
        payload: dict[str, Any] = {"speaker": self._who(profile)}
        if speaker_key(part) in forms:
            form = forms[speaker_key(part)]
            name = name or form
            payload["form"] = form
            told = Wording("{form} is not {name}", form=form, name=mine.name)
            if name != form:
                told = Wording("{form} is not {name} but {other}", form=form, name=mine.name, other=name)
        else:
            article = self._article(part, forms, mine.name)
            if name is None:
                here = article.reference
                raise CorrectionError(
                    Wording("whoever speaks in {article} needs a name of their own", article=here),
                    Wording("Write it behind the article: {article} as {name} (…).", article=here, name=mine.name),
                )
            said = {statement.id for statement in self.store.statements_of([article.id])}
            if said.isdisjoint(self.registry.statement_numbers(speakers=[mine.id]).tolist()):
                raise CorrectionError(
                    Wording("{name} makes no statement in {article}", name=mine.name, article=article.reference)
                )
            payload["article"] = _reference(article)
            told = Wording(
                "in {article} it is not {name} who speaks but {other}",
                article=article.reference,
                name=mine.name,
                other=name,
            )
        if speaker_key(name) == speaker_key(mine.name):
            raise CorrectionError(
                Wording("{name} is the name of the speaker to be split", name=name),
                Wording("Give the other one another name."),
            )
        payload["into"] = self._target(name, mine.kind)
        payload["speaker"] = [who for who in payload["speaker"] if speaker_key(who["name"]) != speaker_key(name)]
        return self._make(CorrectionKind.SPLIT, payload, told)

    def not_said_by(self, statement: int, speaker: int | None = None, by: str | None = None) -> str:
        """Take a statement away from its speaker.

        Args:
            statement: its id.
            speaker: who did not say it; default: whoever it is attributed to first.
            by: name of who did; default: nobody knows.

        Raises:
            CorrectionError: there is no such statement, or they are not its speaker.
        """
        found = self.store.statements([statement])
        if statement not in found:
            raise CorrectionError(
                Wording("there is no statement number {number}", number=statement),
                Wording("`verbatim statements ARTICLE` shows them."),
            )
        said, article = found[statement]
        said = self.registry.corrected(said)
        content = " ".join(span.of(article.text) for span in said.content)
        shown = content if len(content) <= MOST_QUOTED_CHARS else content[: MOST_QUOTED_CHARS - 1].rstrip() + "…"
        who = said.speakers[:1] if speaker is None else tuple(self._named(speaker).ids)
        if not who or not set(said.speakers) & set(who):
            raise CorrectionError(
                Wording(
                    "statement {number} ({words}) is attributed to somebody else, or to nobody",
                    number=statement,
                    words=shown,
                )
            )
        profile = self._named(who[0])
        payload = {"speaker": self._who(profile), "article": _reference(article), "content": content}
        known = {"words": shown, "article": article.reference, "name": profile.speaker.name}
        told = Wording("{words} in {article} was not said by {name}", **known)
        if by is not None:
            name = _name(by)
            payload["into"] = self._target(name, profile.speaker.kind)
            told = Wording("{words} in {article} was not said by {name} but by {other}", **known, other=name)
        return self._make(CorrectionKind.DENY, payload, told)

    def undo(self, number: int) -> str:
        """Take a correction back.

        Raises:
            CorrectionError: there is none of that number.
        """
        known = {correction.id: correction for correction in self.all()}
        if number not in known:
            last = ", ".join(str(each) for each in list(known)[-5:])
            raise CorrectionError(
                Wording("there is no correction number {number}", number=number),
                Wording("The latest are {numbers}.", numbers=last) if last else Wording("Nothing was corrected yet."),
            )
        with writing(self.store.engine) as connection:
            connection.execute(delete(corrections).where(corrections.c.id == number))
        return Wording("Correction {number} is taken back: {told}.", number=number, told=_told(known[number]))

    def all(self) -> list[Correction]:
        """Return the corrections, oldest first."""
        with self.store.engine.connect() as connection:
            return all_corrections(connection)

    def corrections(self) -> tuple[str, ...]:
        """Return a line for each correction, with its number; oldest first."""
        idle = self.registry.idle
        return tuple(
            Wording("{number}: {told} (waits: nothing of that is there now)", number=each.id, told=_told(each))
            if each.id in idle
            else Wording("{number}: {told}", number=each.id, told=_told(each))
            for each in self.all()
        )

    def _named(self, number: int) -> Profile:
        profile = self.registry.profile(number)
        if profile is None:
            raise SpeakerNotFoundError(str(number))
        if profile.speaker.kind is SpeakerKind.UNNAMED:
            raise CorrectionError(
                Wording("{name!r} is only described, not named", name=profile.speaker.name),
                Wording("Say who made the statement instead."),
            )
        return profile

    def _rows(self, profile: Profile) -> Sequence[tuple[str, str]]:
        query = speakers.select().where(speakers.c.id.in_(profile.ids)).order_by(speakers.c.id)
        with self.store.engine.connect() as connection:
            rows = connection.execute(query).all()
        # The one that has the name of them all comes first: it stands for them.
        return sorted(
            ((row.name, row.kind) for row in rows),
            key=lambda row: speaker_key(row[0]) != speaker_key(profile.speaker.name),
        )

    def _who(self, profile: Profile) -> list[dict[str, str]]:
        return [{"name": name, "kind": kind} for name, kind in self._rows(profile)]

    def _entry_names(self, profile: Profile) -> list[str]:
        return [name for name, _ in self._rows(profile) if speaker_key(name) != speaker_key(profile.speaker.name)]

    def _target(self, name: str, kind: SpeakerKind) -> list[dict[str, str]]:
        """Return the entry that is to speak: the one of that name, else a new one."""
        same = self.registry.bearing(name)
        if same:
            return self._who(same[0])[:1]
        with writing(self.store.engine) as connection:
            speaker_row(connection, name, kind)
        return [{"name": name, "kind": kind.value}]

    def _article(self, reference: str, forms: dict[str, str], name: str) -> Article:
        try:
            return self.store.find(reference)
        except ArticleNotFoundError:
            fix = Wording("{name} is not called anything else; `verbatim list` shows the articles.", name=name)
            if forms:
                also = ", ".join(forms.values())
                fix = Wording(
                    "{name} is also called {forms}; `verbatim list` shows the articles.", name=name, forms=also
                )
            problem = Wording(
                "{words!r} is neither another form of the name {name} nor an article", words=reference, name=name
            )
            raise CorrectionError(problem, fix) from None

    def _make(self, kind: CorrectionKind, payload: dict[str, Any], told: Wording) -> Wording:
        packed = json.dumps(payload | {TOLD: [told.template, told.values]}, ensure_ascii=False)
        values = {"kind": kind.value, "payload": packed, "at": datetime.now(UTC), "note": str(told)}
        with writing(self.store.engine) as connection:
            made = connection.execute(insert(corrections).values(**values)).inserted_primary_key
        assert made is not None
        return Wording("Correction {number}: {told}.", number=made[0], told=told)


def _told(correction: Correction) -> str:
    """Return the sentence of a correction, as a wording where it was stored as one."""
    return Wording.again(*correction.payload[TOLD]) if TOLD in correction.payload else correction.note


def _reference(article: Article) -> dict[str, str | None]:
    url = canonical_url(article.url) if article.url else None
    return {"key": article.key, "url": url, "hash": article.content_hash}


def _name(words: str) -> str:
    """Return a name with its white space folded.

    Raises:
        CorrectionError: it is none.
    """
    name = " ".join(words.split())
    if not speaker_key(name) or len(name) > LONGEST_NAME or not name.isprintable():
        raise CorrectionError(
            Wording("{words!r} is not a name", words=words.strip()[:MOST_QUOTED_CHARS]),
            Wording("A name has letters, up to 200 of them."),
        )
    return name
