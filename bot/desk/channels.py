"""Channels whose posts become articles, and the posts that wait for that; rows, so that no post is lost."""

from __future__ import annotations

import json
import time
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from sqlalchemy import delete, insert, select, update
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from bot.chat.schema import writing
from bot.desk.intakes import PostPart
from bot.desk.schema_desk import desk_channels, desk_posts

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Engine


@dataclass(frozen=True, slots=True)
class Followed:
    """A channel whose posts become articles.

    Attributes:
        chat: its id.
        title: its title when it was followed.
        username: by which it is public, or None.
        user: the admin who follows it.
    """

    chat: int
    title: str
    username: str | None
    user: int

    @property
    def named(self) -> str:
        """The channel as it stands in a sentence."""
        return f"{self.title} (@{self.username})" if self.username else self.title


@dataclass(frozen=True, slots=True)
class Waiting:
    """A post that waits to become an article, or a revision of the one that it is.

    Attributes:
        post: the post.
        article: id of the article that it is, or None.
    """

    post: PostPart
    article: int | None


class Channels:
    """Keeps followed channels and their posts. Safe to use from several threads; what is written is on disk.

    Args:
        engine: the bot's own database.
        clock: seconds since 1970.
    """

    def __init__(self, engine: Engine, clock: Callable[[], float] = time.time) -> None:
        self._engine = engine
        self._clock = clock

    def follow(self, channel: Followed) -> bool:
        """Follow a channel; return False when it was followed already."""
        values = {**asdict(channel), "at": int(self._clock())}
        with writing(self._engine) as connection:
            row = sqlite_insert(desk_channels).values(**values).on_conflict_do_nothing()
            return connection.execute(row).rowcount == 1

    def unfollow(self, chat: int) -> bool:
        """Follow a channel no more; return False when it was not followed. Posts that wait are forgotten."""
        with writing(self._engine) as connection:
            waits = desk_posts.c.chat == chat, desk_posts.c.content.is_not(None)
            connection.execute(update(desk_posts).where(*waits).values(content=None))
            return connection.execute(delete(desk_channels).where(desk_channels.c.chat == chat)).rowcount == 1

    def followed(self) -> list[Followed]:
        """Return the followed channels, by title."""
        query = select(desk_channels).order_by(desk_channels.c.title, desk_channels.c.chat)
        with self._engine.connect() as connection:
            return [Followed(row.chat, row.title, row.username, row.user) for row in connection.execute(query)]

    def receive(self, post: PostPart, *, edited: bool) -> bool:
        """Let a post wait; return False when its channel is not followed, or it is an edit of one that came before."""
        content = json.dumps(asdict(post), ensure_ascii=False)
        mine = desk_posts.c.chat == post.chat, desk_posts.c.message == post.message
        with writing(self._engine) as connection:
            if connection.scalar(select(desk_channels.c.chat).where(desk_channels.c.chat == post.chat)) is None:
                return False
            known = connection.execute(update(desk_posts).where(*mine).values(content=content)).rowcount == 1
            if not known and not edited:
                values = {"chat": post.chat, "message": post.message, "content": content, "at": int(self._clock())}
                connection.execute(insert(desk_posts).values(**values))
        return known or not edited

    def waiting(self) -> Waiting | None:
        """Return the post that has waited longest, or None."""
        query = select(desk_posts).where(desk_posts.c.content.is_not(None))
        order = desk_posts.c.at, desk_posts.c.chat, desk_posts.c.message
        with self._engine.connect() as connection:
            row = connection.execute(query.order_by(*order).limit(1)).one_or_none()
        return None if row is None else Waiting(PostPart(**json.loads(row.content)), row.article)

    def stored(self, post: PostPart, article: int | None) -> None:
        """Write down which article a post is, or that it is none; one that was edited meanwhile goes on waiting."""
        mine = desk_posts.c.chat == post.chat, desk_posts.c.message == post.message
        same = desk_posts.c.content == json.dumps(asdict(post), ensure_ascii=False)
        with writing(self._engine) as connection:
            connection.execute(update(desk_posts).where(*mine).values(article=article))
            connection.execute(update(desk_posts).where(*mine, same).values(content=None))
