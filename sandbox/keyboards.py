"""Keyboards under messages, held to what the official server accepts."""

from typing import Any
from urllib.parse import urlsplit

from sandbox.calls import Json
from sandbox.errors import ApiError, BrokenContract

MAX_DATA_BYTES = 64
MAX_BUTTONS = 100
MAX_COPIED = 256
APPEARANCE = frozenset({"text", "style", "icon_custom_emoji_id"})
ACTIONS = frozenset({"url", "callback_data", "switch_inline_query", "switch_inline_query_current_chat", "copy_text"})
LINK_SCHEMES = frozenset({"http", "https", "tg"})


def check(markup: Any) -> None:
    """Check a reply_markup that already fits its documented type.

    Args:
        markup: as decoded; None for none.

    Raises:
        ApiError: the official server would refuse it.
        BrokenContract: no button is written like this, or the sandbox does not know the action.
    """
    if markup is None:
        return
    if "inline_keyboard" in markup:
        found = [each for row in markup["inline_keyboard"] for each in row]
        if len(found) > MAX_BUTTONS:
            raise ApiError("reply markup is too long")
        for button in found:
            _check_inline(button)
    elif "keyboard" in markup:
        for row in markup["keyboard"]:
            for button in row:
                _check_text(button if isinstance(button, str) else button["text"], "keyboard")


def _check_inline(button: Json) -> None:
    _check_text(button["text"], "inline keyboard")
    actions = sorted(set(button) - APPEARANCE)
    if not actions or button.get("callback_data") == "":
        raise ApiError("can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard")
    if len(actions) > 1:
        raise BrokenContract(
            f"button {button['text']!r} has several actions: {', '.join(actions)}; exactly one is allowed"
        )
    (action,) = actions
    if action not in ACTIONS:
        raise BrokenContract(f"button {button['text']!r}: the action {action} is not implemented by the sandbox")
    value = button[action]
    if action == "callback_data" and len(value.encode()) > MAX_DATA_BYTES:
        raise ApiError("BUTTON_DATA_INVALID")
    if action == "url":
        check_link(value, f"inline keyboard button URL '{value}' is invalid")
    if action == "copy_text" and not 1 <= len(value["text"]) <= MAX_COPIED:
        raise ApiError("BUTTON_COPY_TEXT_INVALID")


def _check_text(text: str, where: str) -> None:
    if not text.strip():
        raise ApiError(f"{where} button text must be non-empty")


def check_link(url: str, problem: str) -> None:
    """Check an address as a link in a message.

    Raises:
        ApiError: `problem` and its reason.
    """
    try:
        parts = urlsplit(url if "://" in url else f"http://{url}")
        host, _port = parts.hostname or "", parts.port
    except ValueError as error:
        raise ApiError(f"{problem}: Wrong port number specified in the URL") from error
    if parts.scheme not in LINK_SCHEMES:
        raise ApiError(f"{problem}: Unsupported URL protocol")
    # Nobody but the bot's own machine could open it.
    if parts.scheme != "tg" and ("." not in host or any(char.isspace() for char in url)):
        raise ApiError(f"{problem}: Wrong HTTP URL")
