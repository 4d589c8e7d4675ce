"""What a person sees in the terminal: answers, articles, tables and progress."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich.console import Console, Group
from rich.padding import Padding
from rich.progress import (
    BarColumn,
    DownloadColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.rule import Rule
from rich.style import Style
from rich.table import Table
from rich.text import Text

from bot.chat.captions import SIGNS, manner, unattributed
from bot.chat.texts import (
    candidate,
    extent,
    looked_through,
    nothing_found,
    taken_to_mean,
    which,
)
from bot.days import day
from index.records import Verdict

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from bot.commands.doctor import Check
    from corpus.records import Article, Profile
    from corpus.store import Summary
    from index.records import Answer, Citation

READING_WIDTH = 96
"""Characters in a line beyond which running text is hard to read."""

DIM = Style(dim=True)


def console(*, stderr: bool = False) -> Console:
    """Return a console; standard error is for progress and problems, so that standard output can be piped."""
    return Console(stderr=stderr, highlight=False, soft_wrap=False)


def show_answer(out: Console, answer: Answer) -> None:
    """Print an answer as a person wants to read it."""
    if answer.verdict is Verdict.AMBIGUOUS:
        out.print(Text(which(answer.question.speaker), style="bold"), width=_width(out))
        show_candidates(out, answer.candidates)
        return
    if answer.assumed and answer.speaker is not None:
        out.print(Text(f"{taken_to_mean(answer)}\n", style="yellow"), width=_width(out))
    if answer.verdict is Verdict.ANSWERED:
        show_citations(out, answer.citations)
        mine = answer.speaker
        searched = f"{mine.speaker.name}: {extent(mine)}." if mine else f"From {looked_through(answer.searched)}."
        out.print(Text(searched, style=DIM))
        return
    if not answer.searched.articles:
        out.print(Text("There are no articles yet: `verbatim add FILE` brings some in."))
        return
    out.print(Text(nothing_found(answer), style="bold"), width=_width(out))
    if answer.nearest:
        out.print(Text("\nNearest passages, which may be about something else:", style="yellow"))
        show_citations(out, answer.nearest)


def show_candidates(out: Console, candidates: Iterable[Profile]) -> None:
    """Print speakers who may be meant, numbered from 1."""
    table = Table(box=None, show_header=False, pad_edge=False)
    table.add_column(justify="right", style="cyan bold")
    table.add_column(style="bold")
    table.add_column()
    table.add_column(style="dim")
    for number, profile in enumerate(candidates, start=1):
        roles = profile.speaker.roles
        table.add_row(str(number), Text(profile.speaker.name), Text(roles[0] if roles else ""), candidate(profile))
    out.print(table, width=_width(out))


def show_citations(out: Console, citations: Iterable[Citation]) -> None:
    """Print citations, numbered in their order."""
    for number, citation in enumerate(citations, start=1):
        out.print(_citation(citation, number, out.width))


def show_checks(out: Console, checks: Iterable[Check]) -> bool:
    """Print what the doctor saw, as it sees it, and return whether all is well."""
    well = True
    for check in checks:
        well = well and check.well
        mark = Text("✓ ", "green") if check.well else Text("✗ ", "red bold")
        out.print(mark.append(f"{check.name:11}", "bold").append(check.seen, "default"))
        if check.fix:
            out.print(Text(f"  {'':11}{check.fix}", style="yellow"))
    return well


def show_articles(out: Console, articles: Iterable[Article]) -> int:
    """Print articles as a table, and return how many there were."""
    table = Table(box=None, pad_edge=False, header_style="dim")
    table.add_column("#", justify="right", style="dim")
    table.add_column("date", no_wrap=True)
    table.add_column("publisher", max_width=20)
    table.add_column("title", ratio=2)
    table.add_column("id", ratio=1, overflow="fold", style="dim")
    count = 0
    for article in articles:
        count += 1
        published = article.published.isoformat() if article.published else "–"
        title = Text(article.title or "(no title)")
        if article.copy_of is not None:
            title.append(f"  copy of {article.copy_of}", DIM)
        table.add_row(str(article.id), published, Text(article.publisher or "–"), title, Text(article.reference))
    if count:
        out.print(table)
    return count


def show_article(out: Console, article: Article) -> None:
    """Print an article with its text."""
    out.print(Text(article.title or "(no title)", style="bold"), width=_width(out))
    facts = [article.publisher, day(article.published) if article.published else None, article.author]
    if any(facts):
        out.print(Text(" · ".join(fact for fact in facts if fact), style=DIM))
    if article.url:
        out.print(Text(article.url, style=f"blue link {article.url}"), soft_wrap=True)
    known = f"number {article.id}, id {article.reference}, revision {article.revision}"
    if article.copy_of is not None:
        known += f", a copy of number {article.copy_of}"
    out.print(Text(f"{known}, {len(article.text):,} characters, {article.language or 'language unknown'}", style=DIM))
    out.print()
    out.print(Text(article.text), width=_width(out))


def show_summary(out: Console, rows: Iterable[tuple[str, str]], summary: Summary) -> None:
    """Print the corpus and the index in numbers, with the largest publishers as bars."""
    table = Table(box=None, show_header=False, pad_edge=False)
    table.add_column(style="dim")
    table.add_column()
    for name, value in rows:
        table.add_row(name, Text(value))
    out.print(table)
    if summary.publishers:
        out.print(Text("\nArticles by publisher", style="bold"))
        most = summary.publishers[0][1]
        bars = Table(box=None, show_header=False, pad_edge=False)
        for name, count in summary.publishers[:10]:
            bars.add_row(Text(name), f"{count:,}", Text("█" * max(1, round(30 * count / most)), style="cyan"))
        out.print(bars)


@contextmanager
def bytes_progress(what: str, total: int | None) -> Iterator[Callable[[int, str], None]]:
    """Show progress through so many bytes, with the time left, on standard error.

    Yields:
        A function to be told the position in bytes, and what to say beside it.
    """
    columns = [
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(bar_width=24),
        DownloadColumn(),
        TimeRemainingColumn() if total else TimeElapsedColumn(),
        TextColumn("{task.fields[note]}"),
    ]
    with Progress(*columns, console=console(stderr=True), transient=True) as progress:
        task = progress.add_task(what, total=total, note="")
        yield lambda position, note: progress.update(task, completed=position, note=note)


@contextmanager
def count_progress(what: str) -> Iterator[Callable[[int, int], None]]:
    """Show progress through a number of articles, with the time left, on standard error.

    Yields:
        A function to be told how many of how many are done.
    """
    columns = [
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(bar_width=24),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
    ]
    with Progress(*columns, console=console(stderr=True), transient=True) as progress:
        task: TaskID | None = None

        def report(done: int, total: int) -> None:
            nonlocal task
            if task is None:
                task = progress.add_task(what, total=total)
            progress.update(task, completed=done, total=total)

        yield report


@contextmanager
def stage_progress() -> Iterator[Callable[[str, int, int], None]]:
    """Show progress through several stages, one line each, on standard error.

    Yields:
        A function to be told the stage, and how many of how many are done (0: not known).
    """
    columns = [
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(bar_width=24),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
    ]
    with Progress(*columns, console=console(stderr=True), transient=True) as progress:
        tasks: dict[str, TaskID] = {}

        def report(stage: str, done: int, total: int) -> None:
            if stage not in tasks:
                tasks[stage] = progress.add_task(stage, total=total or None)
            progress.update(tasks[stage], completed=done, total=total or None)

        yield report


@contextmanager
def waiting(what: str) -> Iterator[None]:
    """Say what takes a while, on standard error."""
    err = console(stderr=True)
    if err.is_terminal:
        with err.status(what):
            yield
    else:
        err.print(Text(what))
        yield


def _citation(citation: Citation, number: int, width: int) -> Group:
    article = citation.article
    is_statement = citation.kind in SIGNS
    facts = [article.publisher, day(article.published) if article.published else None]
    source = " · ".join(fact for fact in (*facts, article.title if is_statement else None) if fact)
    lines = [Text(source, style=DIM)] if source else []
    if article.url:
        lines.append(Text(article.url, style=f"blue link {article.url}", overflow="fold"))
    if citation.also_in:
        names = ", ".join(other.publisher or other.reference for other in citation.also_in)
        lines.append(Text(f"also in {names}", style=DIM))
    body = Text(citation.text)
    for span in citation.highlights:
        body.stylize("bold", span.start - citation.span.start, span.end - citation.span.start)
    inner = min(width, READING_WIDTH) - 7  # indent, bar and a blank
    # What an article tells in its own words has no unbroken line beside it.
    bar = ("┊ ", "yellow") if manner(citation.kind) else ("│ ", "cyan")
    quoted = []
    for line in body.wrap(Console(width=inner), inner):
        line.rstrip()
        quoted.append(Text.assemble(bar, line))
    return Group(_head(citation, number), Padding(Group(*quoted, *lines), (0, 0, 1, 3)))


def _head(citation: Citation, number: int) -> Text:
    """Return who is speaking, and whether that is reported; of a passage, the title of its article."""
    head = Text()
    head.append(f"{number}  ", style="cyan bold")
    if citation.kind not in SIGNS:
        return head.append(citation.article.title or citation.article.reference, style="bold")
    head.append(citation.speaker or unattributed(), style="bold" if citation.speaker else "italic")
    if citation.speaker and citation.role:
        head.append(f", {citation.role}")
    if said := manner(citation.kind):
        head.append(f" · {said}", style="yellow")
    return head


def rule(out: Console, title: str) -> None:
    """Print a line with a title across the terminal."""
    out.print(Rule(Text(title), style="dim", align="left"))


def _width(out: Console) -> int:
    return min(out.width, READING_WIDTH)
