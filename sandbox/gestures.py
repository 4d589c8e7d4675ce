"""What people act in and with, and what comes of it: places, uploads, taps and inline results."""

from dataclasses import dataclass

from sandbox.calls import Json
from sandbox.errors import NotHeard
from sandbox.world import World


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
        mime_type: what kind of file it is.
        size: size to report, when it is to seem larger than `content`.
        photo: whether to send it as a photo instead of a document.
    """

    name: str
    content: bytes
    caption: str = ""
    mime_type: str = "application/octet-stream"
    size: int | None = None
    photo: bool = False


class Tap:
    """What came of tapping a button.

    Attributes:
        url: the link a url button opened.
        query_id: the callback query, for callback buttons.
        inline_query: what a switch-inline button puts into the input field.
        copied: what a copy button put on the clipboard.
    """

    def __init__(self, world: World, button: Json, query_id: str | None) -> None:
        self.url: str | None = button.get("url")
        self.query_id = query_id
        here = button.get("switch_inline_query_current_chat")
        self.inline_query: str | None = button.get("switch_inline_query", here)
        self.copied: str | None = button.get("copy_text", {}).get("text")
        self._world = world

    async def answered(self, timeout: float = 10.0) -> Json:  # noqa: ASYNC109
        """Wait until the spinner stops; return text, show_alert and url of answerCallbackQuery, as far as given.

        Raises:
            NotHeard: the bot did not answer in time.
        """
        assert self.query_id, "only callback buttons are answered"
        query = self._world.callbacks[self.query_id]
        answer = await self._world.until(lambda: query.answer, timeout)
        if answer is None:
            raise NotHeard(f"the bot did not answer the tap on a button with data {query.text!r} within {timeout} s")
        return answer


@dataclass(frozen=True, slots=True)
class InlineAnswer:
    """The results of an inline query as the person sees them.

    Attributes:
        query_id: the inline query.
        query: its text.
        results: as the bot sent them.
        button: the button above them.
    """

    query_id: str
    query: str
    results: tuple[Json, ...]
    button: Json | None = None

    @property
    def titles(self) -> list[str]:
        """Titles in the order shown."""
        return [result["title"] for result in self.results]
