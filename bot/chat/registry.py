"""The command /speakers: who is quoted, for everybody; corrections, for admins.

Commands that change something are refused to others here, in the handler: a menu that does not show them is no lock.
"""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Protocol

from telegram import Message

from bot.access import texts_access
from bot.access.access import sender_of
from bot.chat import corrections, texts
from bot.chat.formatting import note, short
from bot.chat.incoming import command_of
from bot.chat.keyboards import Denial, denial, pages
from bot.chat.profiles import listing, page_count, the_one
from bot.chat.sending import Target
from bot.chat.taps import acknowledge, rewrite
from bot.language import LANGUAGES, explained, speaking, translated
from corpus.errors import CorrectionError, SpeakerNotFoundError, VerbatimError
from corpus.wording import capital

if TYPE_CHECKING:
    from collections.abc import Callable

    from telegram import CallbackQuery, Update
    from telegram.ext import ContextTypes

    from bot.access.access import Access
    from bot.chat.formatting import Note
    from bot.chat.keyboards import DenialTap, PageTap
    from bot.chat.sending import Sender
    from bot.chat.state import State
    from index.answering import Answering
    from index.records import Citation

log = logging.getLogger(__name__)

ACTION = "speakers"
"""What the audit log calls corrections."""

LISTING = "corrections"
MOST_SAID_CHARS = 120
MOST_CORRECTIONS = 20
MOST_LINE_CHARS = 180


class Correcting(Protocol):
    """Corrects who said what, so that it survives every rebuild.

    Methods return a sentence that says what was done, with the correction's number; what cannot be done raises a
    VerbatimError that says why.
    """

    def merge(self, one: int, other: int) -> str:
        """Make one speaker the same as another, whose name stays."""
        ...

    def rename(self, speaker: int, name: str) -> str:
        """Give a speaker another name."""
        ...

    def split(self, speaker: int, words: str) -> str:
        """Take a part of a speaker's statements away, as the words say; it becomes a speaker of its own."""
        ...

    def not_said_by(self, statement: int) -> str:
        """Take a statement away from its speaker."""
        ...

    def undo(self, number: int) -> str:
        """Take a correction back."""
        ...

    def corrections(self) -> tuple[str, ...]:
        """Return a line for each correction, with its number; oldest first."""
        ...


class Registry:
    """Shows and corrects speakers.

    Args:
        answering: who knows the speakers.
        state: what is remembered for buttons.
        sender: how messages leave.
        access: who may do what.
        correcting: who makes corrections, or None where there is nobody.
    """

    def __init__(
        self,
        answering: Answering,
        state: State,
        sender: Sender,
        access: Access,
        correcting: Correcting | None = None,
    ) -> None:
        self._answering = answering
        self._state = state
        self._sender = sender
        self._access = access
        self._correcting = correcting
        self._verbs: dict[str, Callable[[Correcting, str], str]] = {
            "merge": self._merge,
            "rename": self._rename,
            "split": self._split,
            "undo": self._undo,
            LISTING: self._corrections,
        }

    def may_correct(self, user: int | None) -> bool:
        """Tell whether a user may make corrections."""
        return self._correcting is not None and self._access.is_admin(user)

    async def command(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """Do what /speakers asks for."""
        message = update.message
        read = command_of(message, context.bot.bot) if message else None
        if message is None or read is None:
            return
        words = " ".join(read[1].split())
        verb, _, rest = words.partition(" ")
        thread = message.message_thread_id if message.is_topic_message else None
        reply_to = None if message.chat.type == message.chat.PRIVATE else message.message_id
        target = Target(message.chat.id, reply_to, thread)
        if verb.lower() in self._verbs:
            user = await self._access.admin(update, ACTION)
            if user is not None:
                await self._sender.send(target, await self._corrected(verb.lower(), rest, user))
            return
        profiles = await asyncio.to_thread(self._answering.speakers, words)
        lookup = await asyncio.to_thread(self._state.look, target.chat, words) if words and profiles else 0
        shown = listing(profiles, 0, words, numbered=self.may_correct(sender_of(update)))
        await self._sender.send(target, shown, pages(lookup, 0, page_count(profiles)))

    async def turn(self, query: CallbackQuery, wanted: PageTap) -> None:
        """Show another page of a list."""
        chat = query.message.chat.id if query.message else 0
        words = await asyncio.to_thread(self._state.looked, wanted.lookup, chat) if wanted.lookup else ""
        profiles = await asyncio.to_thread(self._answering.speakers, words) if words is not None else ()
        if words is None or not profiles:
            await acknowledge(query, texts.expired())
            return
        await acknowledge(query)
        count = page_count(profiles)
        page = min(wanted.page, count - 1)
        # Numbers are of use to admins only, and whoever turns a page in a group turns it for all.
        shown = listing(profiles, page, words, numbered=chat == query.from_user.id and self.may_correct(chat))
        await rewrite(query, shown, pages(wanted.lookup, page, count))

    async def deny(self, update: Update, wanted: DenialTap) -> None:
        """Ask an admin whether somebody really did not say something, and note the answer."""
        query = update.callback_query
        assert query is not None, "buttons are tapped"
        user = await self._access.admin(update, ACTION)
        if user is None:
            return
        message = query.message
        if self._correcting is None or not isinstance(message, Message) or message.chat.id != user:
            await acknowledge(query, texts_access.private_only())
            return
        citation = await asyncio.to_thread(self._cited, wanted, message.chat.id)
        if citation is None or citation.speaker is None:
            await acknowledge(query, texts.gone())
        elif wanted.step is Denial.ASK:
            await acknowledge(query)
            question = note(corrections.deny(citation.speaker, _said(citation)))
            target = Target(message.chat.id, message.message_id)
            await self._sender.send(target, question, denial(wanted.answer, wanted.position))
        elif message.text not in _doubts(citation.speaker, _said(citation)):
            # Somebody else is its speaker since the question was asked.
            await acknowledge(query, texts.expired())
        elif wanted.step is Denial.KEEP:
            await acknowledge(query)
            await rewrite(query, note(corrections.kept(citation.speaker, _said(citation))))
        else:
            await acknowledge(query)
            statement = citation.statement or 0
            await rewrite(query, await self._carried_out(user, lambda correcting: correcting.not_said_by(statement)))

    async def _corrected(self, verb: str, rest: str, user: int) -> Note:
        if self._correcting is None:
            return note(texts_access.no_corrections())
        if verb == LISTING:
            return note(await asyncio.to_thread(self._corrections, self._correcting, rest))
        return await self._carried_out(user, lambda correcting: self._verbs[verb](correcting, rest))

    async def _carried_out(self, user: int, work: Callable[[Correcting], str]) -> Note:
        """Make a correction in a thread; return what became of it."""
        assert self._correcting is not None, "who corrects was checked"
        try:
            done = await asyncio.to_thread(work, self._correcting)
            await self._access.done(user, ACTION, str(done))
            return note(translated(done))
        except SpeakerNotFoundError as error:
            several = error.near
            return note(corrections.several(error.wanted, several) if several else corrections.nobody(error.wanted))
        except VerbatimError as error:
            return note(capital(explained(error)))

    def _merge(self, correcting: Correcting, rest: str) -> str:
        one, other = _sides(rest)
        first, second = the_one(self._answering, one), the_one(self._answering, other)
        return correcting.merge(first.speaker.id, second.speaker.id)

    def _rename(self, correcting: Correcting, rest: str) -> str:
        one, name = _sides(rest)
        return correcting.rename(the_one(self._answering, one).speaker.id, name)

    def _split(self, correcting: Correcting, rest: str) -> str:
        one, words = _sides(rest)
        return correcting.split(the_one(self._answering, one).speaker.id, words)

    @staticmethod
    def _undo(correcting: Correcting, rest: str) -> str:
        number = rest.strip().removeprefix("#")
        if not number.isdecimal():
            raise CorrectionError(corrections.undo_usage())
        return correcting.undo(int(number))

    @staticmethod
    def _corrections(correcting: Correcting, _rest: str) -> str:
        lines = [short(translated(line), MOST_LINE_CHARS) for line in correcting.corrections()]
        left = len(lines) - MOST_CORRECTIONS
        more = [corrections.earlier(left)] if left > 0 else []
        return "\n".join([*more, *lines[-MOST_CORRECTIONS:]]) or corrections.none_yet()

    def _cited(self, wanted: DenialTap, chat: int) -> Citation | None:
        """Return the citation whose speaker is doubted, if it still stands there with its statement."""
        given = self._state.given(wanted.answer, chat)
        if given is None or wanted.position >= len(given.citations):
            return None
        kept = given.citations[wanted.position]
        citation = self._answering.recall(kept.article, kept.span, kept.statement)
        return citation if citation and citation.statement is not None and kept.fits(citation.text) else None


def _sides(rest: str) -> tuple[str, str]:
    """Return what stands before and after "=".

    Raises:
        CorrectionError: one of them is missing.
    """
    one, _, other = (side.strip() for side in rest.partition("="))
    if not one or not other:
        raise CorrectionError(corrections.sides_usage())
    return one, other


def _doubts(speaker: str, said: str) -> set[str]:
    """Return the question whether a statement is a speaker's, in every language: it may have been asked in another."""
    asked = set()
    for language in LANGUAGES:
        with speaking(language):
            asked.add(corrections.deny(speaker, said))
    return asked


def _said(citation: Citation) -> str:
    """Return the beginning of what was said."""
    start = citation.highlights[0] if citation.highlights else citation.span
    return short(start.of(citation.article.text), MOST_SAID_CHARS)
