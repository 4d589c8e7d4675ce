"""Building an index aside, and switching to it: what changes meanwhile, what is asked of it, what is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from fakes import HashEncoder, small_app

from corpus.errors import ChunkingError
from corpus.records import Draft
from index.answering import Answerer
from index.building import Replayed
from index.records import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from bot.app import App

LANTERN = "what did Ida Moss say about the violet lantern?"


def draft(name: str, thing: str) -> Draft:
    """Return an article in which somebody speaks about something."""
    return Draft(text=f"{name} said “The {thing} is here to stay.”", title=thing, key=thing)


@pytest.fixture
def app(tmp_path: Path) -> Iterator[App]:
    """A process with two articles, which it has published."""
    started = small_app(tmp_path)
    started.writer.add([draft("Bo Lin", "ferry"), draft("Cy Roe", "museum")])
    started.projection.catch_up()
    started.projection.publish()
    yield started
    started.close()


def test_what_changes_between_building_and_switching_is_in_it(app: App) -> None:
    """Articles that come and go while a built index waits are in the one that is used, and in its snapshot."""
    fresh = app.projection.build()
    assert fresh.replayed == Replayed(articles=2, passages=2, embedded=0)
    app.writer.add([draft("Ida Moss", "violet lantern")])
    app.writer.remove([1])
    assert app.answerer.ask(LANTERN).verdict is Verdict.NOTHING_FOUND
    name = app.projection.switch(fresh)
    assert (name, app.projection.snapshot, app.projection.generation) == ("4", "4", 4)
    assert app.answerer.ask(LANTERN).verdict is Verdict.ANSWERED
    assert app.projection.engines.passages.counts() == (2, 2)
    assert app.projection.snapshots.manifest("4").articles == 2
    assert app.answerer.ask(LANTERN).searched.passages == 2


def test_an_index_can_be_asked_before_it_is_used(app: App) -> None:
    """Questions of a built index are answered from it alone; giving it up changes nothing and leaves no files."""
    app.writer.add([draft("Ida Moss", "violet lantern")])
    working = len(list((app.settings.data_dir / "work").iterdir()))
    fresh = app.projection.build()
    assert Answerer(fresh).ask(LANTERN).verdict is Verdict.ANSWERED
    assert app.answerer.ask(LANTERN).verdict is Verdict.NOTHING_FOUND
    fresh.close()
    assert len(list((app.settings.data_dir / "work").iterdir())) == working
    assert app.projection.snapshots.names() == ["2"]


def test_passages_of_another_splitter_are_not_indexed(app: App) -> None:
    """When another process cuts all articles for another model, neither building nor switching goes on with them."""
    fresh = app.projection.build()
    other = small_app(app.settings.data_dir, encoder=HashEncoder(name="other", window=9))
    assert list(other.writer.resplit()) == [2]
    with pytest.raises(ChunkingError, match="rebuild --full"):
        app.projection.build()
    with pytest.raises(ChunkingError):
        app.projection.switch(fresh)
    assert app.projection.snapshots.current() == "2"
    other.close()


def test_the_snapshot_to_go_back_to_is_named(app: App) -> None:
    """It is the one before that in use, whichever that is."""
    assert app.projection.older() is None
    app.projection.rebuild()
    assert (app.projection.snapshot, app.projection.older()) == ("2.1", "2")
    app.projection.rollback()
    assert (app.projection.snapshot, app.projection.older()) == ("2", None)
