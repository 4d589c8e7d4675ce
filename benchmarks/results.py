"""Results of benchmarks as JSON, one file a benchmark, from which the report draws its tables and pictures.

A file `build/bench/NAME.json` holds a list of measurements:

    {"measure": "ask p50", "value": 11.2, "unit": "ms", "against": "bare ONNX encoding",
     "ratio": 1.4, "least": 1.3, "most": 1.6, "rounds": 5, "setting": {"passages": 20000}}

`value` is the median over the rounds of what was measured here, in `unit`. `ratio` is the median over the rounds of the
value divided by that of `against` in the same round (how often as fast, where the unit is a rate; how often as long or
as much, else), `least` and `most` are its range; all three are null where nothing was measured beside it. `setting`
says under what circumstances: sizes, filters, whose row it is.
"""

from __future__ import annotations

import json
import os
import statistics
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

FOLDER = Path(__file__).parents[1] / "build" / "bench"
"""Where results are kept unless another directory is named."""

Setting = dict[str, str | int | float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Measurement:
    """One line of a table; see the module's docstring for the fields."""

    measure: str
    value: float
    unit: str
    against: str | None = None
    ratio: float | None = None
    least: float | None = None
    most: float | None = None
    rounds: int = 1
    setting: Setting = field(default_factory=dict)

    @property
    def span(self) -> str:
        """The ratio as tables print it: median (least to most)."""
        if self.ratio is None:
            return ""
        if self.rounds == 1 or self.least is None or self.most is None:
            return f"{self.ratio:.2f}x"
        return f"{self.ratio:.2f}x ({self.least:.2f} to {self.most:.2f})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Meaning:
    """What a series of rounds measured.

    Attributes:
        measure: its name.
        unit: of each value.
        against: what was measured beside it in each round, if anything.
        setting: under what circumstances.
    """

    measure: str
    unit: str
    against: str | None = None
    setting: Mapping[str, str | int | float] = field(default_factory=dict)


def paired(meaning: Meaning, values: Sequence[float], peers: Sequence[float] = ()) -> Measurement:
    """Sum up rounds in which something was measured here and, in the same round, at a peer.

    Args:
        meaning: what was measured.
        values: one a round.
        peers: one a round, in the same order and unit; empty where nothing was measured beside it.

    Returns:
        The median value and the median of the rounds' own ratios: a busy minute slows both sides of a round alike.

    Raises:
        ValueError: no rounds, or not as many at the peer.
    """
    if not values:
        raise ValueError(f"{meaning.measure}: no round was measured")
    if meaning.against is not None and len(values) != len(peers):
        raise ValueError(f"{meaning.measure}: {len(values)} rounds here, and {len(peers)} of {meaning.against}")
    ratios = [here / there for here, there in zip(values, peers, strict=bool(peers))]
    return Measurement(
        measure=meaning.measure,
        value=statistics.median(values),
        unit=meaning.unit,
        against=meaning.against,
        ratio=statistics.median(ratios) if ratios else None,
        least=min(ratios) if ratios else None,
        most=max(ratios) if ratios else None,
        rounds=len(values),
        setting=dict(meaning.setting),
    )


def write(name: str, measurements: Iterable[Measurement], folder: Path = FOLDER) -> Path:
    """Write a benchmark's results, in place of those of its last run, whole or not at all.

    Returns:
        The file, `folder/name.json`.
    """
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.json"
    fresh = path.with_suffix(f".{os.getpid()}.tmp")
    fresh.write_text(json.dumps([asdict(each) for each in measurements], indent=1, ensure_ascii=False) + "\n", "utf-8")
    fresh.replace(path)
    return path


def read(path: Path) -> list[Measurement]:
    """Read a benchmark's results.

    Raises:
        ValueError: the file is none; says which.
    """
    try:
        return [Measurement(**row) for row in json.loads(path.read_text("utf-8"))]
    except (json.JSONDecodeError, TypeError) as error:
        raise ValueError(f"{path} holds no results of a benchmark: {error}; run the benchmark again") from error


def table(measurements: Iterable[Measurement]) -> str:
    """Return measurements as a Markdown table, in their order."""
    lines = ["| measure | value | against | ratio, median (least to most) |", "|---|---|---|---|"]
    for each in measurements:
        setting = ", ".join(f"{name} {value}" for name, value in each.setting.items())
        named = f"{each.measure} ({setting})" if setting else each.measure
        lines.append(f"| {named} | {each.value:.4g} {each.unit} | {each.against or ''} | {each.span} |")
    return "\n".join(lines)
