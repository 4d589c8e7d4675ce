"""A Telegram by hand: `python -m sandbox`, point the bot at it, and chat.

A line is said to the bot; `#2` taps the second button of the last message that has any; an empty line ends it.
"""

import argparse
import asyncio
import contextlib
import sys

from sandbox import Person, Sandbox, SandboxOptions, Shown

DAY_S = 86400.0


async def chat(port: int) -> None:
    """Serve until the person ends the chat, showing what the bot writes as it comes."""
    telegram = Sandbox(SandboxOptions(port=port))
    async with telegram:
        _write("In another terminal, start the bot with")
        _write(f"  export VERBATIM_TELEGRAM_TOKEN={telegram.token} VERBATIM_TELEGRAM_API_URL={telegram.api_url}")
        _write("Then chat here; #2 taps the second button, an empty line ends.")
        person = telegram.person("You", started=True)
        listening = asyncio.create_task(_listen(person))
        try:
            while line := (await asyncio.to_thread(sys.stdin.readline)).strip():
                await _act(telegram, person, line)
        finally:
            listening.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await listening
            for failure in telegram.errors:
                _write(f"answered with an error: {failure.method}: {failure.description}")


def _write(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


async def _listen(person: Person) -> None:
    while True:
        _write((await person.hears(timeout=DAY_S)).line())


async def _act(telegram: Sandbox, person: Person, line: str) -> None:
    if not line.startswith("#"):
        await person.say(line)
        return
    shown = next((each for each in reversed(telegram.messages(person)) if each.buttons), None)
    label = _label(shown, line[1:])
    if shown is None or label is None:
        _write("there is no such button")
        return
    tap = await person.tap(label, on=shown)
    _write(tap.url or f"(tapped {label})")


def _label(shown: Shown | None, number: str) -> str | None:
    labels = shown.labels if shown else []
    return labels[int(number) - 1] if number.isdecimal() and 1 <= int(number) <= len(labels) else None


def main() -> None:
    """Read the port from the command line and start."""
    parser = argparse.ArgumentParser(prog="python -m sandbox", description=__doc__.splitlines()[0])
    parser.add_argument("--port", type=int, default=8081, help="loopback port to serve on (default: 8081)")
    asyncio.run(chat(parser.parse_args().port))


if __name__ == "__main__":
    main()
