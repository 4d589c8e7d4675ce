"""Serving Telegram: builds PTB's application around what answers, and runs it from start to clean stop."""

from __future__ import annotations

import asyncio
import contextlib
import secrets
from functools import partial
from typing import TYPE_CHECKING

from filelock import FileLock, Timeout
from telegram import Bot
from telegram.error import InvalidToken
from telegram.ext import Application

from bot.access import texts_access
from bot.access.access import Access, Policy
from bot.access.auditing import Audit
from bot.access.gate import Gate
from bot.access.logbook import Logbook
from bot.access.membership import Membership
from bot.care import texts_care
from bot.care.boards import Board
from bot.care.tallies import Counted, Tallies
from bot.chat import guides
from bot.chat.choosing import Choosing
from bot.chat.handlers import Handlers
from bot.chat.incoming import Inbox
from bot.chat.menus import Menus
from bot.chat.pacing import ChatOrder, Pace, Throttle
from bot.chat.registry import Registry
from bot.chat.replying import Replies
from bot.chat.running import Anything, Beside, Hook, Run, Serving
from bot.chat.sending import Sender
from bot.chat.state import State
from bot.chat.workshop import Workshop
from bot.config import LISTED
from bot.desk import texts_desk
from bot.errors import AlreadyServingError, SettingsError, TokenRefusedError
from bot.feeds import texts_feeds
from bot.feeds.handling import FeedHandlers
from bot.feeds.memory import FeedMemory
from bot.feeds.news import News
from bot.feeds.rounds import Rounds
from bot.logs import configure
from bot.readers import texts_readers
from bot.readers.readers import Readers
from bot.staff import Staff

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from telegram import Update

    from bot.config import Settings
    from index.answering import Answering

LOCK = "bot.lock"
POOL = 64
"""Connections: at most 30 messages a second leave, and each takes up one for the time of a round trip."""

CONNECT_S, READ_S, WRITE_S, POOL_S = 10.0, 20.0, 10.0, 10.0
"""Timeouts. Reading is generous, because a message whose answer did not come in time cannot be sent again."""


def build(
    settings: Settings,
    answering: Answering,
    state: State,
    pace: Pace | None = None,
    staff: Staff | None = None,
) -> Serving:
    """Build everything around PTB's application; nothing is started.

    Args:
        settings: with a token.
        answering: who knows the articles.
        state: the bot's memory.
        pace: how fast to send, and how long to wait; what suits Telegram by default.
        staff: who changes the corpus and cares for the index, if there is somebody.

    Raises:
        SettingsError: no token is set.
    """
    server = str(settings.telegram_api_url).rstrip("/")
    chosen = pace or Pace()
    throttle = Throttle(chosen.rates)
    order = ChatOrder()

    async def admit(update: Update, is_question: bool) -> bool:  # noqa: FBT001 - the signature is the inbox's
        return await gate.admit(update, is_question=is_question)

    inbox = Inbox(state, lambda: application.bot.bot, admit)
    application: Anything = (
        Application.builder()
        .token(_token(settings))
        .base_url(f"{server}/bot")
        .base_file_url(f"{server}/file/bot")
        .rate_limiter(throttle)
        .update_queue(inbox)
        .concurrent_updates(order)
        .connection_pool_size(POOL)
        .connect_timeout(CONNECT_S)
        .read_timeout(READ_S)
        .write_timeout(WRITE_S)
        .pool_timeout(POOL_S)
        .get_updates_connect_timeout(CONNECT_S)
        .get_updates_read_timeout(READ_S)
        .build()
    )

    async def moved(old: int, new: int) -> None:
        await asyncio.to_thread(state.move, old, new)
        await asyncio.to_thread(access.members.move, old, new)

    workshop = Workshop(patience_s=chosen.patience_s)
    sender = Sender(application.bot, throttle, moved, chosen.patience)
    policy = Policy(settings.readers == LISTED, settings.questions_per_minute)
    access = Access(Audit(state.engine), sender, settings.owner_id, policy)
    employed = staff or Staff()
    menus = Menus(
        application.bot,
        access.admins,
        [guides.commands, texts_readers.commands],
        [
            guides.admin_commands,
            texts_desk.commands,
            *([texts_feeds.commands] if employed.feeding else []),
            texts_care.commands,
            texts_access.commands,
        ],
    )
    gate = Gate(access, sender, order.is_full)

    async def ranked(user: int, is_admin: bool) -> None:  # noqa: FBT001 - the signature is that of who ranks
        await (menus.promote if is_admin else menus.demote)(user)

    registry = Registry(answering, state, sender, access, employed.correcting)
    counted = Counted(answering, Tallies(state.engine))
    replies = Replies(counted, state, sender, workshop, registry.may_correct)
    readers = Readers(answering, state, sender, replies, workshop)
    readers.inline.draw = partial(access.draw, chat=0)
    for each in (gate, Membership(access, sender, ranked), Logbook(access, sender), menus, readers):
        each.register(application)
    beside: list[Beside] = []
    if employed.newsroom is not None:
        from bot.desk.desk import Desk  # noqa: PLC0415  (it reads all formats, and is not needed where nothing is changed)

        desk = Desk(employed.newsroom, state, access, application.bot, lambda: application.bot.bot)
        desk.register(application)
        inbox.claim = desk.claims.claim
        beside.append(desk)
    if employed.app is not None:
        from bot.care.care import Care  # noqa: PLC0415  (its index takes a while to import, and tests have none)

        board = Board(application.bot, throttle, sender, moved, chosen.edit_s)
        care = Care(employed.app, state, access, board, workshop)
        care.register(application)
        beside.append(care)
    if employed.feeding is not None:
        memory = FeedMemory(state.engine)
        news = News(employed.feeding, memory, access, sender)
        rounds = Rounds(employed.feeding, memory, news, application, sender)
        FeedHandlers(employed.feeding, memory, rounds, access, sender).register(application)
        beside.append(rounds)
    Handlers(replies, state, sender, Choosing(answering, state), registry).register(application)
    return Serving(application, inbox, state, replies, menus, workshop, chosen.drain_s, tuple(beside))


def serve(
    settings: Settings,
    answering: Answering,
    started: Callable[[str], None] | None = None,
    pace: Pace | None = None,
    staff: Staff | None = None,
) -> None:
    """Serve the bot until SIGINT or SIGTERM; a second one ends it at once.

    Args:
        settings: with a token; webhook mode when they have a webhook URL, polling otherwise.
        answering: who knows the articles.
        started: told the bot's user name when it is ready.
        pace: how fast to send, and how long to wait; what suits Telegram by default.
        staff: who changes the corpus and cares for the index, if there is somebody.

    Raises:
        SettingsError: no token is set.
        TokenRefusedError: Telegram does not know the token.
        AlreadyServingError: another process serves this data directory, or polls for this bot.
        StateError: the bot's own database cannot be used.
    """
    hook = _hook(settings)
    configure(settings.log_level, [_token(settings), *([hook.secret] if hook else [])])
    with _only_one(settings.data_dir), contextlib.closing(State(settings.data_dir)) as state:
        serving = build(settings, answering, state, pace, staff)
        asyncio.run(Run(serving, hook).run(started or (lambda _: None)))


async def whoami(settings: Settings) -> str:
    """Ask Telegram for the bot's user name.

    Raises:
        SettingsError: no token is set.
        TokenRefusedError: Telegram does not know the token.
        TelegramError: Telegram cannot be reached.
    """
    client = Bot(_token(settings), base_url=f"{str(settings.telegram_api_url).rstrip('/')}/bot")
    try:
        async with client:
            return client.username
    except InvalidToken:
        raise TokenRefusedError from None


def _token(settings: Settings) -> str:
    if settings.telegram_token is None:
        raise SettingsError(["VERBATIM_TELEGRAM_TOKEN: is not set; @BotFather gives one"])
    return settings.telegram_token.get_secret_value()


def _hook(settings: Settings) -> Hook | None:
    if settings.webhook_url is None:
        return None
    given = settings.webhook_secret
    secret = given.get_secret_value() if given else secrets.token_urlsafe(32)
    return Hook(str(settings.webhook_url), secret, settings.webhook_listen, settings.webhook_port)


@contextlib.contextmanager
def _only_one(directory: Path) -> Iterator[None]:
    directory.mkdir(parents=True, exist_ok=True)
    lock = FileLock(directory / LOCK)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        raise AlreadyServingError(f"another process serves the bot of {directory}") from None
    try:
        yield
    finally:
        lock.release()
