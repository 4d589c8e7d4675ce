"""Following up: what a short question means after another one.

"and about Russia?" keeps who was asked about, "and Kim?" keeps what about, "what about last week?" keeps both, "who
else?" leaves out who was heard already. What follows is written out as a full question, so that it can be shown to
who asked and is then understood like any other (`index.asking`). A text that is a full question by itself follows
nothing, whatever was asked before it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from rapidfuzz.distance import OSA

from index.asking import parse, tidy
from index.days import days
from index.fragments import (
    ABOUT,
    BY,
    EITHER,
    FILLING,
    HE,
    HIS,
    IT,
    NO_TOPIC,
    OPENING,
    PLAIN,
    SWAPPED,
    TRAILING,
    WHEN,
    is_a_clause,
)
from index.nations import NATIONS
from index.publishers import publisher
from index.records import QuestionKind
from index.wording import capital, limits, parted, worded

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date

    from index.records import Question

MOST_WORDS = 14
"""Longer texts say all of what they ask."""

MOST_NAMED_WORDS = 7
"""Words of the longest phrase that is taken for the new speaker or topic."""

LEAST_SLIP = 4
"""Letters of the shortest fragment in which a slip of the finger is forgiven: "who" and "why" are one apart."""


class Asks(StrEnum):
    """What a text that follows up asks for."""

    QUESTION = "question"
    """A full question, as it was written out."""

    WHEN = "when"
    """When and where the last answer's passages were published."""

    SINCE = "since"
    """The same, the earliest first."""

    MORE = "more"
    """More of the last answer."""

    UNCLEAR = "unclear"
    """Something that was not asked before, or that is not remembered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Followed:
    """What a text means after a question.

    Attributes:
        question: the full question, for `Asks.QUESTION`; else "".
        same_speaker: whether it asks about the speaker of the question before.
        others: whether those who were heard already are left out.
    """

    asks: Asks
    question: str = ""
    same_speaker: bool = False
    others: bool = False


OF_THE_ANSWER: Final = {"when": Asks.WHEN, "where": Asks.WHEN, "since when": Asks.SINCE, "more": Asks.MORE}
"""Fragments that ask about the last answer itself."""

UNCLEAR: Final = Followed(asks=Asks.UNCLEAR)


@dataclass(frozen=True, slots=True)
class Known:
    """What is known when a text is read.

    Attributes:
        today: the day as of which "last week" is meant.
        publishers: names of the publishers that there are.
        knows: tells whether words name somebody who is known to speak.
    """

    today: date
    publishers: Sequence[str] = ()
    knows: Callable[[str], bool] = lambda _: False


def follow(text: str, previous: Question | None, known: Known) -> Followed | None:
    """Tell what a text means after a question.

    Args:
        text: the text as it was written.
        previous: the question before, `speaker` being the full name where it is known; None for none.
        known: what is known.

    Returns:
        What it asks for, or None when it is a question of its own.
    """
    plain = " ".join(text.split())
    if len(plain.split()) > MOST_WORDS:
        return None
    opened = OPENING.match(plain)
    goes_on = bool(opened and opened["and"])
    bare = TRAILING.sub("", tidy(plain[opened.end() :] if opened else plain)).strip()
    asks = _fragment(bare)
    if asks is not None:
        return _bare(asks, previous)
    if previous is None or not bare:
        return None
    return _referring(bare, previous, known) or _new_part(bare, previous, known, goes_on=goes_on, asked="?" in plain)


def _fragment(bare: str) -> str | None:
    """Return the plain fragment that a text is, slips forgiven; None when it is something else."""
    low = bare.lower()
    if WHEN.fullmatch(low):
        return "since when" if low.startswith("since") else "when"
    if low in PLAIN:
        return PLAIN[low]
    near = [each for each in PLAIN if len(each) >= LEAST_SLIP and OSA.distance(low, each) == 1]
    return PLAIN[near[0]] if near and len(low) >= LEAST_SLIP and low not in NO_TOPIC else None


def _bare(asks: str, previous: Question | None) -> Followed:
    """Read a fragment that names nothing."""
    if previous is None:
        return UNCLEAR
    swapped = _swapped(asks, previous)
    if swapped is not None:
        return swapped
    if asks in OF_THE_ANSWER:
        return Followed(asks=OF_THE_ANSWER[asks])
    topic = parted(previous.topic)[1]
    if asks == "why" and previous.kind is QuestionKind.SAID and previous.speaker is not None:
        about = f" about {topic}" if topic else ""
        why = f"Why did {previous.speaker} say that{about}{limits(previous)}?"
        return Followed(asks=Asks.QUESTION, question=why, same_speaker=True)
    if asks == "who else" and previous.kind is not QuestionKind.GENERAL and topic:
        who = worded(replace(previous, kind=QuestionKind.WHO, speaker=None))
        return Followed(asks=Asks.QUESTION, question=who, others=True)
    return UNCLEAR


def _swapped(asks: str, previous: Question) -> Followed | None:
    """Ask a question about what happened again, with another question word."""
    found = SWAPPED.match(previous.topic) if previous.kind is QuestionKind.GENERAL else None
    if found is None or asks not in {"why", "how", "where"}:
        return None
    again = replace(previous, topic=f"{asks} {found['rest']}")
    return Followed(asks=Asks.QUESTION, question=worded(again))


def _referring(bare: str, previous: Question, known: Known) -> Followed | None:
    """Read a question that names the speaker or the topic of the one before by a pronoun."""
    speaker, topic = previous.speaker, parted(previous.topic)[1]
    if previous.kind is QuestionKind.GENERAL:
        return None
    found, kept, full = False, False, bare
    if speaker is not None:
        for pattern, name in ((HE, speaker), (HIS, _possessive(speaker))):
            replaced = pattern.sub(lambda match, put=name: f"{match['before']}{put}", full, count=1)  # type: ignore[misc]
            found = kept = kept or replaced != full
            full = replaced
    if match := IT.match(full):
        meant = speaker if match["it"].lower() in {"him", "her"} else topic
        asks = parse(full, today=known.today, publishers=known.publishers, knows=known.knows).kind
        if meant and asks is not QuestionKind.GENERAL:
            full, found = f"{match['before']} {meant}", True
    return Followed(asks=Asks.QUESTION, question=f"{capital(full)}?", same_speaker=kept) if found else None


def _new_part(bare: str, previous: Question, known: Known, *, goes_on: bool, asked: bool) -> Followed | None:
    """Read a text that names another topic, another speaker, other days or another publisher."""
    limited = _limited(bare, previous, known, goes_on=goes_on)
    if limited is not None or previous.kind is QuestionKind.GENERAL:
        return limited
    if match := ABOUT.match(bare):
        return _about(match["what"], previous, known)
    if match := BY.match(bare):
        return _by(match["who"], previous) if known.knows(match["who"]) else None
    if match := EITHER.match(bare):
        return _either(match["what"], previous, known)
    return _going_on(bare, previous, known, asked=asked) if goes_on else None


def _going_on(bare: str, previous: Question, known: Known, *, asked: bool) -> Followed | None:
    """Read what stands behind "and": a question to somebody else, or a mere name."""
    question = parse(bare, today=known.today, publishers=known.publishers, knows=known.knows)
    if question.kind is QuestionKind.SAID and question.speaker and not question.topic and known.knows(question.speaker):
        return _by(question.speaker, previous)
    # "and good night" asks nothing.
    named = bare[:1].isupper() or bare.lower().startswith(("the ", "his ", "her ", "their "))
    return _either(bare, previous, known) if asked or named else None


def _limited(bare: str, previous: Question, known: Known, *, goes_on: bool) -> Followed | None:
    """Read a text that names nothing but days or a publisher."""
    match = EITHER.match(bare)
    words = match["what"] if match else bare
    found = days(words, known.today)
    rest, named = publisher(found.rest, known.publishers)
    has_days = found.since is not None or found.until is not None
    if FILLING.sub("", rest).strip(" ,?") or not (has_days or named) or not (match or goes_on or has_days):
        return None
    if previous.kind is not QuestionKind.GENERAL and not previous.speaker and not previous.topic:
        return None
    kept = replace(
        previous,
        since=found.since if has_days else previous.since,
        until=found.until if has_days else previous.until,
        publisher=named or previous.publisher,
    )
    return Followed(asks=Asks.QUESTION, question=worded(kept), same_speaker=previous.kind is QuestionKind.SAID)


def _about(what: str, previous: Question, known: Known) -> Followed | None:
    """Ask the same about something else; days that it names stand in the place of those before."""
    topic = what.strip(" ,")
    if is_a_clause(topic) or topic.lower() in NO_TOPIC or len(topic.split()) > MOST_NAMED_WORDS:
        return None
    found = days(topic, known.today)
    if found.since is not None or found.until is not None:
        previous = replace(previous, since=None, until=None)
    verb = parted(previous.topic)[0] if previous.kind is QuestionKind.WHO else ""
    same = previous.kind is QuestionKind.SAID and previous.speaker is not None
    full = worded(replace(previous, topic=f"{verb} {topic}".strip()))
    return Followed(asks=Asks.QUESTION, question=full, same_speaker=same)


def _by(who: str, previous: Question) -> Followed | None:
    """Ask the same of somebody else."""
    if is_a_clause(who) or len(who.split()) > MOST_NAMED_WORDS:
        return None
    asked = replace(previous, kind=QuestionKind.SAID, speaker=who.strip(" ,"))
    return Followed(asks=Asks.QUESTION, question=worded(asked))


def _either(what: str, previous: Question, known: Known) -> Followed | None:
    """Ask the same of somebody else, if the words name a speaker, else about something else; countries are topics."""
    if match := ABOUT.match(what):
        return _about(match["what"], previous, known)
    is_nation = what.lower().removeprefix("the ") in NATIONS
    if not is_nation and what.lower() not in NO_TOPIC and known.knows(what):
        return _by(what, previous)
    return _about(what, previous, known)


def _possessive(name: str) -> str:
    return f"{name}'" if name.endswith("s") else f"{name}'s"
