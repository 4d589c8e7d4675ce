"""What all that admins do with articles has in common: who does it where, with which tools, and what may go wrong."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, ParamSpec, TypeVar

from telegram import CallbackQuery, Message

from bot.chat.formatting import note
from bot.chat.sending import Target
from bot.desk import texts_desk as texts
from bot.language import known
from corpus.errors import ArticleNotFoundError, CorpusLockedError, VerbatimError

if TYPE_CHECKING:
    from collections.abc import Coroutine
    from typing import Any

    from telegram import Update

    from bot.access.access import Access
    from bot.desk.drafts import Drafts
    from bot.desk.newsroom import Newsroom
    from bot.desk.posting import Posting
    from corpus.records import Article

log = logging.getLogger(__name__)

Given = ParamSpec("Given")
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Act:
    """Somebody does something somewhere.

    Attributes:
        user: the admin.
        target: where to answer.
        language: code of the language in which they are answered.
    """

    user: int
    target: Target
    language: str


@dataclass(frozen=True, slots=True)
class Tools:
    """What admins' doings need.

    Attributes:
        newsroom: who reads and changes the corpus.
        drafts: what waits for a word.
        posting: how messages leave that are changed later.
        access: who may do what, and the audit log.
    """

    newsroom: Newsroom
    drafts: Drafts
    posting: Posting
    access: Access

    async def say(self, target: Target, words: str) -> None:
        """Say something."""
        await self.posting.post(target, note(words))

    async def attempt(
        self, target: Target, work: Callable[Given, Result], *args: Given.args, **kwargs: Given.kwargs
    ) -> Result | None:
        """Call something in a thread; return what it returns, or None after saying why it could not be done.

        What it returns is not None.
        """
        try:
            return await asyncio.to_thread(work, *args, **kwargs)
        except CorpusLockedError:
            await self.say(target, texts.locked())
        except ArticleNotFoundError as error:
            # Its own advice is about the command line.
            await self.say(target, texts.no_article(error.wanted))
        except VerbatimError as error:
            await self.say(target, texts.failed(error))
        return None


class Works:
    """Tasks beside the handlers, which end when the bot stops."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[None]] = set()

    def start(self, work: Coroutine[Any, Any, None]) -> None:
        """Begin a task; what goes wrong in it is logged."""
        task = asyncio.create_task(self._logged(work))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def close(self) -> None:
        """End all tasks."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    @staticmethod
    async def _logged(work: Coroutine[Any, Any, None]) -> None:
        try:
            await work
        except Exception:
            log.exception("something that an admin wanted could not be done")


Tapping = Callable[[Act, CallbackQuery, int, str], Awaitable[None]]
"""What a button does: for whom, with the tap, the number that the button reports, and what follows it."""


def act_of(update: Update, user: int) -> Act | None:
    """Return what an admin does with a message or a tap; None where nothing can be answered."""
    message = update.effective_message
    if not isinstance(message, Message):
        return None
    thread = message.message_thread_id if message.is_topic_message else None
    language = known(update.effective_user.language_code if update.effective_user else None)
    return Act(user, Target(message.chat.id, message.message_id, thread), language)


def subject(article: Article) -> str:
    """Name an article in the audit log."""
    return f"article {article.id}: {article.title or article.reference}"
