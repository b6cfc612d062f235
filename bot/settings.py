"""Every setting, and the only place that reads the environment and `.env`."""

import os
from collections.abc import Iterable
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Literal

from dotenv import dotenv_values
from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    SecretStr,
    ValidationError,
)
from pydantic_settings import BaseSettings

NOT_OURS_TO_JUDGE = ("KEYTURN_TEST_", "KEYTURN_REQUIRE_")
"""Prefixes that the tests' own switches carry."""


class WrongSetting(Exception):
    """A setting is missing or wrong; the message is one sentence that says what to do."""


def _begins_with(prefix: str) -> AfterValidator:
    def check(token: SecretStr) -> SecretStr:
        if not token.get_secret_value().startswith(prefix):
            raise ValueError(f"it begins with {prefix}")
        return token

    return AfterValidator(check)


class Settings(BaseModel):
    """Everything that can be set, with the name it has in the environment as its alias."""

    model_config = ConfigDict(frozen=True, populate_by_name=True, extra="ignore")

    slack_bot_token: Annotated[SecretStr, _begins_with("xoxb-")] | None = Field(
        default=None,
        alias="SLACK_BOT_TOKEN",
        description="the bot token of your Slack app; it begins with xoxb-",
    )
    slack_app_token: Annotated[SecretStr, _begins_with("xapp-")] | None = Field(
        default=None,
        alias="SLACK_APP_TOKEN",
        description="the app-level token with connections:write, for Socket Mode; it begins with "
        "xapp-",
    )
    slack_signing_secret: SecretStr | None = Field(
        default=None,
        alias="SLACK_SIGNING_SECRET",
        description="the signing secret of your Slack app, for the mode http",
    )
    slack_api_url: str = Field(
        default="https://slack.com/api/",
        alias="SLACK_API_URL",
        pattern=r"^https?://\S+/$",
        description="where Slack's Web API is; another address, ending in a slash, reaches a "
        "stand-in",
    )
    slack_mode: Literal["socket", "http"] = Field(
        default="socket",
        alias="KEYTURN_SLACK_MODE",
        description="how Slack reaches us: socket needs no public address, http needs one",
    )
    workspace: str = Field(
        default="default",
        alias="KEYTURN_WORKSPACE",
        pattern=r"^[A-Za-z0-9_.-]{1,64}$",
        description="a name that every row in the database carries: letters, digits, - _ and dots",
    )
    database_url: str = Field(
        default="sqlite:///keyturn.db",
        alias="KEYTURN_DATABASE_URL",
        pattern=r"^(sqlite:///.+|postgres(ql)?(\+psycopg)?://.+)$",
        description="sqlite:///FILE or postgresql://USER@HOST/DATABASE",
    )
    queue_url: str | None = Field(
        default=None,
        alias="KEYTURN_QUEUE_URL",
        description="where agents enqueue; left out, it is the table inbox of the database",
    )
    manifests: Path = Field(
        default=Path("manifests"),
        alias="KEYTURN_MANIFESTS",
        description="the folder that holds roles.yaml and actions/",
    )
    http_host: str = Field(
        default="127.0.0.1",
        alias="KEYTURN_HTTP_HOST",
        min_length=1,
        description="the address the agents' API listens on",
    )
    http_port: int = Field(
        default=8766,
        alias="KEYTURN_HTTP_PORT",
        ge=0,
        le=65535,
        description="the port the agents' API listens on: a number up to 65535, 0 for a free one",
    )
    agent_keys_file: Path = Field(
        default=Path("agents.yaml"),
        alias="KEYTURN_AGENT_KEYS_FILE",
        description="the file with the agents' hashed keys; keyturn keys create NAME makes it",
    )
    reload_seconds: float = Field(
        default=2.0,
        alias="KEYTURN_RELOAD_SECONDS",
        ge=0.05,
        le=3600,
        description="how often the manifest's files are looked at, in seconds",
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        default="info",
        alias="KEYTURN_LOG_LEVEL",
        description="debug, info, warning or error",
    )
    log_format: Literal["console", "json"] = Field(
        default="console",
        alias="KEYTURN_LOG_FORMAT",
        description="console for people, json for machines",
    )
    url: str = Field(
        default="http://127.0.0.1:8766",
        alias="KEYTURN_URL",
        pattern=r"^https?://\S+$",
        description="where the agents' API is, for keyturn propose, list, show, wait and withdraw",
    )
    api_key: SecretStr | None = Field(
        default=None,
        alias="KEYTURN_API_KEY",
        description="an agent's key for those commands, as keyturn keys create printed it",
    )

    @property
    def queue_in_the_database(self) -> bool:
        """Say whether agents enqueue into the store's own table."""
        return self.queue_url in (None, "", self.database_url)


# pydantic merges both configurations; mypy sees two declarations of one attribute.
class _Surroundings(  # type: ignore[misc]
    BaseSettings, Settings, env_ignore_empty=True, env_file_encoding="utf-8"
):
    """The settings as the environment and `.env` give them."""


def read_settings(env_file: Path | None = Path(".env")) -> Settings:
    """Read the settings, or raise `WrongSetting`; the environment goes before the file."""
    refuse_misspelt([*os.environ, *(dotenv_values(env_file) if env_file else {})])
    try:
        return Settings.model_validate(_Surroundings(_env_file=env_file).model_dump())
    except ValidationError as error:
        raise WrongSetting(_sentence(error)) from None
    except UnicodeDecodeError:
        raise WrongSetting(f"{env_file} is not UTF-8; save it as UTF-8.") from None


def refuse_misspelt(names: Iterable[str]) -> None:
    """Refuse a name of ours that no setting has: a typo there would be followed by silence."""
    known = names_of_settings()
    for name in names:
        if not name.startswith("KEYTURN_") or name.startswith(NOT_OURS_TO_JUDGE) or name in known:
            continue
        close = get_close_matches(name, known, n=1)
        hint = f"did you mean {close[0]}?" if close else "see .env.example."
        raise WrongSetting(f"{name} is no setting: {hint}")


def names_of_settings() -> dict[str, str]:
    """Give every setting's name in the environment, with what to put there."""
    fields = Settings.model_fields.values()
    return {str(field.alias): str(field.description) for field in fields}


def needed(settings: Settings, *names: str) -> None:
    """Refuse to go on without these settings, by their names in the environment."""
    by_name = {str(field.alias): name for name, field in Settings.model_fields.items()}
    for name in names:
        if not getattr(settings, by_name[name]):
            raise WrongSetting(f"{name} is not set: put there {names_of_settings()[name]}.")


def needed_to_run(settings: Settings) -> None:
    """Refuse to start without what a bot needs."""
    second = {"socket": "SLACK_APP_TOKEN", "http": "SLACK_SIGNING_SECRET"}[settings.slack_mode]
    needed(settings, "SLACK_BOT_TOKEN", second)
    if not settings.queue_in_the_database:
        raise WrongSetting(
            "KEYTURN_QUEUE_URL names another place than KEYTURN_DATABASE_URL, and the SQL queue "
            "lives in the store's database: leave it out."
        )


def _sentence(error: ValidationError) -> str:
    first = error.errors(include_url=False, include_context=False, include_input=False)[0]
    name = str(first["loc"][0])
    return f"{name} is wrong: put there {names_of_settings().get(name, first['msg'])}."
