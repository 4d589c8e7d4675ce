"""What can go wrong around the bot, continuing the tree of `corpus.errors`.

VerbatimError
└── BotError
    ├── SettingsError        settings are wrong; all problems at once
    ├── StateError           the bot's own database cannot be used
    ├── TokenRefusedError    Telegram does not know the token
    ├── OverloadedError      more questions wait than can be answered soon
    ├── AlreadyServingError  another process serves this bot
    ├── PersonUnknownError   nobody is known by a name
    ├── JobCancelledError    a long job was cancelled
    └── JobInterruptedError  a long job was broken off, and goes on with the next start
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


class StateError(BotError):
    """The bot's own database cannot be used.

    Attributes:
        path: where it is.
    """

    def __init__(self, path: str, problem: str) -> None:
        self.path = path
        super().__init__(
            f"the bot's database {path} {problem}",
            "Restore it, or move it away: no article is lost, only the buttons under earlier answers.",
        )


class TokenRefusedError(BotError):
    """Telegram does not know the token, or does not know it any more."""

    def __init__(self) -> None:
        super().__init__(
            "Telegram refuses the bot's token", "Set VERBATIM_TELEGRAM_TOKEN to the one that @BotFather shows."
        )


class OverloadedError(BotError):
    """More questions wait than can be answered soon.

    Attributes:
        waiting: how many wait.
    """

    def __init__(self, waiting: int) -> None:
        self.waiting = waiting
        super().__init__(f"{waiting} questions wait already", "Ask again in a minute.")


class AlreadyServingError(BotError):
    """Another process serves this bot."""

    def __init__(self, problem: str) -> None:
        super().__init__(problem, "End the other one first; one process serves one bot.")


class PersonUnknownError(BotError):
    """Nobody is known by a name.

    Attributes:
        name: the name.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        super().__init__(
            f"{name!r} is neither a number nor the @username of somebody who has written to the bot lately",
            "Give the number; the bot tells it to whoever it turns away, and /audit shows it.",
        )


class JobCancelledError(BotError):
    """Somebody cancelled a long job."""

    def __init__(self) -> None:
        super().__init__("the job was cancelled")


class JobInterruptedError(BotError):
    """A long job was broken off because the bot stops; the next start goes on with it."""

    def __init__(self) -> None:
        super().__init__("the job was broken off", "Start the bot again: it goes on with it.")
