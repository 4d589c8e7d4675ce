"""Serving as a command: what is done aside while the bot answers."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from fakes import small_app

from bot import serving
from corpus.records import Draft
from index import tending

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

    from index.projection import Projection


def test_the_index_is_brought_up_to_date_and_tended_while_the_bot_answers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Articles that another process adds are in the index, and after many of them in a snapshot, without a command."""
    monkeypatch.setattr(serving, "LOOK_S", 0.01)
    monkeypatch.setattr(serving, "TEND_S", 0.01)
    monkeypatch.setattr(tending, "PUBLISH_LEAST", 3)
    app, other = small_app(tmp_path), small_app(tmp_path)
    assert app.projection.snapshot is None
    published = threading.Event()
    tend = tending.tend

    def tended(projection: Projection) -> tending.Tended:
        done = tend(projection)
        if done.published:
            published.set()
        return done

    monkeypatch.setattr(serving, "tend", tended)
    with serving._kept_up_to_date(app):
        other.writer.add([Draft(text=f"Article {number}.", key=f"a{number}") for number in range(3)])
        assert published.wait(60)
        assert app.projection.published == 3
        assert app.projection.engines.passages.counts() == (3, 3)
    app.close()
    other.close()


def test_what_fails_aside_is_logged_and_tried_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Answers go on, whatever goes wrong with tending."""
    monkeypatch.setattr(serving, "TEND_S", 0.01)
    app = small_app(tmp_path)
    _ = app.projection
    again = threading.Event()
    tries: list[None] = []

    def failing(_: object) -> None:
        tries.append(None)
        if len(tries) > 1:
            again.set()
        raise OSError

    monkeypatch.setattr(serving, "tend", failing)
    with serving._kept_up_to_date(app):
        assert again.wait(60)
    assert "the index could not be tended" in caplog.text
    app.close()
