"""How commands say things: to standard output, or, what is no result, to standard error."""

from __future__ import annotations

import json
from typing import Any

import click

FAILED, PARTLY = 1, 2
"""Exit codes: the command could not be carried out; it was, but some records were bad."""


def say(message: str) -> None:
    """Print a line of the result."""
    click.echo(message)


def complain(message: str) -> None:
    """Print a line that is no result: a problem, or what was done with the result."""
    click.echo(message, err=True)


def print_json(record: dict[str, Any]) -> None:
    """Print a record as one line of JSON."""
    click.echo(json.dumps(record, ensure_ascii=False))


def counted(count: int) -> str:
    """Return a number of articles in words."""
    return f"{count:,} article{'' if count == 1 else 's'}"
