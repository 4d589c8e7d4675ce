"""Polling while the bot serves: rounds of the job queue over the feeds that are due, and what admins want polled now.

Polls run in a thread, one after the other. What somebody waits for goes first: a poll of a round ends after the article
that it is at, and goes on later.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from typing import TYPE_CHECKING, Any

from bot.chat.formatting import note
from bot.feeds import texts_feeds
from bot.feeds.board import Board
from bot.halting import apart
from bot.language import speaking
from corpus.errors import CorpusLockedError, FeedNotFoundError

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from telegram.ext import Application, CallbackContext, JobQueue

    from bot.chat.sending import Sender, Target
    from bot.feeds.feeds import Feeding
    from bot.feeds.memory import FeedMemory, Order
    from bot.feeds.news import News
    from corpus.polling import PollSummary
    from corpus.subscriptions import Subscription

log = logging.getLogger(__name__)

LOOK_S = 5.0
"""Seconds between two looks for feeds that are due."""

GRACE_S = 2.0
"""Seconds that the end waits for a poll and for messages under way, before it leaves them to the next start."""

OPTIONS = {"misfire_grace_time": None, "coalesce": True, "max_instances": 3}
"""A look that comes late is made all the same, and one that finds another at work ends at once."""


class Rounds:
    """Polls feeds, in rounds and when somebody wants it.

    Args:
        feeding: the feeds.
        memory: what is to be polled, should the process end before that is done.
        news: who tells admins about it.
        application: PTB's application, with a job queue.
        sender: how messages leave.

    Attributes:
        subscribing: held while a feed is subscribed to and its first poll is ordered, so that no round takes it before.
    """

    def __init__(
        self,
        feeding: Feeding,
        memory: FeedMemory,
        news: News,
        application: Application[Any, Any, Any, Any, Any, Any],
        sender: Sender,
    ) -> None:
        self._feeding = feeding
        self._memory = memory
        self._news = news
        self._application = application
        self._sender = sender
        self._orders: deque[tuple[Order, Board]] = deque()
        self.subscribing = asyncio.Lock()
        self._turn = asyncio.Lock()
        self._polling: asyncio.Task[PollSummary] | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._ended = False

    async def begin(self) -> None:
        """Begin the rounds, first of all with what an earlier run has left."""
        for order in await asyncio.to_thread(self._memory.orders):
            self._orders.append((order, self.board(order.target, order.message)))
        self._jobs.run_repeating(self._look, LOOK_S, first=0, job_kwargs=OPTIONS)

    async def end(self) -> None:
        """End within seconds; what is not done is left to the next start."""
        self._ended = True
        await asyncio.to_thread(self._feeding.halt)
        under_way: set[asyncio.Task[Any]] = {*self._tasks, *([self._polling] if self._polling else [])}
        if under_way:
            _, late = await asyncio.wait(under_way, timeout=GRACE_S)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    def board(self, target: Target, message: int | None = None) -> Board:
        """Return a message that tells how far something is; a new one, or one that was put up before."""
        return Board(self._application.bot, self._sender, target, message)

    def order(self, order: Order, board: Board) -> None:
        """Poll something as soon as possible, and show it in a message."""
        self._orders.append((order, board))
        self.hurry()

    def hurry(self) -> None:
        """Look now, and not only in some seconds."""
        if not self._ended:
            self._jobs.run_once(self._look, 0, job_kwargs=OPTIONS)

    def beside(self, work: Coroutine[Any, Any, None]) -> None:
        """Do something beside the handlers, in the language that is spoken, until the end at the latest."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    @property
    def _jobs(self) -> JobQueue[Any]:
        queue = self._application.job_queue
        assert queue is not None, "the application was built with a job queue"
        return queue

    async def _look(self, _context: CallbackContext[Any, Any, Any, Any]) -> None:
        if self._turn.locked() or self._ended:
            return
        async with self._turn:
            try:
                await self._round()
            except CorpusLockedError as error:
                log.info("feeds are polled later: %s", error)
            except asyncio.CancelledError:
                if not self._ended:
                    raise
            except Exception:
                # The next look may go better.
                log.exception("feeds could not be polled")

    async def _round(self) -> None:
        due: list[Subscription] = []
        while self._orders or not due:
            await self._carry_out_orders()
            async with self.subscribing:
                due = await asyncio.to_thread(self._feeding.subscriptions.due)
            if self._ended or not (due or self._orders):
                return
        polled: list[PollSummary] = []
        try:
            for feed in due:
                if self._ended:
                    return
                done = await self._poll(feed.id, lambda: bool(self._orders))
                polled += [done] if done is not None else []
                await self._carry_out_orders()
        finally:
            if polled and not self._ended:
                self.beside(self._news.tell(polled))
        # What was wanted meanwhile begins now; from here on nothing is awaited before the turn ends.
        await self._carry_out_orders()

    async def _carry_out_orders(self) -> None:
        while self._orders and not self._ended:
            order, board = self._orders[0]
            with speaking(order.language):
                try:
                    await self._carry_out(order, board)
                except CorpusLockedError:
                    # It stays the first, and its message says why it takes so long.
                    await board.show(note(texts_feeds.busy()))
                    raise
                except Exception:
                    log.exception("an order of feeds could not be carried out")
                    self.beside(self._settle(order, board, texts_feeds.failed()))
            self._orders.popleft()

    async def _carry_out(self, order: Order, board: Board) -> None:
        """Poll what somebody wants polled; the message follows, and tells the outcome at the end."""
        everything = await asyncio.to_thread(self._feeding.subscriptions.all)
        wanted = [feed for feed in everything if (not feed.is_paused if order.feed is None else feed.id == order.feed)]
        polled: list[PollSummary] = []
        for feed in wanted:
            done = await self._watched(feed.id, board)
            polled += [done] if done is not None else []
        if self._ended:
            return
        brought = await asyncio.to_thread(self._feeding.entries.stored_since, order.since)
        summaries = [texts_feeds.summary(done, len(brought.get(done.feed.id, ()))) for done in polled]
        self.beside(self._settle(order, board, "\n\n".join(summaries) or texts_feeds.nothing_to_poll()))
        if polled:
            self.beside(self._news.tell(polled, besides=order.user))

    async def _watched(self, number: int, board: Board) -> PollSummary | None:
        """Poll a feed, and show meanwhile how far that is."""
        latest: list[str] = []
        # The words are put together in the thread, while nothing changes what they tell.
        watching = asyncio.create_task(_watch(board, latest))
        try:
            return await self._poll(number, lambda: False, lambda done: latest.append(texts_feeds.progress(done)))
        finally:
            watching.cancel()
            await asyncio.gather(watching, return_exceptions=True)

    async def _poll(
        self, number: int, stop: Callable[[], bool], seen: Callable[[PollSummary], None] = lambda _: None
    ) -> PollSummary | None:
        """Poll a feed in a thread; None where it is not there any more."""
        self._polling = asyncio.create_task(apart(self._feeding.poll, number, lambda: self._ended or stop(), seen))
        try:
            done = await self._polling
            await asyncio.to_thread(self._memory.note_problem, number, done.problem)
        except FeedNotFoundError:
            return None
        finally:
            self._polling = None
        return done

    async def _settle(self, order: Order, board: Board, words: str) -> None:
        await board.settle(note(words))
        await asyncio.to_thread(self._memory.carried_out, order)
        await self._news.told_otherwise(order.user, order.since)


async def _watch(board: Board, latest: list[str]) -> None:
    """Show the last of some words in a message, whenever it may be changed."""
    while True:
        if latest:
            await board.show(note(latest[-1]))
            del latest[:-1]
        await asyncio.sleep(0.2)
