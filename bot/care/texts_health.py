"""What is said about the health of a Verbatim, at a terminal and in a chat."""

from __future__ import annotations

import re

from bot.care.texts_jobs import lasting
from bot.language import _, ngettext

_COMMANDS = (
    (re.compile(r"`?verbatim rebuild --full`?"), "/rebuild full"),
    (re.compile(r"`?verbatim rebuild --rollback`?"), "/rollback"),
    (re.compile(r"`?verbatim rebuild`?"), "/rebuild"),
    (re.compile(r"`?verbatim feeds list`?"), "/feeds"),
)
"""What is written at a terminal, and what is written in a chat instead."""


def name_of(check: str) -> str:
    """Name what was looked at."""
    names = {
        "disk": _("disk"),
        "database": _("database"),
        "statements": _("statements"),
        "model": _("model"),
        "index": _("index"),
        "jobs": _("jobs"),
        "feeds": _("feeds"),
        "token": _("token"),
        "bot": _("bot"),
        "queue": _("queue"),
    }
    return names.get(check, check)


def in_chat(fix: str) -> str:
    """Write what is to be done as it is done in a chat."""
    for at_terminal, here in _COMMANDS:
        fix = at_terminal.sub(here, fix)
    return fix


def free(directory: str, gigabytes: float) -> str:
    """Say that the disk is well."""
    return _("{directory} is writable, {free} GB free").format(directory=directory, free=f"{gigabytes:,.0f}")


def little_free(directory: str, gigabytes: float) -> str:
    """Say that the disk is nearly full."""
    return _("only {free} GB free in {directory}").format(free=f"{gigabytes:.1f}", directory=directory)


def make_room() -> str:
    """Say what to do about a disk that is nearly full."""
    return _("Free some space, or move the data directory.")


def database(articles: int, generation: int, size: str) -> str:
    """Say that the database is well."""
    counted = ngettext("{number} article", "{number} articles", articles).format(number=f"{articles:,}")
    told = _("{articles}, generation {generation}").format(articles=counted, generation=f"{generation:,}")
    return f"{told}, {size}" if size else told


def damaged(found: str) -> str:
    """Say that the database is damaged."""
    return _("the database is damaged: {found}").format(found=found)


def restore() -> str:
    """Say what to do about a damaged database."""
    return _("Restore a backup of corpus.sqlite.")


def all_read() -> str:
    """Say that statements were looked for in all articles."""
    return _("looked for in all articles")


def unread(number: int) -> str:
    """Say that statements were not looked for in some articles."""
    return ngettext(
        "not looked for in {number} article by this version",
        "not looked for in {number} articles by this version",
        number,
    ).format(number=f"{number:,}")


def unreadable(number: int) -> str:
    """Say that looking for statements failed in some articles."""
    return ngettext(
        "could not be looked for in {number} article", "could not be looked for in {number} articles", number
    ).format(number=f"{number:,}")


def read_them() -> str:
    """Say how statements are found in articles that were not read yet."""
    return _("`verbatim rebuild` finds them.")


def read_again() -> str:
    """Say how articles are read again in which that failed."""
    return _("`verbatim rebuild --full` tries again; if it fails again, please report it.")


def model(name: str, dimensions: int, *, checked: bool) -> str:
    """Say that the model is well."""
    told = _("{name}, {dimensions} dimensions").format(name=name, dimensions=dimensions)
    return _("{told}, weights have their published checksum").format(told=told) if checked else told


def no_index() -> str:
    """Say that there are articles without an index."""
    return _("there are articles, but no index")


def build_it() -> str:
    """Say how an index is made."""
    return _("Run `verbatim rebuild`.")


def nothing_to_index() -> str:
    """Say that there is no index because there is nothing to put into it."""
    return _("no articles yet, so no index")


def snapshot(name: str, passages: int, behind: int) -> str:
    """Say that the index on disk is well."""
    state = _("up to date")
    if behind:
        state = ngettext(
            "{number} change behind, which the next question makes up",
            "{number} changes behind, which the next question makes up",
            behind,
        ).format(number=f"{behind:,}")
    return _("snapshot {name}: {passages} passages, checksums right, {state}").format(
        name=name, passages=f"{passages:,}", state=state
    )


def standing(name: str, passages: int, statements: int) -> str:
    """Say that the index in use is well."""
    return _("snapshot {name}: {passages} passages, {statements} statements, up to date").format(
        name=name, passages=f"{passages:,}", statements=f"{statements:,}"
    )


def unwritten(passages: int, statements: int) -> str:
    """Say that the index in use is well, though no snapshot of it was written yet."""
    return _("{passages} passages, {statements} statements, up to date; not written yet, which /rebuild does").format(
        passages=f"{passages:,}", statements=f"{statements:,}"
    )


def lagging(behind: int) -> str:
    """Say that the index in use does not know everything."""
    return ngettext("it does not know {number} change yet", "it does not know {number} changes yet", behind).format(
        number=f"{behind:,}"
    )


def catches_up() -> str:
    """Say what to do about an index that lags behind."""
    return _("It catches up by itself. If that takes minutes, look into the log and run `verbatim rebuild`.")


def no_unfinished() -> str:
    """Say that no job is unfinished."""
    return _("none is unfinished")


def going_on(number: int) -> str:
    """Say that jobs are running."""
    return ngettext("{number} is running", "{number} are running", number).format(number=number)


def no_feeds() -> str:
    """Say that no feed is followed."""
    return _("none is followed")


def feeds(number: int, ago_s: float | None) -> str:
    """Say how many feeds are followed, and when one was asked last."""
    counted = ngettext("{number} is followed", "{number} are followed", number).format(number=number)
    if ago_s is None:
        return counted
    return _("{counted}, last asked {span} ago").format(counted=counted, span=lasting(ago_s))


def broken_feeds(listed: str) -> str:
    """Say which feeds cannot be read."""
    return _("cannot be read: {listed}").format(listed=listed)


def see_feeds() -> str:
    """Say what to do about broken feeds."""
    return _("Look at them with `verbatim feeds list`; pause or remove those that are gone.")


def broken_off(listed: str) -> str:
    """Say which jobs were broken off."""
    return _("broken off: {listed}").format(listed=listed)


def go_on() -> str:
    """Say how a broken off job is gone on with."""
    return _("The same `verbatim add` goes on with an import, `verbatim rebuild` begins a rebuild again.")


def failed_last(kind: str, problem: str) -> str:
    """Say that the last job of a kind failed."""
    return _("the last {kind} failed: {problem}").format(kind=kind, problem=problem)


def try_again() -> str:
    """Say what to do about a job that failed."""
    return _("Do what its message says, and start it again.")


def no_token() -> str:
    """Say that the bot is not served."""
    return _("none set; the bot is not served, all else works")


def unreachable(server: str, problem: str) -> str:
    """Say that Telegram cannot be reached."""
    return _("{server} cannot be reached ({problem})").format(server=server, problem=problem)


def check_network() -> str:
    """Say what to do when Telegram cannot be reached."""
    return _("Check the network and VERBATIM_TELEGRAM_API_URL.")


def check_path() -> str:
    """Say what to do when files cannot be used."""
    return _("Check the path and its permissions, or set VERBATIM_DATA_DIR.")


def up(version: str, seconds: float) -> str:
    """Say what runs, and for how long."""
    return _("Verbatim {version}, running for {time}").format(version=version, time=lasting(seconds))


def waiting(questions: int, longest_s: float) -> str:
    """Say how many questions are being worked on, and how long one has waited at most since the start."""
    now = _("no question is waiting")
    if questions:
        now = ngettext(
            "{number} question is being worked on", "{number} questions are being worked on", questions
        ).format(number=questions)
    if longest_s < 1:
        return now
    # NOTE: {now} is "no question is waiting" or "3 questions are being worked on".
    return _("{now}; the longest wait so far: {time}").format(now=now, time=lasting(longest_s))


def crowded() -> str:
    """Say what to do when many questions wait."""
    return _("If this stays so, the bot needs more processor cores.")


def all_well() -> str:
    """Head a list of checks that are all well."""
    return _("All is well.")


def not_well(number: int) -> str:
    """Head a list of checks of which some are not well."""
    return ngettext("{number} thing needs attention.", "{number} things need attention.", number).format(number=number)
