"""A person's side: say, tap, upload, forward, post, react, ask inline, and hear."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sandbox.shown import Shown

if TYPE_CHECKING:
    from sandbox.server import Sandbox


@dataclass(frozen=True, slots=True)
class Place:
    """A group, supergroup or channel to act in.

    Attributes:
        id: the chat's id.
        kind: "group", "supergroup" or "channel".
        title: its title.
    """

    id: int
    kind: str
    title: str


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that a person sends.

    Attributes:
        name: file name.
        content: its bytes.
        caption: text under it.
        size: size to report, when it is to seem larger than `content`.
    """

    name: str
    content: bytes
    caption: str = ""
    size: int | None = None


@dataclass(slots=True)
class Tap:
    """What came of tapping a button.

    Attributes:
        url: the link a url button opened.
        query_id: the callback query, for callback buttons.
        inline_query: what a switch-inline button puts into the input field.
        copied: what a copy button put on the clipboard.
    """

    url: str | None = None
    query_id: str | None = None
    inline_query: str | None = None
    copied: str | None = None

    async def answered(self, timeout: float = 5.0) -> dict[str, Any]:  # noqa: ASYNC109
        """Wait for answerCallbackQuery; return its text, show_alert and url."""
        raise NotImplementedError


@dataclass(frozen=True, slots=True)
class InlineAnswer:
    """The results of an inline query as the person sees them.

    Attributes:
        query_id: the inline query.
        results: as the bot sent them.
        button: the button above them.
    """

    query_id: str
    results: tuple[dict[str, Any], ...]
    button: dict[str, Any] | None = None

    @property
    def titles(self) -> list[str]:
        """Titles in the order shown."""
        raise NotImplementedError


class Person:
    """Somebody who uses Telegram; made by `Sandbox.person`.

    `chat` is a Place or, when left out, the person's private chat with the bot.
    """

    id: int
    name: str

    def __init__(self, telegram: "Sandbox", name: str) -> None:
        raise NotImplementedError

    async def press_start(self, payload: str = "") -> Shown:
        """Press Start, or follow a deep link with `payload` (1-64 characters of A-Z a-z 0-9 _ -)."""
        raise NotImplementedError

    async def say(self, text: str, *, chat: Place | None = None, reply_to: Shown | int | None = None) -> Shown:
        """Write a message; in private only after Start."""
        raise NotImplementedError

    async def edit(self, message: Shown, text: str) -> Shown:
        """Edit one's own message."""
        raise NotImplementedError

    async def upload(self, file: Upload, *, chat: Place | None = None, reply_to: Shown | int | None = None) -> Shown:
        """Send a document."""
        raise NotImplementedError

    async def forward(self, message: Shown, *, chat: Place | None = None) -> Shown:
        """Forward any message one can see."""
        raise NotImplementedError

    async def post(self, text: str, *, channel: Place) -> Shown:
        """Post in a channel that one administers."""
        raise NotImplementedError

    async def tap(self, label: str, *, on: Shown) -> Tap:
        """Tap the button with this label (exact, or the only one containing it)."""
        raise NotImplementedError

    async def react(self, emoji: str | None, *, on: Shown) -> None:
        """React to a message; None takes the reaction back."""
        raise NotImplementedError

    async def ask_inline(self, query: str, *, chat: Place | None = None, timeout: float = 5.0) -> InlineAnswer:  # noqa: ASYNC109
        """Type "@bot query" into a chat and wait for the results."""
        raise NotImplementedError

    async def choose(self, answer: InlineAnswer, title: str, *, chat: Place | None = None) -> Shown:
        """Send one of the inline results by its title."""
        raise NotImplementedError

    async def block(self) -> None:
        """Block the bot."""
        raise NotImplementedError

    async def unblock(self) -> None:
        """Unblock the bot."""
        raise NotImplementedError

    async def hears(
        self,
        containing: str = "",
        *,
        chat: Place | None = None,
        after: Shown | None = None,
        where: Callable[[Shown], bool] | None = None,
        timeout: float = 10.0,  # noqa: ASYNC109
    ) -> Shown:
        """Wait for the next unread message of the bot (new or edited) that fits, and mark up to it as read.

        Messages are read in the order of events, so nothing depends on timing: what came before the call and was not
        read counts. `after` starts from that message instead of from the last one read.

        Raises:
            NotHeard: nothing came in time; carries the transcript.
        """
        raise NotImplementedError

    def unread(self, *, chat: Place | None = None) -> list[Shown]:
        """Return what the bot showed since the last message read, without reading it."""
        raise NotImplementedError

    def read_all(self, *, chat: Place | None = None) -> None:
        """Mark everything as read."""
        raise NotImplementedError

    def commands(self, *, chat: Place | None = None) -> dict[str, str]:
        """Return the command menu this person sees: command to description."""
        raise NotImplementedError
