"""No secret is ever written down."""

from __future__ import annotations

import logging
import sys
from io import StringIO
from typing import TYPE_CHECKING

import pytest

from bot import logs

if TYPE_CHECKING:
    from collections.abc import Iterator

TOKEN = "123456789:AAF-secret_half_of_a-token"
HALF = TOKEN.partition(":")[2]


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> Iterator[StringIO]:
    """What the configured logging writes; the root logger is restored."""
    stream = StringIO()
    monkeypatch.setattr(sys, "stderr", stream)
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    root, before = logging.getLogger(), logging.getLogger().level
    kept = root.handlers[:]
    root.handlers = []
    logs.configure("DEBUG", [TOKEN, "webhook-secret"])
    yield stream
    root.handlers, root.level = kept, before


def test_message_and_arguments_are_redacted(written: StringIO) -> None:
    """The token is hidden in messages and arguments, whole, halved, percent-encoded and in any case."""
    log = logging.getLogger("some.library")
    log.debug("POST https://api.telegram.org/bot%s/getMe and %r", TOKEN, {"half": HALF.upper()})
    log.info(f"bot{TOKEN.replace(':', '%3A')} and webhook-secret")  # noqa: G004
    lines = written.getvalue().splitlines()
    assert lines[0].endswith("POST https://api.telegram.org/bot<secret>/getMe and {'half': '<secret>'}")
    assert lines[1].endswith("bot<secret> and <secret>")


def test_tracebacks_are_redacted(written: StringIO) -> None:
    """The token is hidden in the traceback and stack of a record, causes included."""
    log = logging.getLogger("some.library")
    try:
        try:
            raise ValueError(f"https://host/bot{TOKEN}/getMe")  # noqa: TRY301
        except ValueError as error:
            raise RuntimeError("failed") from error
    except RuntimeError:
        log.exception("it failed", stack_info=True)
    assert HALF not in written.getvalue()
    assert "ValueError: https://host/bot<secret>/getMe" in written.getvalue()
    assert "Stack (most recent call last)" in written.getvalue()


def test_uncaught_errors_are_redacted(written: StringIO, monkeypatch: pytest.MonkeyPatch) -> None:
    """The token is hidden in the traceback that ends a process."""
    monkeypatch.setattr(sys, "stderr", written)
    error = RuntimeError(f"bot{TOKEN}")
    sys.excepthook(RuntimeError, error, None)
    assert written.getvalue() == "RuntimeError: bot<secret>\n"


def test_chatty_libraries_are_quiet(written: StringIO) -> None:
    """The HTTP library's line for every call is not written, its warnings are."""
    logging.getLogger("httpx").info("HTTP Request: POST")
    logging.getLogger("httpx").warning("careful")
    assert [line.rpartition(" ")[2] for line in written.getvalue().splitlines()] == ["careful"]


def test_without_secrets_nothing_is_changed() -> None:
    """No secret, no redaction; an empty one hides nothing either."""
    assert logs.redactor([])("as it is") == "as it is"
    assert logs.redactor([""])("as it is") == "as it is"
