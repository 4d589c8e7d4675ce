"""The commands that ask questions, and look at what there is."""

from __future__ import annotations

import gzip
import json
import shlex
import sys
from contextlib import ExitStack, contextmanager
from itertools import islice
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import click

from bot.commands.records import answer_record, article_record, citation_record, listing_record
from bot.commands.saying import complain, counted, print_json, say
from corpus.store import Filter

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date, datetime

    from bot.app import App

MOST = 10


@click.command(name="list")
@click.argument("words", nargs=-1)
@click.option("--publisher", help="Only this publisher.")
@click.option("--since", type=click.DateTime(["%Y-%m-%d"]), help="Only from this day on.")
@click.option("--until", type=click.DateTime(["%Y-%m-%d"]), help="Only up to this day.")
@click.option("--limit", type=click.IntRange(min=1), default=50, show_default=True, help="At most so many.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@click.pass_obj
def list_articles(app: App, /, words: tuple[str, ...], limit: int, as_json: bool, **chosen: Any) -> None:  # noqa: FBT001
    """List articles, newest first; WORDS must occur in title, URL or id."""
    wanted = Filter(
        words=words, publisher=chosen["publisher"], since=_day(chosen["since"]), until=_day(chosen["until"])
    )
    articles = app.store.listing(wanted)
    if as_json:
        for article in islice(articles, limit):
            print_json(listing_record(article))
        return
    from bot.commands.terminal import console, show_articles  # noqa: PLC0415

    shown = show_articles(console(), islice(articles, limit))
    if not shown:
        say("No articles." if app.store.extent().articles else "No articles yet: `verbatim add FILE` brings some in.")
    elif next(articles, None) is not None:
        say(f"These are the newest {limit}; --limit shows more.")


@click.command()
@click.argument("article")
@click.option("--json", "as_json", is_flag=True, help="One JSON object, with the text.")
@click.pass_obj
def show(app: App, article: str, as_json: bool) -> None:  # noqa: FBT001  (click's way)
    """Show an ARTICLE, given by its id, URL or number."""
    found = app.store.find(article)
    if as_json:
        print_json(listing_record(found) | {"text": found.text})
        return
    from bot.commands.terminal import console, show_article  # noqa: PLC0415

    show_article(console(), found)


@click.command()
@click.argument("words", nargs=-1, required=True)
@click.option("--limit", type=click.IntRange(1, 100), default=MOST, show_default=True, help="At most so many.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@click.pass_obj
def search(app: App, words: tuple[str, ...], limit: int, as_json: bool) -> None:  # noqa: FBT001
    """Search for passages by words and meaning, without judging whether they answer anything."""
    from bot.commands.maintaining import ready  # noqa: PLC0415
    from index.answering import verified  # noqa: PLC0415

    ready(app)
    found = verified(app.answerer, app.answerer.search(" ".join(words), limit))
    if as_json:
        for citation in found:
            print_json(citation_record(citation))
        return
    from bot.commands.terminal import console, show_citations  # noqa: PLC0415

    show_citations(console(), found)
    if not found:
        say("Nothing found.")


@click.command()
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
    complain(f"Exported {counted(count)}.")


@click.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@click.option(
    "--picture", type=click.Path(path_type=Path, dir_okay=False), help="Draw them into this PNG file instead."
)
@click.pass_obj
def stats(app: App, as_json: bool, picture: Path | None) -> None:  # noqa: FBT001
    """Show the corpus and the index in numbers."""
    from bot.commands.stats import facts, shown  # noqa: PLC0415

    if picture is not None:
        from bot.care import charts, texts_stats  # noqa: PLC0415
        from bot.care.figures import gather  # noqa: PLC0415
        from bot.care.tallies import Tallies  # noqa: PLC0415

        figures = gather(app, Tallies(app.state.engine))
        picture.write_bytes(charts.picture(figures))
        say(texts_stats.caption(figures))
        return
    if as_json:
        print_json(facts(app))
        return
    from bot.commands.terminal import console, show_summary  # noqa: PLC0415

    show_summary(console(), shown(app), app.store.summary())


@click.command()
@click.argument("question", required=False)
@click.option(
    "--limit", type=click.IntRange(1, 100), default=MOST, show_default=True, help="At most so many citations."
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object, or with --batch one a question.")
@click.option(
    "--batch",
    type=click.File(encoding="utf-8-sig", errors="replace"),
    help="Answer each line of a file (- for standard input).",
)
@click.option("--speaker", "named", help="Whose words are asked for: a name, or a number as `--json` shows it.")
@click.option(
    "--as-of", type=click.DateTime(["%Y-%m-%d"]), help="The day as of which words like “last week” are meant."
)
@click.pass_obj
def ask(app: App, /, question: str | None, limit: int, as_json: bool, **chosen: Any) -> None:  # noqa: FBT001
    """Answer a QUESTION with what was said, word for word: who said it, and where it stands."""
    from bot.chat.profiles import the_one  # noqa: PLC0415
    from bot.commands.maintaining import ready  # noqa: PLC0415
    from index.answering import verified_answer  # noqa: PLC0415

    batch: IO[str] | None = chosen["batch"]
    if (question is None) == (batch is None):
        raise click.UsageError("Ask a question, or name a file of questions with --batch.")
    if question is not None and not question.strip():
        raise click.UsageError('The question is empty. Try: verbatim ask "what did Pak say about the US?"')
    ready(app)
    speaker = the_one(app.answerer, chosen["named"]).speaker.id if chosen["named"] else None
    as_of = _day(chosen["as_of"])
    for asked in [question] if question is not None else _lines(batch):
        answer = verified_answer(app.answerer, app.answerer.ask(asked, limit, speaker=speaker, today=as_of))
        if as_json:
            print_json(answer_record(answer))
            continue
        from bot.commands.terminal import console, rule, show_answer  # noqa: PLC0415

        out = console()
        if batch is not None:
            rule(out, asked)
        show_answer(out, answer)
        if answer.candidates:
            complain(f"--speaker says whom you mean, as in --speaker {shlex.quote(answer.candidates[0].speaker.name)}.")


def _lines(batch: IO[str] | None) -> Iterator[str]:
    assert batch is not None
    for line in batch:
        yield line.strip()


def _day(value: datetime | None) -> date | None:
    return value.date() if value else None


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
