"""Taking removed articles back, editing as a whole, and what a draft would find."""

from pathlib import Path

import pytest
from sqlalchemy import func, select

from corpus.copies import likeness
from corpus.errors import ArticleNotFoundError, ArticleReplacedError
from corpus.importing import BATCH_RECORDS, KIND, Listener, run_import
from corpus.jobs import Jobs
from corpus.records import ChangeKind, Draft
from corpus.schema import bands, revisions
from corpus.sources import find
from corpus.store import Filter, Store
from corpus.writing import Outcome, Stored, Writer

STORY = " ".join(f"w{number}" for number in range(120)) + '. Mina Okafor said "the bridge opens".'
BRIDGE = Draft(text=STORY, title="Bridge", key="b", url="https://n.example/b", publisher="Post", author="Ada Lind")


def test_a_removed_article_comes_back_as_it_was(store: Store, writer: Writer) -> None:
    """Same number, text and metadata, without a new revision; with passages, statements, and bands to be found by."""
    writer.add([BRIDGE])
    before = store.article(1)
    said = [statement.content for statement in store.statements_of([1])]
    old = {passage.id for passage in store.passages_of([1])}
    writer.remove([1])
    gone = store.removed(1)
    assert gone is not None
    assert gone[0].text == STORY
    assert writer.restore(1) == Stored(Outcome.ADDED, 1)
    assert store.removed(1) is None
    assert store.article(1) == before
    assert [statement.content for statement in store.statements_of([1])] == said != []
    assert old.isdisjoint(passage.id for passage in store.passages_of([1]))
    assert len(store.passages_of([1])) == len(old)
    with store.engine.connect() as connection:
        assert (connection.scalar(select(func.count()).select_from(bands)) or 0) > 0
        assert connection.scalar(select(func.count()).select_from(revisions)) == 1
    assert [change.kind for change in store.changes_since(0)] == [ChangeKind.ADD, ChangeKind.REMOVE, ChangeKind.ADD]


def test_what_comes_back_may_be_a_copy(store: Store, writer: Writer) -> None:
    """A copy added meanwhile stays the original of what comes back."""
    writer.add([BRIDGE])
    writer.remove([1])
    writer.add([Draft(text=STORY + " More.", key="other")])
    assert writer.restore(1) == Stored(Outcome.COPY, 1)
    assert store.copies_of([1]) == {1: 2}


def test_what_is_there_or_never_was_does_not_come_back(store: Store, writer: Writer) -> None:
    """A present article stays unchanged; a number that never was is an error."""
    writer.add([BRIDGE])
    assert writer.restore(1) == Stored(Outcome.UNCHANGED, 1)
    assert store.generation() == 1
    assert store.removed(2) is None
    with pytest.raises(ArticleNotFoundError):
        writer.restore(2)


@pytest.mark.parametrize("draft", [Draft(text="x", key="b"), Draft(text="x", url="http://n.example/b/")])
def test_nothing_comes_back_beside_its_successor(store: Store, writer: Writer, draft: Draft) -> None:
    """Where another article has its key or URL meanwhile, the removed one stays away."""
    writer.add([Draft(text=STORY, key=draft.key, url=BRIDGE.url)])
    writer.remove([1])
    writer.add([draft])
    with pytest.raises(ArticleReplacedError) as refused:
        writer.restore(1)
    assert (refused.value.number, refused.value.instead) == (1, 2)
    assert store.article_numbers() == [2]


def test_an_edit_as_a_whole_takes_away(store: Store, writer: Writer) -> None:
    """What the draft leaves out is taken away, except the key; the same once more changes nothing."""
    writer.add([BRIDGE])
    bare = Draft(text=STORY, title="Bridge")
    assert writer.edit(1, bare, whole=True) == Stored(Outcome.UPDATED, 1)
    edited = store.article(1)
    assert (edited.key, edited.url, edited.publisher, edited.author) == ("b", None, None, None)
    assert writer.edit(1, bare, whole=True) == Stored(Outcome.UNCHANGED, 1)
    with pytest.raises(ArticleNotFoundError):
        store.find("https://n.example/b")


def test_what_a_draft_would_find(store: Store, writer: Writer) -> None:
    """Another version of an article, a copy of one, or nothing."""
    writer.add([BRIDGE])
    same = likeness(store.engine, Draft(text="x", url="https://n.example/b"))
    assert same.same == store.article(1)
    assert same.near is None
    copy = likeness(store.engine, Draft(text=STORY + " More."))
    assert (copy.same, copy.near) == (None, 1)
    assert likeness(store.engine, Draft(text="Something else.")) == likeness(store.engine, Draft(text="Other."))


def test_a_page_of_a_listing(store: Store, writer: Writer) -> None:
    """Pages follow each other without gaps, and the count is that of all pages, removed articles left out."""
    writer.add([Draft(text=f"{n}.", key=f"k{n}", title="even" if n % 2 == 0 else "odd") for n in range(7)])
    writer.remove([1])
    assert store.count() == 6
    even = Filter(words=("EVEN",))
    assert store.count(even) == 3
    pages = [[each.id for each in store.listing(even, start=at, most=2)] for at in (0, 2, 4)]
    assert pages == [[3, 5], [7], []]


def test_an_import_can_be_stopped(store: Store, writer: Writer, tmp_path: Path) -> None:
    """Stopped after a batch, what is stored stays, the report says so, and no later run goes on with the rest."""
    path = tmp_path / "many.csv"
    path.write_text("\n".join(["title,text", *(f"{n},Text {n}." for n in range(3 * BATCH_RECORDS))]))
    jobs = Jobs(store.engine)
    report = run_import(find([str(path)]), writer, jobs, Listener(stops=lambda: True))
    assert report.stopped
    assert store.count() == report.records == BATCH_RECORDS
    assert jobs.unfinished(KIND) == []
