"""Whether a name is a person's, by its words and what stands around it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from corpus.names import TITLES, fold, is_surname_first
from corpus.roles import is_first_name, is_person_noun, is_surname, role_after, role_before, singular, uses
from corpus.vocabulary import NOT_FIRST, ORGANISATIONS, PLACES

if TYPE_CHECKING:
    from corpus.mentions import Mention

VERBAL = re.compile(
    r"[ \xa0](?:(?:has|have|had|also|later|then|further|himself|herself|repeatedly|recently)[ ])?"
    r"(?:said|says|told|tells|added|adds|wrote|writes|tweeted|argued|argues|noted|notes|explained|insisted|replied|asked|"
    r"acknowledged|recalled|continued|testified|joked|declared|who|criti[cs]i[sz]ed|vowed|promised|suggested|warned)\b"
)
_SAID_BEFORE = re.compile(r"(?:said|says|told|added|wrote|replied|asked|explained|recalled)[ \xa0]$")
_AGE = re.compile(r",[ ](?:age[d]?[ ])?\d{1,2}[,.]|[ ]\((?:[RDI]|Rep|Dem)[.\-–—][^)]{2,20}\)")
_APPOSED = re.compile(r",[ ](?:an?|the|who|of|from|\d\d)[ ,]|[ ]\(")
_DEMONYM = re.compile(r"(?:[aei]ans?|ese|ish|ists?|crats?|icans?|ics?)$")
_CAMEL = re.compile(r"^(?!Mc|Mac|De|Di|La|Le|Van|O[’'])[A-Z][a-z]+[A-Z]")
_LABEL = re.compile(r"(?:[ ]\([^)]*\))?:[ ]")
_SERVES = re.compile(r"([\w-]+) (?:of|for|at) (?:the )?$")
_KNOWN = 3
"""Languages in which a first name is in use before it makes a person of "Law" or "Church"."""
_MOST = 4
"""Tokens that a person's name has at most, particles aside."""


def is_human(text: str, mention: Mention, said: frozenset[int]) -> float:
    """Weigh whether a name is a person's: above 0 yes, below 0 no, by its words and what stands around it.

    Args:
        text: the article's text.
        mention: one mention of the name.
        said: positions at which sources of statements begin.
    """
    tokens = [fold(t) for t in mention.name.replace("-", " ").split()]
    score = 3.0 if mention.title and fold(mention.title.split()[-1]) in TITLES else 0.0
    organised = tokens[1:] or tokens
    if any(t in ORGANISATIONS or t in ("of", "for", "the") for t in organised) or "&" in mention.name:
        surnamed = len(tokens) == 2 and uses(tokens[0]) > _KNOWN and mention.name.isascii()  # noqa: PLR2004 - two words
        score -= 2 if surnamed else 4  # "Don Guardian", "Steven Law"
    if any(t in PLACES for t in tokens) and not mention.title:
        score -= 2 if len(tokens) > 1 else 3
    if len(tokens) > 1:
        score += _full(text, mention, tokens, score)
    elif not mention.title:
        score += _single(text, mention, tokens[0])
        score += mention.outer in said and (is_first_name(tokens[0]) or is_surname(tokens[0]))
    return score + _around(text, mention, said) - 2 * (len(tokens) > _MOST)


def _full(text: str, mention: Mention, tokens: list[str], so_far: float) -> float:
    """Weigh the words of a name of several."""
    score = 2.0 * is_first_name(tokens[0]) - 3 * (tokens[0] in NOT_FIRST) + 2 * is_surname_first(mention.name)
    score += any(len(t) == 1 for t in tokens[:-1])
    if not score and not so_far:
        score = 1.5 * bool(_APPOSED.match(text, mention.end)) - 1 + 2 * (role_after(text, mention.end) is not None)
    return score


def _single(text: str, mention: Mention, token: str) -> float:
    """Weigh a name of one word without a title."""
    if is_person_noun(mention.name) or is_person_noun(singular(mention.name.lower())):
        return -3
    if _CAMEL.search(mention.name):
        return -2
    if mention.name.isupper() and len(token) > 1:
        return 2 if _LABEL.match(text, mention.end) else -2
    return -2 if _DEMONYM.search(token) else 0


def _around(text: str, mention: Mention, said: frozenset[int]) -> float:
    """Weigh what stands before and behind a name."""
    before = text[max(0, mention.outer - 5) : mention.outer]
    score = 0.0
    if before.endswith(("the ", "The ")) and not mention.title:
        score -= 2
    if before.endswith(("in ", " In ", " at ")):
        score -= 1
    serves = _SERVES.search(text, max(0, mention.outer - 30), mention.outer)
    if serves is not None and is_person_noun(serves.group(1)):
        score -= 3  # "executive director of Open Rivers"
    score += 2 * bool(_AGE.match(text, mention.end)) + bool(VERBAL.match(text, mention.end))
    score += bool(_SAID_BEFORE.search(text, max(0, mention.outer - 12), mention.outer)) + (mention.outer in said)
    apposed = before[-2:].strip() == ","
    if not mention.title and not apposed and role_before(text, mention.outer, 0):
        score += 2
    return score
