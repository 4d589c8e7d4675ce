"""One exchange by HTTP with a site that was checked: a request, and its response within limits of size and time."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

import httpcore

from corpus.connecting import CheckedBackend
from corpus.errors import ContentTypeError, TooLargeError, TooSlowError, UnreachableError
from corpus.streams import CHUNK, WITH_GZIP_HEADER
from corpus.wording import Wording

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from corpus.addresses import Target
    from corpus.connecting import Deadline

OK = 200
LONGEST_LENGTH = 18
"""Digits of a Content-Length beyond which no body is that long."""

GZIPPED = frozenset({"gzip", "x-gzip"})


@dataclass(frozen=True, slots=True)
class Response:
    """What a site answered.

    Attributes:
        url: the URL that was asked for.
        status: HTTP status.
        headers: by lower-case name; of several of one name the last.
        body: unpacked; empty unless the status is 200.
    """

    url: str
    status: int
    headers: Mapping[str, str]
    body: bytes = b""


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """Under which an exchange takes place.

    Attributes:
        deadline: when the last byte has to be there.
        most_bytes: bytes of the body, packed and unpacked.
        tls: how certificates are verified.
        accepts: looks at the headers of a response of status 200 before its body is read; raises to refuse it.
    """

    deadline: Deadline
    most_bytes: int
    tls: ssl.SSLContext
    accepts: Callable[[Response], None] = lambda _: None


def get(target: Target, headers: Mapping[str, str], terms: Terms) -> Response:
    """Ask for a URL.

    Raises:
        ContentTypeError: the body is packed in a way that was not asked for, or `terms.accepts` raised it.
        TooLargeError: the body is longer than is allowed.
        TooSlowError: the deadline passed.
        UnreachableError: no address answers, the certificate is not the site's, or the response breaks off.
    """
    backend = CheckedBackend(target.addresses, terms.deadline)
    asked = {"Accept-Encoding": "gzip", "Connection": "close", **headers}
    try:
        # A pool of its own for each exchange: a connection is never used for another name at the same address.
        with (
            httpcore.ConnectionPool(ssl_context=terms.tls, network_backend=backend) as pool,
            pool.stream("GET", target.url, headers=list(asked.items())) as raw,
        ):
            found = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in raw.headers}
            response = Response(target.url, raw.status, found)
            if raw.status != OK:
                return response
            terms.accepts(response)
            body = b"".join(_body(target.url, found, raw.iter_stream(), terms.most_bytes))
            return Response(target.url, raw.status, found, body)
    except httpcore.TimeoutException as error:
        if terms.deadline.left_s > 0:  # a connection that was not even accepted
            raise UnreachableError(target.url, Wording("it does not answer")) from error
        raise TooSlowError(target.url, terms.deadline.seconds) from error
    except (httpcore.NetworkError, httpcore.ProtocolError) as error:
        raise UnreachableError(target.url, str(error) or type(error).__name__) from error
    except zlib.error as error:
        raise UnreachableError(target.url, _damaged(error)) from error


def retry_after_s(headers: Mapping[str, str]) -> float | None:
    """Return the seconds after which a site wants to be asked again (RFC 9110, 10.2.3), or None."""
    value = headers.get("retry-after", "").strip()
    if value.isascii() and value.isdecimal():
        return float(value)
    try:
        at = parsedate_to_datetime(value)
    except (ValueError, TypeError, IndexError, OverflowError):  # what email's parser makes of nonsense
        return None
    return max(0.0, ((at if at.tzinfo else at.replace(tzinfo=UTC)) - datetime.now(UTC)).total_seconds())


def gunzip(url: str, data: bytes, most: int) -> bytes:
    """Unpack a file that was packed with gzip.

    Raises:
        TooLargeError: it is longer than `most` bytes.
        UnreachableError: it is damaged.
    """
    try:
        return b"".join(_unpacked(url, [data], most))
    except zlib.error as error:
        raise UnreachableError(url, _damaged(error)) from error


def _damaged(error: zlib.error) -> Wording:
    return Wording("its data are damaged: {error}", error=str(error))


def _body(url: str, headers: Mapping[str, str], chunks: Iterable[bytes], most: int) -> Iterator[bytes]:
    packing = headers.get("content-encoding", "").strip().lower()
    length = headers.get("content-length", "")
    if length.isascii() and length.isdecimal() and (len(length) > LONGEST_LENGTH or int(length) > most):
        raise TooLargeError(url, most)
    if packing in GZIPPED:
        yield from _unpacked(url, chunks, most)
    elif packing in {"", "identity"}:
        yield from _bounded(url, chunks, most)
    else:
        raise ContentTypeError(url, Wording("packed with {packing!r}", packing=packing[:40]))


def _bounded(url: str, chunks: Iterable[bytes], most: int) -> Iterator[bytes]:
    total = 0
    for chunk in chunks:
        total += len(chunk)
        if total > most:
            raise TooLargeError(url, most)
        yield chunk


def _unpacked(url: str, chunks: Iterable[bytes], most: int) -> Iterator[bytes]:
    """Unpack gzip in pieces of bounded size, so that a bomb is stopped where its limit is."""

    def pieces() -> Iterator[bytes]:
        unpacker = zlib.decompressobj(WITH_GZIP_HEADER)
        begun = False
        for chunk in _bounded(url, chunks, most):
            rest = chunk
            while rest:
                if unpacker.eof:  # a file may be several, one behind the other
                    unpacker = zlib.decompressobj(WITH_GZIP_HEADER)
                begun = True
                yield unpacker.decompress(rest, CHUNK)
                rest = unpacker.unconsumed_tail or unpacker.unused_data
        if begun and not unpacker.eof:
            msg = "it breaks off"
            raise zlib.error(msg)

    yield from _bounded(url, pieces(), most)
