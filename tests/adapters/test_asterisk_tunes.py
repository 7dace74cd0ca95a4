"""A tenant's music as classes of music on hold: made when asked for, kept, and left where there is no sound."""

from pathlib import Path
from typing import Any, cast

import pytest

from rexian.adapters.asterisk.ari import Ari
from rexian.adapters.asterisk.media import MediaFiles
from rexian.adapters.asterisk.templates import CLASSES
from rexian.adapters.asterisk.tunes import Tunes
from rexian.core.errors import Unavailable


class Asterisk:
    def __init__(self, prompts: Path) -> None:
        self.prompts = prompts
        self.asked: list[tuple[str, str]] = []
        self.away = False

    async def call(self, method: str, path: str, *rest: Any) -> bytes:
        if self.away:
            raise Unavailable("voice.unreachable", "away")
        self.asked.append((method, path))
        return b""

    def tunes(self) -> Tunes:
        return Tunes(self.prompts, MediaFiles(self.prompts), cast("Ari", self))


@pytest.fixture
def asterisk(tmp_path: Path) -> Asterisk:
    for tenant, language, key in (("acme", "zh", "spring"), ("acme", "en", "autumn"), ("other", "zh", "theirs")):
        sound = tmp_path / tenant / language / f"{key}.wav"
        sound.parent.mkdir(parents=True, exist_ok=True)
        sound.touch()
    return Asterisk(tmp_path)


async def test_a_class_is_made_once_and_outlives_the_program(asterisk: Asterisk) -> None:
    tunes = asterisk.tunes()
    names = [await tunes.class_of(name, tenant="acme") for name in ("spring", "autumn", "spring")]
    assert names == ["acme.zh.spring", "acme.en.autumn", "acme.zh.spring"]
    assert asterisk.asked == [("PUT", "/asterisk/modules/res_musiconhold.so")] * 2
    assert (asterisk.prompts / CLASSES).read_text().count("mode=playlist") == 2
    assert await asterisk.tunes().class_of("autumn", tenant="acme") == "acme.en.autumn"
    assert len(asterisk.asked) == 2, "Asterisk knows it already"


@pytest.mark.parametrize("name", ["default", "theirs", "missing", "../other/zh/theirs", ""])
async def test_what_is_no_sound_of_the_tenants_own_is_the_built_in_tune(asterisk: Asterisk, name: str) -> None:
    assert await asterisk.tunes().class_of(name, tenant="acme") == "default"
    assert not asterisk.asked


async def test_what_asterisk_could_not_be_told_is_told_the_next_time(asterisk: Asterisk) -> None:
    tunes = asterisk.tunes()
    asterisk.away = True
    with pytest.raises(Unavailable):
        await tunes.class_of("spring", tenant="acme")
    asterisk.away = False
    assert await asterisk.tunes().class_of("spring", tenant="acme") == "acme.zh.spring"
    assert len(asterisk.asked) == 1
