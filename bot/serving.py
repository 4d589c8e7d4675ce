"""Serving as a command: the index is brought up to date, and kept so while the bot answers."""

from __future__ import annotations

import logging
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from bot.chat.telegram import serve
from bot.commands.maintaining import ready
from bot.commands.terminal import console
from bot.desk.newsroom import Newsroom, Pages
from bot.errors import SettingsError
from bot.feeds.feeds import Subscribed
from bot.staff import Staff
from corpus.fetched import draft_of
from index.tending import tend

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.app import App
    from bot.chat.pacing import Pace

log = logging.getLogger(__name__)

LOOK_S = 0.2
"""Seconds between two looks for articles that another process, such as `verbatim add`, has brought in."""

TEND_S = 60.0
"""Seconds between two looks whether the index needs tending."""

STOP_S = 5.0
"""Seconds to wait for the threads at the end. What is cut off is done again at the next start; see `index.tending`."""


def run(app: App, pages: Pages[Any] | None = None, pace: Pace | None = None) -> None:
    """Serve the bot until it is stopped.

    Args:
        app: the data directory, with its settings.
        pages: who fetches pages; by default whoever does it under guard.
        pace: how fast to send; what suits Telegram by default.

    Raises:
        SettingsError: no token is set.
        BotError: the bot cannot be served; see `bot.chat.telegram.serve`.
    """
    if app.settings.telegram_token is None:
        raise SettingsError(["VERBATIM_TELEGRAM_TOKEN: is not set; @BotFather gives one"])
    ready(app)
    out = console(stderr=True)
    count = app.store.extent().articles
    with _kept_up_to_date(app):
        serve(
            app.settings,
            app.answering,
            lambda name: out.print(f"@{name} answers from {count:,} articles. Ctrl-C ends.", markup=False),
            pace=pace,
            staff=Staff(
                app.corrections, Newsroom(app, pages or Pages(app.fetcher, draft_of)), app, feeding=Subscribed(app)
            ),
        )


@contextmanager
def _kept_up_to_date(app: App) -> Iterator[None]:
    """Replay what changes in the corpus, and tend the index, in two threads, for as long as the block lasts."""
    stop = threading.Event()

    def follow() -> None:
        while not stop.wait(LOOK_S):
            try:
                if app.projection.is_behind():
                    app.projection.catch_up()
            except Exception:
                # Answers go on from what is known; the next look may go better.
                log.exception("the index could not be brought up to date")

    def tending() -> None:
        while not stop.wait(TEND_S):
            try:
                tend(app.projection)
            except Exception:
                log.exception("the index could not be tended")

    following = threading.Thread(target=follow, name="catching-up", daemon=True)
    aside = threading.Thread(target=tending, name="tending", daemon=True)
    following.start()
    aside.start()
    try:
        yield
    finally:
        stop.set()
        following.join()
        aside.join(STOP_S)
