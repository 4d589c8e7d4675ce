"""The commands about feeds, and adding articles by their addresses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from bot.commands.saying import FAILED, PARTLY, complain, counted, print_json, say

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from bot.app import App
    from corpus.importing import Report
    from corpus.polling import PollSummary
    from corpus.records import BadRecord
    from corpus.subscriptions import Subscription

SHOWN_FAILURES = 10
"""Articles of a poll whose failure is told one by one; the others are counted."""


def add_addresses(app: App, addresses: Sequence[str], report: Report, bad: Callable[[BadRecord], None]) -> None:
    """Fetch articles, store each, and bring the index up to date.

    Args:
        app: the data directory.
        addresses: of the articles, in the order in which they are stored.
        report: counts what is done.
        bad: told of each that could not be fetched or read.

    Raises:
        CorpusLockedError: another process is writing.
    """
    from bot.commands.maintaining import prepare_model, update_index  # noqa: PLC0415  (commands that only read start faster)
    from bot.commands.terminal import waiting  # noqa: PLC0415
    from corpus.errors import FetchError, RecordError  # noqa: PLC0415
    from corpus.fetched import draft_of  # noqa: PLC0415
    from corpus.records import BadRecord, Place  # noqa: PLC0415

    prepare_model(app)
    for address in dict.fromkeys(addresses):
        try:
            with waiting(f"Fetching {address} …"):
                draft = draft_of(app.fetcher.fetch(address))
        except (FetchError, RecordError) as error:
            report.bad += 1
            told = str(error)
            bad(BadRecord(Place(address), told[:1].upper() + told[1:]))
        else:
            with app.lock():
                (stored,) = app.writer.add([draft])
            report.outcomes[stored.outcome] += 1
    with app.lock():
        update_index(app)


class FeedCommands(click.Group):
    """The commands about feeds, in the order in which a newcomer meets them."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names in the order of their definition."""
        del ctx
        return list(self.commands)


@click.group(cls=FeedCommands)
def feeds() -> None:
    """Subscribe to RSS, Atom and JSON feeds and to sitemaps, whose new articles are then added by themselves.

    FEED is a feed's number, as `verbatim feeds list` shows it, or its address.
    """


@feeds.command(name="add")
@click.argument("address")
@click.pass_obj
def add_feed(app: App, address: str) -> None:
    """Subscribe to the feed at ADDRESS, or to the first one that the page at ADDRESS names."""
    from bot.commands.terminal import waiting  # noqa: PLC0415  (commands that only read start faster)
    from corpus.discovering import find_feeds  # noqa: PLC0415

    with waiting("Looking for a feed …"):
        found, *others = find_feeds(app.fetcher, address)
    known = {feed.id for feed in app.poller.subscriptions.all()}
    feed = app.poller.subscriptions.add(found)
    if feed.id in known:
        say(f"Already subscribed to {_named(feed)}.")
        return
    say(f"Subscribed to {_named(feed)}: {feed.kind.value}, {feed.url}")
    for other in others:
        complain(f"The page also names {other.title or 'a feed without a title'}: {other.url}")
    complain("`verbatim feeds poll` fetches its articles now.")


@feeds.command(name="list")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@click.pass_obj
def list_feeds(app: App, as_json: bool) -> None:  # noqa: FBT001  (click's way)
    """List the feeds with how they are doing."""
    found = app.poller.subscriptions.all()
    if as_json:
        for feed in found:
            print_json(feed_record(feed))
        return
    for feed in found:
        say(f"{_named(feed)}  {feed.kind.value}  {feed.url}")
        say(f"    {_doing(feed)}")
    if not found:
        say("No feeds yet: `verbatim feeds add ADDRESS` subscribes to one.")


@feeds.command()
@click.argument("feed")
@click.pass_obj
def pause(app: App, feed: str) -> None:
    """Let FEED be passed over until it is resumed."""
    found = app.poller.subscriptions.find(feed)
    say(f"Paused {_named(app.poller.subscriptions.pause(found.id))}.")


@feeds.command()
@click.argument("feed")
@click.pass_obj
def resume(app: App, feed: str) -> None:
    """Let FEED be polled again, from now on."""
    found = app.poller.subscriptions.find(feed)
    say(f"Resumed {_named(app.poller.subscriptions.resume(found.id))}.")


@feeds.command(name="remove")
@click.argument("feed")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.pass_obj
def remove_feed(app: App, feed: str, yes: bool) -> None:  # noqa: FBT001  (click's way)
    """Unsubscribe from FEED; its articles stay."""
    found = app.poller.subscriptions.find(feed)
    if not yes and not click.confirm(f"Unsubscribe from {_named(found)}?"):
        raise SystemExit(FAILED)
    app.poller.subscriptions.remove(found.id)
    say(f"Unsubscribed from {_named(found)}. Its articles stay.")


@feeds.command()
@click.argument("feed", nargs=-1)
@click.pass_obj
def poll(app: App, feed: tuple[str, ...]) -> None:
    """Fetch what is new in each FEED, or in all that are due, and add it."""
    from bot.commands.maintaining import update_index  # noqa: PLC0415  (commands that only read start faster)
    from bot.commands.terminal import waiting  # noqa: PLC0415

    chosen = [app.poller.subscriptions.find(reference) for reference in feed]
    due = chosen or app.poller.subscriptions.due()
    if not due:
        say("No feed is due.")
        return
    went_well = True
    before = app.store.generation()
    with app.polling():
        try:
            for each in due:
                with waiting(f"Polling {_named(each)} …"):
                    done = app.poller.poll(each.id)
                went_well = show_poll(done) and went_well
        finally:
            # What was stored is to be found, also when another writer or Ctrl-C ended the poll.
            if app.store.generation() != before:
                with app.lock():
                    update_index(app)
    if not went_well:
        raise SystemExit(PARTLY)


def show_poll(done: PollSummary) -> bool:
    """Print what a poll did, and return whether nothing failed."""
    name = _named(done.feed)
    if done.recovered:
        complain(f"{name} can be read again.")
    if done.problem is not None:
        complain(f"{name}: {done.problem}")
        if done.broke:
            complain(f"{name} counts as broken now; it is tried less and less often, and not told again.")
        return False
    for address, reason in done.failures[:SHOWN_FAILURES]:
        complain(f"{address}: {reason}")
    if len(done.failures) > SHOWN_FAILURES:
        complain(f"… and {len(done.failures) - SHOWN_FAILURES:,} more that could not be added.")
    parts = [f"{count:,} {state.value}" for state, count in sorted(done.outcomes.items())]
    parts += [f"{done.postponed:,} to be tried again"] if done.postponed else []
    parts += [f"{done.passed:,} of the archive passed over"] if done.passed else []
    parts += [f"{done.waiting:,} waiting"] if done.waiting > done.postponed else []
    say(f"{name}: {', '.join(parts) or 'nothing new'}.")
    return not done.failures


def feed_record(feed: Subscription) -> dict[str, Any]:
    """Return a feed as `--json` prints it; times are ISO 8601 in UTC."""
    return {
        "id": feed.id,
        "url": feed.url,
        "title": feed.title,
        "kind": feed.kind.value,
        "paused": feed.is_paused,
        "broken": feed.is_broken,
        "problem": feed.problem,
        "checked_at": feed.checked_at.isoformat() if feed.checked_at else None,
        "next_at": feed.next_at.isoformat(),
        "stored": feed.stored,
        "waiting": feed.waiting,
        "failed": feed.failed,
    }


def _named(feed: Subscription) -> str:
    return f"{feed.id} {feed.title}"


def _doing(feed: Subscription) -> str:
    return ", ".join(_facts(feed))


def _facts(feed: Subscription) -> Iterable[str]:
    yield counted(feed.stored)
    if feed.waiting:
        yield f"{feed.waiting:,} waiting"
    if feed.failed:
        yield f"{feed.failed:,} failed"
    if feed.is_paused:
        yield "paused"
    if feed.problem:
        yield f"{'broken' if feed.is_broken else 'not read the last time'}: {feed.problem}"
    elif feed.checked_at:
        yield f"read {feed.checked_at:%Y-%m-%d %H:%M} UTC"
    else:
        yield "not read yet"
