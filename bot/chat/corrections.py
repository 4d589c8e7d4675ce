"""What the bot says about corrections of speakers, in the language that is spoken."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.chat.texts import brief
from bot.language import _, decimal, ngettext

if TYPE_CHECKING:
    from collections.abc import Sequence


def none_yet() -> str:
    """Say that there is no correction."""
    return _("Nothing was corrected yet.")


def sides_usage() -> str:
    """Explain that a correction has two sides; the beginning of a sentence is written small."""
    return _("two sides are needed, as in /speakers merge A = B; names or numbers stand on both sides")


def undo_usage() -> str:
    """Explain how a correction is named; as `sides_usage`."""
    return _("the number of a correction is needed, as in /speakers undo 3; /speakers corrections shows them")


def nobody(wanted: str) -> str:
    """Say that no speaker has a name or number."""
    return _("No speaker is called {name}. /speakers lists them, with their numbers.").format(name=repr(wanted))


def several(wanted: str, fitting: Sequence[str]) -> str:
    """Say that several speakers fit a name."""
    said = _("{name} may be any of {names}. Give the full name, or the number.")
    return said.format(name=repr(wanted), names=", ".join(fitting))


def numbered(name: str, number: int) -> str:
    """Name a speaker with their number."""
    return _("{name} (number {number})").format(name=name, number=number)


def more(number: int) -> str:
    """Count those who are not named, at the end of a list."""
    return _("{count} more").format(count=decimal(number))


def earlier(number: int) -> str:
    """Say how many corrections are not listed."""
    said = ngettext("… {count} earlier correction", "… {count} earlier corrections", number)
    return said.format(count=decimal(number))


def deny(name: str, said: str) -> str:
    """Ask whether a statement is really not this speaker's."""
    return _("Was this really not said by {name}?").format(name=brief(name)) + f"\n\n{said}"


def kept(name: str, said: str) -> str:
    """Say that a statement stays with its speaker."""
    return _("Kept as said by {name}:").format(name=brief(name)) + f"\n\n{said}"
