"""Promise 4, nothing lost: a process is killed at any moment, and its data directory is whole.

Each directory is killed at ten times in a row, so that what one crash left is what the next process begins with.
"""

from __future__ import annotations

import json
import random
import time
from typing import TYPE_CHECKING, Any

import pytest
from crash.state import Expected, recovered
from crash.worker import article_text

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from crash.conftest import Worker

DIRECTORIES, KILLS = 5, 10
IMPORTED = 150
"""Articles in a file: three batches."""

KINDS = ["open", "import", "store", "add", "remove", "take out", "rebuild", "cut"]
"""What is begun when the kill is prepared, each in turn."""

Plan = list[tuple[str, Any]]


def imported(directory: Path, version: int) -> tuple[str, str]:
    """Write a file of articles, and return the step that imports it."""
    path = directory / f"articles-{version}.jsonl"
    with path.open("w", encoding="utf-8") as out:
        for number in range(IMPORTED):
            key = f"i-{number}"
            record = {"id": key, "title": str(version), "text": article_text(key, version)}
            print(json.dumps(record), file=out)
    return "import", str(path)


def planned(directory: Path, rng: random.Random, version: int) -> Plan:
    """Return what the worker is to do: some of everything, in any order."""
    keys = [f"a-{number}" for number in range(6)] + [f"i-{number}" for number in range(0, IMPORTED, 15)]
    plan: Plan = [
        imported(directory, version),
        ("add", [[key, version + 1] for key in rng.sample(keys, rng.randint(1, 4))]),
        ("add", [[rng.choice(keys), version + 2]]),
        ("remove", rng.sample(keys, rng.randint(1, 5))),
        ("rebuild", False),
        ("rebuild", True),
    ]
    rng.shuffle(plan)
    return plan


@pytest.mark.parametrize("seed", range(DIRECTORIES))
def test_nothing_is_lost_whenever_the_process_is_killed(worker: Worker, tmp_path: Path, seed: int) -> None:
    """After each kill the directory opens; what was acknowledged is there, what was removed is not; the index fits."""
    rng = random.Random(seed)
    data = tmp_path / "data"
    expected = Expected()
    unfinished: Plan = []
    for number in range(KILLS):
        kind = KINDS[(seed * KILLS + number) % len(KINDS)]
        delay_s = rng.choice([0.0, rng.uniform(0, 0.003), rng.uniform(0, 0.02), rng.uniform(0, 0.15)])
        times = rng.randint(1, 3) if kind == "store" else 1
        moment = f"seed {seed}, kill {number}: {delay_s * 1000:.2f} ms after {kind!r} began for the {times}. time"
        plan = [*unfinished, *planned(tmp_path, rng, 10 * number), ("wait", None)]
        for said in worker.run(data, plan):
            expected.hear(said)
            times -= said.get("begin") == kind
            if times == 0:
                time.sleep(delay_s)
                worker.kill()
                times = -1
        assert times < 0, moment
        try:
            resumes = recovered(data, expected, publish=rng.random() < 0.5)
        except BaseException as error:
            error.add_note(moment)
            raise
        unfinished = [step for step in plan if step[0] == "import"][-1:] if resumes else []


def test_an_import_goes_on_where_it_was_killed(worker: Worker, tmp_path: Path) -> None:
    """A killed import, run again, reads the rest: all articles are there once, and nothing is stored twice."""
    data = tmp_path / "data"
    expected = Expected()
    step = imported(tmp_path, 1)
    batches = 0
    for said in worker.run(data, [step]):
        expected.hear(said)
        batches += said.get("done") == "store"
        if batches == 2 and said.get("done") == "store":
            worker.kill()
    assert recovered(data, expected, publish=False)
    begun = []
    for said in worker.run(data, [step]):
        expected.hear(said)
        begun += list(said.get("texts", ()))
    assert set(begun) < {f"i-{number}" for number in range(IMPORTED)}
    assert len(begun) <= IMPORTED - 64
    assert not recovered(data, expected, publish=False)
    assert expected.versions == {f"i-{number}": {1} for number in range(IMPORTED)}


@pytest.fixture(scope="module")
def steps(worker: Worker, tmp_path_factory: pytest.TempPathFactory) -> Callable[[int], bool]:
    """A directory whose publication is killed at a step in the file system; tells whether it came that far."""
    directory = tmp_path_factory.mktemp("steps")
    data = directory / "data"
    expected = Expected()
    count = 0

    def killed(step: int) -> bool:
        nonlocal count
        count += 1
        finished = False
        for said in worker.run(data, [("add", [[f"a-{count % 7}", count]]), ("publish", step)]):
            expected.hear(said)
            finished = finished or "finished" in said
        try:
            recovered(data, expected, publish=count % 5 == 0)
        except BaseException as error:
            error.add_note(f"killed at step {step} of publishing")
            raise
        return not finished

    return killed


def test_a_publication_may_be_killed_at_any_step(steps: Callable[[int], bool]) -> None:
    """Whichever call into the file system is its last: the directory opens, with the old snapshot or the new one."""
    step = 0
    while steps(step):
        step += 7
    assert step > 40
