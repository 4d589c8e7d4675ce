"""What a message of the bot replies to, and the quotation in it."""

from typing import Any

from sandbox import texts
from sandbox.calls import Json
from sandbox.errors import ApiError, BrokenContract
from sandbox.records import Chat, Message
from sandbox.world import World

IMPLEMENTED = frozenset(
    {
        "message_id",
        "chat_id",
        "allow_sending_without_reply",
        "quote",
        "quote_parse_mode",
        "quote_entities",
        "quote_position",
    }
)


def reply_fields(world: World, chat: Chat, parameters: Any) -> Json:
    """Return the fields of a Message that say what it replies to.

    Args:
        world: where the target is looked up.
        chat: where the reply goes.
        parameters: ReplyParameters of the call, or None.

    Raises:
        ApiError: the target does not exist, or the quotation does not stand in it.
    """
    if parameters is None:
        return {}
    unknown = sorted(set(parameters) - IMPLEMENTED)
    if unknown:
        raise BrokenContract(f"reply_parameters: {', '.join(unknown)} not implemented by the sandbox")
    source = world.find_chat(parameters["chat_id"]) if "chat_id" in parameters else chat
    target = source.messages.get(parameters.get("message_id", 0))
    if target is None or target.deleted:
        if parameters.get("allow_sending_without_reply"):
            return {}
        raise ApiError("message to be replied not found")
    quote = _quote(world, target, parameters)
    if source is chat:
        return {"reply_to_message": target.json(nested=True), **quote}
    return {"external_reply": external(target), **quote}


def _quote(world: World, target: Message, parameters: Json) -> Json:
    raw = parameters.get("quote")
    if not raw:
        return {}
    quote = texts.parse(raw, parameters.get("quote_parse_mode"), parameters.get("quote_entities"), world.find_user)
    if texts.units(quote.plain) > texts.MAX_QUOTE_UNITS:
        raise ApiError("QUOTE_TEXT_INVALID")
    position = texts.find_quote(target.body, quote, parameters.get("quote_position", 0)) if quote.plain else None
    if position is None:
        raise ApiError("QUOTE_TEXT_INVALID")
    described: Json = {"text": quote.plain, "position": position, "is_manual": True}
    return {"quote": {**described, "entities": list(quote.entities)} if quote.entities else described}


def external(target: Message) -> Json:
    """Return the ExternalReplyInfo of a message in another chat."""
    origin: Json = {"date": target.date}
    if target.sender:
        origin |= {"type": "user", "sender_user": target.sender.json()}
    else:
        origin |= {"type": "channel", "chat": target.chat.json(), "message_id": target.id}
    return {"origin": origin, "chat": target.chat.json(), "message_id": target.id}
