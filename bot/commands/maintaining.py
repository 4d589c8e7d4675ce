"""What changes a data directory, as commands do it: import, removal, rebuilding; with progress, under the lock."""

from __future__ import annotations

from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.care.courses import Course, Words
from bot.care.rebuilding import KIND, Rebuild
from bot.commands.terminal import bytes_progress, count_progress, stage_progress, waiting
from corpus.errors import ChunkingError
from corpus.importing import Listener, Report, run_import
from index.building import Replayed
from index.errors import SnapshotMismatchError
from index.projection import Projection

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from bot.app import App
    from bot.care.canaries import Comparison, Sound
    from corpus.records import BadRecord
    from corpus.sources import Found

TERMINAL = "terminal"
"""Name under which a job says that it was begun at a terminal, and is not gone on with by the bot."""


def prepare_model(app: App) -> None:
    """Load the model, saying so where that takes long: once, when it is compiled."""
    if app.is_compiled:
        _ = app.encoder
    else:
        with waiting("Preparing the language model (once, up to a minute) …"):
            _ = app.encoder


def import_sources(app: App, found: Found, bad: Callable[[BadRecord], None]) -> Report:
    """Import sources and bring the index up to date.

    Raises:
        CorpusLockedError: another process is writing.
    """
    prepare_model(app)
    with app.lock():
        with bytes_progress("Reading", found.size) as show:

            def progress(report: Report) -> None:
                show(found.position, f"{report.records + report.skipped:,} records")

            report = run_import(found, app.writer, app.jobs, Listener(progress=progress, bad=bad))
        find_statements(app)
        update_index(app)
    return report


def remove_articles(app: App, numbers: Sequence[int]) -> list[int]:
    """Remove articles and bring the index up to date.

    Raises:
        CorpusLockedError: another process is writing.
    """
    prepare_model(app)
    with app.lock():
        removed = app.writer.remove(numbers)
        update_index(app)
    return removed


def find_statements(app: App, *, failed: bool = False) -> None:
    """Read all articles that this version's extractor has not read yet, as after an update. The caller holds the lock.

    Args:
        app: the data directory.
        failed: also those where it has failed before.
    """
    total = len(app.store.unread(app.extractor.fingerprint, failed=failed))
    if total:
        with count_progress("Finding statements") as show:
            for done in app.writer.restate(failed=failed):
                show(done, total)


def update_index(app: App) -> Replayed:
    """Bring the index up to date and publish it. The caller holds the lock."""
    replayed = Replayed()
    if app.projection.is_behind():
        with count_progress("Indexing") as show:
            replayed = app.projection.catch_up(show)
    if replayed.articles or app.projection.snapshot is None:
        app.projection.publish()
    return replayed


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """What a rebuild did.

    Attributes:
        replayed: what building the new index did.
        comparison: what the canaries were answered by the old index and the new one.
        snapshot: name of the snapshot in use; "" where the old one was kept because canaries differ.
    """

    replayed: Replayed
    comparison: Comparison
    snapshot: str


def rebuild(app: App, *, full: bool, careful: bool = False) -> Rebuilt:
    """Build the index anew, check it and switch to it; `full` also cuts all articles into passages again.

    Articles whose statements were found by another extractor, or never, are read anew first.

    Args:
        app: the data directory.
        full: whether to cut all articles again, as after a change of the model.
        careful: whether the old index stays when canaries are answered differently.

    Raises:
        CorpusLockedError: another process is writing.
        ValidationError: the new index failed its check; the old one stays.
    """
    prepare_model(app)
    # All of it under one lock: who waits at a terminal wants to hear at once that another process is at it.
    with app.lock(), _noted(app, full=full) as course, stage_progress() as show:

        def tell(stage: Words, done: int, total: int) -> None:
            course.step(stage, done, total)
            show(stage(), done, total)

        steps = Rebuild(app, app.canaries, tell, nullcontext)
        before = _sounds(app, steps, full=full)
        steps.put_in_order(full=full)
        if before is None:
            app.projection = Projection(app.parts, app.settings.data_dir, load=False)
        fresh = steps.build()
        comparison = steps.compared(before, fresh)
        if careful and comparison.differences:
            fresh.close()
            return Rebuilt(fresh.replayed, comparison, "")
        return Rebuilt(fresh.replayed, comparison, steps.switch(fresh))


def _sounds(app: App, steps: Rebuild, *, full: bool) -> dict[int, Sound] | None:
    """Ask the canaries of the old index; return None where it cannot be loaded, which a full rebuild is there for."""
    try:
        _ = app.projection
    except (SnapshotMismatchError, ChunkingError):
        if not full:
            raise
        return None
    return steps.before()


@contextmanager
def _noted(app: App, *, full: bool) -> Iterator[Course]:
    """Keep a row that tells other processes how far this rebuild is. The caller holds the lock."""
    for left in app.jobs.unfinished(KIND):
        if left.task.get(TERMINAL):
            app.jobs.fail(left.id, "it was broken off")  # whoever was at it would hold the lock
    number = app.jobs.start(KIND, {"full": full, TERMINAL: True})
    job = app.jobs.job(number)
    assert job is not None, "it was just begun"
    try:
        yield Course(job, app.jobs, app.lock)
    except BaseException as error:
        with suppress(Exception):  # a disk that is full may be what went wrong
            app.jobs.fail(number, str(error) or type(error).__name__)
        raise
    app.jobs.finish(number)


def ready(app: App) -> None:
    """Bring the index up to date before questions are asked, and publish what that took, unless another does."""
    prepare_model(app)
    if app.projection.is_behind():
        with count_progress("Indexing") as show:
            app.projection.catch_up(show)
        app.projection.publish_if_possible()
