"""The private copy of Asterisk: what goes wrong is told in one sentence, and nothing half-made is left."""

import subprocess
from pathlib import Path

import pytest

from rexian.adapters.asterisk import install
from rexian.adapters.asterisk.runtime import unpacked
from rexian.core.errors import Unavailable


def test_a_folder_without_a_stamp_is_called_damaged(tmp_path: Path) -> None:
    (tmp_path / "usr").mkdir()
    with pytest.raises(Unavailable, match="Delete that folder"):
        unpacked(tmp_path)


def test_a_missing_folder_is_just_not_there(tmp_path: Path) -> None:
    assert unpacked(tmp_path / "asterisk") is None


def test_without_apt_the_error_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(Unavailable, match="Install Asterisk 20") as caught:
        install.private(tmp_path / "asterisk")
    assert caught.value.code == "voice.no_apt"


def test_a_dead_mirror_leaves_nothing_half_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(install, "debian_mirror", lambda: f"file://{tmp_path}/no-such-archive")
    with pytest.raises(Unavailable, match="could not be fetched") as caught:
        install.private(tmp_path / "asterisk")
    assert caught.value.code == "voice.download_failed"
    assert [path.name for path in tmp_path.iterdir()] == ["asterisk.lock"]


def test_too_little_room_is_told_before_anything_is_fetched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(install, "SPACE_NEEDED", 1 << 60)
    with pytest.raises(Unavailable, match="Make room") as caught:
        install.private(tmp_path / "asterisk")
    assert caught.value.code == "voice.no_space"


@pytest.mark.asterisk
def test_a_torn_copy_is_noticed(tmp_path: Path) -> None:
    copy = tmp_path / "asterisk"
    subprocess.run(["cp", "-al", install.private().data.parents[2], copy], check=True)
    assert unpacked(copy) is not None
    next(copy.glob("usr/lib/*/asterisk/modules/res_stasis.so")).unlink()
    with pytest.raises(Unavailable, match="damaged"):
        unpacked(copy)
