"""What the bot says about who may do what: admins, readers, refusals, the audit log.

None of these texts holds markup; `bot.formatting` escapes what is put into them.
"""

from __future__ import annotations

from bot.language import _, ngettext


def admins_only() -> str:
    """Refuse what only admins may do."""
    return _("Only the admins of this bot may do that.")


def owner_only() -> str:
    """Refuse an admin what only the owner may do."""
    return _("Only the owner of this bot may do that.")


def anonymous() -> str:
    """Refuse who writes in the name of a group or channel."""
    return _(
        "I cannot tell who you are, because you write in the name of a group or channel. Write as yourself, or in our "
        "private chat."
    )


def passed_on() -> str:
    """Refuse an admin a command that they forwarded, or sent through another bot."""
    return _("A command that was forwarded does not count. Please write it yourself.")


def no_corrections() -> str:
    """Say that speakers cannot be corrected."""
    return _("Speakers cannot be corrected here.")


def private_only() -> str:
    """Say that something is shown in the private chat only."""
    return _("I show that in our private chat only.")


def not_a_reader(user: int) -> str:
    """Turn a stranger away, with what an admin needs to let them in."""
    return _(
        "This bot answers only those who are on its list. If you would like to be let in, send its admin your number: "
        "{user}"
    ).format(user=user)


def not_a_readers_group(chat: int) -> str:
    """Turn away somebody who asks in a group that is not listed."""
    return _(
        "This bot answers only those who are on its list. If this group should be let in, send the bot’s admin its "
        "number: {chat}"
    ).format(chat=chat)


def inline_not_a_reader() -> str:
    """Label the button above the results of who may not read."""
    return _("Only for those on the bot’s list")


def too_many(seconds: int) -> str:
    """Say that somebody asks too much, and how long to wait."""
    return ngettext(
        "That was a lot of questions at once. Please wait {seconds} second and ask again.",
        "That was a lot of questions at once. Please wait {seconds} seconds and ask again.",
        seconds,
    ).format(seconds=seconds)
