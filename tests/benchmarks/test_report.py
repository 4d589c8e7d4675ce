"""The report: tables in the README, and pictures, from results."""

from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from benchmarks.report import Results, load, over_size, peers, pictures, renewed, save
from benchmarks.results import Measurement, Setting, table, write


def measured(measure: str, value: float, unit: str = "ms", **setting: str | float) -> Measurement:
    """A measurement with nothing beside it."""
    return Measurement(measure=measure, value=value, unit=unit, setting=Setting(setting))


@pytest.fixture
def results() -> Results:
    """Two archives, and two libraries beside ours."""
    return {
        "million-1000000": [
            measured("ask p50", 9, passages=1_000_000),
            measured("resident memory", 1.2, "GB", passages=10**6),
        ],
        "million-20000": [measured("ask p50", 4, passages=20_000)],
        "peers": [
            measured("ask p50", 4, system="Verbatim"),
            measured("ask p50", 6, system="Verbatim"),
            measured("ask p50", 29, system="txtai"),
            measured("ask p50", 20, system="Haystack"),
            measured("hit@1", 0.7, "share", system="Verbatim"),
        ],
    }


def test_tables_stand_between_their_marks_and_all_else_stays(results: Results) -> None:
    """A name with a star takes all files that begin so, the smallest archive first; one without results stays."""
    text = "# A\n<!-- results: million-* -->\nold\n<!-- end -->\nB\n<!-- results: crowd -->\nkept\n<!-- end -->\n"
    rows = [*results["million-20000"], *results["million-1000000"]]
    expected = text.replace("old", table(rows))
    assert renewed(text, results) == expected
    assert renewed(expected, results) == expected


def test_points_go_by_the_size_of_the_archive(results: Results) -> None:
    """Values over passages, ascending; what has no size, and names without points, are left out."""
    assert over_size(results, {"ask p50": "median", "ask p99": "tail"}) == {"median": [(20_000, 4), (1_000_000, 9)]}


def test_libraries_stand_side_by_side_with_ours_first(results: Results) -> None:
    """What was measured beside several counts once, and what only one has is no comparison."""
    assert list(peers(results["peers"]).items()) == [(("ask p50", "ms"), {"Verbatim": 5, "Haystack": 20, "txtai": 29})]
    assert list(peers(results["peers"])["ask p50", "ms"]) == ["Verbatim", "Haystack", "txtai"]


def test_pictures_show_names_and_values_and_are_the_same_again(results: Results, tmp_path: Path) -> None:
    """Each picture is an SVG with its words as text, drawn byte for byte the same from the same results."""
    assert list(pictures(results)) == ["ask.svg", "memory.svg", "peers.svg"]
    words = {"ask.svg": {"median", "passages", "9"}, "memory.svg": {"1.2", "GB"}, "peers.svg": {"txtai", "29 ms"}}
    for name, draw in pictures(results).items():
        path = tmp_path / name
        save(draw(), path)
        first = path.read_bytes()
        shown = {(each.text or "").strip() for each in ET.fromstring(first).iter("{http://www.w3.org/2000/svg}text")}
        assert words[name] <= shown
        save(draw(), path)
        assert path.read_bytes() == first


def test_without_results_there_are_no_pictures() -> None:
    """Nothing is drawn from nothing."""
    assert pictures({}) == {}


def test_results_are_read_by_the_name_of_their_benchmark(results: Results, tmp_path: Path) -> None:
    """Each file of a folder counts under its name."""
    for name, rows in results.items():
        write(name, rows, tmp_path)
    assert load(tmp_path) == results
