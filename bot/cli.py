"""The command line. Each command is a few lines: it reads its options, calls what does the work, and prints."""

from __future__ import annotations

import gzip
import json
import logging
import os
import sys
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import click

from bot.app import App
from bot.config import load_settings
from bot.records import answer_record, article_record, citation_record, listing_record
from corpus.errors import VerbatimError
from corpus.store import Filter

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date, datetime

    from corpus.importing import Report
    from corpus.records import BadRecord

MOST = 10
SHOWN_PROBLEMS = 20
"""Bad records printed one by one; the others are counted."""

FAILED, PARTLY = 1, 2
"""Exit codes: the command could not be carried out; it was, but some records were bad or something was not found."""


class Group(click.Group):
    """Commands in the order in which a newcomer meets them."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names in the order of their definition."""
        del ctx
        return list(self.commands)


@click.group(cls=Group, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.option("--data-dir", type=click.Path(path_type=Path, file_okay=False), help="Data directory (default: data).")
@click.version_option(version("verbatim"), prog_name="verbatim")
@click.pass_context
def cli(context: click.Context, data_dir: Path | None) -> None:
    """Answer questions about the news with passages of the articles themselves, word for word."""
    settings = load_settings(**({"data_dir": data_dir} if data_dir else {}))
    logging.basicConfig(level=settings.log_level, format="%(levelname)s %(name)s: %(message)s", stream=sys.stderr)
    # FAISS tells of each instruction set that it tries.
    logging.getLogger("faiss.loader").setLevel(logging.WARNING)
    app = App(settings)
    context.obj = app
    context.call_on_close(app.close)


@cli.command()
@click.argument("sources", nargs=-1, required=True)
@click.option(
    "--format",
    "form",
    type=click.Choice(["txt", "md", "html", "pdf", "csv", "jsonl"]),
    help="Read every source as this.",
)
@click.pass_obj
def add(app: App, sources: tuple[str, ...], form: str | None) -> None:
    """Add articles from files, folders, globs, or - for standard input.

    Reads .txt, .md, .html, .pdf, .csv and .jsonl, each also .gz, and .zip of those. JSONL and CSV have the fields id,
    url, title, publisher, date, author, and text or html. Adding the same again changes nothing; an import that was
    broken off goes on where it was.
    """
    from bot.maintaining import import_sources  # noqa: PLC0415  (commands that only read start faster)
    from corpus.sources import Format, find  # noqa: PLC0415

    found = find(sources, stdin=sys.stdin.buffer, form=Format(form) if form else None)
    problems = Problems()
    report = import_sources(app, found, problems.add)
    problems.summarise()
    _say(_told(report))
    for name in found.ignored[:SHOWN_PROBLEMS]:
        _complain(f"passed over {name}: not a kind of file that can be imported")
    if report.bad:
        raise SystemExit(PARTLY)


@cli.command(name="list")
@click.argument("words", nargs=-1)
@click.option("--publisher", help="Only this publisher.")
@click.option("--since", type=click.DateTime(["%Y-%m-%d"]), help="Only from this day on.")
@click.option("--until", type=click.DateTime(["%Y-%m-%d"]), help="Only up to this day.")
@click.option("--limit", type=click.IntRange(min=1), default=50, show_default=True, help="At most so many.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@click.pass_obj
def list_articles(app: App, /, words: tuple[str, ...], limit: int, as_json: bool, **chosen: Any) -> None:  # noqa: FBT001
    """List articles, newest first; WORDS must occur in title, URL or id."""
    from itertools import islice  # noqa: PLC0415

    wanted = Filter(
        words=words, publisher=chosen["publisher"], since=_day(chosen["since"]), until=_day(chosen["until"])
    )
    articles = app.store.listing(wanted)
    if as_json:
        for article in islice(articles, limit):
            _print_json(listing_record(article))
        return
    from bot.terminal import console, show_articles  # noqa: PLC0415

    shown = show_articles(console(), islice(articles, limit))
    if not shown:
        _say("No articles." if app.store.extent().articles else "No articles yet: `verbatim add FILE` brings some in.")
    elif next(articles, None) is not None:
        _say(f"These are the newest {limit}; --limit shows more.")


@cli.command()
@click.argument("article")
@click.option("--json", "as_json", is_flag=True, help="One JSON object, with the text.")
@click.pass_obj
def show(app: App, article: str, as_json: bool) -> None:  # noqa: FBT001  (click's way)
    """Show an ARTICLE, given by its id, URL or number."""
    found = app.store.find(article)
    if as_json:
        _print_json(listing_record(found) | {"text": found.text})
        return
    from bot.terminal import console, show_article  # noqa: PLC0415

    show_article(console(), found)


@cli.command()
@click.argument("articles", nargs=-1, required=True)
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.pass_obj
def remove(app: App, articles: tuple[str, ...], yes: bool) -> None:  # noqa: FBT001
    """Remove ARTICLES, given by id, URL or number, from the corpus and the index."""
    from bot.maintaining import remove_articles  # noqa: PLC0415

    found = {article.id: article for article in (app.store.find(reference) for reference in articles)}
    for article in found.values():
        _say(f"{article.id}  {article.title or article.reference}")
    if not yes and not click.confirm(f"Remove {_articles(len(found))}?"):
        raise SystemExit(FAILED)
    removed = remove_articles(app, sorted(found))
    _say(f"Removed {_articles(len(removed))}.")


@cli.command()
@click.argument("words", nargs=-1, required=True)
@click.option("--limit", type=click.IntRange(1, 100), default=MOST, show_default=True, help="At most so many.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@click.pass_obj
def search(app: App, words: tuple[str, ...], limit: int, as_json: bool) -> None:  # noqa: FBT001
    """Search for passages by words and meaning, without judging whether they answer anything."""
    from bot.maintaining import ready  # noqa: PLC0415

    ready(app)
    found = app.answerer.search(" ".join(words), limit)
    if as_json:
        for citation in found:
            _print_json(citation_record(citation))
        return
    from bot.terminal import console, show_citations  # noqa: PLC0415

    show_citations(console(), found)
    if not found:
        _say("Nothing found.")


@cli.command()
@click.option(
    "-o", "--output", type=click.Path(path_type=Path, dir_okay=False), help="File (default: standard output)."
)
@click.pass_obj
def export(app: App, output: Path | None) -> None:
    """Write all articles as JSONL (compressed when the file ends in .gz), oldest first, ready to be added elsewhere."""
    count = 0
    with _output(output) as file:
        for article in app.store.listing(newest_first=False):
            file.write(json.dumps(article_record(article), ensure_ascii=False) + "\n")
            count += 1
    _complain(f"Exported {_articles(count)}.")


@cli.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@click.pass_obj
def stats(app: App, as_json: bool) -> None:  # noqa: FBT001
    """Show the corpus and the index in numbers."""
    from bot.stats import facts, shown  # noqa: PLC0415

    if as_json:
        _print_json(facts(app))
        return
    from bot.terminal import console, show_summary  # noqa: PLC0415

    show_summary(console(), shown(app), app.store.summary())


@cli.command()
@click.option("--full", is_flag=True, help="Cut all articles into passages again, too: after a change of the model.")
@click.option("--rollback", is_flag=True, help="Go back to the snapshot before the one in use instead.")
@click.pass_obj
def rebuild(app: App, full: bool, rollback: bool) -> None:  # noqa: FBT001
    """Build the index anew beside the one in use, check it, and switch to it. Only what is new is embedded."""
    from bot import maintaining  # noqa: PLC0415

    if full and rollback:
        raise click.UsageError("--full and --rollback exclude each other.")
    if rollback:
        maintaining.prepare_model(app)
        with app.lock():
            _say(f"The index is snapshot {app.projection.rollback()} now.")
        return
    done = maintaining.rebuild(app, full=full)
    _say(f"Rebuilt: {_articles(done.articles)}, {done.passages:,} passages, {done.embedded:,} of them embedded anew.")


@cli.command()
@click.argument("question", required=False)
@click.option(
    "--limit", type=click.IntRange(1, 100), default=MOST, show_default=True, help="At most so many citations."
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object, or with --batch one a question.")
@click.option("--batch", type=click.File(encoding="utf-8"), help="Answer each line of a file (- for standard input).")
@click.pass_obj
def ask(app: App, question: str | None, limit: int, as_json: bool, batch: IO[str] | None) -> None:  # noqa: FBT001
    """Answer a QUESTION with the passages that answer it, word for word."""
    from bot.maintaining import ready  # noqa: PLC0415

    if (question is None) == (batch is None):
        raise click.UsageError("Ask a question, or name a file of questions with --batch.")
    if question is not None and not question.strip():
        raise click.UsageError('The question is empty. Try: verbatim ask "what did Pak say about the US?"')
    ready(app)
    for asked in [question] if question is not None else _lines(batch):
        answer = app.answerer.ask(asked, limit)
        answer = replace(answer, citations=tuple(filter(app.answerer.verify, answer.citations)))
        if as_json:
            _print_json(answer_record(answer))
            continue
        from bot.terminal import console, rule, show_answer  # noqa: PLC0415

        out = console()
        if batch is not None:
            rule(out, asked)
        show_answer(out, answer)


@cli.command()
@click.pass_obj
def demo(app: App) -> None:
    """Try Verbatim on a small collection of articles that comes with it.

    With a Telegram token set, serves the bot; on a terminal, takes questions; otherwise answers three examples.
    """
    from bot.demo import run  # noqa: PLC0415

    run(app)


@cli.command()
@click.pass_obj
def serve(app: App) -> None:
    """Serve the Telegram bot, until Ctrl-C."""
    from bot.serving import run  # noqa: PLC0415

    run(app)


@cli.command()
@click.pass_obj
def doctor(app: App) -> None:
    """Check settings, model, database, index, token and disk, and say what to fix."""
    from bot.doctor import examine  # noqa: PLC0415
    from bot.terminal import console, show_checks  # noqa: PLC0415

    if not show_checks(console(), examine(app)):
        raise SystemExit(FAILED)


class Problems:
    """Bad records, printed as they come, the first few of them."""

    def __init__(self) -> None:
        self.count = 0

    def add(self, record: BadRecord) -> None:
        """Print a bad record's place and reason."""
        self.count += 1
        if self.count <= SHOWN_PROBLEMS:
            _complain(f"{record.place}: {record.reason}")

    def summarise(self) -> None:
        """Say how many were not printed."""
        if self.count > SHOWN_PROBLEMS:
            _complain(f"… and {self.count - SHOWN_PROBLEMS:,} more records that could not be read.")


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line; problems become a message and an exit code, never a traceback."""
    try:
        with _unbroken_pipe():
            cli.main(args=arguments, prog_name="verbatim", standalone_mode=False)
    except click.exceptions.Abort:
        _complain("Stopped. What was stored is kept; the same command goes on from there.")
        raise SystemExit(130) from None
    except click.ClickException as error:
        error.show()
        raise SystemExit(error.exit_code) from None
    except VerbatimError as error:
        _complain(f"{error.problem[:1].upper()}{error.problem[1:]}.")
        if error.fix:
            _complain(error.fix)
        raise SystemExit(FAILED) from None


def _told(report: Report) -> str:
    parts = [f"{report.outcomes[outcome]:,} {outcome.value}" for outcome in report.outcomes if report.outcomes[outcome]]
    if report.bad:
        parts.append(f"{report.bad:,} could not be read")
    told = f"{_articles(report.records)}: {', '.join(sorted(parts))}." if parts else "Nothing to import."
    return f"Went on after the first {report.skipped:,} records. {told}" if report.skipped else told


def _articles(count: int) -> str:
    return f"{count:,} article{'' if count == 1 else 's'}"


def _lines(batch: IO[str] | None) -> Iterator[str]:
    assert batch is not None
    for line in batch:
        yield line.strip()


def _day(value: datetime | None) -> date | None:
    return value.date() if value else None


def _print_json(record: dict[str, Any]) -> None:
    click.echo(json.dumps(record, ensure_ascii=False))


def _say(message: str) -> None:
    click.echo(message)


def _complain(message: str) -> None:
    click.echo(message, err=True)


@contextmanager
def _output(path: Path | None) -> Iterator[IO[str]]:
    """Open an export's file; it gets its name when it is whole."""
    if path is None:
        yield sys.stdout
        return
    pending = path.with_name(f".{path.name}.part")
    with ExitStack() as stack:
        stack.callback(pending.unlink, missing_ok=True)
        opener = gzip.open if path.suffix == ".gz" else open
        with opener(pending, "wt", encoding="utf-8") as file:
            yield file
        pending.replace(path)


@contextmanager
def _unbroken_pipe() -> Iterator[None]:
    """End quietly when whoever reads the output has had enough, as `head` has."""
    try:
        yield
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise SystemExit(0) from None


if __name__ == "__main__":
    main()
