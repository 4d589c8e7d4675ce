"""The words that name a source, taken apart: who is meant, who only stands beside."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from corpus.mentions import Mention
from corpus.records import SpeakerKind
from corpus.roles import head, is_person_noun, singular
from corpus.vocabulary import DOCUMENTS, OWNED, words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from corpus.cast import Cast

_SPOKES = re.compile(
    r"\bspokes(?:man|woman|person)|\bpress secretary|\bcommunications (?:director|chief)|\bspeaking for", re.IGNORECASE
)
_PREPOSITION = re.compile(
    r"(?:^|[ \xa0])(?:for|of|to|by|with|at|from|against|on|in|about|behind|like|under|after|including|supporting|"
    r"backing|advising|representing|told|than)[ \xa0](?:[^,;]{0,60}[ \xa0])?$"
)
_RELATIVE = re.compile(r",?[ ](?:who|which|that|whose|whom)[ ]")
_ROLE_BEFORE = re.compile(
    r"\b(?:director|manager|chairman|chair|president|spokes\w+|leader|secretary|organizer|adviser|founder|editor|chief|"
    r"coach|lawyer|attorney)[ \xa0]$"
)
_SEPARATED = re.compile(r",|&|\b(?:and|or)\b")
_JOINT = re.compile(
    r"(?:[’']s)?(?:[ ]\([^)]*\))?(?:,?[ ](?:and|&|or|as well as|along with)[ ](?:[\w.’-]+[ ]){0,4}|,[ ])"
)
_CLOSED = re.compile(
    r",[ \xa0](?:[a-z][\w-]*[ \xa0]){0,3}$"
    r"|[ \xa0](?:spokes\w+|director|chairman|president|secretary|and|manager|adviser|leader|analyst)[ \xa0]$"
)
"""A comma closes what a preposition began ("a spokesman for the party, Rick …"), a role what a name modifies."""

_PARTS = words("some many most several other another these those all two three both an a")
_LOWER = re.compile(r"[ \xa0]([a-z][\w-]*)")
_FUNCTION = words(
    "and or of in at for who from himself herself itself also on with as the to is was a an which whose in"
)
_SPACE = re.compile(r"\s+")
_OWNS = re.compile(r"[’']s?$")
_POSSESSIVE = re.compile(r"^[’']s?\s*")
_DETERMINER = re.compile(
    r"^(the|an?|this|that|these|those|his|her|its|their|my|our|your|one|another|some|many|several|most|all|two|three|"
    r"both|other)[ ]",
    re.IGNORECASE,
)


@dataclass(slots=True)
class Phrase:
    """A source's words.

    Attributes:
        start: first character of the source.
        words: the words, white space folded.
        people: mentions of the people who are meant, in text order.
        organisations: mentions of organisations: the ones meant where there are no people, else all in the phrase.
        owner: whose the noun is: a mention, or a pronoun folded; None without one.
        determiner: the folded determiner, "" without one.
        noun: the folded head.
        noun_phrase: the phrase without determiner or owner.
        is_description: no name in it is meant itself ("Miller aides").
        is_spokesperson: who speaks, speaks for somebody.
    """

    start: int
    words: str
    people: list[Mention] = field(default_factory=list)
    organisations: list[Mention] = field(default_factory=list)
    owner: Mention | str | None = None
    determiner: str = ""
    noun: str = ""
    noun_phrase: str = ""
    is_description: bool = False
    is_spokesperson: bool = False


def read(text: str, place: tuple[int, int], names: Sequence[Mention], cast: Cast) -> Phrase:
    """Take a source apart.

    Args:
        text: the article's text.
        place: first character of the source, and the character after it.
        names: the names of the article, in text order.
        cast: who they are.
    """
    start, end = place
    phrase = Phrase(start, _OWNS.sub("", _SPACE.sub(" ", text[start:end]).strip(" ,;:")))
    inside: list[Mention] = []
    for mention in names[bisect_right(names, start, key=lambda m: m.end) :]:
        if mention.start >= end:
            break
        if mention.start in cast.by_start:
            inside.append(mention)
    match = _DETERMINER.match(phrase.words)
    phrase.determiner = match.group(1).lower() if match else ""
    phrase.noun_phrase = phrase.words[match.end() :] if match else phrase.words
    phrase.noun = head(phrase.noun_phrase)
    phrase.is_spokesperson = bool(_SPOKES.search(phrase.words))
    relative = _RELATIVE.search(text, start, end)
    limit = relative.start() if relative else end
    heads = [m for m in inside if m.start < limit and _is_head(text, place, m)]
    phrase.people = _people(text, start, [m for m in heads if cast.by_start[m.start].kind is SpeakerKind.PERSON])
    bodies = [m for m in inside if cast.by_start[m.start].kind is SpeakerKind.ORGANISATION]
    if phrase.people:
        phrase.organisations = bodies
        return phrase
    # "Some Democrats" are not the Democrats.
    phrase.organisations = [m for m in bodies if m in heads and phrase.determiner not in _PARTS]
    phrase.is_description = not phrase.organisations
    if phrase.is_description:
        _find_owner(text, place, inside, phrase)
        if not isinstance(phrase.owner, Mention) and phrase.noun in DOCUMENTS:
            phrase.organisations = bodies
    return phrase


def _people(text: str, start: int, named: list[Mention]) -> list[Mention]:
    """Return who of the people in a source is meant: the first, and those coordinated with them."""
    if len(named) > 1:
        between = text[named[0].end : named[-1].outer]
        if _ROLE_BEFORE.search(text, start, named[-1].outer) and not _SEPARATED.search(between):
            # "Fight for Fifteen organizing director Ann Lee": what stands before the role is part of it.
            return [named[-1]]
    meant = named[:1]
    for mention in named[1:]:
        if _JOINT.fullmatch(text[meant[-1].end : mention.outer]):
            meant.append(mention)
    return meant


def _find_owner(text: str, place: tuple[int, int], inside: Sequence[Mention], phrase: Phrase) -> None:
    """Find whose the noun of a phrase is ("her campaign", "Miller's lawyer")."""
    start, end = place
    if phrase.determiner in ("his", "her", "its", "their", "my", "our"):
        phrase.owner = phrase.determiner
    for mention in inside:
        if mention.possessive and not _PREPOSITION.search(text[start : mention.outer]):
            phrase.owner = mention
            phrase.noun_phrase = _SPACE.sub(" ", _POSSESSIVE.sub("", text[mention.end : end])).strip()
            phrase.noun = head(phrase.noun_phrase)
            break


def _is_head(text: str, place: tuple[int, int], mention: Mention) -> bool:
    """Tell whether a name is itself the source, not a modifier, an owner or behind a preposition."""
    start, end = place
    behind = text[mention.end : end]
    if mention.possessive and behind.strip(" ’'s,"):
        return False
    before = text[start : mention.outer]
    if _PREPOSITION.search(before) and not _CLOSED.search(before):
        return False
    after = _LOWER.match(behind)
    if after is None:
        return True
    word = after.group(1)
    if word in OWNED or word in DOCUMENTS or is_person_noun(word) or is_person_noun(singular(word)):
        return False
    return word in _FUNCTION
