"""The settings: one frozen object, read once, grouped by package.

What is given first wins: an option of the command line, the environment (`REXIAN_WEB__PORT=8100`), the file
`<data>/rexian.toml` (`[web]` / `port = 8100`), the defaults here.
"""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from rexian.core.errors import Invalid
from rexian.main.place import CHECKOUT

ENVIRONMENT = "REXIAN_"


class Group(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Web(Group):
    """The pages and the API."""

    bind: str = Field(default="127.0.0.1", description="Address to listen on; 0.0.0.0 opens it to other machines.")
    port: int = Field(default=8000, ge=1, le=65535, description="TCP port of the pages and the API.")


class Sip(Group):
    """Telephony towards trunks and desk phones."""

    bind: str = Field(default="127.0.0.1", description="Address to listen on; 0.0.0.0 opens it to other machines.")
    port: int = Field(default=5060, ge=1, le=65535, description="UDP port of SIP.")
    public_address: str = Field(
        default="", description="Address written into media offers, when it differs from `bind` (NAT)."
    )


class Postgres(Group):
    """Where the data is kept."""

    url: str = Field(
        default="", description="An existing PostgreSQL (postgresql://user:password@host/name); empty: embedded."
    )


class Asterisk(Group):
    """The switch. Empty URL: a private one is installed, configured, started and watched."""

    ari_url: str = Field(default="", description="An existing Asterisk 20 or later (http://host:8088/ari).")
    ari_user: str = Field(default="rexian", description="Its ARI user.")
    ari_password: str = Field(default="", description="That user's password.")
    ami_host: str = Field(default="127.0.0.1", description="Host of its manager interface (recording in two tracks).")
    ami_port: int = Field(default=5038, ge=1, le=65535, description="Port of its manager interface.")
    ami_user: str = Field(default="rexian", description="Its manager user.")
    ami_password: str = Field(default="", description="That user's password.")


class Webhooks(Group):
    """Where webhooks may go."""

    private: bool = Field(
        default=False, description="Also to this machine and its own networks, not only to public addresses."
    )


class Flows(Group):
    """What flows may do."""

    allow: str = Field(
        default="",
        description="Networks (127.0.0.0/8) and socket folders, with commas, that flows may ask by HTTP or query "
        "though they are this machine's own.",
    )
    traffic_days: int = Field(
        default=92, ge=31, le=3650, description="For how many days the steps of calls through their flows are kept."
    )
    bookmark_days: int = Field(
        default=180, ge=1, le=3650, description="For how many days a caller finds his bookmark in a content library."
    )


class Speech(Group):
    """What understands callers."""

    recogniser: Literal["auto", "local", "remote", "off", "beeps"] = Field(
        default="auto",
        description="local: Whisper, with the extra `ai`; remote: a server; auto: the server where one is named, and "
        "Whisper where it is installed; beeps: a recogniser for tests, which understands no speech.",
    )
    url: str = Field(
        default="",
        description="A server in OpenAI's words (http://127.0.0.1:9000/v1), asked for transcriptions; or FunASR's own "
        "(ws://127.0.0.1:10095, wss:// where it has a certificate).",
    )
    key: str = Field(default="", description="Its API key, where it wants one.")
    certificate: str = Field(
        default="", description="PEM file of the certificate it shows, where that is one of your own making."
    )
    model: str = Field(
        default="", description="The model it is asked for; empty: whisper-1. FunASR's own server has only its one."
    )
    folder: str = Field(
        default="", description="Folder of another Whisper model (CTranslate2); empty: base, of the extra `ai`."
    )


class Settings(BaseSettings):
    model_config = SettingsConfigDict(
        env_prefix=ENVIRONMENT, env_nested_delimiter="__", frozen=True, extra="forbid", env_ignore_empty=True
    )

    data: Path = Field(default=CHECKOUT / "data", description="Folder of everything that lasts.")
    web: Web = Web()
    sip: Sip = Sip()
    postgres: Postgres = Postgres()
    asterisk: Asterisk = Asterisk()
    webhooks: Webhooks = Webhooks()
    flows: Flows = Flows()
    speech: Speech = Speech()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        given = {**env_settings(), **init_settings()}.get("data")
        folder = Path(given).expanduser() if given else Path(cls.model_fields["data"].default)
        file = folder / "rexian.toml"
        if file.is_dir():
            raise IsADirectoryError(f"{file} is a folder")
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls, file)


def load(**options: Any) -> Settings:
    """Read the settings once; `options` are those of the command line, None where not given.

    Raises `Invalid` with the place of the first mistake.
    """
    _refuse_misspelt(os.environ)
    try:
        settings = Settings(**_nested(options))
        return settings.model_copy(update={"data": settings.data.expanduser().resolve()})
    except ValidationError as mistakes:
        first = mistakes.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise Invalid("settings.invalid", f"The setting {place} is not usable: {first['msg']}.") from mistakes
    except (ValueError, OSError) as mistake:
        raise Invalid("settings.unreadable", f"The file rexian.toml cannot be read: {mistake}.") from mistake
    except RuntimeError as mistake:  # `~name` of nobody
        raise Invalid("settings.invalid", f"The setting data is not usable: {mistake}") from mistake


def _refuse_misspelt(given: Mapping[str, str]) -> None:
    """A variable that names no group would go unheard, and what was meant by it would be missed."""
    groups = {f"{ENVIRONMENT}{name}".upper(): name for name in Settings.model_fields if name != "data"}
    for name in given:
        if name.startswith(ENVIRONMENT) and "__" in name and name.partition("__")[0] not in groups:
            known = ", ".join(f"{group}__…" for group in groups)
            raise Invalid("settings.unknown", f"There is no setting {name}: the groups are {known}.")
        for group in groups:
            if name.startswith(f"{group}_") and not name.startswith(f"{group}__"):
                right = f"{group}__{name.removeprefix(f'{group}_')}"
                raise Invalid("settings.unknown", f"There is no setting {name}: two strokes divide it, {right}.")


def environment(settings: Settings) -> dict[str, str]:
    """The environment under which another process loads these same settings."""
    given: dict[str, str] = {"REXIAN_DATA": str(settings.data)}
    for name, group in settings:
        if isinstance(group, Group):
            given |= {f"REXIAN_{name}__{field}".upper(): str(value) for field, value in group}
    return given


def _nested(options: dict[str, Any]) -> dict[str, Any]:
    """`web__port=1` → `{"web": {"port": 1}}`, leaving out what was not given."""
    nested: dict[str, Any] = {}
    for name, value in options.items():
        if value is not None:
            group, _, field = name.partition("__")
            if field:
                nested.setdefault(group, {})[field] = value
            else:
                nested[group] = value
    return nested
