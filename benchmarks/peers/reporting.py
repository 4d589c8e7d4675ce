"""Runs of a comparison -> figures, one table of all systems, and results as `benchmarks.results` keeps them."""

from __future__ import annotations

import math
import statistics
from dataclasses import dataclass
from typing import TYPE_CHECKING

from benchmarks.results import Meaning, Measurement, paired

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from benchmarks.peers.driving import Run
    from benchmarks.results import Setting

US = "Verbatim"

Scores = dict[str, float]
"""hit@1, hit@3 and abstained, as `sayqa` counts them; {} without labelled questions."""

QUALITY = ("hit@1", "hit@3", "abstained")


@dataclass(frozen=True, slots=True)
class Column:
    """One figure of a run.

    Attributes:
        measure: its name.
        unit: of it.
        of: takes it from a run; NaN where the run has none.
    """

    measure: str
    unit: str
    of: Callable[[Run], float]


def percentile(values: Sequence[float], share: float) -> float:
    """Return the least value that at least this share of all do not exceed (the nearest-rank percentile)."""
    return sorted(values)[max(math.ceil(share * len(values)), 1) - 1]


def _answerable_ms(run: Run) -> float:
    """Return the median over the new articles; an article that no question has found counts as never."""
    seconds = [math.inf if each.answerable_s is None else each.answerable_s for each in run.added]
    return 1000 * statistics.median(seconds)


COLUMNS = (
    Column("indexing", "s", lambda run: run.index_s),
    Column("most memory when indexing", "MB", lambda run: run.index_peak_mb),
    Column("start to first answer", "s", lambda run: run.start_s),
    Column("ask p50", "ms", lambda run: 1000 * percentile(run.ask_s, 0.50)),
    Column("ask p99", "ms", lambda run: 1000 * percentile(run.ask_s, 0.99)),
    Column("resident memory", "MB", lambda run: run.memory_mb),
    Column("on disk", "MB", lambda run: run.disk_mb),
    Column("one more article, answerable", "ms", _answerable_ms),
    Column("the same, and kept", "ms", lambda run: 1000 * statistics.median(each.kept_s for each in run.added)),
)
"""What is measured of each run, in the order of the table."""


@dataclass(frozen=True, slots=True)
class Pair:
    """A peer's run, and Verbatim's right after it."""

    peer: Run
    ours: Run


def measurements(
    pairs: Mapping[str, Sequence[Pair]], scores: Mapping[str, Sequence[Scores]], setting: Setting
) -> list[Measurement]:
    """Sum up all rounds.

    Args:
        pairs: peer -> its rounds; at least one peer, with at least one round.
        scores: system, `US` among them -> the scores of its runs.
        setting: under what circumstances.

    Returns:
        Measure by measure: Verbatim beside each peer, with ratios (below 1: Verbatim takes less), then each peer
        alone; what cannot be written as a number, since a new article was never found, is left out.
    """
    found = []
    for column in COLUMNS:
        for peer, rounds in pairs.items():
            ours, theirs = ([column.of(run) for run in side] for side in _sides(rounds))
            if all(map(math.isfinite, (*ours, *theirs))):
                found.append(
                    paired(_meaning(column.measure, column.unit, {"system": US, **setting}, peer), ours, theirs)
                )
        for peer, rounds in pairs.items():
            theirs = [column.of(each.peer) for each in rounds]
            if all(map(math.isfinite, theirs)):
                found.append(paired(_meaning(column.measure, column.unit, {"system": peer, **setting}), theirs))
    for measure in QUALITY:
        for system, each in scores.items():
            values = [row[measure] for row in each if measure in row]
            if values:
                found.append(paired(_meaning(measure, "share", {"system": system, **setting}), values))
    return found


def _meaning(measure: str, unit: str, row: Setting, against: str | None = None) -> Meaning:
    return Meaning(measure=measure, unit=unit, against=against, setting=row)


def _sides(rounds: Sequence[Pair]) -> tuple[list[Run], list[Run]]:
    return [each.ours for each in rounds], [each.peer for each in rounds]


def table(pairs: Mapping[str, Sequence[Pair]], scores: Mapping[str, Sequence[Scores]]) -> str:
    """Return all systems' medians as one Markdown table, a row a measure; behind a peer's, Verbatim's ratio to it.

    A ratio is the median over the rounds of Verbatim's figure divided by the peer's in the same round, with its range.
    """
    systems = (US, *pairs)
    lines = [f"| measure | {' | '.join(systems)} |", "|---" * (len(systems) + 1) + "|"]
    ours = [each.ours for rounds in pairs.values() for each in rounds]
    for column in COLUMNS:
        cells = [_figure(statistics.median(column.of(run) for run in ours))]
        for rounds in pairs.values():
            here, there = ([column.of(run) for run in side] for side in _sides(rounds))
            cells.append(f"{_figure(statistics.median(there))} ({_ratio(here, there)})")
        lines.append(f"| {column.measure}, {column.unit} | {' | '.join(cells)} |")
    for measure in QUALITY:
        values = [[row[measure] for row in scores.get(system, ()) if measure in row] for system in systems]
        if any(values):
            cells = [f"{statistics.median(each):.3f}" if each else "" for each in values]
            lines.append(f"| {measure} | {' | '.join(cells)} |")
    return "\n".join(lines)


def _figure(value: float) -> str:
    if not math.isfinite(value):
        return "never"
    return f"{value:.0f}" if value >= 100 else f"{value:.3g}"


def _ratio(ours: Sequence[float], theirs: Sequence[float]) -> str:
    """Return Verbatim's figures divided by a peer's, round by round: median and range."""
    if not all(map(math.isfinite, (*ours, *theirs))):
        return "no ratio"
    ratios = [here / there for here, there in zip(ours, theirs, strict=True)]
    return f"{statistics.median(ratios):.2f}x, {min(ratios):.2f} to {max(ratios):.2f}"
