"""Following channels: their new posts become articles without asking, and edits of these become revisions."""

from __future__ import annotations

import asyncio
import logging
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from telegram import MessageOriginChannel
from telegram.constants import ChatType

from bot.desk import texts_channels as texts
from bot.desk.acts import subject
from bot.desk.channels import Followed
from bot.desk.parts import post_of
from corpus.errors import ArticleNotFoundError, RecordError, VerbatimError
from corpus.revising import as_draft
from corpus.writing import Outcome

if TYPE_CHECKING:
    from telegram import Message, Update

    from bot.desk.acts import Act, Tools
    from bot.desk.channels import Channels, Waiting

log = logging.getLogger(__name__)

RETRY_S = 3.0
"""Pause before a post is stored again that could not be: mostly another process is changing the corpus."""

FOLLOW, UNFOLLOW, FOLLOWING = "follow", "unfollow", "following"
_VERB = re.compile(rf"({FOLLOW}|{UNFOLLOW}|{FOLLOWING})(?:\s+(\S+))?", re.IGNORECASE)
_NAME = re.compile(r"(?:https?://)?(?:t\.me/|@)([A-Za-z]\w{3,31})/?|(-?\d{5,16})", re.ASCII)


class Following:
    """Follows channels.

    Args:
        tools: what it works with.
        channels: the channels and their posts.
    """

    def __init__(self, tools: Tools, channels: Channels) -> None:
        self._tools = tools
        self._channels = channels
        self._came = asyncio.Event()

    async def command(self, act: Act, message: Message, words: str) -> bool:
        """Do what stands behind /add, if it is about channels; return whether it is."""
        found = _VERB.fullmatch(words)
        if found is None or (found[2] and not _NAME.fullmatch(found[2])):
            return False
        verb, origin = found[1].lower(), message.reply_to_message.forward_origin if message.reply_to_message else None
        reference: int | str | None = _reference(found[2]) if found[2] else None
        if reference is None and isinstance(origin, MessageOriginChannel):
            reference = origin.chat.id
        if verb == FOLLOWING or reference is None:
            named = [each.named for each in await asyncio.to_thread(self._channels.followed)]
            await self._tools.say(act.target, f"{texts.followed(named)}\n\n{texts.follow_usage()}")
        elif verb == FOLLOW:
            await self._follow(act, reference)
        else:
            await self._unfollow(act, reference)
        return True

    async def post(self, update: Update, context: Any) -> None:
        """Let a post of a followed channel wait to be stored."""
        del context
        message = update.channel_post or update.edited_channel_post
        post = post_of(message) if message is not None else None
        if post is None:
            return
        edited = update.edited_channel_post is not None
        if await asyncio.to_thread(self._channels.receive, post, edited=edited):
            self._came.set()

    async def run(self) -> None:
        """Store the posts that wait, one after another, until this is cancelled."""
        while True:
            self._came.clear()
            try:
                while (waiting := await asyncio.to_thread(self._channels.waiting)) is not None:
                    await self._stored(waiting)
            except VerbatimError as error:
                log.info("a post waits: %s", error)
                await asyncio.sleep(RETRY_S)
            except Exception:
                log.exception("a post could not be stored")
                await asyncio.sleep(RETRY_S)
            else:
                await self._came.wait()

    async def _stored(self, waiting: Waiting) -> None:
        number, changed = await asyncio.to_thread(self._store, waiting)
        await asyncio.to_thread(self._channels.stored, waiting.post, number)
        if not changed or number is None:
            return
        followed = {each.chat: each for each in await asyncio.to_thread(self._channels.followed)}
        channel = followed.get(waiting.post.chat)
        article = (await asyncio.to_thread(self._tools.newsroom.store.articles, [number])).get(number)
        if channel is not None and article is not None:
            what = f"{subject(article)} · posted in {channel.named}"
            await self._tools.access.done(channel.user, "edit" if waiting.article else "add", what)

    def _store(self, waiting: Waiting) -> tuple[int | None, bool]:
        """Store a post; return the article that it is, or None, and whether that is new or changed.

        Raises:
            VerbatimError: the corpus cannot be changed now.
        """
        newsroom = self._tools.newsroom
        try:
            draft = newsroom.read_post(waiting.post)
        except RecordError:
            return waiting.article, False
        if waiting.article is None:
            (kept,) = newsroom.keep([draft])
            return kept.article, kept.outcome is not Outcome.UNCHANGED
        try:
            known = newsroom.store.article(waiting.article)
            # What admins have changed beside the text stays.
            edited = replace(as_draft(known), text=draft.text, title=draft.title or known.title)
            return waiting.article, newsroom.edit(waiting.article, edited).outcome is not Outcome.UNCHANGED
        except ArticleNotFoundError:
            # It was removed, and an edit at its source does not bring it back.
            return waiting.article, False

    async def _follow(self, act: Act, reference: int | str) -> None:
        chat = await self._tools.posting.look_up(reference)
        if chat is None or chat.type != ChatType.CHANNEL:
            await self._tools.say(act.target, texts.no_channel(str(reference)))
            return
        channel = Followed(chat.id, chat.title or "", chat.username, act.user)
        if not await asyncio.to_thread(self._channels.follow, channel):
            await self._tools.say(act.target, texts.followed_already(channel.named))
            return
        await self._tools.access.done(act.user, FOLLOW, channel.named)
        await self._tools.say(act.target, texts.now_followed(channel.named))

    async def _unfollow(self, act: Act, reference: int | str) -> None:
        # A channel that has thrown the bot out cannot be looked up any more.
        name = str(reference).removeprefix("@").lower()
        for channel in await asyncio.to_thread(self._channels.followed):
            if name in {str(channel.chat), (channel.username or "").lower()}:
                await asyncio.to_thread(self._channels.unfollow, channel.chat)
                await self._tools.access.done(act.user, UNFOLLOW, channel.named)
                await self._tools.say(act.target, texts.unfollowed(channel.named))
                return
        await self._tools.say(act.target, texts.not_followed(str(reference)))


def _reference(words: str) -> int | str:
    found = _NAME.fullmatch(words)
    assert found is not None, "the words were checked"
    return f"@{found[1]}" if found[1] else int(found[2])
