"""What a driver and the comparison say to each other: JSON, a line each, through a driver's standard streams.

A driver is a process of its own, in the environment of the library that it drives; so this module, like the drivers of
peers, imports nothing of Verbatim. It reads one command a line and answers each with one line:

| command | answer |
|---|---|
| `{"do": "build", "material": FOLDER}` | `{"seconds": s}`: all of the material is indexed and on disk |
| `{"do": "open"}` | `{"seconds": s}`: what was built is ready to answer, in a process that did not build it |
| `{"do": "ask", "questions": [...]}` | `{"seconds": [...], "answers": [...]}`, in the order of the questions |
| `{"do": "add", "material": FOLDER, "question": ..., "article": ID}` | `{"seconds": s, "kept": s}` |

Seconds are taken within the driver, by `time.perf_counter`; loading libraries and the model comes before the first
command and is no part of any. Whatever a library prints goes to standard error.
"""

from __future__ import annotations

import json
import os
import sys
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, TextIO

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

LIMIT = 10
"""Citations that a question may have at most."""

PATIENCE_S = 60.0
"""Seconds that a new article may take until a question finds it."""


@dataclass(frozen=True, slots=True)
class Setup:
    """What a driver is started with.

    Attributes:
        model: the directory of the weights, as sentence-transformers keeps them.
        directory: where it keeps what it builds; it need not exist.
    """

    model: Path
    directory: Path


@dataclass(frozen=True, slots=True)
class Material:
    """What is to be indexed, twice over: as articles and as passages, a JSON object a line.

    Attributes:
        folder: holds `articles.jsonl`, as `verbatim add` reads it, and `passages.jsonl`.
    """

    folder: Path

    @property
    def articles(self) -> Path:
        """The articles."""
        return self.folder / "articles.jsonl"

    @property
    def passages_file(self) -> Path:
        """The passages."""
        return self.folder / "passages.jsonl"

    def passages(self) -> Iterator[Passage]:
        """Yield the passages in the order of the articles."""
        with self.passages_file.open(encoding="utf-8") as file:
            for line in file:
                yield Passage(**json.loads(line))


@dataclass(frozen=True, slots=True)
class Passage:
    """One document for a peer.

    Attributes:
        id: "ARTICLE#NUMBER".
        article: the id of its article.
        text: a slice of the article's text.
    """

    id: str
    article: str
    text: str


@dataclass(frozen=True, slots=True)
class Cited:
    """One citation: the id of an article, and words of it."""

    article: str
    text: str


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer as the scorers read it: a verdict, "answered" or another word, and citations, best first."""

    verdict: str = "answered"
    citations: list[Cited] = field(default_factory=list)


class Driven(Protocol):
    """A library as the comparison drives it; its constructor loads the model."""

    def build(self, material: Material) -> None:
        """Index all of the material, and put on disk whatever `open` needs."""

    def open(self) -> None:
        """Get ready to answer from what another process has built."""

    def ask(self, question: str) -> Answer:
        """Answer with at most `LIMIT` citations."""

    def add(self, material: Material) -> None:
        """Take in one more article; when this returns, or soon after, questions find it."""

    def keep(self) -> None:
        """Do what is left until the new article is found after a restart as all the others are."""


def serve(make: Callable[[Setup], Driven]) -> None:
    """Drive a library: obey commands until there are none.

    Args:
        make: loads the library's model; takes what the command line says, MODEL and DIRECTORY.
    """
    out = _own_stdout()
    driven = make(Setup(Path(sys.argv[1]), Path(sys.argv[2])))
    _say(out, {"ready": True})
    for line in sys.stdin:
        _say(out, obey(driven, json.loads(line)))


def obey(driven: Driven, command: dict[str, Any]) -> dict[str, Any]:
    """Do one command; return its answer.

    Raises:
        ValueError: there is no such command.
    """
    began = time.perf_counter()
    if command["do"] == "build":
        driven.build(Material(Path(command["material"])))
        return {"seconds": time.perf_counter() - began}
    if command["do"] == "open":
        driven.open()
        return {"seconds": time.perf_counter() - began}
    if command["do"] == "ask":
        return _asked(driven, command["questions"])
    if command["do"] == "add":
        return _added(driven, command)
    raise ValueError(f"no command is called {command['do']!r}")


def _asked(driven: Driven, questions: list[str]) -> dict[str, Any]:
    seconds, answers = [], []
    for question in questions:
        began = time.perf_counter()
        answer = driven.ask(question)
        seconds.append(time.perf_counter() - began)
        answers.append(asdict(answer))
    return {"seconds": seconds, "answers": answers}


def _added(driven: Driven, command: dict[str, Any]) -> dict[str, Any]:
    """Add an article and ask for it until it is cited; `seconds` is null when it was not within `PATIENCE_S`."""
    began = time.perf_counter()
    driven.add(Material(Path(command["material"])))
    found = False
    while not found and time.perf_counter() - began < PATIENCE_S:
        found = any(each.article == command["article"] for each in driven.ask(command["question"]).citations)
    answerable = time.perf_counter() - began
    at = time.perf_counter()
    driven.keep()
    # Asking is no part of keeping, and keeping none of being answerable.
    return {"seconds": answerable if found else None, "kept": answerable + time.perf_counter() - at}


def _own_stdout() -> TextIO:
    """Return standard output for answers alone; what else is written there goes to standard error from now on."""
    own = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    return own


def _say(out: TextIO, answer: dict[str, Any]) -> None:
    out.write(json.dumps(answer) + "\n")
    out.flush()
