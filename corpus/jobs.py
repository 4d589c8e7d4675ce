"""Long jobs as rows of the database, so that what was broken off can be gone on with."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from sqlalchemy import Select, insert, select, update

from corpus.database import writing
from corpus.schema import jobs

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import Engine

PROBLEM = "problem"
"""Name under which the progress of a failed job says what went wrong."""


class JobState(StrEnum):
    """How far a job is."""

    RUNNING = "running"
    """It is being worked on, or was broken off; or it waits for its turn."""

    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Job:
    """A long job.

    Attributes:
        kind: what sort of job, such as "import".
        task: what is to be done, as JSON values.
        progress: how far it is, as JSON values.
        updated_at: when its progress was written last, UTC.
        created_at: when it was begun, UTC.
        state: whether it is still to be worked on, or how it ended.
    """

    id: int
    kind: str
    task: Mapping[str, Any]
    progress: Mapping[str, Any]
    updated_at: datetime
    created_at: datetime
    state: JobState = JobState.RUNNING

    @property
    def problem(self) -> str:
        """What went wrong, "" where nothing did."""
        return str(self.progress.get(PROBLEM, ""))


class Jobs:
    """The job rows of a database. A row is changed by whoever works on the job, and by nobody else."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def start(self, kind: str, task: Mapping[str, Any]) -> int:
        """Add a job and return its id."""
        now = datetime.now(UTC)
        row = {"state": JobState.RUNNING.value, "progress": "{}", "created_at": now, "updated_at": now}
        with writing(self._engine) as connection:
            added = connection.execute(insert(jobs).values(kind=kind, task=_dump(task), **row)).inserted_primary_key
            assert added is not None
            return int(added[0])

    def advance(self, number: int, progress: Mapping[str, Any]) -> None:
        """Write down how far a job is."""
        self._update(number, progress=_dump(progress))

    def finish(self, number: int) -> None:
        """Mark a job as done."""
        self._update(number, state=JobState.DONE.value)

    def cancel(self, number: int) -> None:
        """Mark a job as given up because somebody wanted that."""
        self._update(number, state=JobState.CANCELLED.value)

    def fail(self, number: int, problem: str) -> None:
        """Mark a job as failed, with what went wrong."""
        job = self.job(number)
        progress = {**(job.progress if job else {}), PROBLEM: problem}
        self._update(number, state=JobState.FAILED.value, progress=_dump(progress))

    def job(self, number: int) -> Job | None:
        """Return a job, or None when there is none of this id."""
        found = self._read(select(jobs).where(jobs.c.id == number))
        return found[0] if found else None

    def unfinished(self, kind: str | None = None) -> list[Job]:
        """Return the jobs of a kind, or of all, that were broken off (or that another process is at), by id."""
        query = select(jobs).where(jobs.c.state == JobState.RUNNING.value).order_by(jobs.c.id)
        return self._read(query if kind is None else query.where(jobs.c.kind == kind))

    def latest(self, limit: int) -> list[Job]:
        """Return the jobs that were begun last, newest first."""
        return self._read(select(jobs).order_by(jobs.c.id.desc()).limit(limit))

    def _read(self, query: Select[Any]) -> list[Job]:
        with self._engine.connect() as connection:
            return [
                Job(
                    row.id,
                    row.kind,
                    json.loads(row.task),
                    json.loads(row.progress),
                    row.updated_at,
                    row.created_at,
                    JobState(row.state),
                )
                for row in connection.execute(query)
            ]

    def _update(self, number: int, **values: object) -> None:
        with writing(self._engine) as connection:
            connection.execute(update(jobs).where(jobs.c.id == number).values(updated_at=datetime.now(UTC), **values))


def _dump(value: Mapping[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)
