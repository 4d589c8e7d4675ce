"""Commands, names and descriptions of the bot."""

from typing import Any

import pytest

from sandbox import Person, Sandbox


def command(name: str = "ask", description: str = "Ask") -> dict[str, str]:
    """One command."""
    return {"command": name, "description": description}


@pytest.mark.parametrize(
    ("commands", "description"),
    [
        ([command("Ask")], "BOT_COMMAND_INVALID"),
        ([command("ask-me")], "BOT_COMMAND_INVALID"),
        ([command("спроси")], "BOT_COMMAND_INVALID"),
        ([command("")], "command must be non-empty"),
        ([command("a" * 33)], "command length must not exceed 32"),
        ([command(description=" ")], "command description must be non-empty"),
        ([command(description="x" * 257)], "command description length must not exceed 256"),
        ([command(f"c{number}") for number in range(101)], "BOT_COMMANDS_TOO_MUCH"),
        ([command(f"c{number}", "x" * 200) for number in range(40)], "BOT_COMMANDS_TOO_MUCH"),
    ],
)
async def test_commands_have_limits(api: Any, commands: list[dict[str, str]], description: str) -> None:
    """Names, descriptions, number and total size of commands are checked."""
    assert (await api("setMyCommands", commands=commands)).description == f"Bad Request: {description}"


async def test_the_largest_menu_passes(api: Any) -> None:
    """A hundred short commands and names of 32 characters pass."""
    commands = [command(f"c{number}", "x") for number in range(99)] + [command("a" * 32)]
    assert (await api("setMyCommands", commands=commands)).result is True
    assert (await api("getMyCommands")).result == commands


async def test_people_are_offered_the_narrowest_scope(telegram: Sandbox, api: Any, alice: Person) -> None:
    """A menu for one chat hides the one for private chats, which hides the default; deleting brings it back."""
    bob = telegram.person("Bob", started=True, language="de")
    private = {"type": "all_private_chats"}
    for_alice = {"type": "chat", "chat_id": alice.id}
    await api("setMyCommands", commands=[command("start")])
    await api("setMyCommands", commands=[command("ask")], scope=private)
    await api("setMyCommands", commands=[command("ask", "Frage")], scope=private, language_code="de")
    await api("setMyCommands", commands=[command("add")], scope=for_alice)
    assert alice.commands() == {"add": "Ask"}
    assert bob.commands() == {"ask": "Frage"}
    assert bob.commands(chat=telegram.group("Desk", [bob])) == {"start": "Ask"}
    await api("deleteMyCommands", scope=for_alice)
    assert alice.commands() == {"ask": "Ask"}
    assert (await api("getMyCommands", scope=for_alice)).result == []


async def test_group_administrators_can_have_their_own_menu(telegram: Sandbox, api: Any, alice: Person) -> None:
    """Scopes of groups tell administrators from members."""
    bob = telegram.person("Bob")
    group = telegram.supergroup("Desk", [alice, bob])
    await api("setMyCommands", commands=[command("stop")], scope={"type": "all_chat_administrators"})
    await api("setMyCommands", commands=[command("ask")], scope={"type": "all_group_chats"})
    assert (alice.commands(chat=group), bob.commands(chat=group)) == ({"stop": "Ask"}, {"ask": "Ask"})


async def test_the_chat_of_a_scope_must_exist(telegram: Sandbox, api: Any) -> None:
    """Commands for somebody who never pressed Start are refused, as on the official server."""
    bob = telegram.person("Bob")
    scope = {"type": "chat", "chat_id": bob.id}
    assert (await api("setMyCommands", commands=[command()], scope=scope)).description == "Bad Request: chat not found"
    await bob.press_start()
    assert (await api("setMyCommands", commands=[command()], scope=scope)).result is True


async def test_scopes_that_do_not_fit_their_chat_are_refused(telegram: Sandbox, api: Any, alice: Person) -> None:
    """Member scopes are for groups, menu buttons for private chats, and web apps are not implemented."""
    scope = {"type": "chat_member", "chat_id": alice.id, "user_id": alice.id}
    assert (await api("setMyCommands", commands=[command()], scope=scope)).status == 400
    group = telegram.group("Desk", [alice])
    member = {**scope, "chat_id": group.id}
    assert (await api("setMyCommands", commands=[command("mine")], scope=member)).result is True
    assert alice.commands(chat=group) == {"mine": "Ask"}
    button = await api("setChatMenuButton", chat_id=group.id)
    assert button.description == "Bad Request: chat_id must be a private chat"
    app = {"type": "web_app", "text": "Open", "web_app": {"url": "https://example.com"}}
    await api("setChatMenuButton", menu_button=app)
    assert telegram.forgive()[0].problem == "web apps are not implemented by the sandbox"


@pytest.mark.parametrize(
    ("method", "field", "limit"),
    [("MyName", "name", 64), ("MyDescription", "description", 512), ("MyShortDescription", "short_description", 120)],
)
async def test_names_and_descriptions_are_kept_by_language(api: Any, method: str, field: str, limit: int) -> None:
    """Each text has its limit, its languages fall back to the default, and an empty one removes it."""
    default = (await api(f"get{method}")).result[field]
    assert (await api(f"set{method}", **{field: "x" * limit})).result is True
    assert (await api(f"set{method}", **{field: "y", "language_code": "de"})).result is True
    assert (await api(f"set{method}", **{field: "x" * (limit + 1)})).status == 400
    assert (await api(f"get{method}", language_code="fr")).result == {field: "x" * limit}
    assert (await api(f"get{method}", language_code="de")).result == {field: "y"}
    await api(f"set{method}")
    assert (await api(f"get{method}")).result == {field: default}
    assert (await api(f"get{method}", language_code="German")).status == 400


async def test_the_menu_button_is_kept(api: Any, alice: Person) -> None:
    """The menu button is kept per private chat."""
    assert (await api("setChatMenuButton", chat_id=alice.id, menu_button={"type": "default"})).result is True
    assert (await api("getChatMenuButton", chat_id=alice.id)).result == {"type": "default"}
    assert (await api("getChatMenuButton")).result == {"type": "commands"}


async def test_a_bot_that_logged_out_is_unauthorized(telegram: Sandbox, api: Any) -> None:
    """After logOut every call is answered 401; close is refused in the first ten minutes."""
    closed = await api("close")
    assert closed.status == 429
    assert 590 <= closed.body["parameters"]["retry_after"] <= 600
    assert (await api("logOut")).result is True
    assert (await api("getMe")).status == 401
    assert [each.code for each in telegram.errors] == [429, 401]
