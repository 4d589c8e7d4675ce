"""The command /jobs, and the buttons under the message of a long job: Cancel, and what it wants to have decided."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from telegram import Message
from telegram.ext import CallbackQueryHandler, CommandHandler, filters

from bot.care import texts_jobs
from bot.care.courses import DONE, STAGE, TOTAL
from bot.care.showing_jobs import CANCEL, DECIDE, progress
from bot.chat.formatting import note, short
from bot.chat.sending import Target
from bot.chat.taps import acknowledge
from corpus.jobs import JobState

if TYPE_CHECKING:
    from telegram import Update
    from telegram.ext import Application, ContextTypes

    from bot.access.access import Access
    from bot.care.jobs_running import Runner
    from bot.chat.sending import Sender
    from corpus.jobs import Job

LISTED = 10
MOST_PROBLEM_CHARS = 200


class JobDesk:
    """Lists jobs, and takes taps on their buttons.

    Args:
        access: who may do so.
        runner: who runs the jobs.
        sender: how messages leave.
    """

    def __init__(self, access: Access, runner: Runner, sender: Sender) -> None:
        self._access = access
        self._runner = runner
        self._sender = sender

    def register(self, application: Application[Any, Any, Any, Any, Any, Any]) -> None:
        """Add the handlers."""
        application.add_handlers(
            [
                CommandHandler("jobs", self.jobs, filters=filters.UpdateType.MESSAGE),
                CallbackQueryHandler(self.tap, pattern=f"^({CANCEL}|{DECIDE})"),
            ]
        )

    async def jobs(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """List the jobs that were begun last."""
        del context
        if await self._access.admin(update, "jobs") is None:
            return
        entries = await asyncio.to_thread(self._listed)
        await answer(self._sender, update, "\n\n".join(entries) or texts_jobs.no_jobs())

    async def tap(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """Cancel a job, or take a decision for it."""
        del context
        query = update.callback_query
        if query is None:
            return
        numbers = [int(each) for each in (query.data or "").split(":")[2:] if each.isdecimal()]
        if (query.data or "").startswith(CANCEL):
            user = await self._access.admin(update, "cancel job")
            if user is not None:
                done = bool(numbers) and await self._runner.cancel(numbers[0], query.from_user.full_name)
                await acknowledge(query, texts_jobs.cancelling() if done else texts_jobs.over(), alert=not done)
                if done:
                    await self._access.done(user, "cancel job", f"job {numbers[0]}")
            return
        user = await self._access.admin(update, "decide for job")
        if user is not None:
            done = len(numbers) > 1 and self._runner.choose(numbers[0], numbers[1])
            await acknowledge(query, texts_jobs.decided() if done else texts_jobs.over(), alert=not done)
            if done:
                await self._access.done(user, "decide for job", f"job {numbers[0]}: option {numbers[1] + 1}")

    def _listed(self) -> list[str]:
        return [self._described(job) for job in self._runner.jobs.latest(LISTED)]

    def _described(self, job: Job) -> str:
        """Describe a job in a few lines."""
        followers = self._runner.followers.of(job.id)
        course = self._runner.course(job.id)
        running = job.state is JobState.RUNNING
        state = texts_jobs.state_of("waiting" if running and course is None else job.state.value)
        name = followers[0].name if followers else texts_jobs.terminal()
        lines = [
            f"#{job.id} {self._runner.title(job)}: {state}",
            texts_jobs.started_by(name, datetime.now(UTC) - job.created_at),
        ]
        if course is not None and course.seen is not None:
            lines.append(progress(course.seen))
        elif running and job.progress.get(STAGE):
            counted = texts_jobs.counted(int(job.progress.get(DONE, 0)), int(job.progress.get(TOTAL, 0)))
            lines.append(" · ".join(each for each in (str(job.progress[STAGE]), counted) if each))
        if job.problem:
            lines.append(short(job.problem, MOST_PROBLEM_CHARS))
        return "\n".join(lines)


async def answer(sender: Sender, update: Update, words: str, markup: Any = None) -> None:
    """Answer a command where it was written; in groups as a reply to it."""
    message = update.effective_message
    if not isinstance(message, Message):
        return
    thread = message.message_thread_id if message.is_topic_message else None
    reply_to = None if message.chat.type == message.chat.PRIVATE else message.message_id
    await sender.send(Target(message.chat.id, reply_to, thread), note(words), markup)
