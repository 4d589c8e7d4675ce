"""The command line with a small model, which needs no minute to be prepared: `commands.py add FILE`."""

from __future__ import annotations

from fakes import HashEncoder, PatternExtractor

from bot.app import App
from bot.cli import cli

cli(obj=lambda settings: App(settings, loading=lambda _name, _directory: HashEncoder(), extracting=PatternExtractor))
