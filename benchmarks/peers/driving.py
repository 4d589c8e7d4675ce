"""The comparison's end of `benchmarks.peers.protocol`: starts drivers, and takes down what they report."""

from __future__ import annotations

import json
import os
import subprocess
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

ROOT = Path(__file__).parents[2]

KIB = 1024
MB = 1_000_000

OFFLINE = {
    "HF_HUB_OFFLINE": "1",
    "TRANSFORMERS_OFFLINE": "1",
    "HAYSTACK_TELEMETRY_ENABLED": "False",
    "PYTHONPATH": str(ROOT),
    "PYTHONWARNINGS": "ignore",
}
"""Environment of all drivers: nobody waits for a hub, or reports to anybody."""


class DriverError(Exception):
    """A driver ended instead of answering.

    Attributes:
        name: whose driver.
        did: the command that it was given last.
        errors: the file that holds what it wrote to standard error.
    """

    def __init__(self, name: str, did: str, errors: Path) -> None:
        super().__init__(f"{name} ended at {did!r} without an answer; {errors} says why")
        self.name = name
        self.did = did
        self.errors = errors


@dataclass(frozen=True, slots=True)
class System:
    """One of those compared.

    Attributes:
        name: as tables print it.
        command: starts its driver; MODEL and DIRECTORY follow.
        model: where its weights are.
    """

    name: str
    command: tuple[str, ...]
    model: Path


@dataclass(frozen=True, slots=True)
class Added:
    """How one more article was taken in.

    Attributes:
        answerable_s: seconds until a question found it; None when none did.
        kept_s: seconds, without those of asking again, until a restart would find it too.
    """

    answerable_s: float | None
    kept_s: float


class Driver:
    """A driver that runs; made by `started`."""

    def __init__(self, system: System, process: subprocess.Popen[str], errors: Path) -> None:
        self._system = system
        self._process = process
        self._errors = errors
        self._did = "start"
        self._answer()

    def build(self, material: Path) -> float:
        """Index a material; return how many seconds it took."""
        return float(self._told("build", material=str(material))["seconds"])

    def open(self) -> float:
        """Open what was built; return how many seconds it took."""
        return float(self._told("open")["seconds"])

    def ask(self, questions: Sequence[str]) -> tuple[list[float], list[dict[str, Any]]]:
        """Ask questions, one after the other.

        Returns:
            Seconds of each, and answers as the scorers read them, in the order of the questions.
        """
        told = self._told("ask", questions=list(questions))
        return told["seconds"], told["answers"]

    def add(self, material: Path, question: str, article: str) -> Added:
        """Add an article, about which a question is asked until it is found."""
        told = self._told("add", material=str(material), question=question, article=article)
        return Added(told["seconds"], told["kept"])

    def resident_mb(self) -> float:
        """Return the memory that its process holds now, in MB of a million bytes (Linux only)."""
        return self._status("VmRSS")

    def peak_mb(self) -> float:
        """Return the most memory that its process has held, in MB (Linux only)."""
        return self._status("VmHWM")

    def _status(self, line: str) -> float:
        status = Path(f"/proc/{self._process.pid}/status").read_text("utf-8")
        (kib,) = (each.split()[1] for each in status.splitlines() if each.startswith(f"{line}:"))
        return int(kib) * KIB / MB

    def _told(self, do: str, **details: Any) -> dict[str, Any]:
        assert self._process.stdin is not None
        self._did = do
        try:
            self._process.stdin.write(json.dumps({"do": do, **details}) + "\n")
            self._process.stdin.flush()
        except BrokenPipeError:
            raise DriverError(self._system.name, do, self._errors) from None
        return self._answer()

    def _answer(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise DriverError(self._system.name, self._did, self._errors)
        answer: dict[str, Any] = json.loads(line)
        return answer


@contextmanager
def started(system: System, directory: Path) -> Iterator[Driver]:
    """Run a system's driver for as long as the block lasts.

    Args:
        system: which.
        directory: where it keeps what it builds; its standard error goes into a file beside it.

    Raises:
        DriverError: it ended instead of getting ready.
    """
    errors = directory.with_suffix(".log")
    errors.parent.mkdir(parents=True, exist_ok=True)
    command = [*system.command, str(system.model), str(directory)]
    with (
        errors.open("a", encoding="utf-8") as log,
        subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
            encoding="utf-8",
            cwd=ROOT,
            env={**os.environ, **OFFLINE},
        ) as process,
    ):
        try:
            yield Driver(system, process, errors)
        finally:
            process.kill()  # drivers keep nothing that they were not told to keep


@dataclass(frozen=True, slots=True)
class New:
    """One more article: its material, and a question that it alone answers."""

    material: Path
    question: str
    article: str


@dataclass(frozen=True, slots=True)
class Task:
    """What every system does in every round."""

    material: Path
    questions: tuple[str, ...]
    new: tuple[New, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What one system did in one round: seconds, and MB of a million bytes.

    Attributes:
        index_s: from the material until all of it is on disk, ready to be opened; the model is loaded before.
        index_peak_mb: the most memory meanwhile.
        start_s: from starting a process until it has answered its first question.
        ask_s: each question, in their order.
        memory_mb: resident after all questions, in a process that has not indexed.
        disk_mb: what was built, on disk; without the model.
        added: how each new article was taken in, in their order.
        answers: to the questions, in their order.
    """

    index_s: float
    index_peak_mb: float
    start_s: float
    ask_s: list[float]
    memory_mb: float
    disk_mb: float
    added: list[Added]
    answers: list[dict[str, Any]]


def run(system: System, task: Task, directory: Path) -> Run:
    """Let a system build in one process, and answer in another.

    Raises:
        DriverError: its driver failed.
    """
    with started(system, directory) as driver:
        index_s = driver.build(task.material)
        index_peak_mb = driver.peak_mb()
    disk_mb = occupied_mb(directory)
    began = time.perf_counter()
    with started(system, directory) as driver:
        driver.open()
        driver.ask(task.questions[:1])
        start_s = time.perf_counter() - began
        ask_s, answers = driver.ask(task.questions)
        memory_mb = driver.resident_mb()
        added = [driver.add(new.material, new.question, new.article) for new in task.new]
    return Run(
        index_s=index_s,
        index_peak_mb=index_peak_mb,
        start_s=start_s,
        ask_s=ask_s,
        memory_mb=memory_mb,
        disk_mb=disk_mb,
        added=added,
        answers=answers,
    )


def occupied_mb(directory: Path) -> float:
    """Return the size of all files in a directory, in MB; hard links and sparse parts count once and not at all."""
    files = {(file.stat().st_dev, file.stat().st_ino): file.stat() for file in directory.rglob("*") if file.is_file()}
    return sum(stat.st_blocks for stat in files.values()) * 512 / MB
