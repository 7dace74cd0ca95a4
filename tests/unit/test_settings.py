from pathlib import Path

import pytest

from rexian.core.errors import Invalid
from rexian.main import settings


def test_the_command_line_wins_over_the_environment_and_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "rexian.toml").write_text("[web]\nport = 1\nbind = '0.0.0.0'\n[sip]\nport = 3\n")
    monkeypatch.setenv("REXIAN_WEB__PORT", "2")
    monkeypatch.setenv("REXIAN_SIP__PORT", "4")

    loaded = settings.load(data=tmp_path, web__port=None, sip__port=5)

    assert (loaded.web.port, loaded.web.bind, loaded.sip.port) == (2, "0.0.0.0", 5)


def test_another_process_loads_the_same_settings_from_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = settings.load(data=tmp_path, web__port=8123, asterisk__ari_password="geheim")
    for name, value in settings.environment(first).items():
        monkeypatch.setenv(name, value)

    assert settings.load() == first


@pytest.mark.parametrize(("text", "told"), [("[web]\nport = 70000\n", "web.port"), ("web = [", "rexian.toml")])
def test_a_mistake_in_the_file_is_told_by_its_place(tmp_path: Path, text: str, told: str) -> None:
    (tmp_path / "rexian.toml").write_text(text)

    with pytest.raises(Invalid, match=told):
        settings.load(data=tmp_path)


def test_a_settings_file_that_is_none_is_told(tmp_path: Path) -> None:
    (tmp_path / "rexian.toml").mkdir()

    with pytest.raises(Invalid, match="is a folder"):
        settings.load(data=tmp_path)


@pytest.mark.parametrize(
    ("name", "told"), [("REXIAN_POSTGRESS__URL", "REXIAN_POSTGRES__…"), ("REXIAN_WEB_PORT", "REXIAN_WEB__PORT")]
)
def test_a_misspelt_variable_does_not_go_unheard(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, told: str
) -> None:
    monkeypatch.setenv(name, "1")

    with pytest.raises(Invalid, match=rf"no setting {name}.*{told}"):
        settings.load(data=tmp_path)


def test_a_home_of_nobody_is_told() -> None:
    with pytest.raises(Invalid, match="setting data"):
        settings.load(data=Path("~nobody-of-that-name/data"))
