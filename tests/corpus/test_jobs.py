"""Long jobs as rows."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from corpus.database import open_database, sqlite_url
from corpus.jobs import Jobs
from corpus.store import Store

TASK = {"sources": [["Bäume.jsonl", 12], ["b.csv", None]]}


@pytest.fixture
def jobs(store: Store) -> Jobs:
    """The jobs of an empty corpus."""
    return Jobs(store.engine)


def test_a_job_that_began_is_unfinished(jobs: Jobs) -> None:
    """A started job is found with its task, no progress, and an aware time."""
    before = datetime.now(UTC)
    number = jobs.start("import", TASK)
    (job,) = jobs.unfinished("import")
    assert (job.id, job.kind, job.task, job.progress) == (number, "import", TASK, {})
    assert before <= job.updated_at <= datetime.now(UTC)


def test_the_last_progress_counts(jobs: Jobs) -> None:
    """Each step overwrites the one before and moves the time."""
    number = jobs.start("import", TASK)
    (begun,) = jobs.unfinished("import")
    jobs.advance(number, {"sources": 0, "records": 64})
    jobs.advance(number, {"sources": 1, "records": 0})
    (job,) = jobs.unfinished("import")
    assert job.progress == {"sources": 1, "records": 0}
    assert job.updated_at >= begun.updated_at


def test_a_finished_job_is_not_unfinished(jobs: Jobs) -> None:
    """Only jobs of the kind asked for that did not finish are found, by id."""
    first, second = jobs.start("import", TASK), jobs.start("import", {})
    other = jobs.start("rebuild", {})
    third = jobs.start("import", {})
    jobs.finish(second)
    assert [job.id for job in jobs.unfinished("import")] == [first, third]
    assert [job.id for job in jobs.unfinished("rebuild")] == [other]
    assert jobs.unfinished("digest") == []


def test_jobs_outlive_the_process(tmp_path: Path) -> None:
    """A job is there after the database was opened again."""
    url = sqlite_url(tmp_path / "jobs.sqlite")
    engine = open_database(url)
    Jobs(engine).advance(Jobs(engine).start("import", TASK), {"records": 5})
    engine.dispose()
    engine = open_database(url)
    assert [(job.task, job.progress) for job in Jobs(engine).unfinished("import")] == [(TASK, {"records": 5})]
    engine.dispose()
