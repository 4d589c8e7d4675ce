"""The command menus."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from wire import Wire, client_on, error

from bot.chat import guides
from bot.chat.menus import Menus
from bot.language import speaking

if TYPE_CHECKING:
    import pytest

NOT_FOUND = error(400, "Bad Request: chat not found")


def menus(wire: Wire, *admins: int) -> Menus:
    """Return menus in which admins may add articles, too."""
    return Menus(
        client_on(wire)[0], lambda: admins, [guides.commands], [lambda: {"add": "Add", "ask": "Ask as an admin"}]
    )


def menu_set(values: dict[str, Any]) -> tuple[object, str | None, dict[str, str]]:
    """Return of a call of setMyCommands the chat, the language, and the commands with their descriptions."""
    chat = values.get("scope", {}).get("chat_id")
    return chat, values.get("language_code"), {each["command"]: each["description"] for each in values["commands"]}


def in_korean() -> dict[str, str]:
    """Return the commands of everybody in Korean."""
    with speaking("ko"):
        return guides.commands()


async def test_everybody_and_admins_get_menus() -> None:
    """Everybody's menu is set in each language, then that of each admin, in which further commands stand at the end."""
    wire = Wire()
    await menus(wire, 8, 7).announce()
    more = {"ask": "Ask as an admin", "add": "Add"}
    assert [menu_set(values) for method, values in wire.calls if method == "setMyCommands"] == [
        (None, None, guides.commands()),
        (None, "ko", in_korean()),
        *(
            (admin, language, commands | more)
            for admin in (7, 8)
            for language, commands in ((None, guides.commands()), ("ko", in_korean()))
        ),
    ]
    assert in_korean()["help"] != guides.commands()["help"]


async def test_admin_without_start_is_passed_over(caplog: pytest.LogCaptureFixture) -> None:
    """An admin whose chat is not there does not keep others from their menus, and is no warning."""
    wire = Wire()
    await menus(wire).announce()
    wire.plan("setMyCommands", NOT_FOUND)
    with caplog.at_level(logging.INFO):
        await menus(wire, 7, 8).promote(7)
        await menus(wire, 7, 8).promote(8)
    assert [menu_set(values)[0] for method, values in wire.calls if method == "setMyCommands"] == [None, None, 7, 8, 8]
    assert [record.levelname for record in caplog.records if "menu" in record.message] == ["INFO"]


async def test_menu_of_everybody_that_fails_is_a_warning(caplog: pytest.LogCaptureFixture) -> None:
    """When Telegram refuses everybody's menu, the log says so, and the bot goes on."""
    wire = Wire()
    wire.plan("setMyCommands", error(400, "Bad Request: BOT_COMMANDS_TOO_MUCH"))
    await menus(wire).announce()
    assert ["could not be set (all)" in record.message for record in caplog.records] == [True]


async def test_former_admin_loses_the_menu(caplog: pytest.LogCaptureFixture) -> None:
    """Whoever is an admin no more gets everybody's menu again, in each language; a chat that is gone is passed over."""
    wire = Wire()
    await menus(wire).demote(7)
    taken = [values for method, values in wire.calls if method == "deleteMyCommands"]
    assert [(values["scope"]["chat_id"], values.get("language_code")) for values in taken] == [(7, None), (7, "ko")]
    wire.plan("deleteMyCommands", NOT_FOUND)
    with caplog.at_level(logging.INFO):
        await menus(wire).demote(7)
    assert "could not be taken away" in caplog.text
