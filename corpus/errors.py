"""Everything that can go wrong with the corpus, as one tree.

    VerbatimError                  anything Verbatim reports to a person: what was seen, what was expected, what to do
    ├── CorpusError
    │   ├── SourceError            a file, folder or stream cannot be read at all
    │   │   └── UnknownFormatError its kind is none that can be imported
    │   ├── RecordError            one record of a source is bad; the others go on
    │   ├── ArticleNotFoundError   no article has that id, key or URL
    │   ├── ArticleReplacedError   a removed article cannot come back: another stands in its place
    │   ├── SpeakerNotFoundError   no speaker has that name or number, or several have
    │   ├── CorrectionError        a correction cannot be made or taken back
    │   ├── SchemaError            the database was written by another version
    │   ├── ChunkingError          the stored passages were cut for another model
    │   └── CorpusLockedError      another process is writing
    └── (index.errors and bot.errors continue the tree)

Every error carries its parts as fields, and its message is one that can be shown to the person in front of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


class VerbatimError(Exception):
    """An error with a message for a person.

    Attributes:
        problem: what was seen and what was expected, one sentence without a full stop.
        fix: what to do about it, one sentence; empty when nothing can be done.
    """

    def __init__(self, problem: str, fix: str = "") -> None:
        self.problem = problem
        self.fix = fix
        super().__init__(f"{problem}. {fix}" if fix else problem)


class CorpusError(VerbatimError):
    """The corpus could not do what was asked."""


class SourceError(CorpusError):
    """A file, folder or stream cannot be read at all.

    Attributes:
        source: the path or name as the person gave it.
    """

    def __init__(self, source: str, problem: str, fix: str = "") -> None:
        self.source = source
        super().__init__(f"{source}: {problem}", fix)


class UnknownFormatError(SourceError):
    """A source whose kind is none that can be imported."""


class RecordError(CorpusError):
    """One record of a source is bad.

    Raised while a record is read; the import catches it, reports it with its place and goes on.
    """


class ArticleNotFoundError(CorpusError):
    """No article has that id, key or URL.

    Attributes:
        wanted: what was looked for.
    """

    def __init__(self, wanted: str) -> None:
        self.wanted = wanted
        super().__init__(
            f"no article is called {wanted!r}",
            "`verbatim list` shows the articles with their ids.",
        )


class ArticleReplacedError(CorpusError):
    """A removed article cannot be taken back, because another one stands in its place.

    Attributes:
        number: id of the removed article.
        instead: id of the other one.
    """

    def __init__(self, number: int, instead: int) -> None:
        self.number, self.instead = number, instead
        super().__init__(
            f"article {number} cannot be taken back: article {instead} has its id, URL or text now",
            f"Remove article {instead} first, if it is the wrong one.",
        )


class SchemaError(CorpusError):
    """The database was written by another version of Verbatim."""


class ChunkingError(CorpusError):
    """The stored passages were cut for another model.

    Attributes:
        seen: fingerprint of the splitter that cut them.
        expected: fingerprint of the splitter as it is now.
    """

    def __init__(self, seen: str, expected: str) -> None:
        self.seen, self.expected = seen, expected
        super().__init__(
            f"the stored passages were cut for another model or setting ({seen}; now {expected})",
            "Run `verbatim rebuild --full`, which cuts and embeds all articles again, or set back what you changed.",
        )


class CorpusLockedError(CorpusError):
    """Another process is writing to the corpus.

    Attributes:
        lock: path of the lock file.
    """

    def __init__(self, lock: str) -> None:
        self.lock = lock
        super().__init__(
            f"another process is changing this corpus (it holds {lock})",
            "Wait until it has finished, or end it, and try again.",
        )


class SpeakerNotFoundError(CorpusError):
    """No speaker has that name or number, or several have.

    Attributes:
        wanted: what was looked for.
        near: names that come nearest, or that all fit, best first.
    """

    def __init__(self, wanted: str, near: Sequence[str] = (), *, several: bool = False) -> None:
        self.wanted, self.near = wanted, tuple(near)
        names = ", ".join(self.near)
        if several:
            super().__init__(f"{wanted!r} may be any of {names}", "Give the full name, or the number.")
        elif near:
            super().__init__(f"no speaker is called {wanted!r}", f"Those with the nearest names: {names}.")
        else:
            super().__init__(f"no speaker is called {wanted!r}", "`verbatim speakers` lists them.")


class CorrectionError(CorpusError):
    """A correction that cannot be made, or is not there to be taken back."""
