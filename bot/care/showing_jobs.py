"""How a long job shows in chats: one message for each follower, rewritten as it goes on."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from dataclasses import replace
from typing import TYPE_CHECKING

from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from bot.care import texts_jobs
from bot.care.boards import Written
from bot.chat.formatting import note
from bot.chat.sending import Target
from bot.language import speaking

if TYPE_CHECKING:
    from bot.care.boards import Board
    from bot.care.courses import Course, Step, Words
    from bot.care.followers import Follower, Followers

log = logging.getLogger(__name__)

LOOK_S = 0.5
"""How often is looked whether a message would change."""

RINGS_S = 60.0
"""A job that took longer ends with a message of its own: an edited one rings nobody's phone."""

CANCEL, DECIDE = "c:x:", "c:d:"
"""Beginnings of the data of buttons: cancel a job; take a decision for it."""


class Display:
    """Shows one job to those who follow it.

    Args:
        course: the job.
        title: says what it does.
        board: where messages are written.
        followers: where is kept which messages those are.

    Attributes:
        cancelled_by: the name of whoever cancelled it.
        over: is set when nothing more happens.
        hurries: whether the last words are written at once, because the bot is being stopped.
    """

    def __init__(self, course: Course, title: Words, board: Board, followers: Followers) -> None:
        self.cancelled_by = ""
        self.over = asyncio.Event()
        self.hurries = False
        self._began = time.monotonic()
        self._result: Words | None = None
        self._edited: dict[int, float] = {}
        self._course = course
        self._title = title
        self._board = board
        self._followers = followers
        self._shown: dict[int, Follower] = {}
        self._words: dict[int, str] = {}
        self._called: set[int] = set()

    @staticmethod
    def target(follower: Follower, reply_to: int | None = None) -> Target:
        """Return where a follower reads."""
        return Target(follower.chat, reply_to, follower.thread)

    async def join(self, row: int, follower: Follower, lead: str = "") -> None:
        """Show the job to somebody, from now on.

        Args:
            row: number under which the follower is kept.
            follower: who, and where.
            lead: words above the progress, in the language that is being spoken.
        """
        asked = self._course.asked is not None
        with speaking(follower.language):
            shown = self._now(lead)
            message = await self._board.post(self.target(follower), note(shown), self._buttons())
        await asyncio.to_thread(self._followers.show, row, message)
        self._words[row], self._edited[row] = shown, time.monotonic()
        if asked:
            self._called.add(row)
        self._shown[row] = replace(follower, id=row, message=message)
        if self._result is not None:
            await self._settle(self._shown[row])

    async def rejoin(self, follower: Follower) -> None:
        """Show the job to a follower of an earlier run, in a new message, which is noticed."""
        with speaking(follower.language):
            if follower.message is not None:
                words = note(f"{self._title()}\n{texts_jobs.goes_on_below()}")
                await self._board.edit(follower.chat, follower.message, words)
            await self.join(follower.id, follower, texts_jobs.going_on(self._title()))

    async def keep_showing(self) -> None:
        """Rewrite the messages as the job goes on, until it is over."""
        while not self.over.is_set():
            asked = self._course.asked is not None
            if not asked:
                self._called.clear()
            for follower in list(self._shown.values()):
                if not self.over.is_set() and self._wait_s(follower) <= 0:
                    await self._rewrite(follower, asked=asked)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self.over.wait(), min(LOOK_S, self._board.edit_s))

    async def ended(self, result: Words) -> None:
        """Say how the job went, to all who follow it, and to those who are about to."""
        self._result = result
        told = await asyncio.gather(*map(self._settle, list(self._shown.values())), return_exceptions=True)
        for failure in told:
            if isinstance(failure, BaseException):
                log.error("the end of a job could not be told", exc_info=failure)

    def _wait_s(self, follower: Follower) -> float:
        """Return how long a message must not be changed yet, in seconds."""
        return max(0.0, self._edited[follower.id] + self._board.edit_s - time.monotonic())

    async def _rewrite(self, follower: Follower, *, asked: bool) -> None:
        with speaking(follower.language):
            words = self._now()
            if words != self._words[follower.id] and follower.message is not None:
                written = await self._board.edit(follower.chat, follower.message, note(words), self._buttons())
                self._edited[follower.id] = time.monotonic()
                if written is Written.SHOWN:
                    self._words[follower.id] = words
                elif written is Written.GONE:
                    self._shown[follower.id] = replace(follower, message=None)
            if asked and follower.id not in self._called:
                self._called.add(follower.id)
                # An edited message rings nobody's phone.
                await self._call(self._shown[follower.id])

    async def _call(self, follower: Follower) -> None:
        """Call a follower to the question that the job's message shows; where it is gone, ask in a new one."""
        if follower.message is not None:
            await self._board.post(self.target(follower, follower.message), note(texts_jobs.needs_decision()))
            return
        words = self._now()
        message = await self._board.post(self.target(follower), note(words), self._buttons())
        self._shown[follower.id], self._words[follower.id] = replace(follower, message=message), words
        await asyncio.to_thread(self._followers.show, follower.id, message)

    async def _settle(self, follower: Follower) -> None:
        """Put the last words into a message."""
        assert self._result is not None, "the job has ended"
        if not self.hurries:
            await asyncio.sleep(self._wait_s(follower))
        with speaking(follower.language):
            said = self._result()
            words = note(f"{self._title()}\n\n{said}")
        await self._board.settle(self.target(follower), follower.message, words)
        if follower.message is not None and time.monotonic() - self._began >= RINGS_S:
            await self._board.post(self.target(follower, follower.message), note(said))

    def _now(self, lead: str = "") -> str:
        """Say how far the job is, in the language that is being spoken."""
        asked, step = self._course.asked, self._course.seen
        if asked is not None:
            return f"{self._title()}\n\n{asked.question()}"
        shown = progress(step) if step else texts_jobs.beginning()
        head = f"{lead}\n\n" if lead else ""
        return f"{head}{self._title()}\n{shown}"

    def _buttons(self) -> InlineKeyboardMarkup:
        asked, number = self._course.asked, self._course.job.id
        if asked is None:
            return InlineKeyboardMarkup(
                [[InlineKeyboardButton(texts_jobs.button_cancel(), callback_data=f"{CANCEL}{number}")]]
            )
        return InlineKeyboardMarkup(
            [
                [
                    InlineKeyboardButton(label(), callback_data=f"{DECIDE}{number}:{position}")
                    for position, (_, label) in enumerate(asked.options)
                ]
            ]
        )


def progress(step: Step) -> str:
    """Say how far a job is: what is done, how much of it, and how long the rest will take."""
    rows = [step.stage(), texts_jobs.bar(step.done, step.total)]
    counted = texts_jobs.counted(step.done, step.total)
    seconds = step.left_s(time.monotonic())
    rest = texts_jobs.left(seconds) if seconds is not None and step.done < step.total else ""
    rows.append(" · ".join(each for each in (counted, rest) if each))
    return "\n".join(each for each in rows if each)
