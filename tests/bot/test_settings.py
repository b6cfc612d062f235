import re
from pathlib import Path

import pytest

from bot.settings import (
    Settings,
    WrongSetting,
    names_of_settings,
    needed,
    needed_to_run,
    read_settings,
)

ROOT = Path(__file__).resolve().parents[2]


def described() -> dict[str, str]:
    """Read .env.example: every setting, commented out, with the value it has by default."""
    lines = (ROOT / ".env.example").read_text().splitlines()
    found = (re.fullmatch(r"# ([A-Z][A-Z_]+)=(.*)", line) for line in lines)
    return {match[1]: match[2] for match in found if match}


def test_the_example_names_every_setting_and_no_other() -> None:
    assert described().keys() == names_of_settings().keys()


def test_the_example_shows_the_defaults() -> None:
    defaults = {
        str(field.alias): "" if field.default is None else str(field.default)
        for field in Settings.model_fields.values()
    }
    assert described() == defaults


def test_the_example_with_every_line_in_force_can_be_read(tmp_path: Path) -> None:
    env = tmp_path / ".env"
    env.write_text("\n".join(f"{name}={value}" for name, value in described().items()))
    assert read_settings(env) == Settings()


def test_the_environment_goes_before_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    env = tmp_path / ".env"
    env.write_text("KEYTURN_HTTP_PORT=1\nKEYTURN_WORKSPACE=from-file\n")
    monkeypatch.setenv("KEYTURN_HTTP_PORT", "2")
    settings = read_settings(env)
    assert (settings.http_port, settings.workspace) == (2, "from-file")


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("SLACK_BOT_TOKEN", "abc", "xoxb-"),
        ("SLACK_APP_TOKEN", "xoxb-1", "xapp-"),
        ("SLACK_API_URL", "slack.com", "ending in a slash"),
        ("KEYTURN_SLACK_MODE", "carrier-pigeon", "socket needs no public address"),
        ("KEYTURN_HTTP_PORT", "eighty", "65535"),
        ("KEYTURN_HTTP_PORT", "70000", "65535"),
        ("KEYTURN_DATABASE_URL", "mysql://x", "postgresql://"),
        ("KEYTURN_WORKSPACE", "a b", "letters"),
        ("KEYTURN_LOG_LEVEL", "loud", "warning"),
        ("KEYTURN_LOG_FORMAT", "xml", "json"),
        ("KEYTURN_URL", "gateway", "agents' API"),
    ],
)
def test_a_wrong_setting_is_one_sentence_that_names_it_and_what_to_put_there(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, said: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(WrongSetting) as caught:
        read_settings(None)
    sentence = str(caught.value)
    assert sentence.startswith(f"{name} is wrong: put there ")
    assert said in sentence
    assert sentence.count("\n") == 0


def test_a_misspelt_name_is_not_ignored(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KEYTURN_DATABSE_URL", "sqlite:///x.db")
    with pytest.raises(WrongSetting, match="did you mean KEYTURN_DATABASE_URL"):
        read_settings(None)


def test_a_misspelt_name_in_the_file_is_not_ignored_either(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("KEYTURN_MANIFEST=rules\n")
    with pytest.raises(WrongSetting, match="did you mean KEYTURN_MANIFESTS"):
        read_settings(tmp_path / ".env")


def test_the_switches_of_the_tests_are_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KEYTURN_TEST_POSTGRES_URL", "postgresql://nowhere/x")
    assert read_settings(None) == Settings()


@pytest.mark.parametrize(
    ("mode", "given", "lacking"),
    [
        ("socket", {}, "SLACK_BOT_TOKEN"),
        ("socket", {"SLACK_BOT_TOKEN": "xoxb-1"}, "SLACK_APP_TOKEN"),
        ("http", {"SLACK_BOT_TOKEN": "xoxb-1"}, "SLACK_SIGNING_SECRET"),
    ],
)
def test_what_a_mode_needs_is_asked_for_by_name(
    mode: str, given: dict[str, str], lacking: str
) -> None:
    settings = Settings.model_validate({"KEYTURN_SLACK_MODE": mode, **given})
    with pytest.raises(WrongSetting, match=f"{lacking} is not set: put there "):
        needed_to_run(settings)


def test_another_place_for_the_queue_is_refused_in_words() -> None:
    settings = Settings.model_validate(
        {
            "SLACK_BOT_TOKEN": "xoxb-1",
            "SLACK_APP_TOKEN": "xapp-1",
            "KEYTURN_QUEUE_URL": "redis://127.0.0.1",
        }
    )
    with pytest.raises(WrongSetting, match="KEYTURN_QUEUE_URL"):
        needed_to_run(settings)


def test_enough_is_enough() -> None:
    settings = Settings.model_validate({"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_APP_TOKEN": "xapp-1"})
    needed_to_run(settings)
    needed(settings, "SLACK_BOT_TOKEN")


def test_secrets_are_not_shown() -> None:
    settings = Settings.model_validate(
        {"SLACK_BOT_TOKEN": "xoxb-canary", "KEYTURN_API_KEY": "canary"}
    )
    assert "canary" not in f"{settings!r} {settings}"
