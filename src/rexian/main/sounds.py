"""The product's own prompts, laid out where the switch looks for them."""

import json
from functools import cache
from pathlib import Path
from typing import Any

import soundfile

from rexian import telephony

BUILT_IN = Path(telephony.__file__).parent / "sounds"
"""One Opus file for each prompt and language."""
PACK = Path(telephony.__file__).parent / "words"
"""Many short ones in one Opus file for each language; `places.json` tells where each lies."""
RATE = 8000


@cache
def built_in() -> dict[str, dict[str, str]]:
    """What each of them says, by language."""
    texts: dict[str, dict[str, str]] = {}
    for folder in (BUILT_IN, PACK):
        texts |= json.loads((folder / "prompts.json").read_text(encoding="utf-8"))
    return texts


def built_in_keys() -> frozenset[str]:
    return frozenset(built_in())


def lay_out(prompts: Path) -> None:
    """Unpack what has changed into `<prompts>/_built-in/<language>/`, as telephones speak: µ-law at 8 kHz."""
    for source in BUILT_IN.glob("*/*.opus"):
        target = prompts / "_built-in" / source.parent.name / f"{source.stem}.ulaw"
        if not target.exists() or target.stat().st_size != soundfile.info(source).frames:
            target.parent.mkdir(parents=True, exist_ok=True)
            _write(target, soundfile.read(source, dtype="int16")[0])
    for source in PACK.glob("*.opus"):
        _unpack(source, prompts / "_built-in" / source.stem)


def _unpack(source: Path, folder: Path) -> None:
    """The mark says which pack was unpacked last; it is set when all lies there."""
    mark = folder / f".{source.name}"
    version = str(source.stat().st_size)
    if mark.exists() and mark.read_text() == version:
        return
    folder.mkdir(parents=True, exist_ok=True)
    line, _ = soundfile.read(source, dtype="int16")
    for key, places in json.loads((PACK / "places.json").read_text(encoding="utf-8")).items():
        if source.stem in places:
            first, length = places[source.stem]
            _write(folder / f"{key}.ulaw", line[first : first + length])
    mark.write_text(version)


def _write(target: Path, sound: Any) -> None:
    soundfile.write(target, sound, RATE, format="RAW", subtype="ULAW")
