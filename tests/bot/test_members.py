"""Roles and names: given, taken, found, moved and forgotten."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.access.members import Members, Role
from bot.access.people import FRESH_S, People, Person, label
from bot.chat.retention import KEEP_PEOPLE_S
from bot.chat.schema import open_file

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sqlalchemy import Engine

OWNER = 1
ADA = Person(7, "Ada Wren", "ada_w", "ko")


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    """A database of the bot's own."""
    made = open_file(tmp_path / "bot.sqlite")
    yield made
    made.dispose()


def test_roles_are_given_and_taken_once(engine: Engine) -> None:
    """Giving what somebody has, and taking what they do not have, changes nothing and says so."""
    members = Members(engine)
    assert [members.add(Role.ADMIN, 7, OWNER) for _ in range(2)] == [True, False]
    assert [members.has(Role.ADMIN, 7), members.has(Role.READER, 7), members.has(Role.ADMIN, 8)] == [True, False, False]
    assert [(each.id, each.by) for each in members.all(Role.ADMIN)] == [(7, OWNER)]
    assert [members.remove(Role.READER, 7), members.remove(Role.ADMIN, 7), members.remove(Role.ADMIN, 7)] == [
        False,
        True,
        False,
    ]
    assert members.all(Role.ADMIN) == ()


def test_another_process_sees_roles_at_once(engine: Engine, tmp_path: Path) -> None:
    """Nothing is remembered beside the database."""
    here, other = Members(engine), open_file(tmp_path / "bot.sqlite")
    assert not here.has(Role.ADMIN, 7)
    Members(other).add(Role.ADMIN, 7, OWNER)
    assert here.has(Role.ADMIN, 7)
    Members(other).remove(Role.ADMIN, 7)
    assert not here.has(Role.ADMIN, 7)
    other.dispose()


def test_groups_keep_their_role_when_they_migrate(engine: Engine) -> None:
    """A row follows to the new id, once, also where the new id is listed already."""
    members = Members(engine)
    members.add(Role.READER, -5, OWNER)
    for _ in range(2):
        members.move(-5, -1005)
        assert [members.has(Role.READER, -5), members.has(Role.READER, -1005)] == [False, True]
        members.add(Role.READER, -5, OWNER)
    members.move(-5, -1005)
    assert [each.id for each in members.all(Role.READER)] == [-1005]


def test_people_are_found_by_user_name(engine: Engine) -> None:
    """With or without @, in any case; a name that went over to somebody else is theirs alone."""
    people = People(engine)
    people.see(ADA)
    assert people.find("@ADA_W") == people.find("ada_w") == ADA
    people.see(Person(8, "Eve", "Ada_W"))
    assert people.find("ada_w") == Person(8, "Eve", "Ada_W")
    assert people.known([7, 8, 9]) == {7: Person(7, "Ada Wren", None, "ko"), 8: Person(8, "Eve", "Ada_W")}


def test_people_are_written_down_when_something_changes(engine: Engine) -> None:
    """Once a day, when they call themselves otherwise, and when they can be reached again."""
    now = 1_000_000.0
    people = People(engine, lambda: now)
    assert not people.is_fresh(ADA)
    people.see(ADA)
    assert people.is_fresh(ADA)
    assert not people.is_fresh(Person(7, "Ada Okafor", "ada_w", "ko"))
    people.lost(7)
    assert not people.known([7])[7].reachable
    assert not people.is_fresh(ADA)
    people.see(ADA)
    assert people.known([7])[7].reachable
    now += FRESH_S
    assert not people.is_fresh(ADA)


def test_people_are_forgotten(engine: Engine) -> None:
    """Who does not write for a month is forgotten, unless they have a role; and whoever wants to be."""
    now = 1_000_000.0
    people = People(engine, lambda: now)
    Members(engine).add(Role.READER, 8, OWNER)
    for person in (ADA, Person(8, "Ben"), Person(9, "Cas")):
        people.see(person)
    now += KEEP_PEOPLE_S + 1
    people.see(Person(9, "Cas"))
    assert set(people.known([7, 8, 9])) == {8, 9}
    assert [people.forget(9), people.forget(9)] == [True, False]


@pytest.mark.parametrize(
    ("person", "shown"),
    [
        (None, "7"),
        (Person(7, ""), "7"),
        (Person(7, "Ada\n Wren"), "Ada Wren (7)"),
        (ADA, "Ada Wren (@ada_w, 7)"),
        (Person(7, "A\x1b[31m\u202eb"), "A [31m b (7)"),
    ],
)
def test_labels(person: Person | None, shown: str) -> None:
    """A label is the name on one line, with user name and number; nothing in it steers a terminal or turns the line."""
    assert label(7, person) == shown
