"""Who changes the corpus when somebody who may asks for it in Telegram."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.app import App
    from bot.chat.registry import Correcting
    from bot.desk.newsroom import Newsroom
    from bot.feeds.feeds import Feeding


@dataclass(frozen=True, slots=True)
class Staff:
    """Everybody who changes something; what nobody does cannot be asked for.

    Attributes:
        correcting: who corrects speakers for the owner.
        newsroom: who changes articles for the admins.
        app: the data directory, whose index the admins care for.
        feeding: who knows feeds and polls them.
    """

    correcting: Correcting | None = None
    newsroom: Newsroom | None = None
    app: App | None = None
    feeding: Feeding | None = None
