"""The report: tables and pictures for `benchmarks/README.md`, from the results that the benchmarks have written.

    python -m benchmarks.report [--results build/bench] [--readme benchmarks/README.md]

Each file of results becomes a table between two marks of the README, `<!-- results: NAME -->` and `<!-- end -->`; the
pictures are drawn beside it: bars against the peers, and the time of a question and the memory over the size of the
archive. A table or picture without results stays as it is.
"""

from __future__ import annotations

import argparse
import re
import statistics
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.results import FOLDER, read, table

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from matplotlib.figure import Figure

    from benchmarks.results import Measurement

README = Path(__file__).with_name("README.md")

OURS = "Verbatim"
"""Whose row `benchmarks.peers` measures the others against."""

SIZE = "passages"
"""The setting that says how large an archive is."""

LINES = {"ask p50": "median", "ask p99": "99 of 100"}
MEMORY = ("resident memory", "of which mapped files")

_INK, _SOFT, _OURS = "#24292f", "#8c959f", "#0969da"

Results = dict[str, list["Measurement"]]
Series = dict[str, list[tuple[float, float]]]
Rows = dict[tuple[str, str], dict[str, float]]


def load(folder: Path) -> Results:
    """Read all results of a folder, by the name of their benchmark."""
    return {path.stem: read(path) for path in sorted(folder.glob("*.json"))}


def renewed(text: str, results: Results) -> str:
    """Return a README with its tables made anew.

    Args:
        text: the README.
        results: by the name that stands in a table's mark; one that ends in "*" stands for all that begin so.
    """

    def fill(found: re.Match[str]) -> str:
        wanted = found["name"]
        prefix = wanted.removesuffix("*")
        chosen = [
            each
            for name, measurements in sorted(results.items(), key=_by_size)
            if name == wanted or (wanted != prefix and name.startswith(prefix))
            for each in measurements
        ]
        return f"{found['open']}\n{table(chosen)}\n{found['close']}" if chosen else found[0]

    marks = r"(?P<open><!-- results: (?P<name>[\w*-]+) -->)\n.*?(?P<close><!-- end -->)"
    return re.sub(marks, fill, text, flags=re.DOTALL)


def over_size(results: Results, names: Mapping[str, str]) -> Series:
    """Return measurements over the size of the archive.

    Args:
        results: of all benchmarks; of two with one name and size, the later file's counts.
        names: of measurements -> how the picture calls them.

    Returns:
        Points (passages, value) by ascending size, by the picture's names; names without points are left out.
    """
    points: dict[str, dict[float, float]] = defaultdict(dict)
    for measurements in results.values():
        for each in measurements:
            if each.measure in names and SIZE in each.setting:
                points[names[each.measure]][float(each.setting[SIZE])] = each.value
    return {name: sorted(points[name].items()) for name in names.values() if points[name]}


def peers(measurements: Iterable[Measurement]) -> Rows:
    """Return what each of the compared libraries needs, or finds.

    Args:
        measurements: with the "system" in their settings; one that was measured beside several others counts once,
            with the median.

    Returns:
        (measure, unit) -> library -> value; ours first, then by name. Measures of one library alone are left out.
    """
    values: dict[tuple[str, str], dict[str, list[float]]] = {}
    for each in measurements:
        if "system" in each.setting:
            row = values.setdefault((each.measure, each.unit), {})
            row.setdefault(str(each.setting["system"]), []).append(each.value)
    return {
        key: {name: statistics.median(row[name]) for name in sorted(row, key=lambda name: (name != OURS, name))}
        for key, row in values.items()
        if len(row) > 1
    }


def draw_lines(series: Series, unit: str) -> Figure:
    """Draw values over the size of the archive, which is logarithmic."""
    from matplotlib.figure import Figure  # noqa: PLC0415  (only drawing needs it)

    figure = Figure(figsize=(8, 4), layout="constrained")
    axes = figure.subplots()
    for color, (name, points) in zip((_OURS, _SOFT), series.items(), strict=False):
        axes.plot(*zip(*points, strict=True), marker="o", color=color, label=name)
        axes.annotate(f"{points[-1][1]:.3g}", points[-1], textcoords="offset points", xytext=(0, 6), color=_INK)
    axes.set_xscale("log")
    axes.set_ylim(bottom=0)
    axes.set_xlabel("passages")
    axes.set_ylabel(unit)
    axes.spines[["top", "right"]].set_visible(False)
    axes.legend(frameon=False)
    return figure


def draw_bars(rows: Rows) -> Figure:
    """Draw a field of bars for each measure, ours in color."""
    from matplotlib.figure import Figure  # noqa: PLC0415  (only drawing needs it)

    figure = Figure(figsize=(8, 1 + 0.35 * sum(len(row) + 1 for row in rows.values())), layout="constrained")
    fields = figure.subplots(len(rows), squeeze=False, height_ratios=[len(row) for row in rows.values()])
    for axes, ((measure, unit), row) in zip(fields[:, 0], rows.items(), strict=True):
        bars = axes.barh(list(row), list(row.values()), color=[_OURS if name == OURS else _SOFT for name in row])
        axes.bar_label(bars, fmt=f"%.3g {unit}", padding=3, color=_INK)
        axes.invert_yaxis()
        axes.margins(x=0.2)
        axes.set_title(measure, loc="left", color=_INK, fontsize=10)
        axes.xaxis.set_visible(False)
        axes.spines[["top", "right", "bottom"]].set_visible(False)
    return figure


def pictures(results: Results) -> dict[str, Callable[[], Figure]]:
    """Return how to draw each picture for which there are results, by the name of its file."""
    found: dict[str, Callable[[], Figure]] = {}
    if times := over_size(results, LINES):
        found["ask.svg"] = lambda: draw_lines(times, "ms a question")
    if memory := over_size(results, {name: name for name in MEMORY}):
        found["memory.svg"] = lambda: draw_lines(memory, "GB")
    if rows := peers(results.get("peers", [])):
        found["peers.svg"] = lambda: draw_bars(rows)
    return found


def save(figure: Figure, path: Path) -> None:
    """Write a picture as SVG; equal results give equal files."""
    from matplotlib import rc_context  # noqa: PLC0415  (as above)

    with rc_context({"svg.hashsalt": path.name, "svg.fonttype": "none"}):
        figure.savefig(path, format="svg", metadata={"Date": None})


def _by_size(pair: tuple[str, list[Measurement]]) -> tuple[str, int]:
    """Sort "million-20000" before "million-1000000"."""
    stem, _, number = pair[0].rpartition("-")
    return (stem, int(number)) if number.isdecimal() else (pair[0], 0)


def main() -> None:
    """Write the tables and draw the pictures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--results", type=Path, default=FOLDER)
    parser.add_argument("--readme", type=Path, default=README)
    options = parser.parse_args()
    results = load(options.results)
    options.readme.write_text(renewed(options.readme.read_text("utf-8"), results), "utf-8")
    for name, draw in pictures(results).items():
        save(draw(), options.readme.with_name(name))
        print(options.readme.with_name(name))


if __name__ == "__main__":
    main()
