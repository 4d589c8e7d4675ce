"""Columns hold what brute force would, whatever was added, deleted, merged, saved and loaded before."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index import columns
from index.columns import ROW, Columns
from index.entries import Entry

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

MANY = np.arange(60, dtype=np.int64)


def ids(*numbers: int) -> Any:
    """Return an array of ids."""
    return np.array(numbers, np.int64)


def entry(number: int, article: int, day: int = 0) -> Entry:
    """Return a text whose fields all tell which one it is."""
    return Entry(
        number,
        article,
        "",
        start=number + 1,
        end=number + 2,
        letters=number + 3,
        length=number + 4,
        day=day,
        confidence=number / 64,
        direct=number % 2 == 1,
    )


def expected(held: dict[int, Entry], number: int) -> tuple[Any, ...]:
    """Return the row that a text should have."""
    if number not in held:
        return (0, 0, 0, 0, 0, 0, 0.0, False)
    one = held[number]
    return one.article, one.start, one.end, one.letters, one.length, one.day, one.confidence, one.direct


def assert_holds(found: Columns, held: dict[int, Entry]) -> None:
    """Compare columns with what they should hold, by every way to ask them."""
    articles = {one.article for one in held.values()}
    assert len(found) == len(held)
    assert found.articles == len(articles)
    rows, known = found.rows(MANY)
    assert rows.tolist() == [expected(held, number) for number in MANY.tolist()]
    assert known.tolist() == [number in held for number in MANY.tolist()]
    assert found.known(MANY).tolist() == known.tolist()
    for asked in ([], [3], [5, 1, 99], list(range(9))):
        of_them = sorted(number for number, one in held.items() if one.article in asked)
        assert found.of_articles(ids(*asked)).tolist() == of_them


steps = st.lists(
    st.one_of(
        st.tuples(st.just("add"), st.lists(st.integers(1, 6), min_size=1, max_size=8)),
        st.tuples(st.just("without"), st.sets(st.integers(1, 8), max_size=3)),
        st.tuples(st.just("reload"), st.none()),
    ),
    max_size=7,
)


@pytest.mark.parametrize("least", [1, 6, 4096])
def test_any_history_holds_what_was_put_in(
    tmp_path_factory: pytest.TempPathFactory, least: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After any adds, deletes, merges and reloads every row is the one put in; views from before stay as they were."""
    monkeypatch.setattr(columns, "COMPACT_LEAST", least)

    @settings(max_examples=60)
    @given(steps)
    def check(taken: list[Any]) -> None:
        found, held, new = Columns.empty(), dict[int, Entry](), 1
        past = []
        for what, given_values in taken:
            past.append((found, dict(held)))
            if what == "add":
                # From the last to the first: nothing says in which order texts come.
                fresh = [entry(new + at, article) for at, article in enumerate(given_values)][::-1]
                new += len(fresh)
                found = found.added(fresh)
                held |= {one.id: one for one in fresh}
            elif what == "without":
                found = found.without(given_values)
                held = {number: one for number, one in held.items() if one.article not in given_values}
            else:
                directory = tmp_path_factory.mktemp("columns") / "saved"
                found.save(directory)
                found = Columns.load(directory)
        for old, was in [*past, (found, held)]:
            assert_holds(old, was)

    check()


def test_articles_are_told_by_the_day_on_which_they_were_published() -> None:
    """Both days count; what has no date is of no day, and is there where no day is asked for."""
    made: Iterable[tuple[int, date | None]] = [
        (7, date(2024, 5, 1)),
        (2, date(2024, 5, 3)),
        (5, None),
        (3, date(2023, 1, 9)),
    ]
    entries = [entry(10 * number, number, day.toordinal() if day else 0) for number, day in made]
    found = Columns.empty().added(entries)
    assert found.published(None, None).tolist() == [2, 3, 5, 7]
    assert found.published(date(2024, 5, 1), None).tolist() == [2, 7]
    assert found.published(None, date(2024, 5, 1)).tolist() == [3, 7]
    assert found.published(date(2024, 5, 1), date(2024, 5, 1)).tolist() == [7]
    assert found.days() == (date(2023, 1, 9), date(2024, 5, 3))


def test_days_of_replaced_articles_do_not_count(tmp_path: Path) -> None:
    """An article that was changed is of its new day; one that was taken out, of none."""
    first = [entry(1, 1, date(2020, 1, 1).toordinal()), entry(2, 2, date(2021, 1, 1).toordinal())]
    Columns.empty().added(first).save(tmp_path / "saved")
    found = Columns.load(tmp_path / "saved").without([1, 2]).added([entry(3, 1, date(2022, 1, 1).toordinal())])
    assert found.days() == (date(2022, 1, 1), date(2022, 1, 1))
    assert found.published(None, None).tolist() == [1]
    assert found.published(date(2020, 1, 1), date(2021, 12, 31)).tolist() == []
    assert Columns.empty().days() == (None, None)


def test_equal_content_is_equal_on_disk(tmp_path: Path) -> None:
    """Two histories that lead to the same rows write the same bytes."""
    some = [entry(number, 1 + number % 7) for number in range(1, 40)]
    kept = [one for one in some if one.article != 3]
    Columns.empty().added(some).without([3]).save(tmp_path / "one")
    Columns.empty().added(kept[20:][::-1]).added(kept[:20]).save(tmp_path / "two")
    names = sorted(path.name for path in (tmp_path / "one").iterdir())
    assert names == sorted(path.name for path in (tmp_path / "two").iterdir())
    assert len(names) == 6
    for name in names:
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()


def test_what_is_loaded_stays_when_its_files_are_deleted(tmp_path: Path) -> None:
    """A snapshot may be pruned while it is in use."""
    held = {number: entry(number, number % 5) for number in range(1, 50)}
    Columns.empty().added(list(held.values())).save(tmp_path / "saved")
    found = Columns.load(tmp_path / "saved")
    for path in (tmp_path / "saved").iterdir():
        path.unlink()
    assert_holds(found, held)


@pytest.mark.parametrize("name", ["ids", "rows", "order", "articles", "days", "offsets"])
def test_files_that_do_not_fit_together_are_refused(tmp_path: Path, name: str) -> None:
    """A file of another snapshot, or none at all, is noticed."""
    Columns.empty().added([entry(1, 1)]).save(tmp_path / "one")
    Columns.empty().added([entry(1, 1), entry(2, 2)]).save(tmp_path / "two")
    (tmp_path / "two" / f"{name}.npy").replace(tmp_path / "one" / f"{name}.npy")
    with pytest.raises(ValueError, match="do not fit together"):
        Columns.load(tmp_path / "one")
    with pytest.raises(OSError, match=name):
        Columns.load(tmp_path / "two")


def test_rows_of_another_form_are_refused(tmp_path: Path) -> None:
    """Rows without a field, as of another version, are not read."""
    Columns.empty().added([entry(1, 1)]).save(tmp_path / "one")
    np.save(tmp_path / "one" / "rows.npy", np.zeros(1, ROW[["article", "start"]]))
    with pytest.raises(ValueError, match="do not fit together"):
        Columns.load(tmp_path / "one")
