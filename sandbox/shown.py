"""What a person sees: messages, buttons, and their plain-text rendering."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sandbox.calls import Json
from sandbox.texts import Text, cut

if TYPE_CHECKING:
    from sandbox.records import Message

MARKS = {
    "bold": ("**", "**"),
    "italic": ("_", "_"),
    "underline": ("__", "__"),
    "strikethrough": ("~~", "~~"),
    "spoiler": ("||", "||"),
    "code": ("`", "`"),
    "pre": ("```\n", "\n```"),
}
QUOTATIONS = frozenset({"blockquote", "expandable_blockquote"})


@dataclass(frozen=True, slots=True)
class Button:
    """One button under a message.

    Attributes:
        label: its text.
        kind: the button's action as the Bot API names it, such as "url" or "callback_data".
        url: where it leads, for link buttons.
        data: what it reports to the bot, for callback buttons.
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
        service: what happened, for messages nobody wrote, such as "pinned_message".
        forwarded_from: name of the original sender of a forwarded message.
    """

    chat_id: int
    id: int
    moment: int
    sender: str
    from_bot: bool
    text: str
    rendered: str
    entities: tuple[Json, ...] = ()
    buttons: tuple[tuple[Button, ...], ...] = ()
    reply_to: int | None = None
    quote: str | None = None
    edited: bool = False
    media: str | None = None
    file_name: str | None = None
    service: str | None = None
    forwarded_from: str | None = None

    @property
    def labels(self) -> list[str]:
        """Labels of all buttons, row by row."""
        return [button.label for row in self.buttons for button in row]

    def parts(self, kind: str) -> list[str]:
        """Return the pieces of text under entities of one kind, such as "bold" or "expandable_blockquote"."""
        return [cut(self.text, each["offset"], each["length"]) for each in self.entities if each["type"] == kind]

    @property
    def links(self) -> list[str]:
        """Addresses of all links in the text, hidden and visible, in order."""
        return [
            each["url"] if each["type"] == "text_link" else cut(self.text, each["offset"], each["length"])
            for each in self.entities
            if each["type"] in ("text_link", "url")
        ]

    def line(self) -> str:
        """Write the message down as it stands in a transcript: sender, text, then the buttons in brackets."""
        notes = [
            f"forwarded from {self.forwarded_from}" if self.forwarded_from else "",
            f"replying to {self.reply_to}" if self.reply_to else "",
            f"quoting {self.quote!r}" if self.quote else "",
            f"{self.media} {self.file_name or ''}".strip() if self.media else "",
            self.service or "",
            "edited" if self.edited else "",
        ]
        said = ", ".join(note for note in notes if note)
        head = f"{self.sender} [{self.id}]" + (f" ({said}):" if said else ":")
        body = f"{head}\n{self.rendered}" if "\n" in self.rendered else f"{head} {self.rendered}".rstrip()
        return "\n".join([body, *(" ".join(f"[{button.label}]" for button in row) for row in self.buttons)])


def show(message: "Message", moment: int) -> Shown:
    """Return a message as its readers see it now."""
    reply = message.reply
    replied = reply.get("reply_to_message") or reply.get("external_reply") or {}
    media = message.file and ("photo" if message.file.dimensions else "document")
    return Shown(
        chat_id=message.chat.id,
        id=message.id,
        moment=moment,
        sender=message.sender.first_name if message.sender else message.chat.title,
        from_bot=message.by_bot,
        text=message.body.plain,
        rendered=render(message.body),
        entities=message.body.entities,
        buttons=tuple(tuple(buttons(row)) for row in (message.markup or {}).get("inline_keyboard", [])),
        reply_to=replied.get("message_id"),
        quote=reply.get("quote", {}).get("text"),
        edited=message.edit_date is not None,
        media=media or None,
        file_name=message.file.name if message.file else None,
        service=next(iter(message.service), None),
        forwarded_from=_original_sender(message.origin),
    )


def buttons(row: Iterable[Json]) -> list[Button]:
    """Return one row of an inline keyboard."""
    return [
        Button(
            each["text"],
            next((name for name in each if name not in ("text", "style", "icon_custom_emoji_id")), ""),
            each.get("url"),
            each.get("callback_data"),
        )
        for each in row
    ]


def render(text: Text) -> str:
    """Write a text with its entities as plain text; see `Shown.rendered`."""
    opening: dict[int, str] = {}
    closing: dict[int, str] = {}
    quoted: set[int] = set()
    for entity in text.entities:
        start, end = entity["offset"], entity["offset"] + entity["length"]
        if entity["type"] in QUOTATIONS:
            quoted.update(range(start, end))
            continue
        before, after = MARKS.get(entity["type"], ("", ""))
        if entity["type"] == "text_link":
            before, after = "[", f"]({entity['url']})"
        # Entities come longest first, so that what opens first closes last.
        opening[start] = opening.get(start, "") + before
        closing[end] = after + closing.get(end, "")
    return _written(text.plain, (opening, closing), quoted)


def _written(plain: str, marks: tuple[dict[int, str], dict[int, str]], quoted: set[int]) -> str:
    opening, closing = marks
    lines, line, line_quoted, position = [], "", False, 0
    for char in plain:
        line += closing.get(position, "")
        if bool(position in quoted) != line_quoted and line.strip("\n") and char != "\n":
            lines.append("> " + line if line_quoted else line)
            line = ""
        if char == "\n":
            lines.append("> " + line if line_quoted else line)
            line = ""
            line_quoted = position + 1 in quoted
        else:
            line_quoted = position in quoted
            line += opening.get(position, "") + char
        position += 1 if char <= "\uffff" else 2
    line += closing.get(position, "")
    lines.append("> " + line if line_quoted else line)
    return "\n".join(lines)


def _original_sender(origin: Json | None) -> str | None:
    if origin is None:
        return None
    chat = origin.get("chat") or origin.get("sender_chat") or {}
    name: str = origin.get("sender_user", {}).get("first_name") or chat.get("title", "")
    return origin.get("sender_user_name") or name
