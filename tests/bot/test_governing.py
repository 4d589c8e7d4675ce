"""Admins, readers and the audit log on the command line."""

from __future__ import annotations

import contextlib
import json
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner, Result

from bot.access.auditing import Audit
from bot.access.people import People, Person
from bot.chat.state import State
from bot.cli import cli
from bot.errors import PersonUnknownError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@pytest.fixture
def verbatim(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """Run a command on a data directory of the test's own; Ada (7) has written to its bot."""
    monkeypatch.chdir(tmp_path)
    with contextlib.closing(State(tmp_path)) as state:
        People(state.engine).see(Person(7, "Ada", "ada_w"))

    def run(*arguments: str) -> Result:
        return CliRunner().invoke(cli, ["--data-dir", str(tmp_path), *arguments])

    return run


def test_admins_are_listed_added_and_removed(verbatim: Callable[..., Result], monkeypatch: pytest.MonkeyPatch) -> None:
    """By number or user name; what is so already is said and fails; the owner stands above."""
    assert verbatim("admins").stdout == "There are no admins yet: `verbatim admins add ID` adds one.\n"
    assert verbatim("admins", "add", "@ADA_w").stdout == "Ada (@ada_w, 7) is on the list of admins now.\n"
    again = verbatim("admins", "add", "7")
    assert (again.exit_code, again.stdout) == (1, "Ada (@ada_w, 7) is on the list of admins already.\n")
    monkeypatch.setenv("VERBATIM_OWNER_ID", "3")
    owner, admin = verbatim("admins").stdout.splitlines()
    assert owner == "3  owner"
    assert admin.startswith("Ada (@ada_w, 7)  since 20")
    assert verbatim("admins", "remove", "7").stdout == "Ada (@ada_w, 7) is off the list of admins now.\n"
    gone = verbatim("admins", "remove", "7")
    assert (gone.exit_code, gone.stdout) == (1, "Ada (@ada_w, 7) is not on that list.\n")


def test_groups_may_be_readers_but_not_admins(verbatim: Callable[..., Result]) -> None:
    """A group's number begins with a minus sign."""
    assert verbatim("readers", "add", "-1001").stdout == "-1001 is on the list of readers now.\n"
    assert verbatim("readers").stdout.startswith("-1001  since ")
    assert verbatim("admins", "add", "--", "-1001").exit_code == 2
    assert verbatim("admins").stdout.startswith("There are no admins yet")


@pytest.mark.parametrize("who", ["@nobody_here", "somebody", "0", "-", "1" * 30])
def test_unknown_people_are_told(verbatim: Callable[..., Result], who: str) -> None:
    """Who is neither a number nor known cannot be added."""
    result = verbatim("readers", "add", who)
    assert isinstance(result.exception, PersonUnknownError)
    assert result.exception.name == who


def test_half_a_command_is_none(verbatim: Callable[..., Result]) -> None:
    """A change needs somebody."""
    assert verbatim("admins", "add").exit_code == 2


def test_audit_shows_filters_and_prints_json(verbatim: Callable[..., Result], tmp_path: Path) -> None:
    """Newest first, with names, the command line's changes among them; strangers' words do not steer the terminal."""
    assert verbatim("audit").stdout == "Nothing is in the audit log.\n"
    verbatim("admins", "add", "7")
    with contextlib.closing(State(tmp_path)) as state:
        Audit(state.engine).write(7, "add", "article 1: Bridge", "done")
        Audit(state.engine).refuse(8, "button", "tapped · \x1b[2J\n")
        Audit(state.engine).refuse(8, "button", "tapped · d:1")
        Audit(state.engine).refuse(None, "add", "channel post")
    lines = [line.split(" UTC  ", 1)[1] for line in verbatim("audit").stdout.splitlines()]
    assert lines[0] == "nobody in particular  add  refused  channel post"
    assert lines[1].startswith("8  button  refused  tapped · �[2J�  2 times until ")
    assert lines[2:] == [
        "Ada (@ada_w, 7)  add  done  article 1: Bridge",
        "command line  admins  done  added Ada (@ada_w, 7)",
    ]
    for arguments, count in (
        (("--person", "@ada_w"), 1),
        (("--person", "command line"), 1),
        (("--action", "refused"), 2),
        (("--action", "add", "--person", "7"), 1),
        (("--limit", "3"), 3),
    ):
        assert len(verbatim("audit", "--json", *arguments).stdout.splitlines()) == count
    record = json.loads(verbatim("audit", "--json", "--person", "7").stdout)
    assert {name: record[name] for name in ("user", "name", "action", "subject", "outcome", "times")} == {
        "user": 7,
        "name": "Ada",
        "action": "add",
        "subject": "article 1: Bridge",
        "outcome": "done",
        "times": 1,
    }
    assert record["at"].endswith("+00:00")
