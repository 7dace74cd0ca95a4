"""Which file a prompt is."""

from pathlib import Path

import pytest

from rexian.adapters.asterisk.media import MediaFiles
from rexian.core.errors import Invalid, NotFound


def make_file(folder: Path, name: str) -> None:
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    (folder / name).touch()


def test_a_tenants_own_prompt_is_heard_before_the_built_in_one(tmp_path: Path) -> None:
    media = MediaFiles(tmp_path)
    make_file(tmp_path, "_built-in/zh/closed.ulaw")
    assert media.media("prompt:closed", tenant="demo", language="zh") == f"sound:{tmp_path}/_built-in/zh/closed"
    make_file(tmp_path, "demo/zh/closed.wav")
    assert media.media("prompt:closed", tenant="demo", language="zh") == f"sound:{tmp_path}/demo/zh/closed"
    assert media.media("prompt:closed", tenant="other", language="zh") == f"sound:{tmp_path}/_built-in/zh/closed"


def test_a_prompt_without_a_sound_in_the_language_is_not_found(tmp_path: Path) -> None:
    make_file(tmp_path, "_built-in/zh/closed.wav")
    with pytest.raises(NotFound):
        MediaFiles(tmp_path).media("prompt:closed", tenant="", language="en")


@pytest.mark.parametrize("name", ["prompt:../../etc/passwd", "prompt:a/b", "file:/etc/passwd", "tone:a;b", "prompt:.."])
def test_nothing_outside_the_folder_can_be_named(tmp_path: Path, name: str) -> None:
    with pytest.raises((Invalid, NotFound)):
        MediaFiles(tmp_path).media(name, tenant="demo", language="zh")


def test_silence_has_the_length_asked_for(tmp_path: Path) -> None:
    made = MediaFiles(tmp_path).media("silence:250", tenant="", language="zh")
    assert (Path(made.removeprefix("sound:")).with_suffix(".wav")).stat().st_size == 44 + 2 * 8 * 250
