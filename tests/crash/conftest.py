"""The worker process, and a directory that it works on."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]


class Worker:
    """The process of `crash.worker`."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process
        self._child = -1

    def run(self, directory: Path, plan: list[tuple[str, Any]]) -> Iterator[dict[str, Any]]:
        """Have a task done, and yield what is said until the process that does it has ended."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        print(json.dumps({"directory": str(directory), "plan": plan}), file=self._process.stdin, flush=True)
        for line in self._process.stdout:
            said = json.loads(line)
            assert "failed" not in said, said["failed"]
            if "pid" in said:
                # Not its number, which may be another's by the time that it is killed.
                self._child = os.pidfd_open(said["pid"])
            yield said
            if "ended" in said:
                os.close(self._child)
                return
        pytest.fail("the worker has gone")

    def kill(self) -> None:
        """Kill the process that does the task, in the midst of whatever it is at."""
        signal.pidfd_send_signal(self._child, signal.SIGKILL)


@pytest.fixture(scope="module")
def worker() -> Iterator[Worker]:
    """A process that works on data directories, and may be killed at it."""
    if not hasattr(os, "pidfd_open"):
        pytest.skip("processes are killed by their descriptors, which only Linux has")
    command = [sys.executable, "-m", "crash.worker"]
    paths = {"PYTHONPATH": f"{ROOT}:{ROOT / 'tests'}", "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
    with subprocess.Popen(command, env=paths, cwd=ROOT, text=True, **pipes) as process:
        yield Worker(process)
        assert process.stdin is not None
        process.stdin.close()
