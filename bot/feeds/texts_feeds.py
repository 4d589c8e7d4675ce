"""What the bot says about feeds.

None of these texts holds markup; `bot.chat.formatting` escapes what is put into them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.chat.formatting import short
from bot.language import _, decimal, ngettext, translated
from corpus.entries import EntryState

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import datetime

    from corpus.errors import VerbatimError
    from corpus.feeds import Feed
    from corpus.polling import PollSummary
    from corpus.subscriptions import Subscription

MOST_TITLES = 3
"""Titles of new articles, and articles that could not be added, that a message names of one feed."""


def commands() -> dict[str, str]:
    """Return what the command menu of admins has besides: command to description."""
    return {"feeds": _("Feeds whose new articles are added by themselves")}


def admin_help() -> str:
    """Explain to admins what they can do about feeds."""
    return _("/feeds lists the feeds whose new articles are added by themselves; /feeds help tells how to change them")


def usage() -> str:
    """Explain the command."""
    return _(
        "/feeds lists the feeds\n"
        "/feeds add ADDRESS subscribes to a feed, or to one that the page at the address names\n"
        "/feeds pause N, /feeds resume N, /feeds remove N: N is a number from the list\n"
        "/feeds poll looks for new articles now; /feeds poll N in one feed only\n"
        "/feeds news on, /feeds news off: whether I tell you what was added"
    )


def name(feed: Subscription) -> str:
    """Return how a feed is called: its number and title."""
    return f"{feed.id} {short(feed.title)}"


def no_feeds() -> str:
    """Say that there are none."""
    return _("No feeds yet. /feeds add ADDRESS subscribes to one; the address may be that of a news site.")


def list_head(number: int, first: int, last: int) -> str:
    """Head a page of the list."""
    if first == 1 and last == number:
        return ngettext("{number} feed", "{number} feeds", number).format(number=decimal(number))
    return _("Feeds {first}–{last} of {number}").format(first=first, last=last, number=decimal(number))


def entry(feed: Subscription, problem: str | None) -> str:
    """Write a feed into the list: what it is, how it is doing, what came of it, and when it is asked next.

    Args:
        feed: the feed.
        problem: why it could not be read the last time, or None.
    """
    state = _state(feed)
    facts = [ngettext("{number} article", "{number} articles", feed.stored).format(number=decimal(feed.stored))]
    if feed.waiting:
        facts.append(_("{number} waiting").format(number=decimal(feed.waiting)))
    if feed.failed:
        facts.append(_("{number} failed").format(number=decimal(feed.failed)))
    times = [_("last poll {time}").format(time=when(feed.checked_at)) if feed.checked_at else _("not polled yet")]
    if not feed.is_paused:
        times.append(_("next {time}").format(time=when(feed.next_at)))
    lines = [f"{name(feed)} · {state}", feed.url, " · ".join(facts), " · ".join(times)]
    if feed.problem:
        lines.append(sentence(problem or feed.problem))
    return "\n".join(lines)


def _state(feed: Subscription) -> str:
    if feed.is_paused:
        return _("paused")
    if feed.is_broken:
        return _("broken")
    return _("could not be read the last time") if feed.problem else _("active")


def when(time: datetime) -> str:
    """Return a time as people read it."""
    return f"{time:%Y-%m-%d %H:%M} UTC"


def button_pause(feed: Subscription) -> str:
    """Label the button that pauses a feed."""
    return _("Pause {number}").format(number=feed.id)


def button_resume(feed: Subscription) -> str:
    """Label the button that resumes a feed."""
    return _("Resume {number}").format(number=feed.id)


def button_remove(feed: Subscription) -> str:
    """Label the button that asks whether a feed is to be removed."""
    return _("Remove {number}").format(number=feed.id)


def really_remove(feed: Subscription) -> str:
    """Ask whether a feed is to be removed."""
    return _("Really remove the feed {name}? Its articles stay.").format(name=name(feed))


def button_yes() -> str:
    """Label the button that removes."""
    return _("Yes, remove the feed")


def button_no() -> str:
    """Label the button that keeps."""
    return _("No, keep the feed")


def removed(feed: Subscription) -> str:
    """Say that a feed is removed."""
    return _("Removed the feed {name}. Its articles stay.").format(name=name(feed))


def kept(feed: Subscription) -> str:
    """Say that a feed stays."""
    return _("The feed {name} stays.").format(name=name(feed))


def paused(feed: Subscription) -> str:
    """Say that a feed is passed over from now on."""
    return _("Paused {name}. /feeds resume {number} goes on with it.").format(name=name(feed), number=feed.id)


def resumed(feed: Subscription) -> str:
    """Say that a feed is polled again."""
    return _("Resumed {name}. It is polled in a moment.").format(name=name(feed))


def no_such_feed(words: str) -> str:
    """Say that no feed is called so."""
    return _("There is no feed {words}. /feeds lists them with their numbers.").format(words=short(words))


def which() -> str:
    """Ask which feed is meant."""
    return _("Say which feed: write its number from /feeds behind the command.")


def which_address() -> str:
    """Ask for an address."""
    return _("Write the address of a feed or of a news site behind it: /feeds add https://example.org")


def looking(address: str) -> str:
    """Say that a feed is being looked for."""
    return _("Looking for a feed at {address} …").format(address=short(address))


def several(address: str) -> str:
    """Ask which of several feeds of a page is meant."""
    return _("{address} names several feeds. Which one shall I subscribe to?").format(address=short(address))


def candidate(feed: Feed) -> str:
    """Label the button of a feed that can be subscribed to."""
    return f"{feed.title} · {feed.kind.value}" if feed.title else feed.url


def offer_is_gone() -> str:
    """Say that a button is too old."""
    return _("That button is too old. Please use /feeds add again.")


def known(feed: Subscription) -> str:
    """Say that a feed is subscribed to already."""
    return _("Already subscribed to {name}.").format(name=name(feed))


def subscribing(feed: Feed) -> str:
    """Say that a feed is being subscribed to."""
    return _("Subscribing to {feed} …").format(feed=short(candidate(feed)))


def waiting_to_poll() -> str:
    """Say that a poll begins soon."""
    return _("Polling begins in a moment …")


def nothing_to_poll() -> str:
    """Say that all feeds are paused, or that there are none."""
    return _("There is no feed to poll: all are paused, or there are none.")


def busy() -> str:
    """Say that another process is polling or changing the articles."""
    return _(
        "Another program is polling or changing the articles right now. I go on by myself as soon as it has finished."
    )


def failed() -> str:
    """Say that something went wrong that nobody foresaw."""
    return _("That went wrong, and is in the log. Please try again.")


def progress(done: PollSummary) -> str:
    """Say how far a poll is."""
    if not done.ready:
        return _("Polling {name}: reading the feed …").format(name=name(done.feed))
    return _("Polling {name}: article {number} of {total} …").format(
        name=name(done.feed), number=decimal(done.taken + 1), total=decimal(done.ready)
    )


def summary(done: PollSummary, added: int) -> str:
    """Say what a poll did.

    Args:
        done: the poll.
        added: articles that it brought in, copies included, also those before an interruption.
    """
    lines = []
    if done.recovered:
        lines.append(recovered(done.feed))
    if done.problem is not None:
        lines.append(unreadable(done.feed, done.problem))
    if done.problem is None or added:
        lines.append(_("{name}: {facts}").format(name=name(done.feed), facts=" · ".join(_facts(done, added))))
    for address, reason in done.failures[:MOST_TITLES]:
        lines.append(_("Not added: {address}\n{reason}").format(address=short(address), reason=sentence(reason)))
    if done.waiting > done.postponed:
        lines.append(_("The rest follows by itself."))
    return "\n".join(lines)


def _facts(done: PollSummary, added: int) -> Iterator[str]:
    updated = done.outcomes[EntryState.UPDATED]
    here = done.outcomes[EntryState.KNOWN] + done.outcomes[EntryState.UNCHANGED]
    counts: tuple[tuple[int, Callable[[], str]], ...] = (
        (added, lambda: ngettext("{number} added", "{number} added", added)),
        (updated, lambda: ngettext("{number} updated", "{number} updated", updated)),
        (here, lambda: _("{number} here already")),
        (done.outcomes[EntryState.FAILED], lambda: _("{number} could not be added")),
        (done.passed, lambda: _("{number} of the archive passed over")),
        (done.postponed, lambda: _("{number} to be tried again")),
        (max(0, done.waiting - done.postponed), lambda: _("{number} waiting")),
    )
    facts = [words().format(number=decimal(number)) for number, words in counts if number]
    yield from facts or [_("nothing new")]


def news_head() -> str:
    """Head a message about what came in."""
    return _("News from the feeds")


def news_of(feed: str, number: int, titles: Sequence[str]) -> str:
    """Say how many articles a feed has brought, and what some are called."""
    words = ngettext("{feed}: {number} new article", "{feed}: {number} new articles", number)
    lines = [words.format(feed=feed, number=decimal(number)), *(f"• {short(title)}" for title in titles)]
    return "\n".join([*lines, "• …"] if number > len(titles) and titles else lines)


def more_feeds(number: int) -> str:
    """Say that further feeds have brought articles."""
    words = ngettext("{number} more feed with new articles", "{number} more feeds with new articles", number)
    return words.format(number=decimal(number))


def news_hint() -> str:
    """Say how to have no more news."""
    return _("/feeds news off ends these messages.")


def unreadable(feed: Subscription, problem: str) -> str:
    """Say that a feed could not be read."""
    return _("{name} could not be read: {problem}").format(name=name(feed), problem=sentence(problem))


def broke(feed: Subscription, problem: str) -> str:
    """Say that a feed counts as broken from now on."""
    return _(
        "{name} is broken: {problem}\nI try it less and less often, and say so once when it can be read again."
    ).format(name=name(feed), problem=sentence(problem))


def recovered(feed: Subscription) -> str:
    """Say that a feed can be read again."""
    return _("{name} can be read again.").format(name=name(feed))


def news_are(*, on: bool) -> str:
    """Say whether somebody gets news."""
    if on:
        return _("You get a message when feeds have brought articles, break or recover. /feeds news off ends that.")
    return _("You get no messages about feeds. /feeds news on changes that.")


def problem_of(error: VerbatimError) -> str:
    """Say what went wrong, and what to do."""
    return sentence(error.told)


def sentence(text: str) -> str:
    """Return a sentence of the corpus's in the language that is spoken, with a capital and a full stop."""
    told = translated(text)
    whole = told if told.endswith((".", "…", "?", "!")) else f"{told}."
    # An address stays as it is written.
    return whole if "://" in whole.split(maxsplit=1)[0] else whole[:1].upper() + whole[1:]
