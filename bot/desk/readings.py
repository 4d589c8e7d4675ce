"""Reading what was handed in: files are downloaded, pages fetched, texts cleaned; what comes of it is a card."""

from __future__ import annotations

import asyncio
import logging
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from bot.chat.formatting import note, short
from bot.desk import texts_desk as texts
from bot.desk.cards import bundle, preview
from bot.desk.intakes import FilePart, LinkPart, PostPart, TextPart, joined
from bot.desk.newsroom import MOST_READ
from bot.language import speaking
from corpus.errors import VerbatimError

if TYPE_CHECKING:
    from collections.abc import Callable

    from telegram import InlineKeyboardMarkup

    from bot.chat.formatting import Note
    from bot.chat.sending import Target
    from bot.desk.acts import Tools
    from bot.desk.drafts import Pending, Piece
    from bot.desk.intakes import Intakes, Part
    from corpus.records import Draft

log = logging.getLogger(__name__)

MEGABYTE = 1 << 20
MOST_DOWNLOAD_BYTES = 20 * MEGABYTE
"""What Telegram lets a bot download."""

MOST_PROBLEMS = 10
MOST_NAME_CHARS = 80
UPLOADS = "uploads"
"""Folder in the data directory in which files lie while they are read."""


@dataclass(slots=True)
class _Haul:
    """What was read so far."""

    drafts: list[Draft] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


class Readings:
    """Reads intakes.

    Args:
        tools: what it works with.
        intakes: what was handed in.
    """

    def __init__(self, tools: Tools, intakes: Intakes) -> None:
        self._tools = tools
        self._intakes = intakes

    async def read(self, number: int) -> None:
        """Read an intake and show what comes of it."""
        intake = await asyncio.to_thread(self._intakes.read, number)
        if intake is None:
            return
        with speaking(intake.language):
            haul = _Haul()
            try:
                for parts in _runs(intake.parts):
                    await self._part(parts, haul)
            except Exception:
                log.exception("what was handed in could not be read")
                haul.problems.append(texts.went_wrong())
            await self._show(intake.target, haul)
        # Not before: what a crash interrupts is read again after the next start.
        await asyncio.to_thread(self._intakes.close, number)

    async def show(self, pending: Pending, target: Target) -> None:
        """Show what waits for a word as a new card."""
        card, markup = await asyncio.to_thread(self.card, pending)
        message = await self._tools.posting.post(target, card, markup)
        if message:
            await asyncio.to_thread(self._tools.drafts.shown, pending.id, message)

    def card(self, pending: Pending, page: int = 0) -> tuple[Note, InlineKeyboardMarkup]:
        """Return the card of what waits for a word."""
        pieces = self._tools.drafts.pieces(pending.id)
        if pending.count > 1:
            return bundle(pending, pieces, page)
        like = pieces[0].same or pieces[0].near
        known = self._tools.newsroom.store.articles([like]).get(like) if like else None
        return preview(pending, pieces[0], known)

    async def _part(self, parts: list[Part], haul: _Haul) -> None:
        newsroom = self._tools.newsroom
        match parts[0]:
            case TextPart():
                text = joined([part.text for part in parts if isinstance(part, TextPart)])
                await self._one(haul, texts.pasted(), lambda: newsroom.read_text(text))
            case PostPart() as post:
                await self._one(haul, post.channel, lambda: newsroom.read_post(post))
            case LinkPart(url):
                if newsroom.pages is None:
                    haul.problems.append(texts.no_fetching())
                    return
                pages = newsroom.pages
                await self._one(haul, url, lambda: pages.article(url))
            case FilePart() as file:
                await self._file(file, haul)

    @staticmethod
    async def _one(haul: _Haul, name: str, work: Callable[[], Draft]) -> None:
        try:
            haul.drafts.append(await asyncio.to_thread(work))
        except VerbatimError as error:
            haul.problems.append(texts.unreadable(short(name, MOST_NAME_CHARS), error))

    async def _file(self, file: FilePart, haul: _Haul) -> None:
        name = short(file.name, MOST_NAME_CHARS)
        if file.size > MOST_DOWNLOAD_BYTES:
            haul.problems.append(texts.too_large(name, file.size // MEGABYTE))
            return
        folder = self._tools.newsroom.app.settings.data_dir / UPLOADS
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder) as place:
            path = Path(place) / "file"
            if not await self._tools.posting.fetch_file(file.file, path):
                haul.problems.append(texts.not_downloaded(name))
                return
            try:
                reading = await asyncio.to_thread(self._tools.newsroom.read_file, path, file.name)
            except VerbatimError as error:
                haul.problems.append(texts.unreadable(name, error))
                return
        if reading.more or len(haul.drafts) + len(reading.drafts) > MOST_READ:
            haul.problems.append(texts.for_import(name, MOST_READ))
            return
        haul.drafts += reading.drafts
        haul.problems += [
            texts.bad_record(short(str(record.place), MOST_NAME_CHARS), record.reason) for record in reading.bad
        ]

    async def _show(self, target: Target, haul: _Haul) -> None:
        left = len(haul.problems) - MOST_PROBLEMS
        problems = [*haul.problems[:MOST_PROBLEMS], *([texts.more_problems(left)] if left > 0 else [])]
        if not haul.drafts and not problems:
            problems = [texts.nothing_read()]
        if problems:
            await self._tools.posting.post(target, note("\n".join(problems)))
        if not haul.drafts:
            return
        pieces: list[Piece] = await asyncio.to_thread(lambda: [*map(self._tools.newsroom.piece, haul.drafts)])
        pending = await asyncio.to_thread(self._tools.drafts.add, target, pieces)
        await self.show(pending, target)


def _runs(parts: tuple[Part, ...]) -> list[list[Part]]:
    """Put pieces of text that follow each other together; everything else stands alone."""
    runs: list[list[Part]] = []
    for part in parts:
        if runs and isinstance(part, TextPart) and isinstance(runs[-1][-1], TextPart):
            runs[-1].append(part)
        else:
            runs.append([part])
    return runs
