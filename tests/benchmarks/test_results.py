"""Results: what rounds come to, and their form on disk."""

import json
from pathlib import Path

import pytest

from benchmarks.results import Meaning, Measurement, paired, read, table, write

MEANING = Meaning(measure="ask p50", unit="ms", against="bare", setting={"passages": 20})


def test_the_ratio_is_the_median_of_the_rounds_own_ratios() -> None:
    """A round that is slow on both sides changes nothing: 2, 3 and 10 times, though the medians' ratio is 4."""
    found = paired(MEANING, [2.0, 30.0, 40.0], [1.0, 10.0, 4.0])
    assert (found.value, found.ratio, found.least, found.most, found.rounds) == (30.0, 3.0, 2.0, 10.0, 3)


def test_nothing_beside_it_gives_no_ratio() -> None:
    """Where no peer was measured, ratio and range are null."""
    found = paired(Meaning(measure="memory", unit="GB"), [1.5])
    assert (found.against, found.ratio, found.least, found.most) == (None, None, None, None)


@pytest.mark.parametrize(("values", "others"), [([], []), ([1.0, 2.0], [1.0])])
def test_rounds_that_are_no_pairs_are_refused(values: list[float], others: list[float]) -> None:
    """No round, or one side of it missing, is no measurement."""
    with pytest.raises(ValueError, match="ask p50"):
        paired(MEANING, values, others)


def test_results_have_the_form_that_all_benchmarks_share(tmp_path: Path) -> None:
    """A file is a list of objects with these fields, and is read as what was written."""
    path = write("some", [paired(MEANING, [2.0], [1.0])], tmp_path / "bench")
    assert json.loads(path.read_text("utf-8")) == [
        {
            "measure": "ask p50",
            "value": 2.0,
            "unit": "ms",
            "against": "bare",
            "ratio": 2.0,
            "least": 2.0,
            "most": 2.0,
            "rounds": 1,
            "setting": {"passages": 20},
        }
    ]
    assert read(path) == [paired(MEANING, [2.0], [1.0])]
    assert [each.name for each in path.parent.iterdir()] == ["some.json"]


@pytest.mark.parametrize("text", ["{", '[{"measure": "x"}]', '[{"speed": 1}]'])
def test_a_file_of_something_else_is_refused_by_name(tmp_path: Path, text: str) -> None:
    """What is no file of results is named, with what to do."""
    path = tmp_path / "odd.json"
    path.write_text(text, "utf-8")
    with pytest.raises(ValueError, match=r"odd\.json .*run the benchmark again"):
        read(path)


def test_a_table_has_a_row_for_each_measurement_in_order() -> None:
    """Ratios stand with their range where there were several rounds, and are empty where there is none."""
    rows = [
        Measurement(measure="a", value=1234.5678, unit="ms", against="b", ratio=2, least=1, most=3, rounds=5),
        Measurement(measure="c", value=0.5, unit="GB", setting={"passages": 7}),
    ]
    assert table(rows).splitlines()[2:] == [
        "| a | 1235 ms | b | 2.00x (1.00 to 3.00) |",
        "| c (passages 7) | 0.5 GB |  |  |",
    ]
