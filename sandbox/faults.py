"""Faults on demand: what a network and a busy server do to calls that are right."""

from dataclasses import dataclass, field
from typing import Literal

Kind = Literal["answer", "slow", "answer_lost", "reset"]

BAD_GATEWAY_PAGE = (
    "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n"
    "<center><h1>502 Bad Gateway</h1></center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n"
)


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault; made by the class methods.

    Attributes:
        kind: "answer" replies without executing, "slow" executes and answers late, "answer_lost" executes and closes
            the connection, "reset" closes it before executing.
        code: HTTP status of an "answer".
        description: description of a JSON "answer".
        html: body of an "answer" that is not JSON.
        parameters: `parameters` of a JSON "answer".
        seconds: delay of "slow".
    """

    kind: Kind
    code: int = 200
    description: str = ""
    html: str = ""
    parameters: dict[str, int] = field(default_factory=dict)
    seconds: float = 0.0

    @classmethod
    def too_many_requests(cls, retry_after: int = 1) -> "Fault":
        """Not executed: 429 with `retry_after` seconds."""
        description = f"Too Many Requests: retry after {retry_after}"
        return cls("answer", 429, description, parameters={"retry_after": retry_after})

    @classmethod
    def server_error(cls) -> "Fault":
        """Not executed: 500 with a JSON body."""
        return cls("answer", 500, "Internal Server Error")

    @classmethod
    def bad_gateway(cls) -> "Fault":
        """Not executed: 502 with an HTML page, as the proxy in front of the real server answers."""
        return cls("answer", 502, html=BAD_GATEWAY_PAGE)

    @classmethod
    def error(cls, code: int, description: str) -> "Fault":
        """Not executed: any error, with its full description."""
        return cls("answer", code, description)

    @classmethod
    def slow(cls, seconds: float) -> "Fault":
        """Executed at once, answered after `seconds`."""
        return cls("slow", seconds=seconds)

    @classmethod
    def answer_lost(cls) -> "Fault":
        """Executed, then the connection closes without an answer."""
        return cls("answer_lost")

    @classmethod
    def reset(cls) -> "Fault":
        """Not executed: the connection closes without an answer."""
        return cls("reset")
