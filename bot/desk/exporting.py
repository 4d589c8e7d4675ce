"""Writing articles into files that can be sent through Telegram and added again, here or elsewhere."""

from __future__ import annotations

import gzip
import json
from contextlib import ExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO

from bot.commands.records import article_record

if TYPE_CHECKING:
    from pathlib import Path

    from corpus.store import Filter, Store

MOST_PART_BYTES = 18 << 20
"""A file ends after the article with which it becomes larger than this: bots may send 50 MB, but download only 20, and
what was exported is to be handed in again."""


@dataclass(frozen=True, slots=True)
class Exported:
    """What was written.

    Attributes:
        paths: the files, in order; none when there was nothing to write.
        articles: how many articles are in them.
    """

    paths: tuple[Path, ...]
    articles: int


def export(store: Store, chosen: Filter, folder: Path, most_bytes: int = MOST_PART_BYTES) -> Exported:
    """Write articles as compressed JSONL, oldest first, with the fields that the import reads.

    Args:
        store: the corpus.
        chosen: which articles.
        folder: where the files go; must be there.
        most_bytes: size after which the next file begins.
    """
    paths: list[Path] = []
    count = 0
    with ExitStack() as stack:
        part: gzip.GzipFile | None = None
        raw: BinaryIO | None = None
        for article in store.listing(chosen, newest_first=False):
            if part is None or raw is None or raw.tell() >= most_bytes:
                stack.close()
                paths.append(folder / f"articles-{len(paths) + 1}.jsonl.gz")
                raw = stack.enter_context(paths[-1].open("wb"))
                part = stack.enter_context(gzip.GzipFile(fileobj=raw, mode="wb"))
            part.write(json.dumps(article_record(article), ensure_ascii=False).encode() + b"\n")
            count += 1
    return Exported(tuple(paths), count)
