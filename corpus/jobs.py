"""Long jobs as rows of the database, so that what was broken off can be gone on with."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from sqlalchemy import insert, select, update

from corpus.database import writing
from corpus.schema import jobs

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import Engine


class JobState(StrEnum):
    """How far a job is."""

    RUNNING = "running"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class Job:
    """A long job.

    Attributes:
        kind: what sort of job, such as "import".
        task: what is to be done, as JSON values.
        progress: how far it is, as JSON values.
        updated_at: when its progress was written last, UTC.
    """

    id: int
    kind: str
    task: Mapping[str, Any]
    progress: Mapping[str, Any]
    updated_at: datetime


class Jobs:
    """The job rows of a database. Whoever changes one holds the write lock."""

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

    def unfinished(self, kind: str) -> list[Job]:
        """Return the jobs of a kind that were broken off (or that another process is at), by id."""
        query = select(jobs).where(jobs.c.kind == kind, jobs.c.state == JobState.RUNNING.value).order_by(jobs.c.id)
        with self._engine.connect() as connection:
            return [
                Job(row.id, row.kind, json.loads(row.task), json.loads(row.progress), row.updated_at)
                for row in connection.execute(query)
            ]

    def _update(self, number: int, **values: object) -> None:
        with writing(self._engine) as connection:
            connection.execute(update(jobs).where(jobs.c.id == number).values(updated_at=datetime.now(UTC), **values))


def _dump(value: Mapping[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)
