"""The command /audit: who changed what, and who tried to, page by page, in an admin's private chat."""

from __future__ import annotations

import asyncio
import re
from typing import TYPE_CHECKING, Any

from telegram import InlineKeyboardButton, InlineKeyboardMarkup
from telegram.ext import Application, CallbackQueryHandler, CommandHandler, ContextTypes, filters

from bot.access import texts_access
from bot.access.access import reply_to
from bot.access.auditing import COMMAND_LINE, DONE, Wanted
from bot.access.people import label
from bot.access.whom import Whom
from bot.chat.formatting import note, short
from bot.chat.incoming import command_of
from bot.chat.taps import acknowledge, rewrite

if TYPE_CHECKING:
    from telegram import Message, Update
    from telegram.ext import ExtBot

    from bot.access.access import Access
    from bot.access.auditing import Entry
    from bot.access.people import Person
    from bot.chat.formatting import Note
    from bot.chat.sending import Sender

ACTION = "audit"
TERMINAL = "terminal"
"""The word after /audit that stands for the command line."""

PER_PAGE = 10
MOST_SUBJECT_CHARS = 200
_TAP = re.compile(r"a:log:(\d{1,18}|-):([a-z]{0,20}):(\d{1,6})")
_WORD = re.compile(r"[a-z]{1,20}")

Context = ContextTypes.DEFAULT_TYPE


class Logbook:
    """Shows the audit log.

    Args:
        access: who may do what, with the log.
        sender: how messages leave.
    """

    def __init__(self, access: Access, sender: Sender) -> None:
        self._access = access
        self._sender = sender
        self._whom = Whom(access.people)

    def register(self, application: Application[Any, Any, Any, Any, Any, Any]) -> None:
        """Add the command and its buttons."""
        application.add_handlers(
            [
                CommandHandler(ACTION, self.command, filters=filters.UpdateType.MESSAGE),
                CallbackQueryHandler(self.tap, pattern=_TAP),
            ]
        )

    async def command(self, update: Update, context: Context) -> None:
        """Show the newest lines; with words, those about a person, an action or an outcome."""
        message = update.message
        read = command_of(message, context.bot.bot) if message else None
        if message is None or read is None or await self._access.admin(update, ACTION) is None:
            return
        target = reply_to(message)
        if message.chat.type != message.chat.PRIVATE:
            # Names of people who tried something are not everybody's business.
            await self._sender.send(target, note(texts_access.private_only()))
            return
        wanted = await self._wanted(context.bot, message, read[1])
        if isinstance(wanted, str):
            await self._sender.send(target, note(wanted))
            return
        await self._sender.send(target, *await self._page(wanted, 0))

    async def tap(self, update: Update, context: Context) -> None:
        """Turn to another page."""
        del context
        query = update.callback_query
        found = _TAP.fullmatch(query.data or "") if query else None
        if query is None or found is None or await self._access.admin(update, ACTION) is None:
            return
        if query.message is None or query.message.chat.id != query.from_user.id:
            await acknowledge(query, texts_access.private_only())
            return
        wanted = Wanted(None if found[1] == "-" else int(found[1]), found[2] or None)
        await rewrite(query, *await self._page(wanted, int(found[3])))
        await acknowledge(query)

    async def _wanted(self, client: ExtBot[None], message: Message, words: str) -> Wanted | str:
        """Read which lines are looked for, or say what cannot be read."""
        user: int | None = None
        action: str | None = None
        for word in words.split():
            if word.lower() == TERMINAL:
                user = COMMAND_LINE
            elif _WORD.fullmatch(word.lower()):
                action = word.lower()
            else:
                meant = await self._whom.meant(client, message, word, groups=False)
                if isinstance(meant, str):
                    return meant
                user = meant.id
        return Wanted(user, action)

    async def _page(self, wanted: Wanted, page: int) -> tuple[Note, InlineKeyboardMarkup | None]:
        audit = self._access.audit
        total = await asyncio.to_thread(audit.count, wanted)
        count = max(1, -(-total // PER_PAGE))
        page = min(page, count - 1)
        entries = await asyncio.to_thread(audit.read, PER_PAGE, page * PER_PAGE, wanted)
        numbers = [entry.user for entry in entries if entry.user is not None]
        known = await asyncio.to_thread(self._access.people.known, [*numbers, wanted.user or COMMAND_LINE])
        about = [] if wanted.user is None else [who(wanted.user, known)]
        about += [wanted.action] if wanted.action else []
        head = texts_access.log_head(total, page * PER_PAGE + 1, page * PER_PAGE + len(entries), about)
        lines = [line(entry, known) for entry in entries]
        turns = ((texts_access.BACK, page - 1), (texts_access.ON, page + 1))
        data = f"a:log:{'-' if wanted.user is None else wanted.user}:{wanted.action or ''}"
        row = [
            InlineKeyboardButton(sign, callback_data=f"{data}:{other}") for sign, other in turns if 0 <= other < count
        ]
        return note("\n\n".join([head, *lines])), InlineKeyboardMarkup([row]) if row else None


def who(user: int | None, known: dict[int, Person]) -> str:
    """Return who did something, as people read it."""
    if user is None:
        return texts_access.nobody()
    return texts_access.terminal() if user == COMMAND_LINE else label(user, known.get(user))


def line(entry: Entry, known: dict[int, Person]) -> str:
    """Write one entry in two lines: when and who, then what."""
    what = texts_access.refused(entry.action) if entry.outcome != DONE else entry.action
    facts = [what, short(entry.subject, MOST_SUBJECT_CHARS)]
    if entry.times > 1:
        facts.append(texts_access.times(entry.times, f"{entry.last:%H:%M:%S}"))
    when = f"{entry.at:%Y-%m-%d %H:%M:%S} UTC"
    return f"{when} · {who(entry.user, known)}\n{' · '.join(fact for fact in facts if fact)}"
