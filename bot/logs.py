"""Logging: what is written to standard error, and that no secret is ever in it."""

from __future__ import annotations

import logging
import re
import sys
import traceback
from typing import TYPE_CHECKING
from urllib.parse import quote

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from types import TracebackType

FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"
HIDDEN = "<secret>"

# httpx logs the address of every call, and the address holds the token; its and httpcore's lines are of no use anyway.
# Neither are those of the job queue, which tells of every look for feeds that are due.
CHATTY = ("httpx", "httpcore", "apscheduler")


def redactor(secrets: Iterable[str]) -> Callable[[str], str]:
    """Return a function that hides secrets in a text, also their second halves and percent-encoded forms.

    Args:
        secrets: tokens and the like; of one with a colon, what follows it is the secret part.
    """
    forms: set[str] = set()
    for secret in secrets:
        for form in (secret, secret.partition(":")[2]):
            forms |= {form, quote(form, safe="")}
    ordered = sorted((form for form in forms if form), key=lambda form: (-len(form), form))
    if not ordered:
        return str
    pattern = re.compile("|".join(map(re.escape, ordered)), re.IGNORECASE)
    return lambda text: pattern.sub(HIDDEN, text)


class Redaction(logging.Filter):
    """Hides secrets in everything a record holds: message, arguments, traceback and stack.

    It belongs on handlers: filters of loggers do not see the records of their children.
    """

    def __init__(self, hide: Callable[[str], str]) -> None:
        super().__init__()
        self._hide = hide
        self._formatter = logging.Formatter()

    def filter(self, record: logging.LogRecord) -> bool:
        """Rewrite the record; never refuse it."""
        record.msg = self._hide(record.getMessage())
        record.args = ()
        if record.exc_info and not record.exc_text:
            # A formatter takes a text that is there already.
            record.exc_text = self._formatter.formatException(record.exc_info)
        if record.exc_text:
            record.exc_text = self._hide(record.exc_text)
        if record.stack_info:
            record.stack_info = self._hide(record.stack_info)
        return True


def configure(level: str, secrets: Iterable[str]) -> None:
    """Log to standard error from `level` on, and hide secrets there and in tracebacks that end the process.

    Args:
        level: DEBUG, INFO, WARNING or ERROR.
        secrets: what must not appear.
    """
    hide = redactor(secrets)
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter(FORMAT))
    handler.addFilter(Redaction(hide))
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for name in CHATTY:
        logging.getLogger(name).setLevel(logging.WARNING)

    def end(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        sys.stderr.write(hide("".join(traceback.format_exception(kind, error, trace))))

    sys.excepthook = end
