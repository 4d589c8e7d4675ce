"""What can go wrong around the bot, continuing the tree of `corpus.errors`.

VerbatimError
└── BotError
    ├── SettingsError        settings are wrong; all problems at once
    └── AlreadyServingError  another process serves this bot
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from corpus.errors import VerbatimError

if TYPE_CHECKING:
    from collections.abc import Sequence


class BotError(VerbatimError):
    """The bot could not do what was asked."""


class SettingsError(BotError):
    """Settings are wrong.

    Attributes:
        problems: one sentence each, naming the setting, what was seen and what is allowed.
    """

    def __init__(self, problems: Sequence[str]) -> None:
        self.problems = tuple(problems)
        listed = "\n".join(f"  - {problem}" for problem in problems)
        super().__init__(f"the settings are wrong:\n{listed}\nThey come from the environment and from verbatim.toml")


class AlreadyServingError(BotError):
    """Another process serves this bot."""

    def __init__(self, problem: str) -> None:
        super().__init__(problem, "End the other one first; one process serves one bot.")
