"""Serves the real bot, with invented articles from a file in the place of the index: `runner.py ARTICLES DRAIN_S`."""

from __future__ import annotations

import sys
from pathlib import Path

from fake_answering import FileAnswering

from bot.config import load_settings
from bot.telegram import serve
from corpus.errors import VerbatimError


def started(name: str) -> None:
    """Tell the test that the bot is ready."""
    print(f"serving @{name}", flush=True)  # noqa: T201


try:
    serve(load_settings(), FileAnswering(Path(sys.argv[1])), started, drain_s=float(sys.argv[2]))
except VerbatimError as error:
    sys.exit(f"error: {error}")
