"""The commands /admins and /readers: who has which role. Only the owner makes admins; admins let readers in."""

from __future__ import annotations

import asyncio
import re
from typing import TYPE_CHECKING, Any

from telegram import InlineKeyboardButton, InlineKeyboardMarkup, Message
from telegram.ext import Application, CallbackQueryHandler, CommandHandler, ContextTypes, filters

from bot.access import texts_access
from bot.access.access import reply_to
from bot.access.members import Role
from bot.access.people import label
from bot.access.whom import Whom
from bot.chat.formatting import note, short
from bot.chat.incoming import command_of
from bot.chat.keyboards import MOST_LABEL_CHARS
from bot.chat.sending import Outcome, Target
from bot.chat.taps import acknowledge, rewrite
from bot.language import speaking

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from telegram import Update

    from bot.access.access import Access
    from bot.access.members import Member
    from bot.access.people import Person
    from bot.chat.sending import Sender

PER_PAGE = 8

ASK, YES, NO, PAGE = "ask", "yes", "no", "page"
_TAP = re.compile(r"a:(ask|yes|no|page):(admin|reader):(-?\d{1,18})")

ACTIONS = {Role.ADMIN: "admins", Role.READER: "readers"}
"""What the audit log calls it when a role is given or taken; it is the command, too."""

Context = ContextTypes.DEFAULT_TYPE


class Membership:
    """Shows, gives and takes roles.

    Args:
        access: who may do what.
        sender: how messages leave.
        ranked: told of a user's id, and whether they are an admin now, when that has changed.
    """

    def __init__(
        self, access: Access, sender: Sender, ranked: Callable[[int, bool], Awaitable[None]] | None = None
    ) -> None:
        self._access = access
        self._sender = sender
        self._ranked = ranked
        self._whom = Whom(access.people)

    def register(self, application: Application[Any, Any, Any, Any, Any, Any]) -> None:
        """Add the commands and their buttons."""
        fresh = filters.UpdateType.MESSAGE
        application.add_handlers(
            [
                CommandHandler(ACTIONS[Role.ADMIN], self.admins, filters=fresh),
                CommandHandler(ACTIONS[Role.READER], self.readers, filters=fresh),
                CallbackQueryHandler(self.tap, pattern=_TAP),
            ]
        )

    async def admins(self, update: Update, context: Context) -> None:
        """Do what /admins asks for."""
        await self._command(update, context, Role.ADMIN)

    async def readers(self, update: Update, context: Context) -> None:
        """Do what /readers asks for."""
        await self._command(update, context, Role.READER)

    async def tap(self, update: Update, context: Context) -> None:
        """Turn a page, ask before a role is taken, take it, or leave it."""
        del context
        query = update.callback_query
        found = _TAP.fullmatch(query.data or "") if query else None
        if query is None or found is None:
            return
        step, role, number = found[1], Role(found[2]), int(found[3])
        user = await (self._access.admin(update, ACTIONS[role]) if step == PAGE else self._may(update, role))
        if user is None:
            return
        if step == YES:
            await rewrite(query, note(await self._removed(role, number, user)))
        elif step == NO:
            await rewrite(query, note(texts_access.stays(await self._whom.label(number), role)))
        elif step == PAGE:
            words, markup = await self._listed(role, user, number)
            await rewrite(query, note(words), markup)
        elif isinstance(query.message, Message):
            await self._sender.send(reply_to(query.message), *await self._question(role, number))
        await acknowledge(query)

    async def _command(self, update: Update, context: Context, role: Role) -> None:
        message = update.message
        read = command_of(message, context.bot.bot) if message else None
        if message is None or read is None:
            return
        user = await self._access.admin(update, ACTIONS[role])
        if user is None:
            return
        verb, _, words = " ".join(read[1].split()).partition(" ")
        target = reply_to(message)
        if verb.lower() in {"", "list"}:
            listed, markup = await self._listed(role, user, 0)
            await self._sender.send(target, note(listed), markup)
        elif verb.lower() not in {"add", "remove"}:
            await self._sender.send(target, note(texts_access.usage(role)))
        elif await self._may(update, role) is not None:
            meant = await self._whom.meant(context.bot, message, words, groups=role is Role.READER)
            if isinstance(meant, str):
                await self._sender.send(target, note(meant))
            elif verb.lower() == "add":
                await self._sender.send(target, note(await self._added(role, meant, user)))
            else:
                await self._sender.send(target, *await self._question(role, meant.id))

    async def _may(self, update: Update, role: Role) -> int | None:
        """Return the user behind an update if they may give and take a role; refuse anybody else."""
        check = self._access.only_owner if role is Role.ADMIN else self._access.admin
        return await check(update, ACTIONS[role])

    async def _added(self, role: Role, person: Person, user: int) -> str:
        """Give somebody a role, and tell them; return what to say about it."""
        name = label(person.id, person)
        if self._access.is_owner(person.id):
            return texts_access.is_the_owner(name)
        if person.name:
            await asyncio.to_thread(self._access.people.see, person)
        if not await asyncio.to_thread(self._access.members.add, role, person.id, user):
            return texts_access.has_it_already(name, role)
        await self._changed(user, role, person.id, f"added {name}", is_member=True)
        words = texts_access.added(name, role)
        if person.id < 0:
            return words
        if role is Role.READER and not self._access.policy.listed:
            return f"{words}\n{texts_access.everybody_may()}"
        is_told = await self._tell(person.id, lambda: texts_access.you_are(role))
        return words if is_told else f"{words}\n{texts_access.could_not_be_told()}"

    async def _removed(self, role: Role, number: int, user: int) -> str:
        """Take a role from somebody, and tell them; return what to say about it."""
        name = await self._whom.label(number)
        if not await asyncio.to_thread(self._access.members.remove, role, number):
            return texts_access.has_it_not(name, role)
        await self._changed(user, role, number, f"removed {name}", is_member=False)
        if number > 0 and (role is Role.ADMIN or self._access.policy.listed):
            await self._tell(number, lambda: texts_access.you_are_no_more(role))
        return texts_access.removed(name, role)

    async def _changed(self, user: int, role: Role, member: int, what: str, *, is_member: bool) -> None:
        await self._access.done(user, ACTIONS[role], what)
        if role is Role.ADMIN and self._ranked is not None:
            await self._ranked(member, is_member)

    async def _question(self, role: Role, number: int) -> tuple[Any, InlineKeyboardMarkup | None]:
        """Ask whether a role is really to be taken from somebody, or say that they do not have it."""
        name = await self._whom.label(number)
        if self._access.is_owner(number):
            return note(texts_access.is_the_owner(name)), None
        if not await asyncio.to_thread(self._access.members.has, role, number):
            return note(texts_access.has_it_not(name, role)), None
        steps = ((texts_access.button_remove(), YES), (texts_access.button_keep(), NO))
        row = [InlineKeyboardButton(words, callback_data=f"a:{step}:{role}:{number}") for words, step in steps]
        return note(texts_access.really_remove(name, role)), InlineKeyboardMarkup([row])

    async def _listed(self, role: Role, user: int, page: int) -> tuple[str, InlineKeyboardMarkup | None]:
        """List who has a role, with a button that takes it from each for whoever may do that."""
        members = await asyncio.to_thread(self._access.members.all, role)
        count = max(1, -(-len(members) // PER_PAGE))
        page = max(0, min(page, count - 1))
        shown = members[page * PER_PAGE : (page + 1) * PER_PAGE]
        owner = self._access.owner
        numbers = [each for member in shown for each in (member.id, member.by)] + ([owner] if owner else [])
        known = await asyncio.to_thread(self._access.people.known, numbers)
        lines = [texts_access.roll(len(members), role), ""]
        if role is Role.ADMIN and owner is not None and page == 0:
            lines.append(texts_access.owner_line(label(owner, known.get(owner))))
        lines += [_line(member, known) for member in shown]
        if role is Role.READER and not self._access.policy.listed:
            lines += ["", texts_access.everybody_may()]
        may = role is Role.READER or self._access.is_owner(user)
        lines += ["", texts_access.usage(role)] if may else []
        rows = [[_removing(role, member, known)] for member in shown] if may else []
        turns = ((texts_access.BACK, page - 1), (texts_access.ON, page + 1))
        turning = [
            InlineKeyboardButton(sign, callback_data=f"a:{PAGE}:{role}:{other}")
            for sign, other in turns
            if 0 <= other < count
        ]
        rows += [turning] if turning else []
        return "\n".join(lines), InlineKeyboardMarkup(rows) if rows else None

    async def _tell(self, person: int, words: Callable[[], str]) -> bool:
        """Tell somebody something in their own language; return whether it could reach them."""
        known = (await asyncio.to_thread(self._access.people.known, [person])).get(person)
        with speaking(known.language if known else None):
            outcome = await self._sender.send(Target(person), note(words()))
        if outcome is Outcome.UNREACHABLE:
            await asyncio.to_thread(self._access.people.lost, person)
        return outcome in {Outcome.DELIVERED, Outcome.UNCERTAIN}


def _line(member: Member, known: dict[int, Person]) -> str:
    person = known.get(member.id)
    by = known.get(member.by)
    line = texts_access.member_line(label(member.id, person), member, by.name if by else "")
    return line if person is None or person.reachable else f"{line} · {texts_access.unreachable()}"


def _removing(role: Role, member: Member, known: dict[int, Person]) -> InlineKeyboardButton:
    person = known.get(member.id)
    name = short(person.name, MOST_LABEL_CHARS // 2) if person and person.name else str(member.id)
    return InlineKeyboardButton(texts_access.remove_label(name), callback_data=f"a:{ASK}:{role}:{member.id}")
