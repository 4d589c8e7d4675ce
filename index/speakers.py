"""Who speaks in the corpus, from question to question, and from one start to the next.

What takes minutes to read and describe in a large archive is kept in a file beside the index; a start maps it, and
reads what has changed since. Where there is no such file, or it is of no use, everything is read: that is all.
"""

from __future__ import annotations

import logging
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING

from corpus import kept
from corpus.keeping import Kept, flattened, keep, opened, restored, source_of
from corpus.registry import Registry
from index.describing import described
from index.directory import Directory, Listing
from index.persons import Persons

if TYPE_CHECKING:
    from pathlib import Path

    from corpus.store import Store

log = logging.getLogger(__name__)

NAME = "speakers.columns"
"""Name of the file in the data directory."""

WORTH_KEEPING = 50_000
"""Voices in statements from which on reading them takes so long that what was read is kept at once."""

MOST_BESIDE = 20_000
"""Voices that stand beside the mapped columns before these are made anew; each change copies some of them."""

_LISTING = "listing"


@dataclass(frozen=True, slots=True)
class View:
    """Who speaks in one state of the corpus, and where it was published."""

    registry: Registry
    persons: Persons
    publishers: tuple[str, ...]


class Speakers:
    """Who speaks in a corpus. Safe to share between threads.

    Args:
        store: the corpus.
        path: where it is kept; None: nowhere.
    """

    def __init__(self, store: Store, path: Path | None = None) -> None:
        self._store = store
        self._path = path
        self._view: View | None = None
        self._keeping = threading.Lock()
        self._loading = threading.Lock()

    def view(self) -> View:
        """Return who speaks in the corpus as it is now."""
        seen = self._view
        if seen is None:
            with self._loading:  # whoever comes second has it from the first
                if self._view is None:
                    self._view = self._loaded()
                seen = self._view
        later = _renewed(seen, self._store)
        if later is not seen:
            self._view = later
        return later

    def keep(self) -> None:
        """Write down who speaks in the corpus as it is now, and go on from what was written.

        A disk that is full is no error: all that is lost is time at the next start.
        """
        if self._path is not None:
            self._keep(self._path, self.view())

    def tend(self) -> None:
        """Do what `keep` does where much has changed since that was done."""
        seen = self._view
        if seen is not None and len(seen.registry.state.lines.tail) >= MOST_BESIDE:
            self.keep()

    def _loaded(self) -> View:
        found = opened(self._path) if self._path is not None else None
        if found is not None and (view := _restored(found, self._store)) is not None:
            return view
        registry = Registry.load(self._store)
        view = View(registry, Persons(registry), registry.publishing())
        if self._path is not None and len(registry.state.lines.statement) >= WORTH_KEEPING:
            return self._keep(self._path, view)
        return view

    def _keep(self, path: Path, view: View) -> View:
        """Write a view, and return the same as it was written, or as it was."""
        with self._keeping:
            registry, listing = view.registry.settled(), view.persons.directory.listing.settled()
            if (packed := kept.packed(registry, self._store)) is None:
                return view
            notes = {**packed.notes, "index": source_of(__file__)}
            try:
                keep(path, Kept({**packed.columns, **flattened(listing, _LISTING)}, notes))
            except OSError as error:
                log.warning("who speaks could not be written down (%s); the next start reads all of it", error)
                return view
            found = opened(path)
            written = _restored(found, self._store) if found is not None else None
            if written is not None and self._view is view:
                self._view = written
            return written or view


def _restored(found: Kept, store: Store) -> View | None:
    """Return what was kept, brought up to date, or None where it is of no use."""
    known = kept.unpacked(found, store)
    if known is None or found.notes.get("index") != source_of(__file__):
        return None
    try:
        listing = restored(Listing(), found.columns, _LISTING)
    except (KeyError, ValueError):
        return None
    persons = Persons(known, Directory(known, listing, described))
    return _renewed(View(known, persons, ()), store)


def _renewed(seen: View, store: Store) -> View:
    """Return a view of the corpus as it is now: the same one, where nothing has changed."""
    registry = seen.registry.refreshed(store)
    if registry is seen.registry:
        return seen
    changed = registry.changed_since(seen.registry.stamp)
    persons = Persons(registry) if changed is None else seen.persons.renewed(registry, changed)
    return View(registry, persons, registry.publishing())
