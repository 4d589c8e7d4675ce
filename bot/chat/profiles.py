"""Speakers as messages: who may be meant, who was chosen, and lists of them."""

from __future__ import annotations

from collections import Counter
from html import escape
from typing import TYPE_CHECKING

from bot.chat import corrections, texts
from bot.chat.formatting import MOST_ROLE_CHARS, Note, named, short
from corpus.errors import SpeakerNotFoundError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.chat.memories import Offered
    from corpus.records import Profile
    from index.answering import Answering
    from index.records import Answer

MOST_OFFERED = 8
"""Speakers offered at once; who means another one has to write the full name."""

PER_PAGE = 10


def labels(profiles: Sequence[Profile]) -> list[str]:
    """Return the names of speakers, those that are equal with their role."""
    often = Counter(profile.speaker.name for profile in profiles)
    return [
        f"{name}, {profile.speaker.roles[0]}" if often[name] > 1 and profile.speaker.roles else name
        for profile in profiles
        for name in [profile.speaker.name]
    ]


def which(answer: Answer, lead: str = "") -> Note:
    """Ask which speaker is meant: a line for each, with role, statements and last day; `lead` stands above."""
    lines = [_line(profile, texts.candidate(profile)) for profile in answer.candidates[:MOST_OFFERED]]
    left = len(answer.candidates) - MOST_OFFERED
    if left > 0:
        lines.append(escape(texts.others_fit(left), quote=False))
    head = f"<b>{escape(texts.which(answer.question.speaker), quote=False)}</b>"
    above = [escape(lead, quote=False), ""] if lead else []
    return Note("\n".join([*above, head, "", *lines]))


def chosen(offered: Offered) -> Note:
    """Mark on the message that asked who was chosen."""
    names = ", ".join(named(name) for _, name, is_chosen in offered.candidates if is_chosen)
    return Note(f"<b>{escape(texts.which(offered.words), quote=False)}</b> → {names}")


def listing(profiles: Sequence[Profile], page: int, words: str, *, numbered: bool = False) -> Note:
    """List speakers.

    Args:
        profiles: all of them.
        page: which page of them, from 0.
        words: what was looked for in their names, or "".
        numbered: whether to show their numbers.
    """
    first = page * PER_PAGE
    shown = profiles[first : first + PER_PAGE]
    head = escape(texts.speakers_head(len(profiles), words), quote=False)
    if len(profiles) > PER_PAGE:
        head += f" · {first + 1}–{first + len(shown)}"
    numbers = [f"#{profile.speaker.id} " if numbered else "" for profile in shown]
    lines = [number + _line(profile, texts.extent(profile)) for number, profile in zip(numbers, shown, strict=True)]
    return Note("\n".join([head, "", *lines]).rstrip())


def the_one(answering: Answering, words: str) -> Profile:
    """Return the speaker that words name: by number ("12", "#12"), by full name, or as the only one that they fit.

    Raises:
        SpeakerNotFoundError: they name nobody, or several.
    """
    number = words.removeprefix("#")
    if number.isdecimal():
        found = answering.profile(int(number))
        if found is None:
            raise SpeakerNotFoundError(short(number))
        return found
    fitting = answering.speakers(words)
    exact = [profile for profile in fitting if profile.speaker.name.casefold() == words.casefold()]
    chosen_from = exact or fitting
    if len(chosen_from) != 1:
        few = [corrections.numbered(each.speaker.name, each.speaker.id) for each in chosen_from[:MOST_OFFERED]]
        more = [corrections.more(len(chosen_from) - MOST_OFFERED)] if len(chosen_from) > MOST_OFFERED else []
        raise SpeakerNotFoundError(short(words), [*few, *more], several=bool(few))
    return chosen_from[0]


def page_count(profiles: Sequence[Profile]) -> int:
    """Return how many pages speakers take, at least one."""
    return max(1, -(-len(profiles) // PER_PAGE))


def _line(profile: Profile, much: str) -> str:
    speaker = profile.speaker
    role = named(speaker.roles[0], MOST_ROLE_CHARS) if speaker.roles else ""
    return " · ".join(piece for piece in (f"<b>{named(speaker.name)}</b>", role, named(much)) if piece)
