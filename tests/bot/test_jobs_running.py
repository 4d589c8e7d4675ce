"""Long jobs run from a chat, on a scripted wire: progress, Cancel, decisions, failures, and what a restart finds."""

from __future__ import annotations

import asyncio
import contextlib
import threading
import time
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest
from wire import Wire, client_on, error

from bot.care import texts_jobs
from bot.care.boards import Board
from bot.care.courses import Course, Decision, Step
from bot.care.followers import Follower, Followers
from bot.care.jobs_running import MOST_STARTS, Runner
from bot.care.showing_jobs import progress
from bot.chat.pacing import Patience
from bot.chat.sending import Sender
from bot.chat.state import State
from bot.errors import BotError
from corpus.database import open_database, sqlite_url
from corpus.errors import CorpusLockedError
from corpus.jobs import Jobs, JobState

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from bot.care.courses import Words

ANN = Follower(user=7, name="Ann", chat=7, thread=None, language="en")
BO = Follower(user=8, name="Bo", chat=8, thread=None, language="ko")


def counting() -> str:
    """Name a stage."""
    return "Counting"


class Counting:
    """A job that does whatever its test says.

    Attributes:
        does: what it does.
        runs: what was kept when it was run, one entry a run.
    """

    kind = "count"
    single = True

    def __init__(self, does: Callable[[Course], Words]) -> None:
        self.does = does
        self.runs: list[dict[str, Any]] = []

    def title(self, task: Mapping[str, Any]) -> str:
        """Say what it does."""
        return f"Counting to {task.get('to')}"

    def cancelled(self) -> str:
        """Say what cancelling means."""
        return "Nothing was counted."

    def run(self, course: Course) -> Words:
        """Do it."""
        self.runs.append(dict(course.kept))
        return self.does(course)


class Uncounted(Counting):
    """Another kind of job, of which there may be several at a time."""

    kind = "other"
    single = False


class Desk:
    """A runner over a database and a wire."""

    def __init__(self, directory: Path, edit_s: float = 0.1) -> None:
        self.state = State(directory)
        self.engine = open_database(sqlite_url(directory / "corpus.sqlite"))
        self.jobs = Jobs(self.engine)
        self.wire = Wire()
        client, throttle = client_on(self.wire)
        self.moved: list[tuple[int, int]] = []

        async def moved(old: int, new: int) -> None:
            self.moved.append((old, new))

        self.locked = False
        sender = Sender(client, throttle, moved, Patience(all_s=1, first_s=0.01))
        self.board = Board(client, throttle, sender, moved, edit_s)
        self.followers = Followers(self.state.engine)
        self.runner = self.another()

    def another(self, *works: Counting) -> Runner:
        """Return a new runner, as after a restart."""
        runner = Runner(self.jobs, self.followers, self.board, self._lock)
        for work in works:
            runner.offer(work)
        self.runner = runner
        return runner

    @contextlib.contextmanager
    def _lock(self, wait_s: float) -> Iterator[None]:
        if self.locked:
            raise CorpusLockedError(str(wait_s))
        yield

    async def begun(self, work: Counting, follower: Follower = ANN, **task: Any) -> int:
        """Begin a job."""
        self.runner.offer(work)
        return await self.runner.start(work.kind, task, follower)

    async def over(self, number: int) -> None:
        """Wait until a job is over and all is said about it."""
        async with asyncio.timeout(10):
            while task := next((each for each in asyncio.all_tasks() if each.get_name() == f"job {number}"), None):
                await asyncio.wait({task})

    def state_of(self, number: int) -> JobState:
        """Return how far a job is."""
        job = self.jobs.job(number)
        assert job
        return job.state

    def shown(self, chat: int = 7) -> list[str]:
        """Return all words shown in a chat, in order."""
        return [str(values["text"]) for _, values in self.wire.calls if values.get("chat_id") == chat]


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """A runner without jobs."""
    made = Desk(tmp_path)
    yield made
    made.state.close()
    made.engine.dispose()


async def until(true: Callable[[], object]) -> None:
    """Wait until something is true."""
    async with asyncio.timeout(10):
        while not true():  # noqa: ASYNC110 - what changes is in other threads
            await asyncio.sleep(0.02)


def in_steps(go: threading.Event) -> Callable[[Course], Words]:
    """Return work that counts on until it is let go."""

    def does(course: Course) -> Words:
        done = 0
        while not go.is_set():
            done += 1
            course.step(counting, done, 1000)
            time.sleep(0.01)
        return lambda: f"Counted {course.job.task['to']}."

    return does


async def test_a_job_shows_how_far_it_is_and_how_it_ended(desk: Desk) -> None:
    """One message is put up with a Cancel button, rewritten as the job goes on, and at last without the button."""
    go = threading.Event()
    number = await desk.begun(Counting(in_steps(go)), to=3)
    await until(lambda: len(desk.wire.calls) >= 4)
    go.set()
    await desk.over(number)
    methods = [method for method, _ in desk.wire.calls]
    assert methods[0] == "sendMessage"
    assert set(methods[1:]) == {"editMessageText"}
    shown = desk.shown()
    assert shown[0].startswith("Counting to 3\n")
    assert "Counting\n░░░░░░░░░░░░ " in shown[1]
    assert " of 1,000" in shown[1]
    assert shown[-1] == "Counting to 3\n\nCounted 3."
    button = {"text": "Cancel", "callback_data": f"c:x:{number}"}
    assert [values["reply_markup"] for _, values in desk.wire.calls[:-1]] == [
        {"inline_keyboard": [[button]]} for _ in desk.wire.calls[:-1]
    ]
    assert "reply_markup" not in desk.wire.calls[-1][1]
    assert desk.state_of(number) is JobState.DONE


async def test_a_message_is_rewritten_rarely_and_only_when_it_changes(tmp_path: Path) -> None:
    """Two changes of a message are at least the pause apart, and equal words are not written again."""
    desk = Desk(tmp_path, edit_s=0.3)
    times: list[float] = []
    call = desk.wire.do_request

    async def timed(*arguments: Any, **options: Any) -> tuple[int, bytes]:
        times.append(time.monotonic())
        return await call(*arguments, **options)

    desk.wire.do_request = timed  # type: ignore[method-assign]

    def does(course: Course) -> Words:
        for done in range(60):
            course.step(counting, min(done, 20), 1000)
            time.sleep(0.02)
        return lambda: "Done."

    await desk.over(await desk.begun(Counting(does)))
    assert len(times) >= 4
    assert all(later - earlier >= 0.29 for earlier, later in pairwise(times))
    assert len(set(desk.shown())) == len(desk.shown())
    desk.state.close()
    desk.engine.dispose()


async def test_a_cancelled_job_ends_at_its_next_step(desk: Desk) -> None:
    """Cancelling ends a job, whose message names who did it and what that means; it is not gone on with."""
    work = Counting(in_steps(threading.Event()))
    number = await desk.begun(work, to=5)
    await until(lambda: work.runs)
    assert await desk.runner.cancel(number, "Bo")
    await desk.over(number)
    assert desk.shown()[-1] == "Counting to 5\n\nCancelled by Bo. Nothing was counted."
    assert desk.state_of(number) is JobState.CANCELLED
    assert not await desk.runner.cancel(number, "Bo")
    await desk.another(work).begin()
    assert len(work.runs) == 1


async def test_jobs_take_turns(desk: Desk) -> None:
    """A second job waits until the first has ended, says so, and can be cancelled while it waits."""
    go = threading.Event()
    first = await desk.begun(Uncounted(in_steps(go)), to=1)
    second_work = Uncounted(lambda _course: lambda: "Second.")
    second = await desk.begun(second_work, BO, to=2)
    third = await desk.begun(second_work, BO, to=3)
    await until(lambda: any("작업" in words or "Waiting until the job" in words for words in desk.shown(8)))
    assert second_work.runs == []
    await desk.runner.cancel(third, "Bo")
    await desk.over(third)
    assert desk.state_of(third) is JobState.CANCELLED
    go.set()
    await desk.over(first)
    await desk.over(second)
    assert len(second_work.runs) == 1
    assert desk.state_of(second) is JobState.DONE


async def test_who_wants_the_same_job_follows_the_running_one(desk: Desk) -> None:
    """The second to ask is told who started it, sees the same progress, and reads the same end."""
    go = threading.Event()
    work = Counting(in_steps(go))
    first = await desk.begun(work, to=9)
    cat = Follower(user=9, name="Cat", chat=9, thread=4, language="en")
    assert await desk.begun(work, cat, to=10) == first
    told = desk.shown(9)[0]
    assert told.startswith("This is running already: Ann started it 5 s ago.")
    assert "Counting to 9" in told
    await until(lambda: len(desk.shown(9)) >= 2)
    go.set()
    await desk.over(first)
    assert desk.shown(7)[-1] == desk.shown(9)[-1] == "Counting to 9\n\nCounted 9."
    assert len(work.runs) == 1
    assert [each.user for each in desk.followers.of(first)] == [7, 9]


async def test_what_goes_wrong_is_told_with_its_fix(desk: Desk) -> None:
    """A failure of ours is told with what to do, any other without its words, and both are written down."""

    def fails(_course: Course) -> Words:
        raise BotError("the <ink> is dry", "Buy some.")

    number = await desk.begun(Counting(fails))
    await desk.over(number)
    assert desk.shown()[-1].endswith("This did not work: the &lt;ink&gt; is dry. Buy some.")
    job = desk.jobs.job(number)
    assert job
    assert (job.state, job.problem) == (JobState.FAILED, "the <ink> is dry")

    def breaks(_course: Course) -> Words:
        raise KeyError("secret")

    number = await desk.begun(Counting(breaks))
    await desk.over(number)
    assert "something went wrong that was not foreseen" in desk.shown()[-1]
    assert "secret" not in desk.shown()[-1]
    assert desk.state_of(number) is JobState.FAILED


async def test_a_job_goes_on_after_a_restart(desk: Desk) -> None:
    """A job that was broken off runs again with what it kept; a new message says so, and the old one points to it."""

    def does(course: Course) -> Words:
        course.keep(place=len(work.runs))
        while len(work.runs) == 1:
            course.step(counting)
            time.sleep(0.01)
        return lambda: "Counted all."

    work = Counting(does)
    number = await desk.begun(work, to=2)
    await until(lambda: work.runs)
    await desk.runner.end()
    assert desk.state_of(number) is JobState.RUNNING
    assert desk.shown()[-1] == f"Counting to 2\n\n{texts_jobs.will_go_on()}"
    before = len(desk.shown())
    await desk.another(work).begin()
    await desk.over(number)
    assert work.runs[1]["place"] == 1
    later = desk.shown()[before:]
    assert later[0] == f"Counting to 2\n{texts_jobs.goes_on_below()}"
    assert later[1].startswith("I was interrupted and have started again. I go on with this: Counting to 2\n")
    assert later[-1] == "Counting to 2\n\nCounted all."
    assert desk.state_of(number) is JobState.DONE


async def test_a_job_that_ends_the_process_again_and_again_is_given_up(desk: Desk) -> None:
    """After five starts a job in whose middle the process died each time fails, and its follower hears of it."""
    work = Counting(lambda _course: lambda: "never")
    number = desk.jobs.start(work.kind, {"to": 1})
    desk.followers.add(number, ANN)
    desk.jobs.advance(number, {"starts": MOST_STARTS})
    await desk.another(work).begin()
    assert work.runs == []
    assert desk.state_of(number) is JobState.FAILED
    assert desk.shown() == ["Counting to 1\nThis did not work: I was interrupted in it 5 times, and do not try again."]


async def test_the_jobs_of_others_are_left_alone(desk: Desk) -> None:
    """What nobody began in a chat, and what the runner does not know, is no business of a starting bot."""
    work = Counting(lambda _course: lambda: "never")
    terminal, unknown = desk.jobs.start(work.kind, {}), desk.jobs.start("import", {})
    desk.followers.add(unknown, ANN)
    await desk.another(work).begin()
    assert desk.state_of(terminal) is desk.state_of(unknown) is JobState.RUNNING
    assert (work.runs, desk.wire.calls) == ([], [])


def either(timeout_s: float) -> Decision:
    """Return a question with two answers."""
    options = (("yes", lambda: "Take it"), ("no", lambda: "Leave it"))
    return Decision(lambda: "Take it or leave it?", options, "no", timeout_s)


async def test_a_decision_is_asked_for_and_taken_once(desk: Desk) -> None:
    """The message becomes a question with buttons, a second one calls to it, and the first tap counts."""
    number = await desk.begun(Counting(lambda course: (chosen := course.decide(either(9))) and (lambda: chosen)))
    await until(lambda: len(desk.wire.calls) >= 3)
    asked, called = desk.wire.calls[1], desk.wire.calls[2]
    assert asked[1]["text"].endswith("Take it or leave it?")
    assert asked[1]["reply_markup"]["inline_keyboard"] == [
        [
            {"text": "Take it", "callback_data": f"c:d:{number}:0"},
            {"text": "Leave it", "callback_data": f"c:d:{number}:1"},
        ]
    ]
    assert (called[0], called[1]["text"]) == ("sendMessage", texts_jobs.needs_decision())
    assert not desk.runner.choose(number, 2)
    assert desk.runner.choose(number, 0)
    assert not desk.runner.choose(number, 1)
    await desk.over(number)
    assert desk.shown()[-1].endswith("\n\nyes")
    assert not desk.runner.choose(number, 0)


async def test_a_decision_is_asked_for_again_after_a_restart(desk: Desk) -> None:
    """Who stopped the bot while a question was open is asked it again, and the old buttons decide nothing."""
    work = Counting(lambda course: (chosen := course.decide(either(9))) and (lambda: chosen))
    number = await desk.begun(work)
    await until(lambda: any("Take it or leave it?" in words for words in desk.shown()))
    await desk.runner.end()
    assert desk.state_of(number) is JobState.RUNNING
    assert not desk.runner.choose(number, 0)
    before = len(desk.shown())
    await desk.another(work).begin()
    await until(lambda: any("Take it or leave it?" in words for words in desk.shown()[before:]))
    assert desk.runner.choose(number, 0)
    await desk.over(number)
    assert desk.shown()[-1].endswith("\n\nyes")


async def test_a_decision_that_nobody_takes_is_taken_by_itself(desk: Desk) -> None:
    """When time is over, what is said to count then counts."""
    number = await desk.begun(Counting(lambda course: (chosen := course.decide(either(0.3))) and (lambda: chosen)))
    await desk.over(number)
    assert desk.shown()[-1].endswith("\n\nno")


async def test_a_job_waits_for_another_process(desk: Desk) -> None:
    """While another process changes the articles the job says that it waits, and goes on when the lock is free."""

    def does(course: Course) -> Words:
        with course.locked():
            return lambda: "Mine."

    desk.locked = True
    number = await desk.begun(Counting(does))
    await until(lambda: any(texts_jobs.waiting_for_others() in words for words in desk.shown()))
    desk.locked = False
    await desk.over(number)
    assert desk.shown()[-1].endswith("Mine.")


async def test_the_end_is_told_though_the_message_is_gone(desk: Desk) -> None:
    """When the message was deleted, the end comes as a message of its own."""
    go = threading.Event()
    gone = error(400, "Bad Request: message to edit not found")
    desk.wire.plan("editMessageText", gone, gone)
    number = await desk.begun(Counting(in_steps(go)), to=4)
    await until(lambda: len(desk.wire.calls) >= 2)
    go.set()
    await desk.over(number)
    method, values = desk.wire.calls[-1]
    assert (method, values["text"]) == ("sendMessage", "Counting to 4\n\nCounted 4.")


async def test_a_long_job_ends_with_a_message_that_rings(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """After a job of minutes the end also comes as a reply, for an edited message is noticed by nobody."""
    monkeypatch.setattr("bot.care.showing_jobs.RINGS_S", 0.0)
    number = await desk.begun(Counting(lambda _course: lambda: "All done."), to=2)
    await desk.over(number)
    (method, values), (last, ring) = desk.wire.calls[-2:]
    assert (method, values["text"]) == ("editMessageText", "Counting to 2\n\nAll done.")
    assert (last, ring["text"], ring["reply_parameters"]["message_id"]) == ("sendMessage", "All done.", 1)


def test_the_time_left_is_told_when_it_can_be_known() -> None:
    """The rest of a stage takes as long as its pace so far says; at its beginning nobody knows."""
    now = time.monotonic()
    begun = Step(counting, 0, 100, now)
    assert begun.left_s(now + 5) is None
    assert Step(counting, 10, 0, now).left_s(now + 5) is None
    assert Step(counting, 30, 100, now, begun=10).left_s(now + 10) == pytest.approx(35)
    assert "about 1 min left" in progress(Step(counting, 25, 100, now - 20))


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "5 s"), (42, "40 s"), (89, "1 min"), (91, "2 min"), (3600, "1 h"), (7500, "2 h 5 min"), (200_000, "2 days"),
    ],
)  # fmt: skip
def test_time_spans_are_short(seconds: float, words: str) -> None:
    """Spans are written in as few words as they deserve."""
    assert texts_jobs.lasting(seconds) == words
