"""Serves the real bot over a real corpus with small models, and pages from a file in the place of the web.

Time runs five times as fast as with Telegram.
"""

from __future__ import annotations

import json
import sys
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from fakes import HashEncoder, PatternExtractor

from bot.app import App
from bot.chat.pacing import Pace, Patience, Rates
from bot.config import load_settings
from bot.desk.newsroom import Pages
from bot.serving import run
from corpus.documents import from_html
from corpus.errors import SourceError, VerbatimError

if TYPE_CHECKING:
    from pathlib import Path

    from corpus.records import Extraction

SLOW_S, SLOW_PAGE_S = 0.02, 2.0
PACE = Pace(Rates(chat_s=1.05 / 5, group_s=60.5 / 5, overall_s=1.05 / 5), Patience(first_s=0.2), drain_s=4.0)


@dataclass(frozen=True)
class FileFetcher:
    """Fetches pages out of a file: address -> HTML, read anew each time."""

    path: Path

    def fetch(self, url: str) -> str:
        """Return a page.

        Raises:
            SourceError: there is none at this address.
        """
        if "slow" in url:
            time.sleep(SLOW_PAGE_S)
        pages: dict[str, str] = json.loads(self.path.read_text())
        if url not in pages:
            raise SourceError(url, "the page is not there (404)", "Check the address.")
        return pages[url]


class SlowExtractor(PatternExtractor):
    """Takes its time with texts that hold the word "slowly"."""

    def extract(self, text: str, author: str | None = None) -> Extraction:
        """Find who said what; see `PatternExtractor.extract`."""
        if "slowly" in text:
            time.sleep(SLOW_S)
        return super().extract(text, author)


settings = load_settings()
app = App(settings, loading=lambda _name, _directory: HashEncoder(), extracting=SlowExtractor)
try:
    run(app, Pages(FileFetcher(settings.data_dir / "pages.json"), from_html), PACE)
except VerbatimError as error:
    sys.exit(f"error: {error}")
finally:
    app.close()
