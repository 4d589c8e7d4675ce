"""Messages of the bot: sent, edited, deleted, forwarded, copied and pinned."""

from dataclasses import dataclass, field
from typing import Any

from sandbox import keyboards, texts
from sandbox.calls import Call, Json, handles
from sandbox.errors import ApiError
from sandbox.records import Chat, Message, StoredFile
from sandbox.replies import reply_fields
from sandbox.texts import Text
from sandbox.world import World

COMMON = "chat_id reply_parameters reply_markup disable_notification protect_content message_effect_id"
ACTIONS = frozenset(
    {
        "typing",
        "upload_photo",
        "record_video",
        "upload_video",
        "record_voice",
        "upload_voice",
        "upload_document",
        "choose_sticker",
        "find_location",
        "record_video_note",
        "upload_video_note",
    }
)
MAX_DELETED = 100
DELETABLE_S = 48 * 3600
NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same as a current "
    "content and reply markup of the message"
)


@dataclass(slots=True)
class Draft:
    """What is about to be sent."""

    body: Text
    file: StoredFile | None = None
    origin: Json | None = None
    extra: Json = field(default_factory=dict)


def body_of(world: World, call: Call, names: tuple[str, str] = ("text", "entities")) -> Text:
    """Return the text or caption of a call, parsed and checked.

    Args:
        world: where mentioned users are looked up.
        call: the call.
        names: parameters that hold the text and its entities.

    Raises:
        ApiError: it is empty (a caption may be), too long, or cannot be parsed.
    """
    raw = call.get(names[0], "")
    return checked_body(texts.parse(raw, call.get("parse_mode"), call.get(names[1]), world.find_user), raw, names[0])


def checked_body(body: Text, raw: str, kind: str) -> Text:
    """Check the length of a parsed text (1-4096) or caption (0-1024).

    Raises:
        ApiError: it is empty or too long.
    """
    if kind == "caption":
        if texts.units(body.plain) > texts.MAX_CAPTION_UNITS:
            raise ApiError("message caption is too long")
        return body
    if not raw:
        raise ApiError("message text is empty")
    if not body.plain:
        raise ApiError("text must be non-empty")
    if texts.units(body.plain) > texts.MAX_TEXT_UNITS:
        raise ApiError("message is too long")
    return body


def send(world: World, call: Call, chat: Chat, draft: Draft) -> Json:
    """Send a draft with the options that all sending methods share.

    Raises:
        ApiError: the keyboard, the reply or the rate is not in order.
    """
    markup = call.get("reply_markup")
    keyboards.check(markup)
    message = Message(
        chat=chat,
        id=0,
        sender=None if chat.kind == "channel" else world.bot,
        date=world.now(),
        body=draft.body,
        file=draft.file,
        markup=inline(markup),
        reply=reply_fields(world, chat, call.get("reply_parameters")),
        origin=draft.origin,
        extra=draft.extra | ({"has_protected_content": True} if call.get("protect_content") else {}),
    )
    world.rates.take(chat.id, group=chat.kind != "private")
    message.id = world.next_message_id(chat)
    message.by_bot = True
    if markup and "keyboard" in markup:
        chat.keyboard = markup
    elif markup and "remove_keyboard" in markup:
        chat.keyboard = None
    return world.add(message).json()


@handles("sendMessage", f"{COMMON} text parse_mode entities link_preview_options")
async def send_message(world: World, call: Call) -> Json:
    """Send a text."""
    chat = world.writable_chat(call.values["chat_id"])
    return send(world, call, chat, Draft(body_of(world, call), extra=_preview(call)))


@handles("sendChatAction", "chat_id action")
async def send_chat_action(world: World, call: Call) -> bool:
    """Show that the bot is busy."""
    chat = world.writable_chat(call.values["chat_id"])
    if call.values["action"] not in ACTIONS:
        raise ApiError("wrong parameter action in request")
    world.announce_action(chat, call.values["action"])
    return True


@handles(
    "editMessageText",
    "chat_id message_id inline_message_id text parse_mode entities link_preview_options reply_markup",
)
async def edit_message_text(world: World, call: Call) -> Json | bool:
    """Replace the text and the keyboard of one's own message."""
    message = editable(world, call)
    if message.file:
        raise ApiError("there is no text in the message to edit")
    kept = {name: value for name, value in message.extra.items() if name != "link_preview_options"}
    return _edit(world, call, message, body_of(world, call), kept | _preview(call))


@handles("editMessageReplyMarkup", "chat_id message_id inline_message_id reply_markup")
async def edit_message_reply_markup(world: World, call: Call) -> Json | bool:
    """Replace the keyboard of one's own message."""
    message = editable(world, call)
    return _edit(world, call, message, message.body, message.extra)


def inline(markup: Json | None) -> Json | None:
    """Return an inline keyboard that has buttons; None for everything else."""
    return markup if markup and markup.get("inline_keyboard") else None


def editable(world: World, call: Call) -> Message:
    """Return the message that a call wants to edit.

    Raises:
        ApiError: it does not exist or is not the bot's own.
    """
    inline_id = call.get("inline_message_id")
    if inline_id is not None:
        if inline_id not in world.inline_messages:
            raise ApiError("MESSAGE_ID_INVALID")
        return world.inline_messages[inline_id]
    if "chat_id" not in call.values:
        raise ApiError("chat_id is empty")
    if "message_id" not in call.values:
        raise ApiError("message identifier is not specified")
    chat = world.writable_chat(call.values["chat_id"])
    message = existing(chat, call.values["message_id"], "message to edit not found")
    if not message.by_bot or message.service or message.origin:
        raise ApiError("message can't be edited")
    return message


def existing(chat: Chat, message_id: int, problem: str) -> Message:
    """Return a message that was not deleted.

    Raises:
        ApiError: `problem`.
    """
    message = chat.messages.get(message_id)
    if message is None or message.deleted:
        raise ApiError(problem)
    return message


def _edit(world: World, call: Call, message: Message, body: Text, extra: Json) -> Json | bool:
    markup = call.get("reply_markup")
    keyboards.check(markup)
    if (body, inline(markup), extra) == (message.body, message.markup, message.extra):
        raise ApiError(NOT_MODIFIED)
    chat = message.chat
    world.rates.take(chat.id, group=chat.kind != "private")
    message.body, message.markup, message.extra = body, inline(markup), extra
    message.edit_date = world.now()
    world.announce("edit", message)
    return True if call.get("inline_message_id") else message.json()


def _preview(call: Call) -> Json:
    options = call.get("link_preview_options")
    return {"link_preview_options": options} if options else {}


@handles("deleteMessage", "chat_id message_id")
async def delete_message(world: World, call: Call) -> bool:
    """Delete a message for everybody."""
    chat = world.writable_chat(call.values["chat_id"])
    _delete(world, existing(chat, call.values["message_id"], "message to delete not found"))
    return True


@handles("deleteMessages", "chat_id message_ids")
async def delete_messages(world: World, call: Call) -> bool:
    """Delete several messages; those that cannot be found are skipped."""
    chat = world.writable_chat(call.values["chat_id"])
    numbers = call.values["message_ids"]
    if not numbers:
        raise ApiError("message identifiers are not specified")
    if len(numbers) > MAX_DELETED:
        raise ApiError("too many message identifiers specified")
    for number in numbers:
        message = chat.messages.get(number)
        if message and not message.deleted:
            _delete(world, message)
    return True


def _delete(world: World, message: Message) -> None:
    chat = message.chat
    administers = chat.members.get(world.bot.id) == "administrator"
    own_or_private = message.by_bot or chat.kind == "private"
    if not (administers or (own_or_private and world.now() - message.date < DELETABLE_S)):
        raise ApiError("message can't be deleted for everyone" if own_or_private else "message can't be deleted")
    message.deleted = True
    world.announce("delete", message)


@handles("forwardMessage", "chat_id from_chat_id message_id disable_notification protect_content message_effect_id")
async def forward_message(world: World, call: Call) -> Json:
    """Forward a message with its author's name."""
    chat, source = _source(world, call, "forward")
    draft = Draft(source.body, source.file, source.origin or origin_of(source), _taken_along(source))
    return send(world, call, chat, draft)


@handles("copyMessage", f"{COMMON} from_chat_id message_id caption parse_mode caption_entities")
async def copy_message(world: World, call: Call) -> Json:
    """Copy a message without a link to its author."""
    chat, source = _source(world, call, "copy")
    replaced = source.file and "caption" in call.values
    body = body_of(world, call, ("caption", "caption_entities")) if replaced else source.body
    return {"message_id": send(world, call, chat, Draft(body, source.file, extra=_taken_along(source)))["message_id"]}


def _source(world: World, call: Call, verb: str) -> tuple[Chat, Message]:
    chat = world.writable_chat(call.values["chat_id"])
    origin = world.find_chat(call.values["from_chat_id"])
    source = existing(origin, call.values["message_id"], f"message to {verb} not found")
    if source.service or source.extra.get("has_protected_content"):
        raise ApiError(f"message can't be {'forwarded' if verb == 'forward' else 'copied'}")
    return chat, source


def _taken_along(source: Message) -> Json:
    """Return how a message looks, without what belongs to its place, such as its album."""
    return {name: value for name, value in source.extra.items() if name != "media_group_id"}


def origin_of(message: Message) -> Json:
    """Return the MessageOrigin of a message that is forwarded for the first time."""
    origin: dict[str, Any] = {"date": message.date}
    if message.chat.kind == "channel":
        return {**origin, "type": "channel", "chat": message.chat.json(), "message_id": message.id}
    if "sender_chat" in message.extra:
        return {**origin, "type": "chat", "sender_chat": message.extra["sender_chat"]}
    assert message.sender, "only channel posts have no sender"
    return {**origin, "type": "user", "sender_user": message.sender.json()}


@handles("pinChatMessage", "chat_id message_id disable_notification")
async def pin_chat_message(world: World, call: Call) -> bool:
    """Pin a message; in groups only administrators can."""
    chat = world.writable_chat(call.values["chat_id"])
    message = existing(chat, call.values["message_id"], "message to pin not found")
    if chat.kind != "private" and chat.members.get(world.bot.id) != "administrator":
        raise ApiError("not enough rights to manage pinned messages in the chat")
    chat.pinned.append(message.id)
    notice = {"pinned_message": message.json(nested=True)}
    sender = None if chat.kind == "channel" else world.bot
    world.add(Message(chat, world.next_message_id(chat), sender, world.now(), Text(""), service=notice))
    return True
