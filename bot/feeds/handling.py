"""The command /feeds and its buttons: list, add, pause, resume and remove feeds, poll them now, and news of them."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Any

from telegram import Message
from telegram.ext import Application, CallbackQueryHandler, CommandHandler, ContextTypes, filters

from bot.access.access import reply_to
from bot.chat.formatting import note
from bot.chat.incoming import command_of
from bot.chat.taps import acknowledge, rewrite
from bot.feeds import texts_feeds
from bot.feeds.listing import TAP, Step, listing, offers, removal, tapped
from bot.feeds.memory import Order
from bot.halting import apart
from bot.language import spoken
from corpus.errors import FeedError, FeedNotFoundError, FetchError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from telegram import CallbackQuery, Update

    from bot.access.access import Access
    from bot.chat.sending import Sender, Target
    from bot.feeds.board import Board
    from bot.feeds.feeds import Feeding
    from bot.feeds.listing import FeedTap
    from bot.feeds.memory import FeedMemory
    from bot.feeds.rounds import Rounds
    from corpus.feeds import Feed
    from corpus.subscriptions import Subscription

log = logging.getLogger(__name__)

ACTION = "feeds"
"""The command, and what the audit log calls what is done with it."""

Context = ContextTypes.DEFAULT_TYPE


class FeedHandlers:
    """Does what admins want with feeds.

    Args:
        feeding: the feeds.
        memory: what is remembered for buttons, and who wants news.
        rounds: who polls.
        access: who may do what.
        sender: how messages leave.
    """

    def __init__(self, feeding: Feeding, memory: FeedMemory, rounds: Rounds, access: Access, sender: Sender) -> None:
        self._feeding = feeding
        self._memory = memory
        self._rounds = rounds
        self._access = access
        self._sender = sender
        self._verbs: dict[str, Callable[[Target, int, str], Awaitable[None]]] = {
            "": self._list,
            "list": self._list,
            "add": self._add,
            "pause": self._pause,
            "resume": self._resume,
            "remove": self._ask_to_remove,
            "poll": self._poll,
            "news": self._news,
        }

    def register(self, application: Application[Any, Any, Any, Any, Any, Any]) -> None:
        """Add the command and its buttons."""
        application.add_handlers(
            [
                CommandHandler(ACTION, self.command, filters=filters.UpdateType.MESSAGE),
                CallbackQueryHandler(self.tap, pattern=TAP),
            ]
        )

    async def command(self, update: Update, context: Context) -> None:
        """Do what /feeds asks for."""
        message = update.message
        read = command_of(message, context.bot.bot) if message else None
        if message is None or read is None:
            return
        user = await self._access.admin(update, ACTION)
        if user is None:
            return
        verb, _, words = " ".join(read[1].split()).partition(" ")
        work = self._verbs.get(verb.lower())
        target = reply_to(message)
        if work is None:
            await self._say(target, texts_feeds.usage())
            return
        try:
            await work(target, user, words)
        except FeedNotFoundError:
            await self._say(target, texts_feeds.no_such_feed(words) if words else texts_feeds.which())

    async def tap(self, update: Update, context: Context) -> None:
        """Do what a button promises."""
        del context
        query = update.callback_query
        tap = tapped(query.data or "") if query else None
        if query is None or tap is None:
            return
        user = await self._access.admin(update, ACTION)
        if user is None:
            return
        try:
            await self._tapped(query, tap, user)
        except FeedNotFoundError:
            await acknowledge(query, texts_feeds.no_such_feed(str(tap.number)))

    async def _tapped(self, query: CallbackQuery, tap: FeedTap, user: int) -> None:
        """Do what a button promises.

        Raises:
            FeedNotFoundError: the feed was removed meanwhile.
        """
        match tap.step:
            case Step.TAKE:
                await self._take(query, tap, user)
                return
            case Step.ASK:
                feed = await asyncio.to_thread(self._feeding.subscriptions.get, tap.number)
                if isinstance(query.message, Message):
                    question = note(texts_feeds.really_remove(feed))
                    await self._sender.send(reply_to(query.message), question, removal(feed))
            case Step.YES:
                await rewrite(query, note(await self._removed(tap.number, user)))
            case Step.NO:
                feed = await asyncio.to_thread(self._feeding.subscriptions.get, tap.number)
                await rewrite(query, note(texts_feeds.kept(feed)))
            case Step.PAUSE | Step.RESUME | Step.PAGE:
                if tap.step is not Step.PAGE:
                    await self._changed(tap.step, tap.number, user)
                await rewrite(query, *await self._page(tap.page))
        await acknowledge(query)

    async def _list(self, target: Target, user: int, words: str) -> None:
        del user, words
        await self._sender.send(target, *await self._page(0))

    async def _page(self, page: int) -> tuple[Any, Any]:
        feeds = await asyncio.to_thread(self._feeding.subscriptions.all)
        return listing(feeds, await asyncio.to_thread(self._memory.problems), page)

    async def _add(self, target: Target, user: int, words: str) -> None:
        """Look for feeds beside the handler: sites may take their time, and the chat goes on meanwhile."""
        if not words:
            await self._say(target, texts_feeds.which_address())
            return
        address = words.split(maxsplit=1)[0]
        board = self._rounds.board(target)
        await board.post(note(texts_feeds.looking(address)))
        self._rounds.beside(self._discovered(board, user, address))

    async def _discovered(self, board: Board, user: int, address: str) -> None:
        try:
            found = await apart(self._feeding.discover, address)
            if len(found) == 1:
                await self._subscribe(found[0], board, user)
                return
            numbers = await asyncio.to_thread(self._memory.offer, found)
        except (FetchError, FeedError) as error:
            await board.settle(note(texts_feeds.problem_of(error)))
        except Exception:
            log.exception("no feed could be looked for at %s", address)
            await board.settle(note(texts_feeds.failed()))
        else:
            await board.settle(note(texts_feeds.several(address)), offers(found, numbers))

    async def _take(self, query: CallbackQuery, tap: FeedTap, user: int) -> None:
        """Subscribe to one of several feeds, in a message of its own: further ones may be taken, too."""
        feed = await asyncio.to_thread(self._memory.offered, tap.number)
        if feed is None or not isinstance(query.message, Message):
            await acknowledge(query, texts_feeds.offer_is_gone())
            return
        await acknowledge(query)
        board = self._rounds.board(reply_to(query.message))
        await board.post(note(texts_feeds.subscribing(feed)))
        await self._subscribe(feed, board, user)

    async def _subscribe(self, found: Feed, board: Board, user: int) -> None:
        """Subscribe to a feed, and order its first poll."""
        newest = await asyncio.to_thread(self._feeding.entries.newest)
        async with self._rounds.subscribing:
            feed, is_new = await asyncio.to_thread(self._feeding.subscribe, found)
            if is_new:
                await asyncio.to_thread(self._memory.want_unless_said, user, newest)
                await self._order(board, user, feed.id)
        if not is_new:
            await board.settle(note(texts_feeds.known(feed)))
            return
        await self._access.done(user, ACTION, f"added {texts_feeds.name(feed)}: {feed.url}")

    async def _poll(self, target: Target, user: int, words: str) -> None:
        feed = await self._meant(words) if words else None
        board = self._rounds.board(target)
        await board.post(note(texts_feeds.waiting_to_poll()))
        await self._order(board, user, feed.id if feed else None)

    async def _order(self, board: Board, user: int, feed: int | None) -> None:
        """Have a feed polled, or all; what was wanted is on disk before that begins."""
        since = await asyncio.to_thread(self._feeding.entries.newest)
        order = Order(0, user, board.target, board.message, feed, since, spoken())
        self._rounds.order(await asyncio.to_thread(self._memory.order, order), board)

    async def _pause(self, target: Target, user: int, words: str) -> None:
        await self._say(target, await self._changed(Step.PAUSE, (await self._meant(words)).id, user))

    async def _resume(self, target: Target, user: int, words: str) -> None:
        await self._say(target, await self._changed(Step.RESUME, (await self._meant(words)).id, user))

    async def _ask_to_remove(self, target: Target, user: int, words: str) -> None:
        del user
        feed = await self._meant(words)
        await self._sender.send(target, note(texts_feeds.really_remove(feed)), removal(feed))

    async def _changed(self, step: Step, number: int, user: int) -> str:
        """Pause or resume a feed; return what to say about it.

        Raises:
            FeedNotFoundError: there is no such feed.
        """
        subscriptions = self._feeding.subscriptions
        if step is Step.PAUSE:
            feed = await asyncio.to_thread(subscriptions.pause, number)
            await self._access.done(user, ACTION, f"paused {texts_feeds.name(feed)}")
            return texts_feeds.paused(feed)
        feed = await asyncio.to_thread(subscriptions.resume, number)
        await self._access.done(user, ACTION, f"resumed {texts_feeds.name(feed)}")
        self._rounds.hurry()
        return texts_feeds.resumed(feed)

    async def _removed(self, number: int, user: int) -> str:
        """Remove a feed; return what to say about it.

        Raises:
            FeedNotFoundError: there is no such feed.
        """
        feed = await asyncio.to_thread(self._feeding.subscriptions.get, number)
        await asyncio.to_thread(self._feeding.subscriptions.remove, number)
        await self._access.done(user, ACTION, f"removed {texts_feeds.name(feed)}: {feed.url}")
        return texts_feeds.removed(feed)

    async def _news(self, target: Target, user: int, words: str) -> None:
        wanted = {"on": True, "off": False}.get(words.lower())
        if wanted is not None:
            newest = await asyncio.to_thread(self._feeding.entries.newest)
            await asyncio.to_thread(lambda: self._memory.want(user, newest, wanted=wanted))
        is_on = await asyncio.to_thread(self._memory.wants, user)
        await self._say(target, texts_feeds.news_are(on=is_on))

    async def _meant(self, words: str) -> Subscription:
        """Return the feed that a number or address names.

        Raises:
            FeedNotFoundError: none.
        """
        return await asyncio.to_thread(self._feeding.subscriptions.find, words.removeprefix("#"))

    async def _say(self, target: Target, words: str) -> None:
        await self._sender.send(target, note(words))
