"""The audit log: what is written, counted, and found again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.access import auditing
from bot.access.auditing import DONE, REFUSED, TOGETHER_S, Audit, Wanted
from bot.chat.schema import open_file

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NOW = 1_700_000_000


class Log:
    """An audit log with a clock that is set by hand."""

    def __init__(self, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.audit = Audit(open_file(path))
        self.now = NOW
        monkeypatch.setattr(auditing, "_now", lambda: self.now)

    def lines(self) -> list[tuple[int | None, str, str, int]]:
        """Return user, action, subject and times of all lines, oldest first."""
        return [(each.user, each.action, each.subject, each.times) for each in reversed(self.audit.read(100))]


@pytest.fixture
def log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Log]:
    """An empty log."""
    made = Log(tmp_path / "bot.sqlite", monkeypatch)
    yield made
    made.audit.engine.dispose()


def test_what_is_done_has_a_line_each(log: Log) -> None:
    """Changes are never put together."""
    for _ in range(3):
        log.audit.write(1, "add", "article 1", DONE)
    assert log.lines() == [(1, "add", "article 1", 1)] * 3


def test_attempts_in_a_row_share_a_line(log: Log) -> None:
    """Who tries the same again within a minute is counted; the line says when it was first and last."""
    for second in range(TOGETHER_S):
        log.now = NOW + second
        log.audit.refuse(5, "add", f"group {second}")
    assert log.lines() == [(5, "add", "group 0", TOGETHER_S)]
    (entry,) = log.audit.read(1)
    assert ((entry.last - entry.at).total_seconds(), entry.outcome) == (TOGETHER_S - 1, REFUSED)
    log.now = NOW + TOGETHER_S
    log.audit.refuse(5, "add", "again")
    assert log.lines()[1:] == [(5, "add", "again", 1)]


def test_different_attempts_do_not(log: Log) -> None:
    """Another person, another action, and for nobody in particular another way, are lines of their own."""
    for user, action, subject in (
        (5, "add", ""),
        (6, "add", ""),
        (5, "show", ""),
        (None, "add", "a"),
        (None, "add", "b"),
    ):
        log.audit.refuse(user, action, subject)
        log.audit.refuse(user, action, subject)
    assert log.lines() == [
        (5, "add", "", 2),
        (6, "add", "", 2),
        (5, "show", "", 2),
        (None, "add", "a", 2),
        (None, "add", "b", 2),
    ]


def test_a_change_is_no_attempt(log: Log) -> None:
    """An attempt is not counted on the line of something that was done."""
    log.audit.write(5, "add", "article 1", DONE)
    log.audit.refuse(5, "add", "")
    assert log.lines() == [(5, "add", "article 1", 1), (5, "add", "", 1)]


def test_attempts_cannot_fill_the_disk(log: Log) -> None:
    """However much is tried, and whatever it says, a line stays short and a minute has few of them."""
    for number in range(200):
        log.audit.refuse(5, "button", f"{number}" * 10_000)
    (entry,) = log.audit.read(10)
    assert (entry.times, len(entry.subject)) == (200, auditing.MOST_SUBJECT_CHARS)


def test_lines_are_found_by_person_action_and_outcome(log: Log) -> None:
    """A filter narrows what is read and what is counted."""
    log.audit.write(1, "add", "article 1", DONE)
    log.audit.write(2, "remove", "article 1", DONE)
    log.audit.refuse(5, "add", "")
    log.audit.write(1, "canaries add", "who?", DONE)
    for wanted, users in (
        (Wanted(), [1, 5, 2, 1]),
        (Wanted(action="canaries"), [1]),
        (Wanted(action="can"), []),
        (Wanted(action="canaries add"), [1]),
        (Wanted(user=2), [2]),
        (Wanted(action="add"), [5, 1]),
        (Wanted(action="done"), [1, 2, 1]),
        (Wanted(user=5, action="refused"), [5]),
        (Wanted(user=5, action="remove"), []),
    ):
        assert [each.user for each in log.audit.read(10, wanted=wanted)] == users
        assert log.audit.count(wanted) == len(users)
    assert [each.user for each in log.audit.read(1, 2)] == [2]
