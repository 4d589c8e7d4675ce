"""Rebuilding the index: what stands behind /rebuild and `verbatim rebuild`.

The canaries are asked of the old index first; then the corpus is put in order (passages cut again if that is wanted,
statements found where this version's extractor has not looked yet); then a new index is built aside, is asked the same,
and replaces the old one unless somebody decides otherwise. What was put in order in the corpus stays, whichever index
is used: an index follows the corpus.

The lock of the only writer is held while the corpus or the snapshots are changed. While the new index is built, and
while a person thinks, articles may come and go; they are brought in before the switch.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bot.care import texts_care
from bot.care.canaries import Comparison, Sound, compare, listen
from bot.care.courses import Decision, Words
from index.answering import Answerer

if TYPE_CHECKING:
    from collections.abc import Mapping
    from contextlib import AbstractContextManager

    from bot.app import App
    from bot.care.canaries import Canaries
    from bot.care.courses import Course
    from index.building import Fresh

KIND = "rebuild"
DECISION_S = 3600.0
"""How long the answer to whether to switch is waited for; then the old index stays."""

BEFORE = "before"
"""Name under which a job keeps what the canaries were answered by the old index."""

SWITCH, KEEP = "switch", "keep"

Tell = Callable[[Words, int, int], None]
"""Is told what is being done, how much of it is done, and of how much (0: not known)."""


@dataclass(frozen=True, slots=True)
class Rebuild:
    """The steps of a rebuild, in the order in which they are to be taken.

    Attributes:
        app: the data directory.
        canaries: the questions that are asked of both indexes.
        tell: is told how far it is; what it raises ends the rebuild, and the old index stays.
        locked: holds the lock of the only writer for a block.
    """

    app: App
    canaries: Canaries
    tell: Tell
    locked: Callable[[], AbstractContextManager[None]]

    def before(self) -> dict[int, Sound]:
        """Ask the canaries of the index in use.

        Raises:
            SnapshotMismatchError, ChunkingError: it was made by another model or chunking, and cannot be asked.
        """
        asked = self.canaries.listing()
        if not asked:
            return {}
        if self.app.projection.is_behind():
            self.app.projection.catch_up()
        return listen(self.app.answerer, asked, self._telling(texts_care.asking_old))

    def put_in_order(self, *, full: bool) -> None:
        """Cut passages anew if that is wanted, and find statements where they were not found by this version."""
        app = self.app
        with self.locked():
            if full:
                total = len(app.store.article_numbers())
                for done in app.writer.resplit():
                    self.tell(texts_care.cutting, done, total)
            total = len(app.store.unread(app.extractor.fingerprint, failed=full))
            for done in app.writer.restate(failed=full) if total else ():
                self.tell(texts_care.finding_statements, done, total)
            if full:
                app.parts.vectors.prune(app.encoder.fingerprint)

    def build(self) -> Fresh:
        """Build the new index aside."""
        return self.app.projection.build(self._telling(texts_care.indexing))

    def compared(self, before: Mapping[int, Sound] | None, fresh: Fresh) -> Comparison:
        """Ask the canaries of the new index, and compare; `before` is None where the old one could not be asked."""
        asked = self.canaries.listing()
        if before is None:
            return Comparison(len(asked), comparable=False)
        known = [each for each in asked if each.id in before]
        after = listen(Answerer(fresh), known, self._telling(texts_care.asking_new)) if known else {}
        return compare(known, before, after)

    def switch(self, fresh: Fresh) -> str:
        """Use the new index from now on; return the name of its snapshot."""
        with self.locked():
            self.tell(texts_care.switching, 0, 0)
            return self.app.projection.switch(fresh)

    def _telling(self, stage: Words) -> Callable[[int, int], None]:
        return lambda done, total: self.tell(stage, done, total)


class Rebuilding:
    """The work of /rebuild; see `bot.care.jobs_running.Work`.

    Args:
        app: the data directory, whose index answers meanwhile.
        canaries: the questions that are asked of both indexes.
        decision_s: how long the answer to whether to switch is waited for, in seconds.
    """

    kind = KIND
    single = True

    def __init__(self, app: App, canaries: Canaries, decision_s: float = DECISION_S) -> None:
        self._app = app
        self._canaries = canaries
        self._decision_s = decision_s

    def title(self, task: Mapping[str, Any]) -> str:
        """Say what is being done."""
        return texts_care.rebuilding(full=bool(task.get("full")))

    def cancelled(self) -> str:
        """Say what it means that a rebuild was cancelled."""
        return texts_care.old_stays()

    def run(self, course: Course) -> Words:
        """Rebuild the index; return what says how it went."""
        steps = Rebuild(self._app, self._canaries, course.step, course.locked)
        if BEFORE not in course.kept:
            sounds = steps.before()
            course.keep(**{BEFORE: {str(number): each.record() for number, each in sounds.items()}})
        before = {int(number): Sound(**record) for number, record in course.kept[BEFORE].items()}
        steps.put_in_order(full=bool(course.job.task.get("full")))
        fresh = steps.build()
        try:
            comparison = steps.compared(before, fresh)
            chosen = self._decided(course, comparison) if comparison.differences else SWITCH
            name = steps.switch(fresh) if chosen == SWITCH else ""
        except BaseException:
            fresh.close()
            raise
        if not name:
            fresh.close()
            return lambda: texts_care.kept_old(comparison)
        return lambda: texts_care.rebuilt(fresh.replayed, name, comparison)

    def _decided(self, course: Course, comparison: Comparison) -> str:
        options = ((SWITCH, texts_care.button_switch), (KEEP, texts_care.button_keep))
        question = lambda: texts_care.differing(comparison, self._decision_s)  # noqa: E731
        return course.decide(Decision(question, options, KEEP, self._decision_s))
