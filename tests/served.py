"""The real bot in a process of its own, over invented articles, for tests that need one."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from fake_answering import save

from sandbox import Limits, SandboxOptions

if TYPE_CHECKING:
    from sandbox import Person, Sandbox

TESTS = Path(__file__).parent
RUNNER = TESTS / "e2e" / "runner.py"
COMMANDS = TESTS / "e2e" / "commands.py"
DESK_RUNNER = TESTS / "e2e" / "desk_runner.py"
WEB_RUNNER = TESTS / "e2e" / "web_runner.py"
UNHURRIED = TESTS / "e2e" / "unhurried.py"

BRIDGE = (
    "The council of Port Vell met on day {n}.\n\n"
    "“The new bridge will open in spring,” said Mina Okafor, the mayor, for the {n}. time.\n\n"
    "Work on it began two years ago."
)
HOSTILE = (
    "Before <b>this</b>.\n\n"
    "<blockquote>&amp; & &lt; <a href='https://evil.example'>hostile</a> “she said <i>yes & no</i> to it” 😀👨‍👩‍👧 "
    "\u200fאמר ראש העיר: „כן”.</blockquote>\n\nAfter </b> it."
)
SENTENCE = "The harbour master counted the longest list of ships & boats that anybody in Port Vell remembers. "
LONG = "Prologue.\n\n" + SENTENCE * 30 + "“" + SENTENCE * 20 + "” he said.\n\nEpilogue."
ARTICLES: tuple[dict[str, object], ...] = (
    *({"number": n, "text": BRIDGE.format(n=n), "title": f"Bridge news {n}"} for n in range(1, 6)),
    {"number": 6, "text": HOSTILE, "title": "<b>Hostile</b> & co", "publisher": "<i>Mirror</i>"},
    {"number": 7, "text": LONG, "title": "Ships"},
    {"number": 8, "text": "A note without an address: linkless.", "url": None, "title": ""},
    {"number": 9, "text": "An address that is none: scripted.", "url": "javascript:alert(1)"},
)


COUNCIL = "“The ferry will stay free of charge,” Mina Okafor told the council in week {n}."
PILOT = "Tobi Okafor promised that the ferry would sail at night."
BAKER = "Ola Wren called the ferry “a gift to bakers” and wanted more of it."
SPOKEN: tuple[dict[str, object], ...] = (
    *({"number": n, "text": f"The council met.\n\n{COUNCIL.format(n=n)}\n\nIt rained."} for n in range(1, 4)),
    {"number": 4, "text": f"Pilots spoke up.\n\n{PILOT}\n\nNobody slept.", "title": "Pilots"},
    *({"number": n, "text": f"“The lighthouse needs paint {n} times,” Ida Wren said."} for n in range(5, 9)),
    {"number": 9, "text": BAKER, "title": "Bread"},
)
"""Articles in which people speak: two Okafors who cannot be told apart, and two Wrens of whom one is meant."""

CAST = (
    (1, "Mina Okafor", "mayor of Port Vell"),
    (2, "Tobi Okafor", "harbour pilot"),
    (3, "Ida Wren", "lighthouse keeper"),
    (4, "Ola Wren"),
    *((number, f"Witness {number}") for number in range(10, 22)),
)


def _told(number: int, article: int, speaker: int, words: str, **said: str) -> dict[str, object]:
    return {"id": number, "article": article, "speaker": speaker, "words": words, **said}


TOLD = (
    *(_told(n, n, 1, COUNCIL.format(n=n), said="“The ferry will stay free of charge,”") for n in range(1, 4)),
    _told(4, 4, 2, PILOT, said="that the ferry would sail at night", kind="indirect"),
    *(_told(n, n, 3, f"“The lighthouse needs paint {n} times,” Ida Wren said.", said="paint") for n in range(5, 9)),
    _told(9, 9, 4, BAKER, said="“a gift to bakers”", kind="mixed"),
    *(_told(n, 4, n, "Nobody slept.", said="slept", kind="indirect") for n in range(10, 22)),
)

RATING = ["👍", "👎", "Share"]
"""Labels of the buttons under every answer, behind all others."""

SLOW = {"slowly": 1.2, "sluggish": 4.5}
"""How many seconds questions with a word take."""

QUICK = SandboxOptions(limits=Limits.scaled(5))
"""Telegram's limits with time running five times as fast, as it does for the bot over invented articles."""


@dataclass
class Bot:
    """A bot in a process of its own, logging everything it can.

    Attributes:
        telegram: where it serves.
        directory: its data directory.
        command: what is started, with its arguments.
        settings: environment on top of token, server and data directory.
        ready: what it writes when it is ready.
    """

    telegram: Sandbox
    directory: Path
    command: list[str]
    settings: dict[str, str] = field(default_factory=dict)
    ready: bytes = b"serving @"
    process: asyncio.subprocess.Process | None = None

    @property
    def articles(self) -> Path:
        """The file of the invented articles."""
        return self.directory / "articles.json"

    @property
    def log(self) -> str:
        """Everything written to standard output and error by all runs."""
        return (self.directory / "log.txt").read_text()

    def _environment(self) -> dict[str, str]:
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("VERBATIM_")}
        given = {
            "VERBATIM_TELEGRAM_TOKEN": self.telegram.token,
            "VERBATIM_TELEGRAM_API_URL": self.telegram.api_url,
            "VERBATIM_DATA_DIR": str(self.directory),
            "VERBATIM_LOG_LEVEL": "DEBUG",
            "PYTHONPATH": f"{TESTS.parent}{os.pathsep}{TESTS}",
        }
        return inherited | given | self.settings

    async def start(self, *, ready: bool = True) -> None:
        """Start it, and wait until it says that it is ready."""
        with (self.directory / "log.txt").open("ab") as log:
            before = log.tell()
            self.process = await asyncio.create_subprocess_exec(
                *self.command,
                env=self._environment(),
                stdout=log,
                stderr=log,
                cwd=self.directory,
            )
        if ready:
            async with asyncio.timeout(60):
                while self.ready not in (self.directory / "log.txt").read_bytes()[before:]:
                    assert self.process.returncode is None, self.log
                    await asyncio.sleep(0.05)

    async def run(self, *arguments: str) -> None:
        """Run another command of the same program, such as `add FILE`, to its end."""
        with (self.directory / "log.txt").open("ab") as log:
            command = *self.command[:-1], *arguments
            other = await asyncio.create_subprocess_exec(*command, env=self._environment(), stdout=log, stderr=log)
        assert await other.wait() == 0, self.log

    async def ended(self, timeout_s: float = 20) -> int:
        """Wait until it ends by itself; return its exit status."""
        assert self.process
        async with asyncio.timeout(timeout_s):
            return await self.process.wait()

    async def stop(self, number: signal.Signals = signal.SIGTERM) -> int:
        """End it with a signal; return its exit status."""
        assert self.process
        if self.process.returncode is None:
            self.process.send_signal(number)
        return await self.ended()

    async def close(self) -> None:
        """End it, and check that neither the token nor its secret half was ever written anywhere."""
        if self.process and self.process.returncode is None:
            await self.stop()
        assert self.telegram.token.partition(":")[2] not in self.log


def invented(telegram: Sandbox, directory: Path, **settings: str) -> Bot:
    """Return the bot over the invented articles."""
    directory.mkdir(parents=True, exist_ok=True)
    made = Bot(telegram, directory, [sys.executable, str(RUNNER), str(directory / "articles.json"), "8"], settings)
    save(made.articles, ARTICLES, SLOW)
    return made


def commanded(telegram: Sandbox, directory: Path, commands: Path = COMMANDS) -> Bot:
    """Return the bot as `verbatim serve` runs it, with a real corpus and index and a small model."""
    directory.mkdir(parents=True, exist_ok=True)
    return Bot(telegram, directory, [sys.executable, str(commands), "serve"], ready=b" answers from ")


def newsroom(telegram: Sandbox, directory: Path, owner: Person) -> Bot:
    """Return the bot over an empty corpus of its own, with small models, pages from a file, and an owner."""
    directory.mkdir(parents=True, exist_ok=True)
    (directory / "pages.json").write_text("{}")
    settings = {"VERBATIM_OWNER_ID": str(owner.id)}
    return Bot(telegram, directory, [sys.executable, str(DESK_RUNNER)], settings, ready=b" answers from ")


def on_the_web(telegram: Sandbox, directory: Path, owner: Person, names: dict[str, str], **settings: str) -> Bot:
    """Return the bot over an empty corpus of its own, with small models, the real fetcher, and an owner.

    Args:
        telegram: where it serves.
        directory: its data directory.
        owner: its owner.
        names: name -> IP address, all the names that the web has.
        settings: further settings, by the name of their variable.
    """
    directory.mkdir(parents=True, exist_ok=True)
    (directory / "names.json").write_text(json.dumps(names))
    settings |= {"VERBATIM_OWNER_ID": str(owner.id)}
    return Bot(telegram, directory, [sys.executable, str(WEB_RUNNER)], settings, ready=b" answers from ")


@dataclass(frozen=True)
class World:
    """A Telegram with a running bot, shared by the tests of a module; each uses people and groups of its own."""

    telegram: Sandbox
    server: Bot
    owner: Person | None = None
