"""Serves the real bot, with invented articles from a file in the place of the index: `runner.py ARTICLES DRAIN_S`.

Time runs five times as fast as with Telegram.
"""

from __future__ import annotations

import sys
from pathlib import Path

from fake_answering import FileAnswering, FileCorrecting

from bot.chat.pacing import Pace, Patience, Rates
from bot.chat.telegram import serve
from bot.config import load_settings
from bot.staff import Staff
from corpus.errors import VerbatimError

PACE = Pace(
    Rates(chat_s=1.05 / 5, group_s=60.5 / 5, overall_s=1.05 / 5), Patience(first_s=0.2), drain_s=float(sys.argv[2])
)


def started(name: str) -> None:
    """Tell the test that the bot is ready."""
    print(f"serving @{name}", flush=True)  # noqa: T201


try:
    file = Path(sys.argv[1])
    serve(load_settings(), FileAnswering(file), started, PACE, Staff(FileCorrecting(file)))
except VerbatimError as error:
    sys.exit(f"error: {error}")
