"""How the bot presents itself: identity, commands, name, descriptions, menu button."""

import json
from typing import Any

from sandbox.calls import Call, Json, handles
from sandbox.errors import ApiError, BrokenContract
from sandbox.rates import too_many_requests
from sandbox.records import Chat, User
from sandbox.world import World

MAX_COMMANDS = 100
MAX_COMMAND_CHARS = 32
MAX_COMMAND_DESCRIPTION_CHARS = 256
# The server's limit on the commands of one call as JSON: not documented, measured by users between 7750 and 7876 bytes.
MAX_COMMANDS_BYTES = 7800
MAX_LANGUAGE_CHARS = 2
CLOSE_PAUSE_S = 600
LIMITS = {"name": 64, "description": 512, "short_description": 120}


@handles("getMe")
async def get_me(world: World, call: Call) -> Json:  # noqa: ARG001 - handlers share one signature
    """Describe the bot to itself."""
    options = world.options
    return {
        **world.bot.json(),
        "can_join_groups": True,
        "can_read_all_group_messages": not options.privacy_mode,
        "supports_inline_queries": options.inline_mode,
        "can_connect_to_business": False,
        "has_main_web_app": False,
    }


@handles("setMyCommands", "commands scope language_code")
async def set_my_commands(world: World, call: Call) -> bool:
    """Set the commands that people are offered in a scope and language."""
    commands = call.values["commands"]
    key = _scope_key(world, call)
    if len(commands) > MAX_COMMANDS:
        raise ApiError("BOT_COMMANDS_TOO_MUCH")
    for each in commands:
        _check_command(each["command"].removeprefix("/"), each["description"])
    if len(json.dumps(commands, ensure_ascii=False).encode()) > MAX_COMMANDS_BYTES:
        raise ApiError("BOT_COMMANDS_TOO_MUCH")
    world.profile[key] = [{**each, "command": each["command"].removeprefix("/")} for each in commands]
    return True


def _check_command(name: str, description: str) -> None:
    if not name:
        raise ApiError("command must be non-empty")
    if len(name) > MAX_COMMAND_CHARS:
        raise ApiError(f"command length must not exceed {MAX_COMMAND_CHARS}")
    if not all(char.isascii() and (char.islower() or char.isdigit() or char == "_") for char in name):
        raise ApiError("BOT_COMMAND_INVALID")
    if not description.strip():
        raise ApiError("command description must be non-empty")
    if len(description) > MAX_COMMAND_DESCRIPTION_CHARS:
        raise ApiError(f"command description length must not exceed {MAX_COMMAND_DESCRIPTION_CHARS}")


@handles("getMyCommands", "scope language_code")
async def get_my_commands(world: World, call: Call) -> list[Json]:
    """Return the commands of exactly this scope and language."""
    commands: list[Json] = world.profile.get(_scope_key(world, call), [])
    return commands


@handles("deleteMyCommands", "scope language_code")
async def delete_my_commands(world: World, call: Call) -> bool:
    """Forget the commands of a scope and language."""
    world.profile.pop(_scope_key(world, call), None)
    return True


def _scope_key(world: World, call: Call) -> tuple[Any, ...]:
    """Return what commands are kept under; the chat of a scope must exist."""
    scope = call.get("scope") or {"type": "default"}
    place: tuple[Any, ...] = ()
    if "chat_id" in scope:
        chat = world.find_chat(scope["chat_id"])
        if chat.kind == "private" and not chat.started:
            raise ApiError("chat not found")
        if chat.kind == "private" and scope["type"] != "chat":
            raise ApiError("can't change commands in private chats with this scope")
        place = (chat.id, *([scope["user_id"]] if "user_id" in scope else []))
    return ("commands", scope["type"], *place, _language(call))


def _language(call: Call) -> str:
    language: str = call.get("language_code", "")
    if language and not (len(language) == MAX_LANGUAGE_CHARS and language.isascii() and language.islower()):
        raise ApiError("invalid language code specified")
    return language


def menu(world: World, chat: Chat, user: User) -> list[Json]:
    """Return the commands that a user is offered in a chat: the narrowest scope that has any."""
    status = chat.members.get(user.id)
    everybody = "all_private_chats" if chat.kind == "private" else "all_group_chats"
    scopes: list[tuple[Any, ...]] = [("chat_member", chat.id, user.id)]
    if status in ("creator", "administrator"):
        scopes += [("chat_administrators", chat.id), ("chat", chat.id), ("all_chat_administrators",)]
    scopes += [("chat", chat.id), (everybody,), ("default",)]
    for scope in scopes:
        for language in (user.language or "", ""):
            if world.profile.get(("commands", *scope, language)):
                found: list[Json] = world.profile["commands", *scope, language]
                return found
    return []


async def _set_text(world: World, call: Call, kind: str) -> bool:
    text = call.get(kind, "")
    if len(text) > LIMITS[kind]:
        raise ApiError(f"BOT_{kind.upper()}_TOO_LONG")
    if text:
        world.profile[kind, _language(call)] = text
    else:
        world.profile.pop((kind, _language(call)), None)
    return True


async def _get_text(world: World, call: Call, kind: str) -> Json:
    fallback = world.options.name if kind == "name" else ""
    return {kind: world.profile.get((kind, _language(call)), world.profile.get((kind, ""), fallback))}


@handles("setMyName", "name language_code")
async def set_my_name(world: World, call: Call) -> bool:
    """Set the bot's name in a language."""
    return await _set_text(world, call, "name")


@handles("getMyName", "language_code")
async def get_my_name(world: World, call: Call) -> Json:
    """Return the bot's name in a language."""
    return await _get_text(world, call, "name")


@handles("setMyDescription", "description language_code")
async def set_my_description(world: World, call: Call) -> bool:
    """Set what an empty chat with the bot shows."""
    return await _set_text(world, call, "description")


@handles("getMyDescription", "language_code")
async def get_my_description(world: World, call: Call) -> Json:
    """Return what an empty chat with the bot shows."""
    return await _get_text(world, call, "description")


@handles("setMyShortDescription", "short_description language_code")
async def set_my_short_description(world: World, call: Call) -> bool:
    """Set what the bot's profile page shows."""
    return await _set_text(world, call, "short_description")


@handles("getMyShortDescription", "language_code")
async def get_my_short_description(world: World, call: Call) -> Json:
    """Return what the bot's profile page shows."""
    return await _get_text(world, call, "short_description")


@handles("setChatMenuButton", "chat_id menu_button")
async def set_chat_menu_button(world: World, call: Call) -> bool:
    """Set the button beside the input field."""
    button = call.get("menu_button", {"type": "default"})
    if button["type"] == "web_app":
        raise BrokenContract("web apps are not implemented by the sandbox")
    world.profile["menu_button", _menu_chat(world, call)] = button
    return True


@handles("getChatMenuButton", "chat_id")
async def get_chat_menu_button(world: World, call: Call) -> Json:
    """Return the button beside the input field."""
    button: Json = world.profile.get(("menu_button", _menu_chat(world, call)), {"type": "commands"})
    return button


def _menu_chat(world: World, call: Call) -> int | None:
    if "chat_id" not in call.values:
        return None
    chat = world.find_chat(call.values["chat_id"])
    if chat.kind != "private":
        raise ApiError("chat_id must be a private chat")
    return chat.id


@handles("logOut")
async def log_out(world: World, call: Call) -> bool:  # noqa: ARG001 - handlers share one signature
    """Leave this server; every later call is answered 401."""
    world.profile["logged_out"] = True
    return True


@handles("close")
async def close(world: World, call: Call) -> bool:
    """Close the bot before it moves to another server; refused in the first ten minutes."""
    waited = call.at - world.started_at
    if waited < CLOSE_PAUSE_S:
        raise too_many_requests(int(CLOSE_PAUSE_S - waited) + 1)
    return True
