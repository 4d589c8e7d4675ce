"""What the bot says to admins about channels that it follows.

None of these texts holds markup; whoever puts them into a message escapes them.
"""

from __future__ import annotations

from bot.language import _, ngettext


def follow_usage() -> str:
    """Say how a channel is followed."""
    return _(
        "Make me an administrator of the channel, then write /add follow @channel, or reply to a post that was "
        "forwarded from it with /add follow. Its new posts become articles without asking, and edits become revisions. "
        "/add unfollow @channel ends that."
    )


def followed(names: list[str]) -> str:
    """List the channels that are followed."""
    if not names:
        return _("No channel is followed.")
    head = ngettext("{number} channel is followed:", "{number} channels are followed:", len(names))
    return "\n".join([head.format(number=len(names)), *(f"• {name}" for name in names)])


def now_followed(name: str) -> str:
    """Say that a channel is followed from now on."""
    return _("New posts of {name} become articles from now on.").format(name=name)


def followed_already(name: str) -> str:
    """Say that a channel was followed before."""
    return _("{name} is followed already.").format(name=name)


def unfollowed(name: str) -> str:
    """Say that a channel is followed no more."""
    return _("{name} is not followed any more; its articles stay.").format(name=name)


def not_followed(name: str) -> str:
    """Say that a channel was not followed."""
    return _("{name} is not followed.").format(name=name)


def no_channel(name: str) -> str:
    """Say that a channel cannot be followed."""
    return _(
        "I cannot read {name}: there is no such channel, or I am not in it. Make me an administrator of it."
    ).format(name=name)
