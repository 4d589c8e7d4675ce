"""What speakers are found by, and who of them are one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from corpus.likeness import is_bare
from corpus.names import fold, given, name_key, same_given
from corpus.records import SpeakerKind
from index.directory import Described
from index.naming import FIRST, FULL, LAST, name_keys
from index.offices import office, role_keys

if TYPE_CHECKING:
    from corpus.records import Profile, Speaker

ORGANISATION = "organised"
"""Kind of key in a directory: words of an organisation's name."""


def described(profile: Profile) -> Described:
    """Describe a speaker for the directory."""
    speaker = profile.speaker
    names = list(dict.fromkeys(name_keys(speaker)))
    keys = [*names, *role_keys(speaker)]
    if speaker.kind is not SpeakerKind.PERSON:
        keys += [(ORGANISATION, word) for word in office(speaker.name)]
    return Described(
        tuple(f"{kind} {key}" for kind, key in dict.fromkeys(keys)),
        "\n".join(f"{kind} {key}" for kind, key in names if kind in {LAST, FIRST, FULL}),
    )


def same_person(one: Speaker, other: Speaker) -> bool:
    """Tell whether two full names that go together are one person's: "Joe Roe" and "Joseph R. Roe Jr." of one role."""
    if one.id == other.id:
        return True
    if SpeakerKind.ORGANISATION in (one.kind, other.kind) or is_bare(one.name) or is_bare(other.name):
        return False
    roles = {fold(role) for role in one.roles} & {fold(role) for role in other.roles}
    return (
        bool(roles)
        and name_key(one.name)[-1:] == name_key(other.name)[-1:]
        and same_given(given(one.name), given(other.name))
    )
