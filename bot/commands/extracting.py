"""Statements and speakers as commands show them: of a file's texts, of stored articles, of a speaker."""

from __future__ import annotations

import gzip
import io
import json
import logging
import re
import sys
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Group
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from bot.chat.captions import manner, unattributed, untitled
from bot.chat.texts import extent
from bot.commands.saying import print_json, say
from bot.commands.terminal import DIM, READING_WIDTH, bytes_progress, console
from bot.days import day

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from bot.app import App
    from corpus.records import Article, Extraction, Profile, Said, Statement

log = logging.getLogger(__name__)

_UNPRINTABLE = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Line:
    """A statement as it is shown.

    Attributes:
        record: its JSON values.
        words: the content, its parts joined by " … ".
        speaker: name of who speaks, or None.
        role: who that is, or None.
        number: id of a stored statement.
    """

    record: dict[str, Any]
    words: str
    speaker: str | None
    role: str | None = None
    number: int | None = None


@dataclass(frozen=True, slots=True)
class Told:
    """Who says what in a text.

    Attributes:
        article: the article's id, as given.
        title: what to write above it.
        problem: a sentence, when its statements could not be found.
    """

    article: object
    title: str
    lines: tuple[Line, ...] = ()
    problem: str = ""


def of_file(app: App, path: str) -> Iterator[Told]:
    """Yield who says what in each record of a JSONL file, in its order; a bad one has a problem and no statements."""
    size = None if path == "-" else Path(path).stat().st_size
    with _opened(path) as (lines, position), bytes_progress("Reading", size) as progress:
        # Results on the same terminal would be written through the bar.
        shown = progress if not sys.stdout.isatty() else lambda *_: None
        for number, line in enumerate(lines, start=1):
            if line.strip():
                yield _of_line(app, line, f"{path}:{number}")
                shown(position(), f"{number:,} records")


def of_article(app: App, article: Article) -> Told:
    """Return who says what in a stored article, as corrected."""
    registry = app.corrections.registry
    lines = []
    for stored in app.store.statements_of([article.id]):
        statement = registry.corrected(stored)
        who = registry.profile(statement.speakers[0]) if statement.speakers else None
        lines.append(_line(statement, article.text, who))
    return Told(article.reference, article.title or untitled(), tuple(lines))


def latest(app: App, profile: Profile, limit: int) -> list[tuple[Article, Line]]:
    """Return the latest statements of a speaker, newest first, those without a date last, each with its article."""
    registry = app.corrections.registry
    found = app.store.statements(registry.statement_numbers(speakers=profile.ids).tolist())
    newest = sorted(
        found.values(),
        key=lambda pair: (
            pair[1].published is None,
            -(pair[1].published.toordinal() if pair[1].published else 0),
            pair[0].id,
        ),
    )
    return [
        (article, _line(registry.corrected(statement), article.text, profile)) for statement, article in newest[:limit]
    ]


def show(told: Told, *, as_json: bool) -> None:
    """Print who says what in a text: as JSON, or for a person."""
    if as_json:
        record = {"article": told.article, "statements": [line.record for line in told.lines]}
        if _UNPRINTABLE.search(json.dumps(record, ensure_ascii=False)):
            say(json.dumps(record))
        else:
            print_json(record)
        return
    if told.problem:
        return
    out = console()
    out.print(Text(told.title, style="bold"))
    for line in told.lines:
        out.print(_shown(line, out.width))
    if not told.lines:
        out.print(Text("Nobody is quoted in it.", style=DIM))


def show_speakers(profiles: Sequence[Profile]) -> None:
    """Print speakers as a table."""
    table = Table(box=None, pad_edge=False, header_style="dim")
    table.add_column("#", justify="right", style="dim")
    table.add_column("name", ratio=2, overflow="fold")
    table.add_column("role", ratio=3, max_width=60)
    table.add_column("statements", justify="right")
    table.add_column("articles", justify="right")
    table.add_column("first", no_wrap=True)
    table.add_column("last", no_wrap=True)
    for profile in profiles:
        speaker = profile.speaker
        days = [when.isoformat() if when else "–" for when in (profile.first, profile.last)]
        counts = f"{profile.statements:,}", f"{profile.articles:,}"
        role = Text(speaker.roles[0] if speaker.roles else "–", style=DIM)
        table.add_row(str(speaker.id), Text(speaker.name, style="bold"), role, *counts, *days)
    if profiles:
        console().print(table)


def show_profile(profile: Profile, told: Sequence[tuple[Article, Line]]) -> None:
    """Print a speaker with their latest statements."""
    out = console()
    speaker = profile.speaker
    out.print(Text(speaker.name, style="bold").append(f"  number {speaker.id}", DIM))
    for what, forms in (("", speaker.roles), ("also called ", speaker.aliases)):
        if forms:
            out.print(Text(what + ", ".join(forms), style=DIM), width=min(out.width, READING_WIDTH))
    out.print(Text(extent(profile), style=DIM))
    out.print()
    for article, line in told:
        facts = [article.publisher, day(article.published) if article.published else None, article.reference]
        out.print(_shown(line, out.width, " · ".join(fact for fact in facts if fact)))


def _of_line(app: App, line: str, place: str) -> Told:
    number: object = None
    try:
        record = json.loads(line)
        number = record.get("id") if isinstance(record, dict) else None
        text = record.get("text") if isinstance(record, dict) else None
    except (ValueError, RecursionError) as error:
        return Told(None, place, problem=f"{place}: this is not JSON ({error}).")
    if not isinstance(text, str):
        return Told(number, place, problem=f'{place}: no article: an object with "text" is needed.')
    title, author = record.get("title"), record.get("author")
    try:
        found = app.extractor.extract(text, author if isinstance(author, str) else None)
    except Exception as error:
        # One strange text must not end the others.
        log.debug("the extractor failed", exc_info=True)
        return Told(number, place, problem=f"{place}: no statements could be found ({type(error).__name__}: {error}).")
    lines = tuple(_line_of(said, text, found) for said in found.said)
    return Told(number, title if isinstance(title, str) and title else place, lines)


def _line_of(said: Said, text: str, found: Extraction) -> Line:
    who = found.cast[said.speakers[0]] if said.speakers else None
    name = who.name if who else None
    return Line(_record(said, name), _words(said, text), name, who.roles[0] if who and who.roles else None)


def _line(statement: Statement, text: str, who: Profile | None) -> Line:
    name = who.speaker.name if who else None
    role = who.speaker.roles[0] if who and who.speaker.roles else None
    record = {"id": statement.id} | _record(statement, name)
    return Line(record, _words(statement, text), name, role, statement.id)


def _record(said: Said | Statement, name: str | None) -> dict[str, Any]:
    spans = {role: [[span.start, span.end] for span in getattr(said, role)] for role in ("source", "cue", "content")}
    return {**spans, "kind": said.kind.value, "speaker": name, "confidence": round(said.confidence, 4)}


def _words(said: Said | Statement, text: str) -> str:
    return " … ".join(" ".join(span.of(text).split()) for span in said.content)


def _shown(line: Line, width: int, below: str = "") -> Padding:
    head = Text(f"{line.number}  " if line.number else "", style=DIM)
    head.append(line.speaker or unattributed(), "bold" if line.speaker else DIM)
    head.append("".join(f" · {part}" for part in (line.role, manner(line.record["kind"])) if part), DIM)
    inner = min(width, READING_WIDTH) - 5
    body = [Text.assemble(("│ ", "cyan"), part) for part in Text(line.words).wrap(console(), inner)]
    return Padding(Group(head, *body, *([Text(below, style=DIM)] if below else [])), (0, 0, 1, 2))


@contextmanager
def _opened(path: str) -> Iterator[tuple[Iterator[str], Any]]:
    """Open a JSONL file, compressed or not; yield its lines, and a function that tells how many bytes were read."""
    with ExitStack() as stack:
        opened: Any = sys.stdin.buffer if path == "-" else stack.enter_context(Path(path).open("rb"))
        raw = io.BufferedReader(opened)
        stack.callback(raw.detach)  # standard input is not ours to close
        # Named so or not, what begins like gzip is.
        head = raw.peek(2)[:2]
        data: Iterable[bytes] = gzip.GzipFile(fileobj=raw) if head == b"\x1f\x8b" else raw
        yield (each.decode("utf-8-sig", "replace") for each in data), (opened.tell if path != "-" else lambda: 0)
