"""Building and asking Telegram who the bot is, against the local Telegram."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

import pytest
from fake_answering import FakeAnswering

from bot.chat.state import State
from bot.chat.telegram import _only_one, build, serve, whoami
from bot.config import Settings
from bot.errors import AlreadyServingError, SettingsError, TokenRefusedError
from sandbox import Sandbox

if TYPE_CHECKING:
    from pathlib import Path


async def test_bot_learns_its_name(tmp_path: Path) -> None:
    """The user name comes from Telegram; a token that it does not know is refused in a sentence without the token."""
    async with Sandbox() as telegram:
        known = Settings(data_dir=tmp_path, telegram_token=telegram.token, telegram_api_url=telegram.api_url)
        assert await whoami(known) == telegram.options.username
        unknown = known.model_copy(
            update={"telegram_token": Settings(telegram_token=telegram.token + "x").telegram_token}
        )
        with pytest.raises(TokenRefusedError) as refused:
            await whoami(unknown)
        assert telegram.token not in str(refused.value)


def test_without_a_token_nothing_is_served(tmp_path: Path) -> None:
    """A missing token is told before anything is opened."""
    with pytest.raises(SettingsError, match="VERBATIM_TELEGRAM_TOKEN"):
        serve(Settings(data_dir=tmp_path / "data"), FakeAnswering({}))
    assert not (tmp_path / "data").exists()


def test_addresses_are_those_of_the_setting(tmp_path: Path) -> None:
    """The Bot API server is the one that is set, for calls and for files, with or without a slash at its end."""
    state = State(tmp_path)
    for address in ("http://127.0.0.1:8081", "http://127.0.0.1:8081/"):
        settings = Settings(data_dir=tmp_path, telegram_token="123456789:AAF-" + "x" * 20, telegram_api_url=address)
        client = build(settings, FakeAnswering({}), state).application.bot
        assert client.base_url == "http://127.0.0.1:8081/bot123456789:AAF-" + "x" * 20
        assert client.base_file_url == "http://127.0.0.1:8081/file/bot123456789:AAF-" + "x" * 20
    state.close()


def test_a_directory_is_served_once(tmp_path: Path) -> None:
    """The lock is refused to a second holder, and is free again afterwards, even after an error."""
    refused = pytest.raises(AlreadyServingError, match="another process serves the bot of")
    with _only_one(tmp_path), refused, _only_one(tmp_path):
        pass
    with contextlib.suppress(RuntimeError), _only_one(tmp_path):
        raise RuntimeError("boom")
    with _only_one(tmp_path):
        pass
