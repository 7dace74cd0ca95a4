"""`./rexian speech`: what speech needs on this machine, fetched where it is missing, and what there is then.

The Python packages of the extra `ai` have been installed by the script `rexian` before this runs.
"""

import hashlib
import tarfile
import tempfile
from pathlib import Path

from rich.console import Console

from rexian.adapters import speech
from rexian.adapters.speech import kokoro, whisper
from rexian.core.errors import RexianError, Unavailable
from rexian.main import node, tools
from rexian.main.settings import Settings

VOICES_PACKAGE = "kokoro-js@1.2.1"
"""The npm package (Apache-2.0) in which Kokoro's voices lie."""
VOICES = {
    "zf_xiaobei": "5dde6e1c9c4f12c8b327bc29c0cee361a23b52b952c04636858ba637ec66e640",
    "zf_xiaoyi": "bc1555c5c486099196ac254bae5e0bb543c121952a3092f50b7d8724f1bc36b3",
    "zm_yunxia": "6b2b8fc15b3df19a368daebe5c581c7fabf433ee5b8a17ffd6b3d723cff8936d",
    "af_heart": "d583ccff3cdca2f7fae535cb998ac07e9fcb90f09737b9a41fa2734ec44a8f0b",
    "am_michael": "1d1f21dd8da39c30705cd4c75d039d265e9bc4a2a93ed09bc9e1b1225eb95ba1",
}
"""With the SHA-256 of each."""


def install(settings: Settings, console: Console) -> None:
    """Fetch what is missing, each thing by itself: one that cannot be had is told, and the others serve."""
    for get in (_programs, lambda: fetch_voices(settings.data / "voices")):
        try:
            with console.status("Fetching what speech needs …"):
                get()
        except RexianError as problem:
            console.print(problem.message, style="yellow", markup=False)
    tell(settings, console)


def _programs() -> None:
    tools.install_missing({"espeak-ng": tools.TEST_TOOLS["espeak-ng"]})


def fetch_voices(folder: Path) -> None:
    """Kokoro's voices into a folder, each of the right content. Raises `Unavailable` when they cannot be had."""
    if all(_is_right(folder / f"{voice}.bin", digest) for voice, digest in VOICES.items()):
        return
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="rexian-voices-") as name:
        packed = Path(name)
        node.npm(["pack", VOICES_PACKAGE, "--silent"], folder=packed)
        archive = next(packed.glob("*.tgz"))
        with tarfile.open(archive) as content:
            for voice in VOICES:
                file = content.extractfile(f"package/voices/{voice}.bin")
                if file is not None:
                    (packed / f"{voice}.bin").write_bytes(file.read())
        for voice, digest in VOICES.items():
            if not _is_right(packed / f"{voice}.bin", digest):
                raise Unavailable("speech.voice_damaged", f"The voice {voice} is not what it should be; try again.")
            (folder / f"{voice}.bin").write_bytes((packed / f"{voice}.bin").read_bytes())


def _is_right(path: Path, digest: str) -> bool:
    return path.is_file() and hashlib.sha256(path.read_bytes()).hexdigest() == digest


def tell(settings: Settings, console: Console) -> None:
    """What this machine can say and understand."""
    voices = [voice.name for voice in speech.found(settings.data / "voices")]
    wanted = settings.speech
    found = speech.recognisers(
        wanted.recogniser,
        url=wanted.url,
        model=wanted.model,
        key=wanted.key,
        certificate=wanted.certificate,
        folder=wanted.folder,
    )
    lacking = [*([] if kokoro.available(settings.data / "voices") else ["Kokoro's natural voices"])]
    lacking += [] if whisper.available(Path(wanted.folder) if wanted.folder else None) else ["Whisper"]
    console.print(f"Speaks by: {', '.join(voices) or 'nothing'}.")
    console.print(f"Understands by: {', '.join(each.name for each in found) or 'nothing'}.")
    if lacking:
        console.print(f"Not there: {', '.join(lacking)}.", style="yellow")
    console.print("A running Rexian finds it at its next start.")
