"""Tapped buttons, inline queries and reactions: what the bot answers to people's gestures."""

from typing import Any
from urllib.parse import urlsplit

from sandbox import keyboards, texts
from sandbox.calls import Call, Json, handles
from sandbox.errors import ApiError, BrokenContract
from sandbox.outgoing import checked_body, existing
from sandbox.records import Query
from sandbox.world import World

MAX_ANSWER_CHARS = 200
MAX_RESULTS = 50
MAX_RESULT_ID_BYTES = 64
MAX_OFFSET_BYTES = 64
MAX_PAYLOAD = 64
TOO_OLD = "query is too old and response timeout expired or query ID is invalid"
# The emoji that the documentation lists for ReactionTypeEmoji.
EMOJI = (
    "❤ 👍 👎 🔥 🥰 👏 😁 🤔 🤯 😱 🤬 😢 🎉 🤩 🤮 💩 🙏 👌 🕊 🤡 🥱 🥴 "
    "😍 🐳 ❤\u200d🔥 🌚 🌭 💯 🤣 ⚡ 🍌 🏆 💔 🤨 😐 🍓 🍾 💋 🖕 😈 😴 😭 🤓 👻 "
    "👨\u200d💻 👀 🎃 🙈 😇 😨 🤝 ✍ 🤗 🫡 🎅 🎄 ☃ 💅 🤪 🗿 🆒 💘 🙉 🦄 😘 💊 "
    "🙊 😎 👾 🤷\u200d♂ 🤷 🤷\u200d♀ 😡"
)
REACTIONS = frozenset(EMOJI.split())


def _take(world: World, queries: dict[str, Query], query_id: str) -> Query:
    """Return a query that can still be answered.

    Raises:
        ApiError: it is unknown, expired, or was answered before.
    """
    query = queries.get(query_id)
    if query is None or query.answer is not None or world.options.clock() > query.expires:
        raise ApiError(TOO_OLD)
    return query


@handles("answerCallbackQuery", "callback_query_id text show_alert url cache_time")
async def answer_callback_query(world: World, call: Call) -> bool:
    """Stop the spinner of a tapped button, with a note for the person."""
    query = _take(world, world.callbacks, call.values["callback_query_id"])
    if texts.units(call.get("text", "")) > MAX_ANSWER_CHARS:
        raise ApiError("MESSAGE_TOO_LONG")
    url = call.get("url")
    if url and urlsplit(url).hostname not in ("t.me", "telegram.me"):
        raise ApiError("URL_INVALID")  # buttons without a game can only lead back to a bot
    query.answer = {name: value for name, value in call.values.items() if name != "callback_query_id"}
    world.ring()
    return True


@handles("answerInlineQuery", "inline_query_id results cache_time is_personal next_offset button")
async def answer_inline_query(world: World, call: Call) -> bool:
    """Show results under an inline query."""
    results, button = call.values["results"], call.get("button")
    query = _take(world, world.inline_queries, call.values["inline_query_id"])
    if len(results) > MAX_RESULTS:
        raise ApiError("RESULTS_TOO_MUCH")
    if len(call.get("next_offset", "").encode()) > MAX_OFFSET_BYTES:
        raise ApiError("NEXT_OFFSET_INVALID")
    seen: set[str] = set()
    for result in results:
        if not 1 <= len(result["id"].encode()) <= MAX_RESULT_ID_BYTES:
            raise ApiError("RESULT_ID_INVALID")
        if result["id"] in seen:
            raise ApiError("RESULT_ID_DUPLICATE")
        seen.add(result["id"])
        _check_result(world, result)
    if button:
        _check_button(button)
    query.answer = dict(call.values)
    world.ring()
    return True


def _check_result(world: World, result: Json) -> None:
    if result["type"] != "article":
        raise BrokenContract(f"inline results of type {result['type']} are not implemented by the sandbox")
    if not result["title"].strip():
        raise ApiError("ARTICLE_TITLE_EMPTY")
    if "message_text" not in result["input_message_content"]:
        raise BrokenContract("only InputTextMessageContent is implemented by the sandbox")
    inline_body(world, result["input_message_content"])
    keyboards.check(result.get("reply_markup"))


def inline_body(world: World, content: Json) -> texts.Text:
    """Return the text that choosing an inline result sends.

    Raises:
        ApiError: it is empty, too long, or cannot be parsed.
    """
    raw = content["message_text"]
    parsed = texts.parse(raw, content.get("parse_mode"), content.get("entities"), world.find_user)
    return checked_body(parsed, raw, "text")


def _check_button(button: Json) -> None:
    if ("web_app" in button) == ("start_parameter" in button):
        raise BrokenContract("the button above inline results needs exactly one of web_app and start_parameter")
    if "start_parameter" in button and not is_payload(button["start_parameter"]):
        raise ApiError("START_PARAM_INVALID")


def is_payload(text: str) -> bool:
    """Return whether a text can follow ?start= in a deep link."""
    return 1 <= len(text) <= MAX_PAYLOAD and all(char.isascii() and (char.isalnum() or char in "_-") for char in text)


@handles("setMessageReaction", "chat_id message_id reaction is_big")
async def set_message_reaction(world: World, call: Call) -> bool:
    """React to a message; bots have at most one reaction."""
    chat = world.writable_chat(call.values["chat_id"])
    message = existing(chat, call.values["message_id"], "message to react not found")
    reaction: list[Any] = call.get("reaction", [])
    if len(reaction) > 1 or any(each["type"] != "emoji" or each["emoji"] not in REACTIONS for each in reaction):
        raise ApiError("REACTION_INVALID")
    message.reactions[world.bot.id] = reaction
    world.ring()
    return True
