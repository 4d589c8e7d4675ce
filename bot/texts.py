"""Everything the bot says in its own words, in one place, so that it can be translated.

None of these texts holds markup; `bot.formatting` escapes what is put into them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from corpus.records import Article
    from index.records import Searched

START = (
    "Hello! I answer questions with passages from news articles, word for word. I never write about the news myself.\n"
    "\n"
    "Ask me something, for example: What did the mayor say about the new bridge?"
)
HELP = (
    "Write me a question, and I show what the articles say about it, word for word, each passage with its article, "
    "date and link.\n"
    "\n"
    "Under an answer:\n"
    "• Context shows the paragraphs around a passage\n"
    "• Source opens the article at these words\n"
    "• More shows the next passages\n"
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
AMBIGUOUS = "More than one person fits that name. Please ask again with the full name."
NO_ARTICLES = "There are no articles to look through yet, so I cannot answer questions."
NEAREST = "These passages come nearest. They may not answer your question:"
MORE_NEAREST = "More of what comes nearest. It may not answer your question:"

GONE = "This passage is not in the collection any more: its article was removed or changed."
NONE_LEFT = "There is nothing more to show: the articles were removed or changed."
EXPIRED = "This answer is too old for its buttons. Please ask again."
SHOWN_BELOW = "These passages stand further below already."
NO_CONTEXT = "Nothing stands around this passage: it is the whole article."
TAP_FAILED = "Sorry, that did not work. Please try again."

BUTTON_MORE = "More ({count})"
BUTTON_CONTEXT = "Context"
BUTTON_SOURCE = "Source"

UNTITLED = "untitled article"
UNDATED = "undated"

COMMANDS = {"ask": "Ask what the articles say", "help": "How to ask, and what the buttons do"}
"""The command menu: command to description."""

_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


def day(when: date) -> str:
    """Return a day as it is written out, such as "3 May 2024"."""
    return f"{when.day} {_MONTHS[when.month - 1]} {when.year}"


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


def nothing_found(searched: Searched) -> str:
    """Say that nothing was found, and what was looked through."""
    if not searched.articles:
        return NO_ARTICLES
    return f"I found nothing about that. I looked through {looked_through(searched)}."


def also_in(articles: Sequence[Article]) -> str:
    """Say in how many further articles the same words stand."""
    return f"also in {counted(len(articles), 'article', 'articles')}"


def part(number: int, of: int) -> str:
    """Name one part of a passage that is too long for one message."""
    return f"part {number} of {of}" + (", continued below" if number < of else "")


def context_of(number: int) -> str:
    """Head the surroundings of a passage."""
    return f"Context of [{number}], with its words in bold:"
