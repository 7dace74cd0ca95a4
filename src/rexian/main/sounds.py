"""The product's own prompts, laid out where the switch looks for them."""

import shutil
from pathlib import Path

from rexian import telephony

BUILT_IN = Path(telephony.__file__).parent / "sounds"


def lay_out(prompts: Path) -> None:
    """Copy what differs into `<prompts>/_built-in/<language>/`."""
    for source in BUILT_IN.glob("*/*.ulaw"):
        target = prompts / "_built-in" / source.parent.name / source.name
        if not target.exists() or target.stat().st_size != source.stat().st_size:
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, target)
