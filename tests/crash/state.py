"""What a data directory may hold after a crash, and whether it does."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from crash.worker import article_text, opened

from corpus.importing import KIND
from index.snapshots import KEPT

if TYPE_CHECKING:
    from pathlib import Path

    from bot.app import App


class Expected:
    """The versions that each article may have, by what the worker said: several while it was at it, else one.

    A version is the number in the article's text; None means that there is no such article.
    """

    def __init__(self) -> None:
        self.versions: dict[str, set[int | None]] = {}
        self._begun: dict[str, int | None] = {}

    def hear(self, said: dict[str, Any]) -> None:
        """Take in a line of the worker."""
        if "texts" in said:
            self._begun = said["texts"]
            for key, version in self._begun.items():
                self.versions.setdefault(key, {None}).add(version)
        elif said.get("done") in {"store", "take out"}:
            self.versions |= {key: {version} for key, version in self._begun.items()}
            self._begun = {}

    def check(self, app: App) -> None:
        """See that the corpus holds what it may hold, that what was begun was done wholly or not at all, and go on."""
        present = {article.key: article for article in app.store.listing()}
        seen: dict[str, int | None] = {}
        for key, allowed in self.versions.items():
            article = present.pop(key, None)
            version = int(article.title) if article else None
            assert version in allowed, f"{key} has version {version}, but {allowed} were acknowledged or begun"
            assert article is None or article.text == article_text(key, version or 0)
            seen[key] = version
        assert present == {}, "articles that nobody stored"
        changed = {key: seen[key] == version for key, version in self._begun.items() if len(self.versions[key]) > 1}
        assert len(set(changed.values())) <= 1, "a batch was stored in part"
        self.versions = {key: {version} for key, version in seen.items()}
        self._begun = {}


def check_index(app: App) -> None:
    """See that the index loads from its snapshot, and after catching up holds exactly what the corpus holds."""
    projection = app.projection
    assert projection.snapshot == projection.snapshots.current(), "the snapshot in use was passed over"
    engines = 2  # of passages, and of statements
    assert len(list((app.settings.data_dir / "work").iterdir())) == engines, "work of dead processes is left"
    projection.catch_up()
    stored = app.store.cited_of(app.store.article_numbers())
    view = projection.engines.passages._view  # type: ignore[attr-defined]
    rows = view.dense.rows()
    assert rows.ids.tolist() == [passage.id for passage, _ in stored]
    assert rows.articles.tolist() == [passage.article for passage, _ in stored]
    texts = [passage.span.of(article.text) for passage, article in stored]
    np.testing.assert_array_equal(rows.vectors, app.encoder.encode(texts).astype(np.float16))
    among = None
    for _ in range(2):  # by the inverted index, then by the forward one
        found = view.lexical.search(view.lexical.question("chronicle"), len(stored) + 100, among)
        assert sorted(found.ids.tolist()) == [passage.id for passage, _ in stored]
        among = np.array([passage.id for passage, _ in stored])
    assert len(view.lexical) == len(stored)
    said = app.store.statements_of(app.store.article_numbers())
    assert {statement.article for statement in said} == set(app.store.article_numbers()), (
        "an article lost what was said"
    )
    assert projection.engines.statements.counts()[0] == len(said)


def check_directory(app: App) -> None:
    """See that publishing clears away what a crash left, and that what it writes is whole."""
    with app.lock():
        name = app.projection.publish()
    directory = app.settings.data_dir / "snapshots"
    assert [path.name for path in directory.iterdir() if path.name.startswith((".", "CURRENT."))] == []
    snapshots = app.projection.snapshots
    assert snapshots.verify(name).generation == app.store.generation()
    assert len(snapshots.names()) <= KEPT + 1


def recovered(directory: Path, expected: Expected, *, publish: bool) -> bool:
    """Open a directory after a crash, check all of it, and tell whether an import was left unfinished."""
    app = opened(directory)
    try:
        expected.check(app)
        check_index(app)
        if publish:
            check_directory(app)
        for name in app.projection.snapshots.names():
            app.projection.snapshots.verify(name)
        generations = [change.generation for change in app.store.changes_since(0)]
        assert generations == list(range(1, len(generations) + 1))
        return bool(app.jobs.unfinished(KIND))
    finally:
        app.close()
