"""The product's own prompts, laid out where the switch looks for them."""

import json
import shutil
from functools import cache
from pathlib import Path

from rexian import telephony

BUILT_IN = Path(telephony.__file__).parent / "sounds"


@cache
def built_in_keys() -> frozenset[str]:
    return frozenset(json.loads((BUILT_IN / "prompts.json").read_text(encoding="utf-8")))


def lay_out(prompts: Path) -> None:
    """Copy what differs into `<prompts>/_built-in/<language>/`."""
    for source in BUILT_IN.glob("*/*.ulaw"):
        target = prompts / "_built-in" / source.parent.name / source.name
        if not target.exists() or target.stat().st_size != source.stat().st_size:
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, target)
