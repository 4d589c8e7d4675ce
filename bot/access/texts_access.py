"""What the bot says about who may do what: admins, readers, refusals, the audit log.

None of these texts holds markup; `bot.chat.formatting` escapes what is put into them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.access.auditing import COMMAND_LINE
from bot.access.members import Role
from bot.language import _, ngettext

if TYPE_CHECKING:
    from bot.access.members import Member

BACK, ON = "◀", "▶"
MOST_WORDS_CHARS = 80


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


def admin_help() -> str:
    """Explain to admins what they can do about people."""
    return _(
        "/readers lists who may ask, where not everybody may, and lets people and groups in\n"
        "/audit shows who changed what, and who tried to; a name, a number or an action after it narrows that\n"
        "/admins lists the admins; only the owner makes new ones"
    )


def commands() -> dict[str, str]:
    """Return what the command menu of admins has besides: command to description, in the order of the menu."""
    return {
        "readers": _("Who may ask, and letting people in"),
        "audit": _("Who changed what, and who tried to"),
        "admins": _("Who may change things"),
    }


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


def never_seen(username: str) -> str:
    """Say that nobody with a user name has written to the bot."""
    return _(
        "I have not met {username} yet. Ask them to write to me, or give me their number, or reply to one of their "
        "messages."
    ).format(username=username)


def how_to_name(words: str) -> str:
    """Say that words name nobody."""
    return _(
        "“{words}” is neither a @username nor a number. You can also reply to a message of the person you mean."
    ).format(words=words if len(words) <= MOST_WORDS_CHARS else words[: MOST_WORDS_CHARS - 1] + "…")


def name_somebody() -> str:
    """Ask who is meant."""
    return _(
        "Whom do you mean? Write a @username or a number after it, or reply to a message of the person, or to a "
        "message of theirs that you have forwarded to me."
    )


def no_person(number: int) -> str:
    """Say that a number is no person's."""
    return _("{number} is not the number of a person.").format(number=number)


def no_face() -> str:
    """Say that a message was written in the name of a group or channel."""
    return _("That message was written in the name of a group or channel, so I cannot tell by whom.")


def hidden() -> str:
    """Say that a forwarded message does not say who wrote it."""
    return _("Whoever wrote that message hides it when it is forwarded. Ask them for their number instead.")


def no_bots() -> str:
    """Say that a bot cannot have a role."""
    return _("That is a bot. Only people can be let in.")


def is_the_owner(name: str) -> str:
    """Say that somebody is the owner."""
    return _(
        "{name} is the owner of this bot; that is a setting (VERBATIM_OWNER_ID), and nothing I can change."
    ).format(name=name)


def added(name: str, role: Role) -> str:
    """Say that somebody has a role now."""
    if role is Role.ADMIN:
        return _("{name} is an admin now.").format(name=name)
    return _("{name} may ask now.").format(name=name)


def removed(name: str, role: Role) -> str:
    """Say that somebody has a role no more."""
    if role is Role.ADMIN:
        return _("{name} is not an admin any more.").format(name=name)
    return _("{name} is off the list.").format(name=name)


def has_it_already(name: str, role: Role) -> str:
    """Say that somebody has a role already."""
    if role is Role.ADMIN:
        return _("{name} is an admin already.").format(name=name)
    return _("{name} is on the list already.").format(name=name)


def has_it_not(name: str, role: Role) -> str:
    """Say that somebody does not have a role."""
    if role is Role.ADMIN:
        return _("{name} is not an admin.").format(name=name)
    return _("{name} is not on the list.").format(name=name)


def really_remove(name: str, role: Role) -> str:
    """Ask whether a role is to be taken from somebody."""
    if role is Role.ADMIN:
        return _("Shall {name} not be an admin any more?").format(name=name)
    return _("Shall {name} be taken off the list?").format(name=name)


def stays(name: str, role: Role) -> str:
    """Say that somebody keeps a role."""
    if role is Role.ADMIN:
        return _("{name} stays an admin.").format(name=name)
    return _("{name} stays on the list.").format(name=name)


def button_remove() -> str:
    """Label the button that takes a role away."""
    return _("Yes, remove")


def button_keep() -> str:
    """Label the button that leaves a role as it is."""
    return _("No, keep")


def remove_label(name: str) -> str:
    """Label the button that asks whether a role is to be taken from somebody."""
    return _("Remove {name}").format(name=name)


def could_not_be_told() -> str:
    """Say that somebody could not be written to."""
    return _("I could not tell them: they have not started me, or have blocked me.")


def unreachable() -> str:
    """Say of somebody that they cannot be written to."""
    return _("has blocked me")


def you_are(role: Role) -> str:
    """Tell somebody that they have a role now."""
    if role is Role.ADMIN:
        return _("You are an admin of this bot now. /help tells what you can do.")
    return _("You have been let in: you may ask me now. /help tells how.")


def you_are_no_more(role: Role) -> str:
    """Tell somebody that they have a role no more."""
    if role is Role.ADMIN:
        return _("You are not an admin of this bot any more.")
    return _("You have been taken off the list of this bot’s readers.")


def everybody_may() -> str:
    """Say that the list of readers has no effect."""
    return _("At present everybody may ask; the list counts when VERBATIM_READERS is set to “listed”.")


def roll(number: int, role: Role) -> str:
    """Head the list of those who have a role."""
    if role is Role.ADMIN:
        return ngettext("{number} admin besides the owner", "{number} admins besides the owner", number).format(
            number=number
        )
    return ngettext("{number} entry on the list of readers", "{number} entries on the list of readers", number).format(
        number=number
    )


def owner_line(name: str) -> str:
    """Write the owner into a list."""
    return _("{name} · owner").format(name=name)


def member_line(name: str, member: Member, by: str) -> str:
    """Write somebody into a list: since when, and by whom."""
    since = f"{member.at:%Y-%m-%d}"
    if member.by == COMMAND_LINE:
        return _("{name} · since {day}, by the command line").format(name=name, day=since)
    return _("{name} · since {day}, by {by}").format(name=name, day=since, by=by or member.by)


def usage(role: Role) -> str:
    """Say how roles are given and taken."""
    if role is Role.ADMIN:
        return _(
            "/admins add and /admins remove, each with a @username or a number, or as a reply to a message of the "
            "person."
        )
    return _(
        "/readers add and /readers remove, each with a @username or a number, or as a reply to a message of the "
        "person; in a group without anything, they mean the group."
    )


def log_head(total: int, first: int, last: int, about: list[str]) -> str:
    """Head a page of the audit log."""
    narrowed = f" · {', '.join(about)}" if about else ""
    if not total:
        return _("Nothing is in the audit log.") if not about else _("Nothing is in the audit log about that.")
    return _("Audit log{narrowed} · {first}–{last} of {total}").format(
        narrowed=narrowed, first=first, last=last, total=total
    )


def nobody() -> str:
    """Name somebody who showed no identity of their own."""
    return _("nobody in particular")


def terminal() -> str:
    """Name who works on the command line."""
    return _("command line")


def refused(action: str) -> str:
    """Say that an action was refused."""
    return _("{action} (refused)").format(action=action)


def times(number: int, last: str) -> str:
    """Say how often something was tried."""
    return _("{number} times until {last}").format(number=number, last=last)
