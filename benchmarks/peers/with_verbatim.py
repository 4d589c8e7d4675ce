"""Drives Verbatim: articles are imported as the command line does it, statements included, and added as the bot does.

The compiled model lies in a directory of its own beside the data, as it is made once a machine; the weights of peers
are not among their data either. An article is on disk before it is answerable, so nothing is left for keeping it.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from benchmarks.peers.protocol import LIMIT, Answer, Cited, Material, Setup, serve
from bot.app import App
from bot.commands.maintaining import import_sources
from bot.config import load_settings
from corpus.importing import run_import
from corpus.sources import find

if TYPE_CHECKING:
    from corpus.records import BadRecord


class Verbatim:
    """Verbatim as the comparison drives it; `setup.model` is where compiled models are."""

    def __init__(self, setup: Setup) -> None:
        self._app = App(load_settings(data_dir=setup.directory, database_url=None), models=setup.model)
        _ = self._app.encoder

    def build(self, material: Material) -> None:
        """Import, index and publish."""
        import_sources(self._app, find([str(material.articles)]), _complain)

    def open(self) -> None:
        """Load the snapshot."""
        self._app.projection.catch_up()

    def ask(self, question: str) -> Answer:
        """Answer."""
        answer = self._app.answerer.ask(question, limit=LIMIT)
        cited = [Cited(each.article.reference, each.text) for each in answer.citations]
        return Answer(answer.verdict.value, cited)

    def add(self, material: Material) -> None:
        """Import, and replay the change."""
        with self._app.lock():
            run_import(find([str(material.articles)]), self._app.writer, self._app.jobs)
        self._app.projection.catch_up()

    def keep(self) -> None:
        """Do nothing: what was added is in the database, from which a restart replays it."""


def _complain(bad: BadRecord) -> None:
    print(bad, file=sys.stderr)


if __name__ == "__main__":
    serve(Verbatim)
