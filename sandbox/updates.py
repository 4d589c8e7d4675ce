"""What the bot is told: pending updates, long polling, and delivery to a webhook."""

import asyncio
from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import aiohttp
from aiogram.types import Update

from sandbox.calls import Json
from sandbox.contract import update_problems
from sandbox.errors import ApiError
from sandbox.options import SandboxOptions

FIRST_UPDATE_ID = 500_000_001
MAX_POLL_S = 50
MAX_BACKOFF_S = 60.0
MAX_BATCH = 100
CONFLICT = 409
WEBHOOK_ACTIVE = "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
OTHER_POLLER = "terminated by other getUpdates request; make sure that only one bot instance is running"
KINDS = frozenset(Update.model_fields) - {"update_id"}
# Kinds that a bot must ask for by name.
ON_REQUEST = frozenset({"chat_member", "message_reaction", "message_reaction_count"})


@dataclass(frozen=True, slots=True)
class Webhook:
    """Where updates are sent to.

    Attributes:
        url: its address; empty for none.
        secret: value of the header X-Telegram-Bot-Api-Secret-Token.
        max_connections: as set; deliveries are made one after another all the same.
    """

    url: str = ""
    secret: str = field(default="", repr=False)
    max_connections: int = 40


class Updates:
    """The queue between Telegram and the bot.

    Attributes:
        pending: updates that were not confirmed, oldest first.
        webhook: where they are sent to; an empty URL means that the bot polls.
        last_error: date and message of the last failed delivery.
        deliveries: number of attempts to deliver to the webhook.

    Args:
        options: clock and back-off.
    """

    def __init__(self, options: SandboxOptions) -> None:
        self.pending: deque[Json] = deque()
        self.webhook = Webhook()
        self.last_error: tuple[int, str] | None = None
        self.deliveries = 0
        self._options = options
        self._allowed = KINDS - ON_REQUEST
        self._explicit: list[str] | None = None
        self._next_id = FIRST_UPDATE_ID
        self._poller: asyncio.Event | None = None
        self._changed = asyncio.Event()
        self._closing = False
        self._delivery: asyncio.Task[None] | None = None

    def add(self, kind: str, payload: Json) -> bool:
        """Queue an update if the bot wants its kind; return whether it does.

        Raises:
            AssertionError: the update is not what the Bot API documents (a defect of the sandbox).
        """
        if kind not in self._allowed:
            return False
        update = {"update_id": self._next_id, kind: payload}
        problems = update_problems(update)
        assert not problems, problems
        self._next_id += 1
        self.pending.append(update)
        self._wake()
        return True

    def allow(self, kinds: Iterable[str] | None) -> None:
        """Remember which kinds the bot wants; None leaves it as it is, an empty list means the default."""
        if kinds is None:
            return
        self._explicit = list(kinds) or None
        # Unknown names are ignored, as the official server does.
        self._allowed = KINDS & set(self._explicit) if self._explicit else KINDS - ON_REQUEST

    @property
    def has_webhook(self) -> bool:
        """Whether a webhook is set."""
        return bool(self.webhook.url)

    async def poll(self, offset: int, limit: int, timeout_s: int) -> Sequence[Json]:
        """Return pending updates, waiting up to `timeout_s` seconds for the first.

        Args:
            offset: updates with smaller ids are confirmed and forgotten; negative counts from the end of the queue.
            limit: at most so many.
            timeout_s: at most 50 are waited.

        Raises:
            ApiError: 409 while a webhook is set, or when another call came while this one waited.
        """
        if self.has_webhook:
            raise ApiError(WEBHOOK_ACTIVE, code=CONFLICT)
        self._confirm(offset)
        if self._poller:
            self._poller.set()
            self._wake()
        mine = self._poller = asyncio.Event()
        try:
            async with asyncio.timeout(min(timeout_s, MAX_POLL_S)):
                while not (self.pending or mine.is_set() or self._closing or self.has_webhook):
                    await self._changed.wait()
        except TimeoutError:
            pass
        finally:
            if self._poller is mine:
                self._poller = None
        if mine.is_set() or self.webhook.url:
            by = "other getUpdates request; make sure that only one bot instance is running"
            raise ApiError(f"Conflict: terminated by {'setWebhook request' if self.webhook.url else by}", code=CONFLICT)
        return list(self.pending)[:limit]

    async def set_webhook(self, webhook: Webhook, *, drop_pending: bool) -> None:
        """Send updates to a webhook from now on; one with an empty URL goes back to polling."""
        await self._stop_delivery()
        if drop_pending:
            self.pending.clear()
        self.webhook = webhook
        self.last_error = None
        self._wake()
        if webhook.url:
            self._delivery = asyncio.create_task(self._deliver())

    def webhook_info(self) -> Json:
        """Return a WebhookInfo."""
        info: Json = {
            "url": self.webhook.url,
            "has_custom_certificate": False,
            "pending_update_count": len(self.pending),
        }
        if self.webhook.url:
            info |= {"max_connections": self.webhook.max_connections, "ip_address": "127.0.0.1"}
        if self.last_error:
            info |= {"last_error_date": self.last_error[0], "last_error_message": self.last_error[1]}
        return info | ({"allowed_updates": self._explicit} if self._explicit else {})

    async def close(self) -> None:
        """Let waiting calls return and stop deliveries."""
        self._closing = True
        self._wake()
        await self._stop_delivery()

    def _wake(self) -> None:
        changed, self._changed = self._changed, asyncio.Event()
        changed.set()

    def _confirm(self, offset: int) -> None:
        if offset < 0:
            while len(self.pending) > -offset:
                self.pending.popleft()
        while offset > 0 and self.pending and self.pending[0]["update_id"] < offset:
            self.pending.popleft()

    async def _stop_delivery(self) -> None:
        if self._delivery:
            self._delivery.cancel()
            await asyncio.gather(self._delivery, return_exceptions=True)
            self._delivery = None

    async def _deliver(self) -> None:
        """Send update after update, each until it is accepted."""
        headers = {"X-Telegram-Bot-Api-Secret-Token": self.webhook.secret} if self.webhook.secret else {}
        backoff = self._options.webhook_backoff_s
        async with aiohttp.ClientSession(headers=headers) as session:
            while True:
                while not self.pending:
                    await self._changed.wait()
                update = self.pending[0]
                problem = await self._post(session, update)
                if problem is None:
                    self.pending.popleft()
                    backoff = self._options.webhook_backoff_s
                    continue
                self.last_error = int(self._options.clock()), problem
                await asyncio.sleep(backoff)
                backoff = min(backoff * 2, MAX_BACKOFF_S)

    async def _post(self, session: aiohttp.ClientSession, update: Json) -> str | None:
        """Try once; return the problem, if any."""
        self.deliveries += 1
        try:
            async with session.post(self.webhook.url, json=update, timeout=aiohttp.ClientTimeout(MAX_POLL_S)) as answer:
                if answer.ok:
                    return None
                return f"Wrong response from the webhook: {answer.status} {answer.reason}"
        except (aiohttp.ClientError, TimeoutError) as error:
            return f"Connection failed: {type(error).__name__}"
