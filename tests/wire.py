"""A transport in the place of HTTP, under which all of python-telegram-bot and all of ours still runs."""

from __future__ import annotations

import json
from collections import deque
from dataclasses import dataclass, field
from typing import Any

import httpx
from telegram.error import NetworkError, TimedOut
from telegram.ext import ExtBot
from telegram.request import BaseRequest, RequestData

from bot.chat.pacing import Rates, Throttle

QUICK = Rates(chat_s=0.0, group=1000, group_s=0.001, overall=1000, overall_s=0.001)


@dataclass(frozen=True)
class Reply:
    """What the server answers: a status and a body; or a failure of httpx."""

    status: int = 200
    description: str = ""
    parameters: dict[str, int] = field(default_factory=dict)
    raw: str = ""
    failure: httpx.HTTPError | None = None


OK = Reply()


def error(status: int, description: str, **parameters: int) -> Reply:
    """Return an error as the Bot API answers it."""
    return Reply(status, description, parameters)


class Wire(BaseRequest):
    """Answers calls from a script, then with success.

    Attributes:
        script: what is answered to the next calls of a method.
        calls: every call: method and decoded parameters.
    """

    def __init__(self) -> None:
        self.script: dict[str, deque[Reply]] = {}
        self.calls: list[tuple[str, dict[str, Any]]] = []

    def plan(self, method: str, *replies: Reply) -> None:
        """Answer the next calls of a method like this."""
        self.script.setdefault(method, deque()).extend(replies)

    def sent(self) -> list[dict[str, Any]]:
        """Return the parameters of every sendMessage, in order."""
        return [values for method, values in self.calls if method == "sendMessage"]

    @property
    def read_timeout(self) -> float | None:
        """Return a number, as PTB wants one."""
        return 5.0

    async def initialize(self) -> None:
        """Do nothing."""

    async def shutdown(self) -> None:
        """Do nothing."""

    async def do_request(  # noqa: PLR0917 - the signature is PTB's
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: Any = None,
        write_timeout: Any = None,
        connect_timeout: Any = None,
        pool_timeout: Any = None,
    ) -> tuple[int, bytes]:
        """Answer one call as httpx's transport would have."""
        del method, read_timeout, write_timeout, connect_timeout, pool_timeout
        name = url.rpartition("/")[2]
        raw = request_data.json_parameters if request_data else {}
        values = {key: _decoded(value) for key, value in raw.items()}
        self.calls.append((name, values))
        planned = self.script.get(name)
        reply = planned.popleft() if planned else OK
        if reply.failure is not None:
            kind = TimedOut if isinstance(reply.failure, httpx.TimeoutException) else NetworkError
            raise kind(f"httpx.{type(reply.failure).__name__}") from reply.failure
        if reply.raw:
            return reply.status, reply.raw.encode()
        return reply.status, json.dumps(_body(reply, name, values)).encode()


def _decoded(value: str) -> Any:
    try:
        return json.loads(value)
    except ValueError:
        return value


def _body(reply: Reply, name: str, values: dict[str, Any]) -> dict[str, Any]:
    if reply.status != 200:
        body = {"ok": False, "error_code": reply.status, "description": reply.description}
        return {**body, "parameters": reply.parameters} if reply.parameters else body
    if name == "getMe":
        return {"ok": True, "result": {"id": 1, "is_bot": True, "first_name": "V", "username": "v_bot"}}
    if name != "sendMessage":
        return {"ok": True, "result": True}
    chat = {"id": values["chat_id"], "type": "private" if values["chat_id"] > 0 else "group"}
    return {"ok": True, "result": {"message_id": 1, "date": 0, "chat": chat, "text": str(values["text"])}}


def client_on(wire: Wire) -> tuple[ExtBot[Any], Throttle]:
    """Return PTB's bot on a wire, with a throttle that lets everything through."""
    throttle = Throttle(QUICK)
    return ExtBot("123456789:AAF-token", request=wire, get_updates_request=wire, rate_limiter=throttle), throttle
