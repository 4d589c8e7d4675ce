"""What can go wrong in a sandbox, and to whom it belongs.

ApiError            raised inside to answer a call with an error; recorded as a `Failure` in `Sandbox.errors`.
                    A correct client may meet these: 429, blocked, chat not found, message not modified, …
BrokenContract      raised inside when a call breaks the published contract; recorded as a `Violation`.
ContractViolation   raised to the test by `Sandbox.check`: the client under test has a bug.
NotHeard            raised to the test when what it waits for does not come in time.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

PREFIXES = {400: "Bad Request", 401: "Unauthorized", 403: "Forbidden", 404: "Not Found", 409: "Conflict"}


@dataclass(frozen=True, slots=True)
class Failure:
    """An ordinary error that was answered to the bot.

    Attributes:
        method: canonical method name, such as "sendMessage".
        code: HTTP status and error_code.
        description: as sent to the bot.
        parameters: as sent to the bot, such as {"retry_after": 3}.
        values: the call's decoded parameters.
    """

    method: str
    code: int
    description: str
    parameters: Mapping[str, int] = field(default_factory=dict)
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Violation:
    """A call that no correct client makes.

    Attributes:
        method: method name as far as it is known.
        problem: what was seen and what the contract says.
        values: the call's parameters as far as they could be read.
    """

    method: str
    problem: str
    values: Mapping[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        """Return method and problem on one line."""
        return f"{self.method}: {self.problem}"


class SandboxError(Exception):
    """Base of the sandbox's own exceptions."""


class ContractViolation(SandboxError):  # noqa: N818 - it names what the client did, as the tests' reports do
    """The client under test broke the Bot API contract.

    Attributes:
        violations: all of them, in the order in which they happened.
    """

    def __init__(self, violations: Sequence[Violation]) -> None:
        self.violations = tuple(violations)
        lines = "\n".join(f"  {violation}" for violation in self.violations)
        super().__init__(f"{len(self.violations)} call(s) broke the Bot API contract:\n{lines}")


class NotHeard(SandboxError):  # noqa: N818 - as above
    """What a test waited for did not come in time; the message carries the transcript."""


class BrokenContract(SandboxError):  # noqa: N818 - as above
    """A call breaks the contract.

    Attributes:
        problem: what was seen and what the contract says.
        code: HTTP status to answer with.
    """

    def __init__(self, problem: str, *, code: int = 400) -> None:
        self.problem = problem
        self.code = code
        super().__init__(problem)


class ApiError(SandboxError):
    """A call is answered with an ordinary error.

    Attributes:
        code: HTTP status and error_code.
        description: with its prefix, worded as the official server does.
        parameters: for the answer's field of that name.
    """

    def __init__(self, message: str, *, code: int = 400, parameters: Mapping[str, int] | None = None) -> None:
        self.code = code
        self.description = describe(message, code)
        self.parameters = dict(parameters or {})
        super().__init__(self.description)


def describe(message: str, code: int) -> str:
    """Word an error as the official server does: prefix, then the message with a lower-case first letter.

    Identifiers such as BUTTON_DATA_INVALID keep their capitals.
    """
    prefix = PREFIXES.get(code)
    if prefix is None or message.startswith(prefix):
        return message
    shouted = len(message) > 1 and (message[1] == "_" or message[1].isupper())
    return f"{prefix}: {message if shouted else message[:1].lower() + message[1:]}"
