"""Serves the real bot over a real corpus with small models, and fetches with the real fetcher, within small limits.

Names are resolved from the file `names.json` in the data directory: name -> IP address. No name is asked of anybody.
Time runs five times as fast as with Telegram.
"""

from __future__ import annotations

import json
import sys

from fakes import HashEncoder, PatternExtractor

from bot.app import App
from bot.chat.pacing import Pace, Patience, Rates
from bot.config import load_settings
from bot.serving import run
from corpus.addresses import Guard
from corpus.errors import VerbatimError
from corpus.fetching import Fetcher, Limits, agent

LIMITS = Limits(most_bytes=100_000, seconds=1.5)
PACE = Pace(Rates(chat_s=1.05 / 5, group_s=60.5 / 5, overall_s=1.05 / 5), Patience(first_s=0.2), drain_s=4.0)

settings = load_settings()


def resolve(name: str, port: int) -> list[str]:
    """Look a name up in the file.

    Raises:
        OSError: it is not there.
    """
    del port
    known: dict[str, str] = json.loads((settings.data_dir / "names.json").read_text())
    if name not in known:
        raise OSError(name)
    return [known[name]]


app = App(settings, loading=lambda _name, _directory: HashEncoder(), extracting=PatternExtractor)
app.fetcher = Fetcher(agent("test"), guard=Guard(settings.allowed_networks, resolve), limits=LIMITS)
try:
    run(app, pace=PACE)
except VerbatimError as error:
    sys.exit(f"error: {error}")
finally:
    app.close()
