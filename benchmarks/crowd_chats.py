"""How many answers are lost or sent twice when 64 chats ask at once, through the local Telegram at its real limits.

    python benchmarks/crowd_chats.py [--data-dir DIR] [--questions FILE]

The bot is `verbatim serve` in a process of its own; each chat sends all its questions at once. What is printed besides:
how long people waited, and the least that the platform's thirty messages a second allow.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.crowd import opened, questions_for
from bot.chat import texts
from sandbox import Sandbox

if TYPE_CHECKING:
    from sandbox import Person

LATE_S = 300.0
START_S = 120.0
QUIET_S = 3.0
"""Seconds after the last answer within which one that is sent twice would come."""


def main() -> None:
    """Measure, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data-dir", type=Path, help="a data directory with articles; the bot keeps its state there")
    parser.add_argument("--models", type=Path, help="where the compiled model is; default: in the data directory")
    parser.add_argument("--questions", type=Path, help='JSONL of {"question": …}, also gzipped; default: made up')
    parser.add_argument("--chats", type=int, default=64)
    parser.add_argument("--each", type=int, default=3, help="questions of each chat")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        directory = options.data_dir or Path(temporary)
        app = opened(directory, options.models)
        questions = questions_for(app, options.questions, options.chats * options.each)
        app.close()
        asyncio.run(_measure(directory, questions, options))


async def _measure(directory: Path, questions: list[str], options: argparse.Namespace) -> None:
    async with Sandbox() as telegram:
        environment = os.environ | {
            "VERBATIM_TELEGRAM_TOKEN": telegram.token,
            "VERBATIM_TELEGRAM_API_URL": telegram.api_url,
            "VERBATIM_DATA_DIR": str(directory),
            "VERBATIM_QUESTIONS_PER_MINUTE": "0",
        }
        command = [sys.executable, "-c", "from bot.cli import main; main()", "serve"]
        server = await asyncio.create_subprocess_exec(*command, env=environment, stderr=asyncio.subprocess.PIPE)
        try:
            assert server.stderr is not None, "it is a pipe"
            async with asyncio.timeout(START_S):
                while b"answers from" not in await server.stderr.readline():
                    assert server.returncode is None, "the bot ended"
            draining = asyncio.create_task(server.stderr.read())
            people = [telegram.person(f"Reader {number}", started=True) for number in range(options.chats)]
            mine = [questions[number :: options.chats] for number in range(options.chats)]
            began = time.monotonic()
            asked = [[(await person.say(each)).id for each in own] for person, own in zip(people, mine, strict=True)]
            chats = await asyncio.gather(*(_heard(*each, began) for each in zip(people, asked, strict=True)))
            await asyncio.sleep(QUIET_S)
            _print(people, asked, [seconds for chat in chats for seconds in chat], len(telegram.errors))
        finally:
            if server.returncode is None:
                server.terminate()
            await server.wait()
        await draining


async def _heard(person: Person, asked: list[int], began: float) -> list[float]:
    """Return the seconds after which each answer of a chat came, until all have or it is too late."""
    came: dict[int | None, float] = {}
    while len(came) < len(asked) and time.monotonic() - began < LATE_S:
        for each in person.unread():
            if each.text != texts.delayed():
                came.setdefault(each.reply_to, time.monotonic() - began)
        await asyncio.sleep(0.1)
    return list(came.values())


def _print(people: list[Person], asked: list[list[int]], waited: list[float], errors: int) -> None:
    heard = [[each.reply_to for each in person.unread() if each.text != texts.delayed()] for person in people]
    count = sum(map(len, asked))
    lost = sum(number not in chat for own, chat in zip(asked, heard, strict=True) for number in own)
    twice = sum(chat.count(number) > 1 for own, chat in zip(asked, heard, strict=True) for number in own)
    unordered = sum(list(dict.fromkeys(chat)) != own for own, chat in zip(asked, heard, strict=True))
    told = sum(each.text == texts.delayed() for person in people for each in person.unread())
    print(f"{len(people)} chats, {count} questions, all at once\n")
    print("| measure | value |")
    print("|---|---|")
    print(f"| answers lost | {lost} |")
    print(f"| answers sent twice | {twice} |")
    print(f"| chats whose order was not kept | {unordered} |")
    print(f"| calls refused by the platform | {errors} |")
    print(f"| chats that were told to wait | {told} |")
    print(f"| waited, median and longest, s | {statistics.median(waited):.1f}, {max(waited):.1f} |")
    print(f"| least that the platform's rate allows for all, s | {count / 30:.1f} |")


if __name__ == "__main__":
    main()
