"""The command `feedback`: what readers think of answers, written as questions for evaluation."""

from __future__ import annotations

import json
from collections import Counter
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, TextIO

import click

from bot.chat.schema import open_file
from bot.chat.state import FILE
from bot.commands.saying import complain
from bot.readers.votes import Votes
from index.records import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.app import App
    from bot.chat.memories import Kept
    from bot.readers.votes import Vote

UP, DOWN = "up", "down"


@click.group()
def feedback() -> None:
    """See what readers think of answers (👍 and 👎)."""


@feedback.command()
@click.argument("file", type=click.File("w", encoding="utf-8"))
@click.pass_obj
def export(app: App, file: TextIO) -> None:
    """Write all votes to FILE (- for standard output) as JSONL, a line for each, as questions for evaluation.

    Each has question, verdict, citations (article, start, end and text of each) and vote, up or down. A citation whose
    words do not stand there any more has no text. Votes on answers whose question is not known are left out.
    """
    counts = Counter[str]()
    for vote in _votes(app):
        if vote.question is None:
            counts["lost"] += 1
            continue
        counts[UP if vote.up else DOWN] += 1
        file.write(json.dumps(_record(app, vote), ensure_ascii=False) + "\n")
    complain(f"Exported {counts[UP]:,} 👍 and {counts[DOWN]:,} 👎.")
    if counts["lost"]:
        complain(f"Left out: {counts['lost']:,} by reaction, long after the answer, when its question was forgotten.")


def _votes(app: App) -> Iterator[Vote]:
    path = app.settings.data_dir / FILE
    # Where the bot was never served, nobody has voted.
    if not path.exists():
        return
    engine = open_file(path)
    try:
        yield from Votes(engine).all()
    finally:
        engine.dispose()


def _record(app: App, vote: Vote) -> dict[str, Any]:
    """Return a vote as JSON values."""
    verdict = Verdict.NOTHING_FOUND if vote.nearest else Verdict.ANSWERED
    return {
        "question": vote.question,
        "verdict": verdict.value,
        "vote": UP if vote.up else DOWN,
        "day": datetime.fromtimestamp(vote.at, UTC).date().isoformat(),
        "citations": [_citation(app, kept) for kept in vote.citations],
    }


def _citation(app: App, kept: Kept) -> dict[str, Any]:
    """Return where a citation stands as JSON values, with its words if they still stand there."""
    stored = app.store.articles([kept.article]).get(kept.article)
    words = kept.span.of(stored.text) if stored else ""
    return {
        "article": stored.reference if stored else None,
        "number": kept.article,
        "start": kept.span.start,
        "end": kept.span.end,
        "text": words if stored and kept.fits(words) else None,
        "statement": kept.statement,
    }
