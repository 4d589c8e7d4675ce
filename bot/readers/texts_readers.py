"""What the bot says to readers beyond answers: follow-ups, inline mode, browsing, feedback and links.

None of these texts holds markup; `bot.chat.formatting` escapes what is put into them.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bot.chat.formatting import short
from bot.chat.retention import KEEP_TURNS_S
from bot.days import day, days
from bot.language import LANGUAGES, _, ngettext, speaking

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from corpus.records import Profile
    from index.browsing import Card, Portrait, Source

MOST_QUESTION_CHARS = 200
MOST_LISTED = 6
"""Other names, roles and publishers of a speaker that are listed."""

_MINUTE_S = 60

UP, DOWN = "👍", "👎"


def commands() -> dict[str, str]:
    """Return the readers' commands with their descriptions, as the command menu shows them."""
    return {
        "about": _("Who somebody is, and what they said last"),
        "sources": _("Which publishers the articles come from"),
        "privacy": _("What I store about you, and for how long"),
        "forget_me": _("Delete what I store about you"),
    }


def more_help(username: str) -> str:
    """Explain what there is beyond questions."""
    lines = (
        _("You can follow up: “and about Russia?”, “and Kim?”, “when?”, “who else?” I say what I take it for."),
        _("/about Pak shows who somebody is and what they said last; /sources lists the publishers."),
        _("In any other chat, write @{username} and a question: choose a quotation, and it is sent there."),
        _("👍 and 👎 tell me what you think of an answer; Share gives a link to it."),
        _("/privacy says what I store, /forget_me deletes it."),
    )
    return "\n".join(line.format(username=username) for line in lines)


# Follow-ups


def taken_as(question: str) -> str:
    """Say as what full question a short one was taken."""
    return _("Taken as: {question}").format(question=short(question, MOST_QUESTION_CHARS))


def question_taken(message: str) -> str | None:
    """Return the full question that a message of the bot says it has taken a short one as, in any language."""
    first = message.partition("\n")[0]
    for language in LANGUAGES:
        with speaking(language):
            around = _("Taken as: {question}").split("{question}")
        found = re.fullmatch("(.+)".join(map(re.escape, around)), first)
        if found is not None and not found[1].endswith("…"):
            return found[1]
    return None


def left_out(names: Sequence[str]) -> str:
    """Say whose words are left out of an answer."""
    return _("Left out, since you have read them: {names}.").format(names=_listed(names))


def published_on(*, earliest_first: bool) -> str:
    """Head the days on which the passages of the last answer were published."""
    if earliest_first:
        return _("The passages of my last answer were published on these days, the earliest first:")
    return _("The passages of my last answer were published on these days:")


def nothing_to_date() -> str:
    """Say that the last answer holds no passage (any more) that could be dated."""
    return _("My last answer shows no passage that is still in the collection, so I cannot tell you when.")


def unclear() -> str:
    """Say that a short question has nothing to go on from."""
    minutes = KEEP_TURNS_S // _MINUTE_S
    return ngettext(
        "I do not know what this refers to: I remember your last question for {number} minute. Please ask in full.",
        "I do not know what this refers to: I remember your last question for {number} minutes. Please ask in full.",
        minutes,
    ).format(number=minutes)


def no_more() -> str:
    """Say that all of the last answer was shown."""
    return _("That was all I found.")


# Inline mode


def inline_hint() -> str:
    """Label the button above the results where nothing is asked yet."""
    return _("Ask who said what, for example: what did Pak say about the US")


def inline_nothing() -> str:
    """Label the button where nothing was found."""
    return _("No article answers this. Ask me in private for what comes nearest")


def inline_late() -> str:
    """Label the button where the answer takes too long."""
    return _("This takes a moment. Type on, or ask me in private")


def inline_busy() -> str:
    """Label the button where too many ask at once."""
    return _("I have many questions to answer right now. Please try again in a minute")


def inline_too_many(seconds: int) -> str:
    """Label the button where somebody asks too much, with how long to wait."""
    return ngettext(
        "That was a lot at once. Please wait {seconds} second",
        "That was a lot at once. Please wait {seconds} seconds",
        seconds,
    ).format(seconds=seconds)


def inline_failed() -> str:
    """Label the button where something went wrong."""
    return _("Sorry, that did not work. Please try again")


def inline_which(words: str | None) -> str:
    """Label the button where the name fits several speakers, some of whom are shown."""
    return _("“{name}” fits several people. Write the full name").format(name=short(words or "", 40))


# Browsing


def sources_head(sources: Sequence[Source]) -> str:
    """Head the list of publishers."""
    named = sum(each.published.publisher is not None for each in sources)
    articles = sum(each.published.articles for each in sources)
    if not articles:
        return _("There are no articles yet.")
    count = ngettext("{number} publisher", "{number} publishers", named).format(number=f"{named:,}")
    return f"{count} · {_articles(articles)}"


def no_publisher() -> str:
    """Call the articles that name no publisher."""
    return _("without a publisher")


def extent_of(source: Source) -> str:
    """Say how much there is of a publisher."""
    known = source.published
    spoken = _statements(source.statements) if source.statements else ""
    return " · ".join(each for each in (_articles(known.articles), spoken, days(known.first, known.last)) if each)


def about_usage() -> str:
    """Explain /about."""
    return _("Whom would you like to know about? Write a name behind it, as in /about Pak. /speakers lists everybody.")


def nobody_called(words: str) -> str:
    """Say that no speaker is called so."""
    return _("No speaker is called “{name}”. /speakers lists everybody who is quoted.").format(name=short(words))


def several_called(words: str) -> str:
    """Ask which of several speakers is meant."""
    return _("Several speakers are called “{name}”. Whom do you mean?").format(name=short(words))


def and_more(number: int) -> str:
    """Say that further speakers fit."""
    return ngettext("… and {number} more", "… and {number} more", number).format(number=f"{number:,}")


def speaker_gone() -> str:
    """Say that a speaker is not quoted any more."""
    return _("Nobody of that name is quoted in the collection any more.")


def about(portrait: Portrait) -> str:
    """Write the card of a speaker."""
    profile = portrait.profile
    speaker = profile.speaker
    lines = [short(speaker.name)]
    if speaker.roles:
        lines.append(_("Roles: {roles}").format(roles=_listed(speaker.roles)))
    if speaker.aliases:
        lines.append(_("Also called: {names}").format(names=_listed(speaker.aliases)))
    lines.append(extent(profile))
    if portrait.publishers:
        counts = [f"{short(name)} ({number:,})" for name, number in portrait.publishers]
        lines.append(_("Quoted in: {publishers}").format(publishers=_listed(counts)))
    if portrait.latest:
        lines += ["", _("Latest statements:")]
    return "\n".join(lines)


def extent(profile: Profile, today: date | None = None) -> str:
    """Say how much there is of a speaker."""
    when = days(profile.first, profile.last, today)
    return " · ".join(each for each in (_statements(profile.statements), _articles(profile.articles), when) if each)


def ask_about() -> str:
    """Label the button that begins a question about a speaker."""
    return _("Ask about …")


def all_statements(number: int) -> str:
    """Label the button that lists a speaker's statements."""
    return _("All statements ({number})").format(number=f"{number:,}")


def card(shown: Card) -> str:
    """Head the card of an article."""
    article = shown.article
    facts = [_("Article {number}").format(number=article.id)]
    facts.append(_statements(shown.statements) if shown.statements else _("no statements"))
    if article.author:
        facts.append(_("by {author}").format(author=short(article.author)))
    begins = _("It begins:")
    return f"{' · '.join(facts)}\n{begins}"


def article_gone() -> str:
    """Say that a linked article is not there."""
    return _("The article behind this link is not in the collection any more. You can still ask me about its topic.")


# Sharing


def share() -> str:
    """Label the button that makes a link to an answer."""
    return _("Share")


def link_to(address: str) -> str:
    """Give the link to an answer."""
    return _("Whoever has this link sees the question and these passages:\n{address}").format(address=address)


def send_link() -> str:
    """Label the button that sends a link to somebody."""
    return _("Send to a chat")


def shared(question: str | None) -> str:
    """Head a shared answer."""
    if question is None:
        return _("A shared answer:")
    return _("A shared answer to: {question}").format(question=short(question, MOST_QUESTION_CHARS))


def share_gone() -> str:
    """Say that a link to an answer leads nowhere."""
    return _("This answer is not there any more: its link was deleted or is too old, or its articles are gone.")


# Feedback


def thanks() -> str:
    """Thank for a vote, and say what is kept."""
    return _("Thank you. Your vote, this question and its passages are kept to make answers better: /privacy")


def vote_taken_back() -> str:
    """Say that a vote was taken back."""
    return _("Your vote is taken back and forgotten.")


def _articles(number: int) -> str:
    return ngettext("{number} article", "{number} articles", number).format(number=f"{number:,}")


def _statements(number: int) -> str:
    return ngettext("{number} statement", "{number} statements", number).format(number=f"{number:,}")


def _listed(names: Sequence[str]) -> str:
    shown = [short(name) for name in names[:MOST_LISTED]]
    left = len(names) - len(shown)
    return ", ".join([*shown, and_more(left)] if left > 0 else shown)


def on_day(when: date | None) -> str:
    """Write a day out, or say that there is none."""
    return day(when) if when else _("undated")
