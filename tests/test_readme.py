"""The README says what the code does."""

from __future__ import annotations

from pathlib import Path

import click
import pytest

from bot.cli import cli
from bot.commands.reference import sections, written
from bot.config import PREFIX, Settings

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text("utf-8")


def test_generated_parts_are_up_to_date() -> None:
    """The README's tables of commands, settings and errors are those of the code (`make readme` renews them)."""
    assert written(README) == README


@pytest.mark.parametrize("name", ["commands", "settings", "errors"])
def test_each_part_has_its_place(name: str) -> None:
    """Each generated part stands in the README, once."""
    assert README.count(f"<!-- {name} -->\n{sections()[name]}<!-- /{name} -->") == 1


def test_every_command_and_setting_is_documented() -> None:
    """No command and no setting lacks its explanation."""
    assert all(command.help and command.help.strip() for command in cli.commands.values())
    options = [
        option for command in cli.commands.values() for option in command.params if isinstance(option, click.Option)
    ]
    assert [option.name for option in options if not option.help] == []
    assert all(field.description for field in Settings.model_fields.values())
    assert all(f"{PREFIX}{name.upper()}" in README for name in Settings.model_fields)


def test_make_targets_are_documented() -> None:
    """The targets that the README names exist."""
    makefile = (ROOT / "Makefile").read_text("utf-8")
    for target in ("run", "test", "bench"):
        assert f"make {target}" in README
        assert f"\n{target}:" in makefile
