"""Understanding questions: who is asked about, what about, and when.

Patterns over the question's words (`index.phrases`), first the ones that are surely about speech. Where the words
alone do not tell ("why did Roe leave", "Roe on taxes"), a question is about speech only when it names somebody who is
known to speak.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from index.days import days
from index.phrases import (
    ACCORDING,
    ASKING,
    CONNECTING,
    HAPPENED,
    KNOWN,
    LEADING,
    QUESTION_WORD,
    SAYING,
    TELLING,
    TOLD,
    VAGUE,
    WEAK,
    WHAT,
    WHAT_SAID,
    WHO,
    WHO_FOR,
    WHO_OF,
    WHY,
    WHY_STANCE,
    WISHES,
)
from index.publishers import publisher
from index.records import Question, QuestionKind

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date

LONGEST_WHO = 14
"""Words of the longest phrase that is taken for who is asked about."""

LONGEST_LOOSE = 9
"""Words of the longest such phrase where nothing but somebody's name tells where it ends."""

LONGEST = 2_000
"""Characters that are read; nobody asks longer, and patterns take time."""

_START = re.compile(
    r"^(?:(?:hey|hi|hello|so|ok|okay|um+|uh+|hm+|well|and|but|pls|plz|please|yo|lol|right|now|also|actually|just|guys|there"
    r"|dear bot)\b[\s,.!-]*)+",
    re.IGNORECASE,
)
_POLITE = re.compile(
    r"^(?:(?:(?:can|could|would|will) you )?(?:please )?(?:tell|show|find|give|remind) (?:me|us)"
    r"|do you (?:know|remember)|does any(?:one|body) know|i(?:'d| would)? (?:want|like|need) to know|i'm wondering"
    r"|i wonder|any idea|what i want to know is|let me know)\s+",
    re.IGNORECASE,
)
_END = re.compile(
    r"(?:[\s,]*\b(?:please|pls|plz|thanks|thank you|thx|lol|lmao|again|anyway|then|exactly|recently|lately)\b"
    r"|[\s?!.…,;:]+)+$",
    re.IGNORECASE,
)
_SENTENCES = re.compile(r"[?!] \w|[a-z]{5,}\. [A-Z]")
"""More than one sentence: it tells what happened, and asks about that."""

_ORGANISATION = re.compile(r"^the(?: [A-Z][\w.&-]*| of| and| for)+$")
_QUOTES = str.maketrans({"’": "'", "‘": "'", "`": "'", "´": "'", "“": '"', "”": '"', "„": '"', "«": '"', "»": '"'})

_SLIPS = {
    "wat": "what", "wht": "what", "wut": "what", "whats": "what's", "wats": "what's", "abt": "about", "abot": "about",
    "bout": "about", "abuot": "about", "aobut": "about", "sad": "said", "sed": "said", "sayd": "said", "sez": "says",
    "dis": "did", "didi": "did", "whoo": "who", "r": "are", "thnk": "think", "tel": "tell", "regading": "regarding",
    "whos": "who's", "wen": "when", "y": "why",
}  # fmt: skip
_DETERMINERS = frozenset({"the", "a", "an", "this", "that", "our"})
_SOME = frozenset({"some", "many", "most", "several", "few", "all", "these", "those", "so"})
_SWAPPED = {
    word[:at] + word[at + 1] + word[at] + word[at + 2 :]: word
    for word in ("about", "what", "who", "said", "says", "say", "did", "does", "think", "tell", "respond", "the")
    for at in range(len(word) - 1)
    if word[at] != word[at + 1]
}
_TOO = frozenset({"sad", "dis", "r", "y", "bout", "tel", "sed"})
"""Slips that are words too; they are mended only where an asking word is expected."""


def parse(
    text: str, *, today: date, publishers: Sequence[str] = (), knows: Callable[[str], bool] | None = None
) -> Question:
    """Understand a question.

    Args:
        text: the question as it was asked.
        today: the day as of which "last week" is meant.
        publishers: names of the publishers that there are.
        knows: tells whether words name somebody who is known to speak.

    Returns:
        The question. Where only some may be meant ("who among the senators said …"), these words stay in the topic.
    """
    plain = " ".join(text[:LONGEST].translate(_QUOTES).split())
    found = days(plain, today)
    bare, published = publisher(found.rest, publishers)
    kind, speaker, topic = _understood(tidy(bare), knows or (lambda _: False))
    return Question(
        text=text,
        kind=kind,
        speaker=speaker or None,
        topic=_paired(topic),
        since=found.since,
        until=found.until,
        publisher=published,
    )


Understood = tuple[QuestionKind, str, str]


def _understood(text: str, knows: Callable[[str], bool]) -> Understood:
    """Return kind, speaker's words ("" for none) and topic."""
    for pattern in ASKING:
        match = pattern.match(text)
        if match is not None and (found := _read(match, pattern)) is not None:
            return found
    if _SENTENCES.search(text):
        return QuestionKind.GENERAL, "", text
    for pattern in KNOWN:
        match = pattern.match(text)
        found = _read(match, pattern) if match else None
        # Words that may be about something else are about speech where they name a speaker.
        if found is None or not found[1] or QUESTION_WORD.match(found[1]) or found[1].lower() in VAGUE:
            continue
        if pattern in ACCORDING and _ORGANISATION.match(found[1]):
            continue  # what an organisation is cited for is a fact that articles tell in their own words
        if knows(found[1]) or (pattern in (WHY, WHY_STANCE) and any(word[:1].isupper() for word in found[1].split())):
            return found
    return _happened(text, knows) or (QuestionKind.GENERAL, "", text)


def _read(match: re.Match[str], pattern: re.Pattern[str]) -> Understood | None:
    """Read what a pattern found, or None where it found too much."""
    groups = match.groupdict()
    who = (groups.get("who") or "").strip(" ,\"'")
    rest = (groups.get("rest") or "").strip(" ,")
    verb = (groups.get("verb") or "").lower()
    if pattern in (WHO, WHO_OF, WHO_FOR):
        return QuestionKind.WHO, "", f"{groups.get('among') or ''} {_topic(verb, rest)}".strip()
    if len(who.split()) > LONGEST_WHO:
        return None
    if _vague(who):
        return QuestionKind.SAID, "", _topic(verb, rest)
    if pattern in (WHAT, WHAT_SAID) and verb in WISHES:
        return QuestionKind.SAID, who, f"{verb} {rest}".strip()
    return QuestionKind.SAID, who, _topic(verb, rest)


def _vague(who: str) -> bool:
    return not who or who.lower().removeprefix("the ") in VAGUE


def _topic(verb: str, rest: str) -> str:
    """Return what is asked about, with the verb when it carries meaning."""
    topic = rest.strip()
    if verb in TELLING or (
        verb in SAYING and re.match(r"to .+ (?:about|regarding|concerning)\b", topic, re.IGNORECASE)
    ):
        # "tell the senate about rents": those who were told come before what they were told about.
        aimed = next((found for pattern in TOLD if (found := pattern.match(topic))), None)
        return _led(aimed["topic"] if aimed else topic)
    if verb and verb not in WEAK:
        return f"{verb} {topic}".strip()
    return _led(topic)


def _led(topic: str) -> str:
    """Take off the words that lead to what is asked about."""
    for _ in range(3):
        topic = LEADING.sub("", topic, count=1)
    return topic.strip(" ,")


def _happened(text: str, knows: Callable[[str], bool]) -> Understood | None:
    """Read a question about what a known speaker did as one about what they said of it."""
    match = HAPPENED.match(text)
    if match is None:
        return None
    words = match["rest"].split()
    count = _who_ends(words, knows)
    # How things were done is a matter of facts; "how did Roe try to …" is what is asked of speakers.
    if not count or (match["asks"].lower() == "how" and words[count].lower() not in {"try", "tried", "seek", "plan"}):
        return None
    return QuestionKind.SAID, " ".join(words[:count]), " ".join(words[count:])


def _who_ends(words: Sequence[str], knows: Callable[[str], bool]) -> int:
    """Return how many of the first words name a known speaker; 0 where they don't, or where nothing follows."""
    cased = any(word[:1].isupper() for word in words)
    for count in range(1, min(LONGEST_LOOSE, len(words) - 1) + 1):
        last, following = words[count - 1], words[count]
        inside = last.lower() in CONNECTING or last.endswith(("'s", "'", ","))
        goes_on = (
            following.lower() in CONNECTING or following.endswith(("'s", "'")) or (cased and following[:1].isupper())
        )
        named = any(word[:1].isupper() for word in words[:count]) or words[0].lower() in _DETERMINERS
        nobody = (cased and not named) or words[0].lower() in _SOME
        if inside or goes_on or nobody or not knows(" ".join(words[:count])):
            continue
        if not cased and count < len(words) - 1 and knows(following):
            continue  # a first name before its surname
        return count
    return 0


def tidy(text: str) -> str:
    """Take off by what people begin and end a question, and mend slips in the asking words."""
    before = None
    while before != text:
        before = text
        text = _POLITE.sub("", _START.sub("", _END.sub("", _unquoted(text))))
    words = text.split()
    for at, word in enumerate(words):
        mended = _SLIPS.get(word.lower()) or (_SWAPPED.get(word.lower()) if word.islower() or at == 0 else None)
        if mended and (word.lower() not in _TOO or at <= 1):
            words[at] = mended
    return " ".join(words)


def _unquoted(text: str) -> str:
    """Take off the quotation marks around a whole text."""
    text = text.strip()
    for mark in "\"'":
        if len(text) > 1 and text[0] == text[-1] == mark and mark not in text[1:-1]:
            return text[1:-1].strip()
    return text


def _paired(topic: str) -> str:
    """Return a topic without a quotation mark that has no other."""
    return _unquoted(topic) if topic.count('"') % 2 == 0 else " ".join(topic.replace('"', " ").split())
