"""Reading what is about to be shown: a few articles, passages and statements of one state."""

from __future__ import annotations

from typing import TYPE_CHECKING

from corpus.reading import reading
from corpus.records import Draft

if TYPE_CHECKING:
    from corpus.store import Store
    from corpus.writing import Writer

TEXT = 'Mina Roe said "the bridge is closed". Ole Lind said "the ferry sails".'


def test_what_is_read_is_what_the_store_holds(store: Store, writer: Writer) -> None:
    """By id, in any number; ids of nothing, and those that no database holds, are passed over."""
    writer.add([Draft(text=TEXT, key="a"), Draft(text="Nobody spoke.", key="b")])
    numbers = [1, 2, 99, 0, -1, 10**30, *range(100, 1200)]
    passages, statements = store.passages_of([1, 2]), store.statements_of([1])
    with reading(store.engine) as read:
        assert read.articles(numbers) == store.articles([1, 2])
        assert read.passages(numbers) == {passage.id: passage for passage in passages}
        found = read.statements(numbers)
        assert read.articles([]) == read.passages([]) == read.statements([]) == {}
    assert len(statements) == 2
    assert [(one.id, one.article, one.content, one.cue, one.kind) for one in found.values()] == [
        (one.id, one.article, one.content, one.cue, one.kind) for one in statements
    ]
    assert {one.speakers for one in found.values()} == {()}


def test_one_state_is_read_whatever_is_written_meanwhile(store: Store, writer: Writer) -> None:
    """An article that is changed between two queries is read as it was, and its statements with it."""
    writer.add([Draft(text=TEXT, key="a")])
    with reading(store.engine) as read:
        before = read.articles([1])
        writer.add([Draft(text="Nobody spoke.", key="a")])
        assert read.articles([1]) == before
        assert sorted(read.statements([1, 2])) == [1, 2]
    with reading(store.engine) as read:
        assert read.articles([1])[1].text == "Nobody spoke."
        assert read.statements([1, 2]) == {}
