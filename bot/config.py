"""Settings: from the environment (VERBATIM_…), else from verbatim.toml, else their defaults.

The only module that reads the environment. All settings are read once and checked together; every problem is reported
at once, and secrets appear in no representation.
"""

from __future__ import annotations

import re
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Annotated, ClassVar

from pydantic import AfterValidator, AnyHttpUrl, BeforeValidator, Field, PositiveInt, SecretStr, ValidationError
from pydantic_settings import (
    BaseSettings,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from bot.errors import SettingsError

PREFIX = "VERBATIM_"
FILE = "verbatim.toml"

LISTED = "listed"
"""The setting with which only those may ask who are listed."""

_TOKEN = re.compile(r"\d+:[\w-]{20,}")
_SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")
_CONTACT = re.compile(r"https?://[!-'*-~]{1,200}|(?:mailto:)?[!-'*-?A-~]{1,100}@[!-'*-~]{1,100}")
"""An address or a mailbox as it can stand in a header, between parentheses."""


def _token(value: SecretStr) -> SecretStr:
    if not _TOKEN.fullmatch(value.get_secret_value()):
        msg = "is not a bot token; @BotFather gives one like 123456789:AbC…"
        raise ValueError(msg)
    return value


def _webhook_secret(value: SecretStr) -> SecretStr:
    if not _SECRET.fullmatch(value.get_secret_value()):
        msg = "may hold 1 to 256 of A-Z, a-z, 0-9, _ and -"
        raise ValueError(msg)
    return value


def _contact(value: str) -> str:
    if not _CONTACT.fullmatch(value):
        msg = "may be an address with https:// in front, or a mailbox"
        raise ValueError(msg)
    return value


def _networks(value: object) -> tuple[IPv4Network | IPv6Network, ...]:
    written = value.split(",") if isinstance(value, str) else value
    if not isinstance(written, list | tuple):
        msg = "is a list of networks like 10.20.0.0/16, separated by commas"
        raise ValueError(msg)  # noqa: TRY004  # pydantic reports no other
    return tuple(ip_network(str(each).strip()) for each in written)


class Settings(BaseSettings):
    """Everything that can be set."""

    model_config: ClassVar[SettingsConfigDict] = SettingsConfigDict(
        env_prefix=PREFIX, toml_file=FILE, extra="forbid", frozen=True, env_ignore_empty=True
    )

    data_dir: Path = Field(Path("data"), description="Directory of the corpus, the index and the models.")
    database_url: str | None = Field(
        None, description="Database of the corpus as an SQLAlchemy URL; default: corpus.sqlite in the data directory."
    )
    model: str = Field("bundled", description="`bundled`, or the directory or name of a sentence-transformers model.")
    telegram_token: Annotated[SecretStr, AfterValidator(_token)] | None = Field(
        None, description="The bot's token, from @BotFather."
    )
    telegram_api_url: AnyHttpUrl = Field(
        AnyHttpUrl("https://api.telegram.org"), description="Bot API server; set it to use a local one."
    )
    owner_id: PositiveInt | None = Field(None, description="Telegram user id of the owner.")
    readers: str = Field(
        "everybody",
        pattern="^(everybody|listed)$",
        description="Who may ask: `everybody`, or only people and groups that admins have `listed` with /readers.",
    )
    questions_per_minute: int = Field(
        30, ge=0, le=1000, description="Questions that a reader may ask within a minute; 0 for any number."
    )
    webhook_url: AnyHttpUrl | None = Field(
        None, description="Public https address for webhook mode; without it the bot polls."
    )
    webhook_secret: Annotated[SecretStr, AfterValidator(_webhook_secret)] | None = Field(
        None, description="Secret that Telegram sends with each webhook call; default: a new one at each start."
    )
    webhook_listen: str = Field("127.0.0.1", description="Address on which webhook mode listens.")
    webhook_port: int = Field(8443, ge=1, le=65535, description="Port on which webhook mode listens.")
    contact: Annotated[str, AfterValidator(_contact)] | None = Field(
        None, description="Address or mailbox of those who run this, told to the sites that are fetched from."
    )
    poll_minutes: int = Field(
        30, ge=1, le=10_080, description="Minutes between two polls of a feed; one that fails is polled less often."
    )
    allowed_networks: Annotated[tuple[IPv4Network | IPv6Network, ...], NoDecode, BeforeValidator(_networks)] = Field(
        (),
        description="Networks that are not public and fetched from all the same, at any port, as a newsroom's own: "
        "`10.20.0.0/16,fd00:20::/32`.",
    )
    log_level: str = Field(
        "WARNING", pattern="^(DEBUG|INFO|WARNING|ERROR)$", description="DEBUG, INFO, WARNING or ERROR."
    )

    @property
    def database(self) -> str:
        """Return the URL of the corpus database."""
        return self.database_url or f"sqlite:///{self.data_dir / 'corpus.sqlite'}"

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Let the command line win over the environment, and the environment over the file."""
        del dotenv_settings, file_secret_settings
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls)


def load_settings(**overrides: object) -> Settings:
    """Read the settings.

    Args:
        overrides: settings given on the command line, by field name.

    Raises:
        SettingsError: some are wrong; carries all problems.
    """
    try:
        return Settings(**overrides)  # type: ignore[arg-type]
    except ValidationError as error:
        raise SettingsError([_problem(**problem) for problem in error.errors(include_input=False)]) from None
    except ValueError as error:
        raise SettingsError([f"{FILE}: {error}"]) from None


def _problem(loc: tuple[int | str, ...], msg: str, **_: object) -> str:
    message = msg.removeprefix("Value error, ")
    name = str(loc[0])
    if message == "Extra inputs are not permitted":
        known = ", ".join(Settings.model_fields)
        return f"{name} is no setting; these are: {known}"
    return f"{PREFIX}{name.upper()}: {message}"
