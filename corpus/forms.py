"""How articles call speakers, and what they say these are: each form with the number of articles that have it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from corpus.lines import grown
from corpus.postings import Texts

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from numpy.typing import NDArray

    from corpus.voices import Form

_ROLE, _NAME = "r", "n"


def _empty() -> NDArray[np.int32]:
    return np.zeros(0, np.int32)


@dataclass(frozen=True, slots=True)
class Forms:
    """Forms of speakers; immutable. A row is a form of one speaker, as a name or as a role.

    Attributes:
        text: of each row, behind a letter that says whether it is a name or a role.
        count: of each row, in how many articles it stands, int32.
        starts: by speaker, where its rows begin, int32; one more at the end.
        rows: of each article, one after the other, int32.
        articles: by article, where its rows begin in `rows`, int32; one more at the end.
        more: rows by speaker that are new beside those.
        changed: rows by article, where the arrays do not have them.
    """

    text: Texts = field(default_factory=Texts)
    count: NDArray[np.int32] = field(default_factory=_empty)
    starts: NDArray[np.int32] = field(default_factory=lambda: np.zeros(1, np.int32))
    rows: NDArray[np.int32] = field(default_factory=_empty)
    articles: NDArray[np.int32] = field(default_factory=lambda: np.zeros(1, np.int32))
    more: Mapping[int, tuple[int, ...]] = field(default_factory=dict)
    changed: Mapping[int, tuple[int, ...]] = field(default_factory=dict)

    @classmethod
    def of(cls, forms: Iterable[Form]) -> Forms:
        """Build the forms of all articles."""
        known: dict[tuple[int, str], int] = {}
        pairs = np.fromiter(
            (
                value
                for form in forms
                for value in (form.article, known.setdefault((form.speaker, _packed(form)), len(known)))
            ),
            np.int32,
        ).reshape(-1, 2)
        order = sorted(known, key=lambda one: (one[0], known[one]))
        place = np.zeros(len(order), np.int32)
        place[[known[one] for one in order]] = np.arange(len(order), dtype=np.int32)
        pairs = pairs[np.argsort(pairs[:, 0], kind="stable")]
        rows = place[pairs[:, 1]]
        return cls(
            Texts.of([text for _, text in order]),
            np.bincount(rows, minlength=len(order)).astype(np.int32),
            _starts(np.array([speaker for speaker, _ in order], np.int32)),
            rows,
            _starts(pairs[:, 0]),
        )

    def _rows_of(self, speaker: int) -> list[int]:
        inside = 0 <= speaker < len(self.starts) - 1
        first, last = (int(self.starts[speaker]), int(self.starts[speaker + 1])) if inside else (0, 0)
        return [*range(first, last), *self.more.get(speaker, ())]

    def of_article(self, article: int) -> tuple[int, ...]:
        """Return the rows that an article has."""
        if (found := self.changed.get(article)) is not None:
            return found
        if not 0 <= article < len(self.articles) - 1:
            return ()
        return tuple(self.rows[self.articles[article] : self.articles[article + 1]].tolist())

    def counted(self, speaker: int) -> tuple[dict[str, int], dict[str, int]]:
        """Return a speaker's names and roles, each with in how many articles it stands."""
        names: dict[str, int] = {}
        roles: dict[str, int] = {}
        for row in self._rows_of(speaker):
            if count := int(self.count[row]):
                packed = self.text[row]
                (roles if packed[0] == _ROLE else names)[packed[1:]] = count
        return names, roles

    def renew(self, articles: Collection[int], forms: Iterable[Form]) -> Forms:
        """Return the forms with those of some articles as they are now."""
        more, changed = dict(self.more), dict(self.changed)
        texts: dict[int, str] = {}
        known: dict[int, dict[str, int]] = {}
        now: dict[int, list[int]] = {number: [] for number in articles}
        for form in forms:
            mine = known.get(form.speaker)
            if mine is None:
                mine = known[form.speaker] = {self.text[row]: row for row in self._rows_of(form.speaker)}
            packed = _packed(form)
            row = mine.get(packed)
            if row is None:
                row = mine[packed] = len(self.count) + len(texts)
                texts[row] = packed
                more[form.speaker] = (*more.get(form.speaker, ()), row)
            now[form.article].append(row)
        count = grown(self.count, len(self.count) + len(texts))
        for article, rows in now.items():
            np.subtract.at(count, np.array(self.of_article(article), np.int64), 1)
            np.add.at(count, np.array(rows, np.int64), 1)
            changed[article] = tuple(rows)
        return Forms(self.text.having(texts), count, self.starts, self.rows, self.articles, more, changed)

    def settled(self) -> Forms:
        """Return the same forms with all of them in the arrays, and without rows that no article has."""
        if not self.changed:
            return self
        speaker = np.zeros(len(self.count), np.int32)
        spread = np.repeat(np.arange(len(self.starts) - 1, dtype=np.int32), np.diff(self.starts))
        speaker[: len(spread)] = spread
        for number, rows in self.more.items():
            speaker[list(rows)] = number
        order = np.lexsort((np.arange(len(speaker)), speaker))
        order = order[self.count[order] > 0]
        place = np.zeros(len(speaker), np.int32)
        place[order] = np.arange(len(order), dtype=np.int32)
        owner = np.repeat(np.arange(len(self.articles) - 1, dtype=np.int32), np.diff(self.articles))
        kept = ~np.isin(owner, np.fromiter(self.changed, np.int32, len(self.changed)))
        new = [(article, row) for article, rows in self.changed.items() for row in rows]
        owner = np.concatenate((owner[kept], np.array([article for article, _ in new], np.int32)))
        rows_ = np.concatenate((self.rows[kept], np.array([row for _, row in new], np.int32)))
        by_article = np.argsort(owner, kind="stable")
        return Forms(
            self.text.taken(order),
            self.count[order],
            _starts(speaker[order]),
            place[rows_[by_article]],
            _starts(owner[by_article]),
        )


def _packed(form: Form) -> str:
    return (_ROLE if form.is_role else _NAME) + form.form


def _starts(owners: NDArray[np.int32]) -> NDArray[np.int32]:
    counts = np.bincount(owners) if len(owners) else np.zeros(0, np.int64)
    starts = np.zeros(len(counts) + 1, np.int32)
    np.cumsum(counts, out=starts[1:])
    return starts
