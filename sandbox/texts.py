"""Text as Telegram keeps it: parsed and checked by TDLib, which the official server is built on."""

import json
import unicodedata
from bisect import bisect_left
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from itertools import accumulate
from typing import Any

import tdjson

from sandbox.calls import Json
from sandbox.errors import ApiError

MAX_RAW_BYTES = 32768
# The documentation counts "characters"; servers and clients differ in whether an emoji is one or two. A bot must be
# right under either reading, so the longer count, UTF-16 units, is the one enforced.
MAX_TEXT_UNITS = 4096
MAX_CAPTION_UNITS = 1024
MAX_QUOTE_UNITS = 1024
MAX_ENTITIES = 100

TO_TDLIB = {
    "bold": "Bold",
    "italic": "Italic",
    "underline": "Underline",
    "strikethrough": "Strikethrough",
    "spoiler": "Spoiler",
    "blockquote": "BlockQuote",
    "expandable_blockquote": "ExpandableBlockQuote",
    "code": "Code",
    "pre": "Pre",
    "text_link": "TextUrl",
    "text_mention": "MentionName",
    "custom_emoji": "CustomEmoji",
    "mention": "Mention",
    "hashtag": "Hashtag",
    "cashtag": "Cashtag",
    "bot_command": "BotCommand",
    "url": "Url",
    "email": "EmailAddress",
    "phone_number": "PhoneNumber",
}
FROM_TDLIB = {f"textEntityType{name}": kind for kind, name in TO_TDLIB.items()} | {"textEntityTypePreCode": "pre"}
FOUND_IN_TEXT = frozenset({"mention", "hashtag", "cashtag", "bot_command", "url", "email", "phone_number"})
OPAQUE = frozenset({"code", "pre", "text_link", "text_mention"})
PARSE_MODES: dict[str, Json] = {
    "html": {"@type": "textParseModeHTML"},
    "markdown": {"@type": "textParseModeMarkdown", "version": 1},
    "markdownv2": {"@type": "textParseModeMarkdown", "version": 2},
}

FindUser = Callable[[int], Json | None]


@dataclass(frozen=True, slots=True)
class Text:
    """A text with its entities.

    Attributes:
        plain: the text without markup.
        entities: as the Bot API writes them: offset and length in UTF-16 units, in the order of offsets.
    """

    plain: str
    entities: tuple[Json, ...] = ()


def units(text: str) -> int:
    """Return the length of a text in UTF-16 units."""
    return len(text.encode("utf-16-le")) // 2


def cut(text: str, offset: int, length: int) -> str:
    """Return the part of a text under an entity; offset and length in UTF-16 units."""
    return text.encode("utf-16-le")[offset * 2 : (offset + length) * 2].decode("utf-16-le")


def parse(raw: str, mode: str | None, entities: Iterable[Json] | None, find_user: FindUser) -> Text:
    """Parse a text of the bot and clean it as the official server does.

    Args:
        raw: text with markup.
        mode: parse_mode of the call, any case; empty for none.
        entities: explicit entities, used when there is no parse mode.
        find_user: looks a user up for text mentions; unknown users lose the mention.

    Raises:
        ApiError: unsupported parse_mode, markup that cannot be parsed, entities that do not fit the text.
    """
    if len(raw.encode()) > MAX_RAW_BYTES:
        raise ApiError("message is too long")
    if mode:
        if mode.lower() not in PARSE_MODES:
            raise ApiError("unsupported parse_mode")
        parsed = _execute("parseTextEntities", text=raw, parse_mode=PARSE_MODES[mode.lower()])
        text, found = parsed["text"], [_from_tdlib(each, find_user) for each in parsed["entities"]]
    else:
        text, found = raw, list(entities or ())
        # Any synchronous request that takes a formatted text validates its entities; the answer is of no interest.
        _execute("getMarkdownText", text=_formatted(text, found))
    return _with_found(_clean(text, [each for each in found if each]))


def typed(text: str) -> Text:
    """Return what a person typed, with the entities that Telegram finds by itself."""
    return _with_found(_clean(text, []))


def find_quote(text: Text, quote: Text, position: int) -> int | None:
    """Return where a quote stands in a text, in UTF-16 units, nearest to `position`; None if it does not."""
    request = {
        "text": _formatted(text.plain, text.entities),
        "quote": _formatted(quote.plain, quote.entities),
        "quote_position": position,
    }
    try:
        return int(_execute("searchQuote", **request)["position"])
    except ApiError:
        return None


@cache
def _quiet() -> None:
    """Keep TDLib from logging to the terminal; 0 lets only fatal errors through."""
    tdjson.td_execute(json.dumps({"@type": "setLogVerbosityLevel", "new_verbosity_level": 0}).encode())


def _execute(request: str, **fields: Any) -> Json:
    _quiet()
    answer = tdjson.td_execute(json.dumps({"@type": request, **fields}).encode())
    assert answer is not None, "TDLib answers every synchronous request"
    decoded: Json = json.loads(answer)
    if decoded["@type"] == "error":
        raise ApiError(decoded["message"])
    return decoded


def _formatted(text: str, entities: Iterable[Json]) -> Json:
    return {"@type": "formattedText", "text": text, "entities": [_to_tdlib(entity) for entity in entities]}


def _to_tdlib(entity: Json) -> Json:
    kind = TO_TDLIB.get(entity["type"])
    if kind is None:
        raise ApiError(f"can't parse MessageEntity: unsupported type {entity['type']!r}")
    described: Json = {"@type": f"textEntityType{kind}"}
    if kind == "TextUrl":
        described["url"] = entity.get("url", "")
    elif kind == "MentionName":
        described["user_id"] = entity.get("user", {}).get("id", 0)
    elif kind == "CustomEmoji":
        described["custom_emoji_id"] = entity.get("custom_emoji_id", "")
    elif kind == "Pre" and entity.get("language"):
        described = {"@type": "textEntityTypePreCode", "language": entity["language"]}
    return {"@type": "textEntity", "offset": entity["offset"], "length": entity["length"], "type": described}


def _from_tdlib(entity: Json, find_user: FindUser) -> Json:
    """Translate an entity; an empty one stands for a mention of a user nobody knows."""
    kind = entity["type"]
    result: Json = {"type": FROM_TDLIB[kind["@type"]], "offset": entity["offset"], "length": entity["length"]}
    if kind["@type"] == "textEntityTypeMentionName":
        user = find_user(kind["user_id"])
        return {**result, "user": user} if user else {}
    return result | {name: kind[name] for name in ("url", "language", "custom_emoji_id") if name in kind}


def _clean(text: str, entities: list[Json]) -> Text:
    """Drop what Telegram drops (carriage returns, direction overrides, outer white space) and move entities along."""
    chars = [" " if char < " " and char not in "\n\r" else char for char in text]
    keep = [char != "\r" and not "\u2028" <= char <= "\u202e" for char in chars]
    shown = [position for position, char in enumerate(chars) if keep[position] and not char.isspace()]
    visible = any(unicodedata.category(chars[position]) != "Cf" for position in shown)
    first, last = (shown[0], shown[-1]) if visible else (0, -1)
    keep = [kept and first <= position <= last for position, kept in enumerate(keep)]
    before = [0, *accumulate(1 if char <= "\uffff" else 2 for char in chars)]
    after = [0, *accumulate((1 if char <= "\uffff" else 2) * kept for char, kept in zip(chars, keep, strict=True))]
    moved = []
    for entity in entities:
        start = after[bisect_left(before, entity["offset"])]
        end = after[bisect_left(before, entity["offset"] + entity["length"])]
        if end > start:
            moved.append({**entity, "offset": start, "length": end - start})
    plain = "".join(char for char, kept in zip(chars, keep, strict=True) if kept)
    return Text(plain, tuple(sorted(moved, key=_order)))


def _with_found(text: Text) -> Text:
    """Add the links, commands and mentions that Telegram finds outside code and links."""
    opaque = [entity for entity in text.entities if entity["type"] in OPAQUE | FOUND_IN_TEXT]
    found = [_from_tdlib(each, lambda _: None) for each in _detect(text.plain)]
    added = [entity for entity in found if not any(_overlap(entity, other) for other in opaque)]
    return Text(text.plain, tuple(sorted([*text.entities, *added], key=_order)[:MAX_ENTITIES]))


def _detect(text: str) -> list[Json]:
    entities: list[Json] = _execute("getTextEntities", text=text)["entities"]
    return [entity for entity in entities if FROM_TDLIB.get(entity["type"]["@type"]) in FOUND_IN_TEXT]


def _overlap(one: Json, other: Json) -> bool:
    return bool(one["offset"] < other["offset"] + other["length"] and other["offset"] < one["offset"] + one["length"])


def _order(entity: Json) -> tuple[int, int, str]:
    return entity["offset"], -entity["length"], entity["type"]
