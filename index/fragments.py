"""The words and shapes of questions that follow up another one; English, and about no particular news.

Patterns read a tidied text (`index.asking.tidy`), except for `OPENING`, which reads what a person wrote.
"""

from __future__ import annotations

import re
from typing import Final

from corpus.vocabulary import words
from index.phrases import CARRYING, REPLY, REPORTING, SAY, TELL, THINK, WISHES

VERBS: Final = frozenset({*CARRYING, *WISHES})
"""Verbs that stay with what is asked about."""

OPENING: Final = re.compile(
    r"^(?:[\s,.!…-]*(?:ok(?:ay)?|k|hm+|um+|uh+|mm+|well|so|hey|hi|thanks|thank you|thx|ty|cool|great|nice|good|wow|oh"
    r"|ah|interesting|i see|got it|right|yes|yeah|yep|no|lol|haha|alright|perfect|fine)\b(?: one| point| job)?"
    r"[\s,.!…:-]*)*"
    r"(?P<and>(?:(?:and|adn|nad|anf|amd|or|but|plus|also|then)\b[\s,]*|[&+]\s*|n\s+"
    r"|an\s+(?=(?:about|abt|what|wat|how|the|who|when|why|since)\b))+)?",
    re.IGNORECASE,
)
"""What stands before the question: thanks and noises, then perhaps a word that goes on from what was before."""

TRAILING: Final = re.compile(
    r"[\s,]+(?:instead|too|as well|though|maybe|either|also|now|if any|by any chance|for instance|for example)$",
    re.IGNORECASE,
)

_AUX = r"did|does|do|has|have|had|is|was|were|are|would|will|could|can|might|should"
_QUESTION = r"what|how|why|when|where|which|whom?"

WHEN: Final = re.compile(
    r"(?:(?:and|but|so) )?(?:since |from |as of |on |in )?"
    r"(?:when|(?:what|which) (?:day|date|year|month|days|dates))(?: exactly| precisely)?"
    r"(?: (?:was|is|were|are|did|has|have)(?: all)? (?:that|this|it|these|those|they|he|she)(?: all)?"
    r"(?: (?:from|said|say|saying|published|written|printed|reported|posted|out|happen|been said)"
    r"(?: (?:that|this|it|so|these|those|all that))?)?)?"
)
"""When what was shown was said or published; begins with "since" where the beginning is asked for."""

PLAIN: Final = {
    "why": "why", "why so": "why", "how come": "why", "but why": "why", "why is that": "why", "why that": "why",
    "what for": "why", "for what reason": "why", "how": "how", "where": "where", "where was that": "where",
    "when": "when", "when was that": "when", "since when": "since when", "from when": "when", "what date": "when",
    "where is that from": "where", "where was that published": "where", "where was this published": "where",
    "who else": "who else", "whoelse": "who else", "who else did": "who else", "who else said that": "who else",
    "who else said it": "who else", "who else said so": "who else", "who else said this": "who else",
    "who else did that": "who else", "anyone else": "who else", "anybody else": "who else", "others": "who else",
    "who else has": "who else", "any others": "who else", "someone else": "who else", "who's else": "who else",
    "is there anyone else": "who else", "did anyone else say that": "who else", "did anyone else": "who else",
    "who else talked about it": "who else", "who else talked about that": "who else", "by who else": "who else",
    "who else spoke about it": "who else", "who else spoke about that": "who else", "by whom else": "who else",
    "who else mentioned it": "who else", "who else mentioned that": "who else", "somebody else": "who else",
    "and others": "who else", "who were the others": "who else", "who else thinks so": "who else",
    "what else": "more", "anything else": "more", "more": "more", "go on": "more", "continue": "more",
    "show more": "more", "more of that": "more", "more please": "more", "is there more": "more", "keep going": "more",
    "any more": "more", "anymore": "more", "show me more": "more", "tell me more": "more", "next": "more",
    "something else": "more", "more of it": "more", "is that all": "more", "what more": "more", "give me more": "more",
}  # fmt: skip
"""Fragments that name nothing, as they are written once they are tidied -> what they ask for."""

_NOT_BOTH = r"(?:about|abt|regarding|concerning|re|on|over|to|towards?|as to)"
ABOUT: Final = re.compile(
    rf"^(?:(?:anything|something|also|only|what|how|or)\s+)*?(?<!what )(?<!how )(?<!what)(?<!how)(?:{_NOT_BOTH})\s+"
    r"(?P<what>.+)$",
    re.IGNORECASE,
)
BY: Final = re.compile(r"^(?:(?:anything|something|said|and)\s+)*(?:by|from)\s+(?P<who>.+)$", re.IGNORECASE)
EITHER: Final = re.compile(
    r"^(?:what (?:about|of|if it's)|how (?:about|bout)|what's with|wbu|hbu|wbt|hbt"
    r"|(?:the )?same(?: question| thing| one)?(?: again)?,?(?: but)?(?: for| with| of)?)\s+(?P<what>.+)$",
    re.IGNORECASE,
)

HE: Final = re.compile(
    rf"^(?P<before>(?:(?:{_QUESTION})(?: (?!(?:{_AUX})\b)[\w-]+){{0,2}} )?(?:{_AUX})(?:n't)? |(?:what(?:ever)?|anything"
    r"|something|everything|things) (?:that )?)(?:he|she)(?=\b(?!'))",
    re.IGNORECASE,
)
"""A pronoun in the place of who speaks: "what did he say", "anything she said"."""

HIS: Final = re.compile(
    r"^(?P<before>(?:what(?:'s| is| was| are| were) |any of |(?:and )?)(?:about )?)(?:his|her)(?= (?:[a-z-]+ )?"
    r"(?:position|stance|view|views|opinion|opinions|take|thoughts|reaction|response|answer|comment|comments|remarks"
    r"|statement|statements|words|argument|plan|promise|criticism|explanation|advice|warning)\b)",
    re.IGNORECASE,
)

IT: Final = re.compile(
    rf"^(?P<before>.*\b(?:{_NOT_BOTH}|of)) (?P<it>it|that|this|these|those|the same(?: thing| topic)?|him|her)$",
    re.IGNORECASE,
)

SWAPPED: Final = re.compile(
    rf"^(?:when|where|why|how)(?: exactly)? (?P<rest>(?:{_AUX})\b .+)$",
    re.IGNORECASE,
)
"""Questions about what happened that can be asked again with another question word."""

FILLING: Final = re.compile(
    r"\b(?:and|in|on|from|of|for|the|only|just|during|year|month|week|day|time|or|but|to|at|articles?|by|what|how|about)\b",
    re.IGNORECASE,
)
"""Words that name nothing beside days and publishers."""

NO_TOPIC: Final = words(
    """
    you me him her it them that this these those all now then here there one more so ok yes no sure fine good
    nice great thanks thank cool lol your yours mine everything anything nothing something someone anyone today
    """
)

_CLAUSE = re.compile(
    rf"^(?:{_AUX})\b|\b(?:{_QUESTION}|whose|did|does|has|have|had|was|were|would|could|i|you)\b"
    rf"|\b(?:{'|'.join(sorted({each for each in (*SAY, *TELL, *REPLY, *THINK, *REPORTING) if ' ' not in each}))})\b",
    re.IGNORECASE,
)
# Nouns as often as verbs: "and the report?", "about his comment".
_NOUNS_TOO = words(
    "report reports note notes comment comments talk reply replies answer answers claim claims voice voices meaning "
    "feeling thought thoughts"
)


def is_a_clause(phrase: str) -> bool:
    """Tell whether words hold more than a name: what asks or tells something by itself."""
    return any(match[0].lower() not in _NOUNS_TOO for match in _CLAUSE.finditer(phrase))
