"""The demo: the sample collection in a data directory of its own, and whoever is there may ask."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from bot.app import App
from bot.commands.maintaining import import_sources, rebuild
from bot.commands.saying import complain
from bot.commands.terminal import console, rule, show_answer, show_candidates
from corpus.errors import ChunkingError
from corpus.sources import SAMPLE, find
from index.answering import verified_answer
from index.errors import SnapshotMismatchError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import Console

    from corpus.records import Profile

EXAMPLES = (
    "what did Pak say about the US?",
    "what did Kennedy say about going to the Moon?",
    "who won the football world cup of 2018?",
)
"""The last one has no answer in the sample collection, which the bot says."""


def run(outer: App) -> None:
    """Load the sample collection, then serve Telegram, take questions, or answer the examples."""
    app = demo_app(outer)
    out = console()
    try:
        _fill(app)
        if app.settings.telegram_token is not None:
            from bot.serving import run as serve  # noqa: PLC0415  (imports the Telegram library)

            serve(app)
        elif sys.stdin.isatty():
            converse(app, out)
        else:
            for question in EXAMPLES:
                rule(out, question)
                show_answer(out, verified_answer(app.answerer, app.answerer.ask(question, limit=3)))
    finally:
        app.close()


def _fill(app: App) -> None:
    """Load the sample collection; after a change of the model all of it is made anew, since it is the demo's own."""
    found = find([str(SAMPLE)])
    try:
        import_sources(app, found, lambda bad: complain(f"{bad.place}: {bad.reason}"))
    except (ChunkingError, SnapshotMismatchError):
        rebuild(app, full=True)
        import_sources(app, found, lambda bad: complain(f"{bad.place}: {bad.reason}"))


def demo_app(outer: App) -> App:
    """Return the app of the demo's own data directory; models are shared with the outer one."""
    directory = outer.settings.data_dir / "demo"
    settings = outer.settings.model_copy(update={"data_dir": directory, "database_url": None})
    return App(settings, loading=outer.loading, models=outer.models_dir)


def converse(app: App, out: Console) -> None:
    """Take questions until an empty line; a number after one that fits several people says who is meant."""
    count = app.store.extent().articles
    out.print(f"[bold]Verbatim[/] answers from {count} sample articles, word for word. Try: [cyan]{EXAMPLES[0]}[/]")
    out.print("[dim]An empty line or Ctrl-D ends. `verbatim add FILE` starts a collection of your own.[/]")
    last = ""
    offered: tuple[Profile, ...] = ()
    while True:
        try:
            typed = out.input("\n[bold cyan]?[/] ").strip()
        except (EOFError, KeyboardInterrupt):
            out.print()
            return
        if not typed:
            return
        speaker = _chosen(typed, offered)
        last = last if speaker is not None else typed
        answer = verified_answer(app.answerer, app.answerer.ask(last, limit=3, speaker=speaker))
        show_answer(out, answer)
        offered = answer.candidates
        if answer.assumed and offered:
            out.print("\n[yellow]If you meant somebody else:[/]")
            show_candidates(out, offered)
        if offered:
            out.print("[dim]Type the number of the one you mean.[/]")


def _chosen(typed: str, offered: Sequence[Profile]) -> int | None:
    """Return the id of the speaker whose number was typed; None when it is another question."""
    if typed.isdecimal() and 1 <= int(typed) <= len(offered):
        return offered[int(typed) - 1].speaker.id
    return None
