"""What the bot says about what it stores of people, made from the constants by which it deletes that.

None of these texts holds markup; `bot.chat.formatting` escapes what is put into them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.chat.retention import (
    KEEP_ANSWERS_S,
    KEEP_NOTICES_S,
    KEEP_PEOPLE_S,
    KEEP_SHARES_S,
    KEEP_TURNS_S,
    KEEP_UPDATES_S,
    KEEP_VOTES_S,
    PRUNE_S,
)
from bot.desk.drafts import KEEP_DRAFTS_S
from bot.language import _, ngettext

if TYPE_CHECKING:
    from bot.readers.forgetting import Forgotten

_DAY_S, _HOUR_S, _MINUTE_S = 86_400, 3_600, 60


def privacy() -> str:
    """Say what is stored, and for how long."""
    lines = (
        (_("your question with your user id, until it is answered"), 0),
        (_("your question and how I understood it with your user id, so that you can follow it up"), KEEP_TURNS_S),
        (_("which passages were shown in which chat, for the buttons; not the question"), KEEP_ANSWERS_S),
        (_("a question in which a name fits several people with your user id, for the buttons"), KEEP_ANSWERS_S),
        (_("the names you look for with /speakers, for the buttons"), KEEP_ANSWERS_S),
        (_("if you vote with 👍 or 👎: your vote with your user id, the question, the passages"), KEEP_VOTES_S),
        (_("if you share an answer: the question and the passages, with your user id"), KEEP_SHARES_S),
        (_("what you are called, with your user name, user id and language, from when you last wrote"), KEEP_PEOPLE_S),
        (_("how much you may ask within a minute, and what you were told already, with your user id"), KEEP_NOTICES_S),
        (_("who is an admin or a listed reader, with the user id: for as long as they are"), 0),
        (_("what admins hand in, with their user id, until they keep or discard it"), KEEP_DRAFTS_S),
        (_("who began or followed the last hundred long jobs, with name and user id: until others come"), 0),
        (_("which channels are followed, and for whom, with the user id: for as long as they are"), 0),
        (_("which admins want news of feeds, with the user id: for as long as they are admins"), 0),
        (_("the numbers of Telegram's updates, so that nothing is answered twice"), KEEP_UPDATES_S),
        (_("what admins change, and who else tries to, with the user id: for good"), 0),
    )
    listed = [f"• {what}: {_lasting(seconds)}" if seconds else f"• {what}" for what, seconds in lines]
    late = _("What is too old is deleted at most {time} later. What you ask inline is not stored.")
    return "\n\n".join(
        (
            _("This is what I store, and for how long:"),
            "\n".join(listed),
            late.format(time=_lasting(int(PRUNE_S))),
            _("Whoever runs this bot can export votes with their questions; the export holds no name and no user id."),
            _("/forget_me deletes what I store about you."),
        )
    )


def forget_question() -> str:
    """Ask whether all is to be deleted."""
    return _(
        "Delete what I store about you? That is: your last questions, questions that wait, your votes, the answers you "
        "shared (their links then lead nowhere), and in our private chat the buttons of all answers."
    )


def forget_yes() -> str:
    """Label the button that deletes."""
    return _("Delete it")


def forget_no() -> str:
    """Label the button that keeps."""
    return _("Keep it")


def not_yours() -> str:
    """Refuse somebody else's button."""
    return _("Only who sent /forget_me may press this. Send it yourself to delete what I store about you.")


def nothing_forgotten() -> str:
    """Say that all is kept."""
    return _("Nothing was deleted.")


def nobody_to_forget() -> str:
    """Say that who writes in the name of a group or channel has nothing stored."""
    return _("I store nothing about who writes in the name of a group or channel.")


def forgotten(counts: Forgotten) -> str:
    """Say what was deleted."""
    numbers = (
        (ngettext("{number} name", "{number} names", counts.names), counts.names),
        (ngettext("{number} remembered question", "{number} remembered questions", counts.turns), counts.turns),
        (ngettext("{number} waiting question", "{number} waiting questions", counts.questions), counts.questions),
        (ngettext("{number} vote", "{number} votes", counts.votes), counts.votes),
        (ngettext("{number} shared answer", "{number} shared answers", counts.shares), counts.shares),
        (
            ngettext("the buttons of {number} message", "the buttons of {number} messages", counts.buttons),
            counts.buttons,
        ),
    )
    lines = [f"• {words.format(number=f'{number:,}')}" for words, number in numbers if number]
    return "\n".join((_("Deleted:"), *lines)) if lines else _("I had nothing stored about you.")


def _lasting(seconds: int) -> str:
    """Write a length of time in its largest whole unit."""
    if seconds % _DAY_S == 0:
        number = seconds // _DAY_S
        return ngettext("{number} day", "{number} days", number).format(number=number)
    if seconds % _HOUR_S == 0:
        number = seconds // _HOUR_S
        return ngettext("{number} hour", "{number} hours", number).format(number=number)
    number = seconds // _MINUTE_S
    return ngettext("{number} minute", "{number} minutes", number).format(number=number)
