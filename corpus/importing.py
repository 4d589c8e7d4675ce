"""The import: records are read, stored in batches, and counted; one bad record never stops the others.

An import that was broken off is gone on with by running it again: its row in the database says which sources are done
and how many records of the next one. Should a source have changed meanwhile, it is read from its beginning; what was
stored already is then found unchanged.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from corpus.readers import read
from corpus.records import BadRecord, GoodRecord

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from corpus.jobs import Job, Jobs
    from corpus.sources import Found, Source
    from corpus.writing import Outcome, Writer

KIND = "import"

BATCH_RECORDS = 64
"""Records, good or bad, between two commits: what a crash can make us read again."""

BATCH_CHARACTERS = 4_000_000
"""A batch ends earlier when its texts are longer than this, so that memory stays bounded."""


@dataclass(slots=True)
class Report:
    """What an import did, so far.

    Attributes:
        outcomes: how many records were added, were copies of others, were updated, or were there unchanged.
        bad: how many could not be read.
        skipped: records passed over because an earlier run had dealt with them.
        resumed: whether an earlier run was gone on with.
        stopped: whether it was ended before its end, as the listener wanted.
    """

    outcomes: Counter[Outcome] = field(default_factory=Counter)
    bad: int = 0
    skipped: int = 0
    resumed: bool = False
    stopped: bool = False

    @property
    def records(self) -> int:
        """How many records were looked at."""
        return self.outcomes.total() + self.bad


@dataclass(frozen=True, slots=True)
class Listener:
    """Who is told about an import while it runs.

    Attributes:
        progress: called after each batch, with the report so far; positions stand in the sources.
        bad: called for each bad record.
        stops: asked after each batch whether to end there: what is stored stays, and nothing goes on with the rest.
    """

    progress: Callable[[Report], None] = lambda _: None
    bad: Callable[[BadRecord], None] = lambda _: None
    stops: Callable[[], bool] = lambda: False


def run_import(found: Found, writer: Writer, jobs: Jobs, listener: Listener | None = None) -> Report:
    """Read sources and store what they hold. The caller holds the write lock.

    Args:
        found: the sources, in order.
        writer: where the articles go.
        jobs: where the progress is written down.
        listener: who is told.

    Returns:
        What was done. Every article that it counts is on disk.
    """
    run = _Run(writer, jobs, listener or Listener())
    task = {"sources": [_signature(source) for source in found.sources]}
    # A pipe cannot be read again, and two pipes look alike: such an import is never gone on with.
    earlier = None if found.size is None else _earlier(jobs, task)
    run.resume(earlier, task)
    done: int = earlier.progress.get("sources", 0) if earlier else 0
    for position, source in enumerate(found.sources):
        if position < done:
            source.finish()
            continue
        skip: int = earlier.progress.get("records", 0) if earlier and position == done else 0
        run.source(source, position, skip)
        if run.report.stopped:
            break
    jobs.finish(run.job)
    return run.report


class _Run:
    def __init__(self, writer: Writer, jobs: Jobs, listener: Listener) -> None:
        self.report = Report()
        self.job = 0
        self._writer = writer
        self._jobs = jobs
        self._listener = listener

    def resume(self, earlier: Job | None, task: Mapping[str, Any]) -> None:
        if earlier is None:
            self.job = self._jobs.start(KIND, task)
            return
        self.job = earlier.id
        self.report.resumed = bool(earlier.progress)

    def source(self, source: Source, position: int, skip: int) -> None:
        self.report.skipped += skip
        read_so_far = noted = skip
        batch: list[GoodRecord] = []
        characters = 0
        for record in read(source, skip=skip):
            read_so_far += 1
            if isinstance(record, BadRecord):
                self.report.bad += 1
                self._listener.bad(record)
            else:
                batch.append(record)
                characters += len(record.draft.text)
            if read_so_far - noted >= BATCH_RECORDS or characters >= BATCH_CHARACTERS:
                self._store(batch)
                self._jobs.advance(self.job, {"sources": position, "records": read_so_far})
                batch, characters, noted = [], 0, read_so_far
                self.report.stopped = self._listener.stops()
                if self.report.stopped:
                    return
        self._store(batch)
        self._jobs.advance(self.job, {"sources": position + 1, "records": 0})

    def _store(self, batch: Sequence[GoodRecord]) -> None:
        if batch:
            stored = self._writer.add([record.draft for record in batch])
            self.report.outcomes.update(entry.outcome for entry in stored)
        self._listener.progress(self.report)


def _earlier(jobs: Jobs, task: Mapping[str, Any]) -> Job | None:
    """Find the latest import of the same sources that was broken off."""
    same = [job for job in jobs.unfinished(KIND) if job.task == task]
    return same[-1] if same else None


def _signature(source: Source) -> list[object]:
    return [source.name, source.size, source.stamp]
