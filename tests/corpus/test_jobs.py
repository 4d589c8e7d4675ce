"""Long jobs as rows."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from corpus.database import open_database, sqlite_url
from corpus.jobs import Jobs, JobState
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


def test_a_job_ends_in_one_of_three_ways(jobs: Jobs) -> None:
    """Done, failed with what went wrong, or cancelled: none of these is unfinished, and each says so."""
    done, failed, cancelled, running = (jobs.start("import", {}) for _ in range(4))
    jobs.advance(failed, {"records": 3})
    jobs.finish(done)
    jobs.fail(failed, "the disk is full")
    jobs.cancel(cancelled)
    assert [job.id for job in jobs.unfinished()] == [running]
    states = {job.id: (job.state, job.problem) for job in jobs.latest(9)}
    assert states == {
        done: (JobState.DONE, ""),
        failed: (JobState.FAILED, "the disk is full"),
        cancelled: (JobState.CANCELLED, ""),
        running: (JobState.RUNNING, ""),
    }
    read = jobs.job(failed)
    assert read
    assert read.progress == {"records": 3, "problem": "the disk is full"}
    assert read.created_at <= read.updated_at


def test_jobs_are_listed_newest_first(jobs: Jobs) -> None:
    """The latest are those begun last, of all kinds; what was never begun is not there."""
    numbers = [jobs.start(kind, {}) for kind in ("import", "rebuild", "import")]
    assert [job.id for job in jobs.latest(2)] == numbers[:0:-1]
    assert jobs.job(99) is None
