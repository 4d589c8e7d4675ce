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

MOSTLY_WORDS: Final = frozenset({"who", "it", "am"})
"""Those of them that, in lower case, mean the abbreviation only after "the": "who said that?", "the who"."""

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
    """Return the terms of a passage, in the order of the text; with a long form stands its abbreviation.

    Among capitals, as in "WASHINGTON – US officials", "US" may be either, and becomes both terms.
    """
    return list(_with_abbreviations(list(_terms(text, asked=False))))


def question_terms(text: str) -> list[str]:
    """Return the terms of a question.

    People type questions in lower case: "us" there stands for the word and for the abbreviation.
    """
    return list(_with_abbreviations(list(_terms(text.lower() if text.isupper() else text, asked=True))))


def fold(word: str) -> str:
    """Return a word in lower case, without diacritics, compatibility forms and whatever is no letter or digit."""
    if word.isascii():
        return word.lower()
    decomposed = unicodedata.normalize("NFKD", word).casefold()
    bare = "".join(character for character in decomposed if character.isalnum())
    return unicodedata.normalize("NFC", bare)


_ASKING = """
    a about according after all am an and any anything are as asked at be because been before being but by call called
    can comment commented comments could describe did do does done explain for from give had has have he her him his how
    i in into is it its just me mention mentioned my of on or our please position regarding remark remarks reply respond
    responded s said say saying says she should show so some speak spoke statement t talk talked tell that the their
    them there they think thinks this thought to told us view views was we were what when where which who whom whose why
    will with would you your
"""
QUESTION_WORDS: Final = frozenset(fold(word) for word in _ASKING.split())
"""Words by which people ask rather than what they ask for. Only questions lose them; "US" is another term than "us"."""

COMMONEST: Final = """
    a about after all am an and any as at be because been before but by can could did do for from had has have he her
    him his how i in into is it its me my of on or our s she should so t that the their them there they this to was we
    were what when where which who whom whose why will with would you your
"""
"""Those of them that `index.forward` leaves out: half of all that is said."""


def _terms(text: str, *, asked: bool) -> Iterator[str]:
    """Yield the terms of each token: the word that it is, and the abbreviation that it may be as well."""
    bare = _POSSESSIVE.sub("", unicodedata.normalize("NFC", text))
    matches = list(_TOKEN.finditer(bare))
    for position, match in enumerate(matches):
        token = match.group()
        if match.lastgroup == "dotted":
            yield _abbreviation(token.replace(".", ""))
        elif match.lastgroup == "number":
            yield token.replace(",", "")
        elif _CJK.search(token):
            yield from _pairs(token)
        elif token.casefold() in SAME or (_is_abbreviation(token) and not _shouted(matches, position)):
            yield _abbreviation(token)
        else:
            folded = fold(token)
            yield folded
            before = matches[position - 1].group().casefold() if position else ""
            meant = asked and (folded not in MOSTLY_WORDS or before == "the")
            if folded in WORDS_TOO and (meant or _is_abbreviation(token)):
                yield ABBREVIATION + folded


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
