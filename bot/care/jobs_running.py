"""Running long jobs from a chat: one after another, each with a message that shows its progress and a Cancel button.

How to have one run, as /rebuild does:

1. Write its work: a class as in `Work`. `run` is called in a thread of its own; it tells how far it is with
   `course.step(stage, done, total)`, keeps what another run needs with `course.keep(…)`, changes the corpus within
   `with course.locked():`, and returns a function that says what came of it. It may be called again for the same job,
   with what an earlier run kept in `course.kept`: after a crash, or when the bot was stopped meanwhile.
2. `runner.offer(work)`, before the bot starts.
3. In a handler, after `access.admin`: `await runner.start(kind, task, follower)`, where `follower` is
   `bot.readers.following.follower_of(update, user)` and task is JSON values.

The runner keeps a row for the job, shows and updates the message, offers Cancel, asks what `course.decide` wants to
know, says how it ended, and goes on with it after a restart. All words are functions, called in the language of whoever
reads them.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import threading
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Protocol

from bot.care import texts_jobs
from bot.care.courses import Course
from bot.care.showing_jobs import Display
from bot.chat.formatting import note
from bot.errors import JobCancelledError, JobInterruptedError
from bot.language import speaking
from corpus.errors import VerbatimError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.care.boards import Board
    from bot.care.courses import Lock, Words
    from bot.care.followers import Follower, Followers
    from corpus.jobs import Job, Jobs

log = logging.getLogger(__name__)

LOOK_S = 0.25
"""How often the runner looks whether a job is over."""

STOP_S = 4.0
"""How long a stop waits for jobs to break off, in seconds; those that take longer are as if the power had failed."""

MOST_STARTS = 5
"""So often a job is begun or gone on with, if each time the process ends in the middle of it."""

STARTS = "starts"
"""Name under which a job keeps how often it was begun or gone on with."""


class Work(Protocol):
    """What is done in a kind of job.

    Attributes:
        kind: name of the kind, as the rows of the database and the audit log call it.
        single: whether there may be only one job of this kind at a time; who wants another follows that one.
    """

    kind: str
    single: bool

    def title(self, task: Mapping[str, Any]) -> str:
        """Say what is being done, such as "Rebuilding the index"."""
        ...

    def cancelled(self) -> str:
        """Say what it means that the job was cancelled."""
        ...

    def run(self, course: Course) -> Words:
        """Do the work, in a thread; return what says how it went.

        Raises:
            VerbatimError: it failed; people are told the problem and the fix.
        """
        ...


class Runner:
    """Runs jobs, one after another: all of them change the same corpus.

    Args:
        jobs: the rows.
        followers: who follows them.
        board: where progress is shown.
        lock: the lock of the only writer.
    """

    def __init__(self, jobs: Jobs, followers: Followers, board: Board, lock: Lock) -> None:
        self.jobs = jobs
        self.followers = followers
        self._board = board
        self._lock = lock
        self._works: dict[str, Work] = {}
        self._running: dict[int, tuple[Course, Display, asyncio.Task[None]]] = {}
        self._starting = asyncio.Lock()

    def offer(self, work: Work) -> None:
        """Say what is done in a kind of job."""
        self._works[work.kind] = work

    def title(self, job: Job) -> str:
        """Say what a job does."""
        work = self._works.get(job.kind)
        return work.title(job.task) if work else job.kind

    def course(self, job: int) -> Course | None:
        """Return the course of a job that is running or waits for its turn; None where it does neither here."""
        return self._running[job][0] if job in self._running else None

    async def start(self, kind: str, task: Mapping[str, Any], follower: Follower) -> int:
        """Begin a job, or follow the one that is running if there may be only one; return its id."""
        async with self._starting:
            same = next((number for number, (course, _, _) in self._running.items() if course.job.kind == kind), None)
            if same is not None and self._works[kind].single:
                await self._follow(same, follower)
                return same
            number = await asyncio.to_thread(self.jobs.start, kind, task)
            row = await asyncio.to_thread(self.followers.add, number, follower)
            job = await asyncio.to_thread(self.jobs.job, number)
            assert job is not None, "it was just begun"
            display = self._begin(job)
            await display.join(row, follower)
            return number

    async def begin(self) -> None:
        """Go on with the jobs that an earlier run of the bot left, and tell those who follow them."""
        for job in await asyncio.to_thread(self.jobs.unfinished):
            following = await asyncio.to_thread(self.followers.of, job.id)
            if job.kind not in self._works or not following:
                continue  # another process is at it, or was
            if job.progress.get(STARTS, 0) >= MOST_STARTS:
                await self._give_up(job, following)
                continue
            log.warning("job %d (%s) was interrupted; it is gone on with", job.id, job.kind)
            display = self._begin(job)
            for each in following:
                await display.rejoin(each)

    async def end(self) -> None:
        """Break all jobs off; the next start goes on with them."""
        for course, _, _ in self._running.values():
            course.interrupt()
        tasks = [task for _, _, task in self._running.values()]
        if tasks:
            await asyncio.wait(tasks, timeout=STOP_S)
        for task in tasks:
            task.cancel()

    async def cancel(self, job: int, name: str) -> bool:
        """Cancel a job; return False where it is not running.

        Args:
            job: its id.
            name: what whoever cancels it is called.
        """
        if job not in self._running:
            return False
        course, display, _ = self._running[job]
        display.cancelled_by = name
        course.cancel()
        return True

    def choose(self, job: int, position: int) -> bool:
        """Take a decision that a job waits for; return False where it waits for none."""
        course = self.course(job)
        return course is not None and course.choose(position)

    async def _follow(self, job: int, follower: Follower) -> None:
        course, display, _ = self._running[job]
        first = (await asyncio.to_thread(self.followers.of, job))[0]
        span = datetime.now(UTC) - course.job.created_at
        row = await asyncio.to_thread(self.followers.add, job, follower)
        await display.join(row, follower, texts_jobs.running_already(first.name, span))

    def _begin(self, job: Job) -> Display:
        work = self._works[job.kind]
        course = Course(job, self.jobs, self._lock)
        display = Display(course, lambda: work.title(job.task), self._board, self.followers)
        task = asyncio.create_task(self._run(work, course, display), name=f"job {job.id}")
        self._running[job.id] = (course, display, task)
        return display

    async def _run(self, work: Work, course: Course, display: Display) -> None:
        showing = asyncio.create_task(display.keep_showing())
        number = course.job.id
        try:
            await self._my_turn(course)
            result = await self._worked(work, course)
        except JobInterruptedError:
            display.hurries = True
            await asyncio.to_thread(course.keep, **{STARTS: 0})
            result = texts_jobs.will_go_on
        except JobCancelledError:
            await asyncio.to_thread(self.jobs.cancel, number)
            name = display.cancelled_by
            result = lambda: f"{texts_jobs.cancelled_by(name)} {work.cancelled()}"  # noqa: E731
        except Exception as error:  # noqa: BLE001  (its followers are told, and it is logged)
            result = await asyncio.to_thread(self._failure, number, error)
        finally:
            display.over.set()
            del self._running[number]
        await showing  # what is being written now must not arrive after the last words
        await display.ended(result)

    async def _my_turn(self, course: Course) -> None:
        """Wait until all jobs that were begun before have ended."""
        while min(self._running) != course.job.id:
            await asyncio.to_thread(course.step, texts_jobs.waiting_for_turn)
            await asyncio.sleep(LOOK_S)

    async def _worked(self, work: Work, course: Course) -> Words:
        """Do the work in a thread; write down that it is done."""
        course.check()
        await asyncio.to_thread(course.keep, **{STARTS: course.kept.get(STARTS, 0) + 1})
        results: list[Words] = []
        errors: list[BaseException] = []

        def call() -> None:
            try:
                results.append(work.run(course))
            except BaseException as error:  # noqa: BLE001  (raised again below)
                errors.append(error)

        # A daemon: what does not end in time must not hold up the end of the process; it is crash-proof anyway.
        thread = threading.Thread(target=call, name=f"job-{course.job.id}", daemon=True)
        thread.start()
        while thread.is_alive():  # noqa: ASYNC110 - a thread sets no event of the loop when it dies
            await asyncio.sleep(LOOK_S)
        if errors:
            raise errors[0]
        await asyncio.to_thread(self.jobs.finish, course.job.id)
        return results[0]

    def _failure(self, number: int, error: Exception) -> Words:
        """Write down that a job failed; return what says so."""
        if isinstance(error, VerbatimError):
            problem, fix = error.problem, error.fix
            log.warning("job %d failed: %s", number, error)
            said = lambda: texts_jobs.failed(problem, fix)  # noqa: E731
        else:
            problem = f"{type(error).__name__}: {error}"
            log.error("job %d failed", number, exc_info=error)
            said = lambda: texts_jobs.failed(texts_jobs.unforeseen(), texts_jobs.look_into_the_log())  # noqa: E731
        with contextlib.suppress(Exception):  # a disk that is full may be what went wrong
            self.jobs.fail(number, problem)
        return said

    async def _give_up(self, job: Job, following: list[Follower]) -> None:
        """Tell that a job in whose middle the process ended again and again is not tried any more."""
        times = int(job.progress[STARTS])
        with speaking(None):
            await asyncio.to_thread(self.jobs.fail, job.id, texts_jobs.interrupted_too_often(times))
        for each in following:
            with speaking(each.language):
                words = f"{self.title(job)}\n{texts_jobs.failed(texts_jobs.interrupted_too_often(times), '')}"
                await self._board.settle(Display.target(each), each.message, note(words))
