"""One call of the bot: what came in, and what was answered; and the register of methods that are implemented."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sandbox.faults import Fault

if TYPE_CHECKING:
    from sandbox.world import World

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class FilePart:
    """A file of a multipart request.

    Attributes:
        file_name: as the client named it.
        content: its bytes.
        mime_type: as the client declared it.
    """

    file_name: str
    content: bytes = field(repr=False)
    mime_type: str = "application/octet-stream"


@dataclass(slots=True)
class Call:
    """One call, decoded; the answer is filled in when it is known.

    Attributes:
        number: position among all calls, from 1.
        method: canonical name, such as "sendMessage".
        values: parameters, decoded to JSON values; an uploaded file is the FilePart itself.
        files: all parts of a multipart request that are files, by field name.
        at: clock when the call came.
        code: HTTP status answered; 0 while it runs or when the answer was lost.
        result: result answered.
        description: description answered with an error.
        fault: the fault this call met.
        done: whether the sandbox is through with it.
    """

    number: int
    method: str
    values: Json
    files: dict[str, FilePart]
    at: float
    code: int = 0
    result: Any = None
    description: str = ""
    fault: Fault | None = None
    done: bool = False

    @property
    def ok(self) -> bool:
        """Whether it was executed and answered."""
        return self.code == 200  # noqa: PLR2004 - the HTTP status

    def get(self, name: str, default: Any = None) -> Any:
        """Return a parameter, or the default when it was left out."""
        return self.values.get(name, default)

    def file(self, value: str | FilePart) -> str | FilePart:
        """Follow "attach://name" to the uploaded file; other values come back as they are."""
        prefix = "attach://"
        if isinstance(value, str) and value.startswith(prefix):
            return self.files.get(value.removeprefix(prefix), value)
        return value


Handler = Callable[["World", Call], Awaitable[Any]]


@dataclass(frozen=True, slots=True)
class Method:
    """An implemented method.

    Attributes:
        handler: executes a call and returns its result.
        parameters: the parameters it takes notice of; others of the Bot API count as not implemented.
    """

    handler: Handler
    parameters: frozenset[str]


REGISTER: dict[str, Method] = {}


def handles(method: str, parameters: str = "") -> Callable[[Handler], Handler]:
    """Register the handler of a method, with its implemented parameters separated by spaces."""

    def register(handler: Handler) -> Handler:
        REGISTER[method] = Method(handler, frozenset(parameters.split()))
        return handler

    return register
