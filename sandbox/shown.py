"""What a person sees: messages, buttons, and their plain-text rendering."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Button:
    """One button under a message.

    Attributes:
        label: its text.
        url: where it leads, for link buttons.
        data: what it reports to the bot, for callback buttons.
        kind: the button's action as the Bot API names it, such as "url" or "callback_data".
    """

    label: str
    kind: str
    url: str | None = None
    data: str | None = None


@dataclass(frozen=True, slots=True)
class Shown:
    """A message as it stood at one moment.

    Attributes:
        chat_id: the chat it stands in; a person's private chat with the bot has the person's id.
        id: message_id.
        moment: number of the event that showed it; later events have greater numbers.
        sender: name shown above it.
        from_bot: whether the bot sent it.
        text: text or caption, without markup.
        rendered: text with its entities written out: **bold**, _italic_, `code`, [label](url), lines of a quotation
            with "> ".
        entities: as the Bot API writes them, offsets in UTF-16 units.
        buttons: rows of buttons.
        reply_to: message_id that it replies to.
        quote: the part of that message it quotes.
        edited: whether this version is an edit.
        media: "document" or "photo" when it carries one.
        file_name: name of the document.
        service: what happened, for messages nobody wrote, such as "pinned a message".
    """

    chat_id: int
    id: int
    moment: int
    sender: str
    from_bot: bool
    text: str
    rendered: str
    entities: tuple[dict[str, object], ...] = ()
    buttons: tuple[tuple[Button, ...], ...] = ()
    reply_to: int | None = None
    quote: str | None = None
    edited: bool = False
    media: str | None = None
    file_name: str | None = None
    service: str | None = None

    @property
    def labels(self) -> list[str]:
        """Labels of all buttons, row by row."""
        return [button.label for row in self.buttons for button in row]

    def parts(self, kind: str) -> list[str]:
        """Return the pieces of text under entities of one kind, such as "bold" or "expandable_blockquote"."""
        raise NotImplementedError
