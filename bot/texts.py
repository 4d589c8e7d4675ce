"""Everything the bot says in its own words, in one place, so that it can be translated.

None of these texts holds markup; `bot.formatting` escapes what is put into them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.days import between, day, days
from index.records import QuestionKind

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from corpus.records import Article, Profile
    from index.records import Answer, Question, Searched

START = (
    "Hello! I know who said what in a collection of news articles, and answer with their words exactly as they were "
    "published. I never write about the news myself.\n"
    "\n"
    "Ask me, for example:\n"
    "• What did Pak say about the US?\n"
    "• Who criticised the US?\n"
    "• What has the Fed chair said since March?"
)
HELP = (
    "Write me a question, and I answer with what was said, word for word, each time with who said it, the article, "
    "date and link.\n"
    "\n"
    "You can ask\n"
    "• what somebody said: What did Pak say about the US?\n"
    "• who said it: Who criticised the US?\n"
    "• by role and date: What has the Fed chair said since March?\n"
    "• by publisher: What did Pak say in the Harbour Gazette last week?\n"
    "• anything else that articles may tell: When was the bridge closed?\n"
    "\n"
    "💬 is a quotation. 📝 is reported: the article tells in its own words what was said.\n"
    "\n"
    "Under an answer:\n"
    "• Context shows the paragraphs around the words\n"
    "• Source opens the article at these words\n"
    "• More shows what comes next\n"
    "If a name fits several people, I ask whom you mean.\n"
    "\n"
    "/speakers lists who is quoted; /speakers Pak looks for a name.\n"
    "\n"
    "In a group, write /ask and your question, mention me, or reply to one of my messages. /ask as a reply asks what "
    "that message says.\n"
    "\n"
    "If I find nothing, I say so. An edited message is not answered again; just send it anew."
)
EMPTY_ASK = "What would you like to know? Write it after /ask, or reply with /ask to a message that holds the question."
NO_TEXT = "I can only read text. Write me a question, and I look for it in the articles."
UNKNOWN_COMMAND = "I do not know that command. Just write your question, or see /help."
BUSY = "I have more questions than I can answer right now. Please ask again in a minute."
APOLOGY = (
    "Sorry, something went wrong on my side. Please ask again. If it happens again, tell whoever runs this bot when it "
    "happened."
)
MAYBE_LOST = "I could not tell whether my answer reached you. If you do not see it, please ask again."
JUST_CHANGED = "The articles changed while I was answering. Please ask again."
NO_ARTICLES = "There are no articles to look through yet, so I cannot answer questions."
NEAREST = "These passages come nearest. They may not answer your question:"
MORE_NEAREST = "More of what comes nearest. It may not answer your question:"

GONE = "This passage is not in the collection any more: its article was removed or changed."
NONE_LEFT = "There is nothing more to show: the articles were removed or changed."
EXPIRED = "This answer is too old for its buttons. Please ask again."
SHOWN_BELOW = "These passages stand further below already."
ANSWERED_BELOW = "That is answered further below already."
NO_CONTEXT = "Nothing stands around this passage: it is the whole article."
TAP_FAILED = "Sorry, that did not work. Please try again."

BUTTON_MORE = "More ({count})"
BUTTON_CONTEXT = "Context"
BUTTON_SOURCE = "Source"
BUTTON_BACK = "◀"
BUTTON_ON = "▶"
BUTTON_DENY = "Not said by {name}?"
BUTTON_DENY_YES = "Not said by them"
BUTTON_DENY_NO = "Keep it"

UNTITLED = "untitled article"
UNDATED = "undated"
UNATTRIBUTED = "unattributed"

SIGNS = {"direct": "💬", "mixed": "📝", "indirect": "📝"}
"""What stands before a speaker's name, by the kind of the statement."""

MANNERS = {"direct": "", "mixed": "reported, partly quoted", "indirect": "reported"}
"""What is said of how a statement gives what was said, by its kind."""

OWNER_HELP = (
    "You are an admin of this bot, so you may also write\n"
    "/speakers merge A = B: A and B are one, called B\n"
    "/speakers rename A = B: A is called B from now on\n"
    "/speakers split A = FORM: who is called FORM is not A\n"
    "/speakers split A = ARTICLE as B: who speaks in that article is not A but B\n"
    "/speakers corrections: what was corrected\n"
    "/speakers undo N: takes correction N back\n"
    "A and B are names, or numbers as /speakers shows them."
)
NO_CORRECTIONS = "Nothing was corrected yet."
SIDES_USAGE = "two sides are needed, as in /speakers merge A = B; names or numbers stand on both sides"
UNDO_USAGE = "the number of a correction is needed, as in /speakers undo 3; /speakers corrections shows them"
LIST_THEM = "/speakers lists them, with their numbers."

COMMANDS = {
    "ask": "Ask who said what",
    "speakers": "Who is quoted, and how often",
    "help": "How to ask, and what the buttons do",
}
"""The command menu: command to description."""

MOST_BRIEF_CHARS = 80

MOST_NAMED = 3
"""Of more people than these only the first are named in a sentence."""


def within(question: Question, today: date | None = None) -> str:
    """Say to which days and publisher a question is limited, such as " between 1 and 31 May 2016 in The Post"."""
    where = f" in {_brief(question.publisher)}" if question.publisher else ""
    return between(question.since, question.until, today) + where


def counted(number: int, one: str, many: str) -> str:
    """Return a number with its noun, such as "1 article" or "1,204 articles"."""
    return f"{number:,} {one if number == 1 else many}"


def looked_through(searched: Searched) -> str:
    """Say what was looked through, such as "14 articles from 3 May 2024 to 1 June 2024"."""
    where = counted(searched.articles, "article", "articles")
    if searched.first is None or searched.last is None:
        return where
    same = searched.first == searched.last
    return where + (f" of {day(searched.first)}" if same else f" from {day(searched.first)} to {day(searched.last)}")


def extent(profile: Profile, today: date | None = None) -> str:
    """Say how much there is of a speaker, such as "14 statements in 9 articles, 2 Jan – 30 Mar"."""
    if not profile.statements:
        return "no statements"
    statements = counted(profile.statements, "statement", "statements")
    where = f"{statements} in {counted(profile.articles, 'article', 'articles')}"
    dates = days(profile.first, profile.last, today)
    return f"{where}, {dates}" if dates else where


def candidate(profile: Profile, today: date | None = None) -> str:
    """Say how much there is of a speaker who may be meant, such as "14 statements, last 30 Mar"."""
    statements = counted(profile.statements, "statement", "statements")
    return f"{statements}, last {days(profile.last, profile.last, today)}" if profile.last else statements


def nothing_found(answer: Answer, today: date | None = None) -> str:
    """Say that nothing was found, and what was looked through: all, or what there is of the one who was asked about."""
    question, searched, speaker = answer.question, answer.searched, answer.speaker
    if not searched.articles:
        return NO_ARTICLES
    limits = within(question, today)
    if speaker is not None:
        about = f" about {_brief(question.topic)}" if question.topic else ""
        lacking = f"none{about}{limits}" if about or limits else "none that answers this"
        return (
            f"{_brief(speaker.speaker.name)}: {extent(speaker, today)}{f', {lacking}' if speaker.statements else ''}."
        )
    statements = counted(searched.statements, "statement", "statements")
    everything = f"{statements} in {looked_through(searched)}" if searched.statements else looked_through(searched)
    if question.speaker is not None:
        return f"No article quotes {_brief(question.speaker)}. I looked through {everything}."
    if question.kind is QuestionKind.WHO:
        return f"I found nobody who said that{limits}. I looked through {everything}."
    return f"I found nothing about that{limits}. I looked through {looked_through(searched)}."


def which(words: str | None) -> str:
    """Ask which of several speakers is meant by the words of a question, such as "Which Pak?"."""
    name = (words or "").strip()
    bare = name[4:] if name.lower().startswith("the ") else name
    return f"Which {_brief(bare)}?" if bare else "Whom do you mean?"


def taken_to_mean(answer: Answer) -> str:
    """Say who was taken to be meant, and who was not."""
    assert answer.speaker is not None, "an assumed answer has a speaker"
    others = [_brief(profile.speaker.name) for profile in answer.candidates]
    named = others if len(others) <= MOST_NAMED else [*others[: MOST_NAMED - 1], f"{len(others) - MOST_NAMED + 1} more"]
    statements = counted(answer.speaker.statements, "statement", "statements")
    rest = f"; not {_either(named)}" if named else ""
    return f"Taken to mean {_brief(answer.speaker.speaker.name)} ({statements}){rest}."


def rather(name: str) -> str:
    """Label the button for another speaker than the one that was taken to be meant."""
    return f"I meant {name}"


def others_fit(number: int) -> str:
    """Say that further names fit."""
    return f"… and {number} more. Ask with the full name for one of these."


def speakers_head(number: int, words: str) -> str:
    """Head a list of speakers, or say that there is none."""
    fitting = f" called “{_brief(words)}”" if words else ""
    return (
        f"{counted(number, 'speaker', 'speakers')}{fitting}" if number else f"No speaker is{fitting or ' known yet'}."
    )


def deny(name: str, said: str) -> str:
    """Ask whether a statement is really not this speaker's."""
    return f"Was this really not said by {_brief(name)}?\n\n{said}"


def kept(name: str, said: str) -> str:
    """Say that a statement stays with its speaker."""
    return f"Kept as said by {_brief(name)}:\n\n{said}"


def earlier_corrections(number: int) -> str:
    """Say how many corrections are not listed."""
    return f"… {counted(number, 'earlier correction', 'earlier corrections')}"


def also_in(articles: Sequence[Article]) -> str:
    """Say in how many further articles the same words stand."""
    return f"also in {counted(len(articles), 'article', 'articles')}"


def part(number: int, of: int) -> str:
    """Name one part of a passage that is too long for one message."""
    return f"part {number} of {of}" + (", continued below" if number < of else "")


def context_of(number: int, speaker: str | None = None) -> str:
    """Head the surroundings of a citation."""
    words = f"the words of {_brief(speaker)}" if speaker else "its words"
    return f"Context of [{number}], with {words} in bold:"


def gone_speaker(name: str) -> str:
    """Say that a speaker who could be chosen is not there any more."""
    return f"{_brief(name)} is not quoted in the collection any more. Please ask again."


def _brief(words: str) -> str:
    """Shorten what a person wrote, or what an article calls somebody, so that it fits into a sentence."""
    return words if len(words) <= MOST_BRIEF_CHARS else words[: MOST_BRIEF_CHARS - 1].rstrip() + "…"


def _either(names: Sequence[str]) -> str:
    return f"{', '.join(names[:-1])} or {names[-1]}" if len(names) > 1 else names[0]
