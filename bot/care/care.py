"""The commands with which admins care for the index: /rebuild, /rollback and /canaries."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from telegram import InlineKeyboardButton, InlineKeyboardMarkup
from telegram.ext import CallbackQueryHandler, CommandHandler, filters

from bot.care import texts_care, texts_jobs
from bot.care.canaries import MOST, Canaries, listen
from bot.care.followers import Followers, follower_of
from bot.care.jobs import JobDesk, answer
from bot.care.jobs_running import Runner
from bot.care.rebuilding import KIND, Rebuilding
from bot.care.showing_figures import FiguresDesk
from bot.care.tallies import Tallies
from bot.chat.formatting import note
from bot.chat.taps import acknowledge, rewrite
from corpus.errors import CorpusLockedError, VerbatimError

if TYPE_CHECKING:
    from telegram import Update
    from telegram.ext import Application, ContextTypes

    from bot.access.access import Access
    from bot.app import App
    from bot.care.boards import Board
    from bot.chat.state import State
    from bot.chat.workshop import Workshop

BACK = "c:b:"
"""Beginning of the data of buttons about going back: what to do, and the names of both snapshots."""

GO, STAY = "go", "stay"
FULL = "full"


class Care:
    """Rebuilds the index, goes back to an older one, and keeps canaries; runs all long jobs; shows figures.

    Args:
        app: the data directory, whose index answers.
        state: the bot's memory.
        access: who may do so.
        board: where progress is shown.
        workshop: where questions are worked on.

    Attributes:
        runner: who runs the long jobs; others may offer theirs before it begins.
        figures: who shows figures and health; others may add checks.
    """

    def __init__(self, app: App, state: State, access: Access, board: Board, workshop: Workshop) -> None:
        self.runner = Runner(app.jobs, Followers(state.engine), board, app.lock)
        self.figures = FiguresDesk(app, Tallies(state.engine), access, board.sender, workshop)
        self._app = app
        self._canaries = Canaries(state.engine)
        self._access = access
        self._sender = board.sender
        self._desk = JobDesk(access, self.runner, board.sender)
        self.runner.offer(Rebuilding(app, self._canaries))

    def register(self, application: Application[Any, Any, Any, Any, Any, Any]) -> None:
        """Add the handlers."""
        self._desk.register(application)
        self.figures.register(application)
        fresh = filters.UpdateType.MESSAGE
        application.add_handlers(
            [
                CommandHandler("rebuild", self.rebuild, filters=fresh),
                CommandHandler("rollback", self.rollback, filters=fresh),
                CommandHandler("canaries", self.canaries, filters=fresh),
                CallbackQueryHandler(self.tap, pattern=f"^{BACK}"),
            ]
        )

    async def rebuild(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """Begin to rebuild the index, or follow the rebuild that is going on."""
        user = await self._access.admin(update, KIND)
        if user is None:
            return
        words = [each.lower() for each in context.args or ()]
        follower = follower_of(update, user)
        if words not in ([], [FULL]) or follower is None:
            await answer(self._sender, update, texts_care.rebuild_usage())
            return
        number = await self.runner.start(KIND, {"full": words == [FULL]}, follower)
        await self._access.done(user, KIND, f"job {number}{', full' if words else ''}")

    async def rollback(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """Ask whether to go back to the snapshot before the one in use."""
        del context
        if await self._access.admin(update, "rollback") is None:
            return
        projection = self._app.projection
        current, older = await asyncio.to_thread(lambda: (projection.snapshots.current(), projection.older()))
        if current is None or older is None:
            await answer(self._sender, update, texts_care.rollback_none())
            return
        buttons = [
            InlineKeyboardButton(texts_care.button_go_back(), callback_data=f"{BACK}{GO}:{current}:{older}"),
            InlineKeyboardButton(texts_care.button_stay(), callback_data=f"{BACK}{STAY}:{current}:{older}"),
        ]
        words = texts_care.rollback_ask(current, older)
        await answer(self._sender, update, words, InlineKeyboardMarkup([buttons]))

    async def tap(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """Go back, or do not."""
        del context
        query = update.callback_query
        if query is None:
            return
        user = await self._access.admin(update, "rollback")
        if user is None:
            return
        what, _, names = (query.data or "").removeprefix(BACK).partition(":")
        current, _, older = names.partition(":")
        if what != GO:
            await acknowledge(query)
            await rewrite(query, note(texts_care.not_gone_back()))
            return
        await acknowledge(query)
        words, gone_back = await asyncio.to_thread(self._go_back, current, older)
        await rewrite(query, note(words))
        if gone_back:
            await self._access.done(user, "rollback", f"from snapshot {current} to {older}")

    async def canaries(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """List, add or remove canaries."""
        user = await self._access.admin(update, "canaries")
        if user is None:
            return
        verb, rest = "list", ""
        if context.args:
            verb, rest = context.args[0].lower(), " ".join(context.args[1:])
        if verb == "add" and rest:
            words, subject = await asyncio.to_thread(self._add, rest)
        elif verb == "remove" and rest:
            words, subject = await asyncio.to_thread(self._remove, rest)
        elif verb == "list":
            words, subject = texts_care.canaries_listed(await asyncio.to_thread(self._canaries.listing)), ""
        else:
            words, subject = texts_care.canaries_usage(), ""
        await answer(self._sender, update, words)
        if subject:
            await self._access.done(user, f"canaries {verb}", subject)

    async def begin(self) -> None:
        """Go on with the jobs that an earlier run left; awaited when the bot has started."""
        await self.runner.begin()

    async def end(self) -> None:
        """Break the jobs off; awaited before the bot stops."""
        await self.runner.end()

    def _go_back(self, current: str, older: str) -> tuple[str, bool]:
        """Go back from one snapshot to the one before it; return what to say, and whether that was done."""
        projection = self._app.projection
        try:
            with self._app.lock():
                if (projection.snapshots.current(), projection.older()) != (current, older):
                    return texts_care.rollback_changed(), False
                name = projection.rollback()
                generation = projection.generation
        except CorpusLockedError:
            return texts_care.rollback_busy(), False
        except VerbatimError as error:
            return texts_jobs.failed(error.problem, error.fix), False
        return texts_care.rolled_back(name, generation, self._app.store.generation() - generation), True

    def _add(self, question: str) -> tuple[str, str]:
        """Add a canary; return what to say, and what to write into the audit log."""
        added = self._canaries.add(question)
        if added is None:
            return texts_care.canaries_full(MOST), ""
        now = listen(self._app.answerer, [added])[added.id]
        return texts_care.canary_added(added, now), f"{added.id}: {added.question}"

    def _remove(self, number: str) -> tuple[str, str]:
        """Remove a canary; return what to say, and what to write into the audit log."""
        removed = self._canaries.remove(int(number)) if number.isdecimal() and len(number) < 10 else None  # noqa: PLR2004
        if removed is None:
            return texts_care.canary_unknown(), ""
        return texts_care.canary_removed(removed), f"{removed.id}: {removed.question}"
