"""What is checked at a terminal and in a chat."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import update

from bot.care.showing_figures import CHECKS, listed
from bot.care.texts_health import in_chat
from bot.commands.doctor import Check, examine
from corpus.database import writing
from corpus.feeds import Feed, FeedKind
from corpus.records import Draft
from corpus.schema import feeds, jobs

if TYPE_CHECKING:
    from bot.app import App


def seen(app: App, name: str) -> Check:
    """Make one check."""
    (check,) = examine(app, [name])
    return check


def filled(app: App, *texts: str) -> None:
    """Bring articles in and index them."""
    with app.lock():
        app.writer.add([Draft(text=each, key=str(number), title="t") for number, each in enumerate(texts)])
        app.projection.catch_up()
        app.projection.publish()


def test_a_sound_directory_is_well(small: App) -> None:
    """All checks of a chat are well in an empty directory, and in a filled one."""
    assert all(check.well for check in examine(small, CHECKS))
    filled(small, "Mina Okafor said “yes”.")
    checks = list(examine(small, CHECKS))
    assert all(check.well for check in checks), checks
    words = listed(checks)
    assert words.startswith("All is well.\n\n✅ database: 1 article, generation 1, ")
    assert "✅ index: snapshot 1: 1 passages, 1 statements, up to date" in words


def test_an_index_that_lags_behind_is_told(small: App) -> None:
    """What the index does not know yet is counted, and what to do is said."""
    filled(small, "Mina Okafor said “yes”.")
    with small.lock():
        small.writer.add([Draft(text="Bo Lin said “no”.", key="b", title="t")])
    check = seen(small, "standing")
    assert (check.name, check.well, check.seen) == ("index", False, "it does not know 1 change yet")
    assert "→ It catches up by itself" in listed([check])


def test_articles_without_statements_are_told(small: App) -> None:
    """Articles that this version has not read, and those that it could not, each with what to do."""
    filled(small, "unreadable words", "Bo Lin said “no”.")
    failed = seen(small, "statements")
    assert (failed.well, failed.seen) == (False, "could not be looked for in 1 article")
    assert "--full" in failed.fix
    small.extractor.fingerprint = "newer"  # type: ignore[misc]
    unread = seen(small, "statements")
    assert unread.seen == "not looked for in 2 articles by this version"


def test_jobs_that_were_broken_off_or_failed_are_told(small: App) -> None:
    """A job that has not moved for long is broken off; of each kind only the last one's failure counts."""
    first = small.jobs.start("rebuild", {})
    assert seen(small, "jobs").seen == "1 is running"
    small.jobs.fail(first, "the disk is full")
    failed = seen(small, "jobs")
    assert (failed.well, failed.seen) == (False, "the last rebuild failed: the disk is full")
    small.jobs.finish(small.jobs.start("rebuild", {}))
    assert seen(small, "jobs").well
    still = small.jobs.start("import", {})
    with writing(small.store.engine) as connection:
        connection.execute(
            update(jobs).where(jobs.c.id == still).values(updated_at=datetime.now(UTC) - timedelta(hours=1))
        )
    broken = seen(small, "jobs")
    assert broken.seen == f"broken off: import #{still}"
    assert "verbatim add" in broken.fix


def test_advice_is_given_in_the_words_of_a_chat() -> None:
    """Commands of a terminal become those of the bot."""
    assert in_chat("Run `verbatim rebuild --full`.") == "Run /rebuild full."
    assert in_chat("`verbatim rebuild` finds them.") == "/rebuild finds them."
    assert in_chat("verbatim rebuild --rollback") == "/rollback"


def test_feeds_are_looked_at(small: App) -> None:
    """None, those that are well, and those that cannot be read any more, with what to do."""
    assert seen(small, "feeds").seen == "none is followed"
    url = "https://news.example/feed"
    kept = small.poller.subscriptions.add(Feed(url=url, title="Harbour news", kind=FeedKind.RSS, entries=()))
    assert seen(small, "feeds").seen == "1 is followed"
    with writing(small.store.engine) as connection:
        now = datetime.now(UTC)
        values = {"checked_at": now, "problem": "the site is down"}
        connection.execute(update(feeds).where(feeds.c.id == kept.id).values(**values))
    assert seen(small, "feeds").seen == "1 is followed, last asked 5 s ago"
    with writing(small.store.engine) as connection:
        connection.execute(update(feeds).where(feeds.c.id == kept.id).values(is_broken=True))
    broken = seen(small, "feeds")
    assert not broken.well
    assert broken.seen == "cannot be read: Harbour news (the site is down)"
    assert "verbatim feeds list" in broken.fix


def test_an_index_without_a_snapshot_is_well(small: App) -> None:
    """What answers is what counts: the first articles of a chat are in the index before any snapshot is written."""
    assert seen(small, "standing").seen == "no articles yet, so no index"
    with small.lock():
        small.writer.add([Draft(text="The bridge opened on Monday.", key="1", title="t")])
    small.projection.catch_up()
    standing = seen(small, "standing")
    assert standing.well
    assert standing.seen.startswith("1 passages")
