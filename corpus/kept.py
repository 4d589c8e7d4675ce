"""The registry in a file of columns: what it is made from need not be read again at the next start.

The file knows the change of the corpus up to which it goes, and the corrections as they were then. Whoever opens it has
the registry of that state, and reads what has changed since (`corpus.registry.Registry.refreshed`). A file that another
version of these packages has written, or that is of another corpus, is none.
"""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from corpus import keeping
from corpus.amending import Amended, Correction, CorrectionKind, Move, Moved
from corpus.calling import Called
from corpus.database import HEAD
from corpus.keeping import Kept, flattened, restored, source_of
from corpus.registry import Registry
from corpus.rows import Links
from corpus.states import State
from corpus.voices import Stamp

if TYPE_CHECKING:
    from collections.abc import Mapping

    from corpus.store import Store

UNSURE = -1
"""Stands for corrections in the stamp of a registry that was kept: they are compared, not their number."""

_STATE, _CALLED = "state", "called"


def packed(registry: Registry, store: Store) -> Kept | None:
    """Return what is to be kept of a settled registry; None where its state is not in the corpus any more."""
    changed_at = store.changed_at(registry.stamp.generation)
    if changed_at is None:
        return None
    state = registry.state
    notes = {
        "corpus": _identity(),
        "generation": registry.stamp.generation,
        "changed_at": changed_at.isoformat(),
        "publishers": state.lines.publishers,
        "amended": _amended(state.amended),
        "moved": {
            "voices": list(state.moved.voices.items()),
            "dropped": sorted(state.moved.dropped),
            "read": [(number, list(those.items())) for number, those in state.moved.read.items()],
        },
    }
    return Kept({**flattened(state, _STATE), **flattened(registry.called, _CALLED)}, notes)


def unpacked(kept: Kept, store: Store) -> Registry | None:
    """Return the registry that was kept, as it was; None where it is another corpus's, or another version's.

    Its stamp is that of no state that there is, so that `refreshed` compares the corrections.
    """
    try:
        notes = kept.notes
        generation = int(notes["generation"])
        changed_at = store.changed_at(generation)
        if notes["corpus"] != _identity() or changed_at is None or changed_at.isoformat() != notes["changed_at"]:
            return None
        state = restored(State(), kept.columns, _STATE)
        state = replace(
            state,
            stamp=Stamp(generation, UNSURE, UNSURE),
            lines=replace(state.lines, publishers=tuple(notes["publishers"])),
            amended=_amended_again(notes["amended"]),
            moved=Moved(
                voices={number: list(those) for number, those in notes["moved"]["voices"]},
                dropped={(number, form) for number, form in notes["moved"]["dropped"]},
                read={number: dict(those) for number, those in notes["moved"]["read"]},
            ),
        )
        return Registry(state.placed(), restored(Called(), kept.columns, _CALLED))
    except (KeyError, ValueError, TypeError, AttributeError):
        return None


def load(store: Store, kept: Kept | None) -> Registry:
    """Return the registry of the corpus as it is now, from what was kept, if anything was."""
    known = unpacked(kept, store) if kept is not None else None
    return known.refreshed(store) if known is not None else Registry.load(store)


def _identity() -> list[str]:
    return [source_of(keeping.__file__), HEAD]


def _amended(amended: Amended) -> dict[str, Any]:
    return {
        "together": amended.links.together,
        "apart": sorted(sorted(pair) for pair in amended.links.apart),
        "names": amended.names,
        "moves": [
            {
                "correction": asdict(each.correction) | {"at": each.correction.at.isoformat()},
                "source": each.source,
                "target": each.target,
            }
            for each in amended.moves
        ],
        "idle": amended.idle,
    }


def _amended_again(notes: Mapping[str, Any]) -> Amended:
    def correction(given: Mapping[str, Any]) -> Correction:
        kind, at = CorrectionKind(given["kind"]), datetime.fromisoformat(given["at"])
        return Correction(**{**given, "kind": kind, "at": at})

    return Amended(
        links=Links(
            tuple((one, other) for one, other in notes["together"]),
            frozenset(frozenset(pair) for pair in notes["apart"]),
        ),
        names=tuple((number, name) for number, name in notes["names"]),
        moves=tuple(
            Move(correction(each["correction"]), tuple(each["source"]), each["target"]) for each in notes["moves"]
        ),
        idle=tuple(notes["idle"]),
    )
