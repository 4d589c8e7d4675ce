"""Labels of buttons, and the few words beside a citation, in the language that is spoken."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.language import _, decimal, ngettext

if TYPE_CHECKING:
    from collections.abc import Sequence

    from corpus.records import Article

SIGNS = {"direct": "💬", "mixed": "📝", "indirect": "📝"}
"""What stands before a speaker's name, by the kind of the statement."""


def manner(kind: str) -> str:
    """Say how a statement of a kind gives what was said; "" when it quotes it, or when it is no statement."""
    return {"mixed": _("reported, partly quoted"), "indirect": _("reported")}.get(kind, "")


def more(count: int) -> str:
    """Label the button for so many further citations."""
    return _("More ({count})").format(count=decimal(count))


def context() -> str:
    """Label the button for what stands around a citation."""
    return _("Context")


def source() -> str:
    """Label the button that opens the article."""
    return _("Source")


def deny(name: str) -> str:
    """Label the button that doubts the speaker of a statement."""
    return _("Not said by {name}?").format(name=name)


def deny_yes() -> str:
    """Label the button that confirms the doubt."""
    return _("Not said by them")


def deny_no() -> str:
    """Label the button that takes the doubt back."""
    return _("Keep it")


def rather(name: str) -> str:
    """Label the button for another speaker than the one that was taken to be meant."""
    return _("I meant {name}").format(name=name)


def untitled() -> str:
    """Stand in the place of a title."""
    return _("untitled article")


def undated() -> str:
    """Stand in the place of a date."""
    return _("undated")


def unattributed() -> str:
    """Stand in the place of a speaker's name."""
    return _("unattributed")


def also_in(articles: Sequence[Article]) -> str:
    """Say in how many further articles the same words stand."""
    count = len(articles)
    return ngettext("also in {count} article", "also in {count} articles", count).format(count=decimal(count))


def part(number: int, of: int) -> str:
    """Name one part of a passage that is too long for one message."""
    if number < of:
        return _("part {number} of {count}, continued below").format(number=number, count=of)
    return _("part {number} of {count}").format(number=number, count=of)
