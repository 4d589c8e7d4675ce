"""The commands that change the corpus or the index."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from bot.commands.saying import FAILED, PARTLY, complain, counted, say

if TYPE_CHECKING:
    from bot.app import App
    from corpus.importing import Report
    from corpus.records import BadRecord

SHOWN_PROBLEMS = 20
"""Bad records printed one by one; the others are counted."""


@click.command()
@click.argument("sources", nargs=-1, required=True)
@click.option(
    "--format",
    "form",
    type=click.Choice(["txt", "md", "html", "pdf", "csv", "jsonl"]),
    help="Read every file as this.",
)
@click.pass_obj
def add(app: App, sources: tuple[str, ...], form: str | None) -> None:
    """Add articles from files, folders, globs, addresses (https://…), or - for standard input.

    Reads .txt, .md, .html, .pdf, .csv and .jsonl, each also .gz, and .zip of those. JSONL and CSV have the fields id,
    url, title, publisher, date, author, and text or html. Adding the same again changes nothing; an import that was
    broken off goes on where it was. Addresses are fetched last, only public ones, and as their robots.txt allows.
    """
    from bot.commands.maintaining import import_sources  # noqa: PLC0415  (commands that only read start faster)
    from corpus.importing import Report  # noqa: PLC0415
    from corpus.sources import Format, find  # noqa: PLC0415

    addresses = [source for source in sources if source.lower().startswith(("http://", "https://"))]
    files = [source for source in sources if source not in addresses]
    found = find(files, stdin=sys.stdin.buffer, form=Format(form) if form else None)
    problems = Problems()
    report = import_sources(app, found, problems.add) if files else Report()
    if addresses:
        from bot.commands.feeding import add_addresses  # noqa: PLC0415

        add_addresses(app, addresses, report, problems.add)
    problems.summarise()
    say(_told(report))
    for name in found.ignored[:SHOWN_PROBLEMS]:
        complain(f"passed over {name}: not a kind of file that can be imported")
    if report.bad:
        raise SystemExit(PARTLY)


@click.command()
@click.argument("articles", nargs=-1, required=True)
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.pass_obj
def remove(app: App, articles: tuple[str, ...], yes: bool) -> None:  # noqa: FBT001
    """Remove ARTICLES, given by id, URL or number, from the corpus and the index."""
    from bot.commands.maintaining import remove_articles  # noqa: PLC0415

    found = {article.id: article for article in (app.store.find(reference) for reference in articles)}
    for article in found.values():
        say(f"{article.id}  {article.title or article.reference}")
    if not yes and not click.confirm(f"Remove {counted(len(found))}?"):
        raise SystemExit(FAILED)
    removed = remove_articles(app, sorted(found))
    say(f"Removed {counted(len(removed))}.")


@click.command()
@click.option("--full", is_flag=True, help="Cut all articles into passages again, too: after a change of the model.")
@click.option("--rollback", is_flag=True, help="Go back to the snapshot before the one in use instead.")
@click.option("--careful", is_flag=True, help="Keep the old index if canaries are answered differently (exit code 2).")
@click.pass_obj
def rebuild(app: App, full: bool, rollback: bool, careful: bool) -> None:  # noqa: FBT001
    """Build the index anew beside the one in use, check it, and switch to it. Only what is new is embedded.

    The canaries (`verbatim canaries`) are asked of both, and what is answered differently is shown.
    """
    from bot.care import texts_care  # noqa: PLC0415
    from bot.commands import maintaining  # noqa: PLC0415

    if rollback and (full or careful):
        raise click.UsageError("--rollback excludes --full and --careful.")
    if rollback:
        maintaining.prepare_model(app)
        with app.lock():
            say(f"The index is snapshot {app.projection.rollback()} now.")
        return
    rebuilt = maintaining.rebuild(app, full=full, careful=careful)
    done, comparison = rebuilt.replayed, rebuilt.comparison
    if comparison.differences:
        say(f"{texts_care.differences(comparison)}\n")
    elif agreeing := texts_care.agreeing(comparison):
        say(agreeing)
    if not rebuilt.snapshot:
        say(texts_care.old_stays())
        raise SystemExit(PARTLY)
    say(f"Rebuilt: {counted(done.articles)}, {done.passages:,} passages, {done.embedded:,} of them embedded anew.")


@click.command()
@click.argument("verb", type=click.Choice(["list", "add", "remove"]), default="list")
@click.argument("words", nargs=-1)
@click.pass_obj
def canaries(app: App, verb: str, words: tuple[str, ...]) -> None:
    """List canaries, `add` a QUESTION, or `remove` one by its NUMBER.

    Canaries are questions that are asked of the old and the new index before a rebuild switches.
    """
    from bot.care import texts_care  # noqa: PLC0415
    from bot.care.canaries import MOST  # noqa: PLC0415

    given = " ".join(words).strip()
    if bool(given) == (verb == "list"):
        raise click.UsageError("Write `list`, `add QUESTION` or `remove NUMBER`.")
    if verb == "list":
        say("\n".join(f"{canary.id}  {canary.question}" for canary in app.canaries.listing()) or "No canaries yet.")
        return
    if verb == "add":
        added = app.canaries.add(given)
        if added is None:
            raise click.ClickException(texts_care.canaries_full(MOST))
        say(f"Canary {added.id} is kept.")
        return
    removed = app.canaries.remove(int(given)) if given.isdecimal() else None
    if removed is None:
        raise click.ClickException("There is no canary of that number; `verbatim canaries` shows them.")
    say(texts_care.canary_removed(removed))


class Problems:
    """Bad records, printed as they come, the first few of them."""

    def __init__(self) -> None:
        self.count = 0

    def add(self, record: BadRecord) -> None:
        """Print a bad record's place and reason."""
        self.count += 1
        if self.count <= SHOWN_PROBLEMS:
            complain(f"{record.place}: {record.reason}")

    def summarise(self) -> None:
        """Say how many were not printed."""
        if self.count > SHOWN_PROBLEMS:
            complain(f"… and {self.count - SHOWN_PROBLEMS:,} more records that could not be read.")


def _told(report: Report) -> str:
    parts = [f"{report.outcomes[outcome]:,} {outcome.value}" for outcome in report.outcomes if report.outcomes[outcome]]
    if report.bad:
        parts.append(f"{report.bad:,} could not be read")
    told = f"{counted(report.records)}: {', '.join(sorted(parts))}." if parts else "Nothing to import."
    return f"Went on after the first {report.skipped:,} records. {told}" if report.skipped else told
