"""The course of a long job: how its work, in a thread, tells how far it is, and hears what is wanted of it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bot.care.texts_jobs import waiting_for_others
from bot.errors import JobCancelledError, JobInterruptedError
from bot.language import speaking
from corpus.errors import CorpusLockedError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from corpus.jobs import Job, Jobs

KEEP_S = 5.0
"""How often, at most, the row of a job says how far it is: what other processes show of it."""

ALIVE_S = 60.0
"""How often the row of a job that waits for a person is written again, which shows that somebody is at it."""

LOOK_S = 0.5
"""How often somebody who waits looks whether the wait is over."""

STAGE, DONE, TOTAL = "stage", "done", "total"
"""Names under which a job's row says how far it is."""

Words = Callable[[], str]
"""Words in the language that is being spoken when it is called; followers of one job may read different ones."""

Lock = Callable[[float], AbstractContextManager[None]]
"""The lock of the only writer, waited for at most so many seconds; raises CorpusLockedError."""


@dataclass(frozen=True, slots=True)
class Step:
    """How far a job is.

    Attributes:
        stage: what is being done.
        done: how much of it is done.
        total: of how much; 0 where that is not known.
        since: when this stage began, monotonic seconds.
        begun: how much of it was done then.
    """

    stage: Words
    done: int
    total: int
    since: float
    begun: int = 0

    def left_s(self, now: float) -> float | None:
        """Return how many seconds the rest of this stage will take at its pace so far; None while that is a guess."""
        made, spent = self.done - self.begun, now - self.since
        if made <= 0 or self.total <= 0 or spent < 1:
            return None
        return spent / made * (self.total - self.done)


@dataclass(frozen=True, slots=True)
class Decision:
    """Something that a person has to decide before a job goes on.

    Attributes:
        question: what is asked, with all that is needed for an answer.
        options: what can be chosen: key, label of the button.
        otherwise: key of what is taken to be chosen when nobody decides in time.
        timeout_s: how long to wait.
    """

    question: Words
    options: tuple[tuple[str, Words], ...]
    otherwise: str
    timeout_s: float


class Course:
    """One run of a job. The methods up to `decide` are called by its work, in its thread; the others by the runner.

    Args:
        job: the job, as it was when this run began.
        jobs: its rows.
        lock: the lock of the only writer.
        clock: seconds, monotonic.
    """

    def __init__(self, job: Job, jobs: Jobs, lock: Lock, clock: Callable[[], float] = time.monotonic) -> None:
        self.job = job
        self.seen: Step | None = None
        self.asked: Decision | None = None
        self._jobs = jobs
        self._lock = lock
        self._clock = clock
        self._kept = {name: value for name, value in job.progress.items() if name not in {STAGE, DONE, TOTAL}}
        self._written = -KEEP_S
        self._changed = threading.Condition()
        self._wanted: type[JobCancelledError | JobInterruptedError] | None = None
        self._chosen: str | None = None

    @property
    def kept(self) -> Mapping[str, Any]:
        """What was kept in this run or an earlier one, as JSON values."""
        return self._kept

    def step(self, stage: Words, done: int = 0, total: int = 0) -> None:
        """Tell how far the work is; to be called at least every few seconds, between two changes that stand alone.

        Args:
            stage: what is being done; a function that is the same object for the whole stage.
            done: how much of it is done.
            total: of how much; 0 where that is not known.

        Raises:
            JobCancelledError: somebody cancelled the job. Whatever was begun is to be left as it was before.
            JobInterruptedError: the bot stops. What was begun is gone on with by another run.
        """
        now, seen = self._clock(), self.seen
        same = seen is not None and seen.stage is stage and done >= seen.done
        since, begun = (seen.since, seen.begun) if seen is not None and same else (now, done)
        self.seen = Step(stage, done, total, since, begun)
        if now - self._written >= KEEP_S:
            self._write(now)
        self.check()

    def keep(self, **values: Any) -> None:
        """Write down, at once, what another run needs to go on from here; JSON values, by name."""
        self._kept |= values
        self._write(self._clock())

    def check(self) -> None:
        """Raise what ends the job if somebody wants it to end; see `step`."""
        if self._wanted is not None:
            raise self._wanted

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the lock of the only writer for a block; wait for it as long as another process holds it.

        Raises:
            JobCancelledError, JobInterruptedError: as `step`, while waiting.
        """
        with ExitStack() as stack:
            while True:
                self.check()
                try:
                    stack.enter_context(self._lock(0))
                    break
                except CorpusLockedError:
                    self.step(waiting_for_others)
                    self._wait(LOOK_S)
            yield

    def decide(self, decision: Decision) -> str:
        """Have a person decide; return the key of what was chosen.

        Raises:
            JobCancelledError, JobInterruptedError: as `step`, while waiting.
        """
        deadline = self._clock() + decision.timeout_s
        self._chosen, self.asked = None, decision
        try:
            while self._clock() < deadline:
                self.check()
                if chosen := self._choice():
                    return chosen
                if self._clock() - self._written >= ALIVE_S:
                    self._write(self._clock())
                self._wait(LOOK_S)
            return decision.otherwise
        finally:
            self.asked = None

    def choose(self, position: int) -> bool:
        """Take a decision, by the position of its option; return False where none is asked for (any more)."""
        with self._changed:
            asked = self.asked
            if asked is None or self._chosen is not None or position >= len(asked.options):
                return False
            self._chosen = asked.options[position][0]
            self._changed.notify_all()
            return True

    def cancel(self) -> None:
        """Have the job end, and stay ended."""
        self._want(JobCancelledError)

    def interrupt(self) -> None:
        """Have the job end for now."""
        self._want(JobInterruptedError)

    def _choice(self) -> str | None:
        return self._chosen

    def _want(self, ending: type[JobCancelledError | JobInterruptedError]) -> None:
        with self._changed:
            self._wanted = self._wanted or ending
            self._changed.notify_all()

    def _wait(self, seconds: float) -> None:
        with self._changed:
            self._changed.wait(seconds)

    def _write(self, now: float) -> None:
        self._written = now
        progress = dict(self._kept)
        if self.seen is not None:
            with speaking(None):
                progress |= {STAGE: self.seen.stage(), DONE: self.seen.done, TOTAL: self.seen.total}
        self._jobs.advance(self.job.id, progress)
