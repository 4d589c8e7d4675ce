"""The sandbox itself: a Bot API server on loopback, with people, inspection and faults."""

from collections.abc import Callable, Sequence
from types import TracebackType
from typing import Any, Self

from sandbox.errors import Failure, Violation
from sandbox.faults import Fault
from sandbox.options import SandboxOptions
from sandbox.people import Person, Place
from sandbox.shown import Shown


class Sandbox:
    """A Telegram with one bot in it; an asynchronous context manager.

    Attributes:
        violations: calls that broke the contract.
        errors: ordinary errors that were answered.
        calls: every call of the bot, in order.
    """

    violations: list[Violation]
    errors: list[Failure]
    calls: list[Any]

    def __init__(self, options: SandboxOptions | None = None) -> None:
        self.options = options or SandboxOptions()

    async def __aenter__(self) -> Self:
        """Start serving."""
        raise NotImplementedError

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop serving, then check the contract."""
        raise NotImplementedError

    @property
    def token(self) -> str:
        """The bot's token."""
        return self.options.token

    @property
    def api_url(self) -> str:
        """Root of the server, such as http://127.0.0.1:8081."""
        raise NotImplementedError

    @property
    def base_url(self) -> str:
        """Root and "/bot"; the token and "/method" follow."""
        raise NotImplementedError

    @property
    def base_file_url(self) -> str:
        """Root and "/file/bot"; the token and "/path" follow."""
        raise NotImplementedError

    def person(self, name: str, *, started: bool = False, username: str | None = None, language: str = "en") -> Person:
        """Create a person; `started` means they pressed Start some time ago."""
        raise NotImplementedError

    def group(self, title: str, members: Sequence[Person], *, bot: str = "member") -> Place:
        """Create a group; `bot` is the bot's status: member, administrator, left or kicked. The first member owns it."""
        raise NotImplementedError

    def supergroup(
        self, title: str, members: Sequence[Person], *, bot: str = "member", username: str | None = None
    ) -> Place:
        """Create a supergroup."""
        raise NotImplementedError

    def channel(
        self, title: str, admins: Sequence[Person], *, bot: str = "administrator", username: str | None = None
    ) -> Place:
        """Create a channel."""
        raise NotImplementedError

    async def migrate(self, group: Place) -> Place:
        """Turn a group into a supergroup, which has another id."""
        raise NotImplementedError

    def fail_next(self, method: str, fault: Fault, *, times: int = 1) -> None:
        """Let the next `times` calls of a method meet a fault; "*" means any method but getUpdates."""
        raise NotImplementedError

    async def wait_for(self, predicate: Callable[[Shown], bool], *, timeout: float = 10.0) -> Shown:  # noqa: ASYNC109
        """Wait until the bot has shown a message that fits (also looks at earlier ones)."""
        raise NotImplementedError

    async def wait_for_call(self, method: str, *, count: int = 1, timeout: float = 10.0) -> Any:  # noqa: ASYNC109
        """Wait until the bot has called a method `count` times; return the last of these calls."""
        raise NotImplementedError

    def calls_of(self, method: str) -> list[Any]:
        """Return the calls of one method, in order."""
        raise NotImplementedError

    def messages(self, chat: Person | Place) -> list[Shown]:
        """Return the messages that stand in a chat now."""
        raise NotImplementedError

    def transcript(self, chat: Person | Place) -> str:
        """Write a chat down as its members see it."""
        raise NotImplementedError

    def check(self) -> None:
        """Raise ContractViolation if any call broke the contract."""
        raise NotImplementedError
