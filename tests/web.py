"""A small web on loopback: servers whose pages are functions, and what was asked of them."""

from __future__ import annotations

import gzip
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

MIME_HTML = "text/html; charset=utf-8"
SENTENCES = (
    "The council of Port Vell approved the plan for the harbour on Monday after a long debate in the town hall.",
    "Works at the old quay begin in March, and the port stays open all the year, the council wrote.",
    "“We waited ten years for this,” said Dana Ruiz, who runs a boat yard at the old quay of the town.",
    "The plan costs nine million crowns, of which the region pays a third over the next four years.",
)


@dataclass(frozen=True)
class Answer:
    """A response.

    Attributes:
        body: sent whole, or, an iterator, piece by piece without a length.
    """

    body: bytes | Iterator[bytes] = b""
    status: int = 200
    type: str | None = MIME_HTML
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Asked:
    """A request: its path, and its headers by lower-case name."""

    path: str
    headers: dict[str, str]


Page = Answer | Callable[[Asked], Answer]


class Site:
    """A web server on loopback.

    Attributes:
        pages: path -> what is there; other paths are 404.
        asked: all requests, in order.
    """

    def __init__(self, address: str = "127.0.0.1", port: int = 0) -> None:
        self.pages: dict[str, Page] = {}
        self.asked: list[Asked] = []
        site = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                asked = Asked(self.path, {name.lower(): value for name, value in self.headers.items()})
                site.asked.append(asked)
                page = site.pages.get(self.path, Answer(b"nothing here", status=404))
                answer = page(asked) if callable(page) else page
                try:
                    self._answer(answer)
                except (BrokenPipeError, ConnectionResetError):
                    self.close_connection = True

            def _answer(self, answer: Answer) -> None:
                self.send_response(answer.status)
                if answer.type is not None:
                    self.send_header("Content-Type", answer.type)
                for name, value in answer.headers.items():
                    self.send_header(name, value)
                if isinstance(answer.body, bytes):
                    self.send_header("Content-Length", str(len(answer.body)))
                    self.end_headers()
                    self.wfile.write(answer.body)
                    return
                self.send_header("Connection", "close")
                self.end_headers()
                for piece in answer.body:
                    self.wfile.write(piece)
                self.close_connection = True

            def log_message(self, *_: Any) -> None:
                """Say nothing."""

        class Server(ThreadingHTTPServer):
            address_family = socket.AF_INET6 if ":" in address else socket.AF_INET
            daemon_threads = True
            block_on_close = False

        self.server = Server((address, port), Handler)
        self.port = self.server.server_address[1]

    @property
    def paths(self) -> list[str]:
        """Paths that were asked for, in order, robots.txt left out."""
        return [asked.path for asked in self.asked if asked.path != "/robots.txt"]

    def url(self, path: str = "/", host: str = "127.0.0.1") -> str:
        """Return the address of a page."""
        return f"http://{host}:{self.port}{path}"


@contextmanager
def serving(address: str = "127.0.0.1", port: int = 0) -> Iterator[Site]:
    """Serve a site until the end of the block."""
    site = Site(address, port)
    thread = threading.Thread(target=site.server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield site
    finally:
        site.server.shutdown()
        thread.join()
        site.server.server_close()


def article(number: int = 1, *, head: str = "") -> str:
    """Return a page with an article on it, the text of each number another."""
    text = "".join(f"<p>{sentence} It was day {number} of {number + 3}.</p>" for sentence in SENTENCES)
    return (
        f"<html><head><title>Harbour plan {number}</title>{head}</head><body><nav>Home</nav>"
        f"<article><h1>Harbour plan {number}</h1>{text}</article></body></html>"
    )


def packed(data: bytes) -> Answer:
    """Return a page that is sent packed."""
    return Answer(gzip.compress(data), headers={"Content-Encoding": "gzip"})
