"""The command line with a small model, whose index is built as slowly as a file says: `unhurried.py serve`.

The file `slow` in the working directory holds the seconds that each step takes, of five articles each. Time runs five
times as fast as with Telegram.
"""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fakes import HashEncoder, PatternExtractor

import bot.serving
import index.building
from bot.app import App
from bot.chat.pacing import Pace, Rates
from bot.cli import cli

if TYPE_CHECKING:
    from collections.abc import Sequence

    from index.engine import Engines
    from index.replaying import Parts

SLOW = Path("slow")
PACE = Pace(Rates(chat_s=1.05 / 5, group_s=60.5 / 5, overall_s=1.05 / 5), edit_s=3.0 / 5)
replay = index.building.replay
serve = bot.serving.serve


def slowly(parts: Parts, engines: Engines, numbers: Sequence[int]) -> tuple[int, int]:
    """Replay articles, after a pause."""
    if SLOW.exists():
        time.sleep(float(SLOW.read_text()))
    return replay(parts, engines, numbers)


def serve_quickly(*given: Any, **named: Any) -> None:
    """Serve at the pace of the tests, whatever other pace is named."""
    serve(*given, **{**named, "pace": PACE})


bot.serving.serve = serve_quickly
index.building.ARTICLES_AT_ONCE = 5
index.building.replay = slowly
cli(obj=lambda settings: App(settings, loading=lambda _name, _directory: HashEncoder(), extracting=PatternExtractor))
