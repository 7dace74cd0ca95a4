"""Programs of the machine that the tests need, and apt as the way to get them."""

import os
import shutil
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path

from rexian.core.errors import Unavailable

CJK_FONTS = Path("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc")

# Debian package -> is it there already?
TEST_TOOLS: Mapping[str, Callable[[], bool]] = {
    "chromium": lambda: shutil.which("chromium") is not None,
    "sip-tester": lambda: shutil.which("sipp") is not None,
    "espeak-ng": lambda: shutil.which("espeak-ng") is not None,
    "fonts-noto-cjk": CJK_FONTS.exists,
}


def missing(tools: Mapping[str, Callable[[], bool]]) -> list[str]:
    return [package for package, present in tools.items() if not present()]


def install_missing(tools: Mapping[str, Callable[[], bool]]) -> list[str]:
    """Install by apt what is not there; returns what was installed. Raises `Unavailable` where it cannot be done."""
    packages = missing(tools)
    if not packages:
        return []
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        raise Unavailable(
            "tools.missing",
            f"These programs are missing: {', '.join(packages)}. Install them "
            f"(Debian, Ubuntu: sudo apt-get install {' '.join(packages)}) and start again.",
        )
    _apt("update")
    _apt("install", "--no-install-recommends", "-y", *packages)
    return packages


def _apt(*words: str) -> None:
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    done = subprocess.run(
        ["apt-get", "-q", *words],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        env=environment,
        check=False,
    )
    if done.returncode != 0:
        reason = (done.stderr.strip().splitlines() or ["apt-get gave no reason"])[-1]
        raise Unavailable("tools.apt_failed", f"apt-get {words[0]} failed ({reason}); mend that and start again.")
