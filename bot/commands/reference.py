"""The README's tables of commands, settings and errors, made from the code.

python -m bot.commands.reference README.md    writes them between their markers
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

import bot.errors
import corpus.errors
import index.errors
from bot.cli import cli
from bot.config import PREFIX, Settings
from corpus.errors import VerbatimError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import ModuleType

WIDTH = 100


def sections() -> dict[str, str]:
    """Return the generated parts of the README by the name of their marker."""
    return {"commands": _commands(), "settings": _settings(), "errors": _errors()}


def written(readme: str) -> str:
    """Return a README with its generated parts as they should be."""
    for name, content in sections().items():
        begin, end = f"<!-- {name} -->\n", f"<!-- /{name} -->"
        before, _, rest = readme.partition(begin)
        _, _, after = rest.partition(end)
        readme = f"{before}{begin}{content}{end}{after}"
    return readme


def _commands() -> str:
    parts = []
    for name, command in cli.commands.items():
        context = click.Context(command, info_name=f"verbatim {name}", max_content_width=WIDTH, terminal_width=WIDTH)
        parts.append(f"```\n{command.get_help(context)}\n```\n")
    return "\n".join(parts)


def _settings() -> str:
    rows = ["| environment | verbatim.toml | default | meaning |", "|---|---|---|---|"]
    for name, field in Settings.model_fields.items():
        default = "" if field.default is None else f"`{field.default}`"
        rows.append(f"| `{PREFIX}{name.upper()}` | `{name}` | {default} | {field.description} |")
    return "\n".join(rows) + "\n"


def _errors() -> str:
    rows = ["| error | meaning |", "|---|---|"]
    for module in (corpus.errors, index.errors, bot.errors):
        rows += [f"| `{error.__name__}` | {(error.__doc__ or '').splitlines()[0]} |" for error in _classes(module)]
    return "\n".join(rows) + "\n"


def _classes(module: ModuleType) -> Iterator[type[VerbatimError]]:
    for value in vars(module).values():
        if isinstance(value, type) and issubclass(value, VerbatimError) and value.__module__ == module.__name__:
            yield value


if __name__ == "__main__":
    path = Path(sys.argv[1])
    path.write_text(written(path.read_text("utf-8")), "utf-8")
