"""A large archive for benchmarks: a data directory with as many passages as wanted, made from real articles.

    python -m benchmarks.archive --data-dir DIRECTORY [--passages 1000000] [--origin DIRECTORY | --articles FILE …]

The articles of `--origin`, a data directory (which is copied, not changed), or of files that are imported as `verbatim
add` does it, or else those of the sample collection, are the originals. Copies of them differ in ids, titles, days,
words and in the names of speakers (`benchmarks.altering`, `benchmarks.multiplying`), and their vectors lie as far from
those of the originals as neighbours lie from each other (`benchmarks.noise`). `verbatim` opens the directory as any
other; only the cache of vectors does not hold those of the copies, so `verbatim rebuild` would embed them, and bring
their neighbourhoods nearer together than they are here.

What is broken off is gone on with by the same command.
"""

from __future__ import annotations

import argparse
import shutil
import sqlite3
import sys
import time
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.filling import Made, Sources, build, opened
from benchmarks.multiplying import Multiplier, Stride
from bot.commands.maintaining import import_sources
from corpus.sources import SAMPLE, find
from corpus.writing import SPLITTER
from index.snapshots import Snapshots

if TYPE_CHECKING:
    from collections.abc import Sequence

    from benchmarks.filling import Opening
    from bot.app import App

PASSAGES = 1_000_000


def make(
    directory: Path,
    wanted: int,
    origin: Path | Sequence[Path],
    models: Path | None = None,
    opening: Opening = opened,
) -> str:
    """Make an archive, or go on with making it.

    Args:
        directory: the data directory; new, or one that an earlier call has begun.
        wanted: how many passages there are to be, at least.
        origin: a data directory with the originals, or files of articles.
        models: directory of compiled models, to which the data directory's becomes a link; default: one of its own.
        opening: opens a data directory, here and in other processes.

    Returns:
        The name of the snapshot in use.
    """
    made = Made.load(directory)
    directory.mkdir(parents=True, exist_ok=True)
    if models is not None and not (directory / "models").exists():
        models.mkdir(parents=True, exist_ok=True)
        (directory / "models").symlink_to(models.resolve())
    if made is None:
        if isinstance(origin, Path):
            _take_over(origin, directory)
        else:
            import_articles(origin or [SAMPLE], app := opening(directory))
            app.close()
    app = opening(directory)
    with app.lock():
        if made is None:
            made = _originals(app, wanted)
            made.save(directory)
        multiplier = Multiplier(app.store, made.stride, made.copies)
        _say(f"{multiplier.share:.0%} of the lesser known speakers get another name in each copy")
        for there in multiplier.fill(wanted):
            _say(f"{there} passages are stored")
        snapshots = Snapshots(directory / "snapshots")
        current = snapshots.current()
        if current is not None and snapshots.manifest(current).generation == app.store.generation():
            return current
        Sources.make(app, made).save(directory)
        _say(f"the texts of the originals are embedded; {app.store.summary().statements} statements are indexed too")
        name = build(directory, opening)
    app.store.close()
    return name


def passages(directory: Path) -> int:
    """Return how many passages a data directory holds."""
    app = opened(directory)
    try:
        return app.store.summary().passages
    finally:
        app.store.close()


def _take_over(origin: Path, directory: Path) -> None:
    """Copy a corpus, and the vectors of its texts."""
    for name in ("corpus.sqlite", "vectors.sqlite"):
        if not (origin / name).is_file():
            continue
        # Whatever another process has not yet written into the file itself is copied too.
        with closing(sqlite3.connect(origin / name)) as source, closing(sqlite3.connect(directory / name)) as target:
            source.backup(target)


def import_articles(files: Sequence[Path], app: App) -> None:
    """Import files of articles as `verbatim add` does it; what cannot be read is printed."""
    import_sources(app, find([str(path) for path in files]), lambda bad: print(bad, file=sys.stderr))


def _originals(app: App, passages: int) -> Made:
    """Bring the originals into the form in which this version stores them."""
    if app.store.setting(SPLITTER) != app.splitter.fingerprint:
        for there in app.writer.resplit():
            _say(f"{there} articles are cut into passages anew")
    there = app.store.summary().passages
    if not there:
        sys.exit("there are no articles to make an archive from")
    # What the index of the originals knows is not what it will hold.
    shutil.rmtree(app.settings.data_dir / "snapshots", ignore_errors=True)
    return Made(Stride.of(app.store), app.store.generation(), passages / there)


def _say(line: str) -> None:
    print(f"{time.strftime('%H:%M:%S')}  {line}", file=sys.stderr, flush=True)


def main() -> None:
    """Make it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data-dir", type=Path, required=True)
    parser.add_argument("--passages", type=int, default=PASSAGES)
    parser.add_argument("--origin", type=Path, help="a data directory with articles that were imported")
    parser.add_argument("--articles", type=Path, nargs="+", default=[], help="files, as `verbatim add` reads them")
    parser.add_argument("--models", type=Path, help="a directory of compiled models to use, by a link")
    options = parser.parse_args()
    began = time.monotonic()
    name = make(options.data_dir, options.passages, options.origin or options.articles, options.models)
    _say(f"snapshot {name} is in use; it took {(time.monotonic() - began) / 60:.1f} min")


if __name__ == "__main__":
    main()
