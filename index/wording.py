"""Writing questions out in full, from what was understood of them, so that they are understood the same again."""

from __future__ import annotations

import re
from calendar import month_name
from typing import TYPE_CHECKING

from index.fragments import VERBS
from index.records import QuestionKind

if TYPE_CHECKING:
    from datetime import date

    from index.records import Question


def worded(question: Question) -> str:
    """Write a question out in full, from what was understood of it."""
    within = limits(question)
    if question.kind is QuestionKind.GENERAL:
        return f"{capital(question.topic)}{within}?"
    verb, topic = parted(question.topic)
    if question.kind is QuestionKind.SAID and question.speaker is not None:
        return f"What did {question.speaker} say{f' about {topic}' if topic else ''}{within}?"
    return f"Who {verb} {topic}{within}?" if verb else f"Who spoke about {topic}{within}?"


def parted(topic: str) -> tuple[str, str]:
    """Return the verb with which a topic begins ("" for none), and what is left of it without leading prepositions."""
    verb, _, rest = topic.partition(" ")
    if verb.lower() not in VERBS or not rest:
        return "", topic
    bare = re.sub(r"^(?:(?:from|of|for|to|about|on|that|at|by|with|in)\s+)+", "", rest)
    # "who is criticising": only a finite form can be asked with again.
    return ("" if verb.lower().endswith("ing") or bare != rest else verb), bare


def limits(question: Question) -> str:
    """Say to which days and publisher a question is limited, as `index.days` and `index.publishers` read it."""
    since, until = question.since, question.until
    if since is not None and since == until:
        when = f" on {_day(since)}"
    elif since is not None and until is not None:
        when = f" between {_day(since)} and {_day(until)}"
    elif since is not None:
        when = f" since {_day(since)}"
    else:
        when = f" until {_day(until)}" if until is not None else ""
    return when + (f" in {question.publisher}" if question.publisher else "")


def _day(when: date) -> str:
    return f"{when.day} {month_name[when.month]} {when.year}"


def capital(words: str) -> str:
    """Let words begin with a capital."""
    return words[:1].upper() + words[1:]
