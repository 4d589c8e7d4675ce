"""What the bot says in its own words, in the language that is spoken (`bot.language`).

Labels and marks beside citations are in `bot.chat.captions`, greeting, guides and menus in `bot.chat.guides`. None of
these texts holds markup; `bot.chat.formatting` escapes what is put into them. Each is a whole sentence, because other
languages put its parts into another order.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from babel.lists import format_list

from bot.days import between, day, days
from bot.language import ENGLISH, _, decimal, ngettext, spoken
from index.records import QuestionKind

if TYPE_CHECKING:
    from datetime import date

    from corpus.records import Profile
    from index.records import Answer, Question, Searched

MOST_BRIEF_CHARS = 80

MOST_NAMED = 3
"""Of more people than these only the first are named in a sentence."""

_LISTS = {ENGLISH: "en_150"}
"""Locale of a language's lists, where it is another one: European English has no comma before "or"."""


def empty_ask() -> str:
    """Ask for the question that /ask lacks."""
    return _(
        "What would you like to know? Write it after /ask, or reply with /ask to a message that holds the question."
    )


def no_text() -> str:
    """Say that only text can be read."""
    return _("I can only read text. Write me a question, and I look for it in the articles.")


def unknown_command() -> str:
    """Say that there is no such command."""
    return _("I do not know that command. Just write your question, or see /help.")


def busy() -> str:
    """Turn a question away because too many wait."""
    return _("I have more questions than I can answer right now. Please ask again in a minute.")


def delayed() -> str:
    """Say that a question waits because many were asked, and is not forgotten."""
    return _("Many people are asking right now. I have your question, and the answer follows here.")


def too_many_waiting() -> str:
    """Turn a question away because many of its chat, or of all chats, wait already."""
    return _(
        "Too many questions are waiting already, so I have not taken this one. I am answering those that came before "
        "it. Please ask again in a minute."
    )


def apology() -> str:
    """Say that a question met an unexpected error."""
    return _(
        "Sorry, something went wrong on my side. Please ask again. If it happens again, tell whoever runs this bot "
        "when it happened."
    )


def maybe_lost() -> str:
    """Say that an answer may not have arrived."""
    return _("I could not tell whether my answer reached you. If you do not see it, please ask again.")


def just_changed() -> str:
    """Say that what was found is not there any more."""
    return _("The articles changed while I was answering. Please ask again.")


def no_articles() -> str:
    """Say that the collection is empty."""
    return _("There are no articles to look through yet, so I cannot answer questions.")


def nearest() -> str:
    """Head passages that may be no answer."""
    return _("These passages come nearest. They may not answer your question:")


def more_nearest() -> str:
    """Head further passages that may be no answer."""
    return _("More of what comes nearest. It may not answer your question:")


def gone() -> str:
    """Say that a tapped passage is not there any more."""
    return _("This passage is not in the collection any more: its article was removed or changed.")


def none_left() -> str:
    """Say that no further passage is there any more."""
    return _("There is nothing more to show: the articles were removed or changed.")


def expired() -> str:
    """Say that a button is not known any more."""
    return _("This answer is too old for its buttons. Please ask again.")


def shown_below() -> str:
    """Say that more was shown before."""
    return _("These passages stand further below already.")


def answered_below() -> str:
    """Say that a choice was answered before."""
    return _("That is answered further below already.")


def no_context() -> str:
    """Say that nothing stands around a passage."""
    return _("Nothing stands around this passage: it is the whole article.")


def tap_failed() -> str:
    """Say that a tap met an unexpected error."""
    return _("Sorry, that did not work. Please try again.")


def within(question: Question, today: date | None = None) -> str:
    """Say to which days and publisher a question is limited, such as "between 1 and 31 May 2016 in The Post"; or ""."""
    limits = between(question.since, question.until, today)
    if not question.publisher:
        return limits
    publisher = brief(question.publisher)
    if not limits:
        return _("in {publisher}").format(publisher=publisher)
    return _("{days} in {publisher}").format(days=limits, publisher=publisher)


def articles(number: int) -> str:
    """Count articles, such as "1 article" or "1,204 articles"."""
    return ngettext("{count} article", "{count} articles", number).format(count=decimal(number))


def statements(number: int) -> str:
    """Count statements."""
    return ngettext("{count} statement", "{count} statements", number).format(count=decimal(number))


def looked_through(searched: Searched) -> str:
    """Say what was looked through, such as "14 articles from 3 May 2024 to 1 June 2024"."""
    where = articles(searched.articles)
    if searched.first is None or searched.last is None:
        return where
    if searched.first == searched.last:
        return _("{articles} of {day}").format(articles=where, day=day(searched.first))
    first, last = day(searched.first), day(searched.last)
    return _("{articles} from {first} to {last}").format(articles=where, first=first, last=last)


def extent(profile: Profile, today: date | None = None) -> str:
    """Say how much there is of a speaker, such as "14 statements in 9 articles, 2 Jan – 30 Mar"."""
    if not profile.statements:
        return _("no statements")
    where = _said_in(profile.statements, articles(profile.articles))
    dates = days(profile.first, profile.last, today)
    return f"{where}, {dates}" if dates else where


def candidate(profile: Profile, today: date | None = None) -> str:
    """Say how much there is of a speaker who may be meant, such as "14 statements, last 30 Mar"."""
    count = statements(profile.statements)
    if not profile.last:
        return count
    last = days(profile.last, profile.last, today)
    return _("{statements}, last {day}").format(statements=count, day=last)


def nothing_found(answer: Answer, today: date | None = None) -> str:
    """Say that nothing was found, and what was looked through: all, or what there is of the one who was asked about."""
    question, searched = answer.question, answer.searched
    if not searched.articles:
        return no_articles()
    limits = within(question, today)
    if answer.speaker is not None:
        return _lacking(answer.speaker, brief(question.topic or ""), limits, extent(answer.speaker, today))
    where = looked_through(searched)
    everything = _said_in(searched.statements, where) if searched.statements else where
    if question.speaker is not None:
        said = _("No article quotes {name}.").format(name=brief(question.speaker))
    elif question.kind is QuestionKind.WHO:
        said = _("I found nobody who said that {limits}.") if limits else _("I found nobody who said that.")
        said = said.format(limits=limits)
    else:
        everything = where
        said = _("I found nothing about that {limits}.") if limits else _("I found nothing about that.")
        said = said.format(limits=limits)
    looked = _("I looked through {everything}.").format(everything=everything)
    return f"{said} {looked}"


def which(words: str | None) -> str:
    """Ask which of several speakers is meant by the words of a question, such as "Which Pak?"."""
    name = (words or "").strip()
    bare = name[4:] if name.lower().startswith("the ") else name
    return _("Which {name}?").format(name=brief(bare)) if bare else _("Whom do you mean?")


def taken_to_mean(answer: Answer) -> str:
    """Say who was taken to be meant, and who was not."""
    assert answer.speaker is not None, "an assumed answer has a speaker"
    others = [brief(profile.speaker.name) for profile in answer.candidates]
    if len(others) > MOST_NAMED:
        left = len(others) - MOST_NAMED + 1
        others = [*others[: MOST_NAMED - 1], _("{count} more").format(count=decimal(left))]
    name, count = brief(answer.speaker.speaker.name), statements(answer.speaker.statements)
    if not others:
        return _("Taken to mean {name} ({statements}).").format(name=name, statements=count)
    said = _("Taken to mean {name} ({statements}); not {others}.")
    either = format_list(others, style="or", locale=_LISTS.get(spoken(), spoken()))
    return said.format(name=name, statements=count, others=either)


def others_fit(number: int) -> str:
    """Say that further names fit."""
    return _("… and {count} more. Ask with the full name for one of these.").format(count=decimal(number))


def speakers_head(number: int, words: str) -> str:
    """Head a list of speakers, or say that there is none."""
    if not number:
        return _("No speaker is called “{name}”.").format(name=brief(words)) if words else _("No speaker is known yet.")
    if not words:
        return ngettext("{count} speaker", "{count} speakers", number).format(count=decimal(number))
    said = ngettext("{count} speaker called “{name}”", "{count} speakers called “{name}”", number)
    return said.format(count=decimal(number), name=brief(words))


def context_of(number: int, speaker: str | None = None) -> str:
    """Head the surroundings of a citation."""
    if speaker:
        said = _("Context of [{number}], with the words of {name} in bold:")
        return said.format(number=number, name=brief(speaker))
    return _("Context of [{number}], with its words in bold:").format(number=number)


def gone_speaker(name: str) -> str:
    """Say that a speaker who could be chosen is not there any more."""
    return _("{name} is not quoted in the collection any more. Please ask again.").format(name=brief(name))


def _said_in(number: int, where: str) -> str:
    return _("{statements} in {articles}").format(statements=statements(number), articles=where)


def _lacking(speaker: Profile, topic: str, limits: str, much: str) -> str:
    """Say how much there is of a speaker, and that it holds no answer."""
    if not speaker.statements:
        said = _("{name}: {extent}.")
    elif topic and limits:
        said = _("{name}: {extent}, none about {topic} {limits}.")
    elif topic:
        said = _("{name}: {extent}, none about {topic}.")
    elif limits:
        said = _("{name}: {extent}, none {limits}.")
    else:
        said = _("{name}: {extent}, none that answers this.")
    return said.format(name=brief(speaker.speaker.name), extent=much, topic=topic, limits=limits)


def brief(words: str) -> str:
    """Shorten what a person wrote, or what an article calls somebody, so that it fits into a sentence."""
    return words if len(words) <= MOST_BRIEF_CHARS else words[: MOST_BRIEF_CHARS - 1].rstrip() + "…"
