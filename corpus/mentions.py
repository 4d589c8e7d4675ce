"""Names in a text: runs of capitalised words, with what stands around them.

There is no model here: capitals, abbreviations, particles and the article's own lower-case words decide what is a name.
Whether a name is a person's or an organisation's is decided where all its mentions are known (`corpus.cast`).
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from ftfy import fix_encoding

from corpus.ground import ABBREVIATION, UPPER, Ground
from corpus.names import PARTICLES, TITLES, fold
from corpus.roles import is_first_name, is_person_noun
from corpus.vocabulary import NOT_FIRST, ORGANISATIONS, ORGANISED, SMALL, STOP

if TYPE_CHECKING:
    from collections.abc import Iterator

_LETTER = r"(?:[\w\u0300-\u036f]|(?<=[ÃÂ\u0302\u0303])[\x80-\xbf])"
"""A letter, the accent of one written apart, or the second half of one whose UTF-8 was read as Latin-1 ("PeÃ±a")."""

_WORD = (
    rf"(?:{ABBREVIATION}|(?:{UPPER}\.[ ]?)*(?:{UPPER}\.)(?!\w)|(?:al-|el-|as-|ul-|d[’'])?{UPPER}{_LETTER}*"
    rf"(?:[-’'‐&](?!s\b){_LETTER}+)*)"
)
_PARTICLE = (
    r"(?:(?:van|von|der|den|de|del|della|di|da|do|dos|du|la|le|bin|ibn|bint|al|el|in(?=[ \xa0][’']t)|ten|ter|[’']t|y)"
    r"[ \xa0])"
)
_NAME = re.compile(
    rf"(?<![\w’'])(?:(?:de|van|von|der)[ ])?{_WORD}"
    rf"(?:[ \xa0](?:(?:{_PARTICLE}){{1,2}}|[\"“(‘]{UPPER}\w+[\"”)’][ \xa0])?{_WORD})*"
    r"(?:,?[ ](?:Jr|Sr)\b\.?)?"
)
_POSSESSIVE = re.compile(r"[’']s?(?!\w)")
_LOWER = re.compile(r"(?<![\w’'])[a-z]+(?:-[a-z]+)*(?![\w])")
_JOINER = re.compile(r"[ \xa0](?:of|for|and|&|on|in|to)[ \xa0](?:the[ \xa0])?$")
_EDGE = " \xa0,"
_OFFICE = re.compile(
    r"(?:[A-Z][\w.’'-]*[ \xa0]){0,3}(?:Secretary|Minister|Director|Chief|Undersecretary|Chancellor|Speaker|Leader)"
    r"[ \xa0]of[ \xa0](?:the[ \xa0])?(?:[A-Z][\w&’'-]*[ \xa0]){1,3}?(?P<first>[A-Z][\w.’'-]*)[ \xa0][A-Z]"
)
_BETWEEN_BLANKS = re.compile(r"[^ \xa0,]+")
_OPENS = re.compile(r"[“\"‘':][ \xa0]?$")
_ANY = re.compile(r"[^\W\d_][\w’'-]*")
_CAPITALISED = re.compile(rf"(?<![\w’'-]){UPPER}{_LETTER}*(?:[-’'‐&](?!s\b){_LETTER}+)*")
_SHORT = re.compile(r"(?:[A-Z]\.)+|Jr\.?|Sr\.?")
_STOPPED = re.compile(rf"\.[ \xa0]({UPPER}{_LETTER}*)(?=$|[ \xa0])")
_PARTY = re.compile(r"(?:[RDI]|Rep|Dem|Lab|Con)[-–—][A-Z]\w*\.?(?:\.[A-Z]\.)*")
_FEWEST = 5
"""Words that a headline has at least, small words aside; one in ten may be lower case."""

_HEADLINE = 200
"""Characters that a headline has at most."""


@dataclass(frozen=True, slots=True)
class Mention:
    """One name at one place.

    Attributes:
        start: first character of the name itself, behind its titles.
        end: character after the name, without a possessive.
        outer: first character of the titles in front of it.
        name: the words of the name, with letters as they should read where the text's are garbled.
        title: capitalised words in front that are not part of the name ("Judicial Watch President", "Mr.").
        possessive: True when "'s" follows.
        quoted: True inside a quotation.
        sentence: number of its sentence, from 0.
    """

    start: int
    end: int
    outer: int
    name: str
    title: str
    possessive: bool
    quoted: bool
    sentence: int


def mentions(ground: Ground) -> list[Mention]:
    """Find the names of a text, in text order, never overlapping."""
    text = ground.text
    common = set(_LOWER.findall(text))
    inner = _inner(ground)
    runs: list[tuple[int, int, bool]] = []
    for start, end in _pieces(ground, inner):
        start = _begin(ground, start, end, common, inner)  # noqa: PLW2901 - cut
        if start >= end:
            continue
        after = _POSSESSIVE.match(text, end)
        owns = after is not None and (after.end() > end + 1 or text[end - 1] in "sSxz")
        previous = runs[-1] if runs else None
        if previous and not previous[2] and _belongs(text, previous, start):
            runs[-1] = (previous[0], end, owns)
        else:
            runs.append((start, end, owns))
    return [m for run in runs if (m := _mention(ground, *run)) is not None]


def _is_headline(text: str) -> bool:
    """Tell whether a paragraph is written in title case or capitals: capitals tell nothing there."""
    if len(text) > _HEADLINE:
        return False
    words = [w for w in _ANY.findall(text) if w.lower() not in STOP]
    lower = sum(1 for w in words if w[0].islower())
    return len(words) >= _FEWEST and lower <= len(words) // 10


def _is_title(run: str) -> bool:
    """Tell whether a run of capitalised words is a title or headline within other text ("Storm Is Over Says Lee")."""
    words = run.split()
    titled = any(fold(w) in TITLES for w in words[:-1])
    return (len(words) > _FEWEST and not titled) or any(
        word in SMALL and not before.endswith(".") for before, word in pairwise(words)
    )


def _inner(ground: Ground) -> set[str]:
    """Return the words that are capitalised within sentences, outside headlines: parts of names."""
    text = ground.text
    edges = [*ground.paragraphs, len(text)]
    ground.headlines = [_is_headline(text[a:b]) for a, b in pairwise(edges)]
    starts = set(ground.sentences)
    found: set[str] = set()
    for run in _NAME.finditer(text):
        if ground.is_headline(run.start()) or _is_title(run.group()):
            ground.titled.add(run.start())
    title = 0
    for match in _CAPITALISED.finditer(text):
        at = match.start()
        if at < title or ground.is_headline(at):
            continue
        if at in ground.titled:
            title = _NAME.match(text, at).end()  # type: ignore[union-attr]
            continue
        word = match.group()
        if word not in found and at not in starts and not _OPENS.search(text, max(0, at - 2), at):
            found.add(word)
    return found


def _pieces(ground: Ground, inner: set[str]) -> Iterator[tuple[int, int]]:
    """Yield runs of capitalised words; in headlines only words that are names elsewhere, cut at all others."""
    text = ground.text
    for match in _NAME.finditer(text):
        start, end = match.span()
        if start in ground.titled:
            yield from _titled(text, start, end, inner)
            continue
        # "… in the U.S. They …": a run does not go on over the end of a sentence.
        for stop in _STOPPED.finditer(text, start, end):
            if stop.group(1).lower() in STOP:
                yield start, stop.start() + 1
                start = stop.start(1)
        yield start, end


def _titled(text: str, start: int, end: int, inner: set[str]) -> Iterator[tuple[int, int]]:
    """Yield what a run in title case holds of names elsewhere, with first names and titles before them."""
    capitals = text[start:end].isupper()
    kept: tuple[int, int] | None = None
    first: int | None = None
    for word in _BETWEEN_BLANKS.finditer(text, start, end):
        plain = word.group().capitalize() if capitals else word.group()
        if plain in inner or (kept and _SHORT.fullmatch(plain)) or fold(plain) in TITLES:
            begins = word.start() if first is None else first
            kept = (kept[0] if kept else begins, word.end())
            first = None
            continue
        if kept:
            yield kept
            kept = None
        first = word.start() if plain not in SMALL and is_first_name(fold(plain)) else None
    if kept:
        yield kept


def _begin(ground: Ground, start: int, end: int, common: set[str], inner: set[str]) -> int:
    """Skip the words at the beginning of a run that are capitalised for another reason than being a name."""
    text = ground.text
    while start < end:
        cut = _word_end(text, start, end)
        word = text[start:cut]
        low = word.lower().replace("'", "’")
        first = not text[ground.sentence_start(start) : start].strip(" \xa0\"“‘'«([—–-•*")
        opens = first or text[max(0, start - 2) : start].strip(" \xa0")[-1:] in ("“", '"', "‘", ":", "—")
        ordinary = low in STOP or (
            opens
            and low in common
            and fold(word) not in TITLES
            and not word.isupper()
            and (cut == end or (word not in inner and low not in NOT_FIRST))
        )
        if opens and not ordinary and word not in inner and cut < end and fold(word) not in TITLES:
            following = text[cut:end].strip(_EDGE)
            ordinary = following in inner and word.endswith(("ed", "ing", "ly"))
        if not ordinary or (word.endswith(".") and len(word) == 2):  # noqa: PLR2004 - an initial
            return start
        start = cut
        while start < end and text[start] in _EDGE:
            start += 1
    return start


def _word_end(text: str, start: int, end: int) -> int:
    at = start
    while at < end and text[at] not in _EDGE:
        at += 1
    return at


def _belongs(text: str, previous: tuple[int, int, bool], start: int) -> bool:
    """Tell whether a run goes on over "of" or "for": only where the run before ends in such a word."""
    joint = _JOINER.search(text, previous[1], start)
    if joint is None or joint.start() != previous[1] or joint.end() != start:
        return False
    words = text[previous[0] : previous[1]].split()
    last = fold(words[-1])
    linked = joint.group().split(maxsplit=1)[0]
    if linked in ("of", "for", "on"):
        return last in ORGANISED
    return linked == "&" or (linked == "and" and len(words) > 1 and last in ORGANISED and words[0] == "Department")


def _mention(ground: Ground, start: int, end: int, owns: bool) -> Mention | None:  # noqa: FBT001 - internal
    """Cut the titles off a run; None for a run of titles only or without letters."""
    text = ground.text
    end = start + len(text[start:end].rstrip(_EDGE))
    outer, start = start, _behind_titles(text, start, end)
    start = _behind_epithet(text[start:end], start)
    name = fix_encoding(unicodedata.normalize("NFC", text[start:end]))
    if not any(c.isalpha() for c in name) or len(name) == 1 or _PARTY.fullmatch(name):
        return None
    if start == outer and " " not in name and fold(name) in TITLES and not owns and name.find(".") == len(name) - 1:
        return None
    quoted = ground.quote(start) is not None
    return Mention(start, end, outer, name, text[outer:start].strip(), owns, quoted, ground.sentence(start))


def _behind_titles(text: str, start: int, end: int) -> int:
    """Return where the name begins behind its titles ("House Speaker Paul Ryan")."""
    office = _OFFICE.match(text, start, end)
    if office is not None and is_first_name(fold(office["first"])):
        return office.start("first")  # "Secretary of State Ann Lee"
    at = start
    cuts: list[int] = []
    while at < end:
        cut = _word_end(text, at, end)
        rest = cut
        while rest < end and text[rest] in _EDGE:
            rest += 1
        word = text[at:cut]
        following = fold(text[rest : _word_end(text, rest, end)])
        if rest < end and (
            fold(word) in TITLES or (is_person_noun(word) and is_first_name(following) and following not in PARTICLES)
        ):
            cuts.append(rest)
        at = max(rest, at + 1)
    for cut in reversed(cuts):
        # "Justice Department": an office in front of a word that no person is called is part of the name.
        if not any(fold(w) in ORGANISED or fold(w) in ("of", "for") for w in text[cut:end].split()):
            return cut
    return start


def _behind_epithet(name: str, start: int) -> int:
    """Return where a name begins behind words that stand before a first name and are none ("Republican Ann Lee")."""
    words = name.split()
    if {fold(w) for w in words} & (ORGANISED | ORGANISATIONS | NOT_FIRST):
        return start
    for at, word in enumerate(words[:-2]):
        if is_first_name(fold(word)) or len(fold(word)) <= 1:
            break
        if is_first_name(fold(words[at + 1])) and words[at + 1][-1] != ".":
            return start + len(name) - len(" ".join(words[at + 1 :]))
    return start
