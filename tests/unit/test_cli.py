"""The command line names itself as people type it."""

import sys

import pytest

from rexian.main import cli


@pytest.mark.parametrize("command", ["up", "callers", "twin run"])
def test_help_names_the_command_as_it_is_typed(
    command: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["/somewhere/cli.py", *command.split(), "--help"])

    with pytest.raises(SystemExit) as left:
        cli.run()

    assert left.value.code == 0
    assert f"Usage: ./rexian {command}" in capsys.readouterr().out
