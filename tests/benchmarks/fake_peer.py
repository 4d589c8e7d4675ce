"""A peer without a model: finds passages by the words that they share with a question. The protocol is the real one."""

from __future__ import annotations

import json
import re
from dataclasses import asdict

from benchmarks.peers.protocol import LIMIT, Answer, Cited, Material, Passage, Setup, serve


def words(text: str) -> set[str]:
    """Return the words of a text, in lower case."""
    return set(re.findall(r"\w+", text.lower()))


class FakePeer:
    """Keeps passages in one file. Ends when it is asked to "end", as a process that crashes."""

    def __init__(self, setup: Setup) -> None:
        print("a library that prints while it loads")  # noqa: T201  (libraries do)
        self.file = setup.directory / "passages.jsonl"
        self.passages: list[Passage] = []

    def build(self, material: Material) -> None:
        """Take all passages."""
        self.file.parent.mkdir()
        self.add(material)
        self.keep()

    def open(self) -> None:
        """Read the file."""
        self.passages = list(Material(self.file.parent).passages())

    def ask(self, question: str) -> Answer:
        """Return the passages with the most words in common, ties in their order."""
        if question == "end":
            raise SystemExit(3)
        wanted = words(question)
        best = sorted(self.passages, key=lambda passage: -len(wanted & words(passage.text)))[:LIMIT]
        return Answer(citations=[Cited(each.article, each.text) for each in best])

    def add(self, material: Material) -> None:
        """Take the passages of one more article."""
        self.passages += material.passages()

    def keep(self) -> None:
        """Write the file."""
        lines = (json.dumps(asdict(each)) + "\n" for each in self.passages)
        self.file.write_text("".join(lines), "utf-8")


if __name__ == "__main__":
    serve(FakePeer)
