"""The command line with a small model, and feeds that are polled without pauses: `feeding.py serve`."""

from __future__ import annotations

from datetime import timedelta

from fakes import HashEncoder, PatternExtractor

from bot.app import App
from bot.cli import cli
from bot.feeds import rounds as feeds_rounds
from corpus.pace import Pace

PACE = Pace(pause_s=0.0, soon=timedelta(seconds=0), interval=timedelta(minutes=1), most_entries=100)
feeds_rounds.LOOK_S = 1.0

cli(
    obj=lambda settings: App(
        settings, loading=lambda _name, _directory: HashEncoder(), extracting=PatternExtractor, pace=PACE
    )
)
