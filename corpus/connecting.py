"""Connections to addresses that were checked before, and the time that all of it may take."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import httpcore

if TYPE_CHECKING:
    import ssl
    from collections.abc import Iterable, Sequence

    from httpcore import SOCKET_OPTION

CONNECT_S = 5.0
"""Seconds after which the next of several addresses is tried."""


class Deadline:
    """A point in time by which something has to be done.

    Attributes:
        seconds: how far away it was at first.
    """

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._at = time.monotonic() + seconds

    @property
    def left_s(self) -> float:
        """Seconds left; negative when it has passed."""
        return self._at - time.monotonic()

    def bound(self, timeout: float | None) -> float:
        """Return a time limit of one step that does not reach beyond the deadline, in seconds.

        Raises:
            httpcore.TimeoutException: nothing is left.
        """
        left = self.left_s
        if left <= 0:
            raise httpcore.ReadTimeout
        return left if timeout is None else min(timeout, left)


class CheckedBackend(httpcore.NetworkBackend):
    """Connects to given addresses whatever name is asked for; TLS still verifies that name.

    Args:
        addresses: IP addresses, tried in order.
        deadline: by which every single read and write has to be done.
    """

    def __init__(self, addresses: Sequence[str], deadline: Deadline) -> None:
        self._addresses = addresses
        self._deadline = deadline
        self._network = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        """Connect to the first address that answers; see `httpcore.NetworkBackend`."""
        del host  # it was resolved and checked; resolving it again might give another answer
        for at, address in enumerate(self._addresses, start=1):
            is_last = at == len(self._addresses)
            limit = self._deadline.bound(timeout if is_last else CONNECT_S)
            try:
                stream = self._network.connect_tcp(address, port, limit, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                if is_last:
                    raise
            else:
                return _TimedStream(stream, self._deadline)
        msg = "there is no address to connect to"
        raise httpcore.ConnectError(msg)


class _TimedStream(httpcore.NetworkStream):
    """A stream of which no read or write reaches beyond the deadline, so that single bytes cannot draw it out."""

    def __init__(self, stream: httpcore.NetworkStream, deadline: Deadline) -> None:
        self._stream = stream
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, self._deadline.bound(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, self._deadline.bound(timeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        inner = self._stream.start_tls(ssl_context, server_hostname, self._deadline.bound(timeout))
        return _TimedStream(inner, self._deadline)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)
