"""The commands about who may do what, and who did: the same as /admins, /readers and /audit in Telegram."""

from __future__ import annotations

import re
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, Any

import click

from bot.access.auditing import COMMAND_LINE, DONE, Audit, Entry, Wanted
from bot.access.members import Members, Role
from bot.access.people import People, label
from bot.commands.saying import FAILED, print_json, say
from bot.errors import PersonUnknownError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Engine

    from bot.access.people import Person
    from bot.app import App

ADD, REMOVE = "add", "remove"
TERMINAL = "command line"

_NUMBER = re.compile(r"-?[1-9]\d{0,17}")

_CHANGE = click.argument("change", required=False, type=click.Choice([ADD, REMOVE]))
_WHO = click.argument("who", required=False)


@click.command()
@_CHANGE
@_WHO
@click.pass_obj
def admins(app: App, change: str | None, who: str | None) -> None:
    """List the bot's admins, or add or remove WHO: a Telegram user id, or the @username of who has written to the bot.

    The owner is set by VERBATIM_OWNER_ID. A bot that is running follows at once.
    """
    _change_or_list(app, Role.ADMIN, change, who)


@click.command(context_settings={"ignore_unknown_options": True})
@_CHANGE
@_WHO
@click.pass_obj
def readers(app: App, change: str | None, who: str | None) -> None:
    """List who may ask, or add or remove WHO: a Telegram user id, the id of a group, or a @username.

    It counts where VERBATIM_READERS is `listed`. A bot that is running follows at once.
    """
    _change_or_list(app, Role.READER, change, who)


@click.command()
@click.option("--limit", type=click.IntRange(min=1), default=50, show_default=True, help="At most so many lines.")
@click.option("--person", "who", help="Only what this person did or tried: a user id, a @username, or `command line`.")
@click.option("--action", help="Only this action, such as `add`, or outcome: `done` or `refused`.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@click.pass_obj
def audit(app: App, limit: int, who: str | None, action: str | None, as_json: bool) -> None:  # noqa: FBT001
    """Show who changed what, and who tried to but may not; newest first, times in UTC."""
    with _database(app) as engine:
        people = People(engine)
        user = None if who is None else COMMAND_LINE if who == TERMINAL else _number(people, who)
        entries = Audit(engine).read(limit, wanted=Wanted(user, action))
        known = people.known(entry.user for entry in entries if entry.user is not None)
    for entry in entries:
        if as_json:
            print_json(_record(entry, known))
        else:
            say(_line(entry, known))
    if not entries and not as_json:
        say("Nothing is in the audit log.")


def _change_or_list(app: App, role: Role, change: str | None, who: str | None) -> None:
    """Do what a command about a role asks for.

    Raises:
        PersonUnknownError: nobody is known by the name.
        SystemExit: what was to be changed is so already.
    """
    if (change is None) != (who is None):
        raise click.UsageError("Say whom: a Telegram user id, or a @username.")
    with _database(app) as engine:
        members, people = Members(engine), People(engine)
        if change is None or who is None:
            _list(app, role, members, people)
            return
        number = _number(people, who)
        if role is Role.ADMIN and number < 0:
            raise click.UsageError("A group cannot be an admin.")
        name = label(number, people.known([number]).get(number))
        changed = members.add(role, number, COMMAND_LINE) if change == ADD else members.remove(role, number)
        if not changed:
            say(f"{name} is on the list of {role}s already." if change == ADD else f"{name} is not on that list.")
            raise SystemExit(FAILED)
        done = "added" if change == ADD else "removed"
        Audit(engine).write(COMMAND_LINE, f"{role}s", f"{done} {name}", DONE)
        say(f"{name} is {'on' if change == ADD else 'off'} the list of {role}s now.")


def _list(app: App, role: Role, members: Members, people: People) -> None:
    everybody = members.all(role)
    owner = app.settings.owner_id
    known = people.known([member.id for member in everybody] + ([owner] if owner else []))
    if role is Role.ADMIN and owner:
        say(f"{label(owner, known.get(owner))}  owner")
    for member in everybody:
        say(f"{label(member.id, known.get(member.id))}  since {member.at:%Y-%m-%d %H:%M} UTC")
    if not everybody and not (role is Role.ADMIN and owner):
        say(f"There are no {role}s yet: `verbatim {role}s add ID` adds one.")


def _number(people: People, who: str) -> int:
    """Return the number of a person or group.

    Raises:
        PersonUnknownError: nobody is known by the name.
    """
    if _NUMBER.fullmatch(who):
        return int(who)
    found = people.find(who) if who.startswith("@") else None
    if found is None:
        raise PersonUnknownError(who)
    return found.id


def _line(entry: Entry, known: dict[int, Person]) -> str:
    times = f"{entry.times} times until {entry.last:%H:%M:%S}" if entry.times > 1 else ""
    facts = (f"{entry.at:%Y-%m-%d %H:%M:%S} UTC", _name(entry, known), entry.action, entry.outcome)
    line = "  ".join(fact for fact in (*facts, entry.subject, times) if fact)
    # Data of buttons and titles of groups are given by strangers, and must not steer the terminal.
    return "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in line)


def _name(entry: Entry, known: dict[int, Person]) -> str:
    if entry.user is None:
        return "nobody in particular"
    return TERMINAL if entry.user == COMMAND_LINE else label(entry.user, known.get(entry.user))


def _record(entry: Entry, known: dict[int, Person]) -> dict[str, Any]:
    person = known.get(entry.user) if entry.user is not None else None
    return {
        "id": entry.id,
        "at": entry.at.isoformat(),
        "user": entry.user,
        "name": person.name if person else TERMINAL if entry.user == COMMAND_LINE else None,
        "action": entry.action,
        "subject": entry.subject,
        "outcome": entry.outcome,
        "times": entry.times,
        "last": entry.last.isoformat(),
    }


@contextmanager
def _database(app: App) -> Iterator[Engine]:
    """Open the bot's own database; another process may have it open as well.

    Raises:
        StateError: it cannot be used.
    """
    from bot.chat.state import State  # noqa: PLC0415  (commands that only read the corpus start faster)

    with closing(State(app.settings.data_dir)) as state:
        yield state.engine
