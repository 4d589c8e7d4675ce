"""The wire: requests are read, held to the contract, executed, recorded and answered, or meet a fault."""

import asyncio
import json
import logging
from collections import defaultdict, deque
from typing import Any

from aiohttp import web
from aiohttp.multipart import BodyPartReader

from sandbox import contract
from sandbox.calls import REGISTER, Call, FilePart, Json
from sandbox.errors import ApiError, BrokenContract, Failure, Violation
from sandbox.faults import Fault
from sandbox.files import path_of
from sandbox.world import World

# A file of 50 MB and the form around it; larger requests are refused by the HTTP server.
MAX_REQUEST_BYTES = 52 * 1024 * 1024
UNAUTHORIZED = 401
NOT_FOUND = 404

log = logging.getLogger(__name__)


class Endpoint:
    """Answers the Bot API's requests.

    Attributes:
        violations: calls that broke the contract.
        errors: ordinary errors that were answered.
        calls: every call, in the order in which they came.

    Args:
        world: what the calls act on.
    """

    def __init__(self, world: World) -> None:
        self.violations: list[Violation] = []
        self.errors: list[Failure] = []
        self.calls: list[Call] = []
        self._world = world
        self._faults: dict[str, deque[Fault]] = defaultdict(deque)

    def application(self) -> web.Application:
        """Return the web application to serve."""
        application = web.Application(client_max_size=MAX_REQUEST_BYTES)
        application.router.add_route("*", "/bot{token:[^/]*}/{method:[^/]*}", self.answer)
        application.router.add_get("/file/bot{token:[^/]*}/{path:.+}", self.download)
        return application

    def plan(self, method: str, fault: Fault, times: int) -> None:
        """Let the next calls of a method meet a fault; "*" means any method but getUpdates."""
        self._faults[method.lower()].extend([fault] * times)

    async def answer(self, request: web.Request) -> web.Response:
        """Answer one call."""
        name = request.match_info["method"]
        model = contract.METHODS.get(name.lower())
        method = model.__api_method__ if model else name
        call = Call(len(self.calls) + 1, method, {}, {}, self._world.options.clock())
        token = self._world.options.token
        if request.match_info["token"] != token or self._world.profile.get("logged_out"):
            return self._failed(call, ApiError("Unauthorized", code=UNAUTHORIZED))
        self.calls.append(call)
        try:
            raw = call.values = await _read(request)
            call.files = {key: value for key, value in raw.items() if isinstance(value, FilePart)}
            call.values = contract.decode(name, raw)
            self._check_implemented(call)
            return await self._meet_fault_or_run(request, call)
        except BrokenContract as broken:
            return self._violated(call, broken)
        except ApiError as error:
            return self._failed(call, error)
        except Exception as error:  # the test must fail with the reason, whatever the bot makes of the 500
            log.exception("the sandbox failed in %s", method)
            return self._violated(call, BrokenContract(f"the sandbox itself failed: {error!r}", code=500))
        finally:
            call.done = True
            self._world.ring()

    async def download(self, request: web.Request) -> web.Response:
        """Send a file that getFile named."""
        if request.match_info["token"] != self._world.options.token:
            return _json(UNAUTHORIZED, {"ok": False, "error_code": UNAUTHORIZED, "description": "Unauthorized"})
        for file in self._world.files.values():
            if path_of(file) == request.match_info["path"]:
                return web.Response(body=file.content, content_type="application/octet-stream")
        return _json(NOT_FOUND, {"ok": False, "error_code": NOT_FOUND, "description": "Not Found"})

    def _check_implemented(self, call: Call) -> None:
        if call.method not in REGISTER:
            raise BrokenContract("this method is not implemented by the sandbox")
        ignored = sorted(set(call.values) - REGISTER[call.method].parameters)
        if ignored:
            raise BrokenContract(f"parameters not implemented by the sandbox: {', '.join(ignored)}")

    def _next_fault(self, method: str) -> Fault | None:
        for key in (method.lower(), *([] if method == "getUpdates" else ["*"])):
            if self._faults[key]:
                return self._faults[key].popleft()
        return None

    async def _meet_fault_or_run(self, request: web.Request, call: Call) -> web.Response:
        fault = call.fault = self._next_fault(call.method)
        if fault is None:
            return await self._run(call)
        if fault.kind == "answer":
            return self._faulty(call, fault)
        if fault.kind == "reset":
            return _hang_up(request)
        response = await self._run(call)
        if fault.kind == "answer_lost":
            call.code = 0
            return _hang_up(request)
        await asyncio.sleep(fault.seconds)
        return response

    async def _run(self, call: Call) -> web.Response:
        result = await REGISTER[call.method].handler(self._world, call)
        model = contract.METHODS[call.method.lower()]
        problems = contract.result_problems(model, result)
        if problems:
            raise AssertionError(problems)
        call.code, call.result = 200, result
        return _json(200, {"ok": True, "result": result})

    def _faulty(self, call: Call, fault: Fault) -> web.Response:
        call.code, call.description = fault.code, fault.description
        if fault.html:
            return web.Response(status=fault.code, text=fault.html, content_type="text/html")
        return _error(fault.code, fault.description, fault.parameters)

    def _failed(self, call: Call, error: ApiError) -> web.Response:
        call.code, call.description = error.code, error.description
        self.errors.append(Failure(call.method, error.code, error.description, error.parameters, call.values))
        return _error(error.code, error.description, error.parameters)

    def _violated(self, call: Call, broken: BrokenContract) -> web.Response:
        call.code, call.description = broken.code, f"contract violation: {broken.problem}"
        self.violations.append(Violation(call.method, broken.problem, call.values))
        return _error(call.code, call.description, {})


async def _read(request: web.Request) -> Json:
    """Return the parameters of a request, from its address and its body.

    Raises:
        BrokenContract: the body cannot be read as what its Content-Type says.
    """
    raw: Json = dict(request.query)
    if request.content_type == "application/json":
        try:
            body = await request.json()
        except json.JSONDecodeError as error:
            raise BrokenContract(f"the body is not JSON: {error}") from error
        if not isinstance(body, dict):
            raise BrokenContract("the body must be a JSON object")
        return raw | body
    if request.content_type == "multipart/form-data":
        async for part in await request.multipart():
            if not isinstance(part, BodyPartReader) or part.name is None:
                raise BrokenContract("a part of the form has no name")
            content = bytes(await part.read())
            kind = part.headers.get("Content-Type", "application/octet-stream")
            named = part.filename
            raw[part.name] = content.decode() if named is None else FilePart(named, content, kind)
        return raw
    return raw | dict(await request.post())


def _hang_up(request: web.Request) -> web.Response:
    """Close the connection; what is returned never reaches the client."""
    if request.transport:
        request.transport.abort()
    return web.Response()


def _error(code: int, description: str, parameters: dict[str, int]) -> web.Response:
    body: Json = {"ok": False, "error_code": code, "description": description}
    response = _json(code, {**body, "parameters": parameters} if parameters else body)
    if "retry_after" in parameters:
        response.headers["Retry-After"] = str(parameters["retry_after"])
    return response


def _json(status: int, body: Any) -> web.Response:
    return web.Response(status=status, text=json.dumps(body, ensure_ascii=False), content_type="application/json")
