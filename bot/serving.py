"""Serving as a command: the index is brought up to date, and kept so while the bot answers."""

from __future__ import annotations

import logging
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

from bot.errors import SettingsError
from bot.feeds import Subscribed
from bot.maintaining import ready
from bot.telegram import serve
from bot.terminal import console

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.app import App

log = logging.getLogger(__name__)

LOOK_S = 1.0
"""How often to look for articles that another process, such as `verbatim add`, has brought in."""


def run(app: App) -> None:
    """Serve the bot until it is stopped.

    Raises:
        SettingsError: no token is set.
        BotError: the bot cannot be served; see `bot.telegram.serve`.
    """
    if app.settings.telegram_token is None:
        raise SettingsError(["VERBATIM_TELEGRAM_TOKEN: is not set; @BotFather gives one"])
    ready(app)
    out = console(stderr=True)
    count = app.store.extent().articles
    with _kept_up_to_date(app):
        serve(
            app.settings,
            app.answerer,
            lambda name: out.print(f"@{name} answers from {count:,} articles. Ctrl-C ends.", markup=False),
            correcting=app.corrections,
            feeding=Subscribed(app),
        )


@contextmanager
def _kept_up_to_date(app: App) -> Iterator[None]:
    """Replay what changes in the corpus, in a thread, for as long as the block lasts."""
    stop = threading.Event()

    def follow() -> None:
        while not stop.wait(LOOK_S):
            try:
                if app.projection.is_behind():
                    app.projection.catch_up()
            except Exception:
                # Answers go on from what is known; the next look may go better.
                log.exception("the index could not be brought up to date")

    thread = threading.Thread(target=follow, name="catching-up", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()
