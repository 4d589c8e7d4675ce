"""A local Telegram: a strict Bot API server for tests and for trying the bot.

The server answers as the official one does and holds every call to the published contract; people act through
`Person`. Ordinary errors that a correct client may meet are kept in `Sandbox.errors`; a call that breaks the contract
is kept in `Sandbox.violations`, and leaving the context raises `ContractViolation` for it.

    async with Sandbox(SandboxOptions(limits=Limits.generous())) as telegram:
        ...  # start a client with telegram.token and telegram.base_url
        alice = telegram.person("Alice")
        await alice.press_start()
        greeting = await alice.hears()
        tap = await alice.tap("Help", on=greeting)
        print(telegram.transcript(alice))
"""

from sandbox.calls import Call
from sandbox.errors import ContractViolation, Failure, NotHeard, Violation
from sandbox.faults import Fault
from sandbox.gestures import InlineAnswer, Place, Tap, Upload
from sandbox.options import Limits, SandboxOptions
from sandbox.people import Person
from sandbox.server import Sandbox
from sandbox.shown import Button, Shown

__all__ = [
    "Button",
    "Call",
    "ContractViolation",
    "Failure",
    "Fault",
    "InlineAnswer",
    "Limits",
    "NotHeard",
    "Person",
    "Place",
    "Sandbox",
    "SandboxOptions",
    "Shown",
    "Tap",
    "Upload",
    "Violation",
]
