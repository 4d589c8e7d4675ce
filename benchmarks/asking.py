"""Whole questions, in process, beside the bare encoding of the same questions."""

from __future__ import annotations

import gzip
import json
import re
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from benchmarks.filling import opened
from benchmarks.measuring import Bare, Memory, Worker, export, percentile, seconds
from benchmarks.results import FOLDER, Meaning, paired
from corpus.records import Draft
from corpus.schema import voices
from index.folding import terms
from index.lexical import QUESTION_WORDS

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from benchmarks.filling import Opening
    from benchmarks.results import Measurement, Setting
    from corpus.records import Profile
    from corpus.store import Store

A_ROUND = 40
"""Questions asked in a round."""

TOPIC_WORDS = 3
"""Words of a statement that a question made from it asks about."""

BARE = "bare ONNX encoding of the question"

_WORD = re.compile(r"[^\W\d_]{4,}")


def questions(directory: Path, count: int, path: Path | None = None) -> list[str]:
    """Return different questions about the articles of a data directory.

    Args:
        directory: the data directory.
        count: how many, at most.
        path: JSON Lines with a "question" each, compressed where the name ends in .gz; None makes questions from
            statements that speakers of the corpus make: the name, and a few words of what was said.
    """
    if path is not None:
        raw = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
        return list(dict.fromkeys(json.loads(line)["question"] for line in raw.splitlines()))[:count]
    app = opened(directory)
    try:
        return _made(app.store, app.speakers.view().registry.profiles, count)
    finally:
        app.store.close()


def _made(store: Store, profiles: Sequence[Profile], count: int) -> list[str]:
    made: dict[str, None] = {}
    step = max(1, len(profiles) // (2 * count))
    # Some known to all, some heard once: every so many of those that speak, most statements first.
    for profile in profiles[::step]:
        query = select(func.min(voices.c.statement)).where(voices.c.speaker == profile.ids[0], voices.c.position == 0)
        with store.engine.connect() as connection:
            number = connection.scalar(query)
        if number is None or len(made) == count:
            continue
        ((statement, article),) = store.statements([number]).values()
        said = " ".join(span.of(article.text) for span in statement.content)
        words = [word for word in _WORD.findall(said) if not set(terms(word)) & QUESTION_WORDS]
        if len(words) >= TOPIC_WORDS:
            made[f"What did {profile.speaker.name} say about {' '.join(words[:TOPIC_WORDS])}?"] = None
    return list(made)


@dataclass(frozen=True, slots=True)
class Added:
    """How long it took, in seconds, until a new article was stored, was indexed, and answered a question."""

    stored: float
    indexed: float
    answered: float


class Ours:
    """A data directory, opened as the bot opens it, and asked."""

    def __init__(self, directory: Path, opening: Opening = opened) -> None:
        self._app = opening(directory)
        _ = self._app.extractor
        self._app.projection.catch_up()
        self._app.answerer.ask("Who said anything about the weather?")

    def __call__(self, given: Sequence[str] | int | None) -> list[float] | Added | Memory:
        """Ask questions (seconds of each), or add an article of some number, or tell the memory."""
        if given is None:
            return Memory.now()
        if isinstance(given, int):
            return self._added(given)
        return seconds(self._app.answerer.ask, given)

    def _added(self, number: int) -> Added:
        """Add an article about what no other article knows, ask about it, and take it out again.

        Raises:
            RuntimeError: it was not found.
        """
        app, draft = self._app, new_article(number)
        began = time.perf_counter()
        with app.lock():
            (stored,) = app.writer.add([draft])
        at_stored = time.perf_counter()
        app.projection.catch_up()
        at_indexed = time.perf_counter()
        answer = app.answerer.ask(new_question(number))
        at_answered = time.perf_counter()
        with app.lock():
            app.writer.remove([stored.article])
        app.projection.catch_up()
        if stored.article not in {each.article.id for each in answer.citations}:
            raise RuntimeError(f"the new article {draft.key} does not answer “{new_question(number)}”")
        return Added(at_stored - began, at_indexed - began, at_answered - began)


def new_article(number: int) -> Draft:
    """Return an article of a size that is usual for news, about a person and a place of which no other one tells."""
    name, town = _called(number)
    lead = f"Mayor Ilse {name} said that the lighthouse of {town} would be moved to the other bank."
    rest = (
        f"“We shall carry the lighthouse stone by stone,” {name} told reporters. The council of {town} votes soon. "
        "Neighbours have complained for years that the light falls into their windows."
    )
    return Draft(key=f"benchmark-{number}", title=f"{town} moves its lighthouse", text="\n\n".join([lead, *[rest] * 4]))


def new_question(number: int) -> str:
    """Return a question that `new_article` answers."""
    name, town = _called(number)
    return f"What did Ilse {name} say about the lighthouse of {town}?"


def _called(number: int) -> tuple[str, str]:
    """Return a surname and a town of some number."""
    syllables = ("ba", "do", "ki", "lu", "me", "no", "ri", "sa", "tu", "ve")
    spelt = "".join(syllables[int(digit)] for digit in f"{number:03}")
    return f"Quax{spelt}", f"Zyll{spelt}"


def asked(
    directory: Path, texts: Sequence[str], rounds: int, setting: Setting, folder: Path = FOLDER
) -> tuple[list[Measurement], Memory]:
    """Measure whole questions against their bare encoding, both sides in a process of its own, in turn.

    Args:
        directory: the data directory.
        texts: different questions; each is asked once, so that no cache answers.
        rounds: into how many rounds they are parted.
        setting: for the results.
        folder: where the exported model is kept.

    Returns:
        The median and the 99th percentile of a question, and the memory after all of them.

    Raises:
        ValueError: there are fewer questions than rounds.
    """
    if len(texts) < rounds:
        raise ValueError(f"{len(texts)} questions are too few for {rounds} rounds")
    medians: list[list[float]] = [[], []]
    tails: list[list[float]] = [[], []]
    with Worker(Ours, directory) as ours, Worker(Bare, export(folder / "bare")) as bare:
        bare(texts[:A_ROUND])
        for at in range(rounds):
            part = texts[at::rounds]
            for side, took in enumerate((ours(part), bare(part))):
                medians[side].append(1000 * percentile(took, 0.5))
                tails[side].append(1000 * percentile(took, 0.99))
        memory: Memory = ours()
    return [
        paired(Meaning(measure="ask p50", unit="ms", against=BARE, setting=setting), *medians),
        paired(Meaning(measure="ask p99", unit="ms", against=BARE, setting=setting), *tails),
    ], memory
