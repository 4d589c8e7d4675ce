"""The composition: settings -> store, encoder, projection, answerer. Production and tests are wired here alike."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import cached_property, partial
from importlib.metadata import version
from typing import TYPE_CHECKING

from bot.halting import Halt
from corpus.database import open_database
from corpus.jobs import Jobs
from corpus.passages import Splitter
from corpus.store import Store
from corpus.writing import Writer, write_lock
from index.answering import Answerer
from index.batching import BatchingEncoder
from index.caching import CachedAnswering, state_of
from index.models import is_compiled, load_encoder
from index.projection import Projection
from index.replaying import Parts
from index.speakers import NAME, Speakers
from index.vectors import VectorCache

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from bot.care.canaries import Canaries
    from bot.chat.state import State
    from bot.config import Settings
    from corpus.corrections import Corrections
    from corpus.fetching import Fetcher
    from corpus.pace import Pace
    from corpus.polling import Poller
    from corpus.statements import Extractor
    from index.answering import Answering
    from index.encoder import Encoder

TARGET_TOKENS = 160
"""Passages stop growing here: about six sentences, which a person reads at a glance. Longer ones (200) are found a
little more often, and say more that was not asked."""

CHUNKING = "sentences"

POLL_WAIT_S = 60.0
"""Seconds that a poll waits for another writer before it leaves the rest of its articles for the next time."""


def load_extractor() -> Extractor:
    """Load the extractor of statements that comes with Verbatim."""
    from corpus import statements  # noqa: PLC0415  (commands that only read start faster)

    return statements.load_extractor()


@dataclass
class App:
    """All objects of one data directory, made when they are first needed.

    Commands that only read the corpus never load the model; nothing but the first use of a model imports torch.

    Attributes:
        settings: the settings.
        loading: makes the encoder; tests put a small one in its place.
        extracting: makes the extractor of statements; likewise.
        models: where compiled models are kept; default: in the data directory.
        pace: how often and how much is fetched from feeds; default: as the settings say.
        halt: ends polls that are under way.
    """

    settings: Settings
    loading: Callable[[str, Path], Encoder] = load_encoder
    extracting: Callable[[], Extractor] = load_extractor
    models: Path | None = None
    pace: Pace | None = None
    halt: Halt = field(default_factory=Halt)

    @property
    def models_dir(self) -> Path:
        """Where compiled models are kept."""
        return self.models or self.settings.data_dir / "models"

    @property
    def is_compiled(self) -> bool:
        """Whether the model was compiled before, so that loading it is quick."""
        return is_compiled(self.settings.model, self.models_dir)

    @cached_property
    def store(self) -> Store:
        """The corpus, for reading."""
        self.settings.data_dir.mkdir(parents=True, exist_ok=True)
        return Store(open_database(self.settings.database))

    @cached_property
    def jobs(self) -> Jobs:
        """The long jobs."""
        return Jobs(self.store.engine)

    @cached_property
    def encoder(self) -> Encoder:
        """The model."""
        return BatchingEncoder(self.loading(self.settings.model, self.models_dir))

    @cached_property
    def extractor(self) -> Extractor:
        """Who finds statements."""
        return self.extracting()

    @cached_property
    def splitter(self) -> Splitter:
        """How passages are cut."""
        window = self.encoder.window
        return Splitter(
            measure=self.encoder.measure,
            window=window,
            target=min(TARGET_TOKENS, window),
            name=f"{CHUNKING}:{self.encoder.fingerprint}",
        )

    @cached_property
    def writer(self) -> Writer:
        """The corpus, for changing; whoever uses it holds `lock`."""
        return Writer(self.store, self.splitter, self.extractor)

    @cached_property
    def corrections(self) -> Corrections:
        """Who corrects speakers; its `registry` is who they are now."""
        from corpus.corrections import Corrections  # noqa: PLC0415  (as in `load_extractor`)

        return Corrections(self.store, lambda: self.speakers.view().registry)

    @cached_property
    def parts(self) -> Parts:
        """What a projection works with."""
        vectors = VectorCache(self.settings.data_dir / "vectors.sqlite")
        return Parts(self.store, self.encoder, self.splitter, vectors, self.speakers)

    @cached_property
    def speakers(self) -> Speakers:
        """Who speaks in the corpus."""
        return Speakers(self.store, self.settings.data_dir / NAME)

    @cached_property
    def projection(self) -> Projection:
        """The index, as its last snapshot was; `catch_up` brings it up to date."""
        return Projection(self.parts, self.settings.data_dir)

    @cached_property
    def answerer(self) -> Answerer:
        """Who answers questions, from `projection`."""
        return Answerer(self.projection)

    @cached_property
    def answering(self) -> Answering:
        """Who answers many people: `answerer`, which is not asked again what it has just answered."""
        return CachedAnswering(self.answerer, partial(state_of, self.projection))

    @cached_property
    def fetcher(self) -> Fetcher:
        """Who fetches from the web, under guard."""
        from corpus.addresses import Guard  # noqa: PLC0415  (as in `load_extractor`)
        from corpus.fetching import Fetcher, agent  # noqa: PLC0415

        guard = Guard(self.settings.allowed_networks)
        return Fetcher(agent(version("verbatim"), self.settings.contact), guard=guard)

    @cached_property
    def poller(self) -> Poller:
        """Who polls feeds; whoever lets it poll holds `polling`, and not `lock`."""
        from corpus.pace import Pace  # noqa: PLC0415  (as in `load_extractor`)
        from corpus.polling import Poller, Storing  # noqa: PLC0415

        pace = self.pace or Pace(interval=timedelta(minutes=self.settings.poll_minutes))
        storing = Storing(lambda: self.writer, self._one_article)
        return Poller(self.store.engine, self.fetcher, storing, replace(pace, sleep=self.halt.sleep))

    @contextmanager
    def _one_article(self) -> Iterator[None]:
        """Hold the lock of the only writer for as long as a poll stores one article.

        Raises:
            CorpusLockedError: another process holds it, or polls are to end.
        """
        with self.halt.step(), self.lock(POLL_WAIT_S):
            yield

    @contextmanager
    def polling(self) -> Iterator[None]:
        """Hold the right to poll feeds, so that no article is fetched by two.

        Raises:
            CorpusLockedError: another process or thread is polling.
        """
        self.settings.data_dir.mkdir(parents=True, exist_ok=True)
        with write_lock(self.settings.data_dir / "feeds.lock"):
            yield

    @cached_property
    def state(self) -> State:
        """The bot's own memory."""
        from bot.chat.state import State  # noqa: PLC0415  (as in `load_extractor`)

        return State(self.settings.data_dir)

    @cached_property
    def canaries(self) -> Canaries:
        """The questions that are asked before an index is switched."""
        from bot.care.canaries import Canaries  # noqa: PLC0415

        return Canaries(self.state.engine)

    @contextmanager
    def lock(self, wait_s: float = 0) -> Iterator[None]:
        """Hold the lock of the only writer.

        Raises:
            CorpusLockedError: another process holds it.
        """
        self.settings.data_dir.mkdir(parents=True, exist_ok=True)
        with write_lock(self.settings.data_dir / "write.lock", wait_s=wait_s):
            yield

    def close(self) -> None:
        """Let go of what was opened."""
        if "projection" in self.__dict__:
            self.projection.close()
        if "store" in self.__dict__:
            self.store.close()
        if "state" in self.__dict__:
            self.state.close()
