"""What changes a data directory, as commands do it: import, removal, rebuilding; with progress, under the lock."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.terminal import bytes_progress, count_progress, waiting
from corpus.importing import Listener, Report, run_import
from index.building import Replayed
from index.projection import Projection

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from bot.app import App
    from corpus.records import BadRecord
    from corpus.sources import Found


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


def rebuild(app: App, *, full: bool) -> Replayed:
    """Build the index anew, check it and switch to it; `full` also cuts all articles into passages again.

    Articles whose statements were found by another extractor, or never, are read anew first.

    Raises:
        CorpusLockedError: another process is writing.
        ValidationError: the new index failed its check; the old one stays.
    """
    prepare_model(app)
    with app.lock():
        if full:
            with count_progress("Cutting into passages") as show:
                total = len(app.store.article_numbers())
                for done in app.writer.resplit():
                    show(done, total)
        find_statements(app, failed=full)
        if full:
            app.parts.vectors.prune(app.encoder.fingerprint)
            app.projection = Projection(app.parts, app.settings.data_dir, load=False)
        with count_progress("Rebuilding") as show:
            return app.projection.rebuild(show)


def ready(app: App) -> None:
    """Bring the index up to date before questions are asked, and publish what that took, unless another does."""
    prepare_model(app)
    if app.projection.is_behind():
        with count_progress("Indexing") as show:
            app.projection.catch_up(show)
        app.projection.publish_if_possible()
