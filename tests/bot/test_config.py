"""Settings: where they come from, and what is said when they are wrong."""

from __future__ import annotations

from ipaddress import ip_network
from pathlib import Path

import pytest

from bot.config import Settings, load_settings
from bot.errors import SettingsError

TOKEN = "123456789:AbCdEfGhIjKlMnOpQrStUvWxYz012345678"  # no bot's


@pytest.fixture(autouse=True)
def _directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No verbatim.toml and no variables but those that a test sets."""
    monkeypatch.chdir(tmp_path)
    for name in Settings.model_fields:
        monkeypatch.delenv(f"VERBATIM_{name.upper()}", raising=False)


def test_defaults_need_nothing() -> None:
    """Without any settings there is a data directory, a bundled model, and no token."""
    settings = load_settings()
    assert (settings.data_dir, settings.model, settings.telegram_token) == (Path("data"), "bundled", None)
    assert settings.database == "sqlite:///data/corpus.sqlite"


def test_the_environment_wins_over_the_file_and_the_call_over_both(monkeypatch: pytest.MonkeyPatch) -> None:
    """A setting is taken from the command line, else from the environment, else from verbatim.toml."""
    Path("verbatim.toml").write_text('data_dir = "file"\nmodel = "file"\nlog_level = "INFO"\n')
    monkeypatch.setenv("VERBATIM_MODEL", "environment")
    monkeypatch.setenv("VERBATIM_LOG_LEVEL", "DEBUG")
    settings = load_settings(log_level="ERROR")
    assert (str(settings.data_dir), settings.model, settings.log_level) == ("file", "environment", "ERROR")


def test_an_empty_variable_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    """A variable that is set to nothing does not count, as in compose files."""
    monkeypatch.setenv("VERBATIM_TELEGRAM_TOKEN", "")
    assert load_settings().telegram_token is None


def test_secrets_do_not_show(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither token nor webhook secret appears when settings are printed."""
    monkeypatch.setenv("VERBATIM_TELEGRAM_TOKEN", TOKEN)
    monkeypatch.setenv("VERBATIM_WEBHOOK_SECRET", "hush-hush")
    settings = load_settings()
    shown = f"{settings!r} {settings!s} {settings.model_dump()}"
    assert TOKEN.split(":")[1] not in shown
    assert "hush-hush" not in shown
    assert settings.telegram_token is not None
    assert settings.telegram_token.get_secret_value() == TOKEN


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("READERS", "nobody", "VERBATIM_READERS: String should match pattern '^(everybody|listed)$'"),
        ("QUESTIONS_PER_MINUTE", "-1", "VERBATIM_QUESTIONS_PER_MINUTE: Input should be greater than or equal to 0"),
        ("TELEGRAM_TOKEN", "nonsense", "VERBATIM_TELEGRAM_TOKEN: is not a bot token"),
        ("WEBHOOK_SECRET", "with blanks", "VERBATIM_WEBHOOK_SECRET: may hold 1 to 256 of"),
        ("WEBHOOK_PORT", "70000", "VERBATIM_WEBHOOK_PORT: "),
        ("WEBHOOK_URL", "not an address", "VERBATIM_WEBHOOK_URL: "),
        ("OWNER_ID", "-3", "VERBATIM_OWNER_ID: "),
        ("LOG_LEVEL", "LOUD", "VERBATIM_LOG_LEVEL: "),
        ("CONTACT", "call me (maybe)", "VERBATIM_CONTACT: may be an address"),
        ("CONTACT", "https://example.org/\r\nX-Evil: 1", "VERBATIM_CONTACT: may be an address"),
        ("POLL_MINUTES", "0", "VERBATIM_POLL_MINUTES: "),
        ("ALLOWED_NETWORKS", "10.0.0.1/8", "VERBATIM_ALLOWED_NETWORKS: 10.0.0.1/8 has host bits set"),
        ("ALLOWED_NETWORKS", "intranet", "VERBATIM_ALLOWED_NETWORKS: 'intranet' does not appear to be"),
    ],
)
def test_a_wrong_setting_is_named(monkeypatch: pytest.MonkeyPatch, name: str, value: str, told: str) -> None:
    """A wrong value is refused with the name of its setting, and without the value where that is a secret."""
    monkeypatch.setenv(f"VERBATIM_{name}", value)
    with pytest.raises(SettingsError) as caught:
        load_settings()
    assert any(problem.startswith(told) for problem in caught.value.problems)
    assert "with blanks" not in str(caught.value)


def test_networks_are_a_list(monkeypatch: pytest.MonkeyPatch) -> None:
    """Networks are separated by commas in the environment and a list in the file; by default there are none."""
    assert load_settings().allowed_networks == ()
    networks = (ip_network("10.20.0.0/16"), ip_network("fd00:20::/32"))
    Path("verbatim.toml").write_text('allowed_networks = ["10.20.0.0/16", "fd00:20::/32"]\n')
    assert load_settings().allowed_networks == networks
    monkeypatch.setenv("VERBATIM_ALLOWED_NETWORKS", "fd00:20::/32, 10.20.0.0/16")
    assert load_settings().allowed_networks == networks[::-1]


def test_an_unknown_setting_in_the_file_is_refused() -> None:
    """A slip of the finger in verbatim.toml is told, with the settings that there are."""
    Path("verbatim.toml").write_text('datadir = "x"\n')
    with pytest.raises(SettingsError, match="datadir is no setting; these are: data_dir"):
        load_settings()


def test_a_broken_file_is_told() -> None:
    """A verbatim.toml that is no TOML is a message, not a traceback."""
    Path("verbatim.toml").write_text("data_dir = \n")
    with pytest.raises(SettingsError, match=r"verbatim\.toml"):
        load_settings()
