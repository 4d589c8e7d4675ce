"""The doctor: looks at everything that a running Verbatim needs, and says what to fix.

`verbatim doctor` makes all checks; /health makes those that are quick, and adds what only a running bot knows.
"""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import text

from bot.care import texts_health
from bot.commands.stats import readable, size_of
from bot.language import translated
from corpus.errors import VerbatimError
from corpus.jobs import JobState
from index.models import BUNDLED, verify_bundled
from index.snapshots import Snapshots

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from bot.app import App

LEAST_FREE_BYTES = 1_000_000_000
"""Below this much free disk a rebuild of a middling collection may not fit."""

STILL = timedelta(minutes=10)
"""A job that has told nothing for so long is not being worked on."""

RECENT_JOBS = 20


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at.

    Attributes:
        name: what was looked at.
        well: whether it is as it should be.
        seen: what was seen.
        fix: what to do, when it is not well.
    """

    name: str
    well: bool
    seen: str
    fix: str = ""


def examine(app: App, names: Sequence[str] | None = None) -> Iterator[Check]:
    """Yield checks one by one, as they are made.

    Args:
        app: the data directory.
        names: which; default: all but those of a running bot.
    """
    for name in names or ("disk", "database", "statements", "model", "snapshot", "jobs", "feeds", "token"):
        yield _checked(name, _LOOKS[name], app)


def _checked(name: str, look: Callable[[App], str], app: App) -> Check:
    shown = "index" if name in {"snapshot", "standing"} else name
    try:
        return Check(shown, well=True, seen=look(app))
    except VerbatimError as error:
        return Check(shown, well=False, seen=translated(error.problem), fix=translated(error.fix))
    except OSError as error:
        return Check(shown, well=False, seen=str(error), fix=texts_health.check_path())


def _disk(app: App) -> str:
    directory = app.settings.data_dir
    directory.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryFile(dir=directory):
        free = shutil.disk_usage(directory).free
    if free < LEAST_FREE_BYTES:
        raise VerbatimError(texts_health.little_free(str(directory), free / 1e9), texts_health.make_room())
    return texts_health.free(str(directory), free / 1e9)


def _database(app: App) -> str:
    engine = app.store.engine
    if engine.dialect.name == "sqlite":
        with engine.connect() as connection:
            found = connection.scalar(text("PRAGMA quick_check"))
        if found != "ok":
            raise VerbatimError(texts_health.damaged(found), texts_health.restore())
    size = size_of(app.settings.data_dir, "corpus.sqlite*")
    return texts_health.database(app.store.extent().articles, app.store.generation(), readable(size) if size else "")


def _statements(app: App) -> str:
    unread = app.store.unread(app.extractor.fingerprint)
    if unread:
        raise VerbatimError(texts_health.unread(len(unread)), texts_health.read_them())
    failed = app.store.unread(app.extractor.fingerprint, failed=True)
    if failed:
        raise VerbatimError(texts_health.unreadable(len(failed)), texts_health.read_again())
    return texts_health.all_read()


def _model(app: App) -> str:
    if app.settings.model == BUNDLED:
        verify_bundled()
    encoder = app.encoder
    vector = encoder.encode_questions(["Is the model well?"])[0]
    return texts_health.model(app.settings.model, len(vector), checked=app.settings.model == BUNDLED)


def _snapshot(app: App) -> str:
    snapshots = Snapshots(app.settings.data_dir / "snapshots")
    current = snapshots.current()
    behind = app.store.generation()
    if current is None:
        if behind:
            raise VerbatimError(texts_health.no_index(), texts_health.build_it())
        return texts_health.nothing_to_index()
    snapshots.manifest(current, app.parts.identity)
    manifest = snapshots.verify(current)
    return texts_health.snapshot(current, manifest.passages, behind - manifest.generation)


def _standing(app: App) -> str:
    """Look at the index that answers, and whether the next start will find it; quick, however large it is."""
    projection = app.projection
    behind = app.store.generation() - projection.generation
    if behind > 0:
        raise VerbatimError(texts_health.lagging(behind), texts_health.catches_up())
    current = projection.snapshots.current()
    counts = projection.engines.passages.counts()[0], projection.engines.statements.counts()[0]
    if current is None:
        return texts_health.unwritten(*counts) if counts[0] else texts_health.nothing_to_index()
    projection.snapshots.manifest(current, app.parts.identity)
    return texts_health.standing(current, *counts)


def _jobs(app: App) -> str:
    unfinished = app.jobs.unfinished()
    still = [job for job in unfinished if datetime.now(UTC) - job.updated_at > STILL]
    if still:
        listed = ", ".join(f"{job.kind} #{job.id}" for job in still)
        raise VerbatimError(texts_health.broken_off(listed), texts_health.go_on())
    latest = app.jobs.latest(RECENT_JOBS)
    for kind in sorted({job.kind for job in latest}):
        last = next(job for job in latest if job.kind == kind)
        if last.state is JobState.FAILED:
            raise VerbatimError(texts_health.failed_last(kind, last.problem), texts_health.try_again())
    return texts_health.going_on(len(unfinished)) if unfinished else texts_health.no_unfinished()


def _feeds(app: App) -> str:
    followed = app.poller.subscriptions.all()
    broken = [feed for feed in followed if feed.is_broken and not feed.is_paused]
    if broken:
        listed = ", ".join(f"{feed.title} ({feed.problem})" for feed in broken)
        raise VerbatimError(texts_health.broken_feeds(listed), texts_health.see_feeds())
    if not followed:
        return texts_health.no_feeds()
    checked = [feed.checked_at for feed in followed if feed.checked_at is not None]
    ago = (datetime.now(UTC) - max(checked)).total_seconds() if checked else None
    return texts_health.feeds(len(followed), ago)


def _token(app: App) -> str:
    token = app.settings.telegram_token
    if token is None:
        return texts_health.no_token()
    from telegram.error import TelegramError  # noqa: PLC0415  (the library takes a while to import)

    from bot.chat.telegram import whoami  # noqa: PLC0415

    try:
        return f"@{asyncio.run(whoami(app.settings))}"
    except TelegramError as error:
        server = app.settings.telegram_api_url
        raise VerbatimError(
            texts_health.unreachable(str(server), type(error).__name__), texts_health.check_network()
        ) from error


_LOOKS: dict[str, Callable[[App], str]] = {
    "disk": _disk,
    "database": _database,
    "statements": _statements,
    "model": _model,
    "snapshot": _snapshot,
    "standing": _standing,
    "jobs": _jobs,
    "feeds": _feeds,
    "token": _token,
}
"""What can be looked at; "snapshot" is the index on disk, "standing" the one in use."""
