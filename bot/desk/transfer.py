"""Imports and exports from the chat."""

from __future__ import annotations

import asyncio
import logging
import re
import tempfile
import threading
from dataclasses import dataclass, field
from pathlib import Path, PurePath
from typing import TYPE_CHECKING

from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from bot.chat.formatting import note, short
from bot.chat.taps import acknowledge
from bot.desk import texts_desk
from bot.desk import texts_transfer as texts
from bot.desk.cards import data
from bot.desk.exporting import export
from bot.desk.filters import chosen
from bot.desk.intakes import FilePart
from bot.desk.parts import parts_of
from bot.desk.readings import MEGABYTE, MOST_DOWNLOAD_BYTES, MOST_NAME_CHARS
from bot.language import speaking, translated
from corpus.errors import CorpusLockedError, RecordError, VerbatimError
from corpus.importing import Listener, Report, run_import
from corpus.sources import find

if TYPE_CHECKING:
    from telegram import CallbackQuery, Message

    from bot.desk.acts import Act, Tools, Works
    from bot.desk.imports import Import, Imports
    from corpus.records import BadRecord
    from corpus.sources import Found
    from corpus.store import Filter

log = logging.getLogger(__name__)

PROGRESS_S = 3.0
"""The message that shows how far an import is changes no more often."""

LOCK_WAIT_S = 1.0
LEAST_TELLING_BYTES = MEGABYTE
"""Of a file at least this large it is told how much of it was read."""

MOST_BAD = 5
"""Bad records that are told one by one; the others are counted."""

IMPORTS = "imports"
"""Folder in the data directory in which files lie while they are imported."""

_SUFFIX = re.compile(r"\.\w{1,10}", re.ASCII)


class _EndedError(Exception):
    """The bot ends: an import is left for its next start."""


@dataclass(slots=True)
class _Course:
    """How an import goes; written by its thread, read by the loop.

    Attributes:
        stops: whether the admin cancelled it.
        ends: whether the bot ends.
        waits: whether another process holds the lock.
        found: what is read, once that is known.
        bad: the first bad records.
    """

    stops: threading.Event = field(default_factory=threading.Event)
    ends: threading.Event = field(default_factory=threading.Event)
    waits: bool = False
    report: Report = field(default_factory=Report)
    found: Found | None = None
    bad: list[BadRecord] = field(default_factory=list)

    def progress(self, report: Report) -> None:
        """Note how far it is.

        Raises:
            _EndedError: the bot ends.
        """
        self.report = report
        if self.ends.is_set():
            raise _EndedError

    def heard(self, record: BadRecord) -> None:
        """Note a bad record."""
        if len(self.bad) < MOST_BAD:
            self.bad.append(record)


class Transfer:
    """Imports what admins send, and sends what they want exported.

    Args:
        tools: what it works with.
        imports: the imports that were begun.
        works: where they run.
    """

    def __init__(self, tools: Tools, imports: Imports, works: Works) -> None:
        self._tools = tools
        self._imports = imports
        self._works = works
        self._courses: dict[int, _Course] = {}
        self._folder = tools.newsroom.app.settings.data_dir / IMPORTS

    async def recover(self) -> None:
        """Go on with the imports that an earlier run of the bot left."""
        for number in await asyncio.to_thread(self._imports.open):
            self._begin(number)

    async def take(self, act: Act, message: Message) -> None:
        """Begin an import of the file in a message, or in the one that it replies to."""
        parts = parts_of(message if message.document or not message.reply_to_message else message.reply_to_message)
        files = [part for part in parts if isinstance(part, FilePart)]
        if not files:
            await self._tools.say(act.target, texts.import_usage())
        for file in files:
            if file.size > MOST_DOWNLOAD_BYTES:
                words = texts_desk.too_large(short(file.name, MOST_NAME_CHARS), file.size // MEGABYTE)
                await self._tools.say(act.target, words)
            else:
                self._begin(await asyncio.to_thread(self._imports.add, act.target, act.user, act.language, file))

    async def stop(self, act: Act, query: CallbackQuery, number: int, rest: str) -> None:
        """End an import after the batch that is being stored."""
        del rest
        course = self._courses.get(number)
        known = await asyncio.to_thread(self._imports.read, number)
        if course is None or known is None or known.target.chat != act.target.chat:
            await acknowledge(query, texts.import_over())
            return
        course.stops.set()
        await acknowledge(query, texts.stopping(), alert=False)

    async def export(self, act: Act, words: str) -> None:
        """Send the articles that words and filters choose, as files."""
        try:
            wanted = chosen(words)
        except RecordError as error:
            await self._tools.say(act.target, error.problem)
            return
        self._works.start(self._exported(act, words, wanted))

    async def _exported(self, act: Act, words: str, wanted: Filter) -> None:
        with tempfile.TemporaryDirectory(dir=self._tools.newsroom.app.settings.data_dir) as place:
            made = await asyncio.to_thread(export, self._tools.newsroom.store, wanted, Path(place))
            if not made.articles:
                await self._tools.say(act.target, texts.nothing_to_export())
                return
            for path in made.paths:
                name = path.name if len(made.paths) > 1 else "articles.jsonl.gz"
                caption = texts.exported(made.articles) if path is made.paths[-1] else ""
                if not await self._tools.posting.send_file(act.target, path, name, caption):
                    await self._tools.say(act.target, texts.not_exported())
                    return
        await self._tools.access.done(act.user, "export", f"{made.articles} articles {words}".strip())

    def _begin(self, number: int) -> None:
        self._courses[number] = _Course()
        self._works.start(self._run(number))

    async def _run(self, number: int) -> None:
        """Carry an import out, from the download to the result."""
        job = await asyncio.to_thread(self._imports.read, number)
        if job is None:
            return
        course = self._courses[number]
        with speaking(job.language):
            name = short(job.file.name, MOST_NAME_CHARS)
            words = texts.import_goes_on(name) if job.begun else texts.import_begins(name)
            message = await self._tools.posting.post(job.target, note(words), _cancel(number))
            await asyncio.to_thread(self._imports.shown, number, message)
            path = await self._downloaded(job)
            if path is None:
                await self._finish(job, message, texts_desk.not_downloaded(name))
                return
            await asyncio.to_thread(self._imports.begin, number)
            showing = asyncio.create_task(self._show(job, message, course))
            try:
                await asyncio.to_thread(self._import, path, course)
                told = _told(name, course, path)
                subject = f"{job.file.name}: {texts.outcomes(course.report.outcomes, course.report.bad)}"
                await self._tools.access.done(job.user, "import", subject)
            except VerbatimError as error:
                told = texts.import_failed(name, texts_desk.failed(error).replace(str(path), name))
            except asyncio.CancelledError:
                course.ends.set()
                raise
            except Exception:
                log.exception("an import failed")
                told = texts.import_failed(name, texts_desk.went_wrong())
            finally:
                showing.cancel()
                self._courses.pop(number, None)
            await asyncio.gather(showing, return_exceptions=True)
            await self._finish(job, message, told)

    def _import(self, path: Path, course: _Course) -> None:
        """Import a file, as soon as nobody else changes the corpus.

        Raises:
            _EndedError: the bot ends.
            VerbatimError: the file cannot be read at all, or the corpus not be changed.
        """
        newsroom = self._tools.newsroom
        while not course.stops.is_set():
            try:
                with newsroom.writing(LOCK_WAIT_S) as writer:
                    course.waits = False
                    course.found = find([str(path)])
                    listener = Listener(course.progress, course.heard, course.stops.is_set)
                    course.report = run_import(course.found, writer, newsroom.app.jobs, listener)
                    return
            except CorpusLockedError:
                course.waits = True
                if course.ends.is_set():
                    raise _EndedError from None
        course.report.stopped = True

    async def _downloaded(self, job: Import) -> Path | None:
        """Return where the file of an import lies, after downloading it if it does not lie there yet."""
        suffixes = "".join(each for each in PurePath(job.file.name).suffixes[-2:] if _SUFFIX.fullmatch(each))
        path = self._folder / f"{job.id}.import{suffixes.lower()}"
        if path.exists():
            return path
        self._folder.mkdir(parents=True, exist_ok=True)
        pending = path.with_name(f"{path.name}.part")
        if not await self._tools.posting.fetch_file(job.file.file, pending):
            return None
        # It gets its name when it is whole: what a crash leaves behind is downloaded again.
        return await asyncio.to_thread(pending.replace, path)

    async def _show(self, job: Import, message: int, course: _Course) -> None:
        """Keep the message up to date."""
        shown = ""
        name = short(job.file.name, MOST_NAME_CHARS)
        while True:
            await asyncio.sleep(PROGRESS_S)
            words = texts.import_waits(name) if course.waits else _progress(name, course)
            if words != shown and message:
                shown = words
                await self._tools.posting.edit(job.target.chat, message, note(words), _cancel(job.id))

    async def _finish(self, job: Import, message: int, words: str) -> None:
        """Tell what became of an import, and forget it."""
        await asyncio.to_thread(self._imports.done, job.id)
        for path in await asyncio.to_thread(lambda: list(self._folder.glob(f"{job.id}.*"))):
            await asyncio.to_thread(path.unlink, missing_ok=True)
        if not message or not await self._tools.posting.edit(job.target.chat, message, note(words)):
            await self._tools.say(job.target, words)


def _progress(name: str, course: _Course) -> str:
    report, found = course.report, course.found
    # Of a small file nearly all is read ahead.
    is_telling = found is not None and (found.size or 0) >= LEAST_TELLING_BYTES
    percent = 100 * found.position // found.size if is_telling and found and found.size else None
    return texts.importing(name, report.records + report.skipped, percent)


def _told(name: str, course: _Course, path: Path) -> str:
    report = course.report
    head = texts.import_cancelled(name) if report.stopped else texts.imported(name)
    lines = [f"{head}: {texts.outcomes(report.outcomes, report.bad)}."]
    if report.skipped:
        lines.append(texts.earlier(report.skipped))
    lines += [f"{str(each.place).replace(str(path), name)}: {translated(each.reason)}" for each in course.bad]
    return "\n".join(lines)


def _cancel(number: int) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup([[InlineKeyboardButton(texts.cancel(), callback_data=data("stop", number))]])
