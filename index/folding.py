"""Folding: from text to the terms under which it is found. Only copies are folded, never what is shown.

Terms are lower case without diacritics; hyphens and possessives fall away ("Kim Jong-un's" meets "Kim Jong Un").
Abbreviations with and without full stops meet ("U.S.", "U.S", "US"), also with what they stand for ("United States").
One that is a common word too ("US", "IT", "WHO") becomes a term of its own, so that "us" does not find it, nor it "us".
Chinese, Japanese and Korean, which are not separated into words the same way, become pairs of characters.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

ABBREVIATION: Final = "0"
"""Stands before an abbreviation that is a common word too; a digit, so that no stemmer touches it."""

WORDS_TOO: Final = frozenset({"us", "un", "it", "who", "ice", "aids", "dot", "am"})
"""Abbreviations that are also words (or, like "un", parts of names)."""

LONG_FORMS: Final = {
    ("united", "states"): "us",
    ("united", "kingdom"): "uk",
    ("united", "nations"): "un",
    ("european", "union"): "eu",
    ("world", "health", "organization"): "who",
    ("world", "health", "organisation"): "who",
    ("federal", "bureau", "of", "investigation"): "fbi",
    ("central", "intelligence", "agency"): "cia",
}
"""Names whose abbreviations are used beside them in one and the same article."""

SAME: Final = {"usa": "us"}

_TOKEN = re.compile(
    r"(?P<dotted>(?<![\w.])(?:[^\W\d_]\.){1,5}[^\W\d_](?![\w])\.?)"
    r"|(?P<number>\d+(?:[.,]\d+)+)"
    r"|(?P<word>[^\W_]+)"
)
_POSSESSIVE = re.compile(r"(?<=\w)['’ʼ`´]s?\b", re.IGNORECASE)
_CJK = re.compile(r"[\u1100-\u11ff\u3040-\u30ff\u3130-\u318f\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3\uf900-\ufaff]+")
_LONG_FORM_STARTS = frozenset(words[0] for words in LONG_FORMS)
_LONGEST_ABBREVIATION = 5


def terms(text: str) -> list[str]:
    """Return the terms of a passage, in the order of the text; long forms are followed by their abbreviation."""
    return list(_with_abbreviations([term for group in _groups(text) for term in group[:1]]))


def question_terms(text: str) -> list[str]:
    """Return the terms of a question.

    People type questions in lower case: "us" there stands for the word and for the abbreviation.
    """
    shouted = text.isupper()
    found: list[str] = []
    for group in _groups(text.lower() if shouted else text):
        found += group
    return list(_with_abbreviations(found))


def fold(word: str) -> str:
    """Return a word in lower case, without diacritics and compatibility forms."""
    if word.isascii():
        return word.lower()
    decomposed = unicodedata.normalize("NFKD", word.casefold())
    bare = "".join(character for character in decomposed if not unicodedata.combining(character))
    return unicodedata.normalize("NFC", bare)


def _groups(text: str) -> Iterator[list[str]]:
    """Yield for each token its terms: first the one that it is, then one that it may also stand for."""
    bare = _POSSESSIVE.sub("", text)
    matches = list(_TOKEN.finditer(bare))
    for position, match in enumerate(matches):
        token = match.group()
        if match.lastgroup == "dotted":
            yield [_abbreviation(token.replace(".", ""))]
        elif match.lastgroup == "number":
            yield [token.replace(",", "")]
        elif _CJK.search(token):
            yield from ([pair] for pair in _pairs(token))
        elif _is_abbreviation(token) and not _shouted(matches, position):
            yield [_abbreviation(token)]
        else:
            folded = fold(token)
            yield [folded, ABBREVIATION + folded] if folded in WORDS_TOO else [folded]


def _is_abbreviation(token: str) -> bool:
    return 1 < len(token) <= _LONGEST_ABBREVIATION and token.isalpha() and token.isupper()


def _shouted(matches: list[re.Match[str]], position: int) -> bool:
    """Tell whether a token in capitals stands among others, as in a headline all in capitals."""
    around = [matches[at].group() for at in (position - 1, position + 1) if 0 <= at < len(matches)]
    return any(token.isalpha() and token.isupper() and len(token) > _LONGEST_ABBREVIATION for token in around)


def _abbreviation(token: str) -> str:
    folded = fold(token)
    folded = SAME.get(folded, folded)
    return ABBREVIATION + folded if folded in WORDS_TOO else folded


def _with_abbreviations(found: list[str]) -> Iterator[str]:
    for position, term in enumerate(found):
        yield term
        if term in _LONG_FORM_STARTS:
            for words, short in LONG_FORMS.items():
                if tuple(found[position : position + len(words)]) == words:
                    yield _abbreviation(short)


def _pairs(token: str) -> Iterator[str]:
    """Split a token into runs of one script, and runs of Chinese, Japanese or Korean into pairs of characters."""
    at = 0
    for run in _CJK.finditer(token):
        if run.start() > at:
            yield fold(token[at : run.start()])
        characters = unicodedata.normalize("NFKC", run.group())
        yield from (characters[i : i + 2] for i in range(max(1, len(characters) - 1)))
        at = run.end()
    if at < len(token):
        yield fold(token[at:])
