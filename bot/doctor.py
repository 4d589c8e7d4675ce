"""The doctor: looks at everything that a running Verbatim needs, and says what to fix."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import text

from corpus.errors import VerbatimError
from index.models import BUNDLED, verify_bundled
from index.snapshots import Snapshots

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from bot.app import App

LEAST_FREE_BYTES = 1_000_000_000
"""Below this much free disk a rebuild of a middling collection may not fit."""


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at.

    Attributes:
        name: what was looked at.
        well: whether it is as it should be.
        seen: what was seen.
        fix: what to do, when it is not well.
    """

    name: str
    well: bool
    seen: str
    fix: str = ""


def examine(app: App) -> Iterator[Check]:
    """Yield the checks one by one, as they are made."""
    for name, look in (
        ("disk", _disk),
        ("database", _database),
        ("model", _model),
        ("index", _snapshot),
        ("token", _token),
    ):
        yield _checked(name, look, app)


def _checked(name: str, look: Callable[[App], str], app: App) -> Check:
    try:
        return Check(name, well=True, seen=look(app))
    except VerbatimError as error:
        return Check(name, well=False, seen=error.problem, fix=error.fix)
    except OSError as error:
        return Check(
            name, well=False, seen=str(error), fix="Check the path and its permissions, or set VERBATIM_DATA_DIR."
        )


def _disk(app: App) -> str:
    directory = app.settings.data_dir
    directory.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryFile(dir=directory):
        free = shutil.disk_usage(directory).free
    if free < LEAST_FREE_BYTES:
        raise VerbatimError(
            f"only {free / 1e9:.1f} GB free in {directory}", "Free some space, or move the data directory."
        )
    return f"{directory} is writable, {free / 1e9:.0f} GB free"


def _database(app: App) -> str:
    engine = app.store.engine
    if engine.dialect.name == "sqlite":
        with engine.connect() as connection:
            found = connection.scalar(text("PRAGMA quick_check"))
        if found != "ok":
            raise VerbatimError(f"the database is damaged: {found}", "Restore a backup of corpus.sqlite.")
    extent = app.store.extent()
    return f"{extent.articles:,} articles, generation {app.store.generation():,}"


def _model(app: App) -> str:
    if app.settings.model == BUNDLED:
        verify_bundled()
    encoder = app.encoder
    vector = encoder.encode_question("Is the model well?")
    checked = ", weights have their published checksum" if app.settings.model == BUNDLED else ""
    return f"{app.settings.model}, {len(vector)} dimensions{checked}"


def _snapshot(app: App) -> str:
    snapshots = Snapshots(app.settings.data_dir / "snapshots")
    current = snapshots.current()
    behind = app.store.generation()
    if current is None:
        if behind:
            raise VerbatimError("there are articles, but no index", "Run `verbatim rebuild`.")
        return "no articles yet, so no index"
    snapshots.manifest(current, app.parts.identity)
    manifest = snapshots.verify(current)
    behind -= manifest.generation
    state = f"{behind:,} changes behind, which the next question makes up" if behind else "up to date"
    return f"snapshot {current}: {manifest.passages:,} passages, checksums right, {state}"


def _token(app: App) -> str:
    token = app.settings.telegram_token
    if token is None:
        return "none set; the bot is not served, all else works"
    from telegram.error import TelegramError  # noqa: PLC0415  (the library takes a while to import)

    from bot.telegram import whoami  # noqa: PLC0415

    try:
        return f"@{asyncio.run(whoami(app.settings))}"
    except TelegramError as error:
        server = app.settings.telegram_api_url
        raise VerbatimError(
            f"{server} cannot be reached ({type(error).__name__})", "Check the network and VERBATIM_TELEGRAM_API_URL."
        ) from error
